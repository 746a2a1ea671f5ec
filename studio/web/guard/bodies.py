"""Bodies that are counted while they come, and answers that end with the sign-in of whoever hears them."""

import time
from collections.abc import Callable

from studio.web.guard.asgi import Message, Receive, Send

LOOK_AGAIN_SECONDS = 5.0


class TooLong(Exception):
    """More came than a body of this kind may hold."""


class BodyLimit:
    """`receive` and `send` for whoever reads a body. What is too long is not read on, and its answer is not heard."""

    def __init__(self, longest: int, receive: Receive, send: Send) -> None:
        self._longest, self._receive, self._send = longest, receive, send
        self._came = 0
        self.is_too_long = self.has_begun = False  # the body; the answer

    async def receive(self) -> Message:
        """The next part; TooLong where the body is."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._came += len(message.get("body", b""))
            if self._came > self._longest:
                self.is_too_long = True
                raise TooLong
        return message

    async def send(self, message: Message) -> None:
        """As it comes: what a reader says of a body that it could not read is dropped."""
        if not self.is_too_long:
            self.has_begun = True
            await self._send(message)


class SignedInStream:
    """`receive` and `send` of an answer that goes on: whoever signs out hears no more of it."""

    def __init__(self, is_signed_in: Callable[[], bool], receive: Receive, send: Send,
                 clock: Callable[[], float] = time.monotonic) -> None:  # fmt: skip
        self._is_signed_in, self._receive, self._send, self._clock = is_signed_in, receive, send, clock
        self._looked = clock()
        self._has_ended = False

    async def receive(self) -> Message:
        """Ends as if the connection had."""
        return {"type": "http.disconnect"} if self._has_ended else await self._receive()

    async def send(self, message: Message) -> None:
        """Looks again every few seconds, before something is told."""
        if self._has_ended:
            return
        if self._clock() - self._looked >= LOOK_AGAIN_SECONDS and message["type"] == "http.response.body":
            self._looked = self._clock()
            if not self._is_signed_in():
                self._has_ended = True
                message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(message)
