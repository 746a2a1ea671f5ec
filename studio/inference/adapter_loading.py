"""An adapter folder becomes changes of the model's parts, read from safetensors only and checked against the base.

Which parts change is read from the names of the tensors: no pattern of the adapter's configuration is ever run.
"""

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from transformers.pytorch_utils import Conv1D

from studio.copy.catalog import say
from studio.errors import UnusableModel
from studio.inference.adapter_layers import AdaptedModel, AdapterChange, DoRA, EmbeddingLoRA, FullReplacement, LoRA
from studio.storage.checkpoints import MANIFEST
from studio.storage.files import sha256_of

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
PREFIX = "base_model.model."
LITERAL = re.compile(r"^[\w.]+$")
# Kinds of LoRA that need more than y + scale · B(A x), by the key of the configuration that switches them on.
UNKNOWN_KINDS = ("auto_mapping", "layer_replication", "use_qalora", "arrow_config", "alora_invocation_tokens",
                 "megatron_config", "target_parameters", "trainable_token_indices", "loftq_config", "corda_config",
                 "velora_config", "use_bdlora")  # fmt: skip
LORA_KEY = re.compile(
    r"^(.+)\.(lora_A|lora_B|lora_magnitude_vector|lora_embedding_A|lora_embedding_B)(\.weight|\.bias)?$"
)


def read_changes(folder: Path, adapted: AdaptedModel) -> dict[str, AdapterChange]:
    """The changes by part; UnusableModel says in a sentence why the folder cannot be an adapter of this model."""
    must_be_as_sealed(folder)
    if (folder / CONFIG).is_file():
        return read_lora(folder, adapted)
    return read_own_tensors(folder, adapted)


def must_be_as_sealed(folder: Path) -> None:
    """UnusableModel when the weights are not those whose hashes were sealed with this version, if any were.

    The chat template is left out: a changed one is told by itself, and can be put back.
    """
    if not (folder / MANIFEST).is_file():
        return
    try:
        sealed: dict[str, str] = json.loads((folder / MANIFEST).read_bytes())["files"]
        weights = [name for name in sealed if name == CONFIG or name.endswith(".safetensors")]
        weights += [path.name for path in folder.glob("*.safetensors") if path.name not in sealed]
        wrong = [name for name in weights if sealed.get(name) != sha256_of(folder / name)]
    except FileNotFoundError as error:
        wrong = [Path(error.filename).name]
    except (ValueError, KeyError, TypeError):
        wrong = [MANIFEST]
    if wrong:
        raise UnusableModel(
            say('adapter_loading.version_not_one_was', wrong=wrong[0]),
            hint=say('adapter_loading.put_saved_file_back'), where=folder.parent.name,
        )  # fmt: skip


def must_be_whole(
    folder: Path, config: dict[str, Any], changes: Mapping[str, AdapterChange], adapted: AdaptedModel
) -> None:
    """UnusableModel when parts that the adapter says it changes are not there: the rest alone is another model."""
    named = config.get("target_modules")
    if not isinstance(named, list) or any(config.get(key) for key in ("layers_to_transform", "exclude_modules")):
        return
    ends = {str(name) for name in named}
    wanted = [part for part in adapted.parts if part in ends or any(part.endswith(f".{end}") for end in ends)]
    missing = [part for part in wanted if part not in changes]
    if missing:
        raise UnusableModel(
            say('adapter_loading.adapter_not_whole_changes', wanted=len(wanted), missing=len(missing)),
            hint=say('adapter_loading.copy_folder_again'), where=folder.name,
        )  # fmt: skip


def read_lora(folder: Path, adapted: AdaptedModel) -> dict[str, AdapterChange]:
    """LoRA, rsLoRA and DoRA in PEFT's own folder format."""
    config = read_config(folder)
    by_part: dict[str, dict[str, Tensor]] = {}
    for key, tensor in read_tensors([folder / WEIGHTS]).items():
        name = key.removeprefix(PREFIX)
        match = LORA_KEY.match(name)
        part, _, kind = name.rpartition(".")
        if part.endswith(".base_layer"):  # PEFT may save a copy of the starting weights beside the change
            same_as_base(part.removesuffix(".base_layer"), kind, tensor, adapted, folder.name)
            continue
        if match:
            part, kind = match[1], match[2] + (".bias" if match[3] == ".bias" else "")
        by_part.setdefault(part, {})[kind] = tensor
    if not by_part:
        raise UnusableModel(
            say("adapter_loading.adapter_empty"), hint=say("adapter_loading.copy_folder_again"), where=folder.name
        )
    changes: dict[str, AdapterChange] = {}
    for part, found in by_part.items():
        if part not in adapted.parts:
            raise UnusableModel(say('adapter_loading.adapter_was_made_for', part=part[:80]),
                                hint=say('adapter_loading.choose_model_was_taught'), where=folder.name)  # fmt: skip
        changes[part] = change_of(part, adapted.parts[part], found, config, folder.name)
    must_be_whole(folder, config, changes, adapted)
    return changes


def read_config(folder: Path) -> dict[str, Any]:
    """`adapter_config.json`, with everything refused that would mean another calculation than ours."""
    path = folder / CONFIG
    try:
        config = json.loads(path.read_bytes()[:1_000_000])
    except ValueError:
        raise UnusableModel(
            say("adapter_loading.adapter_configuration_damaged"),
            hint=say("adapter_loading.copy_folder_again"),
            where=CONFIG,
        ) from None
    if not isinstance(config, dict) or config.get("peft_type") != "LORA":
        raise UnusableModel(say("adapter_loading.only_lora_adapters_can"), where=CONFIG)
    if config.get("task_type") not in (None, "CAUSAL_LM"):
        raise UnusableModel(say("adapter_loading.adapter_for_not_for", task_type=config["task_type"]), where=CONFIG)
    odd = [key for key in UNKNOWN_KINDS if config.get(key)]
    if config.get("bias", "none") != "none":
        odd.append("bias")
    if config.get("init_lora_weights", True) not in (True, False, "gaussian", "eva", "orthogonal"):
        odd.append("init_lora_weights")
    if odd:
        raise UnusableModel(say("adapter_loading.adapter_uses_which_studio", odd=odd[0]), where=CONFIG)
    numbers = {"r": config.get("r", 8), "lora_alpha": config.get("lora_alpha", 8)}
    patterns = [config.get(key) or {} for key in ("alpha_pattern", "rank_pattern")]
    if any(not isinstance(pattern, dict) for pattern in patterns):
        raise UnusableModel(
            say("adapter_loading.adapter_configuration_damaged"),
            hint=say("adapter_loading.copy_folder_again"),
            where=CONFIG,
        )
    if any(not LITERAL.match(str(key)) for pattern in patterns for key in pattern):
        raise UnusableModel(say("adapter_loading.adapter_names_parts_by"), where=CONFIG)
    numbers |= {f"{key} ({place})": value for place, pattern in enumerate(patterns) for key, value in pattern.items()}
    for key, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
            raise UnusableModel(say("adapter_loading.adapter_cannot_be_used", key=key[:60]), where=CONFIG)
    return config


def change_of(
    part: str, plain: nn.Module, found: dict[str, Tensor], config: dict[str, Any], where: str
) -> AdapterChange:
    """What the tensors of one part mean, after their shapes were compared with the part."""
    like = next(plain.parameters(recurse=False))
    if not any(kind.startswith("lora_") for kind in found):
        return own_tensors(part, plain, found, where)
    if {"lora_embedding_A", "lora_embedding_B"} == found.keys() and isinstance(plain, nn.Embedding):
        lora_A, lora_B = found["lora_embedding_A"], found["lora_embedding_B"]
        shapes_match(part, lora_A, lora_B, plain.num_embeddings, plain.embedding_dim, where)
        return EmbeddingLoRA(to(lora_A, like), to(lora_B, like), scale_of(part, len(lora_A), config))
    optional = {"lora_magnitude_vector", "lora_B.bias"}
    if not {"lora_A", "lora_B"} <= found.keys() <= {"lora_A", "lora_B"} | optional:
        raise UnusableModel(say("adapter_loading.adapter_tensors_for_not", part=part[:80]), where=where)
    if not isinstance(plain, nn.Linear | Conv1D):
        raise UnusableModel(say("adapter_loading.adapter_changes_kind_part", part=part[:80]), where=where)
    wide = plain.weight if isinstance(plain, nn.Linear) else plain.weight.T  # out x in
    lora_A, lora_B, scale = found["lora_A"], found["lora_B"], scale_of(part, len(found["lora_A"]), config)
    shapes_match(part, lora_A, lora_B, wide.shape[1], wide.shape[0], where)
    if bool(config.get("use_dora")) != ("lora_magnitude_vector" in found) or optional <= found.keys():
        raise UnusableModel(say("adapter_loading.adapter_tensors_for_do", part=part[:80]), where=where)
    if "lora_magnitude_vector" not in found:
        bias = found.get("lora_B.bias")
        return LoRA(to(lora_A, like), to(lora_B, like), scale, None if bias is None else to(bias, like))
    length = found["lora_magnitude_vector"].to(like.device, torch.float32)
    changed = wide.detach().float() + scale * (lora_B.to(like.device).float() @ lora_A.to(like.device).float())
    if length.shape != changed.shape[:1]:
        raise UnusableModel(say("adapter_loading.adapter_has_another_size", part=part[:80]), where=where)
    gain = length / changed.norm(dim=1)
    offset = None if plain.bias is None else to(plain.bias.detach().float() * (1 - gain), like)
    return DoRA(to(lora_A, like), to(lora_B, like), scale, to(gain, like), offset)


def shapes_match(part: str, lora_A: Tensor, lora_B: Tensor, wide_in: int, wide_out: int, where: str) -> None:
    """A: rank x in, B: out x rank, of one rank."""
    if lora_A.ndim != 2 or lora_B.ndim != 2 or lora_A.shape[1] != wide_in or lora_B.shape[0] != wide_out:
        raise UnusableModel(say('adapter_loading.adapter_was_made_for_model', part=part[:80]),
                            hint=say('adapter_loading.choose_model_was_taught'), where=where)  # fmt: skip
    if not 0 < lora_A.shape[0] == lora_B.shape[1]:
        raise UnusableModel(say("adapter_loading.adapter_two_halves_have", part=part[:80]), where=where)


def scale_of(part: str, rank: int, config: dict[str, Any]) -> float:
    """alpha / r, or alpha / sqrt(r) for rsLoRA, with the part's own alpha where the adapter gives one."""
    pattern: dict[str, float] = config.get("alpha_pattern") or {}
    alpha = next((value for key, value in pattern.items() if part == key or part.endswith("." + key)), None)
    alpha = config.get("lora_alpha", 8) if alpha is None else alpha
    if not config.get("rank_pattern") and rank != config.get("r", 8):
        raise UnusableModel(say("adapter_loading.adapter_rank_not_as", config=config.get("r", 8)), where=CONFIG)
    return float(alpha) / (math.sqrt(rank) if config.get("use_rslora") else rank)


def same_as_base(part: str, kind: str, tensor: Tensor, adapted: AdaptedModel, where: str) -> None:
    """UnusableModel unless this copy of a starting tensor is the model's own."""
    base = getattr(adapted.parts.get(part), kind, None)
    if not isinstance(base, Tensor) or base.shape != tensor.shape or not torch.equal(to(tensor, base), base):
        raise UnusableModel(say('adapter_loading.adapter_was_taught_on'),
                            hint=say('adapter_loading.choose_model_was_taught'), where=where)  # fmt: skip


def own_tensors(part: str, plain: nn.Module, found: dict[str, Tensor], where: str) -> FullReplacement:
    """A part that was trained as a whole."""
    own = dict(plain.named_parameters(recurse=False))
    for kind, tensor in found.items():
        if kind not in own or own[kind].shape != tensor.shape:
            raise UnusableModel(say('adapter_loading.does_not_fit_model', part=part[:80], kind=kind[:40]),
                                hint=say('adapter_loading.choose_model_was_taught'), where=where)  # fmt: skip
    return FullReplacement({kind: to(tensor, own[kind]) for kind, tensor in found.items()})


def read_own_tensors(folder: Path, adapted: AdaptedModel) -> dict[str, AdapterChange]:
    """A whole model, or some of its tensors, taught on this base: what differs from the base is kept, by part."""
    files = sorted(folder.glob("model*.safetensors"))
    if not files:
        raise UnusableModel(
            say("adapter_loading.folder_holds_neither_adapter"),
            hint=say("adapter_loading.should_hold", config=CONFIG, weights=WEIGHTS),
            where=folder.name,
        )
    holders: dict[int, list[tuple[str, str]]] = {}  # a tied tensor lies in several parts
    named: dict[str, nn.Parameter] = {}
    for part, module in adapted.parts.items():
        for kind, parameter in module.named_parameters(recurse=False):
            holders.setdefault(id(parameter), []).append((part, kind))
            named[f"{part}.{kind}" if part else kind] = parameter
    changed: dict[str, dict[str, Tensor]] = {}
    for key, tensor in read_tensors(files).items():
        base = named.get(key)
        if base is None or base.shape != tensor.shape:
            raise UnusableModel(say('adapter_loading.these_weights_were_made', key=key[:80]),
                                hint=say('adapter_loading.choose_model_they_were'), where=folder.name)  # fmt: skip
        tensor = to(tensor, base)
        if not torch.equal(tensor, base):
            for part, kind in holders[id(base)]:
                changed.setdefault(part, {})[kind] = tensor
    return {part: FullReplacement(own) for part, own in changed.items()}


def read_tensors(files: list[Path]) -> dict[str, Tensor]:
    """All tensors of these safetensors files, whole and finite."""
    found: dict[str, Tensor] = {}
    for path in files:
        if not path.is_file():
            raise UnusableModel(say('adapter_loading.adapter_has_no_weights'),
                                hint=say('adapter_loading.pickled_weights_bin_pt'), where=path.name)  # fmt: skip
        try:
            with safe_open(path, framework="pt") as stored:
                found |= {key: stored.get_tensor(key) for key in stored.keys()}  # noqa: SIM118
        except SafetensorError:
            raise UnusableModel(
                say("adapter_loading.file_weights_damaged_or"),
                hint=say("adapter_loading.download_or_copy_again"),
                where=path.name,
            ) from None
    for key, tensor in found.items():
        if not tensor.is_floating_point() or not bool(torch.isfinite(tensor).all()):
            raise UnusableModel(say("adapter_loading.holds_something_not_number", key=key[:80]), where=files[0].name)
    return found


def to(tensor: Tensor, like: Tensor) -> Tensor:
    """On the device and in the number format of the model."""
    return tensor.to(like.device, like.dtype).contiguous()
