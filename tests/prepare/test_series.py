"""Exam questions that differ from taught ones only by a number are counted."""

from studio.prepare.series import series, series_in_words
from studio.records.example import pair

TAUGHT = [pair(1, "What does room 12 cost?", "40"), pair(2, "Who are you?", "Odda")]


def test_a_question_with_another_number_is_one_of_a_series() -> None:
    exam = [pair(3, "What does  room 7 cost?", "30"), pair(4, "Who are you?", "Ben"), pair(5, "How far is 3.5?", "x")]
    assert series(exam, TAUGHT) == 1
    assert series_in_words(1) == "1 exam question differs from taught ones only by a number."
    assert series_in_words(12).startswith("12 exam questions differ from") and series_in_words(0) == ""
