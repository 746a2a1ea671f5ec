"""Put on the path of the studio and its children: writes down every attempt to reach another computer."""

import os
import sys

LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")
record = os.environ.get("STUDIO_WATCHED")


def watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        host = str(address[0]) if isinstance(address, tuple) else ""  # a path is a socket on this computer
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = str(arguments[0] or "")
    else:
        return
    if host and not host.startswith(LOOPBACK) and record:
        with open(record, "a", encoding="utf-8") as file:
            file.write(f"{event} {host}\n")


if record:
    sys.addaudithook(watch)
