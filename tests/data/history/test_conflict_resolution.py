"""Groups of rows as a person decides them: which answers there are, and which of several copies stays."""

import pytest

from studio.data.history.conflict_resolution import MOST_COMPARED, answers_of, keep_one
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
