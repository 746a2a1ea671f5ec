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
PROBE_TOKENS = 3  # of a given answer, after which scores are compared
Calculate = Callable[[Callable[[], Tensor]], Tensor]


class CapabilityProbe:
    """Tries a model on a few tokens. `precise` says whether it calculates in float32; `calculate` is entered
    around every pass, for whoever takes turns or has a format of his own to calculate in."""

    def __init__(
        self, model: nn.Module, rows: BatchOwners, *, precise: bool, calculate: Calculate = lambda step: step()
    ) -> None:
        self.model, self.rows, self.precise, self.calculate = model, rows, precise, calculate

    def capabilities(self, row: GenerationState) -> ModelCapabilities:
        """What may be taken for granted when this model is asked."""
        alone, _ = self._going_on(row, ModelCapabilities(supports_kv_cache=False, accepts_position_ids=False))
        accepts_position_ids = self._alike(
            alone, self._going_on(row, ModelCapabilities(supports_kv_cache=False))[0], 0.05
        )
        try:
            going_on, reuses = self._going_on(row, ModelCapabilities(accepts_position_ids=accepts_position_ids))
            supports_kv_cache = self._alike(alone, going_on, 0.05)
        except torch.OutOfMemoryError:
            raise
        except CANNOT:
            supports_kv_cache = reuses = False
        return ModelCapabilities(supports_kv_cache, accepts_position_ids, supports_kv_cache and reuses)

    def rows_are_independent(self, rows: Sequence[GenerationState], capabilities: ModelCapabilities) -> bool:
        """Whether rows of other lengths and other adapters beside it leave each of these rows' scores as they are."""
        tokens = [row.ids[-1] for row in rows]
        alone = [self._two_scores([row], [token], capabilities) for row, token in zip(rows, tokens, strict=True)]
        try:
            mixed = self._two_scores(rows, tokens, capabilities)
        except BatchOwnersUnknown:
            return False
        return self._alike(torch.cat(alone, dim=1), mixed, 0.02)

    def _going_on(self, row: GenerationState, capabilities: ModelCapabilities) -> tuple[Tensor, bool]:
        """The scores after a few tokens of a given answer, and whether the next turn could go on from there."""
        row = dataclasses.replace(row, new_ids=[])
        batch = DecodingBatch(self.model, self.rows, [row], capabilities)
        scores = self.calculate(batch.prefill)
        for token in row.ids[-PROBE_TOKENS:]:
            row.new_ids.append(token)
            scores = self._step(batch, [token])
        batch.select([0])
        return scores, batch.prefix_cache_of(0) is not None

    def _two_scores(
        self, rows: Sequence[GenerationState], tokens: list[int], capabilities: ModelCapabilities
    ) -> Tensor:
        """The scores after these rows, and those after one token more."""
        rows = [dataclasses.replace(row, new_ids=[]) for row in rows]
        batch = DecodingBatch(self.model, self.rows, rows, capabilities)
        first = self.calculate(batch.prefill)
        for row, token in zip(rows, tokens, strict=True):
            row.new_ids.append(token)
        return torch.stack([first, self._step(batch, tokens)]).float()

    def _step(self, batch: DecodingBatch, tokens: list[int]) -> Tensor:
        return self.calculate(lambda: batch.step(tokens))

    def _alike(self, one: Tensor, other: Tensor, narrow: float) -> bool:
        """The same scores but for the rounding of sums, in numbers of 16 bits up to so much of their spread."""
        spread = float(one.float().max() - one.float().min())
        return float((one.float() - other.float()).abs().max()) <= (1e-4 if self.precise else narrow) * spread
