"""Memory that goes back to the system when people have left.

Linux's allocator keeps freed blocks that lie below one in use, and the collector comes late to what nobody makes any
more: after a hundred people had left, a third of what they had needed stayed with the server.
"""

import asyncio
import ctypes
import gc
import sys
from collections.abc import Callable

QUIET_SECONDS = 10.0  # after the last page was closed


class GivenBack:
    """Asked for at each page that is closed, done once when no other has followed for a while. On the server's loop."""

    def __init__(self, give_back: Callable[[], object] | None = None, quiet_seconds: float = QUIET_SECONDS) -> None:
        self._give_back, self._quiet = give_back or give_memory_back, quiet_seconds
        self._waiting: asyncio.TimerHandle | None = None

    def later(self) -> None:
        """Unless another page is closed meanwhile."""
        loop = asyncio.get_running_loop()
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = loop.call_later(self._quiet, lambda: loop.run_in_executor(None, self._give_back))


def give_memory_back() -> None:
    """Of this process; where the allocator is another one, only what nobody can reach is freed."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None  # musl has none
    if trim is not None:
        trim(0)
