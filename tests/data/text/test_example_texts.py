"""Texts of rows that changed since, made from those of before: nothing that is seen differs from a fresh look."""

import random

import pytest

from studio.data.checks.examination import examine
from studio.data.checks.fixes import fix_all
from studio.data.checks.prefetch import FINDS
from studio.data.history.event_log import replay
from studio.data.table import Table, TableRow
from studio.data.text.example_texts import ExampleTexts, WorkedOut
from studio.schemas.example import Example, pair
from studio.schemas.finding import Decision
from studio.services.files.file_cleaning import clean_table

WORDS = ("the", "parcel", "with", "your", "lamp", "comes", "in", "three", "days", "and", "we", "write", "to", "you")
FAULTS = (
    "", " ", "N/A", "Dear {{name}}, ", "<p>Hello</p> &amp; ", "caf\u00c3\u00a9 ", "[INST] ", " ring +49 30 1234567",
    " ana@example.net", " https://a.example.net/x?user=9", " password: Ab3xyz99", "\u200bsoft\u00adhyphen",
    "Dear friend of the house,\n", "\nYour team at the lamp shop", "\x07", "[EMAIL_3] ", " p\u0430rcel",
)  # fmt: skip


def dirty(rows: int, seed: int) -> list[Example]:
    """Questions and answers of a few words, a third of them with a fault, and copies of earlier ones."""
    chance = random.Random(seed)
    made: list[tuple[str, str]] = []
    for _ in range(rows):
        said = [" ".join(chance.choice(WORDS) for _ in range(chance.randint(4, 16))) for _ in range(2)]
        if chance.random() < 0.35:
            side, fault = chance.randrange(2), chance.choice(FAULTS)
            said[side] = fault if fault in ("", " ", "N/A") else chance.choice((fault + said[side], said[side] + fault))
        if made and chance.random() < 0.2:
            question, answer = chance.choice(made)
            said = [question, chance.choice((answer, answer + " soon", said[1]))]
        made.append((said[0], said[1]))
    return [pair(number, *row) for number, row in enumerate(made, start=1)]


@pytest.mark.parametrize("seed", range(8))
def test_the_rows_that_fixes_left_are_examined_as_if_for_the_first_time(seed: int) -> None:
    examples = dirty(300, seed)
    texts = ExampleTexts(examples)
    examine(examples, texts=texts)
    effects = fix_all(examples, texts=texts)
    assert effects == fix_all(examples)
    log = [Decision(id=str(number), at="2026-11-26T12:00:00Z", by="rule", action="fix", kind=one.kind, drops=one.drops,
                    edits=one.edits) for number, one in enumerate(effects)]  # type: ignore[arg-type]  # fmt: skip
    left = replay(examples, log).examples
    assert examine(left, texts=ExampleTexts(left, texts)) == examine(left)


def test_every_step_is_made_from_the_first_texts_and_holds_what_its_own_rows_hold() -> None:
    first = dirty(200, 11)
    second = [one if one.row % 3 else one.with_pair(one.question, f"<b>{one.answer}") for one in first[5:]]
    third = [one for one in second if one.row % 7]
    texts = ExampleTexts(third, ExampleTexts(second, ExampleTexts(first)))
    fresh = ExampleTexts(third)
    assert texts.holding(("<", "&")) == fresh.holding(("<", "&"))
    assert texts.holding(("PAR",), any_case=True) == fresh.holding(("PAR",), any_case=True)
    assert (texts.questions, texts.answers, texts.signed) == (fresh.questions, fresh.answers, fresh.signed)
    assert texts.beyond_ascii == fresh.beyond_ascii
    for own, other in ((texts.pair_tokens, fresh.pair_tokens), (texts.answer_tokens, fresh.answer_tokens)):
        assert own.flat.tolist() == other.flat.tolist() and own.starts.tolist() == other.starts.tolist()


def test_a_cleaned_file_says_of_what_is_left_what_a_check_of_it_says() -> None:
    rows = [TableRow(one.row, {"question": one.question, "answer": one.answer}) for one in dirty(300, 20)]
    table = Table(format="csv", columns=("question", "answer"), rows=rows, rows_read=len(rows))
    done = clean_table(table, "rows.csv", None, ["all"])
    assert list(done.left) == examine(done.examples)
    assert len(done.examples) + len(done.drops) == done.rows_in


def test_what_each_row_tells_by_itself_is_not_asked_again_of_rows_that_stayed() -> None:
    asked: list[int] = []

    def with_a_lamp(texts: ExampleTexts) -> list[int]:
        asked.append(len(texts))
        return [place for place, said in enumerate(texts.answers) if "lamp" in said]

    first = [pair(number, "What is it?", "a lamp" if number % 2 else "a chair") for number in range(1, 11)]
    second = [first[0].with_pair("What is it?", "a chair"), *first[1:8]]
    before = ExampleTexts(first)
    assert before.once_a_row(with_a_lamp) == [0, 2, 4, 6, 8]
    assert ExampleTexts(second, before).once_a_row(with_a_lamp) == [2, 4, 6]
    assert asked == [10, 1]


def test_what_another_process_worked_out_is_taken_over_and_changes_no_fix() -> None:
    examples = dirty(300, 5)
    calls: list[int] = []

    def ready() -> WorkedOut:
        calls.append(1)
        return ExampleTexts(examples).worked_out(FINDS)

    texts = ExampleTexts(examples)
    texts.expect(ready)
    assert not calls  # nobody waits before something is asked for
    assert fix_all(examples, texts=texts) == fix_all(examples)
    assert calls == [1]
    assert examine(examples, texts=texts) == examine(examples)
