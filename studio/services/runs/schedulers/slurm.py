"""Slurm by its own commands: `sbatch`, `squeue`, `sacct` and `scancel`, each as a list of words and without a shell.

`squeue` is asked for fields with bars between them, and not for JSON: the fields are the same in every version, while
the JSON needs a plugin and has changed its form from one to the next (slurm.schedmd.com/squeue.html, rest_api.html).
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from studio.schemas.run import JobPhase
from studio.services.runs.schedulers.scheduler import CannotAsk, JobRefused, JobState
from studio.storage.files import write_bytes
from studio.storage.run_folder import RunFolder

ASK_SECONDS = 20.0
SUBMIT_SECONDS = 60.0
FIELDS = "%i|%T|%S|%N|%P|%r"  # %r stands last: the reason is free text
SCRIPT = "job.sh"
SUMS = "sums.sha256"
WAITING = {"PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "RESV_DEL_HOLD", "SPECIAL_EXIT"}
ENDED = {"BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED",
         "REVOKED", "TIMEOUT"}  # fmt: skip
NO_ANSWER = ("contact", "timed out", "connection", "try again", "slurm_load_jobs", "temporarily")
PASSED_ON = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR",
             "OMP_NUM_THREADS", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE", "DO_NOT_TRACK",
             "HF_HUB_DISABLE_TELEMETRY", "WANDB_MODE", "TOKENIZERS_PARALLELISM", "STUDIO_LANGUAGE")  # fmt: skip
JOB = """#!/usr/bin/env bash
# Carries out the run of this folder. Told to end, it saves a whole point and leaves.
set -uo pipefail
{start}
status=$?
# What this node wrote, as it reads it: compared once the result is at home.
find . -type f ! -name {sums} ! -name '{sums}.part' -print0 | sort -z | xargs -0 sha256sum --zero > {sums}.part &&
  mv {sums}.part {sums}
exit "$status"
"""


class Slurm:
    """One cluster, with what an administrator said of it: nothing here comes from a member."""

    name = "slurm"

    def __init__(
        self, *, partition: str = "", account: str = "", options: Sequence[str] = (), processes: int = 1
    ) -> None:
        self._options = [*([f"--partition={partition}"] if partition else []),
                         *([f"--account={account}"] if account else []), *options]  # fmt: skip
        self._processes = processes

    def submit(self, folder: RunFolder, job: str, person: str) -> str:
        """The environment that goes along is a list of names: no token of the server's gets into the cluster."""
        script = folder.path / SCRIPT
        write_bytes(script, job_script(folder, self._processes).encode("utf-8", "surrogateescape"))
        script.chmod(0o700)
        passed = ",".join(name for name in PASSED_ON if name in os.environ)
        line = ["sbatch", "--parsable", f"--job-name={job}", f"--comment={person}", f"--chdir={folder.path}",
                "--output=cluster-%j.txt", "--no-requeue", "--signal=TERM@120", f"--export={passed or 'NONE'}",
                *self._options, str(script)]  # fmt: skip
        done = call(line, SUBMIT_SECONDS)
        if done.returncode:
            if any(words in done.stderr.lower() for words in NO_ANSWER):
                raise CannotAsk(done.stderr)
            raise JobRefused(self.name, done.stderr.replace("sbatch: error: ", ""))
        id = done.stdout.strip().partition(";")[0]
        if not id.isdigit():
            raise CannotAsk(done.stdout)
        return id

    def find(self, job: str) -> str | None:
        """In the line and just behind it, then in the accounts where the cluster keeps any."""
        found = asked("squeue", "--noheader", "--states=all", f"--name={job}", "--format=%i").split()
        found = found or [line.split("|")[0] for line in accounts(f"--name={job}", "--starttime=now-7days")]
        return max((id for id in found if id.isdigit()), key=int, default=None)

    def states(self, ids: Sequence[str]) -> Mapping[str, JobState]:
        """One look at the whole line, since a place in it is told by those before."""
        said = asked("squeue", "--noheader", "--states=all", "--sort=-p,i", f"--format={FIELDS}")
        rows = [line.split("|", 5) for line in said.splitlines() if line.count("|") >= 5]
        found: dict[str, JobState] = {}
        before: dict[str, int] = {}  # how many wait so far, by partition
        for id, state, since, node, partition, reason in rows:
            place = None
            if state == "PENDING":
                place = before[partition] = before.get(partition, 0) + 1
            if id in ids:
                found[id] = state_of(state, since, node, reason, place)
        gone = [id for id in ids if id not in found]
        for line in accounts(f"--jobs={','.join(gone)}") if gone else []:
            id, state, since, node = line.split("|")[:4]
            found[id] = state_of(state.split()[0], since, node, "", None)
        return {id: found.get(id, JobState(JobPhase.ENDED)) for id in ids}

    def cancel(self, id: str) -> None:
        """`scancel` tells a running job to end, waits as the cluster is set (KillWait), and then ends it."""
        done = call(["scancel", id], ASK_SECONDS)
        said = done.stderr.lower()
        if done.returncode and "invalid job id" not in said and "already" not in said:
            raise CannotAsk(done.stderr)


def job_script(folder: RunFolder, processes: int) -> str:
    """What the node carries out, from within the run folder."""
    python = os.environ.get("STUDIO_PYTHON", sys.executable)  # where the nodes have theirs, if that is elsewhere
    words = ["srun", "--nodes=1", "--ntasks=1", python, "-P", "-m"]
    if processes > 1:
        words += ["torch.distributed.run", "--standalone", f"--nproc-per-node={processes}", "-m"]
    return JOB.format(start=shlex.join([*words, "studio.training.train", str(folder.path)]), sums=SUMS)


def state_of(state: str, since: str, node: str, reason: str, place: int | None) -> JobState:
    """Slurm's many states as one of three. One of which nothing is known here has not ended as far as anybody knows."""
    at = datetime.fromtimestamp(int(since), UTC) if since.isdigit() else None
    if state in WAITING:
        return JobState(JobPhase.WAITING, place=place, reason=reason)
    if state in ENDED:
        return JobState(JobPhase.ENDED, node=node, since=at, reason=state)
    return JobState(JobPhase.RUNNING, node=node, since=at)


def accounts(*which: str) -> list[str]:
    """Lines of `sacct`; none where the cluster keeps no accounts."""
    try:
        done = call(["sacct", "--noheader", "--parsable2", "--allocations", *which,
                     "--format=JobIDRaw,State,Start,NodeList"], ASK_SECONDS)  # fmt: skip
    except CannotAsk:
        return []
    return [line for line in done.stdout.splitlines() if line.count("|") >= 3] if done.returncode == 0 else []


def asked(*line: str) -> str:
    """What the command says; CannotAsk when it fails for whatever reason."""
    done = call(line, ASK_SECONDS)
    if done.returncode:
        raise CannotAsk(done.stderr)
    return done.stdout


def call(line: Sequence[str], seconds: float) -> subprocess.CompletedProcess[str]:
    """Times come as seconds since 1970, whatever the cluster's own zone."""
    environment = {**os.environ, "SLURM_TIME_FORMAT": "%s"}
    try:
        return subprocess.run(
            line, capture_output=True, text=True, errors="replace", timeout=seconds, check=False,
            env=environment, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotAsk(f"{line[0]}: {error}") from None
