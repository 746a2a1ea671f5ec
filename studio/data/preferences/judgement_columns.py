"""Which columns of a table hold what was asked, the better and the worse reply, or a reply with its thumb."""

from collections.abc import Sequence
from typing import Literal

from studio.copy.catalog import say
from studio.data.columns.headings import plain
from studio.data.table import Table, text_of
from studio.errors import StudioError
from studio.schemas.base import Record

CHOSEN = ("chosen", "preferred", "preferredoutput", "preferredanswer", "chosenresponse", "chosenanswer", "better",
          "betteranswer", "good", "goodanswer", "responsej")  # fmt: skip
REJECTED = ("rejected", "dispreferred", "nonpreferredoutput", "rejectedresponse", "rejectedanswer", "worse",
            "worseanswer", "bad", "badanswer", "responsek")  # fmt: skip
ASKED = ("prompt", "question", "instruction", "input", "turns", "query", "context", "messages", "conversations")
REPLY = ("completion", "reply", "answer", "response", "output", "text", "messages", "conversations")
LABEL = ("label", "good", "thumb", "thumbs", "liked", "feedback", "rating", "desirable")
UP = frozenset({"true", "1", "1.0", "up", "good", "yes", "y", "+1", "👍", "thumbsup", "thumbs up", "like", "liked",
                "desirable", "right", "positive"})  # fmt: skip
DOWN = frozenset({"false", "0", "0.0", "down", "bad", "no", "n", "-1", "👎", "thumbsdown", "thumbs down", "dislike",
                  "disliked", "undesirable", "wrong", "negative"})  # fmt: skip
LOOKED_AT = 1000


class JudgementColumns(Record):
    """Names of columns; an empty `asked` says that the replies hold the question, too."""

    kind: Literal["pairs", "thumbs"]
    asked: str = ""
    system: str = ""
    chosen: str = ""
    rejected: str = ""
    reply: str = ""
    label: str = ""

    @property
    def sentence(self) -> str:
        """How the table is read."""
        key = "preferences.read_as_pairs" if self.kind == "pairs" else "preferences.read_as_thumbs"
        return say(key, chosen=self.chosen, rejected=self.rejected, reply=self.reply, label=self.label)


def find_columns(table: Table, name: str) -> JudgementColumns:
    """The columns by their headings and what stands in them. StudioError when there is no judgement in the table."""
    by_name = {heading(column): column for column in reversed(table.columns)}
    chosen, rejected = first_of(CHOSEN, by_name), first_of(REJECTED, by_name)
    system = by_name.get("system", "") or by_name.get("systemprompt", "")
    if chosen and rejected and not is_thumbs(table, chosen):
        asked = first_of([one for one in ASKED if by_name.get(one) not in (chosen, rejected)], by_name)
        return JudgementColumns(kind="pairs", asked=asked, system=system, chosen=chosen, rejected=rejected)
    label = next((by_name[one] for one in LABEL if one in by_name and is_thumbs(table, by_name[one])), "")
    if label:
        reply = first_of([one for one in REPLY if by_name.get(one) != label], by_name)
        asked = first_of([one for one in ASKED if by_name.get(one) not in (label, reply)], by_name)
        if reply and (asked or heading(reply) in ("messages", "conversations")):
            return JudgementColumns(kind="thumbs", asked=asked, system=system, reply=reply, label=label)
    raise StudioError(
        say("preferences.no_judgements"),
        hint=say("preferences.no_judgements_next", columns=", ".join(table.columns[:12])),
        where=name,
    )


def heading(column: str) -> str:
    """A column's heading as it is compared, in one word."""
    return plain(column).replace(" ", "")


def first_of(names: Sequence[str], by_name: dict[str, str]) -> str:
    """The column with the first of these names that there is."""
    return next((by_name[name] for name in names if name in by_name), "")


def is_thumbs(table: Table, column: str) -> bool:
    """Whether each filled cell says good or bad, and nothing else."""
    cells = [row.cells.get(column) for row in table.rows[:LOOKED_AT]]
    filled = [cell for cell in cells if cell is not None and text_of(cell).strip()]
    return bool(filled) and all(thumb_of(cell) is not None for cell in filled)


def thumb_of(cell: object) -> bool | None:
    """Good, bad, or neither of them."""
    word = text_of(cell).strip().lower()
    return True if word in UP else False if word in DOWN else None
