"""Runs wait in one queue, are carried out one at a time, and a failure does not stop the next."""

import errno
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.schemas.run import RunResult, Status
from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.run_queue import RunQueue, Waiting
from tests.fake_engine import FakeEngine
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]


def until(done: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for it, but not for ever."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def test_the_exam_is_frozen_at_the_first_run_and_never_learned_from(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    run = studio.runs.launch(project, dataset, Recipe(), by="ana")
    exam = studio.home.exam(project)
    assert exam is not None and len(exam.examples) == 5 and run.spec.exam_sha256 == exam.sha256
    folder = studio.home.run(run.id)
    seen = {e.id for e in folder.train} | {e.id for e in folder.validation}
    assert not seen & {e.id for e in exam.examples}
    assert len(seen) + len(exam.examples) == 48
    view = studio.examples.remove(project, dataset, [folder.train[0].id], by="ana")
    again = studio.runs.launch(project, view.id, Recipe(), by="ana")
    assert again.spec.exam_sha256 == exam.sha256


def test_a_second_run_waits_in_a_visible_queue(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    first, second = (studio.runs.launch(project, dataset, Recipe(), by="ana") for _ in range(2))
    assert (first.ahead, second.ahead) == (0, 1)
    assert [view.id for view in studio.runs.all(project)] == [second.id, first.id]


def test_a_run_whose_turn_has_come_has_none_before_it(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    first, second = (studio.runs.launch(project, dataset, Recipe(), by="ana") for _ in range(2))
    lease = studio.home.lease()
    assert lease.take()
    assert [studio.runs.view(run.id).ahead for run in (first, second)] == [1, 2], "somebody else calculates"
    RunQueue(studio.ledger).leave(first.id)  # as the worker does, with the lease in its hand
    assert [studio.runs.view(run.id).ahead for run in (first, second)] == [0, 1]
    lease.release()


def test_where_people_share_a_computer_nobody_fills_the_queue(tmp_path: Path) -> None:
    studio = Studio(Settings(home=tmp_path / "home", offline=True, people=True, waiting_per_person=2), FakeEngine())
    (tmp_path / "t.csv").write_text(table(), encoding="utf-8")
    view = studio.examples.upload(tmp_path / "t.csv", "t.csv", by="ana", origin="o", licence="l", consent="c")
    first, _ = (studio.runs.launch(view.project, view.id, Recipe(seed=seed), by="ana") for seed in (1, 2))
    with pytest.raises(StudioError, match="2 runs of yours wait already"):
        studio.runs.launch(view.project, view.id, Recipe(seed=3), by="ana")
    assert len(studio.runs.all(view.project)) == 2, "nothing of it is left behind"
    studio.runs.launch(view.project, view.id, Recipe(seed=3), by="ben")
    studio.runs.stop(first.id, by="ana")
    studio.runs.launch(view.project, view.id, Recipe(seed=4), by="ana")
    studio.close()


def test_the_runs_of_a_copied_project_are_its_own(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    run = studio.runs.launch(project, dataset, Recipe(), by="ana")
    shutil.copytree(studio.home.project_folder(project), studio.home.projects / "copy")
    for one in (project, "copy"):
        assert [found.folder for found in studio.runs.all(one)] == [studio.home.projects / one / "runs" / run.id]


def test_a_worker_with_nothing_to_do_does_not_open_the_database(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.hold_home()
    time.sleep(0.3)
    opened: list[int] = []
    monkeypatch.setattr(RunQueue, "rows", lambda queue: opened.append(1) or [])
    time.sleep(2.2)
    assert opened == []


def test_the_worker_carries_out_what_another_process_put_in_the_queue(studio: Studio, upload: Upload) -> None:
    studio.hold_home()
    time.sleep(0.3)
    project, dataset = upload(table())
    other = Studio(studio.settings, FakeEngine())
    run = other.runs.launch(project, dataset, Recipe(), by="ana").id
    until(lambda: studio.runs.view(run).state.status is Status.DONE)


def test_the_worker_carries_out_what_waits_and_a_failure_does_not_stop_it(tmp_path: Path, upload: Upload) -> None:
    engine = FakeEngine(steps=4, pause=0.0, failing="The disk is full.")
    studio = Studio(Settings(home=tmp_path / "home", offline=True), engine)
    project, dataset = upload(table())
    bad = studio.runs.launch(project, dataset, Recipe(), by="ana").id
    studio.hold_home()
    try:
        until(lambda: studio.runs.view(bad).state.status is Status.FAILED)
        engine.failing = ""
        good = studio.runs.launch(project, dataset, Recipe(), by="ana").id
        until(lambda: studio.runs.view(good).state.status is Status.DONE)
    finally:
        studio.close()
    assert studio.runs.view(bad).state.reason == "The disk is full."


class FullDisk(FakeEngine):
    """Nothing can be written when a run is to begin, until there is room."""

    has_room = False

    def train(self, run_folder: Path, should_stop: Callable[[], bool]) -> RunResult:
        """As ever, once there is room."""
        if not self.has_room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(run_folder / "status.json"))
        return super().train(run_folder, should_stop)


def test_a_disk_that_fills_while_a_run_waits_is_told_and_it_goes_on_once_there_is_room(
    tmp_path: Path, upload: Upload
) -> None:
    engine = FullDisk(steps=4, pause=0.0)
    studio = Studio(Settings(home=tmp_path / "home", offline=True), engine)
    try:
        project, dataset = upload(table())
        first, second = (studio.runs.launch(project, dataset, Recipe(seed=seed), by="ana").id for seed in (1, 2))
        studio.hold_home()

        def told() -> bool:
            state = studio.runs.view(first).state  # one look: the worker tries again between two
            full = "disk of this computer is full" in state.reason and "by itself" in state.hint
            return full and state.status is Status.QUEUED

        until(told)
        until(lambda: RunQueue(studio.ledger).waiting() == [first, second])
        engine.has_room = True
        until(lambda: studio.runs.view(second).state.status is Status.DONE)
        assert studio.runs.view(first).state.status is Status.DONE and RunQueue(studio.ledger).waiting() == []
    finally:
        studio.close()


def test_a_queue_that_cannot_be_read_for_a_while_does_not_end_the_worker(
    tmp_path: Path, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = Studio(Settings(home=tmp_path / "home", offline=True), FakeEngine(steps=4, pause=0.0))
    try:
        project, dataset = upload(table())
        run = studio.runs.launch(project, dataset, Recipe(), by="ana").id
        rows, broken = RunQueue.rows, [sqlite3.OperationalError("database or disk is full")]
        monkeypatch.setattr(
            RunQueue, "rows", lambda queue: refuse(broken.pop()) if broken and in_worker() else rows(queue)
        )
        studio.hold_home()
        until(lambda: studio.runs.view(run).state.status is Status.DONE)
    finally:
        studio.close()


def in_worker() -> bool:
    return threading.current_thread().name == "runs"


def refuse(error: Exception) -> list[Waiting]:
    raise error


def test_a_run_whose_folder_has_gone_does_not_stop_the_queue(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    RunQueue(studio.ledger).enqueue("20260101-000000-0000", "ana")
    good = studio.runs.launch(project, dataset, Recipe(), by="ana").id
    studio.hold_home()
    until(lambda: studio.runs.view(good).state.status is Status.DONE)
    assert RunQueue(studio.ledger).waiting() == []


def test_a_damaged_run_stops_neither_the_list_nor_the_queue(
    studio: Studio, upload: Upload, caplog: pytest.LogCaptureFixture
) -> None:
    project, dataset = upload(table())
    torn, good = (studio.runs.launch(project, dataset, Recipe(seed=seed), by="ana").id for seed in (1, 2))
    (studio.runs.view(torn).folder / "status.json").write_text("{")
    assert [run.id for run in studio.runs.all(project)] == [good]
    studio.hold_home()
    until(lambda: studio.runs.view(good).state.status is Status.DONE)
    assert "status.json of this run is damaged" in caplog.text


def test_a_repeated_click_starts_one_run(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    runs = {studio.runs.launch(project, dataset, Recipe(), by="ana", key="click-1").id for _ in range(3)}
    assert len(runs) == 1


def test_a_press_that_arrives_again_neither_starts_nor_stops_nor_resumes_twice(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    run = studio.runs.launch(project, dataset, Recipe(), by="ana", request_key="1").id
    studio.runs.carry_out(run)
    assert studio.runs.launch(project, dataset, Recipe(), by="ana", request_key="1").id == run, "though it is over"
    other = studio.runs.launch(project, dataset, Recipe(), by="ana", request_key="2").id
    for _ in range(2):
        assert studio.runs.stop(other, by="ana", request_key="3").state.status is Status.STOPPED
    for _ in range(2):
        assert studio.runs.resume(other, by="ana", request_key="4").state.status is Status.QUEUED
    assert studio.runs.stop(other, by="ana", request_key="3").state.status is Status.QUEUED, "an old press is not heard"


def test_a_waiting_run_can_be_stopped_and_put_back(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    run = studio.runs.launch(project, dataset, Recipe(), by="ana").id
    assert studio.runs.stop(run, by="ana").state.status is Status.STOPPED
    with pytest.raises(StudioError, match="nothing to stop"):
        studio.runs.stop(run, by="ana")
    assert studio.runs.resume(run, by="ana").state.status is Status.QUEUED


def test_a_second_server_on_one_home_is_refused(studio: Studio, tmp_path: Path) -> None:
    studio.hold_home()
    with pytest.raises(StudioError, match="already serves"):
        Studio(Settings(home=tmp_path / "home"), FakeEngine()).hold_home()


def test_without_a_server_the_command_line_carries_its_run_out_itself(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    run = studio.runs.launch(project, dataset, Recipe(), by="ana").id
    studio.runs.carry_out_when_free(run)
    view = studio.runs.view(run)
    assert view.state.status is Status.DONE and view.outcome is not None and view.outcome.steps == 8


def test_too_few_rows_are_refused_before_a_run_exists(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table(12))
    with pytest.raises(StudioError, match=r"12|20"):
        studio.runs.launch(project, dataset, Recipe(), by="ana")
    assert studio.runs.all() == [] and studio.home.exam(project) is None
