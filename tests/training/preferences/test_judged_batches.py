"""Batches of judgements with taught rows behind them, the same on however many processes and after a resume."""

from studio.training.losses import BatchOrder
from studio.training.preferences.judged_batches import ReplayedBatches, WholeBatches


def test_taught_rows_are_read_one_after_the_other_through_all_passes() -> None:
    batches = ReplayedBatches(BatchOrder(4, 2, 1), taught=5, beside=1)
    first = list(batches)
    batches.set_epoch(1)
    second = list(batches)
    assert [batch[-1] for batch in (*first, *second)] == [4, 5, 6, 7]
    assert sorted(place for batch in first for place in batch[:-1]) == [0, 1, 2, 3]
    assert [batch[:-1] for batch in second] == list(with_epoch(BatchOrder(4, 2, 1), 1)), "the judgements' own order"


def test_processes_share_the_taught_rows_of_a_step() -> None:
    one, other = (list(ReplayedBatches(WholeBatches(4, 1, rank, 2), taught=9, beside=2)) for rank in (0, 1))
    assert [batch[-2:] for batch in one] == [[4, 5], [8, 9]]
    assert [batch[-2:] for batch in other] == [[6, 7], [10, 11]]


def with_epoch(order: BatchOrder, epoch: int) -> BatchOrder:
    order.set_epoch(epoch)
    return order
