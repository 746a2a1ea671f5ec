"""How a model is to be asked, found out by asking it: no architecture is taken at its word.

State spaces and others keep no memory of the usual kind, or one that is wrong when it is gone on from; some mix the
rows of a batch, or count positions their own way.
"""

import dataclasses
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from studio.inference.adapter_layers import BatchOwners, BatchOwnersUnknown
from studio.inference.decoding import DecodingBatch, GenerationState, ModelCapabilities

CANNOT = (TypeError, ValueError, RuntimeError, KeyError, IndexError, AttributeError, NotImplementedError)
PIECES = 3  # of a given answer, after which scores are compared
Calculate = Callable[[Callable[[], Tensor]], Tensor]


class CapabilityProbe:
    """Tries a model on a few pieces of words. `precise` says whether it calculates in float32; `calculate` is entered
    around every pass, for whoever takes turns or has a format of his own to calculate in."""

    def __init__(
        self, model: nn.Module, rows: BatchOwners, *, precise: bool, calculate: Calculate = lambda step: step()
    ) -> None:
        self.model, self.rows, self.precise, self.calculate = model, rows, precise, calculate

    def habits(self, row: GenerationState) -> ModelCapabilities:
        """What may be taken for granted when this model is asked."""
        alone, _ = self._going_on(row, ModelCapabilities(remembers=False, counts=False))
        counts = self._alike(alone, self._going_on(row, ModelCapabilities(remembers=False))[0], 0.05)
        try:
            going_on, reuses = self._going_on(row, ModelCapabilities(counts=counts))
            remembers = self._alike(alone, going_on, 0.05)
        except torch.OutOfMemoryError:
            raise
        except CANNOT:
            remembers = reuses = False
        return ModelCapabilities(remembers, counts, remembers and reuses)

    def rows_stay_apart(self, rows: Sequence[GenerationState], habits: ModelCapabilities) -> bool:
        """Whether rows of other lengths and other adapters beside it leave each of these rows' scores as they are."""
        tokens = [row.ids[-1] for row in rows]
        alone = [self._two_scores([row], [token], habits) for row, token in zip(rows, tokens, strict=True)]
        try:
            mixed = self._two_scores(rows, tokens, habits)
        except BatchOwnersUnknown:
            return False
        return self._alike(torch.cat(alone, dim=1), mixed, 0.02)

    def _going_on(self, row: GenerationState, habits: ModelCapabilities) -> tuple[Tensor, bool]:
        """The scores after a few pieces of a given answer, and whether the next turn could go on from there."""
        row = dataclasses.replace(row, wrote=[])
        batch = DecodingBatch(self.model, self.rows, [row], habits)
        scores = self.calculate(batch.read)
        for token in row.ids[-PIECES:]:
            row.wrote.append(token)
            scores = self._step(batch, [token])
        batch.keep([0])
        return scores, batch.memory_of(0) is not None

    def _two_scores(self, rows: Sequence[GenerationState], tokens: list[int], habits: ModelCapabilities) -> Tensor:
        """The scores after these rows, and those after one piece more."""
        rows = [dataclasses.replace(row, wrote=[]) for row in rows]
        batch = DecodingBatch(self.model, self.rows, rows, habits)
        first = self.calculate(batch.read)
        for row, token in zip(rows, tokens, strict=True):
            row.wrote.append(token)
        return torch.stack([first, self._step(batch, tokens)]).float()

    def _step(self, batch: DecodingBatch, tokens: list[int]) -> Tensor:
        return self.calculate(lambda: batch.step(tokens))

    def _alike(self, one: Tensor, other: Tensor, narrow: float) -> bool:
        """The same scores but for the rounding of sums, in numbers of 16 bits up to so much of their spread."""
        spread = float(one.float().max() - one.float().min())
        return float((one.float() - other.float()).abs().max()) <= (1e-4 if self.precise else narrow) * spread
