"""Runs that a cluster carries out, with a cluster in memory: handed in once, never a wrong word, taken home whole."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studio.errors import WrongSetting
from studio.schemas.run import JobPhase, RunResult, Status
from studio.services.runs.schedulers.cluster_worker import ANSWER_SECONDS, ClusterWorker
from studio.services.runs.schedulers.job_sentences import job_sentence
from studio.services.runs.schedulers.shared_copy import SUMS
from studio.services.studio import Studio
from studio.settings import Settings, settings_from
from studio.storage.files import write_json
from studio.storage.home import Home
from studio.storage.run_folder import RunFolder
from studio.storage.run_queue import RunQueue
from studio.web.copy.training import run_headline
from tests.fake_engine import FakeEngine
from tests.model_fixtures import freezer
from tests.services.runs.schedulers.fake_scheduler import FakeScheduler

Freeze = Callable[..., RunFolder]


class Clock:
    """Stands until it is set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    made = Studio(Settings(home=tmp_path / "home", offline=True), FakeEngine())
    made.home.create_project("P", "ana", id="p")
    return made


@pytest.fixture
def freeze(studio: Studio, tmp_path: Path) -> Freeze:
    model = tmp_path / "model"
    model.mkdir()
    (model / "config.json").write_text("{}")
    from studio.schemas.example import pair

    rows = [pair(number, f"q{number}", f"a{number}") for number in range(1, 41)]
    freezes = freezer(studio.home.project_folder("p") / "runs", model, rows)

    def one() -> RunFolder:
        folder = studio.home.run(freezes().id)
        RunQueue(studio.ledger).enqueue(folder.id, "ana")
        return folder

    return one


@pytest.fixture
def clock() -> Clock:
    return Clock()


def worker_of(studio: Studio, scheduler: FakeScheduler, clock: Clock, shared: Path | None = None) -> ClusterWorker:
    """As a server has it that was just started; looked at by hand."""
    worker = ClusterWorker(Home(studio.settings.home), RunQueue(studio.ledger), scheduler, clock, shared=shared)
    worker._closing.set()
    worker.start()
    return worker


def teach(folder: RunFolder, status: Status = Status.DONE) -> None:
    """What a node writes; a lock that it holds is not seen from here."""
    lock = folder.lock
    assert lock.take()
    if folder.state.status is not Status.RUNNING:
        folder.move_to(Status.RUNNING, started=datetime.now(UTC))
    folder.append_metric(step=len(folder.metrics()) + 1, loss=2.5)
    if status is not Status.RUNNING:
        folder.adapter.mkdir(exist_ok=True)
        (folder.adapter / "adapter_config.json").write_text("{}")
        write_json(folder.path / "outcome.json", RunResult(status=status, steps=1, adapter=str(folder.adapter)))
        folder.move_to(status)
    lock.release()


def test_a_run_says_its_place_its_node_and_its_end(studio: Studio, freeze: Freeze, clock: Clock) -> None:
    scheduler = FakeScheduler()
    worker = worker_of(studio, scheduler, clock)
    first, second, third = freeze(), freeze(), freeze()
    worker.look()
    worker.look()
    said = [studio.runs.view(run.id).cluster for run in (first, second, third)]
    assert said[0].startswith("Runs on node1 since ")
    assert said[1:] == ["Waiting in the cluster: first in line.", "Waiting in the cluster: second in line."]
    assert run_headline(studio.runs.view(third.id), [])[:2] == (
        "Waiting for its turn", "Waiting in the cluster: second in line. You can close this page."
    )  # fmt: skip
    assert scheduler.jobs["1"][:2] == (first.id, "ana") and RunQueue(studio.ledger).waiting() == []
    listed = [(one.run, one.person, one.says) for one in studio.queue.in_cluster()]
    assert listed == [(run.id, "ana", sentence) for run, sentence in zip((first, second, third), said, strict=True)]
    teach(first)
    scheduler.end("1")
    worker.look()
    assert studio.runs.view(first.id).state.status is Status.DONE and studio.runs.view(first.id).cluster == ""
    assert studio.runs.view(second.id).cluster.startswith("Runs on node1")
    assert [one.run for one in studio.queue.in_cluster()] == [second.id, third.id]


def test_a_lost_answer_is_found_by_the_jobs_name_and_nothing_is_handed_in_twice(
    studio: Studio, freeze: Freeze, clock: Clock
) -> None:
    scheduler, run = FakeScheduler(), freeze()
    scheduler.loses_answer = True
    worker = worker_of(studio, scheduler, clock)
    worker.look()
    job = run.cluster_job
    assert job is not None and job.phase is JobPhase.SUBMITTING and job.id == "" and len(scheduler.jobs) == 1
    worker_of(studio, scheduler, clock).look()  # a new server
    after = run.cluster_job
    assert after is not None and after.id == "1" and len(scheduler.jobs) == 1


def test_what_a_killed_server_was_about_to_hand_in_is_waited_for_and_then_handed_in_once(
    studio: Studio, freeze: Freeze, clock: Clock
) -> None:
    scheduler, run = FakeScheduler(), freeze()
    scheduler.silent = True
    worker_of(studio, scheduler, clock).look()
    scheduler.silent = False
    worker = worker_of(studio, scheduler, clock)
    worker.look()
    assert scheduler.jobs == {}, "its sbatch may still be under way"
    clock.now += timedelta(seconds=ANSWER_SECONDS + 1)
    worker.look()
    worker.look()
    assert [name for name, _, _ in scheduler.jobs.values()] == [run.id]


def test_a_cluster_that_gives_no_answer_changes_no_state(studio: Studio, freeze: Freeze, clock: Clock) -> None:
    scheduler, run = FakeScheduler(), freeze()
    worker = worker_of(studio, scheduler, clock)
    worker.look()
    teach(run, Status.RUNNING)
    scheduler.silent = True
    worker.look()
    view = studio.runs.view(run.id)
    assert view.state.status is Status.RUNNING, "nobody on this computer holds its lock, and that says nothing"
    assert view.cluster.startswith("The cluster cannot be asked now")
    assert worker.trouble is not None and worker.trouble.message == "The cluster cannot be asked now."
    scheduler.silent = False
    worker.look()
    assert studio.runs.view(run.id).cluster.startswith("Runs on node1") and worker.trouble is None


@pytest.mark.parametrize("written", [Status.RUNNING, Status.STOPPED])
def test_a_lost_node_interrupts_and_the_run_is_handed_in_again(
    studio: Studio, freeze: Freeze, clock: Clock, written: Status
) -> None:
    scheduler, run = FakeScheduler(), freeze()
    worker = worker_of(studio, scheduler, clock)
    worker.look()
    teach(run, written)  # a node that goes down slowly lets the run save
    scheduler.end("1", "NODE_FAIL")
    worker.look()
    state = studio.runs.view(run.id).state
    assert state.status is Status.INTERRUPTED and state.reason == "The cluster lost node1 while the run was on it."
    studio.runs.resume(run.id, by="ana")
    worker.look()
    assert [name for name, _, _ in scheduler.jobs.values()] == [run.id, f"{run.id}-r2"]


def test_a_run_that_waits_in_the_cluster_is_taken_out_at_once(studio: Studio, freeze: Freeze, clock: Clock) -> None:
    scheduler = FakeScheduler(places=0)
    worker, run = worker_of(studio, scheduler, clock), freeze()
    worker.look()
    worker.cancel(run)
    assert run.state.status is Status.STOPPED and run.state.reason == "Stopped before it began."
    assert scheduler.ended == {"1": "CANCELLED"}


def test_a_stop_that_the_cluster_did_not_hear_is_told_to_it_later(studio: Studio, freeze: Freeze, clock: Clock) -> None:
    scheduler = FakeScheduler(places=0)
    worker, run = worker_of(studio, scheduler, clock), freeze()
    worker.look()
    scheduler.silent = True
    worker.cancel(run)
    assert run.state.status is Status.QUEUED and scheduler.ended == {}
    scheduler.silent = False
    worker.look()
    assert run.state.status is Status.STOPPED and scheduler.ended == {"1": "CANCELLED"}


def test_a_run_that_does_not_stop_by_the_note_is_ended_by_the_cluster(
    studio: Studio, freeze: Freeze, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduler = FakeScheduler()
    worker, run = worker_of(studio, scheduler, clock), freeze()
    worker.look()
    teach(run, Status.RUNNING)
    studio.runs.stop(run.id, by="ana")
    worker.look()
    assert scheduler.ended == {}, "it may save first"
    monkeypatch.setattr("studio.services.runs.schedulers.cluster_worker.STOP_SECONDS", -1.0)
    worker.look()
    worker.look()
    assert scheduler.ended == {"1": "CANCELLED"} and run.state.status is Status.STOPPED


def test_what_a_cluster_refuses_is_said_and_the_next_goes_on(studio: Studio, freeze: Freeze, clock: Clock) -> None:
    scheduler = FakeScheduler()
    scheduler.refuses = "Invalid partition name specified"
    worker, run = worker_of(studio, scheduler, clock), freeze()
    worker.look()
    assert run.state.status is Status.FAILED
    assert run.state.reason == "The cluster refused the run: Invalid partition name specified"
    scheduler.refuses = ""
    studio.runs.resume(run.id, by="ana")
    worker.look()
    assert len(scheduler.jobs) == 1


def test_a_new_server_goes_on_watching_what_the_old_one_handed_in(studio: Studio, freeze: Freeze, clock: Clock) -> None:
    scheduler, run = FakeScheduler(), freeze()
    worker_of(studio, scheduler, clock).look()
    teach(run)
    scheduler.end("1")
    worker_of(studio, scheduler, clock).look()
    job = run.cluster_job
    assert job is not None and job.is_over and run.state.status is Status.DONE and len(scheduler.jobs) == 1


def test_a_run_goes_to_the_shared_folder_and_comes_home_with_its_hashes_compared(
    studio: Studio, freeze: Freeze, clock: Clock, tmp_path: Path
) -> None:
    scheduler, run, shared = FakeScheduler(), freeze(), tmp_path / "shared"
    worker = worker_of(studio, scheduler, clock, shared)
    worker.look()
    away = scheduler.jobs["1"][2]
    assert away.path.is_relative_to(shared) and Path(away.spec.model_folder).is_relative_to(shared)
    teach(away, Status.RUNNING)
    worker.look()
    assert run.metrics() == away.metrics() and studio.runs.view(run.id).state.status is Status.RUNNING
    teach(away)
    worker.look()
    assert run.state.status is Status.RUNNING, "it is over when it is at home"
    scheduler.end("1")
    worker.look()
    view = studio.runs.view(run.id)
    assert view.state.status is Status.DONE and view.has_version and len(run.metrics()) == 2
    assert view.outcome is not None and view.outcome.adapter == str(run.adapter) and not away.path.exists()


@pytest.mark.parametrize("apart", [True, False])
def test_a_file_that_is_not_what_the_node_wrote_is_named(
    studio: Studio, freeze: Freeze, clock: Clock, tmp_path: Path, apart: bool
) -> None:
    scheduler, run = FakeScheduler(), freeze()
    worker = worker_of(studio, scheduler, clock, tmp_path / "shared" if apart else None)
    worker.look()
    away = scheduler.jobs["1"][2]
    teach(away)
    good = hashlib.sha256(b"what the node wrote").hexdigest()
    (away.path / SUMS).write_text(f"{good}  ./adapter/adapter_config.json\0")
    scheduler.end("1")
    worker.look()
    state = run.state
    assert state.status is Status.FAILED
    assert state.reason == "“adapter/adapter_config.json” did not come home from the cluster as it was written there."


def test_a_place_in_line_is_a_word_as_long_as_people_read_one(studio: Studio, freeze: Freeze, clock: Clock) -> None:
    worker, run = worker_of(studio, FakeScheduler(places=0), clock), freeze()
    worker.look()
    worker.look()
    job = run.cluster_job
    assert job is not None
    said = [job_sentence(job.model_copy(update={"place": place})) for place in (3, 12)]
    assert said == ["Waiting in the cluster: third in line.", "Waiting in the cluster: number 12 in line."]
    taken = job.model_copy(update={"phase": JobPhase.RUNNING})  # Ray names no node
    assert job_sentence(taken) == "The cluster has taken it. It begins when there is room."
    assert job_sentence(taken, begun=True) == "Runs in the cluster."


def test_only_options_reach_the_scheduler(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="scheduler_options"):
        settings_from({"home": tmp_path, "scheduler_options": ["/bin/sh"]}, {})
    with pytest.raises(WrongSetting, match="scheduler_partition"):
        settings_from({"home": tmp_path, "scheduler_partition": "a b"}, {})
