"""A test row that stands in the examples is found by its question, by question and answer, or by its group."""

import pytest

from studio.data.duplicates.exam_overlap import overlap
from studio.data.split.splitter import overlaps
from studio.schemas.example import Example, Message, pair

HERE = [
    pair(1, "How long does a parcel to Norway take?", "Four days."),
    pair(2, "Where can I park my old red bicycle at the northern station of your town?", "Behind it."),
    pair(3, "Do you mend lamps?", "Gladly.", group="C7"),
]


@pytest.mark.parametrize(
    ("other", "row", "how"),
    [
        (pair(9, "HOW LONG does a parcel to Norway take", "Ask the post."), 1, "question"),
        (
            pair(9, "Where can I park my old red bicycle at the northern station of your town now?", "No."),
            2,
            "question",
        ),
        (pair(9, "An entirely different matter?", "Yes.", group="C7"), 3, "group"),
    ],
)
def test_each_kind_of_overlap_is_named(other: Example, row: int, how: str) -> None:
    ((example, found, kind),) = overlap(HERE, [pair(8, "Nobody asked this before?", "No."), other])
    assert (example.row, found.row, kind) == (row, 9, how)


def test_texts_without_questions_are_compared_by_their_answers() -> None:
    def text(row: int) -> Example:
        said = "The mill stands by the river and grinds all day long."
        return Example(id=f"r{row}", messages=(Message(role="assistant", content=said),))

    assert [found.how for found in overlap([text(1)], [text(5)])] == ["question_and_answer"]


def test_every_copy_is_found_not_only_the_first() -> None:
    twice = [*HERE, pair(4, "How long does a parcel to Norway take?", "Four days.")]
    assert [found.example.row for found in overlap(twice, [HERE[0]])] == [1, 4]


def test_two_sound_files_share_nothing() -> None:
    assert overlap(HERE, [pair(9, "May dogs come in?", "On a lead.")]) == []


def test_rows_of_a_group_in_the_frozen_exam_are_never_learned() -> None:
    exam = [pair(50, "What is the weather?", "Fine.", group="C7")]
    assert overlaps(HERE, exam) == {"r3"}


def test_a_row_is_shown_beside_its_very_copy() -> None:
    there = [
        pair(1, "How long does a parcel to Norway take?", "Nobody knows."),
        HERE[0].model_copy(update={"id": "r2"}),
    ]
    assert [found.other.row for found in overlap(HERE, there)] == [2]
