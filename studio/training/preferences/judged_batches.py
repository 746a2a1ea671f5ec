"""What makes up a batch: judgements with what the reference says of them, and taught rows behind them.

Imported late: this module imports the heavy libraries.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from studio.training.losses import BatchOrder
from studio.training.preferences.judged_tokens import JudgedRow, PairRow
from studio.training.tokenization import TokenizedExample


class Referenced(NamedTuple):
    """A row with what the reference says of each of its completions: summed log-probabilities, in nats."""

    row: JudgedRow
    logps: tuple[float, ...]


class Places:
    """Rows by their numbers, then taught ones. -1 is an empty share of a step: a pair of the same reply twice, which
    teaches nothing."""

    def __init__(self, rows: Sequence[Referenced], taught: Sequence[TokenizedExample] = ()) -> None:
        self.rows, self.taught = rows, taught

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: int) -> Referenced | TokenizedExample:
        if place >= len(self.rows):
            return self.taught[place - len(self.rows)]
        if place != -1:
            return self.rows[place]
        row, logps = self.rows[0]
        assert isinstance(row, PairRow), "batches of thumbs are always whole"
        return Referenced(PairRow(row.chosen, row.chosen), (logps[0], logps[0]))


class WholeBatches(BatchOrder):
    """One fixed order in batches that are all whole: the last is filled up with the first rows. KTO measures on each
    batch how far the model has moved, so a short one would measure badly, and one of a single row not at all."""

    def __init__(self, rows: int, batch: int, rank: int = 0, world: int = 1) -> None:
        super().__init__(rows, batch, 0, rank, world)  # no seed: the rows were shuffled before

    def __iter__(self) -> Iterator[list[int]]:
        whole = self.batch * self.world
        for first in range(0, self.rows, whole):
            begin = first + self.rank * self.batch
            yield [place % self.rows for place in range(begin, begin + self.batch)]


class ReplayedBatches(BatchOrder):
    """The batches of `order`, each with `beside` taught rows; taught row n has the place `order.rows + n`.

    Taught rows are read one after the other through the whole run, so that a resumed run finds its place by the number
    of the batch alone.
    """

    def __init__(self, order: BatchOrder, taught: int, beside: int) -> None:
        super().__init__(order.rows, order.batch, order.seed, order.rank, order.world)
        self.order, self.taught, self.beside = order, taught, beside

    def __iter__(self) -> Iterator[list[int]]:
        self.order.set_epoch(self.epoch)
        for number, places in enumerate(self.order, self.epoch * len(self.order)):
            first = (number * self.world + self.rank) * self.beside
            yield [*places, *(self.rows + (first + more) % self.taught for more in range(self.beside))]
