"""Answers that are their question once more."""

from studio.data.checks.examination import examine
from studio.schemas.example import Example, pair
from studio.schemas.finding import Finding


def found(*examples: Example) -> Finding | None:
    return next((one for one in examine(list(examples)) if one.kind == "repeats_question"), None)


def test_an_answer_that_is_its_question_is_named() -> None:
    seen = found(pair(1, "Why?", "So."), pair(2, "Opening hours", " Opening  hours\n"))
    assert seen is not None and seen.rows == (2,)
    assert seen.sentence == "1 answer repeats its question word for word."


def test_empty_cells_and_longer_answers_repeat_nothing() -> None:
    assert found(pair(1, "", ""), pair(2, "Opening hours", "Opening hours are from nine to five.")) is None
