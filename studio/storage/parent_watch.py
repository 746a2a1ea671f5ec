"""A run in a process of its own ends with whoever started it: nothing that nobody watches keeps an accelerator."""

import os
import threading
import time
from collections.abc import Callable, Mapping

PARENT = "STUDIO_PARENT"  # the process id and its start time, which together are never given twice
LOOK_SECONDS = 1.0
SAVE_SECONDS = 30.0


def parent_mark() -> str:
    """What a process hands to its children in `STUDIO_PARENT`."""
    import psutil

    return f"{os.getpid()}:{psutil.Process().create_time()}"


def is_alive(mark: str) -> bool:
    """Whether the process of this mark is still there, and is no other one that got its number."""
    import psutil

    pid, _, started = mark.partition(":")
    try:
        process = psutil.Process(int(pid))
        return process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - float(started)) < 1.0
    except (psutil.NoSuchProcess, ValueError):
        return False


def watch_parent(environ: Mapping[str, str], end: Callable[[int], object] = os._exit) -> Callable[[], bool]:
    """Whether the process that started this one has gone, to be asked between steps; never without `STUDIO_PARENT`.

    It then has half a minute to save and stop. A step that takes longer, or a process that hangs, is ended.
    """
    mark = environ.get(PARENT, "")
    gone = threading.Event()

    def look() -> None:
        while is_alive(mark):
            time.sleep(LOOK_SECONDS)
        gone.set()
        time.sleep(SAVE_SECONDS)
        end(1)

    if mark:
        threading.Thread(target=look, name="parent", daemon=True).start()
    return gone.is_set
