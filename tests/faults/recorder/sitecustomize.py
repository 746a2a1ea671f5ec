"""Loaded by every Python process of a test: writes down each attempt to reach something beyond this computer."""

import os
import socket
from typing import Any

LOG = os.environ.get("EGRESS_LOG", "")
_connect, _connect_ex, _getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo
NEAR = ("127.", "::1", "localhost", "0.0.0.0")


def note(what: str, address: Any) -> None:
    host = address[0] if isinstance(address, tuple) else address
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if not isinstance(host, str) or host == "" or host.startswith(("/", "\0", *NEAR)) or host == socket.gethostname():
        return
    with open(LOG, "a", encoding="utf-8") as log:
        log.write(f"{what} {address}\n")


def connect(self: socket.socket, address: Any) -> None:
    note("connect", address)
    return _connect(self, address)


def connect_ex(self: socket.socket, address: Any) -> int:
    note("connect", address)
    return _connect_ex(self, address)


def getaddrinfo(host: Any, *arguments: Any, **more: Any) -> Any:
    note("look up", (host or "",))
    return _getaddrinfo(host, *arguments, **more)


if LOG:
    socket.socket.connect, socket.socket.connect_ex = connect, connect_ex  # type: ignore[method-assign]
    socket.getaddrinfo = getaddrinfo
