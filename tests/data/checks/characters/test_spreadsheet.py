"""What a spreadsheet program did to cells is said with the cells; only its apostrophes are taken away again."""

import random

import pytest

from studio.data.checks.examination import examine
from studio.data.checks.fixes import after, effect_of, fix_all
from studio.schemas.example import Example, pair
from studio.schemas.finding import Finding

CODES = [pair(100 + n, f"Which part fits pump {n}?", f"P-{n}7") for n in range(8)]
PROSE = [pair(100 + n, f"How is pump {n} cleaned?", f"With water {n} times, and then with oil.") for n in range(8)]


def seen(examples: list[Example]) -> Finding | None:
    return next((one for one in examine(examples) if one.kind == "spreadsheet_changes"), None)


def note(cell: str, others: list[Example]) -> str:
    finding = seen([pair(1, "Which is it?", cell), *others])
    return finding.notes.get(1, "") if finding else ""


@pytest.mark.parametrize(("cell", "said"), [
    ("4,56789E+14", "a long number in short form"), ("7.1E+11", "a long number in short form"),
    ("#NAME?", "an error of a formula"), ("#WERT!", "an error of a formula"), ("########", "an error of a formula"),
    ("WAHR", "a word for true or false"), ("FAUX", "a word for true or false"), ("TRUE", "a word for true or false"),
    ("?2+2", "a sign that became “?”"),
    ("'00417", "an apostrophe in front"), ("'=2+2 is four", "an apostrophe in front"),
])  # fmt: skip
def test_a_changed_cell_is_named(cell: str, said: str) -> None:
    assert note(cell, PROSE) == f"{cell}: {said}"


@pytest.mark.parametrize("cell", ["05. Mai", "Sep 07", "07-Sep", "7. Okt.", "03-avr"])
def test_a_date_among_codes_is_named_and_among_sentences_it_is_an_answer(cell: str) -> None:
    assert note(cell, CODES) == f"{cell}: a date"
    assert note(cell, PROSE) == ""


@pytest.mark.parametrize("cell", [
    "1e-5", "4892E089", "3-4", "'90s music", "'Tis so.", "True", "E+12", "#1", "It is 9.9E+15 kg.", "May I?", "?", "'",
])  # fmt: skip
def test_what_people_write_is_no_change(cell: str) -> None:
    assert note(cell, CODES) == ""


def test_words_for_true_and_false_that_are_the_labels_of_a_table_are_none() -> None:
    labels = [pair(n, f"Does pump {n} leak?", "WAHR" if n % 2 else "FALSCH") for n in range(1, 30)]
    assert seen(labels) is None


GUARDED = ["'=2+2", "'-5", "'- hose\n- clamp", "'@home", "''Tis so, they say", "''=A1 is a cell"]


def guarded(*more: str) -> list[Example]:
    cells = [*GUARDED, *more]
    return [pair(n, f"Which is number {n}?", cell) for n, cell in enumerate(cells, start=1)] + PROSE


def test_the_guard_that_was_left_is_counted_and_goes_as_a_whole() -> None:
    finding = seen(guarded())
    assert finding is not None and finding.rows == (1, 2, 3, 4, 5, 6)
    assert finding.sentence == "6 cells begin with an apostrophe from a spreadsheet program."
    left = after(guarded(), effect_of("spreadsheet_changes", guarded()))
    assert [one.answer for one in left[:6]] == [cell[1:] for cell in GUARDED]
    assert seen(left) is None


def test_a_table_with_bare_signs_was_not_guarded() -> None:
    assert seen(guarded("-7", "+3")) is None


def test_one_change_is_said_in_the_singular_and_nothing_is_guessed_back() -> None:
    rows = [pair(1, "Which id?", "4,56789E+14"), *PROSE]
    finding = seen(rows)
    assert finding is not None and finding.fix == ""
    assert finding.sentence == "1 cell looks changed by a spreadsheet program: 4,56789E+14."
    assert effect_of("spreadsheet_changes", rows).edits == {}


def test_the_first_changed_cells_are_named() -> None:
    rows = [pair(n, f"Which id has {n}?", f"{n},56789E+14") for n in range(1, 9)]
    finding = seen([*rows, *PROSE])
    assert finding is not None and finding.sentence.endswith("5,56789E+14, 6,56789E+14 and 2 more.")


def test_apostrophes_wait_for_a_persons_word() -> None:
    assert "spreadsheet_changes" not in [effect.kind for effect in fix_all(guarded())]


def test_taking_them_away_twice_is_taking_them_away_once() -> None:
    chance = random.Random(8)
    pieces = ["'", "''", "=", "-", "5", "a", "@", " ", "'=1", "'00", "x y", "+", "\t", "?"]
    for _ in range(1_500):
        rows = [pair(n, "What?", "".join(chance.choices(pieces, k=chance.randrange(1, 4)))) for n in range(1, 7)]
        once = after(rows, effect_of("spreadsheet_changes", rows))
        assert effect_of("spreadsheet_changes", once).edits == {}, [one.answer for one in rows]
        assert all(one.answer for one in once)
