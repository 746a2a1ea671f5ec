"""The queue as whoever looks after the computer sees it: who holds it, who waits, and a run moved for a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError
from studio.schemas.run import JobPhase, Status
from studio.services.runs.queue_order import QueueOrder
from studio.services.runs.schedulers.job_sentences import job_sentence
from studio.storage.database import Database
from studio.storage.home import Home, readable
from studio.storage.run_folder import RunFolder
from studio.storage.run_queue import RunQueue, Tenure

HIGHEST = 100
LAST = 10**9  # in the cluster's line, where it does not say which


@dataclass(frozen=True)
class QueueEntry:
    """A run that waits; `starts` is None where that cannot be told."""

    run: str
    person: str
    priority: int
    ahead: int
    starts: datetime | None


@dataclass(frozen=True)
class ClusterEntry:
    """A run that the cluster has, and what it does with it, in a sentence."""

    run: str
    person: str
    says: str


class QueueList:
    """Names and times, nothing of what is taught."""

    def __init__(
        self,
        ledger: Database,
        queue: RunQueue,
        order: QueueOrder,
        clock: Callable[[], datetime],
        places: Callable[[], int],
        home: Home | None = None,
    ) -> None:  # fmt: skip
        self._home = home
        self._ledger, self._queue, self._order, self._clock, self._places = ledger, queue, order, clock, places

    def holders(self) -> list[Tenure]:
        """What goes on now."""
        return self._order.running()

    def ends(self, holder: Tenure) -> datetime | None:
        """About when it is done; None where that cannot be told."""
        left = self._order.seconds_left(holder)
        return None if left is None else self._clock() + timedelta(seconds=left)

    def entries(self) -> list[QueueEntry]:
        """What waits, in the order of its turns."""
        places, now = self._order.places(self._places()), self._clock()
        found = []
        for row in self._order.order():
            place = places[row.run]
            starts = None if place.starts_in is None else now + timedelta(seconds=place.starts_in)
            found.append(QueueEntry(row.run, row.person, row.priority, place.ahead, starts))
        return found

    def in_cluster(self) -> list[ClusterEntry]:
        """What was handed in and is not taken home yet, in the order of the cluster's line; what runs there first."""
        found = []
        for path in self._home.find("runs/*/job.json") if self._home else ():
            entry = readable(self._handed_in, path)
            found += [entry] if entry else []
        return [entry for _, entry in sorted(found, key=lambda one: (one[0], one[1].run))]

    def _handed_in(self, path: Path) -> tuple[int, ClusterEntry] | None:
        folder = RunFolder(path.parent, self._home.files if self._home else None)
        job = folder.cluster_job
        if job is None or not job.id or job.is_over:
            return None
        place = 0 if job.phase is JobPhase.RUNNING else job.place or LAST
        begun = folder.seen_state().status is Status.RUNNING
        return place, ClusterEntry(folder.id, folder.spec.by, job_sentence(job, begun=begun))

    def used(self) -> dict[str, float]:
        """Seconds of an accelerator by person; what lies back weighs less, half after seven days."""
        return self._queue.used()

    def reorder(self, run: str, *, earlier: bool, by: str) -> None:
        """Before or behind the next one of her own; nobody else's turn changes. NotFound when there is none such."""
        if not self._queue.swap(run, by, earlier=earlier):
            raise NotFound(say("queue.not_waiting", run=run[:64]), hint=say("queue.not_waiting_next"), where=run[:64])
        self._ledger.note(by, f"move own run {'earlier' if earlier else 'later'}", run)

    def move(self, run: str, priority: int, *, reason: str, by: str) -> None:
        """Before (above 0) or behind (below) what others wait for; the reason stands in the log.

        Raises StudioError without a reason, NotFound for a run that does not wait.
        """
        said = " ".join(reason.split())
        if not said:
            raise StudioError(say("queue.reason_missing"), hint=say("queue.reason_missing_next"), where="reason")
        if not self._queue.move(run, max(-HIGHEST, min(HIGHEST, priority))):
            raise NotFound(say("queue.not_waiting", run=run), hint=say("queue.not_waiting_next"), where=run)
        self._ledger.note(by, f"move in queue to {priority}: {said[:200]}", run)
