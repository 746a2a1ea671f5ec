"""Feedback from a terminal: one JSON object for each command, and a sentence for what is missing."""

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
    """Run `studio feedback … --json` over a home with one project."""
    home = str(tmp_path / "home")
    (tmp_path / "t.csv").write_text(table(12), encoding="utf-8")
    assert run_command(["import", str(tmp_path / "t.csv"), "--project", "p", "--home", home, "--json"]) == 0
    capsys.readouterr()

    def run(*arguments: str) -> tuple[int, Any]:
        code = run_command(["feedback", *arguments, "--home", home, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_feedback_is_added_listed_and_decided_about(door: Door, tmp_path: Path) -> None:
    asked = ["--question", "How much?", "--reply", "Ten."]
    code, one = door("add", "p", *asked, "--correction", "Twelve.")
    assert code == 0 and (one["judgement"], one["state"]) == ("wrong", "new")
    assert door("add", "p", *asked, "--correction", "Twelve.")[1]["id"] == one["id"]
    (tmp_path / "f.csv").write_text("question,reply,thumb\nHow heavy?,2 kg,down\nWho?,,up\n", encoding="utf-8")
    assert door("add", "p", "--table", str(tmp_path / "f.csv"))[1] == {
        "rows_in": 2, "kept": 1, "dropped": {"no_reply": 1},
    }  # fmt: skip
    assert len(door("list", "p")[1]["feedback"]) == 2
    inbox = door("inbox", "p")[1]
    assert inbox["sentence"] == "1 correction, 1 answer called bad, without a better one."
    assert len(inbox["waiting"]) == 2
    assert door("change", "p", one["id"], "--correction", "Thirteen.")[1]["feedback"][0]["state"] == "changed"
    assert [f["state"] for f in door("leave", "p", "--all")[1]["feedback"]] == ["left"]
    assert door("undo", "p")[1]["feedback"][0]["state"] == "new"
    assert len(door("accept", "p", "--all")[1]["feedback"]) == 1
    assert door("forget", "p", "--author", "nobody")[1] == {
        "author": "nobody",
        "feedback": 0,
        "rows": 0,
        "files": 0,
        "served": 0,
    }
    assert [f["correction"] for f in door("list", "p", "--state", "changed")[1]["feedback"]] == ["Thirteen."]


def test_private_details_are_hidden_when_it_is_accepted(door: Door) -> None:
    asked = ["--question", "Who mends bells?", "--reply", "Ring 07700 900321."]
    door("add", "p", *asked, "--correction", "Write to maria.lopez@example.org.")
    (one,) = door("accept", "p", "--all", "--hide")[1]["feedback"]
    assert (one["correction"], one["reply"]) == ("Write to [EMAIL_1].", "Ring [PHONE_1].")


def test_what_is_missing_is_told_in_a_sentence(door: Door) -> None:
    for words in (["add", "p", "--question", "Hm?"], ["accept", "p"], ["accept", "p", "nothing"], ["list", "q"]):
        code, said = door(*words)
        assert code == 2 and said["error"]["message"]
