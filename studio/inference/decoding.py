"""Our own decoding loop: one forward pass per step for all rows of a batch, each row with its own sampler and limits.

Rows may be of different lengths: shorter ones are padded on the left and masked, and every token carries its own
position. Whoever calls decides whose rows they are, and shows `row.text` as it grows.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from studio.copy.catalog import say
from studio.inference.adapter_layers import BatchOwners
from studio.inference.sampling import Sampler, pick_all
from studio.models.forward_arguments import ForwardArguments
from studio.schemas.chat import ReplySettings

STOPPED = "stopped"  # the note of a row that somebody ended
HALF = "\ufffd"  # what a decoder shows for bytes that are not a character, or not yet


class Tokenizer(Protocol):
    """The one thing asked of a tokenizer here."""

    def decode(self, token_ids: Sequence[int], **options: bool) -> str:
        """The text of these tokens."""


class StopRules(Protocol):
    """What decoding needs of a chat template: how tokens read, and where an answer ends."""

    @property
    def tokenizer(self) -> Tokenizer: ...
    @property
    def stop_ids(self) -> Sequence[int]: ...
    @property
    def stop_strings(self) -> Sequence[str]: ...


class GrowingText:
    """Tokens become text as they come: never half a character, never a stop mark or the beginning of one."""

    def __init__(self, stop_rules: StopRules) -> None:
        self._stop_rules = stop_rules
        self.whole = ""
        self._ids: list[int] = []
        self._done, self._fresh = 0, 0  # tokens of the last settled stretch (as context), and where new ones begin
        self._ahead = 0  # letters of the new ones that are in `whole` already
        self.stopped = False

    @property
    def shown(self) -> str:
        """What may be shown so far."""
        held = max((overlap(self.whole, mark) for mark in self._stop_rules.stop_strings), default=0)
        return self.whole[: len(self.whole) - held] if not self.stopped else self.whole

    def add(self, token: int) -> None:
        """One more token; afterwards `stopped` says whether a stop mark is complete (and the text ends before it)."""
        self._ids.append(token)
        before = self._read(self._ids[self._done : self._fresh])
        after = self._read(self._ids[self._done :])
        ready = after.rstrip(HALF)  # one token may hold a whole character and the first half of the next
        new = ready[len(before) + self._ahead :]
        is_settled = ready == after and len(after) > len(before)
        if not new and not is_settled:
            return
        seen = len(self.whole)
        self.whole += new
        self._ahead += len(new)
        if is_settled:
            self._done, self._fresh, self._ahead = self._fresh, len(self._ids), 0
        for mark in self._stop_rules.stop_strings:
            place = self.whole.find(mark, max(0, seen - len(mark) + 1))
            if place >= 0:
                self.whole, self.stopped = self.whole[:place], True

    def _read(self, ids: Sequence[int]) -> str:
        return self._stop_rules.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)


def overlap(text: str, mark: str) -> int:
    """How many characters at the end of the text are the beginning of the mark."""
    return next((n for n in range(min(len(text), len(mark) - 1), 0, -1) if text.endswith(mark[:n])), 0)


@dataclass
class PrefixCache:
    """What a row's layers remember of these tokens, so that the next turn reads only the new ones."""

    ids: list[int]
    layers: list[tuple[Tensor, Tensor]]

    @property
    def nbytes(self) -> int:
        """The memory it takes."""
        return sum(side.nbytes for pair in self.layers for side in pair)

    def shared(self, ids: Sequence[int]) -> int:
        """How many leading tokens of `ids` are remembered; the last one is always read again."""
        alike = next((n for n, (mine, theirs) in enumerate(zip(self.ids, ids, strict=False)) if mine != theirs), None)
        return min(len(self.ids) if alike is None else alike, len(self.ids), len(ids) - 1)


@dataclass
class GenerationState:
    """One answer in the making: whose weights write it, what it reads, and what it wrote so far."""

    name: str
    ids: list[int]
    settings: ReplySettings
    stop_rules: StopRules
    context: int
    prefix_cache: PrefixCache | None = None
    new_ids: list[int] = field(default_factory=list)
    is_over: bool = False
    stopped_by_itself: bool = False
    note: str = ""
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.sampler = Sampler(self.settings)
        self.growing = GrowingText(self.stop_rules)
        if not self.ids:
            self.end(say("decoding.nothing_read_model_tokenizer"))
        elif len(self.ids) >= self.context:
            self.end(say("decoding.too_long_model_reads", context=self.context, ids=len(self.ids)))

    @property
    def text(self) -> str:
        """What may be shown so far, without the blanks around it; everything once the row ended by itself."""
        return (self.growing.whole if self.stopped_by_itself else self.growing.shown).strip()

    def take(self, token: int) -> None:
        """The next token: written down, or the end of the answer."""
        if token in self.stop_rules.stop_ids:
            self.end("", by_itself=True)
            return
        self.new_ids.append(token)
        self.growing.add(token)
        if self.growing.stopped:
            self.end("", by_itself=True)
        elif len(self.ids) + len(self.new_ids) >= self.context:
            self.end(say("decoding.cut_where_model_reading", context=self.context))
        elif len(self.new_ids) >= self.settings.max_new_tokens:
            self.end(say("decoding.cut_at_pieces", max_new_tokens=self.settings.max_new_tokens))

    def end(self, note: str, *, by_itself: bool = False) -> None:
        """No more will come, and why."""
        self.is_over, self.note, self.stopped_by_itself = True, note, by_itself


@dataclass(frozen=True)
class ModelCapabilities:
    """How a model is to be asked. Without `supports_kv_cache` its rows are read again from the beginning for every
    token; without `accepts_position_ids` it counts positions its own way and is not told any; with `reuses` it reads
    only what is new in a chat's next turn."""

    supports_kv_cache: bool = True
    accepts_position_ids: bool = True
    reuses: bool = True


USUAL = ModelCapabilities()


class DecodingBatch:
    """B rows that are decoded together: their key-value cache, its attention mask (B, T) and their positions."""

    def __init__(
        self,
        model: nn.Module,
        rows_of_model: BatchOwners,
        rows: list[GenerationState],
        capabilities: ModelCapabilities = USUAL,
    ) -> None:
        self.model, self.rows, self._owners = model, rows, rows_of_model
        self.device = next(model.parameters()).device
        self._supports_kv_cache = capabilities.supports_kv_cache
        self._takes = ForwardArguments(model)
        self._accepts_position_ids = capabilities.accepts_position_ids and "position_ids" in self._takes.names
        self.past: Any = None
        self.mask: Tensor = torch.empty(0)
        self._has_gaps = False
        self._lengths: list[int] = []

    def prefill(self) -> Tensor:
        """Read every row's prompt, less what is cached from an earlier turn; the logits (B, V) of the next token."""
        cached = [
            row.prefix_cache.shared(row.ids) if row.prefix_cache and self._supports_kv_cache else 0 for row in self.rows
        ]
        self.past, self.mask = self._batched_caches(cached)
        new_tokens = [row.ids[n:] for row, n in zip(self.rows, cached, strict=True)]
        self._has_gaps = len(set(cached)) > 1 or len(set(map(len, new_tokens))) > 1
        return self._forward(new_tokens, cached)

    def step(self, tokens: list[int]) -> Tensor:
        """One more token for every row; the logits (B, V) of the next."""
        if self._supports_kv_cache:
            return self._forward([[token] for token in tokens], self._lengths)
        whole = [row.ids + row.new_ids for row in self.rows]
        self.mask = self.mask[:, :0]
        self._has_gaps = len(set(map(len, whole))) > 1
        return self._forward(whole, [0] * len(whole))

    def select(self, places: list[int]) -> None:
        """Go on with these rows only."""
        index = torch.tensor(places, device=self.device)
        if self._supports_kv_cache:
            self.past.batch_select_indices(index)
        self.mask = self.mask[index]
        needed = self.mask.any(dim=0)
        if self._is_plain and not bool(needed.all()):  # columns that were padding for all who stay
            for layer in self.past.layers:
                layer.keys, layer.values = layer.keys[:, :, needed], layer.values[:, :, needed]
            self.mask = self.mask[:, needed]
        self._has_gaps = not bool(self.mask.all())
        self.rows = [self.rows[place] for place in places]
        self._lengths = [self._lengths[place] for place in places]

    def can_join(self, other: "DecodingBatch") -> bool:
        """Whether the rows of both can go on as one batch: every layer remembers all tokens in order."""
        return self._is_plain and other._is_plain

    def join(self, other: "DecodingBatch") -> None:
        """Take in the rows of another batch, both between two steps; the rows of one contestant come side by side."""
        width = max(self.mask.shape[1], other.mask.shape[1])
        rows = self.rows + other.rows
        lengths = self._lengths + other._lengths
        order = sorted(range(len(rows)), key=lambda place: rows[place].name)
        index = torch.tensor(order, device=self.device)
        for mine, theirs in zip(self.past.layers, other.past.layers, strict=True):
            mine.keys = torch.cat([widened(mine.keys, width), widened(theirs.keys, width)])[index]
            mine.values = torch.cat([widened(mine.values, width), widened(theirs.values, width)])[index]
        masks = [functional.pad(mask, (width - mask.shape[1], 0)) for mask in (self.mask, other.mask)]
        self.mask = torch.cat(masks)[index]
        self._has_gaps = not bool(self.mask.all())
        self.rows, self._lengths = [rows[place] for place in order], [lengths[place] for place in order]

    def prefix_cache_of(self, place: int) -> PrefixCache | None:
        """The keys and values of this row, each (H, T, D), without padding; None for caches that cannot be cut."""
        if not self._is_plain or not self._accepts_position_ids:
            return None
        real, row = self.mask[place], self.rows[place]
        layers = [(layer.keys[place][:, real], layer.values[place][:, real]) for layer in self.past.layers]  # copies
        return PrefixCache((row.ids + row.new_ids)[: self._lengths[place]], layers)

    @property
    def _is_plain(self) -> bool:
        """Whether every layer remembers all tokens in order, so that columns can be taken out."""
        layers = self.past.layers if isinstance(self.past, DynamicCache) else []
        return bool(layers) and all(type(layer) is DynamicLayer and layer.is_initialized for layer in layers)

    @torch.inference_mode()
    def _forward(self, new_tokens: list[list[int]], cached: list[int]) -> Tensor:
        longest = max(map(len, new_tokens))
        pads = [longest - len(input_ids) for input_ids in new_tokens]
        input_ids = [[0] * pad + row for pad, row in zip(pads, new_tokens, strict=True)]
        position_ids = [
            [0] * pad + list(range(n, n + len(row))) for pad, n, row in zip(pads, cached, new_tokens, strict=True)
        ]
        attended = torch.tensor([[False] * pad + [True] * len(row) for pad, row in zip(pads, new_tokens, strict=True)])
        self.mask = torch.cat([self.mask, attended.to(self.device)], dim=1)
        self._lengths = [n + len(row) for n, row in zip(cached, new_tokens, strict=True)]
        asked: dict[str, Any] = {
            "attention_mask": self.mask.long() if self._has_gaps else None,
            # An index, not the number 1: a slice keeps strides on which the head is 20 times slower (bfloat16, CPU).
            "logits_to_keep": torch.tensor([longest - 1], device=self.device),
        }
        if self._accepts_position_ids:
            asked["position_ids"] = torch.tensor(position_ids, device=self.device).clamp_(max=self.rows[0].context - 1)
        asked = self._takes.only(asked | {"use_cache": False})
        asked["input_ids"] = torch.tensor(input_ids, device=self.device)
        if self._supports_kv_cache:
            asked |= self._takes.remembering(self.past)
        with self._owners.lock:  # held for one pass: an exam and two chats give way to each other at every token
            self._owners.assign([row.name for row in self.rows])
            outputs = self.model(**asked)
        if self._supports_kv_cache:
            self.past = self._takes.memory_in(outputs)
        logits: Tensor = outputs.logits[:, -1, :]
        return logits

    def _batched_caches(self, cached: list[int]) -> tuple[Any, Tensor]:
        """The rows' caches as one, padded on the left, and the mask (B, T) of what is no padding."""
        most = max(cached)
        attended = torch.tensor([[False] * (most - n) + [True] * n for n in cached], device=self.device).bool()
        if not self._supports_kv_cache:
            return None, attended
        if most == 0:
            return DynamicCache(config=self.model.config), attended.reshape(len(cached), 0)
        sample = next(row.prefix_cache for row in self.rows if row.prefix_cache)
        layers = []
        for depth, like in enumerate(sample.layers):
            pair = []
            for side, shape in enumerate(like):
                joined = shape.new_zeros(len(cached), shape.shape[0], most, shape.shape[2])
                for place, (row, n) in enumerate(zip(self.rows, cached, strict=True)):
                    if n and row.prefix_cache:
                        joined[place, :, most - n :] = row.prefix_cache.layers[depth][side][:, :n]
                pair.append(joined)
            layers.append((pair[0], pair[1]))
        return DynamicCache(layers), attended


def widened(cached: Tensor, width: int) -> Tensor:
    """Keys or values (B, H, T, D) with padding on the left, so that T is this width."""
    return functional.pad(cached, (0, 0, width - cached.shape[2], 0))


def decode(
    batch: DecodingBatch,
    stop: Callable[[], bool],
    on_end: Callable[[GenerationState, PrefixCache | None], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[None]:
    """Write all rows of a batch, giving way after every step. Rows that are over leave the batch.

    `on_end` receives each row with its key-value cache, for the next turn; `clock` is in seconds.
    """
    began = clock()
    logits = batch.prefill()
    while True:
        for row, token in zip(batch.rows, pick_all(logits, [row.sampler for row in batch.rows]), strict=True):
            if not row.is_over:
                row.take(token)
        if stop():
            for row in batch.rows:
                if not row.is_over:
                    row.end(STOPPED)
        for place, row in enumerate(batch.rows):
            if row.is_over and not row.seconds:
                row.seconds = max(clock() - began, 1e-6)
                if on_end is not None:
                    on_end(row, batch.prefix_cache_of(place))
        going = [place for place, row in enumerate(batch.rows) if not row.is_over]
        if not going:
            return
        if len(going) <= 0.75 * len(batch.rows):
            batch.select(going)
        yield
        logits = batch.step([row.new_ids[-1] if row.new_ids else 0 for row in batch.rows])
