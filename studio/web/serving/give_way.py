"""Where people share the computer, the page gives way to their runs: what only answers them weighs less to the system.

Linux weighs each thread by itself, and what a thread starts weighs as much as it did. So the thread that starts runs
must be there before this is called in the one that serves: runs keep their weight, and everything that is started
for a page gets the smaller one. Nobody may take it back, and nobody has to.
"""

import ctypes
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

NICENESS = 5  # a third of the weight of a run beside it
ARENAS, MOST_ARENAS = -8, 2  # its number in glibc's malloc.h


def give_way(niceness: int = NICENESS) -> None:
    """For the calling thread, and all that it starts from now on. On other systems nothing changes."""
    if sys.platform != "linux":
        return
    mine = threading.get_native_id()
    if os.getpriority(os.PRIO_PROCESS, mine) < niceness:
        os.setpriority(os.PRIO_PROCESS, mine, niceness)
    if os.getsid(0) == os.getpid():  # a service: a terminal's session is also that of its shell
        give_way_as_session(niceness)


def give_way_as_session(niceness: int) -> None:
    """A run is a session of its own, and by default the kernel weighs sessions against each other (`man sched`,
    "The autogroup feature"): what a thread weighs then counts among its own session's alone."""
    with suppress(OSError):  # the kernel was built without, or it may not be written here
        Path("/proc/self/autogroup").write_text(f"{niceness}\n")


def share_arenas(most: int = MOST_ARENAS) -> None:
    """Before threads are started: glibc gives up to eight heaps to each core, and what is free in one helps no other.

    Python runs one thread at a time, so that threads hardly ever wait for each other's heap. What a person set stays.
    """
    if sys.platform == "linux" and "MALLOC_ARENA_MAX" not in os.environ:
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
        if mallopt is not None:
            mallopt(ARENAS, most)
