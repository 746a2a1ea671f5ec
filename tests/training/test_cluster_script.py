"""The body of the Slurm script, run by bash with Slurm's variables set: two processes do what one does."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.schemas.run import Status
from studio.services.runs.cluster_script import write_cluster_script
from studio.storage.run_folder import RunFolder
from studio.training.train import run_training
from tests.model_fixtures import losses

Prepare = Callable[..., RunFolder]
ROOT = Path(__file__).resolve().parents[2]
# What Slurm brings: its launcher takes its own options away, its controller names the nodes.
STAND_INS = {
    "srun": '#!/bin/bash\nwhile [[ $1 == --* ]]; do shift; done\nexec "$@"\n',
    "scontrol": '#!/bin/bash\n[[ "$*" == "show hostnames $SLURM_JOB_NODELIST" ]] && echo localhost\n',
}


@pytest.mark.slow
@pytest.mark.long  # Slurm
def test_the_slurm_script_teaches_as_two_processes_what_one_teaches(prepare: Prepare, tmp_path: Path) -> None:
    one, two = (prepare(max_steps=6, eval_steps=3) for _ in range(2))
    run_training(one.path, lambda: False)
    for name, text in STAND_INS.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o700)
    environment = {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1",
        "HOME": str(tmp_path), "SLURM_JOB_ID": "4711", "SLURM_JOB_NODELIST": "localhost", "SLURM_NNODES": "1",
        "STUDIO_PROCESSES_PER_NODE": "2", "STUDIO_PYTHON": sys.executable, "HF_HUB_OFFLINE": "1",
    }  # fmt: skip
    done = subprocess.run(
        ["bash", write_cluster_script(two, "slurm")], env=environment, capture_output=True, text=True, timeout=240,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert two.state.status is Status.DONE
    assert losses(two) == pytest.approx(losses(one), rel=1e-5)
    assert (two.path / "machine.json").read_text().find('"processes": 2') > 0
