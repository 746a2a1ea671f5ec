"""The run folder is all that trainer and page share."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.schemas.example import pair
from studio.schemas.recipe import Recipe
from studio.schemas.run import RunSpec, RunStatus, Status
from studio.storage.run_folder import RunFolder
from studio.training.train import carried

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    made = RunFolder(tmp_path / "20261120-000000-abcd")
    spec = RunSpec(
        id=made.id, project="p", created=NOW, by="ana", recipe=Recipe(), dataset="d", dataset_sha256="0",
        model_folder="m",
    )  # fmt: skip
    made.create(spec, [pair(1, "q", "a")], [pair(2, "q2", "a2")], ["Do you ship?"])
    return made


def test_what_was_frozen_is_read_back(folder: RunFolder) -> None:
    assert folder.spec.by == "ana"
    assert [e.id for e in folder.train] == ["r1"] and [e.id for e in folder.validation] == ["r2"]
    assert folder.state.status is Status.QUEUED


def test_running_with_nobody_carrying_it_is_interrupted(folder: RunFolder) -> None:
    lock = folder.lock
    assert lock.take()
    folder.move_to(Status.RUNNING)
    assert folder.seen_state().status is Status.RUNNING
    lock.release()
    assert folder.seen_state().status is Status.INTERRUPTED
    assert "Resume" in folder.seen_state().hint
    folder.move_to(Status.RUNNING)  # a resume


def test_what_a_killed_run_had_half_written_of_its_state_is_taken_away(folder: RunFolder) -> None:
    half = folder.path / ".status.json.4242.ab12cd34.part"
    half.write_text('{"status": "run', encoding="utf-8")
    lock = folder.lock
    assert lock.take()
    folder.move_to(Status.RUNNING)
    lock.release()
    with carried(folder):
        assert folder.seen_state().status is Status.RUNNING and not half.exists()


def test_an_illegal_move_is_refused(folder: RunFolder) -> None:
    with pytest.raises(StudioError, match="cannot become done"):
        folder.move_to(Status.DONE)


def test_a_finished_run_gives_advice_instead_of_going_on(folder: RunFolder) -> None:
    lock = folder.lock
    assert lock.take()
    folder.move_to(Status.RUNNING)
    folder.move_to(Status.DONE)
    lock.release()
    for status in (Status.QUEUED, Status.RUNNING):
        with pytest.raises(StudioError, match=r"This run is finished\. To teach on, start a new one"):
            folder.move_to(status)


def test_a_resume_cuts_the_curve_above_its_step(folder: RunFolder) -> None:
    for step in (1, 2, 3):
        folder.append_metric(step=step, loss=9.0)
    folder.append_metric(resumed_from=2)
    folder.append_metric(step=3, loss=1.0)
    assert [(line["step"], line["loss"]) for line in folder.metrics()] == [(1, 9.0), (2, 9.0), (3, 1.0)]


def test_a_stop_is_a_note_that_can_be_forgotten(folder: RunFolder) -> None:
    folder.ask_to_stop()
    assert folder.stop_requested()
    folder.forget_stop()
    assert not folder.stop_requested()


def test_a_state_is_read_as_written(folder: RunFolder) -> None:
    state = RunStatus(status=Status.FAILED, at=NOW, reason="Disk full", step=3)
    folder.write_state(state)
    assert folder.state == state
