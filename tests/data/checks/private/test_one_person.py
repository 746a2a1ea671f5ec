"""A full name has one placeholder in all rows, however little of it the words beside it tell."""

import pytest

from studio.data.checks.private.possible_personal import POSSIBLE_PERSONAL
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example, pair


def masked(rows: list[Example], rules: Rules | None = None) -> list[str]:
    """Question and answer of each row with their names hidden."""
    _, edits = POSSIBLE_PERSONAL.fix(ExampleTexts(rows), "mask", rules or Rules(key=b"k"))
    return ["\n".join(one.content for one in edits.get(row.id, row.messages)) for row in rows]


NAMED = pair(1, "My name is Nina Kaur. Is there room?", "Dear Nina, yes, there is.")
HALF = pair(2, "Is there room?\n\nNina Kaur", "Dear Nina,\nyes, there is.")


def test_a_row_that_tells_only_a_part_of_it_has_the_placeholder_of_the_rows_that_tell_the_whole() -> None:
    first, second = masked([NAMED, HALF])
    assert first == "My name is [NAME_1]. Is there room?\nDear [NAME_1], yes, there is."
    assert second == "Is there room?\n\n[NAME_1]\nDear [NAME_1],\nyes, there is."


def test_a_part_alone_in_another_row_may_be_somebody_else() -> None:
    _, other = masked([NAMED, pair(2, "Is there room?", "Dear Nina,\nyes, there is.")])
    assert "[NAME_2]" in other


def test_a_name_that_was_hidden_before_is_known() -> None:
    kept: dict[str, int] = {}
    masked([NAMED], Rules(key=b"k", given=kept, remember=kept.update))
    (later,) = masked([HALF], Rules(key=b"k", given=kept, remember=kept.update))
    assert later == "Is there room?\n\n[NAME_1]\nDear [NAME_1],\nyes, there is."


def test_two_full_names_with_one_part_stay_two() -> None:
    rows = [NAMED, pair(2, "I am Nina Holm.", "Dear Nina Holm, come in."),
            pair(3, "My name is Nina Kaur.\nMy name is Nina Holm.", "Dear Nina, come in.")]  # fmt: skip
    first, second, both = masked(rows)
    assert first.startswith("My name is [NAME_1].") and second == "I am [NAME_2].\nDear [NAME_2], come in."
    assert "Dear [NAME_1]" not in both and "Dear [NAME_2]" not in both


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        (
            "For Nina Kaur\n\nWhen is it?\n\nBest regards\nNina Holm",
            "For [NAME_1]\n\nWhen is it?\n\nBest regards\n[NAME_2]",
        ),
        ("For Paul Holm: when?\n\nBest regards\nNina Holm", "For [NAME_1]: when?\n\nBest regards\n[NAME_2]"),
        (
            "Für Nina Kaur\n\nWann ist es?\n\nViele Grüße\nNina Holm",
            "Für [NAME_1]\n\nWann ist es?\n\nViele Grüße\n[NAME_2]",
        ),
    ],
)
def test_somebody_else_of_one_name_is_hidden_whole_and_is_nobody_else(asked: str, left: str) -> None:
    assert masked([pair(1, asked, "Dear Nina, at nine.")]) == [f"{left}\nDear [NAME_2], at nine."]


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("Is the Nina Sofa in stock?\n\nBest regards\nNina Holm", "Is the [NAME_1] Sofa in stock?"),
        ("Can Nina Monday come?\n\nBest regards\nNina Holm", "Can [NAME_1] Monday come?"),
        ("Hat Nina Zeit?\n\nViele Grüße\nNina Holm", "Hat [NAME_1] Zeit?"),
    ],
)
def test_what_is_no_family_name_is_left_behind_a_given_name(asked: str, left: str) -> None:
    assert masked([pair(1, asked, "Yes.")])[0].startswith(left)
