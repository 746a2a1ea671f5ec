"""Texts that break off in the middle of a word, told by the other rows."""

import pytest

from studio.data.checks.examination import examine
from studio.schemas.example import Example, pair

CALM = [
    pair(
        row,
        f"Can you look at pedal number {row} of my bike?",
        f"Yes, we can look at number {row}. It costs more in May.",
    )
    for row in range(1, 41)
]


def broken(*rows: Example) -> dict[int, str]:
    return next((one.notes for one in examine([*CALM, *rows]) if one.kind == "broken_off"), {})


def test_an_answer_or_a_question_that_stops_in_a_word_is_named() -> None:
    answer = pair(51, "How much is a bottom bracket?", "Fitted it is forty eight. If the thread is bad it can be mo")
    asked = pair(52, "How much is a new bottom bracket, it creaks when I ped", "Fitted it is forty eight pounds.")
    assert broken(answer, asked) == {51: "…mo", 52: "…ped"}


@pytest.mark.parametrize(
    "said",
    [
        "We are open on all of these days and it costs more",  # a whole word
        "We will look at all of it and ring you about the look",  # said elsewhere
        "Please bring it in to the yard on Tuesday before 5 pm",
        "It is mo",  # too short to tell
        "We will see what we can do and call. Ask for Mo",
    ],
)
def test_a_missing_stop_alone_says_nothing(said: str) -> None:
    assert broken(pair(51, "What can you do about it?", said)) == {}


def test_where_nobody_writes_stops_nothing_is_told() -> None:
    bare = [pair(row, f"pedal {row}", f"yes we look at number {row} and it costs more in may") for row in range(1, 41)]
    last = pair(51, "how much", "fitted it is forty eight and if the thread is bad it can be mo")
    assert "broken_off" not in [one.kind for one in examine([*bare, last])]
