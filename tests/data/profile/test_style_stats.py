"""The manner of answers, counted."""

import pytest

from studio.data.profile.style_stats import address_of, form_of, lengths, manner, spread
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import pair


@pytest.mark.parametrize(
    ("said", "form"),
    [
        ("", "empty"), ('{"a": 1}', "JSON"), ("```\nx\n```", "code"), ("- one\n- two", "list"),
        ("1. one\n2. two", "list"),
        ("First.\n\nSecond.", "paragraphs"), ("refund", "label"), ("It is so.", "one sentence"),
        ("It is so. And so.", "sentences"),
    ],
)  # fmt: skip
def test_each_answer_has_a_form(said: str, form: str) -> None:
    assert form_of(said) == form


@pytest.mark.parametrize(
    ("said", "language", "address"),
    [
        ("Bitte senden Sie es zurück.", "German", "formal"), ("Schick es einfach zurück, du hast Zeit.", "German",
         "familiar"), ("Sie ist fertig.", "German", ""), ("Vous pouvez venir, et tes amis aussi.", "French", "mixed"),
        ("Usted puede venir.", "Spanish", "formal"), ("You can come.", "English", ""),
    ],
)  # fmt: skip
def test_how_people_are_addressed_shows_where_the_language_tells(said: str, language: str, address: str) -> None:
    assert address_of(said, language) == address


def test_greetings_closings_and_exclamations_are_counted() -> None:
    answers = ["Hello Ana, it is ready! Kind regards, the desk", "It is ready.", "Danke! Viele Grüße"]
    found = manner(ExampleTexts([pair(n, "Is it?", said) for n, said in enumerate(answers, 1)]), {})
    assert (found.greeting, found.closing, found.exclaiming) == (2, 2, 2)


def test_lengths_fall_into_six_stretches() -> None:
    assert [row[1:] for row in lengths([1, 5, 6], [50, 51, 201])] == [(2, 0), (1, 0), (0, 1), (0, 1), (0, 0), (0, 1)]


def test_nothing_has_a_spread_of_nothing() -> None:
    assert spread([]).largest == 0
    assert (spread(range(1, 101)).quarter, spread(range(1, 101)).largest) == (26, 100)


@pytest.mark.parametrize(("ending", "closes"), [
    ("\n\nMany greetings\nTim", True),
    ("\n\nKind regards\nGisela Lindner\nPaws Boarding House\nMill Lane 8, 48231 Warendorf\nTel. 02581 555 100"
     "\nwww.pawsandwhiskers.example", True),
    ("\nSunny waves,\nTim", True),
    (" With best wishes from the desk.", True),
    (" The bill of the vet is yours, all the same.", False),
    ("\n\nGisela Lindner\nTel. 02581 555 100", False),
    ("", False),
])  # fmt: skip
def test_a_closing_line_is_one_however_much_stands_under_it(ending: str, closes: bool) -> None:
    """An address of five lines pushed the regards out of the last letters: 17 of 146 closed where 141 did."""
    row = pair(1, "May he come?", f"Yes, on Monday he may come.{ending}")
    assert manner(ExampleTexts([row]), {}).closing == closes
