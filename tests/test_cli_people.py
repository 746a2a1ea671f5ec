"""People and the audit log from a terminal: one sentence or one JSON object, and no secret in a list of processes."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.cli.main import run_command
from studio.storage.database import Database
from studio.storage.home import Home
from tests.services.conftest import table

Door = Callable[..., tuple[int, Any]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def door(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Door:
    """Run a command with `--json` over a home of its own; `typed` is what stands on standard input."""

    def run(*arguments: str, typed: str = "") -> tuple[int, Any]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code = run_command([*arguments, "--home", str(home), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_people_are_added_listed_and_removed(door: Door) -> None:
    code, ana = door("user", "add", "Ana", "--administrator")
    assert code == 0 and ana["role"] == "administrator" and len(ana["code"]) == 27 and not ana["has_password"]
    assert door("user", "add", "Ben", "--password-stdin", typed="four words in a row\n")[1]["has_password"]
    assert [(p["name"], p["projects"]) for p in door("user", "list")[1]["people"]] == [("Ana", 0), ("Ben", 0)]
    assert (
        door("user", "password", "Ben")[1]["code"]
        and not door("user", "password", "Ben", "--password-stdin", typed="another four words\n")[1]["code"]
    )
    assert door("user", "remove", "Ben") == (0, {"removed": "Ben", "projects": 0, "handed_over_to": ""})
    assert len(door("user", "list")[1]["people"]) == 1


def test_mistakes_are_sentences_with_status_2(door: Door) -> None:
    door("user", "add", "Ana", "--administrator")
    for arguments, typed, said in (
        (("user", "add", "ana"), "", "already"),
        (("user", "add", "<b>"), "", "cannot be a name"),
        (("user", "add", "Ben", "--password-stdin"), "short\n", "at least 10"),
        (("user", "remove", "Nobody"), "", "Nobody here"),
        (("user", "remove", "Ana"), "", "last administrator"),
    ):
        code, answer = door(*arguments, typed=typed)
        assert code == 2 and said in answer["error"]["message"], answer


def test_the_first_administrator_adopts_what_is_here_and_is_told_so(door: Door, home: Path) -> None:
    Home(home).create_project("Old letters", "root", id="old")
    answer = door("user", "add", "Ana", "--administrator")[1]
    assert answer["adopted"] == ["Old letters"] and Home(home).project("old").owner == answer["id"]
    assert door("user", "remove", "Ana", "--forget-projects")[0] == 2
    door("user", "add", "Ben", "--administrator")
    assert door("user", "remove", "Ana")[1]["error"]["message"] == "Ana owns 1 project: Old letters."
    assert door("user", "remove", "Ana", "--hand-over", "Ben")[1]["projects"] == 1


def test_the_audit_log_is_shown_checked_and_saved(door: Door, home: Path, tmp_path: Path) -> None:
    door("user", "add", "Ana", "--administrator")
    door("user", "add", "Ben")
    assert [line["verb"] for line in door("audit")[1]["lines"]] == ["add person", "add person"]
    head = door("audit", "--verify")[1]["head"]
    assert door("audit", "--verify", "--expect", head)[0] == 0
    assert door("audit", "--csv", str(tmp_path / "audit.csv"))[1]["lines"] == 2
    with Database(home / "studio.db").connect() as db:
        db.execute("DROP TRIGGER audit_is_not_changed")
        db.execute("UPDATE audit SET what = 'nobody' WHERE id = 1")
    code, answer = door("audit", "--verify")
    assert code == 2 and answer["error"]["message"] == "The audit log was changed at line 1."


def test_nobody_who_works_alone_waits_for_the_libraries_of_people(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from studio.cli.main import run_command\n"
        f"assert run_command(['runs', '--home', {str(tmp_path / 'home')!r}]) == 0\n"
        "import studio.web.server\n"
        "assert not {'argon2', 'itsdangerous', 'limits'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_whoever_runs_a_shared_studio_adds_a_model_folder_as_the_hint_says(
    door: Door, home: Path, tmp_path: Path
) -> None:
    home.mkdir()
    (home / "studio.toml").write_text("people = true\n", encoding="utf-8")
    (tmp_path / "ours").mkdir()
    assert door("models", "--folder", str(tmp_path / "ours"), "--offline")[0] == 0
    assert json.loads((home / "named_models.json").read_text()) == [str(tmp_path / "ours")]


def test_an_import_into_a_shared_home_says_whose_it_becomes(door: Door, home: Path, tmp_path: Path) -> None:
    rows = tmp_path / "letters.csv"
    rows.write_text(table(), encoding="utf-8")
    ana = door("user", "add", "Ana", "--administrator")[1]
    code, answer = door("import", str(rows), "--project", "letters")
    assert code == 2 and "nobody said whose project" in answer["error"]["message"]
    assert door("import", str(rows), "--project", "letters", "--owner", "Eve")[0] == 2
    assert Home(home).all_projects() == []
    assert door("import", str(rows), "--project", "letters", "--owner", "ana")[0] == 0
    (project,) = Home(home).all_projects()
    assert ana["name"] == "Ana" and project.owner not in ("", "Ana") and project.owner.startswith("p")
    assert door("import", str(rows), "--project", "letters")[0] == 0, "it has an owner already"
