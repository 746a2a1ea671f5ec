"""Texts that a spreadsheet program cut at the end of a cell."""

import pytest

from studio.data.checks.examination import examine
from studio.schemas.example import Example, pair
from studio.schemas.finding import Finding

LIMIT = 32_767


def found(*examples: Example) -> Finding | None:
    return next((one for one in examine(list(examples)) if one.kind == "cut_off"), None)


def text(length: int) -> str:
    return ("The keeper lights the lamp at dusk. " * 1000)[:length]


def test_an_answer_as_long_as_a_cell_is_named_with_its_row() -> None:
    seen = found(pair(1, "Why?", "So it is."), pair(2, "How does it go?", text(LIMIT)))
    assert seen is not None and (seen.severity, seen.rows) == ("serious", (2,))
    assert seen.sentence == "1 answer stops at 32,767 letters, where spreadsheet programs cut."


def test_two_of_them_have_the_right_number_of_words() -> None:
    seen = found(pair(1, "Why?", text(LIMIT)), pair(2, text(LIMIT), "So it is."))
    assert seen is not None
    assert seen.sentence == "2 texts stop at 32,767 letters, where spreadsheet programs cut."


def test_letters_count_as_in_the_cell() -> None:
    assert found(pair(1, "Why?", "😀" * 16_383 + "x")) is not None
    assert found(pair(1, "Why?", "😀" * 16_400)) is None


def test_line_breaks_of_windows_were_two_letters_there() -> None:
    lines = "a line of words\n" * 1927
    assert len(lines) + lines.count("\n") == 32_759
    assert found(pair(1, "Why?", lines + "12345678")) is not None


@pytest.mark.parametrize("length", [32_768, 40_000, 32_700, 255])
def test_other_lengths_are_only_long(length: int) -> None:
    assert found(pair(1, "Why?", text(length))) is None


def test_a_text_that_is_nearly_as_long_and_ends_its_sentence_is_whole() -> None:
    assert found(pair(1, "Why?", text(LIMIT - 5) + ".")) is None
    assert found(pair(1, "Why?", text(LIMIT - 5) + "w")) is not None
