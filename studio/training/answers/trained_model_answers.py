"""A model answers while it is in its trainer's hands. Draws no random numbers and learns nothing.

Imported late: this module imports the heavy libraries.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from studio.inference.adapter_layers import BatchOwners
from studio.inference.capabilities import CapabilityProbe
from studio.inference.decoding import DecodingBatch, GenerationState, ModelCapabilities, decode
from studio.models.chat_template import ChatTemplate
from studio.schemas.chat import ReplySettings
from studio.schemas.example import Message
from studio.schemas.fallback import Fallback
from studio.storage.run_folder import RunFolder
from studio.training.losses import ATTENTION

ENDED = object()


class TrainedModelAnswers:
    """Answers of the trainer's model as it is now; what this kind of model can do is tried once."""

    def __init__(self, folder: RunFolder, trainer: Any, chat_template: ChatTemplate, context: int) -> None:
        self.folder, self.trainer, self.chat_template, self.context = folder, trainer, chat_template, context
        model = trainer.model
        self.model = model.get_base_model() if hasattr(model, "get_base_model") else model
        self._capabilities: ModelCapabilities | None = None  # not tried yet
        self._together = False

    def row(self, asked: Sequence[Message], most: int) -> GenerationState:
        """A conversation that ends with a question, before it is answered in at most so many tokens."""
        ids = self.chat_template.prompt_ids(asked)
        return GenerationState("", ids, ReplySettings(max_new_tokens=most), self.chat_template, self.context)

    def answer(self, rows: Sequence[GenerationState], is_over: Callable[[], bool]) -> None:
        """Answer them until `is_over`; a row that was not finished then has the note STOPPED. May raise
        torch.OutOfMemoryError."""
        was_learning = self.trainer.model.training
        self.trainer.model.eval()
        try:
            with plain_attention(self.model):
                self._answer([row for row in rows if not row.is_over], is_over)
        finally:
            self.trainer.model.train(was_learning)

    def _answer(self, rows: list[GenerationState], is_over: Callable[[], bool]) -> None:
        """All rows at once where that leaves each row's answer as it is; one after another otherwise."""
        if not rows:
            return
        if self._capabilities is None:
            precise = self.trainer.plan.dtype is torch.float32
            probe = CapabilityProbe(self.model, BatchOwners(), precise=precise, calculate=self._in_turn)
            self._capabilities = probe.capabilities(rows[0])
            self._together = len(rows) < 2 or probe.rows_are_independent(rows, self._capabilities)
            self.folder.fell_back(*[] if self._capabilities.supports_kv_cache else [Fallback.LIVE_READ_AGAIN])
            self.folder.fell_back(*[] if self._together else [Fallback.LIVE_IN_TURN])
        for group in [rows] if self._together else [[row] for row in rows]:
            decoding = decode(DecodingBatch(self.model, BatchOwners(), group, self._capabilities), is_over)
            while self._in_turn(lambda decoding=decoding: next(decoding, ENDED)) is not ENDED:  # type: ignore[misc]
                pass

    def _in_turn(self, calculate: Callable[[], Any]) -> Any:
        """Others get their turn between two words; numbers are those of learning."""
        with self.trainer.progress.step_lock(), self.trainer.autocast():
            return calculate()


@contextmanager
def plain_attention(model: Any) -> Iterator[None]:
    """Rows laid end to end have an attention of their own, which knows no memory: torch's own while answering."""
    before = model.config._attn_implementation
    if before == ATTENTION:
        model.set_attn_implementation("sdpa")
    try:
        yield
    finally:
        if before == ATTENTION:
            model.set_attn_implementation(before)
