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
