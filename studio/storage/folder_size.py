"""How much a file or a folder takes."""

import contextlib
import os
import stat
from pathlib import Path


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; what is gone by now has none, and links are not followed.

    `os.walk` passes over a folder that goes in the middle, as a run's saved points do; `Path.rglob` raises.
    """
    if path.is_symlink() or not path.is_dir():
        return length_of(path)
    return sum(length_of(Path(folder, name)) for folder, _, names in os.walk(path) for name in names)


def length_of(path: Path) -> int:
    """Bytes of a regular file; anything else has none."""
    with contextlib.suppress(FileNotFoundError):
        found = path.lstat()
        return found.st_size if stat.S_ISREG(found.st_mode) else 0
    return 0
