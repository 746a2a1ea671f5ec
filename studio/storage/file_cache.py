"""What was read from files, kept until their time, size or inode says that they are others."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Stamp = tuple[int, int, int]  # mtime in nanoseconds, bytes, inode
ROOM = 4_096


def stamp_of(path: Path) -> Stamp | None:
    """What changes with every write of ours: a rename brings another inode, an appended line another size."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class FileCache:
    """For values that nobody changes. The last few thousand files; any thread may ask."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._kept: OrderedDict[tuple[Path, str], tuple[Stamp, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, path: Path, what: str, load: Callable[[Path], T]) -> T:
        """What `load` makes of the file as it is now. `what` tells apart what is made of one file in several ways.

        A file that is absent is asked for each time. What `load` raises is raised, and not remembered.
        """
        stamp = stamp_of(path)
        with self._lock:
            known = self._kept.get((path, what))
            if known is not None and known[0] == stamp:
                self._kept.move_to_end((path, what))
                found: T = known[1]
                return found
        found = load(path)
        if stamp is not None:  # taken before reading: a write in between is seen by the next call
            with self._lock:
                self._kept[path, what] = stamp, found
                while len(self._kept) > self._room:
                    self._kept.popitem(last=False)
        return found
