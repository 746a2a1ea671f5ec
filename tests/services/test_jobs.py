"""Background work: one at a time for each subject, told about, cancelled, kept over a restart, closed in order."""

import errno
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.schemas.job import JobState
from studio.schemas.profile import Difficulty
from studio.services.jobs import BackgroundJob, Jobs
from studio.storage.home import Home

FOUND = Difficulty(model="starter", asked=1, same=0, close=0, middle=12.5, tried=())


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.create_project("Letters", "ana", id="letters")
    return made


@pytest.fixture
def jobs(home: Home) -> Iterator[Jobs]:
    made = Jobs(home, now)
    yield made
    made.close(5)


def until_cancelled(job: BackgroundJob) -> None:
    while not job.is_cancelled():
        time.sleep(0.005)
    raise StudioError("The exam was stopped.", hint="Ask again.", where="r1")


def test_a_second_click_finds_the_work_that_goes_on(jobs: Jobs) -> None:
    go = threading.Event()
    first = jobs.begin("exam", "letters", "r1", lambda job: (go.wait(10), None)[1], by="ana")
    assert jobs.begin("exam", "letters", "r1", until_cancelled, by="ben") is first
    assert jobs.last("exam", "letters", "r1") is first and jobs.last("exam", "letters", "r2") is None
    assert not first.is_over and first.state is JobState.RUNNING
    go.set()
    assert first.wait(10) and first.state is JobState.DONE and first.error is None
    assert jobs.begin("exam", "letters", "r1", lambda job: None, by="ben") is not first


def test_progress_is_told_and_cancelling_is_heard(jobs: Jobs) -> None:
    def work(job: BackgroundJob) -> None:
        job.progress("tuned, exam", 16, 42)
        until_cancelled(job)

    job = jobs.begin("exam", "letters", "r1", work, by="ana")
    jobs.cancel("exam", "letters", "r1")
    assert job.wait(10) and job.state is JobState.CANCELLED
    assert (job.what, job.done, job.total, job.record.unit) == ("tuned, exam", 16, 42, "answers")
    assert job.error is not None and (job.error.message, job.error.where) == ("The exam was stopped.", "r1")


def test_what_it_came_to_is_read_after_a_restart(jobs: Jobs, home: Home) -> None:
    assert jobs.begin("difficulty", "letters", "d1 starter", lambda job: FOUND, by="ana").wait(10)
    later = Jobs(home, now).last("difficulty", "letters", "d1 starter")
    assert later is not None and later.is_over and later.record.by == "ana"
    assert Difficulty.model_validate(later.record.result) == FOUND


def test_what_was_deleted_is_not_remembered(jobs: Jobs, home: Home) -> None:
    assert jobs.begin("difficulty", "letters", "d1 starter", lambda job: FOUND, by="ana").wait(10)
    for path in (home.project_folder("letters") / "jobs").iterdir():
        path.unlink()
    assert jobs.last("difficulty", "letters", "d1 starter") is None


def test_what_a_restart_cut_off_says_so(jobs: Jobs, home: Home) -> None:
    jobs.begin("exam", "letters", "r1", until_cancelled, by="ana")
    later = Jobs(home, now).last("exam", "letters", "r1")
    assert later is not None and later.state is JobState.FAILED
    assert later.error is not None and "closed or the computer stopped" in later.error.message


def test_work_beyond_the_limit_waits_and_can_be_cancelled_before_its_turn(home: Home) -> None:
    jobs, go = Jobs(home, now, at_once=1), threading.Event()
    first = jobs.begin("exam", "letters", "r1", lambda job: (go.wait(10), None)[1], by="ana")
    second = jobs.begin("exam", "letters", "r2", until_cancelled, by="ana")
    third = jobs.begin("exam", "letters", "r3", lambda job: FOUND, by="ana")
    assert (first.state, second.state) == (JobState.RUNNING, JobState.WAITING)
    jobs.cancel("exam", "letters", "r2")
    assert second.is_over and second.state is JobState.CANCELLED
    go.set()
    assert third.wait(10) and third.state is JobState.DONE


def test_closing_cancels_all_and_waits_in_the_order_in_which_they_were_begun(jobs: Jobs) -> None:
    let_go: list[str] = []

    def work(job: BackgroundJob) -> None:
        while not job.is_cancelled():
            time.sleep(0.005)
        time.sleep(0.1)  # what a model takes to end its word
        let_go.append(job.record.about)

    jobs.begin("exam", "letters", "r1", work, by="ana"), jobs.begin("ballot", "letters", "b1", work, by="ben")
    assert jobs.close() == [] and sorted(let_go) == ["b1", "r1"] and jobs.going() == []
    with pytest.raises(StudioError, match="being closed"):
        jobs.begin("exam", "letters", "r2", work, by="ana")


def test_closing_gives_up_on_what_does_not_let_go_in_time(jobs: Jobs) -> None:
    go = threading.Event()
    job = jobs.begin("exam", "letters", "r1", lambda job: (go.wait(20), None)[1], by="ana")
    began = time.monotonic()
    assert jobs.close(0.2) == [job] and time.monotonic() - began < 5
    go.set()


def test_a_fault_is_told_in_words_and_written_to_the_log(jobs: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    def work(job: BackgroundJob) -> None:
        raise ZeroDivisionError

    job = jobs.begin("exam", "letters", "r1", work, by="ana")
    assert job.wait(10) and job.state is JobState.FAILED
    assert "inside the studio" in str(job.error) and "ZeroDivisionError" in caplog.text


def test_a_full_disk_is_told_in_its_own_sentence(jobs: Jobs) -> None:
    def work(job: BackgroundJob) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    job = jobs.begin("exam", "letters", "r1", work, by="ana")
    assert job.wait(10) and job.error is not None and "disk of this computer is full" in job.error.message
