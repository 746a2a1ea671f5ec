"""Nothing but programs of this computer: requests by another name, or from a web page, are refused."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.serving.api_errors import ApiError

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HOSTS = ("127.0.0.1", "localhost", "::1")


def must_be_loopback(host: str) -> None:
    """StudioError for an address that others could reach."""
    if host not in HOSTS:
        raise StudioError(say("serving.loopback_alone", host=host[:60]), hint=say("serving.tunnel"), where="host")


class LoopbackOnly:
    """Compares Host by equality, so that a name which somebody points at this computer opens nothing; a request that
    a web page sends brings an Origin, and is refused whatever it is."""

    def __init__(self, app: App, port: int) -> None:
        self._app = app
        names = [f"[{host}]" if ":" in host else host for host in HOSTS]
        self._hosts = {f"{name}:{port}" for name in names} | (set(names) if port == 80 else set())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http":
            headers = [(name.lower(), value.decode("latin-1")) for name, value in scope["headers"]]
            hosts = [value.lower() for name, value in headers if name == b"host"]
            if len(hosts) != 1 or hosts[0] not in self._hosts:
                return await refuse(send, ApiError(421, "wrong_host", say("serving.wrong_host")))
            if any(name in (b"origin", b"sec-fetch-site") for name, _ in headers):
                return await refuse(send, ApiError(403, "from_a_page", say("serving.from_a_page")))
        elif scope["type"] != "lifespan":
            return await send({"type": "websocket.close", "code": 1008})
        await self._app(scope, receive, send)


async def refuse(send: Send, error: ApiError) -> None:
    """Before any route is looked for."""
    body = json.dumps(error.body).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
