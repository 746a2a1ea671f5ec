"""The order of the rows of a label model: short ones beside short ones, every row once a pass."""

import random

from studio.training.labels.length_order import LengthOrder

LENGTHS = [random.Random(number).randint(5, 80) for number in range(500)]


def read(order: LengthOrder) -> int:
    """Pieces that an encoder reads, filled up to the longest row of each step."""
    return sum(len(step) * max(LENGTHS[row] for row in step) for step in order)


def test_every_row_comes_once_a_pass_in_steps_of_the_batch_and_every_pass_differs() -> None:
    order = LengthOrder(LENGTHS, 16, seed=3)
    passes = []
    for epoch in (0, 1, 0):
        order.set_epoch(epoch)
        passes.append(list(order))
    assert all(sorted(row for step in one for row in step) == list(range(500)) for one in passes)
    assert [len(one) for one in passes] == [len(order)] * 3 and {len(step) for step in passes[0]} == {16, 4}
    assert passes[0] == passes[2] != passes[1], "the seed and the pass alone decide"
    assert {frozenset(step) for step in passes[0]}.isdisjoint(frozenset(step) for step in passes[1])


def test_little_is_filled_up() -> None:
    assert read(LengthOrder(LENGTHS, 16, seed=3)) < 1.2 * sum(LENGTHS)


def test_steps_do_not_come_from_short_to_long() -> None:
    longest = [max(LENGTHS[row] for row in step) for step in LengthOrder(LENGTHS, 16, seed=3)]
    assert longest != sorted(longest)


def test_processes_share_each_step() -> None:
    whole = list(LengthOrder(LENGTHS, 16, seed=3))
    halves = [LengthOrder(LENGTHS, 8, seed=3, rank=rank, world=2) for rank in (0, 1)]
    dealt = [[row for row in (*one, *other) if row >= 0] for one, other in zip(*halves, strict=True)]
    assert dealt == whole
