"""The port that a server of the studio listens on, for the page and for other programs alike."""

import os
import socket

from studio.copy.catalog import say
from studio.errors import StudioError


def take_port(host: str, port: int) -> socket.socket:
    """The port, or a sentence: another one is never taken silently, since people and scripts know the address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name != "nt":
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        raise StudioError(
            say('server.port_cannot_be_used', port=port, strerror=error.strerror or error),
            hint=say('server.close_other_program_or'), where="port",
        ) from None  # fmt: skip
    return taken
