"""The same losses as plain TRL with less work.

TRL scores learned positions alone since 1.16, and computes on padding. Here rows lie end to end without padding where
the architecture allows it, scores are neither kept nor made twice, and frozen weights are cast once instead of at every
step. `methods.agrees` proves each shortcut on the model at hand before it is used; what cannot be used is noted in the
run.

Shapes: B rows, T positions, V tokens of the vocabulary, H heads, D numbers of a head, N learned positions, C hidden
size. A label of -100 is not learned from (as in transformers).
"""

import copy
import functools
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader

ATTENTION = "studio_rows"
SCORES_AT_ONCE = 2**24  # learned positions times vocabulary that are scored in one go
BY_HAND = (90, 1024)  # row lengths for which attention in bfloat16 is fastest by hand on a CPU


class BatchOrder:
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


class OrderedDataLoader(DataLoader[Any]):
    """A loader that hands the epoch on to its order."""

    def set_epoch(self, epoch: int) -> None:
        """As `BatchOrder.set_epoch`."""
        self.batch_sampler.set_epoch(epoch)  # type: ignore[union-attr]


class TokenizedDataset:
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


def rounded(count: int) -> int:
    """A little more (at most a sixteenth): for every shape that it meets anew the library of matrix sums writes and
    keeps code, which takes time and memory; of rounded shapes there are few."""
    step = max(1, (1 << count.bit_length() >> 1) // 16)
    return -(-count // step) * step


def collate_flattened(rows: Sequence[tuple[list[int], int]]) -> dict[str, Any]:
    """Rows one after the other, as (1, T): `position_ids` begin anew with each row, T is `rounded` up."""
    input_ids = torch.tensor([number for row, _ in rows for number in row])
    input_ids = functional.pad(input_ids, (0, rounded(len(input_ids)) - len(input_ids)))
    labels, position_ids, place = torch.full_like(input_ids, -100), torch.zeros_like(input_ids), 0
    for row, start in rows:
        first, end = place + max(start, 1), place + len(row)
        labels[first:end] = input_ids[first:end]
        position_ids[place:end] = torch.arange(len(row))
        place = end
    lengths = [len(row) for row, _ in rows]
    return {
        "input_ids": input_ids[None],
        "labels": labels[None],
        "position_ids": position_ids[None],
        "row_lengths": lengths,
    }


def collate_padded(rows: Sequence[tuple[list[int], int]]) -> dict[str, Any]:
    """Rows padded on the right to the longest one, as (B, T)."""
    lengths = [len(row) for row, _ in rows]
    input_ids = torch.zeros(len(rows), max(lengths), dtype=torch.long)
    attention_mask, labels = torch.zeros_like(input_ids), torch.full_like(input_ids, -100)
    for line, (row, start) in enumerate(rows):
        input_ids[line, : len(row)] = torch.tensor(row)
        attention_mask[line, : len(row)] = 1
        labels[line, max(start, 1) : len(row)] = input_ids[line, max(start, 1) : len(row)]
    return {"input_ids": input_ids, "attention_mask": attention_mask, "labels": labels, "row_lengths": lengths}


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
    """Causal attention within each row of a flattened batch: (1, H, T, D) to (1, T, H, D). Padding attends to nothing.

    Grouped key and value heads (Ainslie et al. 2023) are repeated to the query's number.
    """
    groups = query.shape[1] // key.shape[1]
    if groups > 1:
        key, value = key.repeat_interleave(groups, dim=1), value.repeat_interleave(groups, dim=1)
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    if has_varlen_kernel(query, dropout):
        return varlen_attention(query, key, value, scale, row_lengths), None
    attention = bfloat16_attention if query.device.type == "cpu" and torch.is_autocast_enabled("cpu") else sdpa
    rest = query.shape[2] - sum(row_lengths)
    parts = zip(*(torch.split(part, [*row_lengths, rest], 2)[:-1] for part in (query, key, value)), strict=True)
    outputs = [attention(q, k, v, scale, dropout) for q, k, v in parts]
    outputs.append(torch.zeros_like(query[:, :, :rest], dtype=outputs[0].dtype))
    return torch.cat(outputs, dim=2).transpose(1, 2).contiguous(), None


def has_varlen_kernel(query: Tensor, dropout: float) -> bool:
    """Whether one kernel can read all rows: FlashAttention, on an NVIDIA card since Ampere, in half
    precision. Elsewhere each row is read by itself."""
    if not query.is_cuda or torch.version.hip is not None or not torch.is_autocast_enabled("cuda"):
        return False
    head = query.shape[-1]
    return not dropout and head % 8 == 0 and head <= 256 and torch.cuda.get_device_capability(query.device) >= (8, 0)


def varlen_attention(query: Tensor, key: Tensor, value: Tensor, scale: float, row_lengths: Sequence[int]) -> Tensor:
    """Causal attention within each row, `(1, H, T, D)` to `(1, T, H, D)`, for all rows at once."""
    from torch.nn.attention.varlen import varlen_attn

    whole, longest, narrow = sum(row_lengths), max(row_lengths), torch.get_autocast_dtype("cuda")
    ends = torch.tensor([0, *accumulate(row_lengths)], dtype=torch.int32).to(query.device, non_blocking=True)
    q, k, v = (part[0, :, :whole].transpose(0, 1).to(narrow) for part in (query, key, value))
    outputs: Any = varlen_attn(q, k, v, ends, ends, longest, longest, scale=scale, window_size=(-1, 0))
    flattened: Tensor = functional.pad(outputs, (0, 0, 0, 0, 0, query.shape[2] - whole))
    return flattened[None]


def sdpa(query: Tensor, key: Tensor, value: Tensor, scale: float, dropout: float) -> Tensor:
    """PyTorch's own scaled dot-product attention of one row, (1, H, T, D) to (1, H, T, D)."""
    return functional.scaled_dot_product_attention(query, key, value, dropout_p=dropout, is_causal=True, scale=scale)


def bfloat16_attention(query: Tensor, key: Tensor, value: Tensor, scale: float, dropout: float) -> Tensor:
    """As `sdpa`, faster in bfloat16 on a CPU (measured): short rows in float32, middling ones by plain products."""
    length, narrow = query.shape[2], torch.get_autocast_dtype("cpu")
    with torch.autocast("cpu", enabled=False):
        if length < BY_HAND[0] or length > BY_HAND[1] or dropout:
            return sdpa(query.float(), key.float(), value.float(), scale, dropout)
        whole = rounded(length)
        query, key, value = (
            functional.pad(part[0].to(narrow), (0, 0, 0, whole - length)) for part in (query, key, value)
        )
        bias = torch.full((whole, whole), float("-inf"), dtype=narrow).triu_(1)
        scores = torch.baddbmm(bias.expand(len(query), -1, -1), query, key.transpose(1, 2), alpha=scale)
        return (torch.softmax(scores, dim=-1) @ value)[None, :, :length].float()


def register_row_attention() -> None:
    """Make the attention known to transformers under its name."""
    from transformers import AttentionInterface, AttentionMaskInterface

    AttentionInterface.register(ATTENTION, row_attention)
    AttentionMaskInterface.register(ATTENTION, lambda *_, **__: None)


def positions_at_once(vocabulary: int) -> int:
    """How many learned positions are scored in one go."""
    return max(128, SCORES_AT_ONCE // vocabulary)


class FusedCrossEntropy(torch.autograd.Function):
    """The summed cross entropy (nats) of N learned positions under a frozen head: hidden (N, C), targets (N,).

    The gradient of the hidden states is made together with the loss, so the logits (N, V) are made in chunks, never
    kept and never computed twice (as in Liger Kernel, Hsu et al. 2024).
    """

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, targets: Tensor, head: Any, logits_of: Any) -> Tensor:
        total = hidden.new_zeros((), dtype=torch.float32)
        gradient = torch.empty_like(hidden)
        at_once = positions_at_once(head.weight.shape[0])
        for first in range(0, len(hidden), at_once):
            hidden_chunk, targets_chunk = hidden[first : first + at_once], targets[first : first + at_once]
            padding = min(rounded(len(hidden_chunk)), at_once) - len(hidden_chunk)
            with torch.enable_grad():
                padded_hidden = functional.pad(hidden_chunk.detach(), (0, 0, 0, padding)).requires_grad_()
                padded_targets = functional.pad(targets_chunk, (0, padding), value=-100)
                loss = summed(logits_of(head, padded_hidden), padded_targets)
            (chunk_gradient,) = torch.autograd.grad(loss, padded_hidden)
            gradient[first : first + at_once] = chunk_gradient[: len(hidden_chunk)]
            total += loss.detach()
        ctx.save_for_backward(gradient)
        return total

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> tuple[Tensor, None, None, None]:
        (gradient,) = ctx.saved_tensors
        return gradient * grad_outputs[0].to(gradient.dtype), None, None, None


class LogitTransform:
    """From hidden states (N, C) to logits (N, V) as the architecture does it: a factor, then a soft cap (Gemma 2)."""

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


def summed(scores: Tensor, targets: Tensor) -> Tensor:
    """The summed cross entropy in nats: logits (N, V), targets (N,)."""
    return functional.cross_entropy(scores.float(), targets, reduction="sum")


def fused_loss_forward(model: Any, head: nn.Module) -> None:
    """Let a model's forward answer `fused=True` with the summed loss of its learned positions; labels (B, T)."""
    usual, scores, weight = model.forward, LogitTransform(model.config), head.weight

    @functools.wraps(usual)  # whoever asks what it takes is told what the model takes
    def forward(*args: Any, fused: bool = False, labels: Any = None, **kwargs: Any) -> Any:
        if not fused:
            return usual(*args, **kwargs) if labels is None else usual(*args, labels=labels, **kwargs)
        kwargs = {name: value for name, value in kwargs.items() if value is not None}
        hidden = model.base_model(*args, use_cache=False, **kwargs).last_hidden_state[:, :-1]
        learned = labels[:, 1:] != -100
        hidden, targets = hidden[learned], labels[:, 1:][learned]
        if hidden.requires_grad and not any(weight.requires_grad for weight in head.parameters()):
            return FusedCrossEntropy.apply(hidden, targets, head, scores)  # type: ignore[no-untyped-call]
        if not torch.is_grad_enabled():
            some = positions_at_once(len(weight))  # type: ignore[arg-type]
            parts = zip(hidden.split(some), targets.split(some), strict=True)
            return torch.stack([summed(scores(head, part), right) for part, right in parts]).sum()
        return summed(scores(head, hidden), targets)

    model.forward = forward


def loss_of_scores(scores: Tensor, labels: Tensor) -> Tensor:
    """The summed loss in nats over all logits (B, T, V) and labels (B, T): what every shortcut must equal."""
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
