"""Carrying out what waits in a cluster: each run is handed in once, watched without a wrong word, and taken home.

What is known of a job stands in `job.json` of its run, so a restart goes on where this left off; a cluster that gives
no answer changes nothing but the sentence that says so.
"""

import contextlib
import logging
import shutil
import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError, disk_trouble
from studio.schemas.run import ClusterJob, JobPhase, RunResult, Status
from studio.services.runs.schedulers.job_sentences import end_sentence
from studio.services.runs.schedulers.scheduler import CannotAsk, JobRefused, JobState, Scheduler
from studio.services.runs.schedulers.shared_copy import (
    WrongCopy,
    bring_home,
    check_in_place,
    send_out,
    show_progress,
)
from studio.storage.home import Home
from studio.storage.run_folder import RunFolder
from studio.storage.run_queue import RunQueue

log = logging.getLogger("studio.runs")

LOOK_SECONDS = 3.0
ANSWER_SECONDS = 90.0  # a `sbatch` that a killed server left behind has handed its job in by then, or never will
STOP_SECONDS = 120.0  # to save and leave by the note, before the cluster is told to end it
LOCK_SECONDS = 60.0  # for which a process may outlive its job: a lost node's, or one that still saves


class ClusterWorker:
    """Hands runs of the queue to a scheduler, whose line they wait in; closing it leaves the cluster's work alone.

    With `shared` the cluster works on a copy there; without, it sees the home by the same path.
    """

    places = 1

    def __init__(
        self, home: Home, queue: RunQueue, scheduler: Scheduler, clock: Callable[[], datetime],
        *, shared: Path | None = None, look_seconds: float = LOOK_SECONDS,
        ended: Callable[[str], None] = lambda run: None,
    ) -> None:  # fmt: skip
        self._tell = ended
        self._home, self._queue, self._scheduler, self._clock = home, queue, scheduler, clock
        self._shared, self._look_seconds = shared, look_seconds
        self._wake, self._closing, self._turn = threading.Event(), threading.Event(), threading.RLock()
        self._open: set[str] = set()  # runs whose jobs are not over
        self._ended: dict[str, float] = {}  # when a job was first seen to have ended whose process goes on
        self._thread: threading.Thread | None = None
        self.trouble: StudioError | None = None

    def wake(self) -> None:
        """Something new waits, or is to end."""
        self._wake.set()

    def start(self) -> None:
        """Begin to hand in what waits, and watch what was handed in before; called once by the home's server."""
        for folder in self._home.runs():
            job = folder.cluster_job
            if job is not None and job.id and not job.is_over:
                self._open.add(folder.id)
            elif folder.state.status is Status.QUEUED and not folder.spec.elsewhere:
                self._queue.enqueue(folder.id, folder.spec.by)
        self._thread = threading.Thread(target=self._work, name="cluster", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Watch no longer. What the cluster runs goes on there, and is found again."""
        self._closing.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def cancel(self, folder: RunFolder) -> None:
        """A run that has not begun ends; as soon as the cluster can be asked, where it cannot be asked now."""
        with self._turn:
            job = folder.cluster_job
            if job is None or job.is_over:
                self._queue.leave(folder.id)
                folder.move_to(Status.STOPPED, reason=say("run_service.stopped_before_began"))
                return
            folder.ask_to_stop()
            self.look()

    def waiting(self, person: str) -> int:
        """How many of her runs wait, here or in the cluster."""
        folders = [folder for folder in self._home.runs() if folder.id in self._open]
        there = [one for one in folders if (job := one.cluster_job) is not None and job.phase is JobPhase.WAITING]
        return sum(one.spec.by == person for one in there) + sum(row.person == person for row in self._queue.rows())

    def carry_out(self, run: str) -> RunResult | None:
        """Hand it in and watch it to its end."""
        self.carry_out_when_free(run)
        return None

    def carry_out_when_free(self, run: str) -> None:
        """Hand in and watch until it is over, unless a server of this home does."""
        while not self._home.run(run).seen_state().status.is_over:
            if self._home.server_lock.is_free():
                job = self._home.run(run).cluster_job
                if job is not None and job.id and not job.is_over:
                    self._open.add(run)
                self.look(only=run)
            time.sleep(self._look_seconds)

    def look(self, only: str = "") -> None:
        """Hand in what waits and see how all stand, once. `trouble` says what could not be done."""
        lock = self._home.lease("cluster")  # of two processes, one does this at a time
        with self._turn:
            if not lock.take():
                return
            try:
                trouble = self._watch()
                for row in self._queue.rows():
                    if isinstance(trouble, CannotAsk):
                        break
                    if only in ("", row.run):
                        trouble = self._tried(row.run, self._hand_in) or trouble
                self.trouble = trouble
            finally:
                lock.release()

    def _work(self) -> None:
        while not self._closing.is_set():
            try:
                self.look()
            except Exception as error:  # a thread has nobody above it, and the next look may go better
                log.exception("the cluster's runs could not be looked after")
                self.trouble = disk_trouble(error)
            self._wake.wait(timeout=self._look_seconds)
            self._wake.clear()

    def _tried(self, run: str, do: Callable[[RunFolder], None]) -> StudioError | None:
        """Do this with a run, and say what stood in the way: the others come to their turn all the same."""
        try:
            do(self._home.run(run))
        except NotFound:  # deleted meanwhile
            self._open.discard(run)
            self._queue.leave(run)
        except CannotAsk as error:
            return error
        except OSError as error:
            trouble = disk_trouble(error)
            if trouble is None:
                raise
            return trouble
        return None

    # Handing in

    def _hand_in(self, folder: RunFolder) -> None:
        """Once, whatever gets lost: the name is written down before the job is handed in, and looked for afterwards."""
        before = folder.cluster_job
        if before is not None and before.id and not before.is_over:
            return  # the last time is not taken home yet
        if folder.seen_state().status is not Status.QUEUED:
            self._queue.leave(folder.id)
            return
        if before is not None and before.phase is JobPhase.SUBMITTING:
            found = self._scheduler.find(before.name)
            if found is None and (self._clock() - before.submitted).total_seconds() < ANSWER_SECONDS:
                return
            if found is not None:
                self._handed_in(folder, before, found)
                return
        if folder.stop_requested():
            self._queue.leave(folder.id)
            folder.move_to(Status.STOPPED, reason=say("run_service.stopped_before_began"))
            if before is not None:
                folder.write_cluster_job(before.model_copy(update={"phase": JobPhase.ENDED}))
            return
        away = send_out(folder, self._shared) if self._shared is not None else folder
        job = ClusterJob(
            scheduler=self._scheduler.name, name=next_name(folder.id, before), submitted=self._clock(),
            folder=str(away.path) if self._shared is not None else "",
        )  # fmt: skip
        folder.write_cluster_job(job)
        try:
            id = self._scheduler.submit(away, job.name, folder.spec.by)
        except JobRefused as error:
            self._queue.leave(folder.id)
            folder.write_cluster_job(job.model_copy(update={"phase": JobPhase.ENDED, "reason": "REFUSED"}))
            folder.move_to(Status.FAILED, reason=error.message, hint=error.hint)
            return
        self._handed_in(folder, job, id)

    def _handed_in(self, folder: RunFolder, job: ClusterJob, id: str) -> None:
        folder.write_cluster_job(job.model_copy(update={"id": id, "phase": JobPhase.WAITING}))
        self._open.add(folder.id)
        self._queue.leave(folder.id)

    # Watching

    def _watch(self) -> StudioError | None:
        """One question for all jobs; what stands in the way of one is said, and keeps nobody else's waiting."""
        jobs: dict[str, ClusterJob] = {}
        for run in sorted(self._open):
            with contextlib.suppress(NotFound):
                job = self._home.run(run).cluster_job
                if job is not None and not job.is_over:
                    jobs[run] = job
        self._open.intersection_update(jobs)
        if not jobs:
            return None
        trouble: StudioError | None = None
        for run, job in jobs.items():
            if job.folder:
                away = RunFolder(Path(job.folder))
                trouble = self._tried(run, partial(show_progress, away=away)) or trouble
        try:
            states = self._scheduler.states([job.id for job in jobs.values()])
        except CannotAsk as error:
            for run, job in jobs.items():
                if job.unheard_since is None:
                    self._home.run(run).write_cluster_job(job.model_copy(update={"unheard_since": self._clock()}))
            return error
        for run, job in jobs.items():
            trouble = self._tried(run, partial(self._update, job=job, seen=states[job.id])) or trouble
        return trouble

    def _update(self, folder: RunFolder, job: ClusterJob, seen: JobState) -> None:
        """Write down what has changed, end what is to end, and take home what has ended."""
        if seen.phase is JobPhase.ENDED:
            self._take_home(folder, job.model_copy(update={"node": seen.node or job.node}), seen.reason)
            return
        now = job.model_copy(update={
            "phase": seen.phase, "place": seen.place, "node": seen.node, "since": seen.since, "reason": seen.reason,
            "unheard_since": None,
        })  # fmt: skip
        if now != job:
            folder.write_cluster_job(now)
        if folder.stop_requested() and folder.id not in self._queue.waiting():
            waited = time.time() - (folder.path / "stop").stat().st_mtime
            if folder.state.status is Status.QUEUED or waited > STOP_SECONDS:
                self._scheduler.cancel(job.id)
                after = self._scheduler.states([job.id])[job.id]
                if after.phase is JobPhase.ENDED:
                    self._take_home(folder, now, after.reason)

    def _take_home(self, folder: RunFolder, job: ClusterJob, reason: str) -> None:
        """The job has ended. What its process wrote is compared, and the run's own end is told in words."""
        away = RunFolder(Path(job.folder)) if job.folder else folder
        if self._still_writes(away):
            return
        wrong: WrongCopy | None = None
        try:
            if job.folder:
                bring_home(folder, away)
            else:
                check_in_place(folder)
        except WrongCopy as error:
            wrong = error
        if folder.id not in self._queue.waiting():  # else it was resumed already, and waits for its next job
            self._tell_end(folder, job, reason, wrong)
        folder.write_cluster_job(
            job.model_copy(update={"phase": JobPhase.ENDED, "reason": reason, "place": None, "unheard_since": None})
        )
        self._open.discard(folder.id)
        if job.folder and wrong is None:
            shutil.rmtree(away.path, ignore_errors=True)
        self._tell(folder.id)

    def _tell_end(self, folder: RunFolder, job: ClusterJob, reason: str, wrong: WrongCopy | None) -> None:
        state = folder.state
        stopped = folder.stop_requested()
        why, hint = end_sentence(job, reason)
        if wrong is not None:
            change = {"status": Status.FAILED, "reason": wrong.message, "hint": wrong.hint}
        elif state.status is Status.QUEUED and stopped:
            change = {"status": Status.STOPPED, "reason": say("run_service.stopped_before_began"), "hint": ""}
        elif state.status is Status.QUEUED and reason in ("FAILED", "COMPLETED", ""):
            output = f"cluster-{job.id}.txt"
            there = (folder.path / output).is_file()
            see = say("worker.see", name=output) if there else say("cluster.see_there", id=job.id)
            change = {"status": Status.FAILED, "reason": say("worker.run_could_not_be"), "hint": see}
        elif state.status in (Status.QUEUED, Status.RUNNING) or (state.status is Status.STOPPED and not stopped):
            # Told by a signal to end, a run saves and calls itself stopped, though nobody stopped it.
            change = {"status": Status.INTERRUPTED, "reason": why, "hint": hint}
            if stopped:
                change = {"status": Status.STOPPED, "reason": "", "hint": ""}
        else:
            return
        folder.write_state(state.model_copy(update={**change, "at": self._clock()}))

    def _still_writes(self, away: RunFolder) -> bool:
        """Whether a process holds the run though its job has ended; one that writes nothing more is not waited for."""
        if away.lock.is_free():
            self._ended.pop(away.id, None)
            return False
        since = self._ended.setdefault(away.id, time.monotonic())
        written = max((path.stat().st_mtime for path in away.path.glob("*.jsonl")), default=0.0)
        if time.monotonic() - since < LOCK_SECONDS or time.time() - written < LOCK_SECONDS:
            return True
        del self._ended[away.id]
        return False


def next_name(run: str, before: ClusterJob | None) -> str:
    """The run's id the first time, then with a number; the same again where nothing came of the last one."""
    if before is None:
        return run
    if before.phase is JobPhase.SUBMITTING:
        return before.name
    number = before.name.removeprefix(run).removeprefix("-r")
    return f"{run}-r{int(number or 1) + 1}"
