"""Whose turn it is on a computer that several people share: runs and applications hold the accelerator in turn."""

import threading
import time
from collections.abc import Callable

from studio.services.runs.lease import Lease

LONGEST_HOLD_SECONDS = 30.0  # while a run waits
PAUSE_SECONDS = 3.0  # in which a run that waits can take it


class Accelerator:
    """The lease of a home, in the hands of the server. Without one (a person alone) it is always ours.

    `run` and `person` are what the others are told: a version of which run is served, and by whom. The batch that
    writes holds it between its steps; label models borrow it for one request, beside the batch where that has it.
    """

    def __init__(
        self, lease: Lease | None = None, run: str = "", person: str = "",
        runs_wait: Callable[[], bool] = lambda: False, clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._lease, self._run, self._person = lease, run, person
        self._runs_wait, self._clock = runs_wait, clock
        self._taken_at: float | None = None
        self._not_before = float("-inf")
        self._in_batch, self._borrowed = False, 0
        self._lock = threading.RLock()

    @property
    def is_wanted(self) -> bool:
        """Whether a run waits and the server has held it long enough: nobody joins, so that it can be given back."""
        held = self._lease is not None and self._taken_at is not None
        return held and self._clock() - (self._taken_at or 0.0) > LONGEST_HOLD_SECONDS and self._runs_wait()

    def is_ours(self, *, is_idle: bool) -> bool:
        """Whether the next step may be taken; `is_idle`: no answer is being written."""
        if self._lease is None:
            return True
        with self._lock:
            if is_idle and self.is_wanted:
                self.give_back()
                self._not_before = self._clock() + PAUSE_SECONDS
            self._in_batch = self._take()
            return self._in_batch

    def borrow(self) -> bool:
        """For one request that is not in the batch; whether it may begin. Each is handed back."""
        if self._lease is None:
            return True
        with self._lock:
            if self.is_wanted or not self._take():
                return False
            self._borrowed += 1
            return True

    def hand_back(self) -> None:
        """The request that borrowed it is over."""
        with self._lock:
            self._borrowed -= self._lease is not None
            self._release()

    def give_back(self) -> None:
        """The batch has nothing to do now."""
        with self._lock:
            self._in_batch = False
            self._release()

    def _take(self) -> bool:
        may = self._lease is not None and self._taken_at is None and self._clock() >= self._not_before
        if may and self._lease is not None and self._lease.take():
            self._lease.begin(self._run, self._person)
            self._taken_at = self._clock()
        return self._taken_at is not None

    def _release(self) -> None:
        if self._lease is not None and self._taken_at is not None and not self._in_batch and not self._borrowed:
            self._lease.release()
            self._taken_at = None
