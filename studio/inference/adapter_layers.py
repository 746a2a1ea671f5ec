"""Adapters beside one copy of the weights: each changes only the rows of the batch that are its own.

A batch holds the rows of several contestants, each contestant's rows side by side. An adapted part of the model first
answers for all rows with the starting weights, then every adapter adds its change to its own span of rows, in place.
Rows of the starting model are never touched, so they are what that model alone would give, bit for bit. Where each row
reads a single token, the LoRA changes of all adapters are one product each way instead (`StackedLoRA`), which adds
exactly nothing to the rows of others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

from studio.inference.fair_lock import FairLock


class BatchOwnersUnknown(Exception):
    """This part of the model mixes the rows of a batch, so an adapter cannot tell which are its own."""


class OwnerSpan(NamedTuple):
    """The rows of one contestant: from start up to but not including stop."""

    name: str
    start: int
    stop: int


@dataclass
class BatchOwners:
    """Whose rows the running batch holds. Said before every forward pass, by whoever holds the lock during it."""

    spans: tuple[OwnerSpan, ...] = ()
    count: int = 0
    lock: FairLock = field(default_factory=FairLock)
    _foreign: dict[tuple[tuple[str, int], ...], Tensor] = field(default_factory=dict)

    def assign(self, names: list[str]) -> None:
        """Say who owns each row; the rows of one contestant must lie side by side."""
        spans: list[OwnerSpan] = []
        for place, name in enumerate(names):
            if spans and spans[-1].name == name:
                spans[-1] = spans[-1]._replace(stop=place + 1)
            else:
                spans.append(OwnerSpan(name, place, place + 1))
        if tuple(spans) != self.spans:
            self._foreign.clear()
        self.spans, self.count = tuple(spans), len(names)

    def foreign(self, ranks: tuple[tuple[str, int], ...], device: torch.device) -> Tensor:
        """Of each row, which columns belong to another one's adapter: (B, sum of ranks), for adapters in a stack."""
        if ranks not in self._foreign:
            owners = [span.name for span in self.spans for _ in range(span.start, span.stop)]
            columns = [name for name, rank in ranks for _ in range(rank)]
            self._foreign[ranks] = torch.tensor([[name != mine for name in columns] for mine in owners]).to(device)
        return self._foreign[ranks]


class AdapterChange(Protocol):
    """What one adapter does to one part of the model."""

    def apply(self, plain: nn.Module, inputs: tuple[Any, ...], named: dict[str, Any], output: Tensor) -> None:
        """Change `output`, what the plain part answered for these rows, in place."""

    def tensors(self) -> dict[str, Tensor]:
        """What it holds in memory, for the fingerprint."""


@dataclass
class LoRA:
    """LoRA (Hu et al. 2021) and rsLoRA (Kalajdzievski 2023) on a Linear or a Conv1D: y + scale · B(A x)."""

    lora_A: Tensor  # (rank, in)
    lora_B: Tensor  # (out, rank)
    scale: float
    bias: Tensor | None = None

    def apply(self, plain: nn.Module, inputs: tuple[Any, ...], named: dict[str, Any], output: Tensor) -> None:
        output.add_(F.linear(F.linear(inputs[0], self.lora_A), self.lora_B, self.bias), alpha=self.scale)

    def tensors(self) -> dict[str, Tensor]:
        held = {"down": self.lora_A, "up": self.lora_B, "scale": torch.tensor(self.scale, dtype=torch.float64)}
        return held if self.bias is None else held | {"bias": self.bias}


@dataclass
class DoRA:
    """DoRA (Liu et al. 2024): the direction of W + scale · BA with a learned magnitude.

    As g · (y + scale · B(A x)) + (1 - g) · bias, with g (out,).
    """

    lora_A: Tensor
    lora_B: Tensor
    scale: float
    gain: Tensor  # g: magnitude over the norm of each output's changed weights
    offset: Tensor | None = None  # bias · (1 - g)

    def apply(self, plain: nn.Module, inputs: tuple[Any, ...], named: dict[str, Any], output: Tensor) -> None:
        output.add_(F.linear(F.linear(inputs[0], self.lora_A), self.lora_B), alpha=self.scale)
        output.mul_(self.gain)
        if self.offset is not None:
            output.add_(self.offset)

    def tensors(self) -> dict[str, Tensor]:
        scale = torch.tensor(self.scale, dtype=torch.float64)
        return {"down": self.lora_A, "up": self.lora_B, "scale": scale, "gain": self.gain}


@dataclass
class EmbeddingLoRA:
    """LoRA on an Embedding: the row of the table plus scale · (A[:, token] B)."""

    lora_A: Tensor  # (rank, V)
    lora_B: Tensor  # (C, rank)
    scale: float

    def apply(self, plain: nn.Module, inputs: tuple[Any, ...], named: dict[str, Any], output: Tensor) -> None:
        output.add_(F.linear(F.embedding(inputs[0], self.lora_A.T), self.lora_B), alpha=self.scale)

    def tensors(self) -> dict[str, Tensor]:
        return {"down": self.lora_A, "up": self.lora_B, "scale": torch.tensor(self.scale, dtype=torch.float64)}


@dataclass
class FullReplacement:
    """A part that was trained as a whole: its own tensors in place of the starting model's."""

    own: dict[str, Tensor]

    def apply(self, plain: nn.Module, inputs: tuple[Any, ...], named: dict[str, Any], output: Tensor) -> None:
        output.copy_(self.instead(plain, inputs, named))

    def instead(self, plain: nn.Module, inputs: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """The answer of this part with its own tensors."""
        return functional_call(plain, self.own, inputs, named)

    def tensors(self) -> dict[str, Tensor]:
        return self.own


class StackedLoRA:
    """The LoRA changes of several adapters of one part, one below the other: two products for all rows of a batch.

    What a row's foreign adapters make of it is set to zero between the two, also where it is no number, so that nothing
    of it is left. It holds these adapters once more, as long as they decode together.
    """

    def __init__(self, changes: Mapping[str, LoRA]) -> None:
        self.ranks = tuple((name, len(change.lora_A)) for name, change in changes.items())
        self.names = changes.keys()
        self._down = torch.cat([change.lora_A for change in changes.values()])
        self._up = torch.cat([change.lora_B for change in changes.values()], dim=1)
        scales = [torch.full((len(change.lora_A),), change.scale) for change in changes.values()]
        self._scales = torch.cat(scales).to(self._down)

    def apply(self, inputs: Tensor, foreign: Tensor, output: Tensor) -> None:
        """Change `output`, what the plain part answered for all rows, in place."""
        hidden = F.linear(inputs, self._down).mul_(self._scales)
        hidden.view(foreign.shape).masked_fill_(foreign, 0.0)
        output.add_(F.linear(hidden, self._up))


class PatchedModule(nn.Module):
    """A part of the model together with every adapter's change of it."""

    def __init__(self, plain: nn.Module, rows: BatchOwners) -> None:
        super().__init__()
        self.plain, self._rows = plain, rows
        self.changes: dict[str, AdapterChange] = {}
        self._stack: StackedLoRA | None = None
        self.training = plain.training

    def __getattr__(self, name: str) -> Any:
        """Some architectures look at a part's `weight` or `bias`: they see the starting model's."""
        own = self.__dict__["_modules"]
        return own[name] if name in own else getattr(own["plain"], name)

    def forward(self, *inputs: Any, **named: Any) -> Any:
        """The plain answer for all rows, changed for the rows of each adapter that has a change here."""
        rows = self._rows
        changing = [(span, self.changes[span.name]) for span in rows.spans if span.name in self.changes]
        if len(rows.spans) == 1 and changing and isinstance(changing[0][1], FullReplacement):
            return changing[0][1].instead(self.plain, inputs, named)
        output = self.plain(*inputs, **named)
        if len(changing) > 1 and reads_one_token_a_row(inputs, rows.count):
            stack = self._stack_of({span.name: change for span, change in changing})
            if stack is not None:
                stack.apply(inputs[0], rows.foreign(stack.ranks, output.device), output)
                return output
        for span, change in changing:
            if len(rows.spans) == 1:
                change.apply(self.plain, inputs, named, output)
                continue
            if not isinstance(output, Tensor) or output.shape[0] % rows.count:
                raise BatchOwnersUnknown(type(self.plain).__name__)
            per_row = output.shape[0] // rows.count  # more than 1 where batch and length are flattened, as in OPT
            part = slice(span.start * per_row, span.stop * per_row)
            mine = tuple(cut(value, part, output.shape[0]) for value in inputs)
            mine_named = {key: cut(value, part, output.shape[0]) for key, value in named.items()}
            change.apply(self.plain, mine, mine_named, output[part])
        return output

    def _stack_of(self, changes: Mapping[str, AdapterChange]) -> StackedLoRA | None:
        """These adapters' changes as one, if all are plain LoRA. Kept while no other adapter joins them."""
        if self._stack is None or not changes.keys() <= self._stack.names:
            lora = {name: change for name, change in changes.items() if type(change) is LoRA and change.bias is None}
            self._stack = StackedLoRA(lora) if len(lora) == len(changes) else None
        return self._stack


def reads_one_token_a_row(inputs: tuple[Any, ...], rows: int) -> bool:
    """Whether a part is given (B, 1, C) or (B, C), as it is from the second word of an answer on."""
    return len(inputs) == 1 and inputs[0].numel() == rows * inputs[0].shape[-1]


def cut(value: Any, part: slice, full: int) -> Any:
    """These rows of a tensor that holds all rows; anything else as it is."""
    return value[part] if isinstance(value, Tensor) and value.ndim and value.shape[0] == full else value


@dataclass
class AdaptedModel:
    """The starting model with the changes of every adapter, and the rows of the batch that is running."""

    model: nn.Module
    rows: BatchOwners = field(default_factory=BatchOwners)

    def __post_init__(self) -> None:
        self.parts: dict[str, nn.Module] = dict(self.model.named_modules())  # as they were before any adapter
        self.patched: dict[str, PatchedModule] = {}

    def add(self, name: str, changes: Mapping[str, AdapterChange]) -> None:
        """Put an adapter's changes, by the name of the part, beside the weights."""
        for part, change in changes.items():
            if part not in self.patched:
                self.patched[part] = PatchedModule(self.parts[part], self.rows)
                self._place(part)
            self.patched[part].changes[name] = change

    def _place(self, part: str) -> None:
        """Set the patched part where the plain one was, also inside parents that are patched themselves."""
        parent, _, leaf = part.rpartition(".")
        setattr(self.parts[parent], leaf, self.patched[part])

    def tensors(self, name: str) -> dict[str, Tensor]:
        """Every tensor that this adapter holds in memory, by part and kind."""
        return {
            f"{part}.{kind}": tensor
            for part in sorted(self.patched)
            if name in self.patched[part].changes
            for kind, tensor in sorted(self.patched[part].changes[name].tensors().items())
        }
