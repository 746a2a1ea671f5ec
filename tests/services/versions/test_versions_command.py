"""`studio versions`, as it is typed."""

import json
from pathlib import Path

import pytest

from studio.cli.main import run_command
from studio.services.studio import Studio


def said(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> dict[str, object]:
    status = run_command(["versions", *words, "--home", str(home), "--json"])
    return {"status": status, **json.loads(capsys.readouterr().out)}


def test_versions_are_listed_served_and_gone_back_from(
    studio: Studio, runs: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    home, project = studio.settings.home, studio.runs.view(runs[0]).spec.project
    listed = said(capsys, home, project)
    assert listed["served"] == "" and [one["run"] for one in listed["versions"]] == runs  # type: ignore[attr-defined]
    for run in runs:
        assert said(capsys, home, project, "serve", run)["served"] == run
    assert said(capsys, home, project, "back")["served"] == runs[0]
    assert run_command(["versions", project, "--home", str(home)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("no exam yet  served") and not lines[1].endswith("served")


@pytest.mark.parametrize(("words", "sentence"), [
    (["nothing"], "There is no project"), (["{project}", "dance"], "nothing called dance"),
    (["{project}", "serve", "nothing"], "There is no run"), (["{project}", "back"], "No other version was served"),
])  # fmt: skip
def test_what_cannot_be_done_is_told_in_a_sentence(
    studio: Studio, runs: list[str], capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    project = studio.runs.view(runs[0]).spec.project
    answer = said(capsys, studio.settings.home, *(word.format(project=project) for word in words))
    assert answer["status"] == 2 and sentence in answer["error"]["message"]  # type: ignore[index]


def test_an_exam_that_cannot_be_sat_together_is_told(studio: Studio, capsys: pytest.CaptureFixture[str]) -> None:
    project = studio.home.create_project("Empty", "ana").id
    for act in ("exam", "blind"):
        answer = said(capsys, studio.settings.home, project, act)
        assert answer["status"] == 2 and "version" in answer["error"]["message"]  # type: ignore[index]
