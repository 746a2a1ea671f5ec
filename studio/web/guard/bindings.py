"""To whom each id belongs that a browser names: bound where it is first used, looked up each time after that.

Gradio takes a session, an event and an uploaded path from whoever knows them. In front of it stands this: an id of
somebody else is answered as one that was never there.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs

from studio.web.guard.asgi import App, Message, Receive, Scope, Send, owner_of, told, whole_body
from studio.web.guard.responses import not_here, refuse

JOIN_BYTES, NOTE_BYTES = 32 * 2**20, 64 * 2**10


class Id(StrEnum):
    """What an id is of."""

    SESSION = "session_hash"  # of a page: Gradio keeps what the page shows under it
    EVENT = "event_id"
    UPLOADING = "upload_id"  # while a file comes
    UPLOAD = "upload"  # the path of one that came


MOST = {Id.SESSION: 64, Id.EVENT: 4096, Id.UPLOADING: 256, Id.UPLOAD: 1024}  # of one person; the oldest go


class Bindings:
    """All of them. One person's can push out none of another's."""

    def __init__(self, on_dropped: Callable[[Id, str], None] = lambda kind, id: None) -> None:
        self._owners: dict[tuple[Id, str], str] = {}
        self._of: dict[tuple[Id, str], OrderedDict[str, None]] = {}  # by kind and owner, the newest last
        self.on_dropped = on_dropped

    def bind(self, kind: Id, id: str, owner: str) -> bool:
        """Hers from now on, if nobody has it; False when it is somebody else's, or nobody asks."""
        if not owner or not id or self._owners.setdefault((kind, id), owner) != owner:
            return False
        mine = self._of.setdefault((kind, owner), OrderedDict())
        mine[id] = None
        mine.move_to_end(id)
        while len(mine) > MOST[kind]:
            old, _ = mine.popitem(last=False)
            del self._owners[kind, old]
            self.on_dropped(kind, old)
        return True

    def is_of(self, kind: Id, id: str, owner: str) -> bool:
        """Whether it was bound to her."""
        return bool(owner) and self._owners.get((kind, id)) == owner

    def count(self, kind: Id, owner: str) -> int:
        """How many she has."""
        return len(self._of.get((kind, owner), ()))


class BoundRequests:
    """ASGI middleware behind the guard: a request that names what is not hers goes no further."""

    def __init__(self, app: App, bindings: Bindings) -> None:
        self._app, self._bindings = app, bindings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Each place in which Gradio takes an id: path, query or body."""
        place = scope["path"].rstrip("/").removeprefix("/gradio_api") if scope["type"] == "http" else ""
        if place == "/queue/join" or place in ("/cancel", "/reset"):
            await self._post(scope, receive, send, joins=place == "/queue/join")
        elif self._may_ask(place, scope):
            await self._app(scope, receive, send)
        else:
            await refuse(send, not_here())

    def _may_ask(self, place: str, scope: Scope) -> bool:
        owner = owner_of(scope)
        if place.startswith("/heartbeat/"):
            return self._bindings.bind(Id.SESSION, place.removeprefix("/heartbeat/"), owner)
        if place == "/queue/data":
            return self._binds_query(Id.SESSION, scope, owner)
        if place == "/upload_progress":
            return self._binds_query(Id.UPLOADING, scope, owner)
        if place == "/upload":
            return b"upload_id" not in scope["query_string"] or self._binds_query(Id.UPLOADING, scope, owner)
        return True

    def _binds_query(self, kind: Id, scope: Scope, owner: str) -> bool:
        """Named once: of two values one reader would take the first, and another one the last."""
        named = parse_qs(scope["query_string"].decode("latin-1")).get(kind, [])
        return len(named) == 1 and self._bindings.bind(kind, named[0], owner)

    async def _post(self, scope: Scope, receive: Receive, send: Send, *, joins: bool) -> None:
        body = await whole_body(receive, JOIN_BYTES if joins else NOTE_BYTES)
        content = content_of(body)
        owner = owner_of(scope)
        if body is None or content is None or not self._is_hers(content, owner, joins=joins):
            await refuse(send, not_here())
            return
        noted = self._noting_event(send, owner) if joins else send
        # written anew: whoever reads it next reads what was looked at here, also where a name stood twice
        await self._app(scope, told(json.dumps(content).encode(), receive), noted)

    def _is_hers(self, content: dict[str, Any], owner: str, *, joins: bool) -> bool:
        session, event = content.get(Id.SESSION), content.get(Id.EVENT)
        if event is not None and not (isinstance(event, str) and self._bindings.is_of(Id.EVENT, event, owner)):
            return False
        if joins:
            bound = isinstance(session, str) and self._bindings.bind(Id.SESSION, session, owner)
            return bound and all(self._bindings.is_of(Id.UPLOAD, path, owner) for path in paths_in(content))
        if session is None:
            return event is not None
        return isinstance(session, str) and self._bindings.is_of(Id.SESSION, session, owner)

    def _noting_event(self, send: Send, owner: str) -> Send:
        """The id that Gradio gives to what was asked is hers before she hears it."""
        body = bytearray()

        async def note(message: Message) -> None:
            if message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                answered = content_of(bytes(body)) if not message.get("more_body") else None
                if answered and isinstance(answered.get(Id.EVENT), str):
                    self._bindings.bind(Id.EVENT, answered[Id.EVENT], owner)
            await send(message)

        return note


def content_of(body: bytes | None) -> dict[str, Any] | None:
    """A JSON object; None for anything else."""
    try:
        content = json.loads(body or b"")
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def paths_in(content: Any) -> Iterator[str]:
    """Every path of a file that a message names, however deep: Gradio looks for them as deep."""
    waiting = [content]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if "path" in one:
                yield str(one["path"])
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
