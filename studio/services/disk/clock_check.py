"""Whether the clock can be believed: it must not stand before what was written down, nor run away from the computer's
own count of seconds."""

import time
from collections.abc import Callable
from datetime import datetime

from studio.copy.catalog import say

SLACK_SECONDS = 3600.0


def seconds_up() -> float:
    """Counted by the computer whatever its clock says, where possible also while it sleeps."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(boot) if boot is not None else time.monotonic()


class ClockCheck:
    """Begun with the server; `trouble` is asked later."""

    def __init__(self, clock: Callable[[], datetime], up: Callable[[], float] = seconds_up) -> None:
        self._clock, self._up = clock, up
        self._began = clock().timestamp() - up()

    def trouble(self, newest: datetime | None) -> str:
        """One sentence, or empty. `newest` is when something was last written down."""
        now = self._clock()
        jumped = now.timestamp() - self._up() - self._began
        if abs(jumped) > SLACK_SECONDS:
            return say("retention.clock_jumped", hours=abs(jumped) / 3600)
        if newest is not None and (newest - now).total_seconds() > SLACK_SECONDS:
            return say("retention.clock_behind", newest=f"{newest:%Y-%m-%d %H:%M}")
        return ""
