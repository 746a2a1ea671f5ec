"""Near copies are found exactly: compared with counting every pair."""

import random

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from studio.data.duplicates.near_duplicates import near_pairs
from studio.data.text.hashed_tokens import hash_texts


def texts(seed: int, longest: int, count: int = 400) -> list[str]:
    chance = random.Random(seed)
    known = ["".join(chance.choice("abcdefghij") for _ in range(chance.randint(2, 8))) for _ in range(120)]
    made = [[chance.choice(known) for _ in range(chance.randint(1, longest))] for _ in range(count)]
    for _ in range(count // 2):
        copy = list(chance.choice(made))
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(copy))
            copy[place] = copy[place] + "x" if chance.random() < 0.6 else chance.choice(known)
        made.append(copy)
    return [" ".join(words) for words in dict.fromkeys(map(tuple, made))]


def by_counting(rows: list[str]) -> set[tuple[int, int]]:
    words = [row.split() for row in rows]
    sets = [{tuple(said[at : at + 3]) for at in range(max(1, len(said) - 2))} for said in words]
    pairs = set()
    for left in range(len(rows)):
        for right in range(left + 1, len(rows)):
            if min(len(words[left]), len(words[right])) < 8:
                near = Levenshtein.normalized_similarity(rows[left], rows[right]) >= 0.9 - 1e-9
            else:
                near = len(sets[left] & sets[right]) / len(sets[left] | sets[right]) >= 0.8 - 1e-9
            if near:
                pairs.add((left, right))
    return pairs


@pytest.mark.parametrize(("seed", "longest"), [(1, 60), (2, 12), (3, 6), (4, 3)])
def test_the_search_finds_what_counting_finds(seed: int, longest: int) -> None:
    rows = texts(seed, longest)
    found = {(left, right) for left, right in near_pairs(hash_texts(rows), lambda place: rows[place].split()).tolist()}
    expected = {
        (left, right)
        for left, right in by_counting(rows)
        if abs(len(rows[left].split()) - len(rows[right].split())) <= 1
        or min(len(rows[left].split()), len(rows[right].split())) >= 8
    }
    assert expected <= found <= by_counting(rows)


def test_an_instruction_before_every_text_makes_no_copies() -> None:
    stock = "classify the following message of a customer as one of the labels that are given below in this list please"
    rows = [f"{stock} alpha{n} beta{n * 7} gamma{n * 3}" for n in range(60)]
    assert near_pairs(hash_texts(rows), lambda place: rows[place].split()).tolist() == []


def test_a_thousand_rows_that_are_all_alike_end_soon() -> None:
    rows = [" ".join(f"word{(n if place == 20 else 0)}x{place}" for place in range(60)) for n in range(1000)]
    pairs = near_pairs(hash_texts(rows), lambda place: rows[place].split())
    assert len(np.unique(pairs)) in (0, 1000)
