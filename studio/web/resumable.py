"""Gradio's messages to a page, numbered and kept until the page has them: a cut connection loses none of them.

Gradio deletes what it has not told when the browser's connection breaks, and stops following its events. So its stream
is read here, by the server itself, and the browser reads from a log, from after the number that it names
(`Last-Event-ID`, as for every stream of server-sent events).
"""

import asyncio
import json
import re
from collections import OrderedDict
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from pydantic_core import from_json, to_json

from studio.copy.catalog import say
from studio.web.guard.asgi import App, Message, Receive, Scope, Send, owner_of, told, values_of, whole_body
from studio.web.idempotent import PAGE, Answer
from studio.web.message_log import MessageLog

STREAMS, ALL_BYTES = 256, 64 * 2**20
LONGEST_JOIN = 32 * 2**20
REST_SECONDS = 5.0  # a stream on which nothing more will be told is ended after so long: browsers have six of them
SIGN_OF_LIFE_SECONDS = 5.0
AWAY_SECONDS, LEFT_SECONDS = 600.0, 5.0  # how long what a page asked for goes on without it: cut off, or closed
EVENTS = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store")]
SESSION_HASH = re.compile(r"\w{1,64}", re.ASCII)


def not_followed() -> dict[str, str]:
    """What is told of an act whose page was cut off for too long."""
    return {"error": say("resumable.away"), "title": say("resumable.title")}


class ResumableStreams:
    """ASGI middleware before Gradio: follows its stream by itself and tells the page from a log."""

    def __init__(self, app: App, *, rest_seconds: float = REST_SECONDS, away_seconds: float = AWAY_SECONDS,
                 on_left: Callable[[str, str], object] = lambda owner, session_hash: None) -> None:  # fmt: skip
        self._app, self._rest, self._away, self.on_left = app, rest_seconds, away_seconds, on_left
        self._logs: OrderedDict[str, MessageLog] = OrderedDict()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closed = False
        self.most_awaited = 0  # events of one person that may wait or go on at once; 0: any number
        self.most_pages = STREAMS  # that are remembered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Streams, joins and cancels are looked at; the rest is passed on."""
        if scope["type"] == "lifespan":
            await self._app(scope, self._closing(receive), send)
            return
        self._loop = asyncio.get_running_loop()
        place = scope["path"].rstrip("/") if scope["type"] == "http" else ""
        if place.endswith("/queue/data"):
            await self._read(scope, receive, send)
        elif place.endswith(("/queue/join", "/cancel")) and scope["method"] == "POST":
            await self._post(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def close(self) -> None:
        """End every stream; may be called from a signal's handler."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._close)

    def _close(self) -> None:
        self._is_closed = True
        for log in self._logs.values():
            self._abandon(log, and_say=False)
            log.news.set()

    def _closing(self, receive: Receive) -> Receive:
        async def next_message() -> Message:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                self._close()
            return message

        return next_message

    def _log(self, session_hash: str, owner: str) -> MessageLog | None:
        """This page's, made when it is new; None when it is somebody else's."""
        log = self._logs.setdefault(session_hash, MessageLog(owner))
        if log.owner != owner:
            return None
        self._logs.move_to_end(session_hash)
        self._make_room()
        return log

    def _make_room(self) -> None:
        """The pages that were silent for longest go first, those that listen last; the newest stays."""
        size = sum(log.size for log in self._logs.values())
        while len(self._logs) > 1 and (len(self._logs) > self.most_pages or size > ALL_BYTES):
            older = list(self._logs)[:-1]
            oldest = next((name for name in older if not self._logs[name].is_read), older[0])
            size -= self._logs[oldest].size
            self.forget(oldest)

    def forget(self, session_hash: str) -> None:
        """This page does not come back."""
        if (log := self._logs.pop(session_hash, None)) is not None:
            self._abandon(log, and_say=False)

    def _leave(self, session_hash: str) -> None:
        """The page is closed: whoever opens the studio again has a new one."""
        owner = self._logs[session_hash].owner if session_hash in self._logs else ""
        self.forget(session_hash)
        self.on_left(owner, session_hash)

    # What the page sends

    async def _post(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Join or cancel an event: in the page's own name only."""
        body = await whole_body(receive, LONGEST_JOIN)
        scope[PAGE] = session_hash = session_hash_of(body or b"")
        log = self._log(session_hash, owner_of(scope)) if session_hash else None
        if body is None or (session_hash and log is None):
            await refuse(send, 413 if body is None else 404)
            return
        if log is not None:
            log.forget_until(last_event_id(scope) or 0)
        if log is None or scope["path"].rstrip("/").endswith("/cancel"):
            await self._app(scope, told(body, receive), send)
            return
        if 0 < self.most_awaited <= sum(len(one.awaited) for one in self._logs.values() if one.owner == log.owner):
            await refuse(send, 503)  # nothing was carried out: the page asks again
            return
        answer = Answer()
        await self._app(scope, told(body, receive), answer.note)
        event = event_of(answer)
        if event is not None:
            log.expect(event)
            self._follow(log, scope, session_hash)
        await answer.tell(send)

    # What Gradio tells

    def _follow(self, log: MessageLog, scope: Scope, session_hash: str) -> None:
        """Have Gradio's stream read while there is something to wait for."""
        if log.source is None and log.awaited and not self._is_closed:
            log.source = asyncio.create_task(self._listen(log, scope_of_stream(scope, session_hash)))
            if not log.is_read and log.end_of_patience is None:
                self._wait_for(log, self._away)

    async def _listen(self, log: MessageLog, scope: Scope) -> None:
        """Gradio ends its stream when it knows of no more events; one may have been joined at that moment."""
        try:
            while log.awaited:
                before = log.last
                await self._app({**scope}, told(b"", forever), reader_of(log))
                if log.awaited and log.last == before:
                    break  # it does not know them (any more)
        finally:
            log.source = None
            self._give_up(log)
            log.news.set()

    def _give_up(self, log: MessageLog) -> None:
        """The page is told of each event that nobody follows any longer; nothing just stays silent."""
        for event in log.awaited:
            log.add(
                to_json({"msg": "process_completed", "event_id": event, "success": False, "output": not_followed()})
            )
        log.awaited.clear()

    def _abandon(self, log: MessageLog, *, and_say: bool = True) -> None:
        """Nobody reads any longer: Gradio is told so, and ends what it was doing for the page."""
        if log.end_of_patience is not None:
            log.end_of_patience.cancel()
            log.end_of_patience = None
        if not and_say:
            log.awaited.clear()
        if log.source is not None:
            log.source.cancel()

    def _wait_for(self, log: MessageLog, seconds: float) -> None:
        """The page is away; what it asked for goes on for so long."""
        if log.end_of_patience is not None:
            log.end_of_patience.cancel()
        log.end_of_patience = asyncio.get_running_loop().call_later(seconds, self._abandon, log)

    # What the page hears

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Everything after the number that the page names, then what comes; or its word that it is leaving."""
        named = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[0]
        log = self._log(named, owner_of(scope)) if SESSION_HASH.fullmatch(named) else None
        if log is None:
            await refuse(send, 404)
        elif scope["method"] == "DELETE":
            asyncio.get_running_loop().call_later(LEFT_SECONDS if log.source else 0.0, self._leave, named)
            await refuse(send, 204)
        else:
            await self._tell(log, last_event_id(scope), receive, send)

    async def _tell(self, log: MessageLog, known: int | None, receive: Receive, send: Send) -> None:
        log.reader += 1
        mine, sent = log.reader, log.sent if known is None else known
        log.news.set()  # an older connection of this page ends
        if log.end_of_patience is not None:
            log.end_of_patience.cancel()
            log.end_of_patience = None
        log.is_read = True
        await send({"type": "http.response.start", "status": 200, "headers": EVENTS})
        gone = asyncio.create_task(until_disconnect(receive))
        try:
            if known is not None and log.lacks(known):
                await send(part(b'event: gap\ndata: {"msg": "close_stream"}\n\n', more=False))
                return
            if known is not None:
                log.forget_until(known)
            while not gone.done() and log.reader == mine and not self._is_closed:
                log.news.clear()
                for number, data in log.after(sent):
                    await send(part(b"id: %d\ndata: %s\n\n" % (number, data)))
                    sent = number
                    log.sent = max(log.sent, number)
                if await self._is_silent(log, gone):
                    if not log.awaited:
                        rest = json.dumps({"msg": "close_stream", "joined": log.joined})
                        await send(part(f"event: rest\ndata: {rest}\n\n".encode()))
                        break
                    await send(part(b": still here\n\n"))
            await send(part(b"", more=False))
        finally:
            gone.cancel()
            if log.reader == mine:
                log.is_read = False
                if log.source is not None and not self._is_closed:
                    self._wait_for(log, self._away)

    async def _is_silent(self, log: MessageLog, gone: "asyncio.Task[None]") -> bool:
        """Wait for news or for the end of the connection; True when nothing came for a while."""
        news = asyncio.create_task(log.news.wait())
        seconds = SIGN_OF_LIFE_SECONDS if log.awaited else self._rest
        try:
            done, _ = await asyncio.wait((news, gone), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:  # also when the connection is cancelled
            news.cancel()
        return not done


def scope_of_stream(join: Scope, session_hash: str) -> Scope:
    """The request for Gradio's stream, in the name of whoever joined."""
    path = join["path"].rstrip("/").removesuffix("join") + "data"
    headers = [(name, value) for name, value in join["headers"] if name in (b"host", b"cookie", b"origin")]
    query = f"session_hash={session_hash}".encode()
    return {**join, "method": "GET", "path": path, "raw_path": path.encode(), "query_string": query, "headers": headers}


def reader_of(log: MessageLog) -> Send:
    """An ASGI `send` that cuts Gradio's stream into messages and notes those that tell the page something."""
    rest = b""

    async def note(message: Message) -> None:
        nonlocal rest
        *blocks, rest = (rest + message.get("body", b"")).split(b"\n\n")
        for block in blocks:
            data = block.removeprefix(b"data:").strip()
            content = from_json(data)
            kind, event = content.get("msg"), content.get("event_id")
            if event is None or kind in ("close_stream", "heartbeat"):
                continue  # of the stream itself, also "the server stopped": the page notices that
            log.add(data)
            if kind == "process_completed":
                log.settle(event)

    return note


def session_hash_of(body: bytes) -> str:
    """Whose event a request is about; "" when it does not say."""
    try:
        content: Any = from_json(body)
    except ValueError:
        return ""
    found = content.get("session_hash") if isinstance(content, dict) else None
    return found if isinstance(found, str) and SESSION_HASH.fullmatch(found) else ""


def event_of(answer: Answer) -> str | None:
    """The id of the event that was joined; None when it was refused."""
    if not answer.is_whole or answer.start["status"] != 200:
        return None
    return str(from_json(bytes(answer.body))["event_id"])


def last_event_id(scope: Scope) -> int | None:
    """The number that the page names, if it names one."""
    values = values_of(scope, b"last-event-id")
    return int(values[0]) if values and values[0].isdecimal() and len(values[0]) < 16 else None


async def forever() -> Message:
    """The server itself never goes away in the middle."""
    await asyncio.Event().wait()
    raise AssertionError


async def until_disconnect(receive: Receive) -> None:
    """Ends with the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


def part(body: bytes, *, more: bool = True) -> Message:
    """A piece of an answer."""
    return {"type": "http.response.body", "body": body, "more_body": more}


async def refuse(send: Send, status: int) -> None:
    """An answer without words: the page's script makes them."""
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send(part(b"", more=False))
