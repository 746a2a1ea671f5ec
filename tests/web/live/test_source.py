"""What is read of a run's files: each line once, also after a cut, a resume and a file made anew."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.schemas.job import JobState
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.storage.run_folder import RunFolder
from studio.web.live.source import CurveFile, LiveEvent, LiveSource
from studio.web.view import View

Loaded = Callable[[], View]


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    made = RunFolder(tmp_path / "run")
    made.path.mkdir()
    return made


def curve_of(folder: RunFolder) -> CurveFile:
    return CurveFile(folder.path / "metrics.jsonl")


def steps(event: LiveEvent) -> list[int]:
    return [point["step"] for point in event.data["points"]]


def by_name(events: list[LiveEvent]) -> dict[str, Any]:
    return {event.name: event.data for event in events}


def test_a_curve_is_read_on_from_where_it_was_read_to(folder: RunFolder) -> None:
    curve = curve_of(folder)
    assert curve.read_on() == []
    for step in (1, 2):
        folder.append_metric(step=step, loss=1.0)
    assert [line["step"] for line in curve.read_on()] == [1, 2]
    assert curve.read_on() == []


def test_half_a_line_is_left_for_the_next_look(folder: RunFolder) -> None:
    curve = curve_of(folder)
    curve.path.write_text('{"step": 1, "loss": 2.0}\n{"step": 2, "lo')
    assert [line["step"] for line in curve.read_on()] == [1]
    curve.path.write_text('{"step": 1, "loss": 2.0}\n{"step": 2, "loss": 1.5}\n')
    assert [line["step"] for line in curve.read_on()] == [2]


def test_whoever_names_where_she_was_is_told_what_came_since(folder: RunFolder) -> None:
    curve = curve_of(folder)
    folder.append_metric(step=1, loss=1.0)
    curve.read_on()
    at = curve.since(None).at
    folder.append_metric(step=2, loss=0.9)
    folder.append_metric(step=2, eval_loss=0.95)
    curve.read_on()
    assert (curve.since(at).name, steps(curve.since(at))) == ("point", [2, 2])
    assert (curve.since(None).name, steps(curve.since(None))) == ("curve", [1, 2, 2])


@pytest.mark.parametrize("at", [-1, 10_000])
def test_a_place_that_the_file_does_not_have_is_answered_by_the_whole_curve(folder: RunFolder, at: int) -> None:
    folder.append_metric(step=1, loss=1.0)
    curve = curve_of(folder)
    curve.read_on()
    assert curve.since(at).name == "curve"


def test_points_that_a_resume_takes_back_are_taken_back_on_the_page(folder: RunFolder) -> None:
    curve = curve_of(folder)
    for step in (1, 2, 3):
        folder.append_metric(step=step, loss=1.0)
    curve.read_on()
    at = curve.since(None).at
    folder.go_on_from(1)
    folder.append_metric(step=2, loss=0.5)
    curve.read_on()
    told = curve.since(at)
    assert told.name == "curve" and steps(told) == [1, 2]


def test_a_long_curve_is_sent_thinned_with_its_checks_and_its_end(folder: RunFolder) -> None:
    for step in range(3001):
        folder.append_metric(step=step, loss=1.0, **({"eval_loss": 1.0} if step == 1501 else {}))
    curve = curve_of(folder)
    curve.read_on()
    sent = steps(curve.since(None))
    assert len(sent) < 520 and {0, 1501, 3000} <= set(sent)


def test_what_was_told_is_not_told_again(studio: Studio, loaded: Loaded) -> None:
    view = loaded()
    run = studio.runs.launch(view.project, view.dataset, Recipe(), by="ana")
    source = LiveSource(studio.open(studio.actor, view.project), studio.jobs, run.id)
    assert {"figures", "progress", "changed"} <= set(by_name(source.look())) and source.is_busy
    assert source.look() == []
    studio.home.run(run.id).append_metric(step=1, loss=2.0)
    assert "point" in by_name(source.look())


def test_a_run_that_ends_changes_the_revision_and_needs_no_further_haste(studio: Studio, loaded: Loaded) -> None:
    view = loaded()
    run = studio.runs.launch(view.project, view.dataset, Recipe(), by="ana")
    source = LiveSource(studio.open(studio.actor, view.project), studio.jobs, run.id)
    before = by_name(source.look())["changed"]["revision"]
    studio.runs.carry_out(run.id)
    told = by_name(source.look())
    assert told["changed"]["revision"] != before and not source.is_busy
    assert told["progress"]["going"] is False and told["progress"]["text"] == "Step 8 of 8."


def test_background_work_of_this_project_is_told_with_its_share(studio: Studio, loaded: Loaded) -> None:
    project = loaded().project
    source = LiveSource(studio.open(studio.actor, project), studio.jobs, "")
    told: list[dict[str, Any]] = []

    def work(job: Any) -> None:
        for done in (1, 2):
            job.progress("tuned, exam", done, 4)
            told.append(by_name(source.look())["progress"])

    job = studio.jobs.begin("exam", project, "a run", work, by="ana")
    assert job.wait(20) and job.state is JobState.DONE, job.error
    assert [(one["done"], one["total"], one["job"]) for one in told] == [(1, 4, job.record.id), (2, 4, job.record.id)]
    assert "2 of 4 answers" in told[-1]["text"] and "left" not in told[-1]["text"], "two answers tell no time"


def test_work_that_began_and_ended_between_two_looks_changes_the_revision(studio: Studio, loaded: Loaded) -> None:
    project = loaded().project
    source = LiveSource(studio.open(studio.actor, project), studio.jobs, "")
    before = by_name(source.look())["changed"]["revision"]
    assert studio.jobs.begin("export", project, "a run", lambda job: None, by="ana").wait(20)
    assert by_name(source.look())["changed"]["revision"] != before
    assert source.look() == []
