"""Packing: several short rows share one place of the batch, up to the longest example it reads.

Rows lie end to end without padding and see only themselves in any case, so packing changes no row's sum. It changes how
many rows a step learns from: without it a batch of 8 is 8 rows, with it 8 places full of rows.
"""

import bisect
from collections.abc import Sequence

from studio.schemas.recipe import Recipe


def pack_sequences(recipe: Recipe, lengths: Sequence[int]) -> list[list[int]]:
    """The sequences of one epoch, each with the numbers of its rows: one row each, or several with packing.

    `lengths` in tokens, in the order of the rows.
    """
    return packed(lengths, recipe.max_length) if recipe.packing else [[number] for number in range(len(lengths))]


def packed(lengths: Sequence[int], max_length: int) -> list[list[int]]:
    """Best fit decreasing (TRL's packing strategy `bfd`): each row goes where the fewest tokens stay free."""
    places: list[list[int]] = []
    free: list[tuple[int, int]] = []  # tokens left, place; sorted
    for number in sorted(range(len(lengths)), key=lambda number: -lengths[number]):
        index = bisect.bisect_left(free, (lengths[number], -1))
        if index < len(free):
            free_tokens, place = free.pop(index)
        else:
            free_tokens, place = max_length, len(places)
            places.append([])
        places[place].append(number)
        bisect.insort(free, (free_tokens - lengths[number], place))
    return places
