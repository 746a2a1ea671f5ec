"""A detail that stands in many answers may be the organisation's own: asked before it is masked everywhere."""

from studio.data.checks.private.detection import find_private
from studio.data.checks.private.masking import hidden
from studio.data.privacy.choices import LEAVE_OURS
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example, pair
from studio.schemas.finding import Finding

OURS, HERS = "030 1234567", "0171 7654321"


def private(rows: list[Example]) -> Finding:
    return find_private(ExampleTexts(rows))[0]


def test_one_number_in_many_answers_is_asked_about() -> None:
    rows = [pair(row, f"When is it ready, {row}?", f"On day {row}. Phone: {OURS}") for row in range(1, 8)]
    seen = private([*rows, pair(8, f"Please call {HERS}.", "We will.")])
    assert [(spot.rows, spot.likely_ours) for spot in seen.spots] == [(7, True), (1, False)]
    assert seen.sentence == (
        "8 rows hold private details: phone number (8). "
        "7 rows hold the same phone number, mostly in their answers: is it yours?"
    )
    assert seen.fix == "Leave what is yours, and hide the others."


def test_a_number_that_askers_write_is_not() -> None:
    seen = private([pair(row, f"Call {HERS} on day {row}.", "We will.") for row in range(1, 8)])
    assert not seen.spots[0].likely_ours and seen.fix == "Hide them."


def test_four_rows_are_too_few() -> None:
    seen = private([pair(row, f"When, {row}?", f"On day {row}. Phone: {OURS}") for row in range(1, 5)])
    assert not seen.spots[0].likely_ours


def test_what_may_be_ours_is_left_when_it_was_not_asked_about_and_all_else_is_masked() -> None:
    rows = [pair(row, f"When is it ready, {row}?", f"On day {row}. Phone: {OURS}") for row in range(1, 8)]
    asked = pair(8, f"Please call {HERS}.", f"We call {HERS} from {OURS}.")
    _, edits = hidden("private_details", ExampleTexts([*rows, asked]), LEAVE_OURS, Rules())
    assert set(edits) == {"r8"}
    assert [turn.content for turn in edits["r8"]] == [
        "Please call [PHONE_1].", f"We call [PHONE_1] from {OURS}.",
    ]  # fmt: skip
    _, all_of_them = hidden("private_details", ExampleTexts([*rows, asked]), "", Rules())
    assert len(all_of_them) == 8


def test_what_one_turn_tells_to_be_a_number_of_hers_is_hidden_in_the_other_one_too() -> None:
    """Taken for the rest of “number TO 07700”, it stayed in the question while the answer's was hidden."""
    rows = [
        pair(1, f"Please change my number to {HERS}.", "I have changed it."),
        pair(2, "The old order 55512 0199 is gone.", "Then I ring you on your phone 55512 0199 again."),
    ]
    _, edits = hidden("private_details", ExampleTexts(rows), "mask", Rules())
    said = {id: [turn.content for turn in turns] for id, turns in edits.items()}
    assert said["r1"][0] == "Please change my number to [PHONE_1]."
    assert all("[PHONE_2]" in words and "55512" not in words for words in said["r2"])
