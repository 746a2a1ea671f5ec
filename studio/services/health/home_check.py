"""Whether a folder can be a home: looked at before anything is written into it."""

import os
import stat
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.storage.files import FileLock

NOBODY = 65_534  # whom the kernel names as owner where it does not know one, as in a container or on a network disk
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
OTHERS_LOOK = stat.S_IRWXG | stat.S_IRWXO


def check_home(home: Path) -> None:
    """StudioError in words for a folder that is somebody else's, that others may write into, or whose disk cannot lock
    files. What the disk itself refuses is raised as the OSError that it is, for `disk_trouble`. A new one is made."""
    is_new = not home.exists()
    if not is_new and os.name == "posix":
        refuse_strangers(home)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        check_locks(home)
    except StudioError:
        if is_new:
            home.rmdir()
        raise


def refuse_strangers(home: Path) -> None:
    """StudioError when the home is another account's, or open to be changed by others."""
    found = home.stat()
    if not stat.S_ISDIR(found.st_mode):
        raise StudioError(say("home_check.no_folder"), hint=say("home_check.choose_another"), where=str(home))
    if found.st_uid not in (os.geteuid(), NOBODY):
        raise StudioError(say("home_check.foreign_owner", owner=name_of(found.st_uid), here=name_of(os.geteuid())),
                          hint=say("home_check.run_as_owner"), where=str(home))  # fmt: skip
    if found.st_mode & OTHERS_WRITE and found.st_uid == os.geteuid():
        raise StudioError(say("home_check.others_write", mode=f"{stat.S_IMODE(found.st_mode):04o}"),
                          hint=say("home_check.chmod"), where=str(home))  # fmt: skip


def check_locks(home: Path) -> None:
    """StudioError when the disk cannot lock files: two servers could then write into one home."""
    lock = FileLock(home / f".lock-test-{os.getpid()}")
    try:
        lock.take()
    finally:
        lock.release()
        lock.path.unlink(missing_ok=True)


def name_of(uid: int) -> str:
    """The account's name, or its number where it has none."""
    try:
        import pwd

        return pwd.getpwuid(uid).pw_name
    except (ImportError, KeyError):
        return str(uid)
