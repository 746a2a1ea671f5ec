"""The look-up rival finds the question that means the same in other words."""

from studio.data.duplicates.retrieval import NearestExamples
from studio.schemas.example import pair

ROWS = [
    pair(1, "When does the shop open on Saturday?", "At nine."),
    pair(2, "How long does delivery to the island take?", "Two days."),
    pair(3, "Can I return a broken lamp?", "Yes."),
]


def test_the_nearest_question_shares_its_rare_words() -> None:
    assert NearestExamples(ROWS).most_similar("Do you deliver to islands, and how long?", 1)[0].row == 2


def test_word_forms_are_neighbours() -> None:
    assert NearestExamples(ROWS).most_similar("returning lamps", 1)[0].row == 3


def test_nothing_in_common_gives_nothing() -> None:
    assert NearestExamples(ROWS).most_similar("zzz", 3) == []
