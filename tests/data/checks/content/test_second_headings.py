"""A second line of headings is named, and taken out by its own button alone."""

import pytest

from studio.data.checks.content.second_headings import find_second_headings
from studio.data.checks.fixes import effect_of, fix_all
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example, pair

BELOW = [
    (f"Where do I leave the {thing} after the tour?", f"Hang the {thing} on the hook beside the boat house, please.")
    for thing in ("oar", "vest", "rope", "map", "whistle", "lamp", "helmet", "tent")
]


def table(question: str, answer: str, *, at: int = 0) -> list[Example]:
    cells = [*BELOW[:at], (question, answer), *BELOW[at:]]
    return [pair(row, *both) for row, both in enumerate(cells, start=1)]


def found(rows: list[Example]) -> tuple[int, ...]:
    return next((one.rows for one in find_second_headings(ExampleTexts(rows))), ())


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Frage", "Antwort"),
        ("Pregunta", "Respuesta"),
        ("Pytanie", "Odpowiedź"),
        ("Customer question (EN)", "Answer"),
        ("(text)", "(text)"),
        ("max. 200 characters", "max. 500 characters"),
        ('{"ImportId":"QID4_TEXT"}', '{"ImportId":"QID5_TEXT"}'),
        ("Open-Ended Response", "Open-Ended Response"),
    ],
)
@pytest.mark.parametrize("at", [0, 4])
def test_headings_in_another_language_and_the_form_of_columns_are_named(question: str, answer: str, at: int) -> None:
    assert found(table(question, answer, at=at)) == (at + 1,)


def test_the_questions_of_a_form_over_its_ids_are_headings_too() -> None:
    rows = [("What did you ask?", "What did we say?"), ('{"ImportId":"Q1"}', '{"ImportId":"Q2"}'), *BELOW]
    assert found([pair(row, *both) for row, both in enumerate(rows, start=1)]) == (1, 2)


def test_unknown_words_are_headings_only_where_they_stand_under_headings() -> None:
    assert found(table("Guest's request", "Skipper's words")) == (1,)
    assert found(table("Guest's request", "Skipper's words", at=4)) == ()


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is a complaint?", "Summary of it."),
        ("Cancel my ticket", "Done, you get the money back."),
        ("Question", "What is the question?"),
        ("Complaint", "Complaint"),
    ],
)
def test_what_people_ask_is_no_heading(question: str, answer: str) -> None:
    assert found(table(question, answer)) == ()


def test_a_label_that_is_named_as_a_column_is_no_heading() -> None:
    rows = [pair(row, said, "summary" if row % 2 else "code") for row, (said, _) in enumerate(BELOW, start=1)]
    assert found([*rows, pair(9, "email", "summary")]) == ()


def test_the_row_goes_by_its_own_button_and_never_by_fix_all() -> None:
    rows = table("Frage", "Antwort", at=3)
    assert effect_of("second_heading", rows).drops == {"r4": "second_heading"}
    assert all(effect.kind != "second_heading" for effect in fix_all(rows))
