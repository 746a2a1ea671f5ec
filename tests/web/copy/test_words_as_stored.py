"""Answers in tables keep their lines and leading spaces; only what is long is cut."""

from studio.web.copy import votes
from studio.web.copy.training import answer_table


def test_a_live_answer_keeps_its_lines() -> None:
    said = "  one\n\ttwo"
    answers = [{"question": "Why?", "contestant": "base", "step": 0, "answer": said + "\n"},
               {"question": "Why?", "contestant": "tuned", "step": 4, "answer": "x" * 500}]  # fmt: skip
    _, [[_, first, newest]] = answer_table(["Why?"], answers)
    assert first == said and newest == "x" * 399 + "…"


def test_a_reply_in_the_reveal_keeps_its_lines_and_an_empty_one_is_named() -> None:
    assert votes.row("a\nb", "| a |\n| b |", " \n") == ["a\nb", "| a |\n| b |", votes.row("", "", "")[1]]
