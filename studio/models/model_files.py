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

from studio.copy.catalog import Phrases, say
from studio.errors import UnusableModel
from studio.models.encoders import is_encoder
from studio.schemas.recipe import Task
from studio.storage.files import sha256_of

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
OTHER_KINDS = Phrases("model_files.other_kinds")
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
            say("model_files.folder_has_no_tokenizer"),
            hint=say("model_files.copy_tokenizer_json_tokenizer"),
            where=where,
        )
    if (folder / "tokenizer.json").is_file() and (folder / "tokenizer.json").stat().st_size < 20:
        raise UnusableModel(say("model_files.tokenizer_model_empty"), hint=say("model_files.again"), where=where)
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
                say("model_files.file_not_model_folder"),
                hint=say("model_files.choose_folder_holds_config"),
                where=where,
            )
        if not folder.is_dir():
            raise UnusableModel(
                say("model_files.there_no_such_folder"), hint=say("model_files.check_path"), where=where
            )
        if not any(folder.iterdir()):
            raise UnusableModel(say("model_files.folder_empty"), hint=say("model_files.again"), where=where)
    except (OSError, ValueError) as error:
        raise UnusableModel(
            say("model_files.folder_cannot_be_read"), hint=say("model_files.system_says", error=error), where=where
        ) from None


def gguf(where: str) -> UnusableModel:
    """The compressed format of desktop apps."""
    return UnusableModel(
        say("model_files.compressed_gguf_model_which"),
        hint=say("model_files.choose_original_model_safetensors"),
        where=where,
    )


def check_kind(folder: Path, where: str) -> None:
    """An adapter, a GGUF download or a stranger's folder instead of a model."""
    if (folder / "adapter_config.json").is_file():
        base = read_json(folder / "adapter_config.json", where).get("base_model_name_or_path")
        of = say("model_files.of", base=str(base)[:100]) if base else ""
        raise UnusableModel(
            say("model_files.folder_holds_adapter_change", of=of),
            hint=say("model_files.choose_starting_model_itself"),
            where=where,
        )
    if (folder / "config.json").is_file():
        return
    if any(folder.glob("*.gguf")):
        raise gguf(where)
    raise UnusableModel(
        say("model_files.folder_has_no_config"),
        hint=say("model_files.choose_folder_holds_config_json"),
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
                say("model_files.link_leads_out_folder", name=entry.name),
                hint=say("model_files.replace_by_file_itself"),
                where=where,
            )
        try:
            if entry.is_file() and entry.stat().st_size < 1024 and entry.read_bytes().startswith(POINTER):
                pointers.append(entry.name)
        except OSError as error:
            raise UnusableModel(
                say("model_files.cannot_be_read", name=entry.name),
                hint=say("model_files.system_says_2", strerror=error.strerror),
                where=where,
            ) from None
    if pointers:
        raise UnusableModel(
            say("model_files.only_placeholder_git_lfs", pointers=pointers[0]),
            hint=say("model_files.run_git_lfs_pull"),
            where=where,
        )


def read_json(path: Path, where: str) -> dict[str, Any]:
    """A JSON object of sensible size."""
    try:
        if path.stat().st_size > MAX_JSON_BYTES:
            raise UnusableModel(
                say("model_files.far_too_large", name=path.name), hint=say("model_files.again"), where=where
            )
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise UnusableModel(
            say("model_files.damaged_not_valid_json", name=path.name), hint=say("model_files.again"), where=where
        ) from None
    except OSError as error:
        raise UnusableModel(
            say("model_files.cannot_be_read", name=path.name),
            hint=say("model_files.system_says_2", strerror=error.strerror),
            where=where,
        ) from None
    if not isinstance(found, dict):
        raise UnusableModel(
            say("model_files.does_not_describe_model", name=path.name), hint=say("model_files.again"), where=where
        )
    return found


def check_config(folder: Path, config: dict[str, Any], where: str, *, marks_words: bool = False) -> None:
    """A text model of an architecture that needs no code of its own, and of a size that exists."""
    for name in ("config.json", "tokenizer_config.json"):
        said = config if name == "config.json" else read_json(folder / name, where) if (folder / name).is_file() else {}
        if "auto_map" in said:
            raise UnusableModel(
                say("model_files.model_brings_program_code", name=name),
                hint=say("model_files.choose_model_standard_architecture"),
                where=where,
            )
    if not isinstance(config.get("model_type"), str):
        raise UnusableModel(say("model_files.config_json_does_not"), hint=say("model_files.again"), where=where)
    if config.get("quantization_config"):
        raise UnusableModel(
            say("model_files.weights_model_compressed_quantised"),
            hint=say("model_files.choose_original_uncompressed_model"),
            where=where,
        )
    architectures = config.get("architectures") or []
    if marks_words and not any(str(one).endswith(MARKS_WORDS) for one in architectures):
        raise UnusableModel(
            say("model_files.model_does_not_mark"),
            hint=say("model_files.choose_model_for_token"),
            where=where,
        )
    for architecture in [] if marks_words or is_encoder(config) else architectures:
        for ending, deed in OTHER_KINDS.items():
            if str(architecture).endswith(ending):
                raise UnusableModel(
                    say("model_files.model_does_not_write", architecture=architecture, deed=deed),
                    hint=say("model_files.choose_chat_or_text"),
                    where=where,
                )
    if config.get("is_encoder_decoder"):
        raise UnusableModel(
            say("model_files.model_rewrites_texts_encoder"),
            hint=say("model_files.choose_chat_or_text"),
            where=where,
        )
    for name, limit in LIMITS.items():
        number = config.get(name)
        if number is not None and (not isinstance(number, int) or not 0 < number <= limit):
            sentence = say("model_files.config_json_says_which", name=name, number=str(number)[:20])
            raise UnusableModel(sentence, hint=say("model_files.again"), where=where)


def weight_files(folder: Path, where: str) -> list[Path]:
    """The safetensors files that belong to the model."""
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        shards = read_json(index, where).get("weight_map")
        if not isinstance(shards, dict) or not shards:
            raise UnusableModel(
                say("model_files.names_no_weights", name=index.name), hint=say("model_files.again"), where=where
            )
        names = sorted({str(name) for name in shards.values()})
        for name in names:
            if not re.fullmatch(r"[\w.\-]+\.safetensors", name):
                raise UnusableModel(
                    say("model_files.names_file_which_not", name=index.name, name_2=name[:60]),
                    hint=say("model_files.again"),
                    where=where,
                )
            if not (folder / name).is_file():
                raise UnusableModel(
                    say("model_files.part_weights_missing", name=name), hint=say("model_files.again"), where=where
                )
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
            say("model_files.weights_format_can_hide", pickles=pickles[0]),
            hint=say("model_files.choose_version_safetensors_format"),
            where=where,
        )
    raise UnusableModel(say("model_files.folder_has_no_weights"), hint=say("model_files.again"), where=where)


def check_weights(file: Path, where: str) -> None:
    """A header of sensible size, in order, that speaks of exactly the bytes behind it."""
    damaged = UnusableModel(
        say("model_files.damaged_or_cut_off", name=file.name), hint=say("model_files.again"), where=where
    )
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


def task_of_folder(folder: Path) -> Task:
    """What the model in this folder can be taught to give: labels where it is an encoder."""
    config = folder / "config.json"
    return "labels" if config.is_file() and is_encoder(read_json(config, str(folder))) else "answers"


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
