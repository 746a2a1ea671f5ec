"""A Slurm cluster of one node on this computer, from Debian's `slurm-wlm` and `munge`: with a key, ports and files of
its own in a temporary folder, as root or as anybody, and gone when it is left."""

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.free_ports import free_port

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol", "srun")
FOLDERS = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
CONFIGURATION = """
ClusterName=studio
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={port}
SlurmdPort={node_port}
AuthType=auth/munge
AuthInfo=socket={place}/munge.sock
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/filetxt
JobCompLoc={place}/jobs.txt
StateSaveLocation={place}/state
SlurmdSpoolDir={place}/spool
SlurmctldPidFile={place}/slurmctld.pid
SlurmdPidFile={place}/slurmd.pid
SlurmctldLogFile={place}/slurmctld.log
SlurmdLogFile={place}/slurmd.log
SlurmdParameters=config_overrides
ReturnToService=0
KillWait=10
MessageTimeout=5
SchedulerParameters=sched_interval=1,batch_sched_delay=0
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=teach Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def missing() -> list[str]:
    """The programs that are not on this computer."""
    return [name for name in PROGRAMS if shutil.which(name, path=FOLDERS) is None]


class SlurmCluster:
    """One that runs: what its programs need in their environment, and how its node is lost and found."""

    def __init__(self, place: Path) -> None:
        self.place, self.host = place, socket.gethostname().partition(".")[0]
        self.environment = {"SLURM_CONF": str(place / "slurm.conf")}

    def start(self) -> None:
        """Return once the node is ready."""
        for name in ("state", "spool"):
            (self.place / name).mkdir()
        key = self.place / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        (self.place / "slurm.conf").write_text(
            CONFIGURATION.format(
                host=self.host, user=getpass.getuser(), place=self.place, port=free_port(), node_port=free_port()
            )
        )
        self.run("munged", f"--key-file={key}", f"--socket={self.place}/munge.sock", "--force",
                 f"--pid-file={self.place}/munged.pid", f"--log-file={self.place}/munged.log",
                 f"--seed-file={self.place}/munge.seed")  # fmt: skip
        self.start_controller()
        self.run("slurmd", "-f", str(self.place / "slurm.conf"))
        self.wait(lambda: "idle" in self.run("sinfo", "--noheader", "--format=%T"))

    def start_controller(self) -> None:
        """Also after `stop_controller`: it finds its jobs again."""
        self.run("slurmctld", "-f", str(self.place / "slurm.conf"))

    def stop_controller(self) -> None:
        """Nobody answers any more; what runs goes on."""
        self._end("slurmctld")

    def node_is(self, state: str) -> None:
        """`down` loses what runs there; `resume` takes the node back."""
        self.run("scontrol", "update", f"nodename={self.host}", f"state={state}", "reason=test")

    def stop(self) -> None:
        """End every program that was started, and their jobs."""
        with contextlib.suppress(subprocess.SubprocessError):
            self.run("scancel", f"--user={getpass.getuser()}")
        for name in ("slurmd", "slurmctld", "munged"):
            self._end(name)

    def run(self, *line: str) -> str:
        """One of the cluster's commands."""
        program = shutil.which(line[0], path=FOLDERS) or line[0]
        environment = {**os.environ, **self.environment}
        done = subprocess.run([program, *line[1:]], env=environment, capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise subprocess.SubprocessError(f"{line[0]}: {done.stderr}")
        return done.stdout

    def wait(self, until: Callable[[], bool], seconds: float = 30.0) -> None:
        """TimeoutError names no reason: the logs in `place` do."""
        end = time.monotonic() + seconds
        while not until():
            if time.monotonic() > end:
                raise TimeoutError(self.run("squeue", "--states=all"))
            time.sleep(0.2)

    def _end(self, name: str) -> None:
        file = self.place / f"{name}.pid"
        if not file.is_file():
            return
        pid = int(file.read_text())
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, 15)
            for _ in range(100):
                os.kill(pid, 0)
                time.sleep(0.1)
            os.kill(pid, 9)


@contextlib.contextmanager
def slurm_cluster(environment: Callable[[Mapping[str, str]], None]) -> Iterator[SlurmCluster]:
    """Start one, say by `environment` what its programs need, and stop it whatever happens."""
    with tempfile.TemporaryDirectory(prefix="slurm-", dir="/tmp") as place:  # a socket's path must be short
        cluster = SlurmCluster(Path(place))
        environment(cluster.environment)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()
