"""How many tokens a second this computer writes for several who ask at once: a few seconds of its own asking."""

import queue
import time
from collections.abc import Sequence

from studio.copy.catalog import say
from studio.schemas.chat import GenerationRequest, ReplySettings
from studio.schemas.example import Message
from studio.serving.api_errors import ApiError
from studio.serving.scheduling.scheduler import GenerationJob, Progress, Scheduler

CLIENTS = 8
PIECES = 32
ENOUGH_TOKENS, ENOUGH_SECONDS = 160, 4.0


def measured_pace(scheduler: Scheduler, names: Sequence[str]) -> float:
    """Tokens a second of eight answers together, reading included; 0.0 where others had the computer meanwhile."""
    tokens, began = 0, time.monotonic()
    while tokens < ENOUGH_TOKENS and time.monotonic() - began < ENOUGH_SECONDS:
        told: queue.Queue[Progress] = queue.Queue()
        jobs = [
            GenerationJob(scheduler.prepare(asked(names[place % len(names)], place)), place, told.put, False)
            for place in range(CLIENTS)
        ]
        try:
            scheduler.submit(jobs)
        except ApiError:
            return 0.0
        ends = [told.get() for _ in jobs]
        if any(one.error for one in ends):
            return 0.0
        tokens += sum(one.tokens for one in ends)
        if not tokens:
            return 0.0
    return tokens / (time.monotonic() - began)


def asked(name: str, place: int) -> GenerationRequest:
    """Drawn, so that no two answers are alike."""
    question = Message(role="user", content=say("serving.question_of_pace", number=place + 1))
    settings = ReplySettings(temperature=1.0, max_new_tokens=PIECES, seed=place)
    return GenerationRequest(contestant=name, messages=(question,), settings=settings)
