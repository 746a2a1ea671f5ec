"""LoRA's arithmetic in one step each way, in place of PEFT's: the same sums with fewer casts and copies.

Imported late: this module imports the heavy libraries.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


class LoRAFunction(torch.autograd.Function):
    """y = x·Wᵀ + b + scale·(x·Aᵀ)·Bᵀ for a frozen W (Hu et al. 2021); x (…, in), A (rank, in), B (out, rank).

    A and B stay float32 and are cast to W's format for the sums.
    """

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, lora_A: Tensor, lora_B: Tensor, scale: float
    ) -> Tensor:
        given = x.to(weight.dtype)
        flat = given.reshape(-1, x.shape[-1])
        narrow, wide = lora_A.to(weight.dtype), lora_B.to(weight.dtype)
        inner = flat @ narrow.T
        y = functional.linear(given, weight, bias)  # in its shape from the start: some models go on in place, and
        y.view(-1, y.shape[-1]).addmm_(inner, wide.T, alpha=scale)  # that is not allowed on a view
        ctx.save_for_backward(flat, weight, narrow, wide, inner)
        ctx.scale, ctx.shape = scale, x.shape
        return y

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor | None, None, None, Tensor, Tensor, None]:
        flat, weight, narrow, wide, inner = ctx.saved_tensors
        grad = grad_outputs[0].reshape(-1, grad_outputs[0].shape[-1]).to(weight.dtype)
        inner_grad = (grad @ wide).mul_(ctx.scale)
        lora_B_grad = (grad.T @ inner).mul_(ctx.scale).float()
        lora_A_grad = (inner_grad.T @ flat).float()
        if not ctx.needs_input_grad[0]:
            return None, None, None, lora_A_grad, lora_B_grad, None
        x_grad = (grad @ weight).addmm_(inner_grad, narrow)
        return x_grad.view(ctx.shape), None, None, lora_A_grad, lora_B_grad, None


def shorten_adapters(model: nn.Module, dtype: torch.dtype) -> int:
    """Take the short way in every LoRA layer that is nothing but LoRA; returns how many those are."""
    from peft.tuners.lora.layer import Linear
    from transformers.pytorch_utils import Conv1D

    count = 0
    layers: list[Any] = [layer for layer in model.modules() if type(layer) is Linear]
    for layer in layers:
        if layer.active_adapters != ["default"] or layer.lora_variant:
            continue
        base, lora_A, lora_B = layer.get_base_layer(), layer.lora_A["default"], layer.lora_B["default"]
        plain = isinstance(layer.lora_dropout["default"], nn.Identity) and lora_A.bias is None and lora_B.bias is None
        if plain and type(base) in (nn.Linear, Conv1D) and base.weight.dtype is dtype:
            layer.forward = short_way(base, lora_A, lora_B, float(layer.scaling["default"]))
            count += 1
    return count


def short_way(base: Any, lora_A: Any, lora_B: Any, scale: float) -> Any:
    """The forward of one layer."""
    lying = not isinstance(base, nn.Linear)  # GPT-2 keeps its matrices the other way round

    def forward(x: Tensor, *_: Any, **__: Any) -> Any:
        weight = base.weight.T if lying else base.weight
        return LoRAFunction.apply(x, weight, base.bias, lora_A.weight, lora_B.weight, scale)  # type: ignore[no-untyped-call]

    return forward
