"""Near copies brought up to date are those of a search among all rows."""

import random

import pytest

from studio.data.duplicates import near_update as again
from studio.data.duplicates.near_duplicates import Near, near
from studio.data.duplicates.near_update import near_again
from studio.data.text.hashed_tokens import hash_texts
from tests.data.duplicates.test_near_duplicates import texts


def nears(rows: list[str]) -> Near:
    return near(hash_texts(rows), lambda place: rows[place].split())


def nears_again(old: Near, rows: list[str]) -> Near:
    return near_again(old, hash_texts(rows), lambda place: rows[place].split())


def changed(rows: list[str], seed: int) -> list[str]:
    """Some rows gone, some with another word, all in another order."""
    chance = random.Random(seed)
    left = [row for row in rows if chance.random() < 0.9]
    for _ in range(60):
        place = chance.randrange(len(left))
        said = left[place].split()
        said[chance.randrange(len(said))] = f"zz{chance.randrange(5)}"
        left[place] = " ".join(said)
    chance.shuffle(left)
    return left


@pytest.mark.parametrize(("seed", "longest"), [(1, 60), (2, 12), (3, 6), (4, 20)])
def test_after_changes_the_pairs_are_those_of_a_whole_search(seed: int, longest: int) -> None:
    rows = texts(seed, longest)
    rows += random.Random(seed).choices(rows, k=40)  # copies, of which the first may go
    old = nears(rows)
    for turn in range(3):  # each goes on from the one before
        rows = changed(rows, 10 * seed + turn)
        old = nears_again(old, rows)
        assert set(map(tuple, old.pairs.tolist())) == set(map(tuple, nears(rows).pairs.tolist()))


def test_rows_that_only_went_are_not_compared_again(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = texts(1, 30)
    old = nears(rows)
    expected = nears(rows[::2]).pairs.tolist()
    for name in ("near", "near_some", "near_short"):
        monkeypatch.delattr(again, name)
    assert nears_again(old, rows[::2]).pairs.tolist() == expected != []


def test_an_instruction_that_many_rows_begin_with_is_judged_among_those_that_are_left() -> None:
    stock = "classify the following message of a customer as one of the labels that are given below in this list please"
    other = [" ".join(f"w{n}x{k}" for k in range(12)) for n in range(90)]
    rows = [f"{stock} alpha{n}" for n in range(60)] + other
    assert len(nears(rows).pairs) > 0
    assert nears_again(nears(rows), rows[:90]).pairs.tolist() == nears(rows[:90]).pairs.tolist() == []
