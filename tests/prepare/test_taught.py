"""Whether a question was taught, in the same words or nearly."""

import pytest

from studio.prepare.nearest import Nearest
from studio.prepare.taught import taught_as
from studio.records.example import pair

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
    found = taught_as(question, Nearest(ROWS))
    assert found is not None and (found.example.id, found.exact) == (row, exact)


@pytest.mark.parametrize("question", ["", "???", "What does the lamp with 3 arms cost?", "Where is your shop?"])
def test_another_question_is_new(question: str) -> None:
    assert taught_as(question, Nearest(ROWS)) is None
