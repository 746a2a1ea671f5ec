"""A real Slurm cluster of one node (`tests/slurm_cluster.py`): what a scheduler promises, and whole runs through it."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.schemas.example import Example
from studio.schemas.run import JobPhase, Status
from studio.services.runs.schedulers.scheduler import CannotAsk, JobRefused, Scheduler
from studio.services.runs.schedulers.slurm import Slurm
from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.run_folder import RunFolder
from studio.storage.run_queue import RunQueue
from studio.training.train import run_training
from tests.fake_engine import FakeEngine
from tests.model_fixtures import freezer, losses
from tests.services.runs.schedulers.fake_scheduler import FakeScheduler
from tests.slurm_cluster import SlurmCluster, missing, slurm_cluster

ROOT = Path(__file__).resolve().parents[4]
OPTIONS = ("--cpus-per-task=1", "--time=5")
Prepare = Callable[..., RunFolder]
pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(bool(missing()), reason=f"no Slurm on this computer: {', '.join(missing())}"),
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[SlurmCluster]:
    with pytest.MonkeyPatch.context() as patch:

        def say(environment: dict[str, str]) -> None:
            for name, value in environment.items():
                patch.setenv(name, value)

        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("OMP_NUM_THREADS", "1")
        patch.setenv("HF_HUB_OFFLINE", "1")
        with slurm_cluster(say) as made:
            yield made


class Runs:
    """A home with servers that come and go, and run folders frozen in it."""

    def __init__(self, place: Path, tiny: Path, examples: list[Example], cluster: SlurmCluster) -> None:
        self.settings = Settings(home=place / "home", offline=True, scheduler="slurm", scheduler_partition="teach",
                                 scheduler_options=OPTIONS)  # fmt: skip
        self.cluster, self.studio = cluster, self._open()
        self.studio.home.create_project("P", "ana", id="p")
        self._freeze = freezer(self.studio.home.project_folder("p") / "runs", tiny, examples)
        self.studio.hold_home()

    def _open(self) -> Studio:
        return Studio(self.settings, FakeEngine())

    def launch(self, by: str = "ana", **knobs: object) -> RunFolder:
        """As Start does it, past the choice of rows."""
        folder = self.studio.home.run(self._freeze(**knobs).id)
        RunQueue(self.studio.ledger).enqueue(folder.id, by)
        self.studio.runs._worker.wake()
        return folder

    def restart(self, **changes: object) -> None:
        """The server goes, and another one comes."""
        self.studio.close()
        self.settings = self.settings.model_copy(update=changes)
        self.studio = self._open()
        self.studio.hold_home()

    def until(self, run: RunFolder, *statuses: Status, seconds: float = 60.0) -> None:
        """TimeoutError says what was there instead."""
        end = time.monotonic() + seconds
        while (state := self.studio.runs.view(run.id).state).status not in statuses:
            if time.monotonic() > end:
                said = [path.read_text()[-2000:] for path in run.path.glob("cluster-*.txt")]
                raise TimeoutError(f"{state} {run.cluster_job} {said} {self.cluster.run('squeue', '--states=all')}")
            time.sleep(0.1)

    def jobs(self) -> list[str]:
        """The names of all that the cluster was ever given."""
        return self.cluster.run("squeue", "--noheader", "--states=all", "--sort=i", "--format=%j|%k").split()


@pytest.fixture
def runs(tmp_path: Path, tiny: Path, examples: list[Example], cluster: SlurmCluster) -> Iterator[Runs]:
    made = Runs(tmp_path, tiny, examples, cluster)
    yield made
    made.studio.close()


@pytest.mark.parametrize("kind", ["real", "fake"])
def test_what_every_scheduler_promises(kind: str, prepare: Prepare, cluster: SlurmCluster) -> None:
    scheduler: Scheduler = FakeScheduler(places=0) if kind == "fake" else Slurm(options=("--hold",))
    first, second = prepare(), prepare()
    assert scheduler.find(f"{kind}-1") is None
    one = scheduler.submit(first, f"{kind}-1", "ana")
    two = scheduler.submit(second, f"{kind}-2", "ben")
    assert one != two and scheduler.find(f"{kind}-1") == one and scheduler.find(f"{kind}-2") == two
    states = scheduler.states([one, two, "999999"])
    assert [states[id].phase for id in (one, two, "999999")] == [JobPhase.WAITING, JobPhase.WAITING, JobPhase.ENDED]
    assert (states[one].place, states[two].place) == (1, 2)
    scheduler.cancel(one)
    scheduler.cancel(one)
    after = scheduler.states([one, two])
    assert after[one].phase is JobPhase.ENDED and after[one].reason == "CANCELLED"
    assert after[two].phase is JobPhase.WAITING and after[two].place == 1
    assert scheduler.find(f"{kind}-1") == one, "also when it has just ended"
    scheduler.cancel(two)


def test_a_job_that_the_cluster_does_not_take_is_refused(prepare: Prepare, cluster: SlurmCluster) -> None:
    with pytest.raises(JobRefused, match="invalid partition"):
        Slurm(partition="none").submit(prepare(), "refused", "ana")


def test_a_run_of_the_cluster_learns_what_a_run_of_this_computer_learns(runs: Runs, tmp_path: Path) -> None:
    run = runs.launch(max_steps=6, eval_steps=3)
    here = RunFolder(Path(shutil.copytree(run.path, tmp_path / "here", ignore=shutil.ignore_patterns("job*"))))
    runs.until(run, Status.DONE)
    run_training(here.path, lambda: False)
    assert len(losses(run)) == 6 and losses(run) == pytest.approx(losses(here), rel=1e-6)
    assert run.has_version and f"{run.id}|ana" in runs.jobs()


def test_two_peoples_runs_go_side_by_side_and_the_third_says_its_place(runs: Runs) -> None:
    first, second, third = (runs.launch(by=by, max_steps=100000) for by in ("ana", "ben", "ana"))
    for run in (first, second):
        runs.until(run, Status.RUNNING)
    runs.cluster.wait(lambda: "line" in runs.studio.runs.view(third.id).cluster)
    assert runs.studio.runs.view(third.id).cluster == "Waiting in the cluster: first in line."
    assert runs.studio.runs.view(first.id).cluster.startswith(f"Runs on {runs.cluster.host} since ")
    runs.studio.runs.stop(third.id, by="ana")
    runs.until(third, Status.STOPPED, seconds=10)
    for run in (first, second):
        runs.studio.runs.stop(run.id, by="ana")
    for run in (first, second):
        runs.until(run, Status.STOPPED)
        assert run.has_version or run.metrics() == []


def test_a_lost_node_interrupts_the_run_and_resume_goes_on_from_its_last_point(runs: Runs) -> None:
    run = runs.launch(max_steps=60, eval_steps=5, save_steps=5)
    runs.cluster.wait(lambda: any(line["step"] >= 10 for line in run.metrics()))
    try:
        runs.cluster.node_is("down")
        runs.until(run, Status.INTERRUPTED, seconds=90)
    finally:
        runs.cluster.node_is("resume")
    assert run.state.reason == f"The cluster lost {runs.cluster.host} while the run was on it."
    runs.studio.runs.resume(run.id, by="ana")
    runs.until(run, Status.DONE)
    assert sorted(losses(run)) == list(range(1, 61))
    assert any("resumed_from" in line for line in (run.path / "metrics.jsonl").read_text().splitlines())


def test_a_server_that_goes_and_a_controller_that_is_silent_change_nothing(runs: Runs) -> None:
    run = runs.launch(max_steps=100000)
    runs.until(run, Status.RUNNING)
    runs.cluster.stop_controller()
    try:
        with pytest.raises(CannotAsk):
            Slurm().states(["1"])
        runs.restart()
        runs.cluster.wait(lambda: "cannot be asked now" in runs.studio.runs.view(run.id).cluster)
        assert runs.studio.runs.view(run.id).state.status is Status.RUNNING
    finally:
        runs.cluster.start_controller()
    runs.studio.runs.stop(run.id, by="ana")
    runs.until(run, Status.STOPPED)
    assert [name for name in runs.jobs() if name.startswith(run.id)].count(f"{run.id}|ana") >= 1


def test_an_answer_of_sbatch_that_is_lost_hands_nothing_in_twice(
    runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shutil.which("sbatch")
    false = tmp_path / "bin" / "sbatch"
    false.parent.mkdir()
    false.write_text(f'#!/bin/sh\n{real} "$@" >/dev/null\necho "sbatch: error: Socket timed out" >&2\nexit 1\n')
    false.chmod(0o700)
    before = len(runs.jobs())
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{false.parent}:{os.environ['PATH']}")
        run = runs.launch(max_steps=100000)
        runs.cluster.wait(lambda: bool((job := run.cluster_job) and job.id))
    assert len(runs.jobs()) == before + 1 and run.id in runs.jobs()[-1]
    runs.studio.runs.stop(run.id, by="ana")
    runs.until(run, Status.STOPPED)


def test_a_run_comes_home_from_a_folder_that_both_see(runs: Runs, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    runs.restart(shared_folder=shared)
    run = runs.launch(max_steps=6, eval_steps=3)
    runs.until(run, Status.DONE)
    assert (run.path / "sums.sha256").is_file() and len(losses(run)) == 6 and run.has_version
    outcome = runs.studio.runs.view(run.id).outcome
    assert outcome is not None and outcome.adapter == str(run.adapter)
    runs.cluster.wait(lambda: list((shared / "runs").iterdir()) == [])
    assert len(list((shared / "models").iterdir())) == 1
