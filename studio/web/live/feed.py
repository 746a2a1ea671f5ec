"""Changes as they happen: one stream of server-sent events for each page, made once for all who watch the same run.

The page says where it stands (`Last-Event-ID`, or `after` when it opens a stream itself), and is told what came since.
What a page shows is known by the page alone.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Callable

from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from studio.errors import NotFound
from studio.services.access import Actor
from studio.services.jobs import Jobs
from studio.services.project_scope import ProjectScope
from studio.storage.file_cache import Stamp
from studio.web.live.source import LiveEvent, LiveSource

log = logging.getLogger("studio.live")

BUSY_SECONDS, IDLE_SECONDS, HEARTBEAT_SECONDS = 1.0, 2.0, 15.0
TOLD_A_SECOND, LONGEST_REST_SECONDS = 25.0, 4.0  # pages; where many watch, each hears less often
REMEMBERED = 200  # looks that brought something; who is further behind is told everything anew
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
HEARTBEAT = b": still here\n\n"
RETRY = b"retry: 1000\n\n"  # milliseconds until a browser asks again after a cut

NOBODY = Actor("", "")
Open = Callable[[Actor, str], ProjectScope]  # NotFound for a project that is not there or not hers


class LiveReader:
    """Looks at one run again and again for as long as somebody watches it, and makes what is told once for all."""

    def __init__(self, source: LiveSource, rest: Callable[[bool], float], heartbeat_seconds: float) -> None:
        self._source, self._rest, self._heartbeat = source, rest, heartbeat_seconds
        self.watchers = 0
        self.number = 0  # of the last look that brought something
        self.news = asyncio.Event()  # set, and replaced, when there is something to tell: also a sign of life
        self._log: deque[tuple[int, bytes]] = deque(maxlen=REMEMBERED)
        self._state: dict[str, bytes] = {}
        self._looking = asyncio.Lock()
        self._told = time.monotonic()
        self.stamp = source.scope.stamp  # of the project's record at the last look: who may see it stands there
        self.task = asyncio.create_task(self._go_on())
        self.task.add_done_callback(lambda _: self._tell())

    async def _go_on(self) -> None:
        while True:
            await self.look()
            if time.monotonic() - self._told >= self._heartbeat:
                self._tell()
            await asyncio.sleep(min(self._rest(self._source.is_busy), self._heartbeat))

    def _tell(self) -> None:
        self._told = time.monotonic()
        self.news.set()
        self.news = asyncio.Event()

    async def look(self) -> None:
        """One look, and word to all who wait when it brought something."""
        async with self._looking:
            events, self.stamp = await asyncio.to_thread(self._look)
            if not events:
                return
            encoded = [(event.key, event.encoded()) for event in events]
            self._state |= {key: chunk for key, chunk in encoded if key}
            self.number += 1
            self._log.append((self.number, b"".join(chunk for _, chunk in encoded)))
        self._tell()

    def _look(self) -> tuple[list[LiveEvent], Stamp | None]:
        stamp = self._source.scope.stamp  # before the look: what changes after it is seen next time
        return self._source.look(), stamp

    async def now(self, after: int | None) -> tuple[int, bytes]:
        """The number of the last look, and all that somebody needs to know who read the curve to `after`."""
        while not self.number and not self.task.done():
            await self.news.wait()
        async with self._looking:
            curve = self._source.curve.since(after).encoded() if self._source.curve is not None else b""
            return self.number, curve + b"".join(self._state.values())

    def since(self, number: int) -> list[tuple[int, bytes]] | None:
        """What the looks after this one brought; None when that is no longer remembered."""
        if number < self.number and (not self._log or self._log[0][0] > number + 1):
            return None
        return [(n, chunk) for n, chunk in self._log if n > number]


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

    def rest(self, is_busy: bool) -> float:
        """Seconds until a reader looks again: longer where many pages have to be told, of whichever runs."""
        watchers = sum(reader.watchers for reader in self._readers.values())
        return max(self._busy if is_busy else self._idle, min(watchers / TOLD_A_SECOND, LONGEST_REST_SECONDS))

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
            reader = self._readers[key] = LiveReader(LiveSource(scope, self._jobs, run), self.rest, self._heartbeat)
        reader.watchers += 1
        stamp, asked, woken = scope.stamp, time.monotonic(), False
        try:
            number, everything = await reader.now(after)
            yield RETRY + everything
            while not reader.task.done():
                if reader.stamp != stamp or time.monotonic() - asked >= self._heartbeat:
                    stamp, asked = reader.stamp, time.monotonic()
                    if not self._is_hers_still(scope):
                        break
                came = reader.since(number)
                if came is None:
                    number, everything = await reader.now(None)
                    yield everything
                elif came:
                    number = came[-1][0]
                    yield came[0][1] if len(came) == 1 else b"".join(chunk for _, chunk in came)
                elif woken:
                    yield HEARTBEAT
                else:
                    await reader.news.wait()
                    woken = True
                    continue
                woken = False
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
