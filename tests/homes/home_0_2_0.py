"""The home of 0.2.0 that lies beside this file, and what its files are."""

import hashlib
import zipfile
from pathlib import Path

PACKED = Path(__file__).with_suffix(".zip")
Marks = dict[str, tuple[str, int]]


def unpacked(home: Path) -> Path:
    """The home, as 0.2.0 left it, in this folder."""
    with zipfile.ZipFile(PACKED) as packed:
        packed.extractall(home)
    return home


def marks_of(home: Path) -> Marks:
    """Each file that 0.2.0 wrote: its checksum, and when it was written last."""
    with zipfile.ZipFile(PACKED) as packed:
        paths = [home / name for name in packed.namelist()]
    return {str(path.relative_to(home)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
            for path in paths}  # fmt: skip
