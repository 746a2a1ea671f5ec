"""A folder that appears at once and whole, or not at all: made beside its place, forced to the disk, renamed."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.storage.files import FileLock, sync_folder

LOCK = ".lock"


@contextmanager
def staged_folder(target: Path) -> Iterator[Path]:
    """An empty folder to write in; it becomes `target` when the block ends, and is removed when it fails.

    StudioError when `target` is there already and holds something. What a kill left half-made beside it goes first.
    """
    refuse_what_is_there(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    sweep(target)
    staging = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    staging.mkdir(mode=0o700)
    lock = FileLock(staging / LOCK)
    try:
        lock.take()
        yield staging
        sync_tree(staging)
        lock.release()
        (staging / LOCK).unlink()
        refuse_what_is_there(target)
        if target.is_dir():
            target.rmdir()
        os.rename(staging, target)
    except BaseException:
        lock.release()
        shutil.rmtree(staging, ignore_errors=True)
        raise
    sync_folder(target.parent)


def refuse_what_is_there(target: Path) -> None:
    """StudioError when the folder would be written over something."""
    if target.is_symlink() or (target.exists() and not target.is_dir()) or (target.is_dir() and any(target.iterdir())):
        raise StudioError(say("export.folder_taken"), hint=say("export.folder_taken_next"), where=str(target))


def sweep(target: Path) -> None:
    """Remove what a kill left of earlier tries; what somebody writes right now stays."""
    for left in target.parent.glob(f".{target.name}.*.part"):
        if FileLock(left / LOCK).is_free():
            shutil.rmtree(left, ignore_errors=True)


def sync_tree(folder: Path) -> None:
    """Force every file and folder to the disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
        elif path.is_dir():
            sync_folder(path)
    sync_folder(folder)
