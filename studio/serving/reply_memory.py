"""The last replies, for feedback that comes later: in memory alone, for so many hours, and no more than there is room
for. A server that ends forgets them."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from studio.schemas.example import Message

MOST_REPLIES, MOST_LETTERS = 10_000, 32_000_000


@dataclass(frozen=True)
class KeptReply:
    """What feedback needs to know of a response. `texts` by the index of the choice; `application`: whose key asked."""

    version: str
    fingerprint: str
    application: str
    turns: tuple[Message, ...]
    texts: tuple[str, ...]
    at: datetime

    @property
    def letters(self) -> int:
        """How much it is."""
        return sum(len(turn.content) for turn in self.turns) + sum(map(len, self.texts))


class ReplyMemory:
    """By the id of the response; the oldest goes first. From any thread."""

    def __init__(self, hours: float, clock: Callable[[], datetime], *, most_replies: int = MOST_REPLIES,
                 most_letters: int = MOST_LETTERS) -> None:  # fmt: skip
        self._kept: OrderedDict[str, KeptReply] = OrderedDict()
        self._age, self._clock, self._lock = timedelta(hours=hours), clock, threading.Lock()
        self._most_replies, self._most_letters, self._letters = most_replies, most_letters, 0

    def keep(self, id: str, reply: KeptReply) -> None:
        """Remember it; what is too old, or too much, goes."""
        with self._lock:
            self._kept[id] = reply
            self._letters += reply.letters
            while self._kept and self._is_over(next(iter(self._kept.values()))):
                self._letters -= self._kept.popitem(last=False)[1].letters

    def find(self, id: str, application: str) -> KeptReply | None:
        """This application's own reply; None for one that nobody got, that another one got, or that is too old."""
        with self._lock:
            found = self._kept.get(id)
        fits = found is not None and found.application == application and self._clock() - found.at <= self._age
        return found if fits else None

    def _is_over(self, oldest: KeptReply) -> bool:
        too_much = len(self._kept) > self._most_replies or self._letters > self._most_letters
        return too_much or self._clock() - oldest.at > self._age
