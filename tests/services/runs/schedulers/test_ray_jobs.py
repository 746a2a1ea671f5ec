"""Ray's job server: what a scheduler promises, and a whole run, on a cluster of one node. By hand, beside
`pip install "ray[default]>=2.50"`:

    STUDIO_RAY=1 python -m pytest -n 0 tests/services/runs/schedulers/test_ray_jobs.py
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from studio.schemas.example import Example
from studio.schemas.run import JobPhase, Status
from studio.services.runs.schedulers.cluster_worker import ClusterWorker
from studio.services.runs.schedulers.ray_jobs import RayJobs
from studio.services.runs.schedulers.scheduler import CannotAsk
from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.run_folder import RunFolder
from studio.storage.run_queue import RunQueue
from studio.training.train import run_training
from tests.fake_engine import FakeEngine
from tests.free_ports import free_port
from tests.model_fixtures import freezer, losses

Prepare = Callable[..., RunFolder]
ROOT = Path(__file__).resolve().parents[4]
asked_for = pytest.mark.skipif("STUDIO_RAY" not in os.environ, reason="needs Ray: asked for by STUDIO_RAY=1")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the job server of a node with two processors answers."""
    port, jobs = free_port(), free_port()
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1",
        "RAY_USAGE_STATS_ENABLED": "0",
    }  # fmt: skip
    with tempfile.TemporaryDirectory(dir="/tmp") as place:  # a socket's path must be short

        def ray(*words: str) -> None:
            line = [sys.executable, "-m", "ray.scripts.scripts", *words]
            subprocess.run(line, env=environment, check=True, timeout=180, stdout=subprocess.DEVNULL)

        ray("start", "--head", "--node-ip-address=127.0.0.1", f"--port={port}", "--num-cpus=2",
            "--dashboard-host=127.0.0.1", f"--dashboard-port={jobs}", "--disable-usage-stats",
            f"--temp-dir={place}")  # fmt: skip
        yield f"http://127.0.0.1:{jobs}"
        ray("stop", "--force")


def test_nobody_at_the_address_is_no_answer() -> None:
    with pytest.raises(CannotAsk):
        RayJobs(f"http://127.0.0.1:{free_port()}").states(["x"])


@asked_for
def test_ray_keeps_what_every_scheduler_promises(prepare: Prepare, address: str) -> None:
    scheduler, run = RayJobs(address), prepare(max_steps=100000)
    assert scheduler.find("one") is None
    assert scheduler.submit(run, "one", "ana") == "one" == scheduler.submit(run, "one", "ana"), "once, however often"
    assert scheduler.find("one") == "one"
    states = scheduler.states(["one", "nothing"])
    assert states["one"].phase in (JobPhase.WAITING, JobPhase.RUNNING) and states["nothing"].phase is JobPhase.ENDED
    scheduler.cancel("one")
    end = time.monotonic() + 60
    while scheduler.states(["one"])["one"].phase is not JobPhase.ENDED and time.monotonic() < end:
        time.sleep(0.2)
    assert scheduler.states(["one"])["one"].reason in ("CANCELLED", "FAILED")
    scheduler.cancel("one")


@asked_for
def test_a_run_on_ray_learns_what_a_run_of_this_computer_learns(
    tmp_path: Path,
    tiny: Path,
    examples: list[Example],
    address: str,
) -> None:
    studio = Studio(Settings(home=tmp_path / "home", offline=True), FakeEngine())
    studio.home.create_project("P", "ana", id="p")
    freezes = freezer(studio.home.project_folder("p") / "runs", tiny, examples)
    run = studio.home.run(freezes(max_steps=6, eval_steps=3).id)
    here = RunFolder(Path(shutil.copytree(run.path, tmp_path / "here")))
    queue = RunQueue(studio.ledger)
    queue.enqueue(run.id, "ana")
    worker = ClusterWorker(studio.home, queue, RayJobs(address), lambda: datetime.now(UTC), look_seconds=0.5)
    worker.carry_out_when_free(run.id)
    assert run.state.status is Status.DONE, run.state
    run_training(here.path, lambda: False)
    assert len(losses(run)) == 6 and losses(run) == pytest.approx(losses(here), rel=1e-6)
