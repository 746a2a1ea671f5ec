"""The same losses as plain TRL with less work.

TRL projects every position through the vocabulary, prompts and padding too, and computes on padding. Here only learned
positions are projected, rows lie end to end without padding where the architecture allows it, and frozen weights are
cast once instead of at every step. `agrees` proves each shortcut on the model at hand before it is used.
"""

import copy
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader

ATTENTION = "studio_rows"
SCORES_AT_ONCE = 2**24  # learned positions times vocabulary that are scored in one go
BY_HAND = (90, 1024)  # row lengths for which attention in bfloat16 is fastest by hand on a CPU


class Order:
    """Which places make up each batch (one row each, unless packed): TRL's own shuffle (seed plus epoch), cut into
    steps, dealt out to processes."""

    def __init__(self, rows: int, batch: int, seed: int, rank: int = 0, world: int = 1) -> None:
        self.rows, self.batch, self.seed, self.rank, self.world = rows, batch, seed, rank, world
        self.epoch = 0

    def __len__(self) -> int:
        return -(-self.rows // (self.batch * self.world))

    def __iter__(self) -> Iterator[list[int]]:
        shuffled = torch.randperm(self.rows, generator=torch.Generator().manual_seed(self.seed + self.epoch)).tolist()
        whole = self.batch * self.world
        for first in range(0, self.rows, whole):
            step = shuffled[first : first + whole]
            yield step[self.rank * self.batch : (self.rank + 1) * self.batch] or [-1]

    def set_epoch(self, epoch: int) -> None:
        """The trainer says which pass begins."""
        self.epoch = epoch


class OrderedLoader(DataLoader[Any]):
    """A loader that hands the epoch on to its order."""

    def set_epoch(self, epoch: int) -> None:
        """See Order."""
        self.batch_sampler.set_epoch(epoch)  # type: ignore[union-attr]


class TokenRows:
    """Rows as the loader takes them, by places of the batch; place -1 is an empty share of a step: one token and
    nothing to learn."""

    def __init__(self, rows: Sequence[tuple[list[int], int]], places: Sequence[Sequence[int]]) -> None:
        self.rows, self.places = rows, places

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, place: int) -> list[tuple[list[int], int]]:
        if place == -1:
            return [(self.rows[0][0][:1], 1)]
        return [self.rows[number] for number in self.places[place]]


def flat(collate: Callable[[Any], dict[str, Any]]) -> Callable[[Sequence[Sequence[Any]]], dict[str, Any]]:
    """The same for rows that come by places."""
    return lambda places: collate([row for place in places for row in place])


def end_to_end(rows: Sequence[tuple[list[int], int]]) -> dict[str, Any]:
    """Rows one after the other in a single line, positions starting anew with each."""
    ids = torch.tensor([number for row, _ in rows for number in row])
    labels, positions, place = torch.full_like(ids, -100), torch.empty_like(ids), 0
    for row, start in rows:
        first, end = place + max(start, 1), place + len(row)
        labels[first:end] = ids[first:end]
        positions[place:end] = torch.arange(len(row))
        place = end
    lengths = [len(row) for row, _ in rows]
    return {"input_ids": ids[None], "labels": labels[None], "position_ids": positions[None], "row_lengths": lengths}


def side_by_side(rows: Sequence[tuple[list[int], int]]) -> dict[str, Any]:
    """Rows under one another, the short ones filled up at the end."""
    lengths = [len(row) for row, _ in rows]
    ids = torch.zeros(len(rows), max(lengths), dtype=torch.long)
    mask, labels = torch.zeros_like(ids), torch.full_like(ids, -100)
    for line, (row, start) in enumerate(rows):
        ids[line, : len(row)] = torch.tensor(row)
        mask[line, : len(row)] = 1
        labels[line, max(start, 1) : len(row)] = ids[line, max(start, 1) : len(row)]
    return {"input_ids": ids, "attention_mask": mask, "labels": labels, "row_lengths": lengths}


def row_attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    *,
    row_lengths: list[int],
    **_: Any,
) -> tuple[Tensor, None]:
    """Causal attention within each row of a line of rows."""
    groups = query.shape[1] // key.shape[1]
    if groups > 1:
        key, value = key.repeat_interleave(groups, dim=1), value.repeat_interleave(groups, dim=1)
    by = query.shape[-1] ** -0.5 if scaling is None else scaling
    way = attend_narrow if query.device.type == "cpu" and torch.is_autocast_enabled("cpu") else attend
    parts = zip(*(torch.split(part, row_lengths, 2) for part in (query, key, value)), strict=True)
    found = [way(q, k, v, by, dropout) for q, k, v in parts]
    return torch.cat(found, dim=2).transpose(1, 2).contiguous(), None


def attend(query: Tensor, key: Tensor, value: Tensor, by: float, dropout: float) -> Tensor:
    """Torch's own."""
    return functional.scaled_dot_product_attention(query, key, value, dropout_p=dropout, is_causal=True, scale=by)


def attend_narrow(query: Tensor, key: Tensor, value: Tensor, by: float, dropout: float) -> Tensor:
    """In bfloat16 on a CPU torch's own is slow: short rows go faster in float32, middling ones by hand (measured)."""
    length, narrow = query.shape[2], torch.get_autocast_dtype("cpu")
    with torch.autocast("cpu", enabled=False):
        if length < BY_HAND[0] or length > BY_HAND[1] or dropout:
            return attend(query.float(), key.float(), value.float(), by, dropout)
        query, key, value = query[0].to(narrow), key[0].to(narrow), value[0].to(narrow)
        bias = torch.full((length, length), float("-inf"), dtype=narrow).triu_(1)
        scores = torch.baddbmm(bias.expand(len(query), -1, -1), query, key.transpose(1, 2), alpha=by)
        return (torch.softmax(scores, dim=-1) @ value)[None].float()


def register_row_attention() -> None:
    """Make the attention known to transformers under its name."""
    from transformers import AttentionInterface, AttentionMaskInterface

    AttentionInterface.register(ATTENTION, row_attention)
    AttentionMaskInterface.register(ATTENTION, lambda *_, **__: None)


def positions_at_once(vocabulary: int) -> int:
    """How many learned positions are scored in one go."""
    return max(128, SCORES_AT_ONCE // vocabulary)


class ScoredAtOnce(torch.autograd.Function):
    """The summed cross entropy of learned positions under a frozen head.

    The gradient of the hidden states is made together with the loss, so the scores over the vocabulary are never kept
    and never computed twice.
    """

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, targets: Tensor, head: Any, scores: Any) -> Tensor:
        total = hidden.new_zeros((), dtype=torch.float32)
        gradient = torch.empty_like(hidden)
        at_once = positions_at_once(head.weight.shape[0])
        for first in range(0, len(hidden), at_once):
            with torch.enable_grad():
                part = hidden[first : first + at_once].detach().requires_grad_()
                loss = functional.cross_entropy(
                    scores(head, part).float(), targets[first : first + at_once], reduction="sum"
                )
            (gradient[first : first + at_once],) = torch.autograd.grad(loss, part)
            total += loss.detach()
        ctx.save_for_backward(gradient)
        return total

    @staticmethod
    def backward(ctx: Any, *outside: Any) -> tuple[Tensor, None, None, None]:
        (gradient,) = ctx.saved_tensors
        return gradient * outside[0].to(gradient.dtype), None, None, None


class Scores:
    """From hidden states to scores as the architecture does it: a factor, then a soft cap."""

    def __init__(self, config: Any) -> None:
        text = config.get_text_config()
        self.cap: float | None = getattr(text, "final_logit_softcapping", None)
        factor = getattr(text, "logit_scale", None) or getattr(text, "output_multiplier", None)
        factor = factor or getattr(text, "lm_head_multiplier", None)
        divisor = getattr(text, "logits_scaling", None)
        if factor is None and divisor is not None:
            factor = divisor if text.model_type == "hyperclovax" else 1 / divisor
        self.factor: float = 1.0 if factor is None else factor

    def __call__(self, head: nn.Module, hidden: Tensor) -> Tensor:
        scores: Tensor = head(hidden)
        if self.factor != 1.0:
            scores = scores * self.factor
        return torch.tanh(scores / self.cap) * self.cap if self.cap else scores


def learn_lean(model: Any, head: nn.Module) -> None:
    """Teach a causal model to answer `learn=True` with the summed loss of its learned positions, and nothing else."""
    usual, scores = model.forward, Scores(model.config)

    @functools.wraps(usual)  # whoever asks what it takes is told what the model takes
    def forward(*args: Any, learn: bool = False, labels: Any = None, **kwargs: Any) -> Any:
        if not learn:
            return usual(*args, **kwargs) if labels is None else usual(*args, labels=labels, **kwargs)
        kwargs = {name: value for name, value in kwargs.items() if value is not None}
        hidden = model.base_model(*args, use_cache=False, **kwargs).last_hidden_state[:, :-1]
        kept = labels[:, 1:] != -100
        hidden, targets = hidden[kept], labels[:, 1:][kept]
        if hidden.requires_grad and not any(weight.requires_grad for weight in head.parameters()):
            return ScoredAtOnce.apply(hidden, targets, head, scores)  # type: ignore[no-untyped-call]
        return functional.cross_entropy(scores(head, hidden).float(), targets, reduction="sum")

    model.forward = forward


def loss_of_scores(scores: Tensor, labels: Tensor) -> Tensor:
    """The summed loss by plain arithmetic over all scores: what every shortcut must equal."""
    flat, targets = scores[:, :-1].reshape(-1, scores.shape[-1]), labels[:, 1:].reshape(-1)
    return functional.cross_entropy(flat.float(), targets, reduction="sum", ignore_index=-100)


def cast_frozen(model: Any, dtype: torch.dtype) -> nn.Module:
    """Keep frozen matrices in the format that autocast would cast them to at every step; the results are the same.

    Returns the head to score with: a cast copy where the head shares its weights with the embeddings.
    """
    from transformers.pytorch_utils import Conv1D

    head: nn.Module = model.get_output_embeddings()
    frozen = not any(weight.requires_grad for weight in head.parameters())
    tied = getattr(head, "weight", None) is getattr(model.get_input_embeddings(), "weight", None)
    for module in model.modules():
        if type(module) in (nn.Linear, Conv1D) and not any(weight.requires_grad for weight in module.parameters()):
            if module is not head:
                module.to(dtype)
            elif not tied:
                head.to(dtype)
    return copy.deepcopy(head).to(dtype) if frozen and tied else head
