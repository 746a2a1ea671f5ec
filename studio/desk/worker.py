"""Carrying out what waits: one thread per server, one run at a time; a failure does not stop the next."""

import logging
import os
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

from studio.desk.engine import Engine
from studio.errors import RunFailed
from studio.records.run import Outcome, Status
from studio.storage.files import FileLock
from studio.storage.home import Home
from studio.storage.ledger import Ledger
from studio.storage.run_folder import RunFolder

log = logging.getLogger("studio.runs")


class Worker:
    """Takes runs out of the queue and does them here, or in a child process of their own."""

    def __init__(self, home: Home, ledger: Ledger, engine: Engine, *, in_child: bool, processes: int = 1) -> None:
        self._home, self._ledger, self._engine = home, ledger, engine
        self._processes = processes
        self._in_child = in_child or self._processes > 1
        self._wake, self._closing = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Something new waits."""
        self._wake.set()

    def start(self) -> None:
        """Begin to carry out what waits; called once by the server that holds the home."""
        for folder in self._home.runs():
            if folder.state.status is Status.QUEUED and not folder.ticket.elsewhere:
                self._ledger.enqueue(folder.id, folder.ticket.by)
        self._thread = threading.Thread(target=self._work, name="runs", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ask a running run to save and stop, and wait a while for it."""
        self._closing.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def _work(self) -> None:
        while not self._closing.is_set():
            lease = self._home.lease
            waiting = self._ledger.waiting()
            if not waiting or not lease.take():
                self._wake.wait(timeout=1.0)
                self._wake.clear()
                continue
            try:
                self.carry_out(waiting[0], lease)
            except Exception:  # a thread has nobody above it: whatever is wrong with one run, the next ones wait for it
                log.exception("the run %s could not be carried out", waiting[0])
                self._wake.wait(timeout=1.0)
            finally:
                lease.release()

    def carry_out(self, run: str, lease: FileLock | None = None) -> Outcome | None:
        """Take a run out of the queue and do it here and now. The caller holds the lease; a child gets its share of it.

        A failure is written into the run folder in words; the queue goes on after it.
        """
        self._ledger.leave_queue(run)
        folder = self._home.run(run)
        if not folder.seen_state().status.may_become(Status.RUNNING):
            return None
        if self._in_child:
            self._carry_out_in_child(folder, lease)
            return None
        try:
            return self._engine.teach(folder.path, self._closing.is_set)
        except RunFailed:
            return None  # said in status.json by the furnace
        except Exception as error:  # a fault of ours must not stop the queue; it is written down, not hidden
            with folder.log.open("a", encoding="utf-8") as log:
                traceback.print_exc(file=log)
            if folder.state.status is not Status.FAILED:
                folder.move_to(
                    Status.FAILED, reason="Something went wrong inside the studio, and the run ended.",
                    hint=f"The details are in {folder.log.name} of the run ({type(error).__name__}).",
                )  # fmt: skip
            return None

    def carry_out_when_free(self, run: str) -> None:
        """Carry the run out as soon as nobody holds the lease, unless a server of this home does it first."""
        lease = self._home.lease
        while not self._home.run(run).state.status.is_over and run in self._ledger.waiting():
            if self._home.server_lock.is_free() and lease.take():
                try:
                    self.carry_out(run, lease)
                finally:
                    lease.release()
                return
            time.sleep(0.5)
        while not self._home.run(run).seen_state().status.is_over:
            time.sleep(0.5)

    def _carry_out_in_child(self, folder: RunFolder, lease: FileLock | None) -> None:
        """The same run as `studio train --run FOLDER`, in its own process group.

        The child holds the lease, too: should this process end before a slow save, the accelerator is still in use.
        """
        handles = (lease.fileno(),) if lease is not None and os.name == "posix" else ()
        with folder.log.open("ab") as log:
            child = subprocess.Popen(
                command_of(folder.path, self._processes),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, pass_fds=handles,
            )  # fmt: skip
            while child.poll() is None:
                if self._closing.wait(timeout=0.5):
                    folder.ask_to_stop()
                    child.wait()
        if folder.state.status is Status.QUEUED:
            folder.move_to(Status.FAILED, reason="The run could not be started.", hint=f"See {folder.log.name}.")


def command_of(folder: Path, processes: int) -> list[str]:
    """What carries out a prepared run folder: one process, or several of this computer that share every step."""
    if processes == 1:
        return [sys.executable, "-m", "studio", "train", "--run", str(folder), "--json"]
    shared = ["torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    return [sys.executable, "-m", *shared, "-m", "studio.engine.teach", str(folder)]
