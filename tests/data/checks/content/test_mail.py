"""Signatures and quoted mail are found as whole blocks, and no rule cuts them."""

import pytest

from studio.data.checks.content.boilerplate import without
from studio.data.checks.examination import examine
from studio.data.checks.fixes import after, effect_of, fix_all
from studio.schemas.example import Example, pair
from studio.schemas.finding import Finding

WORDS = ["anchor", "buoy", "chart", "dinghy", "ensign", "fender", "gaff", "halyard", "jib", "keel"]
SIGNED = "Kind regards,\nOlga Brandt\nHarbour Office\nTel. 555 0117"
QUOTED = "On 3 Mar 2025, Ana wrote:\n> Where is it?\n> Ana"


def letters(ending: str, *, opening: str = "", rows: int = 10) -> list[Example]:
    return [
        pair(n, f"Where is the {word} kept?", f"{opening}The {word} is kept in shed {n}.{ending}")
        for n, word in enumerate(WORDS[:rows], start=1)
    ]


def found(kind: str, examples: list[Example]) -> Finding | None:
    return next((one for one in examine(examples) if one.kind == kind), None)


def test_a_signature_is_shown_whole_and_named_once() -> None:
    seen = found("mail_signature", letters(f"\n\n{SIGNED}"))
    assert seen is not None and seen.rows == tuple(range(1, 11))
    assert seen.notes[1] == "Kind regards, / Olga Brandt / Harbour Office / Tel. 555 0117"
    assert seen.sentence.startswith(f"10 rows end with a mail signature, such as “{seen.notes[1]}”. Signed: 10 answers")


def test_a_long_signature_is_cut_in_the_sentence_between_lines_and_whole_in_the_row() -> None:
    long = f"{SIGNED}\nQuay 4, Marrow Bay, open from nine to five"
    seen = found("mail_signature", letters(f"\n\n{long}"))
    assert seen is not None and seen.notes[1].endswith("open from nine to five")
    assert "“Kind regards, / Olga Brandt / Harbour Office / …”." in seen.sentence


def test_the_example_is_the_most_frequent_signature_of_an_answer_where_answers_are_cut() -> None:
    """Else the house's own sign-off is cut at a customer's sight."""
    asked = [f"Where is {word}?\n\nBest regards\nLuca Rossi" for word in WORDS]
    signs = ["", "", "\n\nYours,\nOlga", *[f"\n\n{SIGNED}"] * len(WORDS)]
    said = [f"In shed {n}.{signs[n]}" for n in range(len(WORDS))]
    seen = found("mail_signature", [pair(n, *both) for n, both in enumerate(zip(asked, said, strict=True), start=1)])
    assert seen is not None and "such as “Kind regards, / Olga Brandt" in seen.sentence
    assert f"{len(WORDS) - 2} answers have one" in seen.sentence
    assert f"{len(WORDS)} questions have one, most often “Best regards / Luca Rossi”" in seen.sentence


def test_quoted_mail_is_shown() -> None:
    seen = found("quoted_mail", letters(f"\n\n{QUOTED}"))
    assert seen is not None and seen.count == 10 and seen.notes[1].startswith("On 3 Mar 2025, Ana wrote: / > Where")


@pytest.mark.parametrize(("kind", "ending"), [("mail_signature", SIGNED), ("quoted_mail", QUOTED)])
def test_two_rows_are_too_few_to_be_told(kind: str, ending: str) -> None:
    calm = letters("")
    assert found(kind, [*letters(f"\n\n{ending}", rows=2), *calm[2:]]) is None
    assert found(kind, [*letters(f"\n\n{ending}", rows=3), *calm[3:]]) is not None


@pytest.mark.parametrize("sign_off", ["Kind regards,", "Viele Grüße", "Groetjes uit de haven,", "With friendly waves,"])
def test_no_fix_by_rule_touches_greeting_or_sign_off(sign_off: str) -> None:
    """They are a house's voice. Also when a person has the stock lines taken out, both stay whole."""
    ending = f"\n\n{sign_off}\nOlga Brandt, Harbour Office\nThe Harbour Office of Marrow Bay"
    opening = "Dear guest of the harbour,\n\n"
    given = examples = letters(ending, opening=f"{opening}Thank you for your letter.\n")
    for effect in fix_all(examples):
        examples = after(examples, effect)
    assert [example.answer for example in examples] == [example.answer for example in given]
    examples = after(given, effect_of("repeated_boilerplate", given))
    wanted = letters(ending, opening=opening)
    assert [example.answer for example in examples] == [example.answer for example in wanted]


def test_a_sign_off_is_no_stock_line() -> None:
    assert found("repeated_boilerplate", letters("\n\nKind regards,")) is None
    assert found("repeated_boilerplate", letters("\nWith kind regards, the harbour office")) is None


def test_stock_lines_above_the_signature_go_and_the_signature_stays() -> None:
    examples = letters(f"\nWe are glad to be of help to you.\n\n{SIGNED}")
    edits = effect_of("repeated_boilerplate", examples).edits
    assert edits["r1"][-1].content == f"The anchor is kept in shed 1.\n\n{SIGNED}"


def test_lines_that_are_no_stock_lines_are_not_moved() -> None:
    assert without(("One.\n\n", SIGNED), lambda _: False, lambda _: False) is None


@pytest.mark.parametrize("kind", ["mail_signature", "quoted_mail"])
def test_only_a_persons_word_takes_them_out(kind: str) -> None:
    examples = letters(f"\n\n{SIGNED}\n\n{QUOTED}")
    assert kind not in [effect.kind for effect in fix_all(examples)]
    assert effect_of(kind, examples, choice="keep").edits == {}
    assert len(effect_of(kind, examples, choice="take_out").edits) == 10


def test_it_can_be_taken_out_of_the_questions_alone() -> None:
    examples = [pair(n, f"Where is {w}?\n{SIGNED}", f"In shed {n}.\n{SIGNED}") for n, w in enumerate(WORDS, start=1)]
    asked, said = effect_of("mail_signature", examples, choice="questions").edits["r1"]
    assert (asked.content, said.content) == ("Where is anchor?", f"In shed 1.\n{SIGNED}")
    asked, said = effect_of("mail_signature", examples, choice="answers").edits["r1"]
    assert (asked.content, said.content) == (f"Where is anchor?\n{SIGNED}", "In shed 1.")


def test_it_says_in_which_turns_signatures_stand_also_after_some_were_taken_out() -> None:
    examples = [pair(n, f"Where is {w}?\n{SIGNED}", f"In shed {n}.\n{SIGNED}") for n, w in enumerate(WORDS, start=1)]
    seen = found("mail_signature", examples)
    assert seen is not None and seen.parts == {"answers": seen.rows, "questions": seen.rows}
    seen = found("mail_signature", after(examples, effect_of("mail_signature", examples, choice="answers")))
    assert seen is not None and [*seen.parts] == ["questions"]


@pytest.mark.parametrize(("line", "signs"), [
    ("Thanks, Hetty Lowe", True), ("Many thanks, [NAME_9]", True), ("Cheers, Tom.", True), ("Thanks", False),
    ("Thanks, will do", False), ("Thanks, Monday is fine", False), ("Thanks for your help, Tom", False),
])  # fmt: skip
def test_thanks_and_a_name_on_the_last_line_sign_a_mail(line: str, signs: bool) -> None:
    rows = [pair(n, f"Where is the {word}?\n{line}", f"In shed {n}.") for n, word in enumerate(WORDS, start=1)]
    assert (found("mail_signature", rows) is not None) is signs
    assert (effect_of("mail_signature", rows, choice="questions").edits != {}) is signs
