"""The Ray script on a cluster of one node, found by its loopback address. By hand, beside `pip install "ray>=2.50"`:
`STUDIO_RAY=1 python -m pytest -n 0 tests/training/test_ray.py`. Ray's own servers listen on every address anyway."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.schemas.run import Status
from studio.services.runs.cluster_script import write_cluster_script
from studio.storage.run_folder import RunFolder
from studio.training.train import run_training
from tests.free_ports import free_port
from tests.model_fixtures import losses

Prepare = Callable[..., RunFolder]
ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif("STUDIO_RAY" not in os.environ, reason="needs Ray: asked for by STUDIO_RAY=1")


@pytest.fixture
def cluster() -> Iterator[dict[str, str]]:
    """A node with two processors on loopback, without a dashboard; what its members find it by."""
    port = free_port()
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1",
        "RAY_USAGE_STATS_ENABLED": "0", "RAY_ADDRESS": f"127.0.0.1:{port}",
    }  # fmt: skip
    with tempfile.TemporaryDirectory(dir="/tmp") as place:  # a socket's path must be short

        def ray(*words: str) -> None:
            line = [sys.executable, "-m", "ray.scripts.scripts", *words]
            subprocess.run(line, env=environment, check=True, timeout=180, stdout=subprocess.DEVNULL)

        ray("start", "--head", "--node-ip-address=127.0.0.1", f"--port={port}", "--num-cpus=2",
            "--include-dashboard=false", "--disable-usage-stats", f"--temp-dir={place}")  # fmt: skip
        yield environment
        ray("stop", "--force")


def test_the_ray_script_teaches_as_two_processes_what_one_teaches(prepare: Prepare, cluster: dict[str, str]) -> None:
    one, two = (prepare(max_steps=6, eval_steps=3) for _ in range(2))
    run_training(one.path, lambda: False)
    line = [sys.executable, str(write_cluster_script(two, "ray")), "2"]
    done = subprocess.run(line, env=cluster, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert two.state.status is Status.DONE
    assert losses(two) == pytest.approx(losses(one), rel=1e-5)
    assert (two.path / "machine.json").read_text().find('"processes": 2') > 0
