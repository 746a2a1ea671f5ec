"""What was deleted: where it lay, since when it lies in `trash/`, and how it goes back."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError
from studio.storage.files import TRASH_LOG, read_lines, safe_name, sync_folder, write_lines
from studio.storage.folder_size import size_of


@dataclass(frozen=True)
class Deleted:
    """One file or folder in the trash; `origin` is its path in the home, empty where that was not written down."""

    id: str
    origin: str
    since: float  # seconds since 1970, when it was moved here
    bytes: int


class Trash:
    """The trash of one home."""

    def __init__(self, home: Path) -> None:
        self._home, self._folder = home, home / "trash"

    def all(self) -> list[Deleted]:
        """The last deleted first."""
        return sorted(self._look(), key=lambda one: one.since, reverse=True)

    def _look(self) -> Iterator[Deleted]:
        origins = {line["entry"]: line["from"] for line in read_lines(self._home / TRASH_LOG)}
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            yield Deleted(path.name, origins.get(path.name, ""), path.lstat().st_ctime, size_of(path))

    def restore(self, id: str, origin: str = "") -> Deleted:
        """Back to where it lay; `origin` for what was deleted before that was written down. NotFound for nothing of
        this name, StudioError where it cannot go back."""
        found = next((one for one in self.all() if one.id == safe_name(id)), None)
        if found is None:
            raise NotFound(say("trash.not_there", id=id), hint=say("trash.list_it"), where=id)
        found = replace(found, origin=found.origin or origin)
        target = self._home / found.origin
        if not found.origin or ".." in Path(found.origin).parts:
            raise StudioError(say("trash.from_nowhere"), hint=say("trash.move_yourself"), where=id)
        if target.exists():
            raise StudioError(say("trash.place_taken", origin=found.origin), where=id)
        if not target.parent.is_dir():
            raise StudioError(say("trash.parent_gone", parent=Path(found.origin).parent.as_posix()),
                              hint=say("trash.restore_parent"), where=id)  # fmt: skip
        os.replace(self._folder / found.id, target)
        sync_folder(target.parent)
        return found

    def empty(self, before: float) -> list[Deleted]:
        """Remove for good what was moved here before this time; what it was."""
        gone = [one for one in self.all() if one.since < before]
        for one in gone:
            path = self._folder / one.id
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        if gone:
            left = {one.id for one in self.all()}
            lines = [line for line in read_lines(self._home / TRASH_LOG) if line["entry"] in left]
            write_lines(self._home / TRASH_LOG, lines)
        return gone
