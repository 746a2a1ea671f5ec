"""Many patterns in one pass: the places that a search for each of them names."""

import random

import pytest

from studio.data.text import pattern_search
from studio.data.text.pattern_search import find_all, latin_bytes

PATTERNS = ("ab", "abc", "a", "github_pat_", "-----BEGIN", "é!", "ñ", "▷x", "b?", "\x1e:", "@example.org")


def by_hand(text: str) -> set[int]:
    return {at for one in PATTERNS for at in range(len(text)) if text.startswith(one, at)}


def found(text: str) -> set[int]:
    return set(find_all(PATTERNS, text, latin_bytes(text)).tolist())


@pytest.mark.parametrize("text", ["", "a", "ab", "xabcabx", "é!\x1e:", "▷xab", "日b?b日", "github_pat_github_pat", "b"])
def test_each_place_of_each_pattern_is_found(text: str) -> None:
    assert found(text) == by_hand(text)


def test_patterns_across_the_border_of_two_blocks_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pattern_search, "BLOCK", 7)
    chance = random.Random(3)
    for _ in range(200):
        text = "".join(chance.choice([*PATTERNS, "x", "日", "-----BEG"]) for _ in range(chance.randrange(9)))
        assert found(text) == by_hand(text), text
