"""What every child that fetches or unpacks a model has in common.

Its order comes as one line of JSON on standard input, so that a token stands in no list of processes and in no
environment. Lines of JSON on standard output say how far it is, and at last why it ended early. It ends when its parent
does, since its input ends then.
"""

import json
import os
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.errors import StudioError, UnusableModel, disk_trouble
from studio.storage.files import FileLock, sync_folder


def order_from_parent() -> dict[str, Any]:
    """The first line of the input; from then on the end of the input ends this process."""
    line = b""
    while not line.endswith(b"\n"):
        read = os.read(0, 1)
        if not read:
            break
        line += read
    threading.Thread(target=_end_with_parent, daemon=True).start()
    found: dict[str, Any] = json.loads(line)
    return found


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(1)


def report(**facts: Any) -> None:
    """One line for the parent: `stage` and `total` in bytes, or `error`."""
    print(json.dumps(facts), flush=True)


def check_room(place: Path, needed: int, what: str) -> None:
    """UnusableModel when the disk that holds this folder has no room for so many bytes."""
    free = shutil.disk_usage(place).free
    if needed > free:
        raise UnusableModel(
            say("fetch.no_room", model=what, needed=needed / 1e9, free=free / 1e9), hint=say("fetch.no_room_next")
        )


def part_of(target: Path) -> Path:
    """Where a model stands until it is whole."""
    return target.with_name(f"{target.name}.part")


def publish(whole: Path, target: Path) -> None:
    """The finished folder appears at once; what is left of its making goes."""
    for file in whole.rglob("*"):
        if file.is_file():
            with file.open("rb") as stream:
                os.fsync(stream.fileno())
    sync_folder(whole)
    whole.rename(target)
    sync_folder(target.parent)
    shutil.rmtree(part_of(target), ignore_errors=True)


def main(work: Callable[[dict[str, Any]], None]) -> int:
    """Carry out the parent's order; exit status 0 when the folder `order["target"]` is there and whole (it
    holds the file `order["complete"]`, or a model's configuration).

    One process at a time makes a folder: a second one says so and ends.
    """
    order = order_from_parent()
    target = Path(order["target"])
    lock = FileLock(target.with_name(f".{target.name}.lock"))

    def make() -> None:
        if not lock.take():
            raise StudioError(say("fetch.going", model=order["model"]), hint=say("fetch.going_next"))
        if not (target / order.get("complete", "config.json")).is_file():
            part_of(target).mkdir(parents=True, exist_ok=True)
            work(order)

    return exit_status(make)


def exit_status(work: Callable[[], None]) -> int:
    """0, or 1 with the reason reported in words: a person's mistake, or a disk that is full or may not be written."""
    try:
        work()
    except StudioError as error:
        report(error={"message": error.message, "hint": error.hint, "where": error.where})
        return 1
    except OSError as error:
        trouble = disk_trouble(error)
        if trouble is None:
            raise
        report(error={"message": trouble.message, "hint": trouble.hint})
        return 1
    return 0


def run(work: Callable[[dict[str, Any]], None]) -> None:
    """The whole life of the child."""
    sys.exit(main(work))
