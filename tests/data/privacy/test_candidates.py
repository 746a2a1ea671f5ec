"""What may be personal is found by the words beside it, and what only looks like it is left alone."""

import time

import pytest

from studio.data.privacy.candidates import find_candidates, find_in_turns
from tests.data.personal_sentences import HARMLESS, PERSONAL


def values(text: str) -> list[str]:
    return [one.value for one in find_candidates(text, is_asked=True)]


def test_recall_and_precision_on_sentences_of_our_own() -> None:
    """As `tests/benchmarks/README.md` says: these bounds may rise, and not sink."""
    sentences = [*PERSONAL, *((text, "") for text in HARMLESS)]
    assert len(sentences) >= 120 and len(HARMLESS) >= len(sentences) / 2
    pairs = [(set(filter(None, pieces.split("|"))), set(values(text))) for text, pieces in sentences]
    right = sum(len(expected & found) for expected, found in pairs)
    assert right / sum(len(expected) for expected, _ in pairs) >= 0.97
    assert right / sum(len(found) for _, found in pairs) >= 0.96
    assert sum(not values(text) for text in HARMLESS) / len(HARMLESS) >= 0.97


def test_a_name_in_running_text_is_not_found() -> None:
    assert values("I saw George at the market, and he had no umbrella.") == []


def test_who_signs_is_looked_for_in_questions_alone() -> None:
    text = "The key is lost.\n\nKind regards,\nAnna Koch"
    assert [one.value for one in find_candidates(text, is_asked=True)] == ["Anna Koch"]
    assert find_candidates(text, is_asked=False) == []


def test_the_kinds_are_told_apart() -> None:
    text = "I am George Tibbs, born on 3 April 1971, of 14 Mill Lane."
    assert [one.kind for one in find_candidates(text, is_asked=True)] == ["name", "birthdate", "address"]


def test_a_persons_later_mentions_bear_the_fullest_name() -> None:
    asked, said = find_in_turns(
        [("I am George Tibbs.", True), ("Dear Mr Tibbs, George may come. Georgetown, too.", False)]
    )
    assert [one.value for one in asked] == ["George Tibbs"]
    assert [(one.value, one.start) for one in said] == [("George Tibbs", 8), ("George Tibbs", 15)]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("Please ring my brother Jens Pohl, he has a key.", ["Jens Pohl"]),
        ("Our twins Ada and Ben van Dam come on Monday.", ["Ada", "Ben van Dam"]),
        ("Mein Bruder Jens Pohl kommt. Das ist meine Frau Eva Pohl, sie zahlt.", ["Jens Pohl", "Eva Pohl"]),
        ("Can my son Rafi Monday? Has my son Rafi Piano?", ["Rafi", "Rafi"]),
        ("Bekommt mein Sohn Klavier Unterricht? Hat mein Sohn Montag Unterricht?", []),
    ],
)
def test_who_is_of_the_family_is_found_with_the_family_name(asked: str, names: list[str]) -> None:
    assert values(asked) == names


def test_the_family_name_is_found_where_it_stands_again() -> None:
    _, said = find_in_turns([("Ring my brother Jens Pohl.", True), ("Noted: Jens Pohl. Only if Pohl agrees.", False)])
    assert [(one.value, one.start) for one in said] == [("Jens Pohl", 7), ("Jens Pohl", 26)]


def test_a_part_that_two_people_share_is_nobodys() -> None:
    turns = find_in_turns(
        [("Dear Anna Koch, dear Bruno Koch,", False), ("I am Anna Koch. My name is Bruno Koch. Koch!", True)]
    )
    assert [one.value for one in turns[1]] == ["Anna Koch", "Bruno Koch"]


def test_a_name_that_is_a_word_as_well_is_not_looked_for_by_itself() -> None:
    assert len(find_in_turns([("My name is Will Stone. Will you come? Stone walls.", True)])[0]) == 1


@pytest.mark.parametrize(
    "piece",
    ["Dear ", "Mr ", "A ", "1 Aa Bb ", "I am A. ", "van de ", "Aa'", "Rue de ", "00000 A ", "born ", "12 rue ", "\nA"],
)
def test_long_texts_take_time_by_their_length(piece: str) -> None:
    began = time.process_time()
    find_in_turns([(f"Dear Anna, {piece * 20_000}", True)])
    assert time.process_time() - began < 3
