"""uvicorn as the studio runs it."""

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import uvicorn

TICK_SECONDS = 5.0  # as often the `Date` of the answers is made anew


class Server(uvicorn.Server):
    """uvicorn that says when it answers, and that leaves by returning, so that the studio can save what is running."""

    def __init__(self, config: uvicorn.Config, on_up: Callable[[], None], on_leaving: Callable[[], object],
                 on_tick: Callable[[], None] = lambda: None) -> None:  # fmt: skip
        super().__init__(config)
        self._on_up, self._on_leaving, self._each_second = on_up, on_leaving, on_tick
        self._signalled = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets=sockets)
        if self.started:
            self._on_up()

    async def main_loop(self) -> None:
        """uvicorn looks ten times a second whether it is to end; a signal wakes this one, which else counts seconds."""
        while not await self.on_tick(0):
            self._each_second()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._signalled.wait(), TICK_SECONDS)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn raises the signal again after its end, which would kill the process before anything is saved."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        loop = asyncio.get_running_loop()

        def leave(number: int, frame: FrameType | None) -> None:
            self._on_leaving()
            self.handle_exit(number, frame)
            loop.call_soon_threadsafe(self._signalled.set)

        before = {number: signal.signal(number, leave) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
