"""Uploads and the cleaned datasets made of them."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from studio.schemas.base import Record
from studio.schemas.finding import DropReason


class ColumnMapping(Record):
    """Which column is what. `schema_name` says which known shape the file has (`table`, `openai`, `sharegpt`, …).

    `tool_calls` says whether calls of tools in conversations are taught as text (`keep`) or read over.
    `doubt` says in one sentence what is unclear about a guess; a person answers it, and what is stored has none.
    """

    schema_name: str = "table"
    question: str = ""
    answer: str = ""
    context: str = ""
    system: str = ""
    group: str = ""
    part: str = ""
    tool_calls: Literal["leave_out", "keep"] = "leave_out"
    sentence: str = ""
    doubt: str = ""


class UploadSource(Record):
    """The uploaded bytes: never edited."""

    name: str
    sha256: str
    size_bytes: int
    format: str
    encoding: str = ""
    sheet: str = ""
    hidden: str = ""  # `use` or `leave_out` the rows that a spreadsheet hides; empty: there are none
    headings: int | None = None  # the row that she said holds them, 0 for none; None: it was found


class DatasetMetadata(Record):
    """What a dataset is made of and what happened to it: `rows_in = rows_kept + sum(dropped)` always."""

    format: int = 1
    id: str
    project: str
    created: datetime
    by: str
    source: UploadSource
    columns: tuple[str, ...]
    mapping: ColumnMapping
    rows_in: int
    rows_kept: int
    rows_added: int = 0
    dropped: dict[DropReason, int] = Field(default_factory=dict)
    changed: dict[str, int] = Field(default_factory=dict)
    sha256: str = ""
    decisions: int = 0  # lines of the log that these counts account for; fewer than there are: the log is the truth
    origin: str = ""
    licence: str = ""
    consent: str = ""
    parent: str = ""
    request_key: str = ""  # the press that made it: the same press again is the same dataset
    kept: str = ""  # the name under which a person kept it: such a version changes no more

    @property
    def unstated(self) -> tuple[str, ...]:
        """What the person has not said yet of where the examples come from."""
        statements = {"origin": self.origin, "licence": self.licence, "consent": self.consent}
        return tuple(name for name, text in statements.items() if not text.strip())
