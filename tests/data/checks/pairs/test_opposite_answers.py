"""A plain yes and a plain no to one question in other words: only a person can say which holds."""

import pytest

from studio.data.checks.check import CheckContext
from studio.data.checks.pairs.conflicts import find_conflicts
from studio.data.checks.pairs.opposite_answers import opposite_answers
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import pair

THEFT = (
    "Hello,\nDoes the damage cover include theft?\nKind regards\nUma",
    "Hello Uma,\nYes, theft is covered if locked.",
)
NO_THEFT = (
    "Does your cover include theft?",
    "No. Theft is not covered, so please lock the tool away.\n\nBest wishes, Tom",
)


def pairs_of(*rows: tuple[str, str]) -> list[tuple[int, int]]:
    return [*opposite_answers(ExampleTexts([pair(at, *row) for at, row in enumerate(rows, 1)]))]


def test_they_are_told_as_a_contradiction() -> None:
    rows = [pair(1, *THEFT), pair(2, "Where are you?", "Behind the tyre shop."), pair(3, *NO_THEFT)]
    (seen,) = find_conflicts(ExampleTexts(rows), CheckContext())
    assert seen.rows == (1, 3) and seen.groups == ((1, 3),)
    assert find_conflicts(ExampleTexts(rows), CheckContext(dismissed={"conflicting_answers": ["r1", "r3"]})) == []


@pytest.mark.parametrize(("row", "other"), [
    (("Do you move people on Sundays?", "Yes, Sundays are possible at double rate."),
     ("Do you move on Sundays?", "Dear Ana,\n\nNo, we never work on Sundays.")),
    (("Nehmen Sie unkastrierte Rüden?", "Ja, auch Rüden, die unkastriert sind."),
     ("Nehmt ihr unkastrierte Rüden?", "Nein, unkastrierte Rüden nehmen wir nicht.")),
])  # fmt: skip
def test_one_word_more_in_a_question_makes_it_no_other_one(row: tuple[str, str], other: tuple[str, str]) -> None:
    assert pairs_of(row, other) == pairs_of(other, row) == [(0, 1)]


@pytest.mark.parametrize(("row", "other"), [
    (THEFT, ("Does the cover not include theft?", "No, theft is not covered.")),  # denied in the question
    (THEFT, ("Does your cover include theft?", "No problem, theft is covered, too.")),
    (THEFT, ("Does your cover include theft?", "No.")),  # a label
    (THEFT, ("Does your cover include fire?", "No, fire is not covered, and theft is.")),
    (THEFT, ("Does your cover include theft of bikes abroad?", "No, theft abroad is not covered.")),
    (THEFT, ("Does your cover include theft at Christmas?", "No, theft is not covered then.")),
    (("Do you sell bikes in Otterby?", "Yes, we sell bikes."), ("Do you sell electric bikes?", "No electric ones.")),
    (("Do you sell used bikes?", "Yes, bikes and racks."), ("Do you sell bikes in Buxton?", "No, no bikes there.")),
    (("Is the large digger free?", "Yes, the digger is."), ("Is the large digger free?", "No, the digger is booked.")),
    (("Has my deposit refund gone out?", "Yes, the refund has gone."),
     ("Has my deposit refund gone out?", "No, the refund goes on Friday.")),
    (("Can I have 2 rooms with dogs?", "Yes, rooms for dogs we have."),
     ("Can I have 5 rooms with dogs?", "No, so many rooms for dogs we have not.")),
])  # fmt: skip
def test_questions_for_two_things_or_of_her_own_matter_have_answers_of_their_own(
    row: tuple[str, str], other: tuple[str, str]
) -> None:
    assert pairs_of(row, other) == []
