"""Ports for servers that are started in a moment.

A system that is asked for a free one may hand the same out again, as the near end of anybody's connection, before the
server has it: a start takes seconds, with other work beside it a minute. These lie where it takes none by itself.
"""

import random
import socket

FIRST, LAST = 10_000, 32_767  # Linux hands out 32,768 and above, other systems 49,152 and above
_DRAW = random.SystemRandom()  # tests that run side by side draw differently, whatever they seed


def free_port() -> int:
    """One that nobody has now."""
    while True:
        port = _DRAW.randint(FIRST, LAST)
        with socket.socket() as found:
            try:
                found.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
