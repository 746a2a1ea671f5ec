"""The same losses as plain TRL with less work.

TRL scores learned positions alone since 1.16, and computes on padding. Here rows lie end to end without padding where
the architecture allows it, scores are neither kept nor made twice, and frozen weights are cast once instead of at every
step. `agrees` proves each shortcut on the model at hand before it is used; what cannot be used is noted in the run.
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
        """See Order."""
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
    """Rows one after the other in a single line, positions starting anew with each; the line's end is filled up."""
    ids = torch.tensor([number for row, _ in rows for number in row])
    ids = functional.pad(ids, (0, rounded(len(ids)) - len(ids)))
    labels, positions, place = torch.full_like(ids, -100), torch.zeros_like(ids), 0
    for row, start in rows:
        first, end = place + max(start, 1), place + len(row)
        labels[first:end] = ids[first:end]
        positions[place:end] = torch.arange(len(row))
        place = end
    lengths = [len(row) for row, _ in rows]
    return {"input_ids": ids[None], "labels": labels[None], "position_ids": positions[None], "row_lengths": lengths}


def collate_padded(rows: Sequence[tuple[list[int], int]]) -> dict[str, Any]:
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
    """Causal attention within each row of a line of rows; what fills the line up attends to nothing."""
    groups = query.shape[1] // key.shape[1]
    if groups > 1:
        key, value = key.repeat_interleave(groups, dim=1), value.repeat_interleave(groups, dim=1)
    by = query.shape[-1] ** -0.5 if scaling is None else scaling
    if takes_lines(query, dropout):
        return attend_line(query, key, value, by, row_lengths), None
    way = attend_narrow if query.device.type == "cpu" and torch.is_autocast_enabled("cpu") else attend
    rest = query.shape[2] - sum(row_lengths)
    parts = zip(*(torch.split(part, [*row_lengths, rest], 2)[:-1] for part in (query, key, value)), strict=True)
    found = [way(q, k, v, by, dropout) for q, k, v in parts]
    found.append(torch.zeros_like(query[:, :, :rest], dtype=found[0].dtype))
    return torch.cat(found, dim=2).transpose(1, 2).contiguous(), None


def takes_lines(query: Tensor, dropout: float) -> bool:
    """Whether all rows of a line can be read by one kernel: FlashAttention, on an NVIDIA card since Ampere, in half
    precision. Elsewhere each row is read by itself."""
    if not query.is_cuda or torch.version.hip is not None or not torch.is_autocast_enabled("cuda"):
        return False
    head = query.shape[-1]
    return not dropout and head % 8 == 0 and head <= 256 and torch.cuda.get_device_capability(query.device) >= (8, 0)


def attend_line(query: Tensor, key: Tensor, value: Tensor, by: float, row_lengths: Sequence[int]) -> Tensor:
    """Causal attention within each row, `(1, H, T, D)` to `(1, T, H, D)`, for all rows at once."""
    from torch.nn.attention.varlen import varlen_attn

    whole, longest, narrow = sum(row_lengths), max(row_lengths), torch.get_autocast_dtype("cuda")
    ends = torch.tensor([0, *accumulate(row_lengths)], dtype=torch.int32).to(query.device, non_blocking=True)
    q, k, v = (part[0, :, :whole].transpose(0, 1).to(narrow) for part in (query, key, value))
    found: Any = varlen_attn(q, k, v, ends, ends, longest, longest, scale=by, window_size=(-1, 0))
    line: Tensor = functional.pad(found, (0, 0, 0, 0, 0, query.shape[2] - whole))
    return line[None]


def attend(query: Tensor, key: Tensor, value: Tensor, by: float, dropout: float) -> Tensor:
    """Torch's own."""
    return functional.scaled_dot_product_attention(query, key, value, dropout_p=dropout, is_causal=True, scale=by)


def attend_narrow(query: Tensor, key: Tensor, value: Tensor, by: float, dropout: float) -> Tensor:
    """In bfloat16 on a CPU torch's own is slow: short rows go faster in float32, middling ones by hand (measured)."""
    length, narrow = query.shape[2], torch.get_autocast_dtype("cpu")
    with torch.autocast("cpu", enabled=False):
        if length < BY_HAND[0] or length > BY_HAND[1] or dropout:
            return attend(query.float(), key.float(), value.float(), by, dropout)
        whole = rounded(length)
        query, key, value = (
            functional.pad(part[0].to(narrow), (0, 0, 0, whole - length)) for part in (query, key, value)
        )
        bias = torch.full((whole, whole), float("-inf"), dtype=narrow).triu_(1)
        scores = torch.baddbmm(bias.expand(len(query), -1, -1), query, key.transpose(1, 2), alpha=by)
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
            some, right = hidden[first : first + at_once], targets[first : first + at_once]
            more = min(rounded(len(some)), at_once) - len(some)
            with torch.enable_grad():
                part = functional.pad(some.detach(), (0, 0, 0, more)).requires_grad_()
                wanted = functional.pad(right, (0, more), value=-100)
                loss = summed(scores(head, part), wanted)
            (found,) = torch.autograd.grad(loss, part)
            gradient[first : first + at_once] = found[: len(some)]
            total += loss.detach()
        ctx.save_for_backward(gradient)
        return total

    @staticmethod
    def backward(ctx: Any, *outside: Any) -> tuple[Tensor, None, None, None]:
        (gradient,) = ctx.saved_tensors
        return gradient * outside[0].to(gradient.dtype), None, None, None


class LogitTransform:
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


def summed(scores: Tensor, targets: Tensor) -> Tensor:
    """The cross entropy of these positions, as a sum."""
    return functional.cross_entropy(scores.float(), targets, reduction="sum")


def fused_loss_forward(model: Any, head: nn.Module) -> None:
    """Teach a causal model to answer `fused=True` with the summed loss of its learned positions, and nothing else."""
    usual, scores, weight = model.forward, LogitTransform(model.config), head.weight

    @functools.wraps(usual)  # whoever asks what it takes is told what the model takes
    def forward(*args: Any, fused: bool = False, labels: Any = None, **kwargs: Any) -> Any:
        if not fused:
            return usual(*args, **kwargs) if labels is None else usual(*args, labels=labels, **kwargs)
        kwargs = {name: value for name, value in kwargs.items() if value is not None}
        hidden = model.base_model(*args, use_cache=False, **kwargs).last_hidden_state[:, :-1]
        kept = labels[:, 1:] != -100
        hidden, targets = hidden[kept], labels[:, 1:][kept]
        if hidden.requires_grad and not any(weight.requires_grad for weight in head.parameters()):
            return FusedCrossEntropy.apply(hidden, targets, head, scores)  # type: ignore[no-untyped-call]
        if not torch.is_grad_enabled():
            some = positions_at_once(len(weight))  # type: ignore[arg-type]
            parts = zip(hidden.split(some), targets.split(some), strict=True)
            return torch.stack([summed(scores(head, part), right) for part, right in parts]).sum()
        return summed(scores(head, hidden), targets)

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
