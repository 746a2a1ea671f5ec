"""`studio next`, as it is typed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.cli.main import run_command
from studio.services.studio import Studio
from tests.services.conftest import table
from tests.services.versions.conftest import Correct


def said(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> dict[str, object]:
    status = run_command(["next", *words, "--home", str(home), "--json"])
    return {"status": status, **json.loads(capsys.readouterr().out)}


def test_what_would_happen_is_told_and_then_the_table_is_made(
    studio: Studio, project: str, correct: Correct, capsys: pytest.CaptureFixture[str]
) -> None:
    home, before = studio.settings.home, studio.examples.newest(project)
    one = correct("Do you sell umbrellas for giants?", "Yes, in the attic.")
    plan = said(capsys, home, project, "--preview")
    assert (plan["fresh"], plan["way"], plan["from"]) == ([one.id], "teach-on", before)
    assert plan["notes"][0] == "1 correction becomes a new example."  # type: ignore[index]
    assert studio.examples.newest(project) == before
    made = said(capsys, home, project)
    assert made["status"] == 0 and made["dataset"] == studio.examples.newest(project) != before
    assert run_command(["next", project, "--home", str(home)]) == 0
    assert f"studio next {project} --train" in capsys.readouterr().out


def test_an_undecided_contradiction_ends_with_a_sentence(
    studio: Studio, project: str, correct: Correct, capsys: pytest.CaptureFixture[str]
) -> None:
    correct(next(studio.home.runs(project)).train[0].question, "Free of charge.")
    answer = said(capsys, studio.settings.home, project)
    assert answer["status"] == 2 and "contradicts what was taught" in answer["error"]["message"]  # type: ignore[index]
    done = said(capsys, studio.settings.home, project, "--contradictions", "correction")
    assert done["status"] == 0 and done["contradicting"]


def test_where_nothing_was_taught_yet_that_is_what_is_said(
    studio: Studio, upload: Callable[[str], tuple[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    (fresh, dataset), home = upload(table()), studio.settings.home
    for words in ((), ("--train",)):
        answer = said(capsys, home, fresh, *words)
        assert answer["status"] == 2 and "no version from which" in answer["error"]["message"]  # type: ignore[index]
    assert run_command(["next", fresh, "--preview", "--home", str(home)]) == 0
    assert "no version from which" in capsys.readouterr().out
    assert studio.examples.newest(fresh) == dataset
