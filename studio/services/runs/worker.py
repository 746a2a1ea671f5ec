"""Carrying out what waits: a thread for each accelerator, one run at a time; a failure does not stop the next."""

import contextlib
import logging
import os
import sqlite3
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import RunFailed, StudioError, disk_trouble
from studio.schemas.run import RunResult, Status
from studio.services.engine import Engine
from studio.services.runs.lease import Lease
from studio.services.runs.queue_order import QueueOrder
from studio.storage.home import Home
from studio.storage.parent_watch import PARENT, parent_mark
from studio.storage.run_folder import RunFolder
from studio.storage.run_queue import RunQueue

log = logging.getLogger("studio.runs")

RETRY_SECONDS = 1.0


class Worker:
    """Takes runs out of the queue and does them here, or in a child process of their own.

    `accelerators` names those of which each may carry out a run of its own, by what `CUDA_VISIBLE_DEVICES` calls them;
    it is asked once something waits, since looking for them takes seconds. One with an empty name is all there is.
    `stranger` says why no run can begin on one of them, when a program of somebody else holds its memory.
    """

    def __init__(
        self, home: Home, queue: RunQueue, order: QueueOrder, engine: Engine, *, in_child: bool, processes: int = 1,
        accelerators: Callable[[], Sequence[str]] = lambda: ("",),
        stranger: Callable[[str], StudioError | None] = lambda accelerator: None,
        ended: Callable[[str], None] = lambda run: None,
    ) -> None:  # fmt: skip
        self._home, self._queue, self._order, self._engine = home, queue, order, engine
        self._processes = processes
        self._ended = ended
        self._in_child = in_child or self._processes > 1
        self._look_for, self._accelerators, self._stranger = accelerators, [""], stranger
        self._wake, self._closing = threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []
        self._put_back: dict[str, str] = {}  # runs, and whose, that could not begin for the disk's sake
        self._empty_at: tuple[int, ...] | None = None  # the mark of the database when nothing waited in it
        self.trouble: StudioError | None = None  # why nothing that waits can begin now

    @property
    def places(self) -> int:
        """How many runs can go on at a time."""
        return len(self._accelerators)

    def wake(self) -> None:
        """Something new waits."""
        self._wake.set()

    def start(self) -> None:
        """Begin to carry out what waits; called once by the server that holds the home."""
        for folder in self._home.runs():
            if folder.state.status is Status.QUEUED and not folder.spec.elsewhere and not folder.is_in_cluster:
                self._queue.enqueue(folder.id, folder.spec.by)
        self._add_thread("")

    def close(self) -> None:
        """Ask a running run to save and stop, and wait a while for it."""
        self._closing.set()
        self._wake.set()
        end = time.monotonic() + 30
        for thread in self._threads:
            thread.join(timeout=max(0.0, end - time.monotonic()))

    def cancel(self, folder: RunFolder) -> None:
        """A run that waits ends at once; one that waits in a cluster, as soon as whoever watches it sees the note."""
        if folder.is_in_cluster:
            folder.ask_to_stop()
            return
        self._queue.leave(folder.id)
        folder.move_to(Status.STOPPED, reason=say("run_service.stopped_before_began"))

    def waiting(self, person: str) -> int:
        """How many of her runs wait."""
        return sum(row.person == person for row in self._queue.rows())

    def _add_thread(self, accelerator: str) -> None:
        thread = threading.Thread(target=self._work, args=(accelerator,), name="runs", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self, accelerator: str) -> None:
        """The first thread looks for accelerators once something waits, takes the first, and starts the others'."""
        looked = bool(accelerator)
        while not self._closing.is_set():
            try:
                if not looked and self._queue.rows():
                    self._accelerators = list(self._look_for()) or [""]
                    accelerator, looked = self._accelerators[0], True
                    for other in self._accelerators[1:]:
                        self._add_thread(other)
                did = self._do_next(accelerator)
            except Exception as error:  # a thread has nobody above it, and the next runs wait for it
                log.exception("a run could not be carried out")
                did, self.trouble = False, disk_trouble(error)
                with contextlib.suppress(sqlite3.OperationalError, OSError):  # no room for that, either
                    self._give_back()
            if not did:
                self._wait()

    def _wait(self) -> None:
        """Until something may have to be done: the queue was empty and was not written since, so nobody has to look."""
        while not self._wake.wait(timeout=RETRY_SECONDS):
            if self._empty_at != self._queue.mark:
                return
        self._wake.clear()

    def _give_back(self) -> None:
        """A run that the disk did not let begin stands in the queue again, where it stood."""
        while self._put_back:
            run, person = next(iter(self._put_back.items()))
            self._queue.put_back(run, person)
            del self._put_back[run]

    def _do_next(self, accelerator: str) -> bool:
        """Carry out the run whose turn it is; False when none may begin, or somebody else holds the accelerator."""
        self._empty_at = None
        self._give_back()
        mark = self._queue.mark
        if not self._queue.rows():
            self.trouble, self._empty_at = None, mark
            return False
        lease = Lease(self._home, self._queue, accelerator)
        if not lease.take():
            return False
        try:
            self._order.choosing = True
            if (stranger := self._stranger(accelerator)) is not None:
                self.trouble = stranger  # another card's thread may take the run meanwhile
                return False
            chosen = self._order.next()
            if chosen is None or not self._queue.leave(chosen.run):  # another accelerator's thread took it
                return chosen is not None
            self.trouble, self._order.choosing = None, False
            self.carry_out(chosen.run, lease)
        finally:
            self._order.choosing = False
            lease.release()
        self._ended(chosen.run)
        self.trouble = None
        return True

    def carry_out(self, run: str, lease: Lease | None = None) -> RunResult | None:
        """Take a run out of the queue and do it here and now. The caller holds the lease; a child gets its share of it.

        A failure is written into the run folder in words; the queue goes on after it. What the disk refuses before the
        run has begun is raised as it is, and a server's queue takes the run back to the place that it had.
        """
        self._queue.leave(run)
        folder = self._home.run(run)
        if not folder.seen_state().status.may_become(Status.RUNNING):
            return None
        if lease is not None:
            lease.begin(run, folder.spec.by)
        if self._in_child:
            self._carry_out_in_child(folder, lease)
            return None
        try:
            return self._engine.train(folder.path, self._closing.is_set)
        except RunFailed:
            return None  # said in status.json by the engine
        except Exception as error:  # a fault of ours must not stop the queue; it is written down, not hidden
            trouble = disk_trouble(error)
            if trouble is not None and folder.state.status is Status.QUEUED:
                self._put_back[run] = folder.spec.by
                raise
            with contextlib.suppress(OSError), folder.log.open("a", encoding="utf-8") as log:
                traceback.print_exc(file=log)
            if folder.state.status is not Status.FAILED:
                details = say("worker.details_run", name=folder.log.name, name_2=type(error).__name__)
                said = trouble or StudioError(say("worker.fault"), hint=details)
                folder.move_to(Status.FAILED, reason=said.message, hint=said.hint)
            return None

    def carry_out_when_free(self, run: str) -> None:
        """Carry the run out as soon as nobody holds the lease, unless a server of this home does it first."""
        lease = Lease(self._home, self._queue)
        while not self._home.run(run).state.status.is_over and run in self._queue.waiting():
            if self._home.server_lock.is_free() and lease.take():
                try:
                    self.carry_out(run, lease)
                finally:
                    lease.release()
                return
            time.sleep(0.5)
        while not self._home.run(run).seen_state().status.is_over:
            time.sleep(0.5)

    def _carry_out_in_child(self, folder: RunFolder, lease: Lease | None) -> None:
        """The same run as `studio train --run FOLDER`, in its own process group.

        The child holds the lease, too: should this process end before a slow save, the accelerator is still in use.
        """
        handles = (lease.lock.fileno(),) if lease is not None and os.name == "posix" else ()
        with folder.log.open("ab") as log:
            child = subprocess.Popen(
                command_of(folder.path, self._processes),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, pass_fds=handles,
                env=environment_of(lease.accelerator if lease is not None else ""),
            )  # fmt: skip
            while child.poll() is None:
                if self._closing.wait(timeout=0.5):
                    folder.ask_to_stop()
                    child.wait()
        if folder.state.status is Status.QUEUED:
            folder.move_to(
                Status.FAILED, reason=say("worker.run_could_not_be"), hint=say("worker.see", name=folder.log.name)
            )


def command_of(folder: Path, processes: int) -> list[str]:
    """What carries out a prepared run folder: one process, or several of this computer that share every step."""
    if processes == 1:
        return [sys.executable, "-m", "studio", "train", "--run", str(folder), "--json"]
    shared = ["torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    return [sys.executable, "-m", *shared, "-m", "studio.training.train", str(folder)]


def environment_of(accelerator: str) -> dict[str, str]:
    """A child's: it sees its own accelerator alone, and ends with the process that started it."""
    own = {"CUDA_VISIBLE_DEVICES": accelerator} if accelerator else {}
    return {**os.environ, **own, PARENT: parent_mark()}


def accelerator_names(count: int, environ: Mapping[str, str]) -> tuple[str, ...]:
    """What `CUDA_VISIBLE_DEVICES` calls each of the `count` that this process sees: a number, a UUID or a MIG name."""
    visible = [name.strip() for name in environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if name.strip()]
    if count < 2:
        return ("",)
    return tuple(visible[:count]) if len(visible) >= count else tuple(str(number) for number in range(count))
