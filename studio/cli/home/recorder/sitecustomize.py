"""Run by Python before anything else: writes down which addresses are connected to, written to or looked up."""

import os
import sys

VARIABLE = "STUDIO_RECORD_CONNECTIONS"  # the file that the lines go to
SPOKEN_TO = ("socket.connect", "socket.sendto", "socket.sendmsg")
LOOKED_UP = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
THIS_COMPUTER = ("127.", "::1", "localhost", "0.0.0.0")


def record(file: str, event: str, arguments: tuple[object, ...]) -> None:
    """One line, unless it stays on this computer; a socket with a path does."""
    if event in SPOKEN_TO:
        address = arguments[1]
        host = str(address[0]) if isinstance(address, tuple) and address else ""
    elif event in LOOKED_UP:
        host = arguments[0].decode() if isinstance(arguments[0], bytes) else str(arguments[0] or "")
    else:
        return
    if host and not host.startswith(THIS_COMPUTER):
        line = f"{event.removeprefix('socket.')} {host}\n".encode()
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, line)
        os.close(handle)


def begin() -> None:
    """From here to the end of the process; a hook cannot be taken away again."""
    if file := os.environ.get(VARIABLE):
        sys.addaudithook(lambda event, arguments: record(file, event, arguments))


begin()
