"""What can be told about a model's folder from its files alone, in milliseconds and without opening any library.

Refuses, in a sentence each, what no later check should have to meet: code, pickles, links out, cut-off weights.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from studio.errors import UnusableModel
from studio.storage.files import sha256_of

AGAIN = "Download the model again, or choose another."
SOURCE = "studio_source.json"  # in a fetched folder: where it came from
POINTER = b"version https://git-lfs"
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".h5", ".msgpack")
TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json", "spiece.model", "sentencepiece.bpe.model", "vocab.txt")
LIMITS = {
    "vocab_size": 4_000_000,
    "hidden_size": 100_000,
    "n_embd": 100_000,
    "intermediate_size": 1_000_000,
    "num_hidden_layers": 1_000,
    "n_layer": 1_000,
    "num_attention_heads": 10_000,
}
OTHER_KINDS = {
    "ForMaskedLM": "fills gaps in a text",
    "ForSequenceClassification": "sorts texts into classes",
    "ForTokenClassification": "marks words in a text",
    "ForQuestionAnswering": "marks answers in a text",
    "ForImageClassification": "looks at pictures",
    "ForCTC": "listens to speech",
    "ForSpeechSeq2Seq": "listens to speech",
    "Encoder": "turns texts into numbers",
}
MARKS_WORDS = "ForTokenClassification"
MAX_JSON_BYTES = 64 * 2**20
MAX_HEADER_BYTES = 100 * 2**20
WIDTHS = {
    "F64": 8,
    "F32": 4,
    "F16": 2,
    "BF16": 2,
    "I64": 8,
    "I32": 4,
    "I16": 2,
    "I8": 1,
    "U8": 1,
    "BOOL": 1,
    "F8_E4M3": 1,
    "F8_E5M2": 1,
    "U16": 2,
    "U32": 4,
    "U64": 8,
}


def look_at(folder: Path, *, marks_words: bool = False) -> list[Path]:
    """The weight files of a folder that may be opened; UnusableModel says what is wrong with any other.

    `marks_words`: it is to mark words in a text (names) and not to write answers.
    """
    where = str(folder)
    check_place(folder, where)
    check_kind(folder, where)
    check_links(folder, where)
    config = read_json(folder / "config.json", where)
    check_config(folder, config, where, marks_words=marks_words)
    files = weight_files(folder, where)
    for file in files:
        check_weights(file, where)
    if not any((folder / name).is_file() for name in TOKENIZERS):
        raise UnusableModel(
            "This folder has no tokenizer, so texts cannot be read.",
            hint="Copy tokenizer.json and tokenizer_config.json into it.",
            where=where,
        )
    if (folder / "tokenizer.json").is_file() and (folder / "tokenizer.json").stat().st_size < 20:
        raise UnusableModel("The tokenizer of this model is empty.", hint=AGAIN, where=where)
    return files


def check_place(folder: Path, where: str) -> None:
    """A folder that is there, is one, may be read and holds something."""
    try:
        if folder.is_file():
            with folder.open("rb") as stream:
                start = stream.read(4)
            if start == b"GGUF" or folder.suffix == ".gguf":
                raise gguf(where)
            raise UnusableModel(
                "This is a file, not a model's folder.",
                hint="Choose the folder that holds config.json and the weights.",
                where=where,
            )
        if not folder.is_dir():
            raise UnusableModel("There is no such folder.", hint="Check the path.", where=where)
        if not any(folder.iterdir()):
            raise UnusableModel("The folder is empty.", hint=AGAIN, where=where)
    except (OSError, ValueError) as error:
        raise UnusableModel("This folder cannot be read.", hint=f"The system says: {error}.", where=where) from None


def gguf(where: str) -> UnusableModel:
    """The compressed format of desktop apps."""
    return UnusableModel(
        "This is a compressed GGUF model, which can be used but not taught.",
        hint="Choose the original model in safetensors format.",
        where=where,
    )


def check_kind(folder: Path, where: str) -> None:
    """An adapter, a GGUF download or a stranger's folder instead of a model."""
    if (folder / "adapter_config.json").is_file():
        base = read_json(folder / "adapter_config.json", where).get("base_model_name_or_path")
        of = f" of “{str(base)[:100]}”" if base else ""
        raise UnusableModel(
            f"This folder holds an adapter, a change{of}, and no model of its own.",
            hint="Choose the starting model itself.",
            where=where,
        )
    if (folder / "config.json").is_file():
        return
    if any(folder.glob("*.gguf")):
        raise gguf(where)
    raise UnusableModel(
        "This folder has no config.json, so it is no model in the Hugging Face format.",
        hint="Choose the folder that holds config.json and model.safetensors.",
        where=where,
    )


def check_links(folder: Path, where: str) -> None:
    """No link leads out; the hub's own cache links from snapshots/ to blobs/ beside it. No file is an LFS pointer."""
    root = folder.resolve()
    homes = [root, root.parent.parent / "blobs"] if root.parent.name == "snapshots" else [root]
    pointers = []
    for entry in sorted(folder.iterdir()):
        target = entry.resolve()
        if entry.is_symlink() and not any(target.is_relative_to(home) for home in homes):
            raise UnusableModel(
                f"{entry.name} is a link that leads out of the folder.",
                hint="Replace it by the file itself.",
                where=where,
            )
        try:
            if entry.is_file() and entry.stat().st_size < 1024 and entry.read_bytes().startswith(POINTER):
                pointers.append(entry.name)
        except OSError as error:
            raise UnusableModel(
                f"{entry.name} cannot be read.", hint=f"The system says: {error.strerror}.", where=where
            ) from None
    if pointers:
        raise UnusableModel(
            f"{pointers[0]} is only a placeholder (Git LFS pointer), not the file itself.",
            hint="Run `git lfs pull` in the folder, or download the model again.",
            where=where,
        )


def read_json(path: Path, where: str) -> dict[str, Any]:
    """A JSON object of sensible size."""
    try:
        if path.stat().st_size > MAX_JSON_BYTES:
            raise UnusableModel(f"{path.name} is far too large.", hint=AGAIN, where=where)
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise UnusableModel(f"{path.name} is damaged: it is not valid JSON.", hint=AGAIN, where=where) from None
    except OSError as error:
        raise UnusableModel(
            f"{path.name} cannot be read.", hint=f"The system says: {error.strerror}.", where=where
        ) from None
    if not isinstance(found, dict):
        raise UnusableModel(f"{path.name} does not describe a model.", hint=AGAIN, where=where)
    return found


def check_config(folder: Path, config: dict[str, Any], where: str, *, marks_words: bool = False) -> None:
    """A text model of an architecture that needs no code of its own, and of a size that exists."""
    for name in ("config.json", "tokenizer_config.json"):
        said = config if name == "config.json" else read_json(folder / name, where) if (folder / name).is_file() else {}
        if "auto_map" in said:
            raise UnusableModel(
                f"This model brings program code of its own ({name} asks for it), which is never run here.",
                hint="Choose a model of a standard architecture.",
                where=where,
            )
    if not isinstance(config.get("model_type"), str):
        raise UnusableModel("config.json does not say what kind of model this is.", hint=AGAIN, where=where)
    if config.get("quantization_config"):
        raise UnusableModel(
            "The weights of this model are compressed (quantised) and cannot be taught.",
            hint="Choose the original, uncompressed model.",
            where=where,
        )
    architectures = config.get("architectures") or []
    if marks_words and not any(str(one).endswith(MARKS_WORDS) for one in architectures):
        raise UnusableModel(
            "This model does not mark words in a text, so it cannot find names.",
            hint="Choose a model for token classification.",
            where=where,
        )
    for architecture in [] if marks_words else architectures:
        for ending, deed in OTHER_KINDS.items():
            if str(architecture).endswith(ending):
                raise UnusableModel(
                    f"This model ({architecture}) {deed}; it does not write answers.",
                    hint="Choose a chat or text model.",
                    where=where,
                )
    if config.get("is_encoder_decoder"):
        raise UnusableModel(
            "This model rewrites texts (encoder and decoder); the studio teaches chat models.",
            hint="Choose a chat or text model.",
            where=where,
        )
    for name, limit in LIMITS.items():
        number = config.get(name)
        if number is not None and (not isinstance(number, int) or not 0 < number <= limit):
            sentence = f"config.json says {name} is {str(number)[:20]}, which cannot be."
            raise UnusableModel(sentence, hint=AGAIN, where=where)


def weight_files(folder: Path, where: str) -> list[Path]:
    """The safetensors files that belong to the model."""
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        shards = read_json(index, where).get("weight_map")
        if not isinstance(shards, dict) or not shards:
            raise UnusableModel(f"{index.name} names no weights.", hint=AGAIN, where=where)
        names = sorted({str(name) for name in shards.values()})
        for name in names:
            if not re.fullmatch(r"[\w.\-]+\.safetensors", name):
                raise UnusableModel(
                    f"{index.name} names the file “{name[:60]}”, which is not one of this folder.",
                    hint=AGAIN,
                    where=where,
                )
            if not (folder / name).is_file():
                raise UnusableModel(f"A part of the weights is missing: {name}.", hint=AGAIN, where=where)
        return [folder / name for name in names]
    if (folder / "model.safetensors").is_file():
        return [folder / "model.safetensors"]
    if any(folder.glob("*.gguf")):
        raise gguf(where)
    pickles = sorted(
        entry.name for entry in folder.iterdir() if entry.suffix in PICKLES and entry.stem != "training_args"
    )
    if pickles:
        raise UnusableModel(
            f"The weights are in a format that can hide program code ({pickles[0]}) and is never opened.",
            hint="Choose a version in safetensors format.",
            where=where,
        )
    raise UnusableModel("This folder has no weights (model.safetensors).", hint=AGAIN, where=where)


def check_weights(file: Path, where: str) -> None:
    """A header of sensible size, in order, that speaks of exactly the bytes behind it."""
    damaged = UnusableModel(f"{file.name} is damaged or cut off.", hint=AGAIN, where=where)
    size = file.stat().st_size
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if size < 8 or not 2 <= length <= min(MAX_HEADER_BYTES, size - 8):
            raise damaged
        try:
            header = json.loads(stream.read(length))
        except (ValueError, RecursionError):
            raise damaged from None
    spans = list(tensor_spans(header, damaged)) if isinstance(header, dict) else []
    if not spans or max(end for _, end in spans) != size - 8 - length:
        raise damaged


def tensor_spans(header: dict[str, Any], damaged: UnusableModel) -> Iterable[tuple[int, int]]:
    """Where each tensor begins and ends; its shape must need exactly that room."""
    for name, said in header.items():
        if name == "__metadata__":
            continue
        try:
            (start, end), shape, kind = said["data_offsets"], said["shape"], said["dtype"]
            needed = WIDTHS.get(kind, 0)
            for length in shape:
                needed *= length
            if not 0 <= start <= end or (kind in WIDTHS and needed != end - start):
                raise damaged
        except (KeyError, TypeError, ValueError):
            raise damaged from None
        yield start, end


def stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and times of a folder's files: while they stay, so does the verdict on it."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        return tuple((e.name, e.stat().st_size, e.stat().st_mtime_ns) for e in entries if e.is_file())
    except OSError:
        return ()


def sha256_of_folder(folder: Path) -> str:
    """One hash over the names and bytes of all that makes the model: weights, configuration, tokenizer, template."""
    kinds = (".json", ".jinja", ".model", ".txt", ".safetensors")
    lines = [f"{file.name} {sha256_of(file)}" for file in sorted(folder.iterdir()) if file.suffix in kinds]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
