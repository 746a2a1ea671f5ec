"""Stock lines: the same first or last line in many answers, which no person is greeted by."""

import pytest

from studio.data.checks.content.boilerplate import find_boilerplate
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import pair


def found(line: str) -> int:
    rows = [pair(row, f"May I come on day {row}?", f"{line}\n\nDay {row} is free.") for row in range(8)]
    return sum(one.count for one in find_boilerplate(ExampleTexts(rows)))


def test_the_same_first_line_in_many_answers_is_stock() -> None:
    assert found("Thank you for your message.") == 8


@pytest.mark.parametrize("line", ["Dear Sofia Lindqvist,", "Dear [NAME_7],", "Hello Mrs Pargeter,"])
def test_a_line_that_greets_a_person_is_no_stock_line(line: str) -> None:
    """Whoever writes often is greeted often; and hiding her name makes no new stock line."""
    assert found(line) == 0
