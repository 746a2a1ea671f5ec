"""Background work: begun by a click, watched by any page, cancelled by a person, ended in order with the studio."""

import hashlib
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel

from studio.copy.catalog import say
from studio.errors import StudioError, disk_trouble
from studio.schemas.job import JobError, JobRecord, JobState
from studio.services.work_plan import WorkPlan, is_loading, loaded
from studio.storage.files import new_id, read_record, write_json
from studio.storage.home import Home, readable

log = logging.getLogger("studio.jobs")

AT_ONCE = 4  # each may hold a model in memory; more wait for their turn


class BackgroundJob:
    """One piece of work. Its progress is told by the thread that does it, and read by anybody."""

    def __init__(self, record: JobRecord, clock: Callable[[], float] = time.monotonic) -> None:
        self._record, self._clock = record, clock
        self._moved = clock()
        self._cancelled, self._over = threading.Event(), threading.Event()
        self.what = ""  # which part of the work goes on now, such as "tuned, exam"
        self.parts: WorkPlan | None = None  # of a work of several parts, once they are known
        if record.state.is_over:
            self._over.set()
        if record.state is JobState.CANCELLED:
            self._cancelled.set()

    @property
    def record(self) -> JobRecord:
        """All that is known of it, as it is written down."""
        return self._record

    @property
    def state(self) -> JobState:
        """Where it stands."""
        return self._record.state

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it; then its record is on disk."""
        return self._over.is_set()

    @property
    def done(self) -> int:
        """How many units of `total` are behind it."""
        return self._record.done

    @property
    def total(self) -> int:
        """Of how many; 0 until that is known."""
        return self._record.total

    @property
    def error(self) -> StudioError | None:
        """Why it ended early, in words; None while it goes on and when it is done."""
        said = self._record.error
        return StudioError(said.message, said.hint, said.where) if said else None

    @property
    def behind(self) -> tuple[float, float]:
        """What is behind it and what the whole takes, in one unit: of all parts where it has some, else `done` and
        `total`."""
        if self.parts and is_loading(self.what):
            self.parts.reach(self.what, loaded(self.done, self.total, self.still), 1.0)
        return (self.parts.behind, self.parts.whole) if self.parts else (self.done, self.total)

    @property
    def still(self) -> float:
        """Seconds since something of it was told, or since it began."""
        return self._clock() - self._moved

    def plan(self, takes: Mapping[str, float]) -> None:
        """Which parts will come, in order, and what each takes: told once by whoever does the work."""
        self.parts = WorkPlan(takes)

    def progress(self, what: str, done: int, total: int) -> None:
        """Told by whoever does the work: `done` and `total` are those of the part `what`."""
        if (what, done) != (self.what, self.done):
            self._moved = self._clock()
        self.what, self._record = what, self._record.model_copy(update={"done": done, "total": total})
        if self.parts is not None:
            self.parts.reach(what, done, total)

    def cancel(self) -> None:
        """Ask it to end after what it is doing; what it came to so far is kept."""
        self._cancelled.set()

    def is_cancelled(self) -> bool:
        """Whether somebody asked; the work looks here between its steps."""
        return self._cancelled.is_set()

    def wait(self, seconds: float) -> bool:
        """Until it is over, at most so long; whether it is."""
        return self._over.wait(max(0.0, seconds))

    def moved(self, record: JobRecord) -> None:
        """The next state, told by its `Jobs`."""
        self._moved = self._clock()
        self._record = record

    def end(self) -> None:
        """Nothing more will come, told by its `Jobs`."""
        self._over.set()


Work = Callable[[BackgroundJob], BaseModel | None]


class Jobs:
    """The background work of one studio: one job at a time for each subject, each in a thread of its own.

    The last record of each subject is a file of its project, so that a result outlives the server.
    """

    def __init__(self, home: Home, clock: Callable[[], datetime], at_once: int = AT_ONCE) -> None:
        self._home, self._clock, self._at_once = home, clock, at_once
        self._jobs: dict[Path, BackgroundJob] = {}
        self._waiting: list[tuple[BackgroundJob, Work]] = []
        self._running: dict[BackgroundJob, threading.Thread] = {}
        self._closing = False
        self._ended_of: Counter[str] = Counter()
        self._lock = threading.Lock()

    def begin(self, kind: str, project: str, about: str, work: Work, *, by: str, unit: str = "answers",
              ) -> BackgroundJob:  # fmt: skip
        """Start it, or find the one of this subject that goes on. `work` gives back what is to be kept, or None.

        Raises StudioError when the studio is being closed, and when the record cannot be written.
        """
        path = self._path(kind, project, about)
        with self._lock:
            if self._closing:
                raise StudioError(say("jobs.studio_being_closed"), hint=say("jobs.start_again_then_ask"))
            going = self._jobs.get(path)
            if going is not None and not going.is_over:
                return going
            now = self._clock()
            job = BackgroundJob(JobRecord(
                id=new_id(now), kind=kind, project=project, about=about, by=by, created=now, unit=unit,
                state=JobState.WAITING,
            ))  # fmt: skip
            write_json(path, job.record)
            self._jobs[path] = job
            self._waiting.append((job, work))
            self._start_next()
        return job

    def last(self, kind: str, project: str, about: str) -> BackgroundJob | None:
        """The last one of this subject, also from before the server was started; None when there was none."""
        path = self._path(kind, project, about)
        job = self._jobs.get(path)
        if job is not None and job.is_over and not path.is_file():
            del self._jobs[path]  # its record was deleted, and what it came to is to be forgotten
            return None
        if job is None and path.is_file():
            record = readable(lambda file: read_record(file, JobRecord, "job"), path)
            job = BackgroundJob(found_later(record)) if record else None
        return job

    def cancel(self, kind: str, project: str, about: str) -> None:
        """Ask the one that goes on to end; nothing when there is none."""
        job = self._jobs.get(self._path(kind, project, about))
        if job is not None:
            job.cancel()
            self._drop_cancelled()

    def going(self) -> list[BackgroundJob]:
        """All that wait or run, in the order in which they were begun."""
        with self._lock:
            return [job for job in self._jobs.values() if not job.is_over]

    def ended(self, project: str) -> int:
        """How many of a project (or of none) have ended since the studio was started: one that began and ended between
        two looks is noticed by it."""
        return self._ended_of[project]

    def close(self, seconds: float = 30.0) -> list[BackgroundJob]:
        """Nothing new begins; all are cancelled, and awaited in the order of their beginning until the time is up.

        Gives back those that had not let go by then.
        """
        end = time.monotonic() + seconds
        with self._lock:
            self._closing = True
        going = self.going()
        for job in going:
            job.cancel()
        self._drop_cancelled()
        late = [job for job in going if not job.wait(end - time.monotonic())]
        for job in late:
            log.warning("the %s of %s had not ended after %.0f seconds", job.record.kind, job.record.about, seconds)
        return late

    # Within

    def _path(self, kind: str, project: str, about: str) -> Path:
        digest = hashlib.sha256(about.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        folder = self._home.project_folder(project) if project else self._home.path  # a download is of no project
        return folder / "jobs" / f"{kind}-{digest}.json"

    def _start_next(self) -> None:
        """The caller holds the lock."""
        while self._waiting and len(self._running) < self._at_once:
            job, work = self._waiting.pop(0)
            thread = threading.Thread(target=self._do, args=(job, work), name=job.record.kind, daemon=True)
            self._running[job] = thread
            job.moved(job.record.model_copy(update={"state": JobState.RUNNING}))
            thread.start()

    def _drop_cancelled(self) -> None:
        """What was cancelled before its turn came is over without having begun."""
        with self._lock:
            dropped = [job for job, _ in self._waiting if job.is_cancelled()]
            self._waiting = [(job, work) for job, work in self._waiting if not job.is_cancelled()]
        for job in dropped:
            self._ended(job, JobState.CANCELLED, StudioError(say("jobs.not_begun"), hint=say("jobs.ask_again")))

    def _do(self, job: BackgroundJob, work: Work) -> None:
        state, error, result = JobState.DONE, None, None
        try:
            result = work(job)
        except StudioError as said:
            state, error = JobState.CANCELLED if job.is_cancelled() else JobState.FAILED, said
        except Exception as fault:  # a thread has nobody above it: written to the log, and told on the page
            log.exception("the %s of %s ended early", job.record.kind, job.record.about)
            state, error = (
                JobState.FAILED,
                disk_trouble(fault) or StudioError(say("jobs.fault"), hint=say("jobs.again")),
            )
        self._ended(job, state, error, result)
        with self._lock:
            self._running.pop(job, None)
            if not self._closing:
                self._start_next()

    def _ended(self, job: BackgroundJob, state: JobState, error: StudioError | None,
               result: BaseModel | None = None) -> None:  # fmt: skip
        said = JobError(message=error.message, hint=error.hint, where=error.where) if error else None
        kept = result.model_dump(mode="json") if result is not None else None
        record = job.record
        job.moved(record.model_copy(update={"state": state, "ended": self._clock(), "error": said, "result": kept}))
        try:
            there = self._home.projects / record.project / "project.json"
            if not record.project or there.is_file():  # else the project was deleted meanwhile
                write_json(self._path(record.kind, record.project, record.about), job.record)
        except OSError as fault:
            log.exception("the end of %s could not be written down", record.about)
            trouble = disk_trouble(fault) or StudioError(say("jobs.fault"), hint=say("jobs.again"))
            job.moved(job.record.model_copy(update={"error": JobError(message=trouble.message, hint=trouble.hint)}))
        finally:
            self._ended_of[record.project] += 1
            job.end()


def found_later(record: JobRecord) -> JobRecord:
    """A record from an earlier server: what it says is going on was cut off."""
    if record.state.is_over:
        return record
    return record.model_copy(
        update={"state": JobState.FAILED, "error": JobError(message=say("jobs.closed"), hint=say("jobs.again"))}
    )
