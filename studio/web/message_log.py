"""The numbered messages of one page: what it was told, what it is to be told, and what it still waits for."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

MESSAGES, STREAM_BYTES = 2000, 8 * 2**20


@dataclass
class MessageLog:
    """What one page was told and is to be told, under the page's `session_hash`; only its own session may read it."""

    owner: str
    messages: deque[tuple[int, bytes]] = field(default_factory=deque)
    size: int = 0
    last: int = 0  # number of the newest message
    sent: int = 0  # number of the newest that was sent to anybody
    joined: int = 0  # how many events the page was told that it has joined
    awaited: set[str] = field(default_factory=set)  # events that were not answered yet
    answered_early: deque[str] = field(default_factory=lambda: deque(maxlen=64))  # before the word that they were taken
    reader: int = 0  # only the newest connection of the page is written to
    is_read: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)
    source: "asyncio.Task[None] | None" = None  # reads Gradio's stream
    end_of_patience: asyncio.TimerHandle | None = None

    def add(self, data: bytes) -> None:
        """One message, numbered; the oldest go when there are too many."""
        self.last += 1
        self.messages.append((self.last, data))
        self.size += len(data)
        while len(self.messages) > 1 and (len(self.messages) > MESSAGES or self.size > STREAM_BYTES):
            self.size -= len(self.messages.popleft()[1])
        self.news.set()

    def forget_until(self, number: int) -> None:
        """The page has them."""
        while self.messages and self.messages[0][0] <= number:
            self.size -= len(self.messages.popleft()[1])

    def after(self, number: int) -> Iterable[tuple[int, bytes]]:
        """What the page does not have yet."""
        return [(n, data) for n, data in self.messages if n > number]

    def lacks(self, number: int) -> bool:
        """Whether something between that number and the oldest message is gone, or the number was never given."""
        return number > self.last or number < (self.messages[0][0] - 1 if self.messages else self.last)

    def expect(self, event: str) -> None:
        """The page joined an event."""
        self.joined += 1
        if event in self.answered_early:
            self.answered_early.remove(event)
        else:
            self.awaited.add(event)

    def settle(self, event: str) -> None:
        """The event was answered."""
        if event in self.awaited:
            self.awaited.remove(event)
        else:
            self.answered_early.append(event)
