"""What the fixes do, spelled out, and what they leave to the person."""

import random

import pytest

from studio.copy.catalog import say
from studio.data.checks.check import Check, rewritten
from studio.data.checks.examination import examine
from studio.data.checks.fixes import after, fix_all, propose, sentence_of
from studio.data.checks.registry import CHECKS, fixable
from studio.data.history.conflict_resolution import resolve_conflict
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.errors import StudioError
from studio.schemas.example import Example, pair
from studio.schemas.finding import Finding, Kind

CALM = [
    pair(100 + n, f"What about thing {word}?", f"It is {word} and that is all.")
    for n, word in enumerate("abcdefghijklmnopqrst")
]


def finding(kind: Kind, examples: list[Example]) -> Finding:
    return next(one for one in examine(examples) if one.kind == kind)


def cleaned(*examples: Example) -> dict[str, str]:
    current = [*examples, *CALM]
    for effect in fix_all(current):
        current = after(current, effect)
    return {example.id: example.answer for example in current if example.row < 100}


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("cafÃ© in MÃ¼nchen", "café in München"),
        ("“curly” ﬁne １２", "“curly” ﬁne １２"),
        ("<p>One.</p><ul><li>Two</li></ul>", "One.\n- Two"),
        ("Done.<|im_end|>", "Done."),
        ("Write to ana@example.com!", "Write to [EMAIL_1]!"),
        ("password: s3cret-9x ok", "password: [SECRET_1] ok"),
        ("Use `<div>` in HTML code", "Use `<div>` in HTML code"),
    ],
)
def test_texts_are_repaired_and_masked(answer: str, left: str) -> None:
    assert cleaned(pair(1, "Why is that so?", answer))["r1"] == left


@pytest.mark.parametrize("answer", ["", "  ", "N/A", "see attached", "<br>", "<|endoftext|>"])
def test_empty_answers_and_stand_ins_go(answer: str) -> None:
    assert "r1" not in cleaned(pair(1, "Why is that so?", answer))


def test_the_same_detail_gets_the_same_mask_everywhere() -> None:
    rows = [
        pair(1, "a@x.org asks", "We wrote b@x.org."),
        pair(2, "Who?", "B@x.org, or call +49 30 1234567."),
        pair(3, "No?", "+49 (30) 123-4567"),
    ]
    left = cleaned(*rows)
    assert left == {"r1": "We wrote [EMAIL_2].", "r2": "[EMAIL_2], or call [PHONE_1].", "r3": "[PHONE_1]"}


def test_copies_that_only_show_after_the_repair_go_too() -> None:
    assert set(
        cleaned(pair(1, "What is it, after all?", "A café."), pair(2, "What is it, after all?", "A cafÃ©."))
    ) == {"r1"}


def test_what_only_a_person_can_decide_stays() -> None:
    asked = "How long may I return an item that I bought?"
    assert set(cleaned(pair(1, asked, "You have 30 days for that."), pair(2, asked, "You have 14 days for that."))) == {
        "r1",
        "r2",
    }


@pytest.mark.parametrize(
    ("choice", "answer"),
    [("mask", "Write [EMAIL_1]."), ("fake", "Write person1@example.org."), ("leave", "Write ana@b.org.")],
)
def test_private_details_by_choice(choice: str, answer: str) -> None:
    rows = [pair(1, "Who?", "Write ana@b.org."), *CALM]
    _, edits, _ = propose(finding("private_details", rows), rows, choice=choice)
    assert (edits["r1"][-1].content if edits else rows[0].answer) == answer


def test_dropping_rows_with_private_details() -> None:
    rows = [pair(1, "Who?", "Write ana@b.org."), *CALM]
    drops, edits, sentence = propose(finding("private_details", rows), rows, choice="drop")
    assert (drops, edits, sentence) == ({"r1": "private_details"}, {}, "1 row left out (private details).")


def test_addresses_of_the_houses_own_site_stay() -> None:
    rows = [pair(n, f"Where is page {n} of the site?", f"See https://help.shop.com/{n} for it.") for n in range(1, 5)]
    assert cleaned(*rows)["r1"] == "See https://help.shop.com/1 for it."


def test_settling_a_conflict_three_ways() -> None:
    rows = [pair(1, "How long?", "30 days."), pair(2, "How long?", "14 days."), pair(3, "How long?", "30 days!")]
    assert resolve_conflict(rows, [1, 2, 3], keep=1).drops == {"r2": "conflicting_answers"}
    assert {turns[-1].content for turns in resolve_conflict(rows, [1, 2, 3], answer="21 days.").edits.values()} == {
        "21 days."
    }
    assert resolve_conflict(rows, [1, 2, 3]).dismissed == ("r1", "r2", "r3")
    with pytest.raises(StudioError, match="Row 9 is not one of these answers"):
        resolve_conflict(rows, [1, 2, 3], keep=9)


def test_the_fullest_of_near_copies_is_kept_wherever_it_stands() -> None:
    asked = "Where do I find the serial number of the blue kettle that I bought from you in the shop by the river?"
    said = "It stands under the base beside the cable on a small silver label that begins with two letters"
    examples = [pair(1, asked, f"{said}."), pair(2, asked, f"{said} always."), *CALM]
    drops, _, _ = propose(finding("near_duplicate", examples), examples, choice="longest")
    assert drops == {"r1": "near_duplicate"}


def test_a_near_copy_that_differs_in_a_sign_stays() -> None:
    asked = "What does the gauge on the north wall show at night?"
    kept = cleaned(
        pair(1, asked, "It shows -8 degrees, every night"), pair(2, asked, "It shows 8 degrees, every night")
    )
    assert kept.keys() == {"r1", "r2"}


PIECES = (
    "cafÃ©", "<br>", "&amp;", ":smile:", " ", "\x0b", "\x1e", "\x1f", "\u200b", "p\u0430y", "[INST]", "### Response:\n",
    "a", "\n", "<|im_end|>", "\u00ad", "\ufffd", "x: y", ":",
)  # fmt: skip


@pytest.mark.parametrize("check", [one for one in fixable() if one.suspects is not None], ids=lambda one: one.kind)
def test_a_repair_changes_no_row_that_the_first_look_clears(check: Check) -> None:
    chance = random.Random(check.kind)
    rows = [
        pair(number, *("".join(chance.choices(PIECES, k=chance.randrange(5))) for _ in range(2)), "s" * (number % 2))
        for number in range(1, 400)
    ]
    assert check.repair is not None
    edits = check.fix(ExampleTexts(rows), "", Rules())[1]
    assert edits == rewritten(rows, check.repair) and edits


PRICED = "Castrating a cat costs {} pounds, and that includes a night with us and the tablets for the week after it."
CONTRADICTING = [
    pair(1, "How much is it to castrate a cat of mine?", PRICED.format(65)),
    pair(2, "How much is it to castrate a cat of mine?", PRICED.format(78)),
    pair(3, "How much is it to castrate a cat of mine?", PRICED.format(78) + " Bye!"),
    pair(4, "How much is it to castrate a cat of mine?", PRICED.format(78)),
]


def test_rows_of_an_open_contradiction_are_taken_out_by_no_rule() -> None:
    rows = [*CONTRADICTING, *CALM]
    assert {one.kind for one in examine(rows)} >= {"conflicting_answers", "exact_duplicate", "near_duplicate"}
    assert fix_all(rows) == []
    for kind in ("exact_duplicate", "near_duplicate"):
        assert propose(finding(kind, rows), rows) == ({}, {}, "")


def test_once_a_person_said_that_the_answers_are_all_right_copies_go_again() -> None:
    settled = {"conflicting_answers": {one.id for one in CONTRADICTING}}
    gone = {id for effect in fix_all([*CONTRADICTING, *CALM], dismissed=settled) for id in effect.drops}
    assert gone == {"r3", "r4"}, "the answer with another number stays"


def test_masks_of_two_people_make_neither_a_contradiction_nor_another_copy() -> None:
    asked = "Hello, may I change my address at the practice this week? Thanks, [NAME_{}]"
    said = "Dear [NAME_{}], thank you for your message, we have changed your address at the practice as you wished."
    rows = [pair(n, asked.format(n), said.format(n)) for n in (2, 7)]
    kinds = {one.kind: one for one in examine([*rows, *CALM])}
    assert "conflicting_answers" not in kinds
    assert kinds["near_duplicate"].sentence == (
        "1 row says nearly the same as another row. "
        "What is hidden does not count as a difference: [NAME_2] and [NAME_7] are the same."
    )
    assert [set(effect.drops) for effect in fix_all([*rows, *CALM])] == [{"r7"}]


def test_masks_of_two_kinds_are_two_things() -> None:
    said = "You reach the practice best under {} between nine and five, and at the desk on Saturday mornings, too."
    rows = [pair(n, "How do I reach you best?", said.format(mask)) for n, mask in ((1, "[PHONE_1]"), (2, "[EMAIL_1]"))]
    texts = ExampleTexts(rows)
    assert texts.answer_words(0) != texts.answer_words(1)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.kind)
def test_what_was_done_is_logged_in_the_words_of_the_page(check: Check) -> None:
    """Undo, the list of what was decided and the printed report say “near copies”, and no “near duplicate”."""
    words = say(f"examples.reasons.{check.kind}")
    assert sentence_of(check.kind, {"r1": check.kind}, {}) == f"1 row left out ({words})."
