"""How much a file or a folder takes."""

import contextlib
import stat
from pathlib import Path


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; what is gone by now has none, and links are not followed."""
    total = 0
    for file in (path, *path.rglob("*")) if path.is_dir() and not path.is_symlink() else (path,):
        with contextlib.suppress(FileNotFoundError):
            found = file.lstat()
            total += found.st_size if stat.S_ISREG(found.st_mode) else 0
    return total
