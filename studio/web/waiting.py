"""Tables between their arrival and her yes. Nothing of them is in a project yet."""

import contextlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from studio.copy.catalog import say
from studio.data.table import Table
from studio.errors import StudioError
from studio.schemas.dataset import ColumnMapping
from studio.services.studio import Studio

MOST_WAITING = 4  # of one browser session


@dataclass(frozen=True)
class Waiting:
    """One of them."""

    path: Path
    name: str
    table: Table
    project: str = ""
    parent: str = ""
    ours: bool = False  # an uploaded copy, to be deleted once it is in a dataset
    tied: tuple[str, str] | None = None  # the columns she chose for groups and parts; None: as guessed
    hidden: str = ""  # what to do with rows that the spreadsheet hides
    headings: int | None = None  # the row that she says holds the headings; 0: none does
    tool_calls: Literal["leave_out", "keep"] = "leave_out"
    session: str = ""
    mapping: ColumnMapping | None = None  # the columns of the dataset that is read again; None: as guessed


@dataclass
class WaitingTables:
    """The tables of all browser sessions; of each the newest few."""

    studio: Studio
    _tables: OrderedDict[str, Waiting] = field(default_factory=OrderedDict)

    def take(self, path: Path, name: str, *, session: str = "", project: str = "", parent: str = "",
             sheet: str | None = None, encoding: str | None = None, hidden: str = "", headings: int | None = None,
             ours: bool = False, tied: tuple[str, str] | None = None, mapping: ColumnMapping | None = None
             ) -> str:  # fmt: skip
        """Read a file and remember it under a key."""
        table = self.studio.examples.read(path, name, sheet=sheet, encoding=encoding, hidden=hidden,
                                          headings=headings)  # fmt: skip
        if mapping is None and project and (mapping := self._as_before(project, table)):
            tied = mapping.group, mapping.part
        key = secrets.token_hex(8)
        self._tables[key] = Waiting(
            path,
            name,
            table,
            project,
            parent,
            ours,
            tied,
            hidden,
            headings,
            mapping.tool_calls if mapping else "leave_out",
            session,
            mapping,
        )
        for old in [key for key, one in self._tables.items() if one.session == session][:-MOST_WAITING]:
            self.forget(old)
        return key

    def _as_before(self, project: str, table: Table) -> ColumnMapping | None:
        """What the columns of the project's newest table hold, where this one has the same: it may be that table, saved
        and brought back."""
        try:
            examples = self.studio.within(project).examples
            card = examples.view(project, examples.newest(project)).card
        except StudioError:
            return None
        same = card.mapping.schema_name == "table" and set(card.columns) == set(table.columns)
        return card.mapping if same else None

    def get(self, key: str) -> Waiting:
        """What waits under a key, or a sentence after a restart of the studio."""
        if key not in self._tables:
            raise StudioError(say("waiting.file_no_longer_at"), hint=say("waiting.choose_once_more"))
        return self._tables[key]

    def put(self, key: str, waiting: Waiting) -> None:
        """The same table, read or tied differently."""
        self.get(key)
        self._tables[key] = waiting

    def holds(self, key: str, project: str | None = None) -> bool:
        """Whether a table waits under this key, of this project if one is named."""
        return key in self._tables and project in (None, self._tables[key].project)

    def forget(self, key: str) -> None:
        """It became a dataset, or is not wanted any more."""
        gone = self._tables.pop(key, None)
        if gone is not None and gone.ours:
            gone.path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                gone.path.parent.rmdir()
