"""Changes as they happen: one stream of server-sent events for each page, made once for all who watch the same run.

The page says where it stands (`Last-Event-ID`, or `after` when it opens a stream itself), and is told what came since.
What a page shows is known by the page alone.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable

from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from studio.errors import NotFound
from studio.services.access import Actor
from studio.services.jobs import Jobs
from studio.services.project_scope import ProjectScope
from studio.web.live.source import LiveEvent, LiveSource

log = logging.getLogger("studio.live")

BUSY_SECONDS, IDLE_SECONDS, HEARTBEAT_SECONDS = 1.0, 2.0, 15.0
REMEMBERED = 200  # looks that brought something; who is further behind is told everything anew
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
HEARTBEAT = b": still here\n\n"
RETRY = b"retry: 1000\n\n"  # milliseconds until a browser asks again after a cut

NOBODY = Actor("", "")
Open = Callable[[Actor, str], ProjectScope]  # NotFound for a project that is not there or not hers


class LiveReader:
    """Looks at one run again and again for as long as somebody watches it."""

    def __init__(self, source: LiveSource, busy_seconds: float, idle_seconds: float) -> None:
        self._source, self._busy, self._idle = source, busy_seconds, idle_seconds
        self.watchers = 0
        self.number = 0  # of the last look that brought something
        self._log: deque[tuple[int, bytes]] = deque(maxlen=REMEMBERED)
        self._state: dict[str, bytes] = {}
        self._looking = asyncio.Lock()
        self._news = asyncio.Event()
        self.task = asyncio.create_task(self._go_on())

    async def _go_on(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(self._busy if self._source.is_busy else self._idle)

    async def look(self) -> None:
        """One look, and word to all who wait when it brought something."""
        async with self._looking:
            events = await asyncio.to_thread(self._source.look)
            if not events:
                return
            self._state |= {event.key: event.encoded() for event in events if event.key}
            self.number += 1
            self._log.append((self.number, b"".join(map(LiveEvent.encoded, events))))
        self._news.set()
        self._news = asyncio.Event()

    async def now(self, after: int | None) -> tuple[int, bytes]:
        """The number of the last look, and all that somebody needs to know who read the curve to `after`."""
        while not self.number and not self.task.done():
            await self.wait(self._idle)
        async with self._looking:
            curve = self._source.curve.since(after).encoded() if self._source.curve is not None else b""
            return self.number, curve + b"".join(self._state.values())

    def since(self, number: int) -> list[tuple[int, bytes]] | None:
        """What the looks after this one brought; None when that is no longer remembered."""
        if number < self.number and (not self._log or self._log[0][0] > number + 1):
            return None
        return [(n, chunk) for n, chunk in self._log if n > number]

    async def wait(self, seconds: float) -> bool:
        """Until there is news, the reader ends, or the time is up; False for the last."""
        news = asyncio.create_task(self._news.wait())
        try:
            done, _ = await asyncio.wait((news, self.task), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:  # also when the page that waits goes away
            news.cancel()
        return bool(done)


class LiveFeed:
    """All readers of one site."""

    def __init__(
        self, open_project: Open, jobs: Jobs, *, busy_seconds: float = BUSY_SECONDS,
        idle_seconds: float = IDLE_SECONDS, heartbeat_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:  # fmt: skip
        self._open, self._jobs = open_project, jobs
        self._busy, self._idle, self._heartbeat = busy_seconds, idle_seconds, heartbeat_seconds
        self._readers: dict[tuple[str, str], LiveReader] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def readers(self) -> int:
        """How many runs are looked at now, by however many pages."""
        return len(self._readers)

    def watch(self, actor: Actor, project: str, run: str, after: int | None) -> AsyncIterator[bytes]:
        """The stream for one page. NotFound when she may not see the project, or it has no such run."""
        scope = self._open(actor, project)
        if run:
            scope.runs.view(run)
        self._loop = asyncio.get_running_loop()
        return self._stream(scope, run, after)

    async def _stream(self, scope: ProjectScope, run: str, after: int | None) -> AsyncIterator[bytes]:
        key = scope.project.id, run
        reader = self._readers.get(key)
        if reader is None or reader.task.done():
            reader = self._readers[key] = LiveReader(LiveSource(scope, self._jobs, run), self._busy, self._idle)
        reader.watchers += 1
        try:
            number, everything = await reader.now(after)
            yield RETRY + everything
            while not reader.task.done() and self._is_hers_still(scope):
                came = reader.since(number)
                if came is None:
                    number, everything = await reader.now(None)
                    yield everything
                elif came:
                    number = came[-1][0]
                    yield b"".join(chunk for _, chunk in came)
                elif not await reader.wait(self._heartbeat):
                    yield HEARTBEAT
        finally:
            reader.watchers -= 1
            if not reader.watchers:
                self._end(key, reader)

    def _is_hers_still(self, scope: ProjectScope) -> bool:
        """A share that is taken back, and a project that is deleted, end the stream."""
        try:
            self._open(scope.actor, scope.project.id)
        except NotFound:
            return False
        return True

    def _end(self, key: tuple[str, str], reader: LiveReader) -> None:
        if self._readers.get(key) is reader:
            del self._readers[key]
        if reader.task.done() and not reader.task.cancelled() and (fault := reader.task.exception()) is not None:
            log.error("looking at a run ended early", exc_info=fault)  # the page asks again by itself
        reader.task.cancel()

    def close(self) -> None:
        """End every stream; may be called from a signal's handler."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._close)

    def _close(self) -> None:
        for reader in self._readers.values():
            reader.task.cancel()


def add_live_route(app: FastAPI, feed: LiveFeed) -> None:
    """`GET /studio/live?project=…&run=…`, for whoever the guard let in."""

    @app.get("/studio/live")
    async def live(request: Request, project: str = "", run: str = "", after: str = "") -> Response:
        actor, named = request.scope.get("actor", NOBODY), request.headers.get("last-event-id") or after
        try:
            stream = feed.watch(actor, project, run, int(named) if is_offset(named) else None)
        except NotFound as error:
            return Response(error.message, status_code=404, media_type="text/plain")
        return StreamingResponse(stream, media_type="text/event-stream", headers=HEADERS)


def is_offset(text: str) -> bool:
    """Whether this is a place in a file, as we number events."""
    return text.isascii() and text.isdecimal() and len(text) < 16
