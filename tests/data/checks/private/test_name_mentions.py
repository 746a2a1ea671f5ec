"""A name that is known by now is found wherever else it stands."""

import time

import pytest

from studio.data.checks.examination import examine
from studio.data.checks.fixes import after, effect_of
from studio.data.checks.private.name_mentions import hidden_names, with_mentions
from studio.data.history.event_log import EventReplay
from studio.data.history.incremental_update import IncrementalUpdate
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example, pair
from studio.schemas.finding import Decision, Finding
from studio.schemas.model import Length

TOLD = pair(1, "Can my son Rafi come?", "Yes.")
MENTIONED = pair(2, "Could we hire a drum for Rafi, and is Rafi's old one sold?", "Rafi may try one.")
OTHERS = [pair(row, f"When is day {row}?", "Soon.") for row in range(10, 20)]


def found(*rows: Example, rules: Rules | None = None) -> Finding | None:
    return next((one for one in examine(rows, private=rules) if one.kind == "possible_personal"), None)


def masked(*rows: Example, rules: Rules | None = None) -> list[tuple[str, str]]:
    left = after(rows, effect_of("possible_personal", rows, choice="mask", private=rules))
    return [(one.question, one.answer) for one in left]


def test_a_name_told_in_one_row_has_the_same_placeholder_in_every_row() -> None:
    seen = found(TOLD, MENTIONED, *OTHERS)
    assert seen is not None and seen.rows == (1, 2) and seen.notes[2] == "name “Rafi”"
    assert masked(TOLD, MENTIONED) == [
        ("Can my son [NAME_1] come?", "Yes."),
        ("Could we hire a drum for [NAME_1], and is [NAME_1]'s old one sold?", "[NAME_1] may try one."),
    ]


@pytest.mark.parametrize(
    "other",
    [
        "Is the rafi tea sold out?",  # written small: a word
        "Is the Rafi open?",
        "Is it in Rafi?",
        "Is RAFI a brand?",
        "Write to Rafi@post.example or see rafi.example/Rafi.",
        "Is Rafiki here?",
    ],
)
def test_what_may_be_no_name_is_left_where_no_word_tells(other: str) -> None:
    seen = found(TOLD, pair(2, other, "Yes."))
    assert seen is not None and seen.rows == (1,)


def test_a_given_name_before_a_family_name_is_hidden_with_it() -> None:
    """Half a name hides nobody; the placeholder is that of the family name alone."""
    rows = (
        pair(1, "My bike was stolen. Sanjay Mehta, serviced in 2023.", "Dear Mr Mehta, we are sorry."),
        pair(2, "Hello, this is Marjorie K. Pemberton. Is it done?", "Dear Mrs Pemberton, it is."),
        pair(3, "Did Sanjay Mehta pay? Tell Mehta that it is due.", "Ask Anna Maria Mehta or Will Mehta."),
    )
    assert masked(*rows) == [
        ("My bike was stolen. [NAME_1], serviced in 2023.", "Dear Mr [NAME_1], we are sorry."),
        ("Hello, this is [NAME_2]. Is it done?", "Dear Mrs [NAME_2], it is."),
        ("Did [NAME_1] pay? Tell [NAME_1] that it is due.", "Ask [NAME_1] or [NAME_1]."),
    ]


@pytest.mark.parametrize(
    "before", ["Hello", "Did", "On Monday", "Order", "Good Morning", "Familie", "from Mrs", "ABC", "For Italy"]
)
def test_what_is_no_given_name_stays_before_a_hidden_one(before: str) -> None:
    rows = (pair(1, "Is it done?", "Dear Mr Mehta, it is."), pair(2, f"{before} Mehta, is it done?", "Yes."))
    assert masked(*rows)[1][0] == f"{before} [NAME_1], is it done?"


@pytest.mark.parametrize(("said", "left"), [
    ("Please book ANNA HALLAM for May.", "Please book [NAME_1] for May."),
    ("Is Anna HALLAM in?", "Is [NAME_1] in?"),
    ("Is Mrs HALLAM in?", "Is Mrs [NAME_1] in?"),
    ("IS MRS HALLAM IN?", "IS MRS [NAME_1] IN?"),
    ("MRS ANNA HALLAM'S ORDER", "MRS [NAME_1]'S ORDER"),
    ("May I come?\nA. HALLAM", "May I come?\n[NAME_1]"),
    ("May I come?\nHALLAM", "May I come?\n[NAME_1]"),
])  # fmt: skip
def test_a_hidden_family_name_is_hidden_in_capitals_too_by_the_same_placeholder(said: str, left: str) -> None:
    rows = (pair(1, "Is it done?", "Dear Mrs Hallam, it is."), pair(2, said, "Yes."))
    assert masked(*rows)[1][0] == left


def test_a_full_name_in_capitals_is_the_same_person() -> None:
    rows = (pair(1, "I am Anna Hallam.", "Yes."), pair(2, "CALL ANNA HALLAM TODAY, NOT BEN. Anna HALLAM asks.", "Yes."))
    assert masked(*rows)[1][0] == "CALL [NAME_1] TODAY, NOT BEN. [NAME_1] asks."


@pytest.mark.parametrize("said", [
    "HALLAM TOOL HIRE\nAre you open?", "THE HALLAM PRICE LIST", "Is HALLAM a brand?", "This is NOT HALLAM",
    "VAT HALLAM", "IMPORTANT: NOT BEFORE MAY, VAT IS NOT IN IT", "OUR NEW BIG HALLAM SALE",
    "hallam@post.example, HALLAM-12",
])  # fmt: skip
def test_ordinary_words_in_capitals_stay(said: str) -> None:
    rows = (pair(1, "Is it done?", "Dear Mrs Hallam, it is."), pair(2, said, "Yes."))
    assert masked(*rows)[1][0] == said


def test_a_name_that_is_a_word_as_well_is_not_looked_for() -> None:
    seen = found(pair(1, "Can my son Will come?", "Yes."), pair(2, "Will it rain?", "No."))
    assert seen is not None and seen.rows == (1,)


def test_what_was_called_ones_own_is_left_everywhere() -> None:
    assert found(TOLD, MENTIONED, rules=Rules(allowed=frozenset({"name:Rafi"}))) is None


def test_who_signs_the_answers_stays_also_where_she_is_mentioned() -> None:
    signed = "Yes.\n\nKind regards,\nRafi Holm"
    assert found(pair(1, "Can my son Rafi come?", signed), pair(2, "Is Rafi in?", signed)) is None


def test_a_name_that_somebody_hid_is_known_from_then_on() -> None:
    given: dict[str, int] = {}
    rules = Rules(key=b"k" * 16, given=given, remember=given.update)
    assert masked(TOLD, rules=rules)[0][0] == "Can my son [NAME_1] come?"
    seen = found(MENTIONED, *OTHERS, rules=rules)
    assert seen is not None and seen.rows == (2,)
    assert masked(MENTIONED, rules=rules)[0][1] == "[NAME_1] may try one."


def test_a_name_that_somebody_hid_is_known_in_capitals_too() -> None:
    given: dict[str, int] = {}
    rules = Rules(key=b"k" * 16, given=given, remember=given.update)
    masked(pair(1, "Is it done?", "Dear Mrs Hallam, it is."), rules=rules)
    assert masked(pair(2, "Tell ANNA HALLAM.", "Yes."), rules=rules)[0][0] == "Tell [NAME_1]."


def test_a_hidden_name_of_several_words_is_found_within_a_run_of_capitals() -> None:
    given: dict[str, int] = {}
    rules = Rules(key=b"k" * 16, given=given, remember=given.update)
    masked(pair(1, "I am Anna Maria Koch.", "Yes."), rules=rules)
    assert hidden_names(ExampleTexts([pair(2, "Yesterday Anna Maria Koch Senior came.", "Yes.")]), rules) == {
        "Anna Maria Koch"
    }


def test_a_row_that_changes_alone_is_looked_at_with_the_names_of_all_others() -> None:
    rows = [TOLD, MENTIONED, *OTHERS]
    before, done = examine(rows), EventReplay(rows)
    edit = Decision.model_validate({
        "id": "1", "at": "2026-11-26T10:00:00Z", "by": "ana", "action": "edit",
        "edits": {"r2": MENTIONED.with_pair("Is a drum there for Rafi?", "Yes.").messages},
    })  # fmt: skip
    touched = done.apply(edit)
    update = IncrementalUpdate(done.current, done.places, {})
    after_it = update.findings(before, touched, lambda _: [], lambda some: [Length(0, 0)] * len(some), 512)
    assert [one.rows for one in after_it if one.kind == "possible_personal"] == [(1, 2)]


def test_whom_the_question_names_as_well_is_not_taken_for_the_houses() -> None:
    rows = [pair(row, f"Can my child Ines come on day {row}?", f"Let Ines come at {row}.") for row in range(1, 9)]
    seen = found(*rows, *OTHERS)
    assert seen is not None and "is it yours?" not in seen.sentence


def test_looking_takes_time_by_the_letters_and_not_by_the_names() -> None:
    rows = [pair(row, f"I saw Ab{chr(97 + row % 26)}c{'xyz'[row % 3]} " * 100, "Yes.") for row in range(300)]
    names = [f"{first}{second}ari" for first in map(chr, range(65, 91)) for second in map(chr, range(97, 123))]
    began = time.process_time()
    with_mentions(ExampleTexts(rows), {}, [*names, "Abacx"])
    assert time.process_time() - began < 1


@pytest.mark.parametrize(("said", "left"), [
    ("Is cash alright?\nOwen Rees", "Is cash alright?\n[NAME_1]"),
    ("Is cash alright?\nOwen Rees.\nThank you", "Is cash alright?\n[NAME_1].\nThank you"),
    ("Is cash alright?\nOwen Monday", "Is cash alright?\n[NAME_1] Monday"),
    ("Ask Owen Rees Removals", "Ask [NAME_1] Rees Removals"),
])  # fmt: skip
def test_a_line_of_a_known_given_name_and_a_family_name_is_hidden_whole(said: str, left: str) -> None:
    rows = [pair(1, "My name is Owen. May I come?", "At nine."), pair(2, said, "Yes.")]
    rows += [pair(3, "May I come? My name is Rees.", "At ten.")] if "\n" in said else []  # two that are one here
    hidden = after(rows, effect_of("possible_personal", rows, choice="mask"))
    assert hidden[1].question == left
