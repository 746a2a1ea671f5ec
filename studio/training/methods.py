"""Ways of training: which weights change, and which shortcuts this architecture allows.

Imported late: this module imports the heavy libraries.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import torch
from torch import nn

from studio.copy.catalog import say
from studio.errors import WrongSetting
from studio.schemas.fallback import Fallback
from studio.schemas.recipe import ADAPTERS, Recipe
from studio.training import losses
from studio.training.lora_forward import shorten_adapters

Collate = Callable[[Any], dict[str, Any]]
TokenRow = tuple[list[int], int]
MAMBA_KINDS = ("falcon_h1", "mamba", "mamba2", "falcon_mamba", "nemotron_h")
MAMBA_BARRED = ("out_proj", "conv1d")  # PEFT refuses to adapt these there
PLAIN_LAYERS = {"full_attention", "sliding_attention"}
REACH = ("sliding_window", "attention_window_size", "attention_chunk_size")  # what lies further back is not seen
SHORT, LONG = 16, 32  # tokens of a row on which gradients, and leaks between rows, are tried
LEAK = 1e-5  # of what its own first word does; rows that stay apart leave no trace at all
TOLERANCE = {torch.float32: 1e-4, torch.bfloat16: 2e-2, torch.float16: 2e-2}


def matrices(model: Any) -> dict[str, nn.Module]:
    """Every layer that can be adapted, by full name: matrices, without the head that makes the scores.

    Left out is what PEFT refuses or would read as something else, and routers, which answer with more than a tensor.
    """
    from transformers.pytorch_utils import Conv1D

    head = model.get_output_embeddings()
    heads = {name for name, _ in heads_of(model)}
    linear_layers = {
        name: part
        for name, part in model.named_modules()
        if isinstance(part, nn.Linear | Conv1D) and part is not head and not type(part).__name__.endswith("Router")
        and not any(name.startswith(f"{top}.") or name == top for top in heads)
    }  # fmt: skip
    barred = names_barred(model, linear_layers)
    return {name: part for name, part in linear_layers.items() if leaf(name) not in barred}


def heads_of(model: Any) -> list[tuple[str, nn.Module]]:
    """What a label model has above its encoder, the pooler included; it is taught whole. Nothing of one that writes."""
    if not type(model).__name__.endswith("ForSequenceClassification"):
        return []
    encoder = model.base_model_prefix
    heads = [(name, part) for name, part in model.named_children() if name != encoder and list(part.parameters())]
    pooler = getattr(getattr(model, encoder), "pooler", None)
    return [*heads, *([(f"{encoder}.pooler", pooler)] if pooler is not None else [])]


def names_barred(model: Any, layer_names: Iterable[str]) -> set[str]:
    """Last parts of these layers' names that PEFT refuses, or would read as something else."""
    barred = set(MAMBA_BARRED) if model.config.model_type in MAMBA_KINDS else set()
    leaves = {leaf(full) for full in layer_names}
    return {name for name in leaves if name in barred or means_experts(model, name)}


def layers_left_out(model: Any, recipe: Recipe) -> list[Fallback]:
    """What this way of training leaves out of this model, though it was asked for all of it."""
    text = model.config.get_text_config()
    fallbacks = []
    if recipe.method in ADAPTERS and recipe.target_modules == "all-linear":
        linear = [name for name, part in model.named_modules() if isinstance(part, nn.Linear)]
        fallbacks += [Fallback.LAYERS_LEFT_OUT] if names_barred(model, linear) else []
    if hasattr(text, "output_router_logits") and getattr(text, "router_aux_loss_coef", None) and not has_balance(text):
        fallbacks.append(Fallback.EXPERTS_UNBALANCED)
    return fallbacks


def has_balance(text: Any) -> bool:
    """Whether TRL can balance this model's experts: it knows their number under one name only."""
    return hasattr(text, "num_experts")


def leaf(name: str) -> str:
    """The last part of a layer's full name."""
    return name.rpartition(".")[2]


def means_experts(model: Any, name: str) -> bool:
    """Whether PEFT would turn this name into the weights of all experts, which a mixture keeps in one block."""
    from peft import LoraConfig
    from peft.utils.transformers_weight_conversion import convert_peft_config_for_transformers

    asked = LoraConfig(target_modules=[name])
    try:
        convert_peft_config_for_transformers(asked, model, None)
    except ValueError:  # it asks for the other half of the block as well
        return True
    return bool(asked.target_parameters)


def target_names(model: Any, asked: str) -> list[str]:
    """The last parts of the names of the layers to adapt; WrongSetting when the model has none of that name."""
    names = sorted({leaf(name) for name in matrices(model)})
    if asked == "all-linear":
        if not names:
            raise WrongSetting(
                say("methods.model_has_no_layers"),
                hint=say("methods.choose_method"),
                where="target_modules",
            )
        return names
    wanted = sorted(set(asked.split(",")))
    unknown = [name for name in wanted if name not in names]
    if unknown:
        raise WrongSetting(
            say("methods.model_has_no_layer", unknown=unknown[0]),
            hint=say("methods.has") + ", ".join(names) + ".",
            where="target_modules",
        )
    return wanted


def adapter_config(model: Any, plan: Any) -> Any:
    """PEFT's description of the adapter, with short layer names that any model of this family understands."""
    from peft import LoraConfig
    from transformers.pytorch_utils import Conv1D

    recipe, linear_layers = plan.recipe, matrices(model)
    names = target_names(model, recipe.target_modules)
    namesakes = [name for name, _ in model.named_modules() if leaf(name) in names and name not in linear_layers]
    return LoraConfig(
        r=recipe.r,
        lora_alpha=recipe.lora_alpha,
        lora_dropout=recipe.lora_dropout,
        target_modules=names,
        exclude_modules=namesakes or None,
        modules_to_save=sorted(leaf(name) for name, _ in heads_of(model)) or None,
        use_rslora=recipe.method == "rslora",
        use_dora=recipe.method == "dora",
        fan_in_fan_out=any(isinstance(part, Conv1D) for part in linear_layers.values()),
        task_type="SEQ_CLS" if recipe.task == "labels" else "CAUSAL_LM",  # PEFT keeps the head of labels whole
        base_model_name_or_path=plan.base,
    )


def layers_of(model: Any) -> nn.ModuleList:
    """The stack of layers: the longest list of modules."""
    stacks = [part for part in model.modules() if isinstance(part, nn.ModuleList)]
    if not stacks:
        raise WrongSetting(say("methods.model_has_no_stack"), hint=say("methods.choose_method_or"), where="method")
    return max(stacks, key=len)


def freeze_all_but_last(model: Any, count: int) -> None:
    """Only the last layers learn, and the head of a label model; embeddings and everything before them stay."""
    model.requires_grad_(False)
    for layer in [*list(layers_of(model))[-count:], *(head for _, head in heads_of(model))]:
        layer.requires_grad_(True)


def prepare(trainer: Any, plan: Any) -> tuple[bool, Collate]:
    """Use each shortcut that gives this model's own losses: whether the loss is lean, and how rows are laid out."""
    model = trainer.model
    causal = model.get_base_model() if hasattr(model, "get_base_model") else model
    if trainer.aux_loss_enabled:
        return False, losses.collate_padded
    head = causal.get_output_embeddings()
    if plan.dtype is not torch.float32:
        head = losses.cast_frozen(causal, plan.dtype)
    rows = probe_rows([(row.ids, row.start) for row in plan.train])
    truth = probe(trainer, losses.collate_padded, rows, None)
    shorten_adapters(causal, plan.dtype)
    losses.fused_loss_forward(causal, head)
    if not agrees(truth, lambda: probe(trainer, losses.collate_padded, rows, True), plan.dtype):
        return False, losses.collate_padded
    if rows_may_touch(causal.config, plan):
        before = causal.config._attn_implementation
        losses.register_row_attention()

        def laid_out() -> GradientProbe:
            causal.set_attn_implementation(losses.ATTENTION)
            if rows_mix(trainer, rows):
                raise ValueError("a row is read with the one before it in mind")
            return probe(trainer, losses.collate_flattened, rows, True)

        if agrees(truth, laid_out, plan.dtype):
            return True, losses.collate_flattened
        causal.set_attn_implementation(before)
    return True, losses.collate_padded


def rows_may_touch(config: Any, plan: Any) -> bool:
    """Whether plain causal attention within each row is what this architecture does."""
    text = config.get_text_config()
    reach = [getattr(text, name, None) for name in REACH]
    longest = max(len(row.ids) for row in plan.train + plan.validation)
    plain = set(getattr(text, "layer_types", None) or ()) <= PLAIN_LAYERS
    return plain and config._attn_implementation == "sdpa" and all(not far or longest <= far for far in reach)


def probe_rows(rows: list[TokenRow]) -> list[TokenRow]:
    """A few short rows of different lengths."""
    by_length = {len(row[0]): row for row in sorted(rows, key=lambda row: len(row[0]), reverse=True)}
    return [by_length[length] for length in sorted(by_length)[:3]]


class GradientProbe(NamedTuple):
    """What a way of calculating gives for a few rows: their summed loss, and where it would have the model learn."""

    loss: float
    gradients: tuple[torch.Tensor | None, ...]


def probe(trainer: Any, collate: Collate, rows: list[TokenRow], fused: bool | None) -> GradientProbe:
    """Calculate without learning, lean or by plain arithmetic over all scores; gradients of the rows' beginnings."""
    weights = [weight for weight in trainer.model.parameters() if weight.requires_grad]
    trainer.model.eval()
    with torch.no_grad():
        loss = float(loss_of(trainer, collate(rows), fused))
    with torch.enable_grad():
        short = loss_of(trainer, collate([(ids[:SHORT], 1) for ids, _ in rows if len(ids) > 1]), fused)
        return GradientProbe(loss, torch.autograd.grad(short, weights, allow_unused=True))


def loss_of(trainer: Any, batch: dict[str, Any], fused: bool | None) -> torch.Tensor:
    """The summed loss of a batch."""
    batch = trainer._prepare_inputs(batch)
    lengths, labels = batch.pop("row_lengths"), batch.pop("labels")
    if "position_ids" in batch:
        batch["row_lengths"] = lengths
    with trainer.autocast():
        if fused:
            loss: torch.Tensor = trainer.model(**batch, labels=labels, fused=True)
            return loss
        return losses.loss_of_scores(trainer.model(**batch).logits, labels)


def rows_mix(trainer: Any, rows: list[TokenRow]) -> bool:
    """Whether words of one row change what follows in the next one, measured by what that row's own first word does.

    Windows, recurrences and short convolutions run on over the end of a row without a word about it.
    """
    before, mine = rows[0][0][:LONG], rows[-1][0][:LONG]
    other = next((number for number in before + mine if number != mine[0]), mine[0])

    def scores(first: list[int], second: list[int]) -> torch.Tensor:
        batch = trainer._prepare_inputs(losses.collate_flattened([(first, len(first)), (second, 1)]))
        batch.pop("labels")
        with torch.no_grad(), trainer.autocast():
            logits: torch.Tensor = trainer.model(**batch).logits[0, len(first) :]
            return logits.float()

    usual = scores(before, mine)
    leak = (scores(before[::-1], mine) - usual).abs().max()
    own = (scores(before, [other, *mine[1:]]) - usual)[1:].abs().max() if len(mine) > 1 else leak
    return bool(leak > LEAK * own)


def agrees(truth: GradientProbe, shortcut: Callable[[], GradientProbe], dtype: torch.dtype) -> bool:
    """Whether the shortcut gives the same loss and gradients; one that cannot take it errs: a no."""
    try:
        shortcut_probe = shortcut()
    except (TypeError, ValueError, RuntimeError, KeyError, IndexError, AttributeError):
        return False
    if not abs(shortcut_probe.loss - truth.loss) <= TOLERANCE[dtype] * max(abs(truth.loss), 1.0):
        return False
    size = apart = 0.0
    for one, other in zip(truth.gradients, shortcut_probe.gradients, strict=True):
        if one is not None:
            size += float(one.double().square().sum())
            apart += float((one.double() - (0.0 if other is None else other.double())).square().sum())
        elif other is not None:
            apart += float(other.double().square().sum())
    return apart <= (10 * TOLERANCE[dtype]) ** 2 * size
