"""How many tokens a model reads at once: one rule, for inspection, training, chat and exam."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

NAMES = ("max_position_embeddings", "n_positions", "max_seq_len", "seq_length")
UNSTATED = 2_048  # tokens, for an architecture whose configuration says none


def context_length(config: Any) -> int:
    """In tokens, by a transformers configuration; of a model with several parts, what its text part says."""
    text = config.get_text_config()
    return stated(lambda name: getattr(text, name, None))


def context_length_of_json(config: Mapping[str, Any]) -> int:
    """The same by the bytes of `config.json` alone, for which no library is imported."""
    text = config.get("text_config") or config
    return stated(text.get)


def context_length_of_folder(folder: Path) -> int:
    """The same of a model folder."""
    import transformers

    return context_length(
        transformers.AutoConfig.from_pretrained(str(folder), trust_remote_code=False, local_files_only=True)
    )


def stated(field: Callable[[str], object]) -> int:
    """The first of the names under which architectures say it."""
    for name in NAMES:
        value = field(name)
        if isinstance(value, int) and value > 0:
            return value
    return UNSTATED


def spelled_out(config: dict[str, Any]) -> dict[str, Any]:
    """A configuration with the older name of its length, which transformers leaves out and the converter asks for."""
    return {"n_ctx": config["n_positions"], **config} if "n_positions" in config else config
