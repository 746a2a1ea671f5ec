"""Requests for label models: one after another, by the lease, and refused at once where they would wait too long."""

import math
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from studio.copy.catalog import say
from studio.serving.api_errors import busy
from studio.serving.scheduling.accelerator import Accelerator
from studio.serving.scheduling.scheduler import ACCELERATOR_SECONDS, MOST_WAITING

R = TypeVar("R")
LOOK_SECONDS = 0.1


class LabelQueue:
    """A label model reads each request whole, so that there is nothing to join: requests take turns."""

    def __init__(self, accelerator: Accelerator, most_waiting: int = MOST_WAITING) -> None:
        self._accelerator, self._most_waiting = accelerator, most_waiting
        self._turn, self._counting = threading.Lock(), threading.Lock()
        self._inside = 0  # those that wait, and the one whose turn it is
        self._usual = 1.0  # seconds that one takes, of the last ones

    def answer(self, work: Callable[[], R]) -> R:
        """What `work` gives when its turn comes; ApiError (429) when the queue is full or a run has the accelerator."""
        with self._counting:
            if self._inside > self._most_waiting:
                seconds = max(1, math.ceil(self._usual * self._inside))
                raise busy(seconds, say("serving.full", waiting=self._inside - 1))
            self._inside += 1
        try:
            with self._turn:
                return self._with_accelerator(work)
        finally:
            with self._counting:
                self._inside -= 1

    def _with_accelerator(self, work: Callable[[], R]) -> R:
        end = time.monotonic() + ACCELERATOR_SECONDS
        while not self._accelerator.borrow():
            if time.monotonic() > end:
                raise busy(math.ceil(ACCELERATOR_SECONDS), say("serving.accelerator_in_use"))
            time.sleep(LOOK_SECONDS)
        began = time.monotonic()
        try:
            return work()
        finally:
            self._accelerator.hand_back()
            self._usual = 0.8 * self._usual + 0.2 * (time.monotonic() - began)
