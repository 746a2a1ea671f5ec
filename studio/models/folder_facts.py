"""What a model's folder says of itself in its small files: sizes of its matrices, licence, languages. Opens no weights.

Cheap enough for a list; whether the model can really be used, the inspector says when it is chosen.
"""

import json
import re
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from studio.errors import UnusableModel
from studio.models.context_length import context_length_of_json
from studio.models.model_files import MAX_HEADER_BYTES, SOURCE, look_at, read_json

READ_CHARACTERS = 20_000
LICENCE_NAMES = {"apache license": "Apache-2.0", "mit license": "MIT", "bsd 3-clause": "BSD-3-Clause"}


@dataclass(frozen=True)
class FolderFacts:
    """`parameters` counts the numbers in the weights; texts are empty where nothing is said."""

    parameters: int
    hidden: int = 0
    layers: int = 0
    vocabulary: int = 0
    context: int = 0
    title: str = ""
    licence: str = ""
    languages: str = ""
    compressed_as: str = ""
    gguf: str = ""  # the compressed file that it was unpacked from


def facts_of_folder(folder: Path) -> FolderFacts:
    """The facts of a folder that passes the cheap looks; UnusableModel says why another does not."""
    weights = look_at(folder)
    config = read_json(folder / "config.json", str(folder))
    source = read_json(folder / SOURCE, str(folder)) if (folder / SOURCE).is_file() else {}
    inner = config.get("text_config")
    text: dict[str, Any] = inner if isinstance(inner, dict) else config

    def number(*names: str) -> int:
        return next((int(text[name]) for name in names if isinstance(text.get(name), int)), 0)

    said = front_matter(folder / "README.md")
    return FolderFacts(
        parameters=sum(parameters_in(file) for file in weights),
        hidden=number("hidden_size", "n_embd", "d_model"), layers=number("num_hidden_layers", "n_layer", "n_layers"),
        vocabulary=number("vocab_size"), context=context_length_of_json(config),
        title=str(source.get("title", ""))[:80],
        licence=said.get("license", "") or str(source.get("licence", ""))[:80] or licence_of(folder),
        languages=said.get("language", ""), compressed_as=str(source.get("compressed_as", ""))[:20],
        gguf=str(source.get("file", "")) if "package" not in source else "",
    )  # fmt: skip


def parameters_in(file: Path) -> int:
    """How many numbers a safetensors file holds, by its header; the header's order was checked before."""
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if length > MAX_HEADER_BYTES:
            raise UnusableModel("The weights are damaged.", where=str(file))
        header: dict[str, Any] = json.loads(stream.read(length))
    return sum(prod(one["shape"]) for name, one in header.items() if name != "__metadata__")


def front_matter(card: Path) -> dict[str, str]:
    """Licence and languages at the head of a model card, which is YAML; only these two are read, line by line."""
    if not card.is_file():
        return {}
    with card.open(encoding="utf-8", errors="replace") as stream:
        lines = stream.read(READ_CHARACTERS).splitlines()
    if not lines or lines[0].strip() != "---":
        return {}
    found: dict[str, str] = {}
    listing = ""
    for line in lines[1:200]:
        if line.strip() == "---":
            break
        if listing and (item := re.match(r"\s*- +([\w-]{1,40})\s*$", line)):
            found[listing] = ", ".join(filter(None, (found.get(listing, ""), item[1])))
            continue
        listing = ""
        if pair := re.match(r"(license|language):\s*(.{0,80})$", line):
            value = pair[2].strip().strip("[]'\"")
            if value:
                found[pair[1]] = value
            else:
                listing = pair[1]
    return found


def licence_of(folder: Path) -> str:
    """The name of a licence that lies in the folder as a text."""
    for name in ("LICENSE", "LICENSE.txt", "LICENSE.md"):
        if (folder / name).is_file():
            with (folder / name).open(encoding="utf-8", errors="replace") as stream:
                head = stream.read(400).lower()
            return next((licence for words, licence in LICENCE_NAMES.items() if words in head), "")
    return ""
