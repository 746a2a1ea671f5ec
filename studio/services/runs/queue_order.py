"""Whose turn is next, and when: the queue of the whole home, whoever asks."""

import heapq
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from studio.errors import NotFound
from studio.services.runs.pace import seconds_left
from studio.storage.home import Home
from studio.storage.run_queue import RunQueue, Tenure, Waiting, in_turn


@dataclass(frozen=True)
class QueuePlace:
    """A run that waits: how many begin before it, and in how many seconds it begins (None: that cannot be told)."""

    ahead: int
    starts_in: float | None


@dataclass(frozen=True)
class QueueLimits:
    """How many runs one person may have waiting, and going at a time; 0: as many as she likes."""

    waiting: int = 0
    running: int = 0


class QueueOrder:
    """Priority, then fair share of the accelerator's time, then age; and never more at a time than each may have."""

    def __init__(
        self, home: Home, queue: RunQueue, *, running_per_person: int = 0, clock: Callable[[], float] = time.time
    ) -> None:
        self._home, self._queue, self._cap, self._clock = home, queue, running_per_person, clock
        self.choosing = False  # this process holds the accelerator and is about to begin what is next

    def order(self) -> list[Waiting]:
        """All that wait, in the order in which they begin as things stand."""
        rows = self._queue.rows()
        if len({(row.person, row.priority) for row in rows}) <= 1:
            return rows  # one person's runs, by age: nothing has to be weighed
        return in_turn(rows, self._queue.used(), {row.run: self._planned(row.run) or 0.0 for row in rows})

    def next(self) -> Waiting | None:
        """The first whose person has not as many runs going as she may have."""
        going = Counter(tenure.person for tenure in self._live())
        return next((row for row in self.order() if not self._cap or going[row.person] < self._cap), None)

    def places(self, accelerators: int = 1) -> dict[str, QueuePlace]:
        """By run. What goes on is expected to end as its pace says, else as its plan said."""
        free, running = [0.0] * accelerators, self._live()
        # held by somebody who has not said for what; this process takes it for the very first that waits
        unnamed = not running and not self._home.lease().is_free() and not self.choosing
        known = not unnamed
        for tenure in running:
            left = self.seconds_left(tenure)
            known = known and left is not None
            heapq.heapreplace(free, max(free[0], 0.0) + (left or 0.0))
        found = {}
        for ahead, row in enumerate(self.order(), start=len(running) + unnamed):
            starts = heapq.heappop(free)
            found[row.run] = QueuePlace(ahead, starts if known else None)
            planned = self._planned(row.run)
            known = known and planned is not None
            heapq.heappush(free, starts + (planned or 0.0))
        return found

    def running(self) -> list[Tenure]:
        """What holds an accelerator now."""
        return self._live()

    def seconds_left(self, tenure: Tenure) -> float | None:
        """Until it is expected to end; None: that cannot be told."""
        try:
            folder = self._home.run(tenure.run)
        except NotFound:
            return None
        left = seconds_left(folder.state.total_steps, folder.metrics())
        planned = folder.spec.planned_seconds
        if left is None and planned is not None:
            left = max(0.0, planned - tenure.seconds(self._clock()))
        return left

    def _live(self) -> list[Tenure]:
        """Only where somebody still holds the lock: who was killed has said nothing."""
        return [tenure for tenure in self._queue.tenures() if not self._home.lease(tenure.accelerator).is_free()]

    def _planned(self, run: str) -> float | None:
        try:
            return self._home.run(run).spec.planned_seconds
        except NotFound:
            return 0.0  # its folder has gone: it will be passed over
