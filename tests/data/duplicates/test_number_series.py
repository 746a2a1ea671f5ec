"""Questions that differ from another one only by a number are counted: in a file, and in an exam."""

from studio.data.duplicates.number_series import members, members_in_words, series, series_in_words
from studio.schemas.example import pair

TAUGHT = [pair(1, "What does room 12 cost?", "40"), pair(2, "Who are you?", "Odda")]


def test_a_question_with_another_number_is_one_of_a_series() -> None:
    exam = [pair(3, "What does  room 7 cost?", "30"), pair(4, "Who are you?", "Ben"), pair(5, "How far is 3.5?", "x")]
    assert series(exam, TAUGHT) == 1
    assert series_in_words(1) == "1 exam question differs from taught ones only by a number."
    assert series_in_words(12).startswith("12 exam questions differ from") and series_in_words(0) == ""


def test_an_exam_of_nothing_else_shows_little() -> None:
    assert series_in_words(9, 12) == series_in_words(9)
    assert series_in_words(12, 12).startswith("All 12 exam questions differ from taught ones only by a number: such an")


def test_before_an_exam_is_drawn_they_are_counted_in_the_file() -> None:
    asked = ["What does room 12 cost?", "What does room 7 cost?", "What does room 7 cost?", "Is it 5?", "Who are you?"]
    count = members([pair(row, question, "40") for row, question in enumerate(asked, 1)])
    assert members_in_words(count) == "2 questions differ from another one only by a number."
    assert members_in_words(0) == ""
