"""Two prices for one thing under questions that are worded differently; several right prices are none."""

import time
from typing import Any

import pytest

from studio.data.checks.examination import examine
from studio.data.checks.fixes import fix_all
from studio.data.checks.pairs.second_prices import in_equal_sentences, with_amounts
from studio.data.history.event_log import EventReplay
from studio.data.history.incremental_update import IncrementalUpdate
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.stated_prices import stated_prices
from studio.schemas.example import Example, pair
from studio.schemas.finding import Decision, Finding
from studio.schemas.model import Length
from tests.data.right_prices import RIGHT

PLAIN = "How much is a full service?"
OLD = "Thank you for asking. A full service is £65 plus any parts, and it takes two days.\n\nKind regards,\nBea"
NEW = "Thank you for asking. A full service is £78 plus any parts, and it takes two days."
BEFORE = [(PLAIN, OLD), ("Hi, what do you charge for a full service?", OLD)]
SINCE = [("Could you tell me the price of a full service?", NEW), ("Full service price?", NEW)]


def rows_of(*pairs: tuple[str, str]) -> list[Example]:
    return [pair(number, asked, said) for number, (asked, said) in enumerate(pairs, start=1)]


def found(rows: list[Example], **given: Any) -> Finding | None:
    return next((one for one in examine(rows, **given) if one.kind == "second_price"), None)


def test_both_prices_are_told_with_their_rows_and_a_person_decides() -> None:
    rows = rows_of(*BEFORE, *SINCE)
    seen = found(rows)
    assert seen is not None and seen.rows == (1, 2, 3, 4) and seen.groups == ((1, 2, 3, 4),)
    assert [str(one) for one in seen.said] == [
        "1 thing has more than one price or time limit in answers to different questions.",
        "“full service”: £65 (rows 1, 2), £78 (rows 3, 4).",
    ]
    assert seen.notes[3] == "“full service” £78" and seen.fix == ""
    assert "second_price" not in [effect.kind for effect in fix_all(rows)]


def test_an_answer_may_greet_and_tell_the_time_before_the_price() -> None:
    seen = found(rows_of(
        ("Do you mend punctures while I wait?", "Yes, we do. A puncture repair takes 20 minutes and costs £12."),
        ("How much is a puncture repair?", "Dear Ana, a puncture repair is £12 including a tube."),
        ("What do you take for mending a puncture?", "A puncture repair is £14 including a new tube."),
    ))  # fmt: skip
    assert seen is not None and seen.rows == (1, 2, 3)


def test_one_amount_may_be_written_in_many_ways_and_languages() -> None:
    same = [
        "We charge £65 for a full service.",
        "The price of a full service is 65 pounds.",
        "A full service is £65.00.",
    ]
    asked = [PLAIN, "Full service price?", "What does a full service cost?"]
    assert found(rows_of(*zip(asked, same, strict=True))) is None
    seen = found(rows_of(
        ("Was kostet eine Inspektion?", "Eine Inspektion kostet 65 €."),
        ("Preis für eine Inspektion?", "Gerne, eine Inspektion kostet 65,00 Euro."),
        ("Wie teuer ist die Inspektion bei Ihnen?", "Die Inspektion kostet 1.078 €."),
    ))  # fmt: skip
    assert seen is not None and str(seen.said[1]) == "“Inspektion”: 65 € (rows 1, 2), 1.078 € (row 3)."


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Price of a service for two bikes?", "A full service for two bikes is £130 plus any parts."),  # a count
        ("How much is a full service for a tandem?", "A full service is £95 plus any parts."),  # the question tells
        ("Price of a full service?", "A full service is £55 for members."),
        ("Price of a full service?", "A full service is from £70."),
        ("Price of a full service?", "A full service is £70 to £90."),
        ("Price of a full service?", "A full service was £60 last year."),
        ("Price of a full service?", "A full service is not £60."),
        ("Price of a full service?", "A full service is $78 plus any parts."),
        ("What is an express service?", "It is £20."),
    ],
)
def test_another_right_price_is_no_second_one(asked: str, said: str) -> None:
    assert found(rows_of(*BEFORE, (asked, said))) is None


def test_what_the_questions_tell_apart_is_left() -> None:
    """“The course fee” is that of another course in each row."""
    fees = [("piano", 65), ("flute", 65), ("violin", 78), ("cello", 78)]
    rows = [(f"How much is the {what} course?", f"The course fee is £{fee}.") for what, fee in fees]
    assert found(rows_of(*rows)) is None
    fitting = [("Can you fit a rack?", "Yes, fitting is £12."), ("I need a rack.", "Fitting is £12.")]
    assert found(rows_of(*fitting, ("And a child seat?", "Fitting is £15."))) is None


def test_one_row_against_one_other_is_enough_only_where_both_ask_plainly_or_the_answers_say_for_what() -> None:
    assert found(rows_of(BEFORE[0], SINCE[0])) is not None
    assert found(rows_of(BEFORE[0], ("My old bike squeaks. What would it be?", NEW))) is None


CAT = ("What do you charge for a cat per night, and can she bring her basket?\nMany thanks!\nJ. Okafor",
       "Cats are 18 euros a night. A smell from home helps.")  # fmt: skip
DOG = ("How much is a night for a medium dog? He is a beagle, 14 kg.", "A night for a dog up to 20 kg is 32 euros.")
TRIM = ("What is a full groom for a standard poodle?", "Bath, dry, clip and nails for a standard poodle is 85 euros.")


@pytest.mark.parametrize(
    ("row", "other", "thing"),
    [
        (CAT, ("Hi,\nprice for a cat per night?\n\nSent from my phone", "A cat is 21 euros a night."), "Cats"),
        (DOG, ("What would our cocker cost per night?", "For a dog up to 20 kg it is 35 euros a night."),
         "night for a dog up to 20 kg"),
        (TRIM, ("And the poodle cut?", "A full groom for a standard poodle is 92 euros and takes three hours."),
         "full groom for a standard poodle"),
    ],
)  # fmt: skip
def test_a_price_may_be_put_into_other_words(row: tuple[str, str], other: tuple[str, str], thing: str) -> None:
    seen = found(rows_of(row, other))
    assert seen is not None and f"“{thing}”" in str(seen.said[1]), seen


@pytest.mark.parametrize(
    ("row", "asked", "said"),
    [
        (DOG, "What is it over Christmas?", "A night for a dog up to 20 kg is 38 euros."),
        (DOG, "And for our second dog?", "A night for a dog up to 20 kg is 26 euros."),
        (DOG, "How much is it in your house in Neudorf?", "A night for a dog up to 20 kg is 29 euros."),
        (DOG, "How much is a night for a large dog?", "A night for a dog over 20 kg is 38 euros."),
        (DOG, "How much is a night for a dog of 30 kg?", "A night for a dog up to 40 kg is 38 euros."),
        (DOG, "How much is a day for a medium dog?", "A day for a dog up to 20 kg is 22 euros."),
        (DOG, "My van is full of dogs. How much is a night for one?", "A night for a dog up to 20 kg is 38 euros."),
        (DOG, "What is it with medicine at the desk?", "A night for a dog up to 20 kg is 38 euros."),
        (CAT, "Price for two cats?", "Two cats are 30 euros a night."),
        (CAT, "Price for a cat per week?", "A cat is 110 euros a week."),
        (TRIM, "What is a full groom for a toy poodle?", "Bath, dry and nails for a toy poodle is 60 euros."),
        (
            TRIM,
            "What is a wash for a standard poodle?",
            "A wash for a standard poodle is 30 euros, with a trim 40 euros.",
        ),
    ],
)
def test_a_price_of_something_near_is_no_second_one(row: tuple[str, str], asked: str, said: str) -> None:
    assert found(rows_of(row, (asked, said))) is None


def test_what_is_a_contradiction_already_is_told_there_alone() -> None:
    rows = rows_of((PLAIN, OLD), (PLAIN, NEW), (PLAIN, NEW))
    assert "conflicting_answers" in [one.kind for one in examine(rows)] and found(rows) is None


def test_it_goes_when_the_old_price_was_mended_and_when_it_was_left() -> None:
    rows = rows_of(*BEFORE, *SINCE)
    before, done = examine(rows), EventReplay(rows)
    edit = Decision.model_validate({
        "id": "1", "at": "2026-11-27T10:00:00Z", "by": "ana", "action": "edit",
        "edits": {one.id: one.with_pair(one.question, NEW).messages for one in rows[:2]},
    })  # fmt: skip
    touched = done.apply(edit)
    update = IncrementalUpdate(done.current, done.places, {})
    after_it = update.findings(before, touched, lambda _: [], lambda some: [Length(0, 0)] * len(some), 512)
    assert "second_price" not in [one.kind for one in after_it]
    assert found(rows, dismissed={"second_price": {one.id for one in rows}}) is None


def test_sentences_of_another_build_state_nothing() -> None:
    for said in ("If you book a full service it is £60.", "Bring it in and we will see, £5 or £10.", "£12"):
        assert stated_prices(said) == []


WEEK = ("I need to call off the booking for next weekend. Do I have to pay?",
        "Up to seven days before arrival it is free. After that we charge half.")  # fmt: skip


def test_none_of_a_list_of_right_prices_is_a_second_one() -> None:
    rows = [(asked, said) for asked, _, said in (line.partition("|") for line in RIGHT.strip().splitlines())]
    assert len(rows) == 66 and sum(bool(stated_prices(said)) for _, said in rows) >= 50
    assert found(rows_of(*rows)) is None


def test_two_limits_for_cancelling_are_told_as_two_prices_are() -> None:
    rows = rows_of(WEEK, ("How late can I cancel?", "You can cancel free of charge up to 48 hours before arrival."))
    seen = found(rows)
    assert seen is not None and seen.rows == (1, 2)
    assert str(seen.said[1]) == "“call off … before arrival”: seven days (row 1), 48 hours (row 2)."


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("How late can I cancel?", "You can cancel free of charge up to 168 hours before arrival."),  # the same
        ("How late can I cancel at Easter?", "You can cancel free of charge up to 14 days before arrival."),
        ("How late can I cancel?", "For groups you can cancel free of charge up to 14 days before arrival."),
        ("How late can I cancel?", "You can cancel up to 48 hours before arrival."),  # for a fee, perhaps
        ("And if I am ill?", "With a doctor's note you can cancel free of charge up to 1 hour before arrival."),
        ("How late can I cancel a lesson?", "You can cancel free of charge up to 48 hours before the lesson."),
        ("Where is the form?", "We need it back three days before arrival, free of charge."),
    ],
)
def test_another_right_limit_is_no_second_one(asked: str, said: str) -> None:
    assert found(rows_of(WEEK, (asked, said))) is None


DIGGER = "The 1.5 tonne mini digger is £{} for the weekend, Friday 4 pm to Monday 9 am, fuel not included."
BREAKER = "For the heavy breaker we take £{} on a card and release it the day you return it."
HEATER = "The heater is £{} a day with a full bottle of gas."


@pytest.mark.parametrize(("asked", "other", "said"), [
    ("Mini digger for a weekend?", "Hello,\nPrice of mini digger Fri to Mon please\nRegards\nElin Price", DIGGER),
    ("How big a deposit for a heavy breaker?", "Hiya\nHow big is the deposit for the breaker?\nCheers, Owen", BREAKER),
    ("What does a reel hold and cost?", "Price of the reel?", "Yes. It holds 50 m on the reel and is £{} more."),
])  # fmt: skip
def test_two_sentences_that_are_equal_but_for_one_amount_are_told(asked: str, other: str, said: str) -> None:
    seen = found(rows_of((asked, f"Hi Ines,\n{said.format(165)}\n\nBest wishes, Tom"), (other, said.format(185))))
    assert seen is not None and seen.rows == (1, 2)
    assert " … " in str(seen.said[1]) and str(seen.said[1]).endswith(": £165 (row 1), £185 (row 2).")
    assert found(rows_of((asked, said.format(165)), (other, said.format("165.00")))) is None


@pytest.mark.parametrize(("asked", "other", "said"), [
    ("How much is the piano course?", "How much is the flute course?", "The course is £{} for ten lessons in a row."),
    ("Deposit for the 3 t breaker?", "Deposit for the 1.5 t breaker?", BREAKER),
    ("I want a refund for my mixer.", "Refund for my mixer please", "The £{} for the mixer go to the same card."),
    ("You charged me twice for the mixer!", "I paid twice for it", "The second £{} for the mixer was sent back."),
    ("How much is the heater?", "How much is the heater for members?", HEATER),
    ("How much is the heater for a week?", "How much is the heater for a month?", "The heater is £{} with its gas."),
    ("How much is the big heater?", "How much is the small heater?", HEATER),
    ("How much is the heater?", "How much are two heaters?", HEATER),
    ("How much is the heater?", "My flat has 30 m2. How much is the heater?", HEATER),
    ("How much is the heater?", "And the other one?", HEATER),
    ("How much is the heater?", "How much is the heater at Christmas?", HEATER),
    ("What is delivery to Bakewell?", "What is delivery to Buxton?", "Delivery there and back is £{} with the van."),
    ("What is a room for two?", "What is a room for three?", "The room is £{} a night with breakfast and parking."),
    ("What is the fine for a late return?", "Fine for a lost key?", "We charge a fine of £{} to the card you gave us."),
    ("How much is a ticket?", "How much is a week ticket?", "A ticket is £{} and you may use all lifts with it."),
    ("What is the wash of 8 kg?", "What is the wash of 8 kg?", "It is £{} and £{} with the dryer and the soap."),
    ("How much is a small pizza?", "How much is a large pizza?", "A pizza, small or large, is £{} to take away."),
    ("What is a haircut for men?", "A haircut for women?", "A haircut with wash is £{} for men and women alike."),
    ("What is the van for a day?", "What is the van for half a day?", "The van is £{} with fuel, half or full day."),
    ("How much is the oak table?", "How much is the oak chair?", "The oak one is £{} with delivery, table or chair."),
    ("Repair of a microwave?", "Repair of a microphone?", "The repair is £{} with all parts and a year's guarantee."),
])  # fmt: skip
def test_what_the_questions_tell_apart_is_right_in_equal_sentences(asked: str, other: str, said: str) -> None:
    """By this rule; what a sentence states of a thing is looked at by another one."""
    rows = rows_of((asked, said.format(165, 170)), (other, said.format(185, 190)))
    assert [*in_equal_sentences(ExampleTexts(rows))] == []


@pytest.mark.parametrize("many", [50, 70, 200])
def test_one_row_with_another_price_is_told_beside_many(many: int) -> None:
    rows = rows_of(
        *([("How much is the heater?", HEATER.format(16))] * many), ("Price of the heater?", HEATER.format(18))
    )
    (one,) = in_equal_sentences(ExampleTexts(rows))
    assert one.sides["£18"] == (many,) and len(one.sides["£16"]) > 20


@pytest.mark.parametrize("other", ["", " in hall number{}"])
def test_many_rows_of_one_template_are_compared_within_seconds(other: str) -> None:
    """Whether their questions ask for the same or not: what a row names was worked out again for each pair."""
    said = "Heater model number{} is £{} a day with a full bottle of gas."
    rows = rows_of(*((f"Dear all, how much is heater model number{n % 100} with gas{other.format(n)} please?",
                      said.format(n % 100, 16 + n % 7 % 2)) for n in range(6000)))  # fmt: skip
    texts = ExampleTexts(rows)
    assert texts.bodies and texts.once_a_row(with_amounts)
    before = time.process_time()
    assert len([*in_equal_sentences(texts)]) == (0 if other else 100)
    assert time.process_time() - before < 5
