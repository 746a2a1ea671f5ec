"""Stock lines: the same first or last line in many answers, which no person is greeted by."""

import pytest

from studio.data.checks.content.boilerplate import find_boilerplate, without_noted, without_stock
from studio.data.checks.examination import examine
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example, pair
from studio.web.copy import examples as copy


def found(line: str) -> int:
    rows = [pair(row, f"May I come on day {row}?", f"{line}\n\nDay {row} is free.") for row in range(8)]
    return sum(one.count for one in find_boilerplate(ExampleTexts(rows)))


def test_the_same_first_line_in_many_answers_is_stock() -> None:
    assert found("Thank you for your message.") == 8


@pytest.mark.parametrize("line", ["Dear Sofia Lindqvist,", "Dear [NAME_7],", "Hello Mrs Pargeter,"])
def test_a_line_that_greets_a_person_is_no_stock_line(line: str) -> None:
    """Whoever writes often is greeted often; and hiding her name makes no new stock line."""
    assert found(line) == 0


@pytest.mark.parametrize("line", [
    "Dear Sir or Madam,", "Good afternoon,", "Sehr geehrte Damen und Herren,", "To whom it may concern",
    "Dear friends of the boarding house,", "Hi there!", "Bonjour à tous,",
])  # fmt: skip
def test_a_greeting_is_the_voice_of_the_house_and_no_stock_line(line: str) -> None:
    assert found(line) == 0


@pytest.mark.parametrize("line", ["Hello and thank you for your mail.", "Morning walks are part of the price."])
def test_a_line_that_says_more_than_a_greeting_is_one(line: str) -> None:
    assert found(line) == 8


THANKS, NEWS = "Thank you for your mail.", "PS: We have a new website."
OPENINGS = ("Dear Sir or Madam,\n\n", "Good afternoon,\n\n", f"{THANKS}\n\n", f"Dear Mrs. Brock,\n\n{THANKS}\n")


def kennel() -> list[Example]:
    """Forty answers: half of them thank first, a quarter ends with the news."""
    said = "Run {n} is free from Monday."
    return [
        pair(n, f"May dog {n} come?", OPENINGS[n % 4] + said.format(n=n) + (f"\n{NEWS}" if n % 8 in (2, 4) else ""))
        for n in range(1, 41)
    ]


def test_every_line_that_would_go_is_named_with_its_number_and_no_other_goes() -> None:
    """What she was not shown stays: greetings stood in two of three cuts under a sentence that named the thanks."""
    texts = ExampleTexts(kennel())
    (seen,) = find_boilerplate(texts)
    assert {line: len(rows) for line, rows in seen.parts.items()} == {THANKS: 20, NEWS: 10}
    assert f"“{THANKS}” (20), “{NEWS}” (10)" in seen.sentence, seen.sentence
    _, edits = without_stock(texts, "", Rules())
    assert sorted(edits) == sorted(f"r{row}" for row in seen.rows) and seen.count == 25
    for example in texts.examples:
        after = edits[example.id][-1].content if example.id in edits else example.answer
        gone = [line for line in example.answer.split("\n") if line and line not in after.split("\n")]
        assert set(gone) <= seen.parts.keys(), gone
        assert " / ".join(gone) == seen.notes.get(example.row, "")
        assert after == without_noted(seen, example.answer), "the preview shows what the press does"
    assert edits["r3"][-1].content == "Dear Mrs. Brock,\n\nRun 3 is free from Monday."


def test_the_press_says_what_it_takes_out_and_all_lines_are_listed() -> None:
    (seen,) = find_boilerplate(ExampleTexts(kennel()))
    assert copy.stock_button(seen) == "Take out these 2 lines"
    assert copy.stock_lines(seen) == [f"“{THANKS}”: 20 answers", f"“{NEWS}”: 10 answers"]
    one = seen.model_copy(update={"parts": {THANKS: seen.parts[THANKS]}})
    assert copy.stock_button(one) == f"Take out “{THANKS}”"


def test_after_some_rows_are_left_every_number_is_of_the_rows_that_are_open() -> None:
    """The headline told all answers of a line beside a list that told the open ones."""
    rows, left = kennel(), {"r2", "r3", "r4"}
    found = examine(rows, dismissed={"repeated_boilerplate": left})
    (open_still,) = (one for one in found if one.kind == "repeated_boilerplate")
    assert {line: len(some) for line, some in open_still.parts.items()} == {THANKS: 18, NEWS: 8}
    assert open_still.headline == (
        f"22 answers begin or end with a line that many share: “{THANKS}” (18), “{NEWS}” (8)."
    )
    assert open_still.count == len(open_still.rows) == 22 and "3 rows are left as before." in open_still.sentence
