"""Which files of a home a backup copies, and in which order, so that what is copied while a run goes on agrees.

A run's status is read first: one that ends meanwhile is in the copy an interrupted one, which can go on. Its saved
points come before its curve, so that the curve reaches at least as far as they do. A folder with a list of hashes is
copied whole or not at all.
"""

import contextlib
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from studio.storage.checkpoints import MANIFEST
from studio.storage.files import TRASH_LOG, last_newline
from studio.storage.folder_size import size_of

DATABASE = "studio.db"
MODELS = "models"
ALWAYS_LEFT_OUT = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", "uploads", "trash", TRASH_LOG)
LOCK = "lock"  # and whatever ends in .lock
JOB = "job.json"  # what a cluster does for this home, it does not do for a copy of it
STATUS, POINTS, VERSION = "status.json", "checkpoints", "adapter"  # of a run, in this order
TRIES, PAUSE_SECONDS = 5, 0.02  # for a folder that is replaced while it is read
Opened = tuple[Path, BinaryIO, int]  # a path, its stream at the beginning, and how many bytes of it to copy


class HomeFiles:
    """All files of a home but its database, one after the other; `damaged` grows by the folders that are left out."""

    def __init__(self, home: Path, *, with_models: bool) -> None:
        self._home = home
        self._left_out = ALWAYS_LEFT_OUT if with_models else (*ALWAYS_LEFT_OUT, MODELS)
        self.damaged: list[Path] = []

    @property
    def size_bytes(self) -> int:
        """About how much it is, by the sizes of all files."""
        tops = [path for path in entries(self._home) if path.name not in self._left_out]
        return sum(size_of(path) for path in tops)

    def __iter__(self) -> Iterator[Opened]:
        for path in entries(self._home):
            if path.name not in self._left_out:
                yield from self._of(path)

    def _of(self, path: Path) -> Iterator[Opened]:
        if path.name in (LOCK, JOB) or path.suffix == ".lock" or path.name.startswith(".") or path.is_symlink():
            return
        if path.is_dir():
            yield from self._of_folder(path)
        elif path.is_file():
            with contextlib.suppress(FileNotFoundError), path.open("rb") as stream:
                yield path, stream, whole_length(path, stream)

    def _of_folder(self, folder: Path) -> Iterator[Opened]:
        if folder.name == VERSION or folder.parent.name == POINTS:
            with ExitStack() as opened:
                listed = sealed(folder, opened)
                yield from listed
            if listed:
                return
            if (folder / MANIFEST).is_file() or folder.parent.name == POINTS:
                self.damaged += [folder] if folder.is_dir() else []
                return
        inside = entries(folder)
        if folder.parent.name == "runs":
            names = [path.name for path in inside]
            if STATUS not in names:
                return  # half made
            first = [folder / name for name in (STATUS, POINTS, VERSION)]  # the version may just be replaced
            inside = [*first, *(path for path in inside if path not in first)]
        for path in inside:
            yield from self._of(path) if path.name != VERSION else self._of_folder(path)


def entries(folder: Path) -> list[Path]:
    """By name; none of a folder that is gone by now."""
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []


def whole_length(path: Path, stream: BinaryIO) -> int:
    """All of a file; of one to which lines are added, up to its last whole line."""
    end = stream.seek(0, 2)
    length = last_newline(stream, end) if path.suffix == ".jsonl" else end
    stream.seek(0)
    return length


def sealed(folder: Path, opened: ExitStack) -> list[Opened]:
    """All files that the folder's list of hashes names, and the list. All are opened before one is copied, so that what
    is replaced meanwhile can still be read. Empty when they are not as listed, also after a few tries."""
    for _ in range(TRIES):
        with ExitStack() as tried:
            try:
                found = as_listed(folder, tried)
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                time.sleep(PAUSE_SECONDS)
                continue
            opened.push(tried.pop_all())
            return found
    return []


def as_listed(folder: Path, opened: ExitStack) -> list[Opened]:
    """Raises ValueError when a file is not what the list says."""
    path = folder / MANIFEST
    stream = opened.enter_context(path.open("rb"))
    listed: dict[str, str] = json.loads(stream.read())["files"]
    found: list[Opened] = [(path, stream, stream.tell())]
    stream.seek(0)
    for name, digest in listed.items():
        stream = opened.enter_context((folder / name).open("rb"))
        if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
            raise ValueError(name)
        found.append((folder / name, stream, stream.tell()))
        stream.seek(0)
    return found
