"""Near copies of mails: whoever is greeted and whoever signs, a row that says the same is one."""

import time

import pytest

from studio.data.checks.examination import examine
from studio.data.checks.fixes import effect_of
from studio.data.checks.pairs.copies import UNLESS_MANY
from studio.data.checks.pairs.openings import opened
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example, pair

ASKED = "Do you hire out bikes?"
SAID = "Yes, we hire out hybrids for £22 a day, helmet and lock included."
SIGNED = (
    f"{SAID}\n\nKind regards,\nBea Lindqvist\nSpoke & Chain Cycle Workshop\n14 Mill Lane, Otterby\nTel. 01632 960 411"
)


def near(*rows: Example) -> list[tuple[int, ...]]:
    return [group for one in examine(rows) if one.kind == "near_duplicate" for group in one.groups]


@pytest.mark.parametrize("asked", [f"Good morning. {ASKED} Regards, Pete", f"Hi Bea,\n{ASKED}\nThanks\nPete", ASKED])
def test_greeting_and_signature_make_no_other_row(asked: str) -> None:
    rows = (pair(1, ASKED, SAID), pair(2, asked, SIGNED))
    assert near(*rows) == [(1, 2)]
    assert effect_of("near_duplicate", rows).drops == {"r2": "near_duplicate"}


def test_what_is_said_may_not_differ() -> None:
    other = SIGNED.replace("£22", "£24")
    assert near(pair(1, ASKED, SAID), pair(2, f"Hello, {ASKED}", other)) == []
    assert near(pair(1, ASKED, SAID), pair(2, "Good morning. Do you hire out tents? Regards, Pete", SIGNED)) == []


def mails(copied: int, rows: int = 30) -> list[Example]:
    """That many rows, of which the last so many say what the first says with a hidden name."""
    asked = "Dear [NAME_{}], may I bring my bicycle to the workshop on a Saturday morning before nine o'clock?"
    said = "Yes, ring the bell at the side door and somebody lets you in."
    apart = [
        pair(n, f"What does part {n} of the {n * 7} gears cost?", f"It is {n} pounds.") for n in range(copied, rows)
    ]
    return [*apart, *(pair(rows + n, asked.format(n), said) for n in range(copied))]


@pytest.mark.parametrize(("copied", "asks"), [(7, False), (8, True)])
def test_where_a_fifth_of_the_rows_would_go_it_says_so_and_one_choice_takes_none(copied: int, asks: bool) -> None:
    rows = mails(copied)
    (seen,) = [one for one in examine(rows) if one.kind == "near_duplicate"]
    assert ("would cost 23% of your rows" in seen.sentence) is asks
    assert len(effect_of("near_duplicate", rows, choice=UNLESS_MANY).drops) == (0 if asks else copied - 1)
    assert len(effect_of("near_duplicate", rows).drops) == copied - 1, "a person's own word takes them out"


PLAIN = f"Hello,\n\n{SAID}\n\nBest wishes,\nBea"


@pytest.mark.parametrize("other", [
    f"{PLAIN}\nPS: We have a new website.",
    f"Hello,\n\nThank you for your mail.\n{SAID}\n\nBest wishes,\nBea",
    f"Many thanks for your message!\n\n{SAID}\nP.S. Our shop is freshly painted, come and see it.",
])  # fmt: skip
@pytest.mark.parametrize("first", [1, 2])
def test_of_two_that_differ_by_thanks_or_a_postscript_the_one_without_is_kept(other: str, first: int) -> None:
    """And it is said; the rule kept the row with the postscript wherever that one stood first."""
    rows = [pair(first, ASKED, other), pair(3 - first, ASKED, PLAIN)]
    rows.sort(key=lambda one: one.row)
    (seen,) = [one for one in examine(rows) if one.kind in ("near_duplicate", "conflicting_answers")]
    assert (seen.kind, seen.groups) == ("near_duplicate", ((3 - first, first),))
    assert "1 has a postscript or thanks that the other row has not: the one without is kept." in seen.sentence
    assert effect_of("near_duplicate", rows).drops == {f"r{first}": "near_duplicate"}


@pytest.mark.parametrize("added", ["PS: From May it is £24.", "PS: Helmets are not included."])
def test_a_postscript_with_a_fact_is_what_the_answer_says(added: str) -> None:
    rows = (pair(1, ASKED, PLAIN), pair(2, ASKED, f"{PLAIN}\n{added}"))
    assert effect_of("near_duplicate", rows).drops == {}


LONGER = "Yes please. If we have to wash it we charge £20 for small tools and £45 for diggers."
CLEAN = "Do I have to clean the machine before I return it?"


@pytest.mark.parametrize("opening", [
    "Noch eine Frage:", "Encore une fois,", "Otra pregunta:", "Por favor,", "Un'altra domanda:", "Di nuovo,",
    "Nog een vraag:", "Nogmaals,", "Outra pergunta:", "De novo,",
    "Second try,", "I asked already:", "Hello again,", "Quick one:", "Just wondering.", "Me again -", "Sorry to ask:",
    "Please,", "Hi again!", "We already wrote:", "Sorry, one more question:", "Gentle reminder:",
])  # fmt: skip
@pytest.mark.parametrize("first", [1, 2])
def test_a_few_words_before_a_question_make_no_other_row(opening: str, first: int) -> None:
    again = f"Morning all,\n{opening} {CLEAN[0].lower()}{CLEAN[1:]}\nRegards,\nInes Gill"
    rows = [pair(first, CLEAN, f"Hi Carys,\n{LONGER}\n\nRegards, Priya"), pair(3 - first, again, LONGER)]
    rows.sort(key=lambda one: one.row)
    assert near(*rows) == [(1, 2)] and set(effect_of("near_duplicate", rows).drops) == {"r2"}


@pytest.mark.parametrize("opening", [
    "For diggers,", "In winter,", "If it rains,", "My mixer stinks.", "Small tools:", "Not again:", "3 tools:",
    "Private customers:", "Trade:", "Delivery:", "Abroad:", "Heavy rain,", "Wet day,", "Saturday hire -", "Nope,",
    "Also for members:", "Student here:", "Second day:", "Two questions:", "Hired twice,", "Never mind;",
])  # fmt: skip
def test_words_that_may_tell_a_case_make_another_question(opening: str) -> None:
    """By this rule; that two rows share nearly all their words is another one."""
    assert [*opened(ExampleTexts([pair(1, CLEAN, LONGER), pair(2, f"{opening} {CLEAN}", LONGER)]))] == []


@pytest.mark.parametrize("said", [LONGER.replace("45", "40"), f"{LONGER} The bucket, too.", "Yes please."])
def test_behind_words_that_say_nothing_another_answer_is_no_copy(said: str) -> None:
    asked = f"Second try, {CLEAN}"
    assert [*opened(ExampleTexts([pair(1, CLEAN, LONGER), pair(2, asked, said)]))] == []
    assert [*opened(ExampleTexts([pair(1, CLEAN, LONGER), pair(2, asked, LONGER)]))] == [(0, 1)]
    assert [*opened(ExampleTexts([pair(1, CLEAN, "Yes please."), pair(2, asked, "Yes please.")]))] == [], "too short"


def test_one_question_with_ten_thousand_answers_takes_no_longer_than_other_rows() -> None:
    """Each row was compared with every one of the same question: twice the rows took four times as long."""
    asked = "summarise the article that I sent before"
    rows = [pair(n, ("Please, " if n % 2 else "") + asked, f"It tells of {n} ships and {n * 7} men.")
            for n in range(20_000)]  # fmt: skip
    rows.append(pair(20_000, f"Please, {asked}", rows[4].answer))
    texts = ExampleTexts(rows)
    assert texts.bodies and len(texts.body_tokens.signature) == len(rows)
    before = time.process_time()
    assert [*opened(texts)] == [(4, 20_000)]
    assert time.process_time() - before < 5
