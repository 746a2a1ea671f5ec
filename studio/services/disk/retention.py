"""What goes by itself: originals, chats and saved points that nobody used for a while, and at last what lies in the
trash. Each goes to the trash first and stands in the audit log. Nothing goes while the clock cannot be believed."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import disk_trouble
from studio.schemas.run import Status
from studio.services.disk.clock_check import ClockCheck
from studio.storage.database import Database
from studio.storage.files import move_to_trash
from studio.storage.home import Home
from studio.storage.loop.use_log import UseLog
from studio.storage.trash import Trash

log = logging.getLogger("studio.retention")

DAY_SECONDS = 86_400.0
STUDIO = "studio"  # who did it, in the audit log
ENDED = (Status.DONE, Status.STOPPED, Status.FAILED)  # an interrupted run waits to go on


@dataclass(frozen=True)
class RetentionRules:
    """Days after which things go; 0: never."""

    uploads: int = 0
    chats: int = 0
    checkpoints: int = 0
    trash: int = 7


class Retention:
    """Carries out the rules of a home, at once and then once a day."""

    def __init__(self, home: Home, ledger: Database, rules: RetentionRules, clock: Callable[[], datetime]) -> None:
        self._home, self._ledger, self._rules, self._clock = home, ledger, rules, clock
        self._check = ClockCheck(clock)
        self._closing = threading.Event()
        self.trouble = ""  # why nothing went the last time, in words

    def start(self) -> None:
        """Now, and once a day until closed; called by the server that holds the home."""
        self.carry_out()
        threading.Thread(target=self._daily, name="retention", daemon=True).start()

    def close(self) -> None:
        """No further day."""
        self._closing.set()

    def _daily(self) -> None:
        while not self._closing.wait(timeout=DAY_SECONDS):
            try:
                self.carry_out()
            except (OSError, sqlite3.Error) as error:
                trouble = disk_trouble(error)
                log.exception("retention could not be carried out")
                self.trouble = str(trouble or error)

    def carry_out(self) -> int:
        """How many things went to the trash now. What lies there too long goes for good, and that is noted as well."""
        self.trouble = self._check.trouble(self._newest_note())
        if self.trouble:
            log.warning("%s", self.trouble)
            return 0
        if self._rules.trash:  # first: nothing goes to the trash and for good at one time
            gone = Trash(self._home.path).empty(self._before(self._rules.trash))
            if gone:
                self._ledger.note(STUDIO, "retention: trash", f"{len(gone)} gone for good")
        moved = 0
        for what, path in list(self._due()):
            move_to_trash(path, self._home.path)
            self._ledger.note(STUDIO, f"retention: {what}", path.relative_to(self._home.projects).as_posix())
            moved += 1
        return moved + self._sweep_use()

    def _sweep_use(self) -> int:
        """Served use that is older than its project says goes at once and for good: that was promised to who asked."""
        log, gone = UseLog(self._home), 0
        for settings in list(self._home.find("use/settings.json")):
            project = settings.parent.parent.name
            days = log.sweep(project, self._clock())
            if days:
                self._ledger.note(STUDIO, "retention: served use", f"{project} {days}")
            gone += days
        return gone

    def _newest_note(self) -> datetime | None:
        notes = self._ledger.notes(1)
        return datetime.fromisoformat(notes[0][0]) if notes else None

    def _before(self, days: int) -> float:
        return self._clock().timestamp() - days * DAY_SECONDS

    def _due(self) -> Iterator[tuple[str, Path]]:
        for what, days, pattern in (("upload", self._rules.uploads, "datasets/[!.]*/source"),
                                    ("chat", self._rules.chats, "chats/*.jsonl")):  # fmt: skip
            for path in self._home.find(pattern) if days else ():
                if newest(path) < self._before(days):
                    yield what, path
        if self._rules.checkpoints:
            for run in self._home.runs():
                ended = run.state.at.timestamp() < self._before(self._rules.checkpoints)
                if run.checkpoints.is_dir() and run.state.status in ENDED and ended:
                    yield "saved points", run.checkpoints


def newest(path: Path) -> float:
    """When the file, or the newest one of the folder, was last written."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return max((file.stat().st_mtime for file in files), default=path.stat().st_mtime)


def said_rules(rules: RetentionRules) -> list[str]:
    """The rules in sentences."""
    return [say(f"retention.{name}", days=days) for name, days in vars(rules).items() if days]
