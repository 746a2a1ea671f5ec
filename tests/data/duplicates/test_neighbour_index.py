"""One edited row is looked at again against all others."""

from studio.data.duplicates.neighbour_index import NeighbourIndex
from studio.schemas.example import pair

ROWS = [
    pair(1, "How long may I return an item that I bought here?", "You have thirty days for that."),
    pair(2, "Where is the shop of yours in the old town?", "Behind the church, beside the river."),
    pair(3, "When do you open?", "At nine."),
]


def kinds(question: str, answer: str) -> set[str]:
    return {finding.kind for finding in NeighbourIndex(ROWS).check(pair(3, question, answer))}


def test_a_row_that_became_a_copy_or_a_conflict_is_told() -> None:
    assert kinds(ROWS[0].question, ROWS[0].answer) == {"exact_duplicate"}
    assert kinds(ROWS[0].question, "You have 14 days.") == {"conflicting_answers"}
    assert kinds("Where's the shop of yours in the old town?", ROWS[1].answer) >= set()


def test_a_private_detail_that_was_typed_in_is_told() -> None:
    assert kinds("When do you open?", "Ask ana@example.com.") == {"private_details"}


def test_its_own_old_self_is_no_copy() -> None:
    assert kinds("When do you open?", "At nine.") == set()
