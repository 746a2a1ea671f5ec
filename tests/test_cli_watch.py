"""The watch from a terminal: one JSON object for each command, and a sentence for what is missing."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from studio.cli.main import run_command
from studio.schemas.loop.served_use import ServedUse
from studio.storage.home import Home
from studio.storage.loop.use_log import UseLog
from tests.services.conftest import table

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `studio watch … --json` over a home with one project."""
    home = str(tmp_path / "home")
    (tmp_path / "t.csv").write_text(table(12), encoding="utf-8")
    assert run_command(["import", str(tmp_path / "t.csv"), "--project", "p", "--home", home, "--json"]) == 0
    capsys.readouterr()

    def do(*arguments: str) -> tuple[int, Any]:
        code = run_command(["watch", *arguments, "--home", home, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return do


def test_it_is_off_then_on_then_off(run: Run, tmp_path: Path) -> None:
    assert run("p")[1]["on"] is False
    assert run("p", "on", "--days", "14", "--thumbs", "90")[1]["days_kept"] == 14
    UseLog(Home(tmp_path / "home")).add("p", ServedUse(id="c", at=datetime.now(UTC), version="r1", question="Where?"))
    code, told = run("p", "status")
    assert code == 0 and told["on"] and told["total"]["asked"] == 1 and told["alarms"] == []
    assert run("p", "alarms") == (0, {"alarms": []})
    assert run("p", "off", "--forget")[1]["total"]["asked"] == 0


def test_what_is_wrong_is_a_sentence(run: Run) -> None:
    for words in (
        ("p", "teach"),
        ("p", "read"),
        ("p", "on", "a1"),
        ("p", "dismiss", "a1"),
        ("q",),
        ("p", "read", "a1"),
    ):
        code, told = run(*words)
        assert code == 2 and told["error"]["message"] and told["error"]["hint"], words


def test_it_says_in_words_what_is_kept(tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("p", "on")
    assert run_command(["watch", "p", "--home", str(tmp_path / "home")]) == 0
    said = capsys.readouterr().out
    assert "kept for 30 days, with private details hidden" in said and "Nobody has asked yet" in said
