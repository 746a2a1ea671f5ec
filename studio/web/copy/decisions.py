"""The sentences of the deciding screens and of the log of decisions."""

from collections.abc import Mapping, Sequence

from studio.copy.catalog import say
from studio.data.checks.finding_preview import FindingPreview
from studio.schemas.example import Example
from studio.schemas.finding import Decision, Finding, Kind
from studio.web.copy.common import count, short

BACK = "Back to the list"
OPEN: Mapping[Kind, str] = {
    "conflicting_answers": "Settle them", "near_duplicate": "Compare them", "exact_duplicate": "Look at them",
}  # fmt: skip
CHOICES: Mapping[tuple[Kind, str], str] = {
    ("near_duplicate", "first"): "Keep the first of each", ("near_duplicate", "longest"): "Keep the fullest of each",
    ("possible_personal", "mask"): "Hide them all",
    ("secret", "mask"): "Hide them all", ("secret", "drop"): "Take these rows out",
    ("thoughts", "take_out"): "Take the thoughts out",
    ("written_lists", "lines"): "Write them as lines", ("written_lists", "first"): "Keep the first entry",
}  # fmt: skip
ALL_SETTLED = "Every question has its answer now. You can go back to the list, or take a decision back below."
NO_COPIES = "No copies are left. You can go back to the list, or take a decision back below."
HOW_TO_SETTLE = "Only you can say which answer holds. What differs is bold and underlined."
MOST_TOLD = 40
EXACT_LEAD = "These rows say the same, word for word. One of them is enough."
NEAR_LEAD = "Underlined words stand only in that copy; struck-out words stand only in the kept row."


def sentence_of(finding: Finding) -> str:
    """The finding's own sentence; of contradictions, how many questions are still open."""
    if finding.kind != "conflicting_answers" or not finding.groups:
        return finding.text
    return say("finding.conflicts.sentence", count=len(finding.groups))


def row_name(example: Example) -> str:
    """`row 17`, or `row a1` for one that a person added."""
    return f"row {example.id.removeprefix('r')}"


def row_names(examples: Sequence[Example], most: int = 4) -> str:
    """`row 17`, `rows 17 and 23`, `rows 17, 23 and 5 more`."""
    names = [example.id.removeprefix("r") for example in examples]
    if len(names) == 1:
        return f"row {names[0]}"
    if len(names) <= most:
        return f"rows {', '.join(names[:-1])} and {names[-1]}"
    return f"rows {', '.join(names[: most - 1])} and {len(names) - most + 1:,} more"


def place_of(at: int, total: int, what: str) -> str:
    """Where she is among those that are left."""
    return f"{what} {at + 1:,} of {total:,} left"


def answers_left(answers: int) -> str:
    """That a question has more answers than the two that are shown."""
    return f"There are {answers} different answers. Keeping one leaves all the others out."


def answer_label(rows: Sequence[Example]) -> str:
    """One of several answers in a list."""
    return f"{row_names(rows).capitalize()}: {short(rows[0].answer, 70)}"


def copy_label(example: Example, *, first: bool, fullest: bool) -> str:
    """One of several copies in a list."""
    why = [word for word, holds in (("the first", first), ("the fullest", fullest)) if holds]
    return row_name(example).capitalize() + (f" ({', '.join(why)})" if why else "")


def keep_button(example: Example, others: int) -> str:
    """What the button does, spelt out."""
    return f"Keep {row_name(example)}, take out {count(others, 'other')}"


def more_copies(number: int) -> str:
    """Those that are not drawn."""
    return f"And {count(number, 'more copy', 'more copies')} of it."


def by_whom(decision: Decision) -> str:
    """The person and the time."""
    who = "the studio" if decision.by == "rule" else decision.by
    verb = "settled" if decision.action == "settle" else "decided"
    return f"{verb} by {who}, {decision.at.astimezone():%d %b %Y, %H:%M}"


def decided(decisions: Sequence[Decision]) -> tuple[list[tuple[str, str]], str]:
    """The last decisions, newest first, and how many there were before them."""
    told = [(decision.sentence, by_whom(decision)) for decision in reversed(decisions[-MOST_TOLD:])]
    return told, before_these(len(decisions) - len(told))


def before_these(number: int) -> str:
    """That older decisions are not listed."""
    return f"And {number:,} before these." if number else ""


def undo_label(decisions: Sequence[Decision]) -> str:
    """What the button would take back: always the last decision of all."""
    return f"Undo: {short(decisions[-1].sentence, 46)}" if decisions else "Undo"


def cut(seen: FindingPreview) -> str:
    """How long an example is, and what becomes of it."""
    return f"{row_name(seen.example).capitalize()} has {seen.note}."
