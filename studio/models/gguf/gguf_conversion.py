"""The child that unpacks a GGUF: `python -m studio.models.gguf.gguf_conversion`, its order on standard input.

The compressed weights are dequantised once, to bfloat16 safetensors with tokenizer and chat layout: from then on it is
a folder like any other, opened and taught by the same rules.
"""

import json
import logging
import shutil
import warnings
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.errors import UnusableModel
from studio.models.fetch_process import check_room, part_of, publish, report, run
from studio.models.gguf.gguf_header import GgufHeader, read_header
from studio.models.inspector_process import limit_memory
from studio.models.model_files import SOURCE
from studio.storage.files import sha256_of, write_json

SPARE_BYTES = 50_000_000  # tokenizer, configuration, and what a file system needs beside


def unpack(order: dict[str, Any]) -> None:
    """Make the folder `target` of the file `gguf`."""
    file, target = Path(order["gguf"]), Path(order["target"])
    header = read_header(file)
    check_room(target.parent, 2 * header.parameters + SPARE_BYTES, order["model"])
    report(stage="unpack", total=0)
    convert(file, header, part_of(target) / "model", {"id": order["model"], "file": str(file)})
    publish(part_of(target) / "model", target)


def convert(file: Path, header: GgufHeader, out: Path, source: dict[str, str]) -> None:
    """Dequantise into the folder `out`. UnusableModel when transformers cannot read it."""
    limit_memory(4 * header.parameters + header.size)
    shutil.rmtree(out, ignore_errors=True)
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig
    from transformers.utils import logging as of_transformers

    of_transformers.disable_progress_bar()
    place: dict[str, Any] = {"gguf_file": file.name, "trust_remote_code": False, "local_files_only": True}
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(file.parent), **place)
        model = AutoModelForCausalLM.from_pretrained(
            str(file.parent), quantization_config=GgufConfig(dequantize=True), dtype=torch.bfloat16, **place
        )
    except (ValueError, TypeError, KeyError, AttributeError, OSError, RuntimeError, IndexError, MemoryError) as error:
        raise UnusableModel(
            say("gguf.unreadable", why=str(error)[:160]), hint=say("gguf.choose_original"), where=str(file)
        ) from None
    if not tokenizer.chat_template and (layout := header.text("tokenizer.chat_template")):
        tokenizer.chat_template = layout
    tokenizer.model_max_length = min(
        tokenizer.model_max_length, getattr(model.config, "max_position_embeddings", 2**20)
    )
    model.config._name_or_path = ""
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    drop_invented_tokens(out / "tokenizer.json", int(header.facts.get("tokenizer.ggml.tokens", 0) or 0))
    config = out / "config.json"
    told = {k: v for k, v in json.loads(config.read_text(encoding="utf-8")).items() if k != "quantization_config"}
    write_json(config, {name: value for name, value in told.items() if not name.startswith("_")})
    write_json(out / SOURCE, {
        **source, "sha256": sha256_of(file), "compressed_as": header.compression, "parameters": header.parameters,
        "licence": header.text("general.license"), "title": header.title,
    })  # fmt: skip


def drop_invented_tokens(path: Path, known: int) -> None:
    """Take out of a tokenizer what the file's vocabulary does not hold: transformers adds an <|endoftext|> of its own
    where there is none, with a number that the model has no row for."""
    written = json.loads(path.read_text(encoding="utf-8"))
    added = written.get("added_tokens") or []
    kept = [token for token in added if not known or token["id"] < known]
    if len(kept) < len(added):
        write_json(path, written | {"added_tokens": kept})


if __name__ == "__main__":
    run(unpack)
