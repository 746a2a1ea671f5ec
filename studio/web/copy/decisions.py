"""The sentences of the deciding screens and of the log of decisions."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from studio.copy.accounts import names_somebody
from studio.copy.catalog import Phrases, say
from studio.data.checks.finding_preview import FindingPreview
from studio.schemas.example import Example
from studio.schemas.finding import Decision, Finding
from studio.schemas.privacy import AllowedDetail
from studio.services.datasets.uploaded_columns import Cells
from studio.web.copy.common import short

OPEN = Phrases("decisions.open")  # fmt: skip
ONE = Phrases("private_one")
CHOICES = Phrases("choice")  # `kind.choice`


MOST_TOLD = 40
ASKED = 70  # letters of a question that are shown


def headline_of(finding: Finding) -> str:
    """The first of the finding's own sentences; of contradictions, how many questions are still open."""
    if finding.kind != "conflicting_answers" or not finding.groups:
        return finding.headline
    return say("finding.conflicts.sentence", count=len(finding.groups))


def row_name(example: Example) -> str:
    """`row 17`, or `row a1` for one that a person added."""
    return say("decisions.row", id=example.label)


def row_names(examples: Sequence[Example], most: int = 4) -> str:
    """`row 17`, `rows 17 and 23`, `rows 17, 23 and 5 more`."""
    names = [example.label for example in examples]
    if len(names) == 1:
        return say("decisions.row_2", names=names[0])
    if len(names) <= most:
        return say("decisions.rows", names=", ".join(names[:-1]), names_2=names[-1])
    return say("decisions.rows_more", names=", ".join(names[: most - 1]), names_2=len(names) - most + 1)


def with_cells(name: str, cells: Cells) -> str:
    """“Left, row 12 · Date: 3 March · Handled by: Ines”."""
    return " · ".join([name, *(f"{heading}: {cell}" for heading, cell in cells)])


def side_of(side: str, rows: Sequence[Example], cells: Mapping[int, Cells], most: int = 3) -> str:
    """“Left, row 12 · Date: 3 March”; of several rows with one answer a line for each of the first few."""
    name = f"{side}, {row_names(rows)}"
    if len(rows) == 1:
        return with_cells(name, cells.get(rows[0].row, ()))
    each = [with_cells(row_name(one).capitalize(), cells[one.row]) for one in rows[:most] if cells.get(one.row)]
    return "\n".join([name, *each])


def place_of(at: int, left: int, done: int, what: str) -> str:
    """Where she is among all, and how many are left; `done` were decided before."""
    return say("decisions.left", what=what, at=done + at + 1, total=done + left, left=left)


def answers_left(answers: int) -> str:
    """That a question has more answers than the two that are shown."""
    return say("decisions.there_different_answers_keeping", answers=answers)


def answer_label(rows: Sequence[Example]) -> str:
    """One of several answers in a list."""
    return f"{row_names(rows).capitalize()}: {short(rows[0].answer, 70)}"


def copy_label(example: Example, *, first: bool, fullest: bool) -> str:
    """One of several copies in a list."""
    why = [word for word, holds in ((say("decisions.first"), first), (say("decisions.fullest"), fullest)) if holds]
    return row_name(example).capitalize() + (f" ({', '.join(why)})" if why else "")


def keep_button(example: Example, others: int) -> str:
    """What the button does, spelt out."""
    return say("decisions.keep_take_out", example=row_name(example), others=others)


def more_copies(number: int) -> str:
    """Those that are not drawn."""
    return say("decisions.and_of_it", number=number)


def by_whom(decision: Decision) -> str:
    """The person and the time."""
    who = say("decisions.studio") if decision.by == "rule" else decision.by
    return who_and_when(who, decision.at, "settled" if decision.action == "settle" else "decided")


def who_and_when(who: str, at: datetime, verb: str = "decided") -> str:
    """A person and a time; the time alone where nobody is named."""
    if not names_somebody(who):
        return say("decisions.on", verb=verb, at=at.astimezone())
    return say("decisions.by", verb=verb, who=who, at=at.astimezone())


def not_private(detail: AllowedDetail) -> str:
    """That a detail stays as it is."""
    what = ONE.get(detail.kind, detail.kind)
    return say("decisions.not_private", what=what[:1].upper() + what[1:], value=detail.value)


def decided(decisions: Sequence[Decision], examples: Sequence[Example]) -> tuple[list[tuple[str, str]], str]:
    """The last decisions, newest first, and how many there were before them."""
    newest = decisions[: -MOST_TOLD - 1 : -1]
    told = [(words, by_whom(decision)) for decision, words in zip(newest, in_words(newest, examples), strict=True)]
    return told, before_these(len(decisions) - len(told))


def in_words(decisions: Sequence[Decision], examples: Sequence[Example]) -> list[str]:
    """What each came to; of a settled question its words as they stand now, with what was hidden in them since."""
    settled = {id for one in decisions if one.action == "settle" for id in one.touched}
    asked = {one.id: short(one.question, ASKED) for one in examples if one.id in settled} if settled else {}
    questions = [next((asked[id] for id in sorted(one.touched) if id in asked), "") for one in decisions]
    return [
        say("decisions.of_question", sentence=one.sentence, question=question)
        if one.action == "settle" and question
        else one.sentence
        for one, question in zip(decisions, questions, strict=True)
    ]


def before_these(number: int) -> str:
    """That older decisions are not listed."""
    return say("decisions.before_these", number=number) if number else ""


def undo_label(decisions: Sequence[Decision]) -> str:
    """What the button would take back: always the last decision of all."""
    return say("decisions.undo", sentence=short(decisions[-1].sentence, 46)) if decisions else say("decisions.undo_2")


def cut(seen: FindingPreview) -> str:
    """How long an example is, and what becomes of it."""
    return say("decisions.has", example=row_name(seen.example).capitalize(), note=seen.note)
