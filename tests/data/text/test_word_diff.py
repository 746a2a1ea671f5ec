"""Two texts word by word: nothing is lost, little is marked, and long texts stay quick."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.text.word_diff import DiffPart, difference, shortened

BITS = ["a ", "b ", "c\n", "no. ", "Ä", "\t", "5", "日本", "\u0301", "\ud800", ", "]
WORDY = st.lists(st.sampled_from(BITS)).map("".join)
TEXTS = st.text() | WORDY


def sides(parts: list[DiffPart]) -> tuple[str, str]:
    left = "".join(text for text, where in parts if where != "right")
    return left, "".join(text for text, where in parts if where != "left")


@given(TEXTS, TEXTS)
def test_the_parts_give_both_texts_back(left: str, right: str) -> None:
    parts = difference(left, right)
    assert sides(parts) == (left, right)
    assert all(part.text for part in parts)


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert difference(text, text) == ([DiffPart(text, "both")] if text else [])


@given(WORDY, st.integers(1, 40))
def test_shortening_never_touches_what_differs(text: str, around: int) -> None:
    parts = difference(f"{text} one {text}", f"{text} two {text}")
    kept = [part for part in shortened(parts, around) if part.where != "both"]
    assert kept == [part for part in parts if part.where != "both"]


def test_only_the_words_that_differ_are_marked() -> None:
    parts = difference("You have 30 days to return it.", "You have 14 days to return it.")
    assert parts == [
        DiffPart("You have ", "both"),
        DiffPart("30", "left"),
        DiffPart("14", "right"),
        DiffPart(" days to return it.", "both"),
    ]


def test_a_phrase_is_marked_whole_and_not_word_by_word() -> None:
    parts = difference("We ship on Monday morning only.", "We ship each Friday evening only.")
    assert [part for part in parts if part.where == "left"] == [DiffPart("on Monday morning", "left")]


def test_a_shared_run_is_cut_to_the_words_around_the_change() -> None:
    text = "word " * 100
    parts = shortened(difference(f"{text}30 {text}", f"{text}14 {text}"), 30)
    assert parts[0].text.startswith(" … ") and len(parts[0].text) < 40
    assert parts[-1].text.endswith(" … ") and [part.text for part in parts[1:3]] == ["30", "14"]


@pytest.mark.parametrize("words", [20_000, 200_000])
def test_long_texts_are_compared_in_a_moment(words: int) -> None:
    left = " ".join(f"w{n}" for n in range(words))
    right = " ".join(f"w{n if n % 7 else -n}" for n in range(words))
    started = time.process_time()
    assert sides(difference(left, right)) == (left, right)
    assert time.process_time() - started < 2


def test_two_small_changes_far_apart_in_a_long_text_are_two_small_marks() -> None:
    middle = "This sentence stands in both. " * 2_000
    parts = difference(f"One day. {middle}Yes.", f"Two days. {middle}No.")
    marked = [part.text for part in parts if part.where != "both"]
    assert marked == ["One day", "Two days", "Yes", "No"]
