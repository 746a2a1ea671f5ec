"""Continuous batching for applications: one thread decodes, requests join and leave between its steps.

What does not fit waits in the order of asking; what would wait too long is refused at once.
"""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.chat import GenerationRequest, TokenLogprob
from studio.services.engine import Generation, GenerationBatch
from studio.serving.api_errors import ApiError, busy, stopped_midway
from studio.serving.scheduling.accelerator import Accelerator

log = logging.getLogger("studio.serving")

MOST_WAITING = 64
ACCELERATOR_SECONDS = 5.0  # that a request waits for a run to give the accelerator back
REMEMBERED = 32  # answers whose seconds tell how long the next will take
TOLD_SECONDS = 0.02  # no application is told more often than this how far an answer is


@dataclass(frozen=True)
class Progress:
    """How far an answer is: all of its text so far, and the logprobs since it was told last."""

    place: int  # of the answer in its request
    text: str
    tokens: int
    logprobs: tuple[TokenLogprob, ...] = ()
    finish_reason: str | None = None
    error: ApiError | None = None

    @property
    def is_over(self) -> bool:
        """Whether no more will come."""
        return self.finish_reason is not None or self.error is not None


@dataclass
class GenerationJob:
    """One answer that an application waits for. `tell` is called in the decoding thread, and must not take long."""

    generation: Generation
    place: int
    tell: Callable[[Progress], None]
    is_streamed: bool
    asked_at: float = 0.0
    is_cancelled: bool = False
    _told: int = 0
    _told_text: str = ""
    _told_at: float = field(default=float("-inf"))

    def report(self, error: ApiError | None = None) -> None:
        """Tell what is new, if anything is."""
        row = self.generation
        text, now = row.text, time.monotonic()
        is_over = row.is_over or error is not None
        quiet = not self.is_streamed or text == self._told_text or now - self._told_at < TOLD_SECONDS
        if self.is_cancelled or (quiet and not is_over):
            return
        logprobs = tuple(row.logprobs[self._told :])
        self._told, self._told_text, self._told_at = len(row.logprobs), text, now
        reason = ("stop" if row.stopped_by_itself else "length") if is_over and not error else None
        self.tell(Progress(self.place, text, row.tokens, logprobs, reason, error))


class Scheduler:
    """Owns the batch: nobody else steps it."""

    def __init__(self, batch: GenerationBatch[Any], accelerator: Accelerator, most_waiting: int = MOST_WAITING) -> None:
        self._batch, self._accelerator, self._most_waiting = batch, accelerator, most_waiting
        self._waiting: deque[GenerationJob] = deque()
        self._going: list[GenerationJob] = []
        self._changed = threading.Condition()
        self._is_closing = False
        self._ends_at = float("inf")  # when what is still going ends in words
        self._seconds: deque[float] = deque(maxlen=REMEMBERED)
        self._thread = threading.Thread(target=self._work, name="serving", daemon=True)
        self._thread.start()

    @property
    def context(self) -> int:
        """How many tokens the model reads and writes at most."""
        return self._batch.context

    def prepare(self, request: GenerationRequest) -> Generation:
        """The request in tokens, from any thread."""
        made: Generation = self._batch.prepare(request)
        return made

    @property
    def load(self) -> tuple[int, int]:
        """How many answers are written now, and how many wait."""
        return len(self._going), len(self._waiting)

    def submit(self, jobs: list[GenerationJob]) -> None:
        """All answers of one request join the queue; ApiError (429) when it is full."""
        with self._changed:
            if self._is_closing or self._ends_at < float("inf"):
                raise busy(1, say("serving.closing"))
            if self._waiting and len(self._waiting) + len(jobs) > self._most_waiting:
                raise busy(self._seconds_to_wait(), say("serving.full", waiting=len(self._waiting)))
            for job in jobs:
                job.asked_at = time.monotonic()
            self._waiting.extend(jobs)
            self._changed.notify()

    def cancel(self, jobs: list[GenerationJob]) -> None:
        """Nobody waits for these any more: their rows leave the batch before its next step."""
        for job in jobs:
            job.is_cancelled = True
        with self._changed:
            self._changed.notify()

    def finish(self, seconds: float) -> None:
        """Nothing begins any more, and what waits is told so at once; what is going has so many seconds."""
        with self._changed:
            self._ends_at = min(self._ends_at, time.monotonic() + seconds)
            self._changed.notify()

    def close(self) -> None:
        """End what is going, in words, and the thread."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join(timeout=30)

    def _seconds_to_wait(self) -> int:
        """About as long as the queue takes at the pace of the last answers."""
        usual = sum(self._seconds) / len(self._seconds) if self._seconds else 1.0
        return max(1, math.ceil(usual * len(self._waiting) / max(1, len(self._going))))

    def _work(self) -> None:
        while True:
            if not self._going and not self._waiting:
                self._accelerator.give_back()
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._going or self._is_closing)
                if self._is_closing:
                    self._fail([*self._going, *self._waiting], busy(1, say("serving.closing")))
                    self._accelerator.give_back()
                    return
            self._leave()
            self._end_what_must()
            if not self._going and not self._waiting:
                continue
            if self._accelerator.is_ours(is_idle=not self._going):
                self._join()
                self._step()
            else:
                self._wait_for_accelerator()

    def _leave(self) -> None:
        """Those that nobody waits for."""
        for job in self._going:
            if job.is_cancelled:
                job.generation.end("")
        self._going = [job for job in self._going if not job.is_cancelled]
        with self._changed:
            self._waiting = deque(job for job in self._waiting if not job.is_cancelled)

    def _end_what_must(self) -> None:
        """After `finish`: what waits at once, and what is going when its time is over."""
        if self._ends_at < float("inf") and self._waiting:
            self._fail([*self._waiting], busy(1, say("serving.closing")), clears=False)
        if self._going and time.monotonic() >= self._ends_at:
            self._fail(self._going, busy(1, say("serving.closing")))

    def _join(self) -> None:
        while self._waiting and not self._accelerator.is_wanted and self._batch.has_room(self._waiting[0].generation):
            with self._changed:
                job = self._waiting.popleft()
            self._batch.add(job.generation)
            self._going.append(job)

    def _step(self) -> None:
        try:
            self._batch.step()
        except StudioError as error:
            return self._fail(self._going, stopped_midway(f"{error.message} {error.hint}".strip()))
        except Exception:  # a thread has nobody above it, and the next requests wait for it
            log.exception("a step of the served batch failed")
            return self._fail(self._going, stopped_midway(say("serving.fault")))
        for job in self._going:
            job.report()
            if job.generation.is_over:
                self._seconds.append(time.monotonic() - job.asked_at)
        self._going = [job for job in self._going if not job.generation.is_over]

    def _fail(self, jobs: list[GenerationJob], error: ApiError, *, clears: bool = True) -> None:
        """These answers end in words; the batch begins anew, unless none of them was in it."""
        failed = list(jobs)
        for job in failed:
            if not job.is_cancelled:
                job.report(error)
        if clears:
            self._batch.clear()
            self._going = []
        with self._changed:
            self._waiting = deque(job for job in self._waiting if job not in failed)

    def _wait_for_accelerator(self) -> None:
        late = [job for job in self._waiting if time.monotonic() - job.asked_at > ACCELERATOR_SECONDS]
        for job in late:
            job.report(busy(math.ceil(ACCELERATOR_SECONDS), say("serving.accelerator_in_use")))
        with self._changed:
            self._waiting = deque(job for job in self._waiting if job not in late)
            self._changed.wait(timeout=0.2)
