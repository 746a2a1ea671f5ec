"""Rows of about one length beside each other: an encoder reads every row of a batch as long as the longest one.

Imported late: this module imports torch.
"""

from collections.abc import Iterator, Sequence

import torch

from studio.training.losses import BatchOrder

MOST_STEPS, FEWEST_WINDOWS = 50, 4  # steps in a window; as transformers' grouping by length


class LengthOrder(BatchOrder):
    """The same shuffle, cut into windows of several steps; within a window rows are dealt to steps by their length.

    Which rows meet still changes with every pass, and the steps come in a random order.
    """

    def __init__(self, lengths: Sequence[int], batch: int, seed: int, rank: int = 0, world: int = 1) -> None:
        super().__init__(len(lengths), batch, seed, rank, world)
        self.lengths = lengths

    def __iter__(self) -> Iterator[list[int]]:
        draw = torch.Generator().manual_seed(self.seed + self.epoch)
        shuffled = torch.randperm(self.rows, generator=draw).tolist()
        whole = self.batch * self.world
        window = whole * max(1, min(MOST_STEPS, self.rows // (whole * FEWEST_WINDOWS)))
        steps = []
        for first in range(0, self.rows, window):
            near = sorted(shuffled[first : first + window], key=lambda row: self.lengths[row])
            steps += [near[start : start + whole] for start in range(0, len(near), whole)]
        for place in torch.randperm(len(steps), generator=draw).tolist():
            yield steps[place][self.rank * self.batch : (self.rank + 1) * self.batch] or [-1]
