"""Writes down how answers were given, in a thread of its own: no answer waits for it, and a full line drops some.

Nothing is kept of a project that did not ask for it.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from queue import Empty, Full, Queue

from studio.errors import StudioError
from studio.evaluation.metrics.style_metrics import refuses
from studio.schemas.loop.served_use import ServedUse, UseSettings
from studio.services.privacy.allowed_details import PrivacyStore
from studio.services.watch.masked_question import masked_question
from studio.storage.home import Home
from studio.storage.loop.use_log import UseLog, keyed

log = logging.getLogger("studio.serving")

MOST_WAITING = 1_000
SECONDS_TO_END = 10.0


@dataclass(frozen=True)
class GivenAnswer:
    """What the routes know when an answer has ended. It is kept in memory until it is written or dropped."""

    id: str
    version: str
    fingerprint: str
    application: str
    person: str  # as the application calls who asks; empty where it does not say
    question: str  # the first one of the conversation
    newest: str
    reply: str
    tokens: int
    seconds: float
    first_seconds: float | None
    is_whole: bool


class UseWriter:
    """`note` comes back at once, from any thread."""

    def __init__(self, home: Home, clock: Callable[[], datetime], *, most_waiting: int = MOST_WAITING) -> None:
        self._home, self._clock, self._log, self._privacy = home, clock, UseLog(home), PrivacyStore(home)
        self._waiting: Queue[GivenAnswer] = Queue(most_waiting)
        self._projects: dict[str, str] = {}  # by run
        self._swept: dict[str, date] = {}
        self._lost: dict[str, int] = {}  # by project, since the last line
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="served use", daemon=True)
        self._thread.start()

    def note(self, answer: GivenAnswer) -> None:
        """Write it down soon."""
        try:
            self._waiting.put_nowait(answer)
        except Full:
            project = self._projects.get(answer.version, "")
            self._lost[project] = self._lost.get(project, 0) + 1

    def close(self) -> None:
        """Write what waits, and end."""
        self._ended.set()
        self._thread.join(timeout=SECONDS_TO_END)

    def _work(self) -> None:
        while not self._ended.is_set() or not self._waiting.empty():
            with suppress(Empty):
                answer = self._waiting.get(timeout=0.2)
                try:
                    self._write(answer)
                except (StudioError, OSError) as error:  # the disk is full, or the project is gone: serving goes on
                    log.error("served use could not be written: %s", error)

    def _write(self, answer: GivenAnswer) -> None:
        project = self._projects.get(answer.version) or self._home.run(answer.version).spec.project
        self._projects[answer.version] = project
        settings = self._log.settings(project)
        if not settings.is_on:
            return
        now = self._clock()
        if self._swept.get(project) != now.date():
            self._log.sweep(project, now)
            self._swept[project] = now.date()
        use = served_use(answer, settings, now, self._privacy.read(project).countries)
        lost = self._lost.pop(project, 0)
        if not self._log.add(project, use.model_copy(update={"lost": lost})):
            self._lost[project] = lost + 1


def served_use(answer: GivenAnswer, settings: UseSettings, now: datetime, countries: tuple[str, ...] = ()) -> ServedUse:
    """What may be kept of it."""
    begun = f"{answer.application}\0{answer.person}\0{answer.question}"
    return ServedUse(
        id=answer.id, at=now, version=answer.version, fingerprint=answer.fingerprint,
        conversation=keyed(settings.salt, begun), person=keyed(settings.salt, answer.person) if answer.person else "",
        question=masked_question(answer.question, countries), question_letters=len(answer.newest),
        reply_letters=len(answer.reply), tokens=answer.tokens, seconds=round(answer.seconds, 3),
        first_seconds=None if answer.first_seconds is None else round(answer.first_seconds, 3),
        is_refusal=answer.is_whole and refuses(answer.reply), is_whole=answer.is_whole,
    )  # fmt: skip
