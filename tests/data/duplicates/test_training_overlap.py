"""Whether a question was taught, in the same words or nearly."""

import pytest

from studio.data.duplicates.retrieval import NearestExamples
from studio.data.duplicates.training_overlap import training_match
from studio.schemas.example import pair

ROWS = [
    pair(3, "How long do I have to return an item that I bought?", "30 days."),
    pair(9, "What does the lamp with 2 arms cost?", "40 euros."),
    pair(17, "Do you ship on Sundays?", "No."),
]


@pytest.mark.parametrize(("question", "row", "exact"), [
    ("Do you ship on Sundays?", "r17", True), ("do you SHIP on sundays", "r17", True),
    ("How long do I have to return an item that I bought ?!", "r3", True),
    ("How long do I have to return an item that I bought here?", "r3", False),
    ("Do you ship on Sunday?", "r17", False),
])  # fmt: skip
def test_a_copy_is_known_by_its_row(question: str, row: str, exact: bool) -> None:
    found = training_match(question, NearestExamples(ROWS))
    assert found is not None and (found.example.id, found.exact) == (row, exact)


@pytest.mark.parametrize("question", ["", "???", "What does the lamp with 3 arms cost?", "Where is your shop?"])
def test_another_question_is_new(question: str) -> None:
    assert training_match(question, NearestExamples(ROWS)) is None
