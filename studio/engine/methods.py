"""Ways of teaching: which weights change, and which shortcuts this architecture allows.

Imported late: this module imports the heavy libraries.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from studio.engine import speedups
from studio.engine.low_rank import shorten_adapters
from studio.errors import WrongSetting

Collate = Callable[[Any], dict[str, Any]]
MAMBA_KINDS = ("falcon_h1", "mamba", "mamba2", "falcon_mamba", "nemotron_h")
MAMBA_BARRED = ("out_proj", "conv1d")  # PEFT refuses to adapt these there
TOLERANCE = {torch.float32: 1e-4, torch.bfloat16: 2e-2, torch.float16: 2e-2}


def matrices(model: Any) -> dict[str, nn.Module]:
    """Every layer that can be adapted, by full name: matrices, without the head that makes the scores."""
    from transformers.pytorch_utils import Conv1D

    head = model.get_output_embeddings()
    barred = MAMBA_BARRED if model.config.model_type in MAMBA_KINDS else ()
    return {
        name: part
        for name, part in model.named_modules()
        if isinstance(part, nn.Linear | Conv1D) and part is not head and name.rpartition(".")[2] not in barred
    }


def target_names(model: Any, asked: str) -> list[str]:
    """The last parts of the names of the layers to adapt; WrongSetting when the model has none of that name."""
    names = sorted({name.rpartition(".")[2] for name in matrices(model)})
    if asked == "all-linear":
        if not names:
            raise WrongSetting(
                "This model has no layers that LoRA can change.",
                hint="Choose the method 'full'.",
                where="target_modules",
            )
        return names
    wanted = sorted(set(asked.split(",")))
    unknown = [name for name in wanted if name not in names]
    if unknown:
        raise WrongSetting(
            f"This model has no layer called “{unknown[0]}”.",
            hint="It has: " + ", ".join(names) + ".",
            where="target_modules",
        )
    return wanted


def adapter_config(model: Any, plan: Any) -> Any:
    """PEFT's description of the adapter, with short layer names that any model of this family understands."""
    from peft import LoraConfig
    from transformers.pytorch_utils import Conv1D

    recipe = plan.recipe
    names = target_names(model, recipe.target_modules)
    return LoraConfig(
        r=recipe.r,
        lora_alpha=recipe.lora_alpha,
        lora_dropout=recipe.lora_dropout,
        target_modules=names,
        use_rslora=recipe.method == "rslora",
        use_dora=recipe.method == "dora",
        fan_in_fan_out=any(isinstance(part, Conv1D) for part in matrices(model).values()),
        task_type="CAUSAL_LM",
        base_model_name_or_path=plan.base,
    )


def layers_of(model: Any) -> nn.ModuleList:
    """The stack of layers: the longest list of modules."""
    stacks = [part for part in model.modules() if isinstance(part, nn.ModuleList)]
    if not stacks:
        raise WrongSetting(
            "This model has no stack of layers.", hint="Choose the method 'lora' or 'full'.", where="method"
        )
    return max(stacks, key=len)


def freeze_all_but_last(model: Any, count: int) -> None:
    """Only the last layers learn; embeddings, head and everything before them stay."""
    model.requires_grad_(False)
    for layer in list(layers_of(model))[-count:]:
        layer.requires_grad_(True)


def prepare(teacher: Any, plan: Any) -> tuple[bool, Collate]:
    """Use each shortcut that gives this model's own losses: whether the loss is lean, and how rows are laid out."""
    model = teacher.model
    causal = model.get_base_model() if hasattr(model, "get_base_model") else model
    if teacher.aux_loss_enabled:
        return False, speedups.side_by_side
    head = causal.get_output_embeddings()
    if plan.dtype is not torch.float32:
        head = speedups.cast_frozen(causal, plan.dtype)
    rows = probe_rows([(row.ids, row.start) for row in plan.train])
    truth = probe(teacher, speedups.side_by_side(rows), None)
    shorten_adapters(causal, plan.dtype)
    speedups.learn_lean(causal, head)
    if not agrees(truth, lambda: probe(teacher, speedups.side_by_side(rows), True), plan.dtype):
        return False, speedups.side_by_side
    if rows_may_touch(causal.config, plan):
        before = causal.config._attn_implementation
        speedups.register_row_attention()
        causal.set_attn_implementation(speedups.ATTENTION)
        if agrees(truth, lambda: probe(teacher, speedups.end_to_end(rows), True), plan.dtype):
            return True, speedups.end_to_end
        causal.set_attn_implementation(before)
    return True, speedups.side_by_side


def rows_may_touch(config: Any, plan: Any) -> bool:
    """Whether plain causal attention within each row is what this architecture does."""
    text = config.get_text_config()
    window = getattr(text, "sliding_window", None) or getattr(text, "attention_window_size", None)
    longest = max(len(row.ids) for row in plan.train + plan.validation)
    return config._attn_implementation == "sdpa" and (not window or longest <= window)


def probe_rows(rows: list[tuple[list[int], int]]) -> list[tuple[list[int], int]]:
    """A few short rows of different lengths."""
    by_length = {len(row[0]): row for row in sorted(rows, key=lambda row: len(row[0]), reverse=True)}
    return [by_length[length] for length in sorted(by_length)[:3]]


def probe(teacher: Any, batch: dict[str, Any], learn: bool | None) -> float:
    """The summed loss of a few rows, without learning: lean, or by plain arithmetic over all scores."""
    batch = teacher._prepare_inputs(batch)
    lengths, labels = batch.pop("row_lengths"), batch.pop("labels")
    if "position_ids" in batch:
        batch["row_lengths"] = lengths
    teacher.model.eval()
    with torch.no_grad(), teacher.autocast():
        if learn:
            return float(teacher.model(**batch, labels=labels, learn=True))
        return float(speedups.loss_of_scores(teacher.model(**batch).logits, labels))


def agrees(truth: float, shortcut: Callable[[], float], dtype: torch.dtype) -> bool:
    """Whether the shortcut gives the same loss; an architecture that cannot take it at all says no by an error."""
    try:
        found = shortcut()
    except (TypeError, ValueError, RuntimeError, KeyError, IndexError, AttributeError):
        return False
    return abs(found - truth) <= TOLERANCE[dtype] * max(abs(truth), 1.0)
