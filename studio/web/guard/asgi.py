"""The words of ASGI, typed."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


def values_of(scope: Scope, name: bytes) -> list[str]:
    """All values of a header, in the order they came."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def owner_of(scope: Scope) -> str:
    """To whom belongs what a request makes: a person by her id, or while there are none a browser's session."""
    return str(scope.get("owner") or scope.get("session", ""))


async def whole_body(receive: Receive, longest: int) -> bytes | None:
    """None when it is longer than that, or broke off."""
    body = bytearray()
    while (message := await receive())["type"] == "http.request":
        body += message.get("body", b"")
        if len(body) > longest:
            return None
        if not message.get("more_body", False):
            return bytes(body)
    return None


def told(body: bytes, receive: Receive) -> Receive:
    """A body that was read already, once more."""
    waiting = [body]

    async def next_part() -> Message:
        return {"type": "http.request", "body": waiting.pop()} if waiting else await receive()

    return next_part
