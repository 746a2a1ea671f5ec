"""Packing fills the places of a batch; without it every row has a place of its own."""

import random

from studio.schemas.recipe import Recipe
from studio.training.packing import pack_sequences, packed


def test_without_packing_every_row_has_its_place() -> None:
    assert pack_sequences(Recipe(), [3, 9, 4]) == [[0], [1], [2]]


def test_every_row_is_in_one_place_and_no_place_is_overfull() -> None:
    chance = random.Random(1)
    lengths = [chance.randint(1, 64) for _ in range(500)]
    places = packed(lengths, 64)
    assert sorted(number for place in places for number in place) == list(range(500))
    assert all(sum(lengths[number] for number in place) <= 64 for place in places)
    assert len(places) <= 1.05 * sum(lengths) / 64


def test_a_row_longer_than_the_room_has_a_place_of_its_own() -> None:
    assert packed([9, 2], 8) == [[0], [1]]


def test_the_best_fit_is_taken() -> None:
    assert packed([6, 5, 4, 3], 9) == [[0, 3], [1, 2]]
