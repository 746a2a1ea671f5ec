"""Groups of rows as a person decides them: which answers there are, and which of several copies stays."""

import pytest

from studio.data.history.conflict_resolution import MOST_COMPARED, answers_of, keep_one, resolve_conflict
from studio.errors import StudioError
from studio.schemas.example import Example, Message, pair

ADDED = Example(id="a1", messages=(Message(role="user", content="When?"), Message(role="assistant", content="At ten.")))


def test_rows_that_answer_the_same_are_one_answer() -> None:
    group = [
        pair(1, "When do you open?", "At nine in the morning, each day of the week."),
        pair(2, "When do you open?", "Never."),
        pair(3, "When do you open?", "At nine in the morning, each day of the week!"),
        pair(4, "When do you open?", "At ten in the morning, each day of the week."),
    ]
    assert [[example.row for example in answer] for answer in answers_of(group)] == [[1, 3], [2], [4]]


def test_a_very_large_group_is_still_told_apart_in_a_moment() -> None:
    group = [pair(n, "When?", f"At {n % (MOST_COMPARED + 5)}.") for n in range(1, 2_000)]
    assert len(answers_of(group)) == MOST_COMPARED + 5


def test_the_chosen_copy_stays_and_the_others_go_by_their_kind() -> None:
    group = [pair(1, "When?", "At nine."), pair(5, "When?", "At 9."), pair(9, "Else?", "No."), ADDED]
    done = keep_one(group, (1, 5, -1), keep=5, kind="near_duplicate")
    assert done.drops == {"r1": "near_duplicate", "a1": "near_duplicate"}
    assert done.sentence == "Row 5 kept, 2 copies of it left out."


def test_a_row_of_her_own_can_be_the_one_that_stays() -> None:
    done = keep_one([pair(1, "When?", "At ten."), ADDED], (1, -1), keep=-1, kind="exact_duplicate")
    assert set(done.drops) == {"r1"} and done.sentence.startswith("Row a1 kept")


@pytest.mark.parametrize("rows, keep", [((1, 5), 9), ((1,), 1)])
def test_a_row_outside_the_group_or_without_a_copy_is_refused(rows: tuple[int, ...], keep: int) -> None:
    group = [pair(1, "When?", "At nine."), pair(5, "When?", "At 9."), pair(9, "Else?", "No.")]
    with pytest.raises(StudioError):
        keep_one(group, rows, keep=keep, kind="near_duplicate")


def test_other_answers_that_hold_the_old_price_are_named() -> None:
    rows = [
        pair(1, "What is a lesson?", "A lesson costs £12 for 30 minutes."),
        pair(2, "What is a lesson?", "A lesson costs £15.50 for 30 minutes."),
        pair(3, "And for two?", "Two people pay £12 each, and come for 30 minutes."),
        pair(4, "By card?", "Yes; £120 at most."),
    ]
    kept = resolve_conflict(rows, [1, 2], keep=2).sentence
    assert kept == "The answer of row 2 holds. “£12” of an answer put aside stands in 1 more answer: row 3."
    written = resolve_conflict(rows, [1, 2], answer="A lesson costs £16 for 30 minutes.").sentence
    assert written.endswith("“£12” of an answer put aside stands in 1 more answer: row 3.")
    assert resolve_conflict(rows, [1, 2], keep=1).sentence == "The answer of row 1 holds.", "nobody else says £15.50"


def test_a_figure_that_many_answers_hold_marks_no_old_answer() -> None:
    rows = [pair(1, "How long?", "It takes 3 days."), pair(2, "How long?", "It takes 9 days, or more.")]
    rows += [pair(n, f"Question {n}?", f"Wait 3 days, {n}.") for n in range(3, 20)]
    assert resolve_conflict(rows, [1, 2], keep=2).sentence == "The answer of row 2 holds."
