"""Event streams on which nothing will ever be told are ended, not held open."""

import asyncio
from typing import Any
from urllib.parse import parse_qs

from studio.web.guard import Message, Receive, Scope, Send

LOOKS, LOOK_SECONDS = 50, 0.1  # an event that is just being sent would be lost with it, so only after a long silence
CLOSE = b'data: {"msg": "close_stream"}\n\n'


class IdleStreams:
    """Stands before Gradio and looks at its queue.

    The page opens a stream when it hears that its event was taken. On a busy computer the answer may have come before
    that, on the stream before; nothing is left to tell then, and Gradio would hold the new one open until the next
    event: one of the browser's six connections, and a page that never comes to rest.
    """

    def __init__(self, app: Any, queue: Any) -> None:
        self._app, self._queue = app, queue

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on whatever is no stream, and every stream that something may be told on."""
        if scope["type"] == "http" and scope["path"].endswith("/queue/data"):
            session = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[0]
            for _ in range(LOOKS):
                if self._awaits(session):
                    break
                await asyncio.sleep(LOOK_SECONDS)
            else:
                headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
                start: Message = {"type": "http.response.start", "status": 200, "headers": headers}
                await send(start)
                await send({"type": "http.response.body", "body": CLOSE})
                return
        await self._app(scope, receive, send)

    def _awaits(self, session: str) -> bool:
        """Whether an event of this session has not been answered, or its answer has not been told."""
        told = self._queue.pending_messages_per_session.get(session)
        return bool(self._queue.pending_event_ids_session.get(session)) or (told is not None and not told.empty())
