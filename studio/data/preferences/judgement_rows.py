"""Each row of a table becomes a judgement or a drop with its reason: strings, message lists, whole conversations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from studio.copy.catalog import say
from studio.data.formats.chat_markup import taken_apart
from studio.data.formats.conversations import messages_from, turns_in
from studio.data.formats.message_contents import UnusableContent, words_of
from studio.data.preferences.judgement_columns import JudgementColumns, find_columns, thumb_of
from studio.data.readers.child_process import read_safely
from studio.data.table import Table, TableRow, some_rows
from studio.data.text.normalize import words
from studio.schemas.example import Message
from studio.schemas.finding import Drop
from studio.schemas.loop.preference import Judgement, JudgementOrigin, PreferencePair, ThumbedReply

Turns = tuple[Message, ...]
STANDS_FOR_REPLY = {"role": "assistant", "content": "-"}


class JudgedRow(NamedTuple):
    """A judgement, the row that it came from, and that row's number as a spreadsheet shows it (0: it shows none)."""

    row: int
    judgement: Judgement
    file_row: int = 0

    def drop(self, reason: str, detail: str = "") -> Drop:
        """The row left out."""
        return Drop(row=self.row, reason=reason, detail=detail[:200], file_row=self.file_row)


@dataclass(frozen=True)
class JudgedRows:
    """What is learned from and what is not: `rows_in == len(kept) + len(drops)`."""

    rows_in: int
    kept: tuple[JudgedRow, ...] = ()
    drops: tuple[Drop, ...] = ()
    notes: tuple[str, ...] = ()
    given: bool = False  # in the project, so that no table has rows of these numbers

    @property
    def pairs(self) -> list[PreferencePair]:
        """The better and worse replies among them."""
        return [row.judgement for row in self.kept if isinstance(row.judgement, PreferencePair)]

    @property
    def thumbs(self) -> list[ThumbedReply]:
        """The replies with a thumb among them."""
        return [row.judgement for row in self.kept if isinstance(row.judgement, ThumbedReply)]

    @property
    def said(self) -> list[str]:
        """The account in sentences: how many came, how many are used, and each reason with its rows."""
        account = "preferences.account_given" if self.given else "preferences.account"
        told = [say(account, rows=self.rows_in, kept=len(self.kept))]
        reasons: dict[str, list[Drop]] = {}
        for drop in sorted(self.drops, key=lambda drop: drop.row):
            reasons.setdefault(drop.reason, []).append(drop)
        for reason, drops in reasons.items():
            why = say(f"preferences.reasons.{reason}")
            if self.given:
                told.append(say("preferences.left_out_given", count=len(drops), why=why))
            else:
                rows = some_rows([drop.shown_row for drop in drops])
                told.append(say("preferences.left_out", rows=rows, why=why))
        return told

    def without(self, drops: Iterable[Drop], notes: Iterable[str] = ()) -> "JudgedRows":
        """The same with these rows left out."""
        gone = {drop.row: drop for drop in drops}
        kept = tuple(row for row in self.kept if row.row not in gone)
        return replace(self, kept=kept, drops=(*self.drops, *gone.values()), notes=(*self.notes, *notes))


def read_judgements(path: Path, name: str) -> JudgedRows:
    """The judgements of a file. UnreadableFile or StudioError, with a sentence, when it holds none."""
    table = read_safely(path, name=name)
    return judged_rows(table, find_columns(table, name))


def judged_rows(table: Table, columns: JudgementColumns, origin: JudgementOrigin = "table") -> JudgedRows:
    """Each row of the table."""
    kept: list[JudgedRow] = []
    drops = list(table.drops)
    for row in table.rows:
        file_row = table.file_row(row.number)
        try:
            kept.append(JudgedRow(row.number, judgement_of(row, columns, origin), file_row))
        except UnusableContent as why:
            drops.append(Drop(row=row.number, reason=why.reason, detail=why.detail[:200], file_row=file_row))
    return JudgedRows(table.rows_read, tuple(kept), tuple(drops), (*table.notes, columns.sentence))


def handed_in(judgements: Sequence[Judgement]) -> JudgedRows:
    """What was made of votes, corrections and thumbs, each by its place, from 1; read by the same rules as a table."""
    kept: list[JudgedRow] = []
    drops: list[Drop] = []
    for number, judgement in enumerate(judgements, 1):
        row = JudgedRow(number, judgement)
        why = unusable(judgement)
        if why:
            drops.append(row.drop(why))
        else:
            kept.append(row)
    return JudgedRows(len(judgements), tuple(kept), tuple(drops), given=True)


def judgement_of(row: TableRow, columns: JudgementColumns, origin: JudgementOrigin) -> Judgement:
    """What this row says. UnusableContent with the reason when it says nothing that can be learned from."""
    cells = row.cells
    asked = (*system_of(cells.get(columns.system)), *asked_of(cells.get(columns.asked)))
    if columns.kind == "pairs":
        turns, chosen, rejected = two_replies(asked, cells.get(columns.chosen), cells.get(columns.rejected))
        made: Judgement = PreferencePair(turns=turns, chosen=chosen, rejected=rejected, origin=origin)
    else:
        good = thumb_of(cells.get(columns.label))
        if good is None:
            raise UnusableContent("no_thumb", "")
        turns, reply = one_reply(asked, cells.get(columns.reply))
        made = ThumbedReply(turns=turns, reply=reply, good=good, origin=origin)
    why = unusable(made)
    if why:
        raise UnusableContent(why, "")
    return made


def unusable(judgement: Judgement) -> str:
    """Why nothing can be learned from it; empty when something can."""
    if not words(judgement.question):
        return "no_question"
    if any(not words(reply) for reply in judgement.replies):
        return "empty_reply"
    if isinstance(judgement, PreferencePair) and judgement.chosen.strip() == judgement.rejected.strip():
        return "same_replies"
    return ""


def system_of(cell: object) -> Turns:
    """Instructions that stand in a column of their own."""
    said = words_of(cell) if cell is not None else ""
    return (Message(role="system", content=said),) if said.strip() else ()


def asked_of(cell: Any) -> Turns:
    """What was said before the reply: a list of turns, a text with marked speakers, or a bare question."""
    if isinstance(cell, dict) and isinstance(cell.get("messages"), list):
        cell = cell["messages"]
    if isinstance(cell, list | dict):
        return messages_from([*turns_in(cell), STANDS_FOR_REPLY])[:-1]  # a conversation is read up to its last answer
    text = words_of(cell) if cell is not None else ""
    marked = taken_apart(text) if text else ()
    if marked:
        return marked if marked[-1].content else marked[:-1]
    return (Message(role="user", content=text),) if text.strip() else ()


def conversation_of(cell: Any) -> Turns | str:
    """A reply as it stands: its words, or a conversation that ends with it."""
    if isinstance(cell, list | dict):
        turns = messages_from([cell] if isinstance(cell, dict) and "messages" not in cell else cell)
        return turns
    return words_of(cell) if cell is not None else ""


def two_replies(asked: Turns, chosen: Any, rejected: Any) -> tuple[Turns, str, str]:
    """The turns before both replies, and the replies. What both conversations share was asked, as TRL has it."""
    better, worse = conversation_of(chosen), conversation_of(rejected)
    if not asked and isinstance(better, str) and isinstance(worse, str):
        better, worse = taken_apart(better) or better, taken_apart(worse) or worse
    if isinstance(better, str) or isinstance(worse, str):
        return asked, reply_of(better), reply_of(worse)
    before = better[:-1]
    if before != worse[:-1]:
        raise UnusableContent("different_questions", "")
    return merged(asked, before), better[-1].content, worse[-1].content


def one_reply(asked: Turns, reply: Any) -> tuple[Turns, str]:
    """The turns before a reply, and the reply."""
    said = conversation_of(reply)
    if isinstance(said, str):
        return asked, said
    return merged(asked, said[:-1]), reply_of(said)


def reply_of(said: Turns | str) -> str:
    """The last turn's words, when it is the model's."""
    if isinstance(said, str):
        return said
    return said[-1].content if said and said[-1].role == "assistant" else ""


def merged(asked: Turns, before: Turns) -> Turns:
    """The turns in a column of their own, unless the conversation repeats them."""
    if not any(turn.role == "user" for turn in before):
        return (*asked, *before)
    rules = [turn for turn in asked if turn.role == "system" and turn not in before]
    return (*rules, *before) if before[0].role != "system" else before
