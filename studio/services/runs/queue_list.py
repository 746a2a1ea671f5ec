"""The queue as whoever looks after the computer sees it: who holds it, who waits, and a run moved for a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError
from studio.services.runs.queue_order import QueueOrder
from studio.storage.database import Database
from studio.storage.run_queue import RunQueue, Tenure

HIGHEST = 100


@dataclass(frozen=True)
class QueueEntry:
    """A run that waits; `starts` is None where that cannot be told."""

    run: str
    person: str
    priority: int
    ahead: int
    starts: datetime | None


class QueueList:
    """Names and times, nothing of what is taught."""

    def __init__(
        self,
        ledger: Database,
        queue: RunQueue,
        order: QueueOrder,
        clock: Callable[[], datetime],
        places: Callable[[], int],
    ) -> None:  # fmt: skip
        self._ledger, self._queue, self._order, self._clock, self._places = ledger, queue, order, clock, places

    def holders(self) -> list[Tenure]:
        """What goes on now."""
        return self._order.running()

    def entries(self) -> list[QueueEntry]:
        """What waits, in the order of its turns."""
        places, now = self._order.places(self._places()), self._clock()
        found = []
        for row in self._order.order():
            place = places[row.run]
            starts = None if place.starts_in is None else now + timedelta(seconds=place.starts_in)
            found.append(QueueEntry(row.run, row.person, row.priority, place.ahead, starts))
        return found

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
