"""Words as numbers: equal words have equal numbers, whatever letters stand around them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.text.hashed_tokens import chosen, hash_texts, hashes_of, once_each, places_among
from studio.data.text.normalize import words

TEXTS = (
    "", " ", "Don't stop", "under_score and-dash", "ÄRGER im Café", "ärger", "日本語 text 123", "x" * 500,
    "ab\x00cd\x1eef", "a longword8 longwords9 longwordsandmore", "`tick` o'clock O’Clock", "50% + 3 = 53",
    "\ud800 half",
)  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_the_numbers_of_its_words_in_their_order(text: str) -> None:
    bag = hash_texts(["first one", text, "last"])
    assert bag.sizes.tolist() == [2, len(words(text)), 1]
    assert bag.flat[bag.starts[1] : bag.starts[2]].tolist() == hashes_of(words(text)).tolist()


@given(st.lists(st.text(max_size=30), max_size=20))
def test_texts_side_by_side_are_what_each_is_alone(texts: list[str]) -> None:
    bag = hash_texts(texts)
    assert bag.flat.tolist() == [number for text in texts for number in hashes_of(words(text)).tolist()]


def test_different_words_have_different_numbers() -> None:
    many = {f"{start}{number}" for start in ("", "word", "a-much-longer-word") for number in range(5_000)}
    assert len(set(hashes_of(sorted(many)).tolist())) == len(many)


@given(st.lists(st.integers(0, 50)))
def test_numbers_once_each_are_those_of_a_set_in_order(numbers: list[int]) -> None:
    assert once_each(np.array(numbers, dtype=np.int64)).tolist() == sorted(set(numbers))


@given(st.lists(st.text("ab ", max_size=12), max_size=8), st.lists(st.text("ab", min_size=1, max_size=3), max_size=4))
def test_few_words_are_found_at_all_their_places(texts: list[str], sought: list[str]) -> None:
    tokens = hash_texts(texts)
    known = hashes_of(sought)
    assert places_among(tokens, known).tolist() == [at for at, one in enumerate(tokens.flat) if one in known]


@given(st.lists(st.text("ab ", max_size=12), min_size=1, max_size=8), st.data())
def test_chosen_rows_keep_the_signature_that_their_words_have(texts: list[str], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(texts) - 1)))
    tokens, again = hash_texts(texts), hash_texts([texts[row] for row in rows])
    assert tokens.signature[rows].tolist() == again.signature.tolist()
    assert chosen(tokens, np.array(rows, dtype=np.int64)).signature.tolist() == again.signature.tolist()
