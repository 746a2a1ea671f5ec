"""A version's LoRA adapter as PEFT reads it anywhere: short names of layers, the model's own name, no pickle."""

import json
import shutil
from pathlib import Path
from typing import Any

from safetensors import safe_open

from studio.copy.catalog import say
from studio.errors import UnusableModel
from studio.inference.adapter_loading import CONFIG, LORA_KEY, PREFIX, WEIGHTS, must_be_as_sealed
from studio.schemas.exports.export import BaseReference
from studio.storage.files import write_json


def write_adapter(version: Path, base: BaseReference, folder: Path) -> dict[str, Any]:
    """Copy the weights of `version` and describe them anew; the description that was written."""
    if not (version / CONFIG).is_file():
        raise UnusableModel(say("export.no_adapter"), hint=say("export.no_adapter_next"), where=version.parent.name)
    must_be_as_sealed(version)
    config: dict[str, Any] = json.loads((version / CONFIG).read_text(encoding="utf-8"))
    config |= {"base_model_name_or_path": base.name, "revision": base.revision or None, "inference_mode": True}
    named = config.get("target_modules")
    if isinstance(named, list):
        config["target_modules"] = sorted({leaf(part) for part in adapted_parts(version / WEIGHTS)} or set(named))
    shutil.copyfile(version / WEIGHTS, folder / WEIGHTS)
    write_json(folder / CONFIG, dict(sorted(config.items())))
    return config


def adapted_parts(weights: Path) -> list[str]:
    """Which layers the file holds a low-rank change of."""
    with safe_open(weights, framework="pt") as stored:
        matches = [LORA_KEY.match(key.removeprefix(PREFIX)) for key in stored.keys()]  # noqa: SIM118
    return sorted({match[1] for match in matches if match})


def leaf(name: str) -> str:
    """The last part of a layer's name."""
    return name.rpartition(".")[2]


def other_adapters(version: Path) -> list[str]:
    """Further adapters that lie in the folder and are no part of this version."""
    return sorted(path.parent.name for path in version.glob(f"*/{CONFIG}"))
