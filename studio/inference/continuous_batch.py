"""Continuous batching (Orca, Yu et al. 2022): rows join and leave the decoding batch between two steps.

Rows of every adapter decode together. Where a model's cache cannot be padded on the left, or its rows are not
independent, rows that come later form a batch of their own, and the batches take turns, step by step.
"""

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from studio.inference.adapter_layers import BatchOwners
from studio.inference.decoding import DecodingBatch, GenerationState, ModelCapabilities, PrefixCache
from studio.inference.sampling import pick_all
from studio.models.chat_template import ChatTemplate
from studio.schemas.chat import GenerationRequest, TokenLogprob

OnEnd = Callable[[GenerationState, PrefixCache | None], None]


@dataclass
class ServedGeneration(GenerationState):
    """One answer for an application: it may read a bare text, and tells the logprobs of its tokens if asked."""

    is_bare: bool = False  # a text without a chat template, whose blanks belong to it
    top_logprobs: int | None = None
    logprobs: list[TokenLogprob] = field(default_factory=list)
    began: float = 0.0

    @property
    def text(self) -> str:
        """What may be shown so far: of a chat as everywhere in the studio, of a bare text with its blanks."""
        whole = self.growing.whole if self.stopped_by_itself else self.growing.shown
        return whole if self.is_bare else whole.strip()

    @property
    def prompt_tokens(self) -> int:
        """How many tokens it reads."""
        return len(self.ids)

    @property
    def tokens(self) -> int:
        """How many tokens it has written."""
        return len(self.new_ids)

    @property
    def most_tokens(self) -> int:
        """How many tokens it may come to hold, read and written."""
        return min(self.context, len(self.ids) + self.settings.max_new_tokens)


def generation(request: GenerationRequest, name: str, chat_template: ChatTemplate, context: int) -> ServedGeneration:
    """The request in tokens: messages by the chat template, a bare text by the tokenizer's own habits."""
    if request.text is None:
        ids = chat_template.prompt_ids(request.messages)
        ends: tuple[str, ...] = (*chat_template.stop_strings, *request.stop)
    else:
        ids, ends = list(chat_template.tokenizer(request.text)["input_ids"]), request.stop
    rules = dataclasses.replace(chat_template, stop_strings=ends)
    return ServedGeneration(name, ids, request.settings, rules, context, is_bare=request.text is not None,
                            top_logprobs=request.top_logprobs)  # fmt: skip


class ContinuousBatch:
    """The rows that decode now, and those that join at the next step. For one thread."""

    def __init__(
        self, model: nn.Module, owners: BatchOwners, capabilities: ModelCapabilities, *, together: bool, on_end: OnEnd
    ) -> None:
        self._model, self._owners, self._capabilities = model, owners, capabilities
        self._together, self._on_end = together, on_end
        self._batches: list[DecodingBatch] = []
        self._new: list[GenerationState] = []

    @property
    def rows(self) -> list[GenerationState]:
        """All that are not over."""
        return [*(row for batch in self._batches for row in batch.rows), *self._new]

    def add(self, row: GenerationState) -> None:
        """Join at the next step."""
        self._new.append(row)

    def clear(self) -> None:
        """Forget every row, for instance after a step that failed."""
        self._batches, self._new = [], []

    def step(self) -> None:
        """One more token for every row; rows that are over, also those that somebody ended, leave."""
        self._batches = [batch for batch in self._batches if self._without_ended(batch)]
        for batch in self._batches:
            self._take(batch, batch.step([row.new_ids[-1] for row in batch.rows]))
        self._batches = [batch for batch in self._batches if self._without_ended(batch)]
        new, self._new = [row for row in self._new if not row.is_over], []
        new.sort(key=lambda row: row.name)
        for group in [new] if self._together and new else [[row] for row in new]:
            batch = DecodingBatch(self._model, self._owners, group, self._capabilities)
            self._take(batch, batch.prefill())
            if not self._without_ended(batch):
                continue
            if self._together and self._batches and self._batches[0].can_join(batch):
                self._batches[0].join(batch)
            else:
                self._batches.append(batch)

    def _take(self, batch: DecodingBatch, logits: Tensor) -> None:
        for place, token in enumerate(pick_all(logits, [row.sampler for row in batch.rows])):
            row = batch.rows[place]
            written = len(row.new_ids)
            row.take(token)
            if isinstance(row, ServedGeneration) and row.top_logprobs is not None and len(row.new_ids) > written:
                row.logprobs.append(logprob_of(logits[place], token, row.top_logprobs, row.stop_rules.tokenizer.decode))

    def _without_ended(self, batch: DecodingBatch) -> bool:
        """Let the rows that are over go; whether any is left."""
        for place, row in enumerate(batch.rows):
            if row.is_over and not row.seconds:
                row.seconds = 1e-6
                if isinstance(row, ServedGeneration) and row.began:
                    row.seconds = max(time.monotonic() - row.began, 1e-6)
                self._on_end(row, batch.prefix_cache_of(place))
        going = [place for place, row in enumerate(batch.rows) if not row.is_over]
        if going and len(going) < len(batch.rows):
            batch.select(going)
        return bool(going)


def logprob_of(logits: Tensor, token: int, top: int, read: Callable[..., str]) -> TokenLogprob:
    """By the model's own distribution, before temperature and top_p."""
    logprobs = torch.log_softmax(logits.float(), dim=-1)

    def text(number: int) -> str:
        return read([number], skip_special_tokens=False, clean_up_tokenization_spaces=False)

    best = logprobs.topk(min(top, logprobs.shape[-1])) if top else None
    likeliest = zip(best.indices.tolist(), best.values.tolist(), strict=True) if best is not None else ()
    return TokenLogprob(token=text(token), logprob=float(logprobs[token]),
                        top=tuple((text(number), value) for number, value in likeliest))  # fmt: skip
