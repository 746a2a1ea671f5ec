"""`use/` of a project: what is kept of served use, a file for each day, and gone when its days are over.

A line is added whole; a kill leaves at most a torn last line, which is none. A day and all days together have a limit.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from studio.schemas.loop.served_use import ServedUse, UseSettings
from studio.storage.files import append_line, json_line, read_lines, write_bytes, write_json
from studio.storage.home import Home

FOLDER = "use"
MOST_BYTES_A_DAY = 4 * 2**20  # about ten thousand answers; more are counted as lost
MOST_BYTES = 64 * 2**20  # of all days; then the oldest goes


class UsePlace(NamedTuple):
    """How far somebody has read: all days before this one, and so many lines of it (an erasure changes bytes)."""

    day: date = date.min
    lines: int = 0


class UseLog:
    """Paths and moves; one process adds lines."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def settings(self, project: str) -> UseSettings:
        """What the project says; off at first."""
        path = self._folder(project) / "settings.json"
        return self._home.record(path, UseSettings, "use settings") if path.is_file() else UseSettings()

    def write_settings(self, project: str, settings: UseSettings) -> None:
        """Whole or not at all."""
        self._folder(project).mkdir(mode=0o700, exist_ok=True)
        write_json(self._folder(project) / "settings.json", settings)

    def add(self, project: str, use: ServedUse) -> bool:
        """One more answer; False where its day is full."""
        path = self._folder(project) / f"{use.at:%Y-%m-%d}.jsonl"
        if path.exists() and path.stat().st_size > MOST_BYTES_A_DAY:
            return False
        append_line(path, use)
        return True

    def days(self, project: str) -> list[Path]:
        """The files, oldest first."""
        return sorted(self._folder(project).glob("[0-9]*-*-*.jsonl"))

    def all(self, project: str, since: date = date.min) -> Iterator[ServedUse]:
        """Everything that is kept, in the order of its days."""
        for path in self.days(project):
            if day_of(path) >= since:
                yield from map(ServedUse.model_validate, read_lines(path))

    def after(self, project: str, place: UsePlace) -> tuple[list[ServedUse], UsePlace]:
        """What was added since, and the place to go on from."""
        found: list[ServedUse] = []
        for path in self.days(project):
            if day_of(path) >= place.day:
                read = place.lines if day_of(path) == place.day else 0
                lines = list(read_lines(path))
                found += map(ServedUse.model_validate, lines[read:])
                place = UsePlace(day_of(path), len(lines))
        return found, place

    def sweep(self, project: str, now: datetime) -> int:
        """Delete the days that are over, and the oldest ones of too many bytes; how many went."""
        settings, days = self.settings(project), self.days(project)
        first = now.date() - timedelta(days=settings.days)
        sizes = {path: path.stat().st_size for path in days}
        gone = 0
        for path in days:
            if day_of(path) <= first or sum(sizes.values()) > MOST_BYTES:
                del sizes[path]
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def erase(self, project: str, goes: Callable[[ServedUse], bool]) -> list[ServedUse]:
        """Take out every line of which this is true; what went."""
        gone: list[ServedUse] = []
        for path in self.days(project):
            lines = [ServedUse.model_validate(line) for line in read_lines(path)]
            left = [one for one in lines if not goes(one)]
            if len(left) < len(lines):
                gone += [one for one in lines if goes(one)]
                write_bytes(path, b"".join(map(json_line, left)))
        return gone

    def of_person(self, project: str, name: str) -> list[ServedUse]:
        """What an application said that this person asked."""
        salt = self.settings(project).salt
        person = keyed(salt, name)
        return [use for use in self.all(project) if use.person == person] if salt else []

    def _folder(self, project: str) -> Path:
        return self._home.project_folder(project) / FOLDER


def keyed(salt: str, text: str) -> str:
    """A hash that nobody without the project can make."""
    return hmac.new(salt.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:20]


def day_of(path: Path) -> date:
    """The day of a file, by its name."""
    return date.fromisoformat(path.stem)
