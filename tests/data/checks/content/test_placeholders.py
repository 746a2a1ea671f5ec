"""Answers that stand for an answer, and short answers that are one."""

import pytest

from studio.data.checks.content.placeholders import find_placeholders, without_stand_ins
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example, pair


def judged(answers: list[str]) -> list[Example]:
    """Short messages, each with the sign that a person gave it."""
    return [pair(n, f"Message {n}: the boat was late again?", answer) for n, answer in enumerate(answers, start=1)]


def taken_out(answers: list[str]) -> set[str]:
    texts = ExampleTexts(judged(answers))
    drops, _ = without_stand_ins(texts, "", Rules())
    return {example.answer for example in texts.examples if example.id in drops}


@pytest.mark.parametrize("answer", ["👍", "%", "€", "&", "+", "✓", "★★★"])
def test_a_sign_that_says_something_is_an_answer(answer: str) -> None:
    assert find_placeholders(ExampleTexts(judged([answer]))) == [] and not taken_out([answer])


@pytest.mark.parametrize("answer", ["-", "–", "…", "?", "???", "***", "[]", '""', "()", "N/A", "？"])
def test_a_mark_that_fills_a_gap_is_a_stand_in(answer: str) -> None:
    assert taken_out([answer, "At the pier."]) == {answer}


def test_a_minus_is_a_label_beside_a_plus_and_a_gap_without_one() -> None:
    assert taken_out(["+", "-"] * 10) == set()
    assert taken_out(["late", "-"] * 10) == {"-"}


@pytest.mark.parametrize("answer", [
    "See attached PDF.", "See attachment for the map.", "Please find attached our price list", "The form is attached.",
    "Please see the enclosed leaflet about harness sizes.", "Siehe Anhang.", "Bitte siehe beigefügte Preisliste",
    "Dear Mr. Wulf,\n\nPlease see attached.\n\nKind regards\nGisela Lindner\nTel. 02581 555 100",
])  # fmt: skip
def test_an_answer_that_only_points_to_an_attachment_is_none(answer: str) -> None:
    assert taken_out([answer, "At the pier."]) == {answer}
    (seen,) = find_placeholders(ExampleTexts(judged([answer, "At the pier."])))
    assert seen.rows == (1,)


@pytest.mark.parametrize("answer", [
    "The sail is attached with two clips.", "The lid is attached.", "See attached PDF: a night is 32 euros.",
    "See the pier from the tower, it is open until six.", "A lead must be attached to the ring at all times.",
    "Hello,\nthe map is attached. The gate is green, behind the sawmill.\nTim",
])  # fmt: skip
def test_what_says_something_beside_it_is_an_answer(answer: str) -> None:
    assert taken_out([answer, "At the pier."]) == set()


@pytest.mark.parametrize("said", ["n/a", "-", "N.A.", "TBC", "???"])
def test_a_stand_in_between_greeting_and_signature_is_one(said: str) -> None:
    answer = f"Good morning Yusuf,\n{said}\n\nMany thanks for writing.\nTom Okafor\nHallam Tool Hire"
    assert taken_out([answer, "At the pier."]) == {answer}
    assert taken_out([answer.replace(said, "None is free."), "At the pier."]) == set()


@pytest.mark.parametrize("said", [
    "None.", "Unknown.", "Not applicable.", "Pending.", "none", "Not available.", "The same.", "Same.", "Keine.",
    "Aucun.", "Ninguno.", "Nil!",
])  # fmt: skip
def test_whoever_greets_and_says_none_has_answered(said: str) -> None:
    """“Which fees are there?” As a whole cell the same words fill a gap."""
    answer = f"Hello Ana,\n{said}\n\nKind regards,\nTom"
    assert taken_out([answer, "At the pier."]) == set()
    assert find_placeholders(ExampleTexts(judged([answer, "At the pier."]))) == []
    assert taken_out(["Unknown.", "At the pier."]) == {"Unknown."}
