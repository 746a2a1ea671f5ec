"""Findings of the checks, and what a person decided about them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from studio.schemas.base import Record
from studio.schemas.example import Message
from studio.schemas.sentence import SentenceText

Kind = Annotated[str, Field(pattern="^[a-z][a-z_]{1,40}$")]  # the checks of `data/checks/registry.py` name them
Severity = Literal["stop", "serious", "look", "note"]
DropReason = Kind  # a finding's kind, or one of these
OTHER_REASONS = (
    "unreadable_row", "blank_row", "repeated_header", "hidden_row", "not_a_row", "not_text", "not_submitted",
    "bad_answer", "exam_overlap", "removed_by_person",
)  # fmt: skip


class Drop(Record):
    """A row that did not become an example, and why. `file_row` as of an example."""

    row: int
    reason: DropReason
    detail: str = ""
    file_row: int = 0

    @property
    def shown_row(self) -> int:
        """The row's number as a person knows it."""
        return self.file_row or self.row


class Spot(Record):
    """One private detail where it stands first, and how many rows hold the same one.

    `likely_ours`: it stands in many rows, mostly in their answers, as the organisation's own number does.
    """

    kind: str
    row: int
    turn: int
    start: int
    end: int
    rows: int
    likely_ours: bool = False


class Finding(SentenceText):
    """What a check found: how bad, which rows, in sentences, and the fix it proposes (empty: only a person can).

    `groups` holds the rows that belong together (copies of one another, contradicting pairs), best row first.
    `notes` maps a row to the words that explain it there (the private detail's kind, the garbled piece).
    `states` maps a row to a word of the check's own by which its sentences are made again when rows change.
    `parts` holds the rows of each kind of private detail, or of each choice that would change something in them;
    `spots` the most frequent details of each kind.
    `names` are those that this kind looks for in every row.
    """

    kind: Kind
    severity: Severity
    count: int
    rows: tuple[int, ...]
    fix: str = ""
    groups: tuple[tuple[int, ...], ...] = ()
    notes: dict[int, str] = Field(default_factory=dict)
    states: dict[int, str] = Field(default_factory=dict)
    parts: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    spots: tuple[Spot, ...] = ()
    names: tuple[str, ...] = ()


class Decision(Record):
    """What was done about a finding, with its effects spelled out, so that replaying needs no rule and no library.

    `drops` maps an example id to the reason; `edits` maps an example id to its new messages; `dismissed` lists ids
    whose finding of this kind is a false alarm. `undoes` names the decision that this one takes back. One that follows
    several kinds at once has no `kind`: `fixed` maps each kind to the ids of the rows that its rule changed.
    `request_key` is the press that made it: the same press again is the same decision.
    """

    id: str
    at: datetime
    by: str
    action: Literal["fix", "remove", "edit", "settle", "dismiss", "add", "undo"]
    kind: Kind | Literal[""] = ""
    sentence: str = ""
    drops: dict[str, DropReason] = Field(default_factory=dict)
    edits: dict[str, tuple[Message, ...]] = Field(default_factory=dict)
    dismissed: tuple[str, ...] = ()
    undoes: str = ""
    fixed: dict[Kind, tuple[str, ...]] = Field(default_factory=dict)
    request_key: str = ""

    @property
    def touched(self) -> set[str]:
        """The ids of all rows that it names."""
        return {*self.edits, *self.drops, *self.dismissed}

    @property
    def kinds(self) -> set[Kind]:
        """All kinds of finding that it is about."""
        return {*self.fixed, *([self.kind] if self.kind else self.drops.values())}
