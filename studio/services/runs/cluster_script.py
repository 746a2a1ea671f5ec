"""A prepared run folder written out as a ready script for a cluster: Slurm and Ray start what this computer would.

The run folder is the whole input, and the result is written back into it; cluster and studio see it by the same path.
"""

import shlex
import sys
from pathlib import Path

from studio.errors import WrongSetting
from studio.storage.files import write_bytes
from studio.storage.run_folder import RunFolder

SLURM = """#!/usr/bin/env bash
# Hand this in with: sbatch {name}
# It carries out the run {run} and nothing else. The run folder and the starting model's folder must be
# seen by the cluster under these paths:
#   {folder}
#   {model}
# Change the lines below to what your cluster offers; two nodes or more work, too.
#SBATCH --job-name={run}
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --time=12:00:00
#SBATCH --output={output}
#SBATCH --signal=TERM@120
#SBATCH --requeue
set -euo pipefail

python=${{STUDIO_PYTHON:-{python}}}
processes=${{STUDIO_PROCESSES_PER_NODE:-${{SLURM_GPUS_ON_NODE:-1}}}}
nodes=${{SLURM_NNODES:-1}}
first=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
port=$((20000 + SLURM_JOB_ID % 20000))

# Told to end, the run saves a whole point and leaves; handed in again, it goes on from there.
exec srun --nodes="$nodes" --ntasks="$nodes" "$python" -m torch.distributed.run \\
  --nnodes="$nodes" --nproc-per-node="$processes" \\
  --rdzv-id="$SLURM_JOB_ID" --rdzv-backend=c10d --rdzv-endpoint="$first:$port" \\
  -m studio.training.train {folder}
"""
RAY = '''"""Carry out the run {run} on a Ray cluster, and nothing else: `python {name} [PROCESSES] [GPUS PER PROCESS]`.

The run folder and the starting model's folder must be seen by all nodes under these paths:
    {shown}
    {model}
The studio must be installed on every node. What is learned is written into the run folder.
"""

import os
import socket
import subprocess
import sys

import ray
from ray.util.placement_group import placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

from studio.storage.parent_watch import PARENT, parent_mark

FOLDER = {folder!r}


@ray.remote
def meeting_place():
    """An address and a free port of the node where the first process will be."""
    with socket.socket() as free:
        free.bind(("", 0))
        return ray.util.get_node_ip_address(), free.getsockname()[1]


@ray.remote
def carry_out(rank, processes, address, port):
    """One of the processes of the run; its exit status."""
    environment = {{**os.environ, "RANK": str(rank), "WORLD_SIZE": str(processes), "LOCAL_RANK": "0",
                   "MASTER_ADDR": address, "MASTER_PORT": str(port), PARENT: parent_mark()}}
    command = [sys.executable, "-m", "studio.training.train", FOLDER]
    return subprocess.run(command, env=environment, check=False).returncode


def main():
    processes = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    ray.init(address=os.environ.get("RAY_ADDRESS"))
    usual = 1 if ray.cluster_resources().get("GPU", 0) >= processes else 0
    gpus = float(sys.argv[2]) if len(sys.argv) > 2 else usual
    group = placement_group([{{"CPU": 1, **({{"GPU": gpus}} if gpus else {{}})}}] * processes)
    ray.get(group.ready())

    def at(rank):
        where = PlacementGroupSchedulingStrategy(group, placement_group_bundle_index=rank)
        return {{"scheduling_strategy": where, "num_cpus": 1, "num_gpus": gpus}}

    address, port = ray.get(meeting_place.options(**at(0)).remote())
    going = [carry_out.options(**at(rank)).remote(rank, processes, address, port) for rank in range(processes)]
    return max(ray.get(going))


if __name__ == "__main__":
    sys.exit(main())
'''
KINDS = {"slurm": ("run.slurm.sh", SLURM), "ray": ("run_on_ray.py", RAY)}


def write_cluster_script(folder: RunFolder, kind: str) -> Path:
    """The script beside the run's files; a folder with odd letters in its path is quoted."""
    check_kind(kind)
    name, text = KINDS[kind]
    place, model = str(folder.path.absolute()), folder.spec.model_folder
    if any(ord(letter) < 32 for letter in place + model):
        raise WrongSetting("A path with line breaks cannot be written into a script.", where=repr(place))
    quoted = {"folder": shlex.quote(place), "output": shlex.quote(f"{place}/cluster-%j.txt")}
    written = text.format(
        name=name, run=folder.id, model=in_a_comment(model), shown=in_a_comment(place),
        python=shlex.quote(sys.executable), **(quoted if kind == "slurm" else {"folder": place}),
    )  # fmt: skip
    path = folder.path / name
    write_bytes(path, written.encode("utf-8", "surrogateescape"))
    path.chmod(0o700)
    return path


def check_kind(kind: str) -> None:
    """Refuse a cluster that no script is written for, before anything is frozen."""
    if kind not in KINDS:
        raise WrongSetting(f"There is no script for “{kind[:40]}”.", hint="Use slurm or ray.", where="write-script")


def in_a_comment(path: str) -> str:
    """A path as words that end neither a comment nor a docstring."""
    return path.replace("\\", "/").replace('"', "'")
