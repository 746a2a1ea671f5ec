"""Distillation from a terminal: one JSON object for each action, and a sentence for what is missing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.cli.main import run_command
from tests.services.conftest import table

Door = Callable[..., tuple[int, Any]]


@pytest.fixture
def door(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Door:
    """Run `studio distil p … --json` over a home with one project."""
    home = str(tmp_path / "home")
    (tmp_path / "t.csv").write_text(table(24), encoding="utf-8")
    (tmp_path / "q.csv").write_text("question\nWhere was it made?\nWho painted the door?\n", encoding="utf-8")
    assert run_command(["import", str(tmp_path / "t.csv"), "--project", "p", "--home", home, "--json"]) == 0
    capsys.readouterr()

    def run(*arguments: str) -> tuple[int, Any]:
        code = run_command(["distil", "p", *arguments, "--home", home, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_what_is_missing_is_said(door: Door, tmp_path: Path) -> None:
    questions = ["--questions", str(tmp_path / "q.csv")]
    assert door("--teacher", "starter")[1]["error"]["message"] == (
        "Distillation needs one teacher, and one source of questions."
    )
    code, answer = door("--teacher", "starter", *questions)
    assert code == 2 and "Its licence: Apache" in answer["error"]["message"]
    code, answer = door("--teacher", "starter", "--from-served", "--rights", "mine")
    assert code == 2 and answer["error"]["where"] == "from-served"
    code, answer = door("--on-policy", "--teacher", "starter", *questions)
    assert code == 2 and "while it writes" in answer["error"]["message"] and answer["error"]["hint"]
    assert door("list")[1] == {"distillations": []}
    assert door("sample")[1]["error"]["message"] == "No teacher has answered anything in this project."


def test_questions_are_answered_drawn_and_marked(door: Door, tmp_path: Path) -> None:
    code, made = door("--teacher", "starter", "--questions", str(tmp_path / "q.csv"), "--rights", "Apache 2.0")
    assert code == 0 and made["finished"] and made["questions_in"] == made["answers"] + sum(made["left_out"].values())
    assert made["teacher"]["fingerprint"] and made["rights"]["statement"] == "Apache 2.0"
    if made["answers"]:
        drawn = door("sample", "--size", "40")[1]["drawn"]
        assert len(drawn) == made["answers"]
        rows = [word for one in drawn for word in ("--wrong", one["row"])]
        assert door("mark", *rows)[1]["interval"] == [1.0, 1.0]
