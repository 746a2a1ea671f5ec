"""An exam that asks a few things again and again says so before its marks are read."""

from studio.schemas.example import pair
from studio.services.evaluation.report_builder import few_things

WORDINGS = ("How do I cancel my lessons?", "Hello, how do I cancel my lessons?", "How do I cancel my lessons? Thanks")
OTHERS = ("Where may I park on Saturdays?", "What does a trial lesson cost?", "Who teaches the harp in the north?")


def test_several_wordings_of_one_question_are_one_thing() -> None:
    (said,) = few_things([pair(n, text, "In writing, by the end of term.") for n, text in enumerate(WORDINGS)])
    assert "These 3 questions ask 1 thing only" in str(said)


def test_an_exam_of_different_questions_says_nothing() -> None:
    assert few_things([pair(n, text, f"Answer {n}.") for n, text in enumerate(OTHERS)]) == []
