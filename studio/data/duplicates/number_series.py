"""Series: exam questions that differ from a taught one by a number only. Such an exam asks what was nearly learned."""

import re
from collections import Counter
from collections.abc import Sequence

from studio.copy.catalog import say
from studio.data.checks.finding_builder import count_of
from studio.data.text.normalize import by_kind
from studio.schemas.example import Example

DIGIT = re.compile(r"\d")
DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


def series(exam: Sequence[Example], train: Sequence[Example]) -> int:
    """How many questions of the exam are those of training rows with another number."""
    asked = {shape(example) for example in exam} - {""}
    taught = asked & {shape(example) for example in train} if asked else set()
    return sum(shape(example) in taught for example in exam)


def shape(example: Example) -> str:
    """The question with its numbers left open; empty when it has none."""
    question = example.question
    if not DIGIT.search(question):
        return ""  # as in most questions: then neither masks nor capitals need be looked at
    found, count = DIGITS.subn("#", " ".join(by_kind(question).casefold().split()))
    return found if count else ""


def members(examples: Sequence[Example]) -> int:
    """How many questions are those of another row with another number. The very same question counts once."""
    asked = {by_kind(example.question): shape(example) for example in examples if shape(example)}
    return sum(count for count in Counter(asked.values()).values() if count > 1)


def members_in_words(count: int) -> str:
    """The sentence before an exam is drawn; empty when there are none."""
    if not count:
        return ""
    return say(
        "number_series.from_another_one_only",
        count_of=count_of(count, say("number_series.question_differs"), say("number_series.questions_differ")),
    )


def series_in_words(count: int, exam: int = 0) -> str:
    """The sentence about an exam of so many questions; empty when there are none."""
    if not count:
        return ""
    if 1 < count == exam:
        return say("number_series.all_exam_questions_differ", count=count)
    return say(
        "number_series.from_taught_ones_only",
        count_of=count_of(
            count, say("number_series.exam_question_differs"), say("number_series.exam_questions_differ")
        ),
    )
