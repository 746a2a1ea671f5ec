"""What systemd is told about a service of Type=notify: that it answers, is alive, and ends (sd_notify(3))."""

import contextlib
import socket
import time
from collections.abc import Mapping


class SystemNotify:
    """Says nothing where systemd did not ask. `alive` is called by the loop that answers requests: one that hangs does
    not call it, and the service is started again."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        path = environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{path[1:]}" if path.startswith("@") else path
        self._every = int(environ.get("WATCHDOG_USEC") or 0) / 1e6 / 3
        self._last = 0.0

    def ready(self) -> None:
        """The page answers."""
        self._say("READY=1")

    def stopping(self) -> None:
        """It saves what is running, and ends."""
        self._say("STOPPING=1")

    def alive(self) -> None:
        """Three times in the time after which systemd would start it again."""
        if self._every and time.monotonic() - self._last >= self._every:
            self._last = time.monotonic()
            self._say("WATCHDOG=1")

    def _say(self, state: str) -> None:
        if self._address:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
                to.connect(self._address)
                to.sendall(state.encode())
