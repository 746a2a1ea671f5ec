"""A line between the browser and the server on which a third of the page's messages are cut, delayed or swallowed.

The page itself and its scripts come through: what a browser loads by itself no script can ask for again.
"""

import asyncio
import contextlib
import random
import re
import threading
from collections import Counter
from typing import Any
from weakref import WeakSet

FAULTS = ("refused", "half the request", "no answer", "half the answer", "late", "swallowed")
MESSAGES = re.compile(rb"(GET|POST|DELETE) /(gradio_api|studio/live)/")
SWALLOWED_SECONDS = 20.0


class FaultyProxy:
    """Listens in a thread of its own; the same `seed` gives the same row of faults."""

    def __init__(self, port: int, server_port: int, *, seed: int = 0, share: float = 1 / 3) -> None:
        self.port, self.server_port, self.share = port, server_port, share
        self.always = ""  # a fault that befalls every message
        self.chance = random.Random(seed)
        self.counted: Counter[str] = Counter()
        self.connections: set[asyncio.Task[Any]] = set()
        self.transports: WeakSet[asyncio.WriteTransport] = WeakSet()  # some close only once their last bytes are read
        self._is_listening = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._listen()), daemon=True)

    def __enter__(self) -> "FaultyProxy":
        self._thread.start()
        assert self._is_listening.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _listen(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._one, "127.0.0.1", self.port)
        self._is_listening.set()
        await self._stop.wait()
        server.close()
        for task in list(self.connections):
            task.cancel()
        await asyncio.gather(*self.connections, return_exceptions=True)
        for transport in list(self.transports):
            transport.abort()
        await asyncio.sleep(0.1)  # until the loop has closed them

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, which carries one request."""
        task = asyncio.current_task()
        assert task is not None
        self.connections.add(task)
        self.transports.add(writer.transport)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._carry(reader, writer)
        finally:
            self.connections.discard(task)
            writer.transport.abort() if writer.transport.is_closing() else writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        body = await reader.readexactly(int(length.group(1))) if length else b""
        fault = self._fault(head)
        self.counted[fault or "carried"] += 1
        if fault == "refused":
            return
        if fault == "late":
            await asyncio.sleep(self.chance.uniform(0.2, 2.0))
        there, back = await asyncio.open_connection("127.0.0.1", self.server_port)
        self.transports.add(back.transport)
        try:
            single = re.sub(rb"(?i)\r\nconnection: [^\r]*", b"", head)
            request = single.removesuffix(b"\r\n") + b"Connection: close\r\n\r\n" + body
            back.write(request[: len(request) - len(body) // 2 - 1] if fault == "half the request" else request)
            await back.drain()
            if fault == "half the request":
                await asyncio.sleep(0.05)
                return
            await self._answer(there, reader, writer, fault)
        finally:
            back.close()

    async def _answer(self, there: asyncio.StreamReader, reader: asyncio.StreamReader, writer: asyncio.StreamWriter,
                      fault: str) -> None:  # fmt: skip
        left = self.chance.randrange(150, 1500) if fault == "half the answer" else -1
        gone = asyncio.ensure_future(reader.read(1))  # the browser gave up
        try:
            while True:
                coming = asyncio.ensure_future(there.read(2**16))
                await asyncio.wait((coming, gone), return_when=asyncio.FIRST_COMPLETED)
                if gone.done() or not (data := coming.result()) or fault == "no answer":
                    coming.cancel()
                    return
                if fault == "swallowed":
                    await asyncio.wait((gone,), timeout=SWALLOWED_SECONDS)
                    return
                writer.write(data if left < 0 else data[:left])
                await writer.drain()
                left -= len(data) if left >= 0 else 0
                if fault == "half the answer" and left <= 0:
                    return
        finally:
            gone.cancel()

    def _fault(self, head: bytes) -> str:
        """What happens to this request; "" when nothing does."""
        if not MESSAGES.match(head):
            return ""
        return self.always or (self.chance.choice(FAULTS) if self.chance.random() < self.share else "")
