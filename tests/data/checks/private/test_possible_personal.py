"""Candidates of personal details: a finding to decide about; one person has one placeholder."""

import pytest

from studio.data.checks.examination import examine
from studio.data.checks.fixes import after, effect_of
from studio.data.checks.private.possible_personal import addresses_among, in_example, signers_among, worth_a_look
from studio.data.checks.registry import by_rule
from studio.data.privacy.masks import TAKEN
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.errors import WrongSetting
from studio.schemas.example import Example, pair
from studio.schemas.finding import Finding
from tests.data.personal_sentences import PERSONAL

SIGNED = "\n\nKind regards,\nBrenda Hollis"
GEORGE = pair(
    1,
    "I am George Tibbs, born on 3 April 1971. I live at 14 Mill Lane.",
    f"Dear Mr Tibbs, George, come at nine.{SIGNED}",
)
ANNA = pair(2, "Dear Brenda, may I come? My name is Anna Koch.", f"Yes, Anna.{SIGNED}")
OPEN = pair(3, "When do you open?", f"At nine.{SIGNED}")


def found(*rows: Example, rules: Rules | None = None) -> Finding | None:
    return next((one for one in examine(rows, private=rules) if one.kind == "possible_personal"), None)


def masked(*rows: Example, choice: str = "mask") -> list[tuple[str, str]]:
    left = after(rows, effect_of("possible_personal", rows, choice=choice))
    return [(one.messages[0].content, one.messages[1].content) for one in left]


def test_the_sentence_says_what_is_looked_for_and_what_is_not() -> None:
    seen = found(GEORGE, OPEN)
    assert seen is not None and seen.rows == (1,) and seen.severity == "look"
    assert seen.sentence == (
        "1 row may hold names, birth dates or addresses: name (1), birth date (1), address (1). "
        "In running text, a name is found where some row has “my son”, an age or the like beside it. "
        "Other names need a name model. "
        "Number plates are not looked for."
    )
    assert seen.notes == {1: "name “George Tibbs”, birth date “3 April 1971”, address “14 Mill Lane”"}


def test_it_is_never_mended_by_rule() -> None:
    assert "possible_personal" not in by_rule()


def test_one_person_has_one_placeholder_in_all_turns() -> None:
    assert masked(GEORGE) == [(
        "I am [NAME_1], born on [BIRTHDATE_1]. I live at [ADDRESS_1].",
        f"Dear Mr [NAME_1], [NAME_1], come at nine.{SIGNED}",
    )]  # fmt: skip
    assert found(*after([GEORGE], effect_of("possible_personal", [GEORGE]))) is None


def test_numbers_of_earlier_placeholders_are_not_given_again() -> None:
    assert masked(pair(1, "I am [NAME_4].", "Yes."), ANNA)[1][0].endswith("My name is [NAME_5].")
    assert TAKEN.findall("[NAME_1] [EMAIL_2] [BIRTHDATE_3] [ADDRESS_4]")[0] == ("NAME", "1")


def test_leave_changes_nothing_and_another_word_is_refused() -> None:
    assert effect_of("possible_personal", [GEORGE], choice="leave").edits == {}
    with pytest.raises(WrongSetting, match="cannot be done"):
        effect_of("possible_personal", [GEORGE], choice="fake")


def test_who_signs_the_answers_is_shown_apart_and_stays() -> None:
    seen = found(GEORGE, ANNA, OPEN)
    assert seen is not None and seen.rows == (1, 2)
    assert seen.sentence.endswith("1 of these rows also names somebody who signs your answers; these names stay.")
    assert masked(ANNA)[0] == ("Dear Brenda, may I come? My name is [NAME_1].", f"Yes, [NAME_1].{SIGNED}")


def test_a_name_that_stands_in_most_rows_is_a_products() -> None:
    rows = [pair(row, f"Hello Bluebird, what about {row}?", f"Bluebird does {row}.") for row in range(1, 13)]
    assert found(*rows) is None


def test_the_organisations_own_address_is_no_candidate() -> None:
    rows = [pair(row, f"Where are you on day {row}?", f"On day {row}: 12 Hill Road.") for row in range(1, 5)]
    assert found(*rows) is None


def test_the_organisations_own_address_is_known_after_the_signatures_were_taken_out() -> None:
    """The one answer that still named it had it hidden with the customers' addresses."""
    signed = "\n\nKind regards,\nBea\n12 Hill Road, Otterby"
    uploaded = [pair(day, f"When is job {day} done?", f"It is ready on day {day}.{signed}") for day in range(1, 5)]
    assert signers_among([one.answer for one in uploaded]) == {"bea"}
    rules = Rules(own_addresses=addresses_among(uploaded))
    left = [pair(1, "Where are you?", "At 12 Hill Road, Otterby."), pair(2, "I moved to 9 Hill Road.", "Noted.")]
    seen = found(*left, rules=rules)
    assert seen is not None and seen.notes == {2: "address “9 Hill Road”"}
    assert addresses_among(uploaded[:2]) == frozenset(), "of two answers it may be somebody else's"


def test_the_words_of_the_organisations_own_address_are_nobodys_names() -> None:
    rows = [pair(row, f"Where are you on day {row}?", f"On day {row}: 12 Victoria Road.") for row in range(2, 6)]
    seen = found(pair(1, "My name is Victoria, and I moved.", "Noted."), *rows)
    assert seen is not None and seen.notes == {1: "name “Victoria”"}
    assert masked(pair(1, "My name is Victoria.", "Noted."), *rows)[1:] == [(one.question, one.answer) for one in rows]
    many = [pair(row, f"Where are you on day {row}?", f"On day {row}: 12 Victoria Road.") for row in range(3, 20)]
    twice = [pair(row, f"My name is Victoria, and it is job {row}.", "Noted.") for row in (1, 2)]
    seen = found(*twice, *many)
    assert seen is not None and seen.notes == dict.fromkeys((1, 2), "name “Victoria”")
    seen = found(pair(1, "My name is Victoria.", "Noted."), OPEN, rules=Rules(own_addresses=addresses_among(rows)))
    assert seen is not None and seen.notes == {1: "name “Victoria”"}


@pytest.mark.parametrize(
    "copies",
    [
        [("Please collect it.", "We collect it from 9 Hill Road on Monday.")] * 3,
        [("Please collect it.", f"We collect it from 9 Hill Road on day {day}.") for day in range(3)],
        [(f"Collect part {part}.", "We collect  it from 9 Hill Road on Monday.") for part in range(3)],
        [(f"I live at 9 Hill Road. Is it day {day}?", f"Day {day}, 9 Hill Road, it is.") for day in range(3)],
    ],
)
def test_a_customers_address_in_copies_of_one_row_is_not_the_organisations(copies: list[tuple[str, str]]) -> None:
    rows = [pair(row, asked, said) for row, (asked, said) in enumerate(copies, 1)]
    assert addresses_among(rows) == frozenset()
    seen = found(*rows, OPEN)
    assert seen is not None and seen.notes[1] == "address “9 Hill Road”"


@pytest.mark.parametrize(
    ("before", "address"),
    [
        ("I now live at ", "8 Mill Rise, Matlock DE4 5QX"),
        ("I now live at ", "8 Mill Rise, Flat 2, Matlock DE4 5QX"),
        ("I now live at ", "8-10 Mill Rise, Matlock DE4 5QX"),
        ("I now live at ", "8 Poplars, Matlock DE4 5QX"),
        ("", "Flat 3, 8 Mill Rise, Old Town, Matlock, DE4 5QX"),
        ("It is for Ana\n", "8 Mill Rise\nMatlock\nDE4 5QX"),
        ("It is for Ana\n", "8 Mill Road\nMatlock\nDE4 5QX"),
        ("We met on 12 March, ", "Matlock DE4 5QX"),
        ("Please send 12 Blankets, ", "Matlock DE4 5QX"),
        ("We are in Suite 2375 ", "San Francisco, CA 94105"),
    ],
)
def test_an_address_is_hidden_with_the_number_of_its_house_and_no_other(before: str, address: str) -> None:
    seen = found(pair(1, f"{before}{address}", "Noted."))
    assert seen is not None and seen.notes == {1: f"address “{address}”"}


def test_a_year_before_a_place_is_no_house() -> None:
    seen = found(pair(1, "Since 2019 Acme Tools, Matlock DE4 5QX", "Noted."))
    assert seen is not None and "2019" not in seen.notes[1]


def test_a_family_name_that_is_a_word_too_is_hidden_with_the_given_name_in_a_signature() -> None:
    seen = found(pair(1, "May I come on Friday?\nThanks,\nPat Hope", "Yes, do."))
    assert seen is not None and seen.notes == {1: "name “Pat Hope”"}


@pytest.mark.parametrize(
    ("signed", "name"),
    [
        ("Pat Hallam Tool Hire", "Pat Hallam"),
        ("Pat Hope Director", "Pat Hope"),
        ("Pat Best Wishes", "Pat"),
        ("Anna Maria Koch", "Anna Maria Koch"),
    ],
)
def test_a_signers_name_ends_where_the_houses_or_the_wishes_begin(signed: str, name: str) -> None:
    for asked in (f"May I come on Friday?\nThanks,\n{signed}", f"Thanks,\n{signed}"):
        seen = found(pair(1, asked, "Yes, do."))
        assert seen is not None and seen.notes == {1: f"name “{name}”"}


def test_whoever_greets_a_house_names_nobody() -> None:
    asked = ["Dear Hallam team,\nare you open?", "Dear Hallam Tool Hire crew, are you open?"]
    assert found(*(pair(row, words, "Yes, from nine.") for row, words in enumerate(asked, 1))) is None
    assert found(pair(1, "Dear Hallam,\nare you open?", "Yes, from nine.")) is not None


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Dear Maria Lopez team lead,\nI moved.", "Maria Lopez"),
        ("Dear Maria Lopez staff told me it is late.", "Maria Lopez"),
        ("Dear Maria Lopez crew cab is broken.", "Maria Lopez"),
        ("Dear Maria team told me this", "Maria"),
    ],
)
def test_a_team_that_does_not_end_the_greeting_hides_no_name(asked: str, name: str) -> None:
    seen = found(pair(1, asked, "Noted."))
    assert seen is not None and seen.notes == {1: f"name “{name}”"}


def test_what_was_called_not_private_is_left() -> None:
    assert found(ANNA, rules=Rules(allowed=frozenset({"name:Anna Koch"}))) is None


def test_what_a_name_model_found_is_told_with_the_private_details() -> None:
    assert found(ANNA, rules=Rules(names={"r2": ("Anna Koch",)})) is None


def test_instructions_are_not_looked_through() -> None:
    assert found(pair(1, "When?", "At nine.", system="You are Dr Anna Koch.")) is None


def test_the_first_look_at_all_words_clears_no_row_that_holds_a_candidate() -> None:
    sentences = [text for text, *_ in PERSONAL]
    rows = [pair(number, text, "Yes.") for number, text in enumerate(sentences, 1)]
    rows += [pair(1_000 + number, "Who answers?", text) for number, text in enumerate(sentences, 1)]
    looked_at = set(worth_a_look(ExampleTexts(rows)))
    cleared = [row for place, row in enumerate(rows) if place not in looked_at]
    assert not [row for row in cleared if any(in_example(row, Rules()))]


def mails(number: int = 8) -> list[Example]:
    """Answers that greet whoever asked; the first eight send her to one and the same doctor."""
    names = ("Ana Costa", "Lena Vogt", "Mia Lund", "Yusuf Demir")
    return [
        pair(
            row,
            f"May I come on day {row}?\n\nThanks,\n{names[row % 4]}",
            f"Dear {names[row % 4]},\n\nyou may come at {row} o'clock{', ask for Dr Baird then' if row < 9 else ''}.",
        )
        for row in range(1, number + 1)
    ]


def test_a_name_that_many_answers_hold_may_be_the_houses_and_is_asked() -> None:
    seen = found(*mails())
    assert seen is not None and "“Dr Baird” stands in 8 answers: is it yours?" in seen.sentence
    assert [spot.rows for spot in seen.spots if spot.likely_ours] == [8]
    assert seen.parts == {"name": tuple(range(1, 9))}


def test_who_is_greeted_is_a_customer_however_often() -> None:
    seen = found(*mails(40))
    assert seen is not None and seen.sentence.count("is it yours?") == 1


def test_what_may_be_the_houses_own_stays_until_it_was_asked() -> None:
    (asked, said), *_ = masked(*mails(), choice="ours=leave")
    assert asked.endswith("Thanks,\n[NAME_1]") and said.endswith("ask for Dr Baird then.")
    left = after(mails(), effect_of("possible_personal", mails(), choice="ours=leave"))
    seen = found(*left)
    assert seen is not None and seen.sentence.startswith("“Dr Baird” stands in 8 answers: is it yours?")
    assert found(*left, rules=Rules(allowed=frozenset({"name:Baird"}))) is None


def test_names_may_be_made_up_and_each_kind_has_its_way() -> None:
    (asked, said), *_ = masked(GEORGE, choice="name=fake,address=leave")
    assert asked == "I am Robin Sample, born on [BIRTHDATE_1]. I live at 14 Mill Lane."
    assert said.startswith("Dear Mr Robin Sample, Robin Sample, come")


def test_the_text_of_an_address_is_hidden_wherever_it_stands() -> None:
    rows = masked(pair(1, "My postcode is SW1A 2AB.", "Noted."), pair(2, "SW1A 2AB: is the lift there mended?", "Yes."))
    assert [asked for asked, _ in rows] == ["My postcode is [ADDRESS_1].", "[ADDRESS_1]: is the lift there mended?"]


def test_all_listed_rows_are_told_and_beside_them_those_that_a_press_would_change() -> None:
    """A row that holds nobody but the organisation's own people is asked about, and not counted among the others."""
    rows = [*mails(), pair(20, "Who is in today?", "You may ask for Dr Baird today, until five o'clock.")]
    seen = found(*rows)
    assert seen is not None and seen.count == 9
    assert len(effect_of("possible_personal", rows, choice="ours=leave").edits) == 8
    assert seen.sentence.startswith("9 rows may hold names, birth dates or addresses: name (9).")
    assert "Besides who is asked about, 8 rows hold others." in seen.sentence


def test_who_signed_the_answers_that_were_uploaded_stays_known_without_signatures() -> None:
    rows = [pair(1, "Dear Brenda Hollis, may I come?", "Yes, Brenda Hollis sees you at nine.")]
    assert found(*rows) is not None
    assert found(*rows, rules=Rules(signers=frozenset(["brenda hollis"]))) is None


CONTACTS = (
    pair(1, "What if she falls ill?", "We ring you first and then go to Dr. Hollmann, five minutes away."),
    pair(2, "Do you do lessons?", "Not ourselves. Mrs. Brandt gives a class on our meadow."),
    pair(3, "Is it booked?", "Your booking is confirmed now, Mrs. Albers. We have your number."),
    pair(4, "My number is new.", "I changed it in our list. Thank you Mr. Okafor."),
    pair(5, "Our vet is Dr. Amann.", "Thank you, Dr. Amann is on your card now."),
    pair(6, "May I come?", "Good afternoon Mrs. Neri,\n\nof course you may."),
)


def test_whom_answers_alone_speak_of_is_asked_about_and_whom_they_speak_to_is_hidden() -> None:
    seen = found(*CONTACTS)
    assert seen is not None
    asked = [str(one) for one in seen.said if one.key == "finding.possible.ours"]
    assert asked == [f"“{name}” stands in 1 answer: is it yours?" for name in ("Dr. Hollmann", "Mrs. Brandt")]
    said = [answer for _, answer in masked(*CONTACTS, choice="ours=leave")]
    assert "Dr. Hollmann" in said[0] and "Mrs. Brandt gives" in said[1]
    assert not [name for name in ("Albers", "Okafor", "Amann", "Neri") if any(name in one for one in said)]


def test_no_more_are_left_than_are_asked_about() -> None:
    rows = [pair(n, f"Who does job {n}?", f"Please ask Mr. {name} for that.") for n, name in enumerate(
        ("Abel", "Bond", "Cole", "Dorn", "Ernst", "Fuchs", "Gerber"), start=1)]  # fmt: skip
    seen = found(*rows)
    assert seen is not None and len([one for one in seen.spots if one.likely_ours]) == 5
    assert len(effect_of("possible_personal", rows, choice="ours=leave").edits) == 2


def test_who_signs_on_the_line_of_the_wishes_is_hidden_whole() -> None:
    rows = [
        pair(n, f"How big is number {n}?\n{signed}", "As big as the others are, I should think.")
        for n, signed in enumerate(
            ("Best wishes, Tess Clay", "Kind regards, Pat Hope", "Cheers, Owen Brook", "Regards, Priya Team"), start=1
        )
    ]
    ends = [question.splitlines()[1] for question, _ in masked(*rows)]
    assert ends == ["Best wishes, [NAME_1]", "Kind regards, [NAME_2]", "Cheers, [NAME_3]", "Regards, [NAME_4] Team"]
