"""Series: exam questions that differ from a taught one by a number only. Such an exam asks what was nearly learned."""

import re
from collections import Counter
from collections.abc import Sequence

from studio.data.checks.finding_builder import count_of
from studio.schemas.example import Example

DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


def series(exam: Sequence[Example], train: Sequence[Example]) -> int:
    """How many questions of the exam are those of training rows with another number."""
    asked = {shape(example) for example in exam} - {""}
    taught = asked & {shape(example) for example in train} if asked else set()
    return sum(shape(example) in taught for example in exam)


def shape(example: Example) -> str:
    """The question with its numbers left open; empty when it has none."""
    found, count = DIGITS.subn("#", " ".join(example.question.casefold().split()))
    return found if count else ""


def members(examples: Sequence[Example]) -> int:
    """How many questions are those of another row with another number. The very same question counts once."""
    asked = {example.question: shape(example) for example in examples if DIGITS.search(example.question)}
    return sum(count for count in Counter(asked.values()).values() if count > 1)


def members_in_words(count: int) -> str:
    """The sentence before an exam is drawn; empty when there are none."""
    if not count:
        return ""
    return f"{count_of(count, 'question differs', 'questions differ')} from another one only by a number."


def series_in_words(count: int, exam: int = 0) -> str:
    """The sentence about an exam of so many questions; empty when there are none."""
    if not count:
        return ""
    if 1 < count == exam:
        return f"All {count:,} exam questions differ from taught ones only by a number: such an exam shows little."
    return f"{count_of(count, 'exam question differs', 'exam questions differ')} from taught ones only by a number."
