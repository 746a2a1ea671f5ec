"""Feedback that lies in a table: a question, the reply, and a correction or a thumb beside it."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from studio.copy.catalog import say
from studio.data.columns.headings import plain
from studio.data.readers.child_process import read_safely
from studio.data.table import TableRow, text_of
from studio.errors import StudioError
from studio.schemas.example import Message
from studio.schemas.loop.feedback import JUDGEMENTS, LONGEST_REASON, LONGEST_TEXT, Judgement

Column = Literal["question", "reply", "correction", "judgement", "reason", "author"]
HEADINGS: Mapping[Column, tuple[str, ...]] = {  # as `plain` writes a heading, the surest first
    "question": ("question", "prompt", "asked", "input", "user"),
    "reply": ("reply", "answer", "response", "completion", "output", "rejected"),
    "correction": ("correction", "corrected", "corrected answer", "expected", "chosen", "should be"),
    "judgement": ("judgement", "judgment", "thumb", "thumbs", "rating", "label", "good", "feedback", "vote"),
    "reason": ("reason", "comment", "note", "why"),
    "author": ("author", "by", "person", "user name"),
}
THUMBS: Mapping[str, Judgement] = {
    **{name: name for name in JUDGEMENTS},
    **dict.fromkeys(("1", "1.0", "+1", "true", "yes", "y", "good", "thumbs up", "👍", "like", "positive"), "up"),
    **dict.fromkeys(("0", "0.0", "-1", "false", "no", "n", "bad", "thumbs down", "👎", "dislike", "negative"), "down"),
    **dict.fromkeys(("correct", "ok"), "right"), **dict.fromkeys(("incorrect", "false answer"), "wrong"),
    **dict.fromkeys(("declined", "should decline", "refuse", "should have been declined"), "decline"),
}  # fmt: skip


@dataclass(frozen=True)
class FeedbackRow:
    """One row that says something."""

    key: str
    turns: tuple[Message, ...]
    reply: str
    judgement: Judgement
    correction: str | None
    reason: str
    author: str


@dataclass(frozen=True)
class TableRead:
    """What became of a table's rows: `rows_in` = `kept` + the sum of `dropped`."""

    rows_in: int
    kept: int
    dropped: Mapping[str, int]


@dataclass(frozen=True)
class FeedbackTable:
    """The rows of a table that say something, and how many do not, by reason."""

    rows_in: int
    rows: tuple[FeedbackRow, ...]
    dropped: Mapping[str, int]

    def account(self, *, kept: int) -> TableRead:
        """After so many of them were new."""
        again = len(self.rows) - kept
        return TableRead(self.rows_in, kept, {**self.dropped, **({"known": again} if again else {})})


def read_table(path: Path, name: str) -> FeedbackTable:
    """Rows by the headings of their columns. StudioError where no column holds questions, replies, or judgements."""
    table = read_safely(path, name=name)
    columns = columns_of(table.columns)
    if not {"question", "reply"} <= set(columns) or not {"correction", "judgement"} & set(columns):
        raise StudioError(say("feedback.columns_missing"), hint=say("feedback.name_columns"), where=name[:80])
    dropped: Counter[str] = Counter()
    if unread := len(table.drops):
        dropped["unreadable"] = unread
    rows = []
    for row in table.rows:
        found = row_of(row, columns)
        if isinstance(found, str):
            dropped[found] += 1
        else:
            rows.append(found)
    return FeedbackTable(table.rows_read, tuple(rows), dict(dropped))


def columns_of(headings: tuple[str, ...]) -> dict[Column, str]:
    """Which column plays which part; each plays one."""
    found: dict[Column, str] = {}
    for part, names in HEADINGS.items():
        fitting = [(names.index(plain(heading)), heading) for heading in headings
                   if plain(heading) in names and heading not in found.values()]  # fmt: skip
        if fitting:
            found[part] = min(fitting)[1]
    return found


def row_of(row: TableRow, columns: Mapping[Column, str]) -> FeedbackRow | str:
    """What a row says, or the reason why it says nothing."""
    cells = {part: text_of(row.cells.get(heading)).strip() for part, heading in columns.items()}
    question, reply, correction = cells["question"], cells["reply"], cells.get("correction", "")
    thumb = THUMBS.get(cells.get("judgement", "").casefold())
    if not question:
        return "no_question"
    if not reply:
        return "no_reply"
    if max(map(len, (question, reply, correction))) > LONGEST_TEXT:
        return "too_long"
    if not correction and thumb is None:
        return "no_judgement"
    judgement: Judgement = thumb or "wrong"
    words = json.dumps([question, reply, correction, judgement], ensure_ascii=False).encode("utf-8", "surrogatepass")
    return FeedbackRow(
        f"table:{hashlib.sha256(words).hexdigest()[:32]}", (Message(role="user", content=question),), reply, judgement,
        correction or None, cells.get("reason", "")[:LONGEST_REASON], cells.get("author", "")[:80],
    )  # fmt: skip
