"""Series: exam questions that differ from a taught one by a number only. Such an exam asks what was nearly learned."""

import re
from collections.abc import Sequence

from studio.prepare.findings.making import count_of
from studio.records.example import Example

DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


def series(exam: Sequence[Example], train: Sequence[Example]) -> int:
    """How many questions of the exam are those of taught rows with another number."""
    asked = {shape(example) for example in exam} - {""}
    taught = asked & {shape(example) for example in train} if asked else set()
    return sum(shape(example) in taught for example in exam)


def shape(example: Example) -> str:
    """The question with its numbers left open; empty when it has none."""
    found, count = DIGITS.subn("#", " ".join(example.question.casefold().split()))
    return found if count else ""


def series_in_words(count: int) -> str:
    """The sentence; empty when there are none."""
    if not count:
        return ""
    return f"{count_of(count, 'exam question differs', 'exam questions differ')} from taught ones only by a number."
