"""What a GGUF file says of itself, read from its first bytes without any library, and whether it can be taught.

Reads at most `MAX_BYTES` of the file: names, numbers and where each tensor lies. Refuses in a sentence what is no chat
model: a cut-off file, an adapter, an encoder, the eyes of a vision model, a split file whose parts are missing.
"""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

from studio.copy.catalog import say
from studio.errors import UnusableModel

MAX_BYTES = 256 * 2**20  # of the header: vocabularies of 260,000 pieces take about 10 MB
MAX_TENSORS = 100_000
MAX_KEYS = 10_000
AHEAD_BYTES = 4 * 2**20  # that are read at once
SHORT_ARRAY = 64  # texts: languages and tags are told, vocabularies counted
SHOWN = 20_000  # characters of a text that are kept
NUMBERS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
TEXT, ARRAY = 8, 9
BLOCKS = {  # numbers in a block and its bytes, by the type of a tensor (ggml.h)
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 40), 10: (256, 84),
    11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66), 17: (256, 74),
    18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2),
    26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip
COMPRESSIONS = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 32: "BF16",
}  # fmt: skip
ENCODERS = ("bert", "nomic-bert", "nomic-bert-moe", "jina-bert-v2", "neo-bert", "modern-bert", "gemma-embedding",
            "t5encoder", "eurobert")  # fmt: skip
EYES = ("clip", "mmproj", "siglip", "whisper")
KNOWN = (  # what transformers 5.24 unpacks and a chat model can be, as llama.cpp calls it
    "llama", "mistral", "qwen2", "qwen2moe", "qwen3", "qwen3moe", "lfm2", "gemma2", "gemma3", "phi3", "gpt-oss",
    "falcon", "bloom", "gpt2", "stablelm", "starcoder2", "mamba", "nemotron", "deci", "minimax-m2",
)  # fmt: skip
SCALED_POSITIONS = "rope_freqs.weight"  # Llama 3.1 and later: transformers leaves it out, and the model gets worse
PART = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$")


@dataclass(frozen=True)
class GgufHeader:
    """The facts of one file. `parameters` counts the numbers in its tensors."""

    path: Path
    size: int
    facts: dict[str, Any] = field(default_factory=dict)
    tensors: dict[str, tuple[tuple[int, ...], int]] = field(default_factory=dict)

    @property
    def architecture(self) -> str:
        """As llama.cpp calls it."""
        return self.text("general.architecture")

    @property
    def parameters(self) -> int:
        """How many numbers its tensors hold."""
        return sum(prod(shape) for shape, _ in self.tensors.values())

    @property
    def compression(self) -> str:
        """How its weights are packed, as people call it (Q4_K_M)."""
        return COMPRESSIONS.get(self.facts.get("general.file_type", -1), "")

    @property
    def title(self) -> str:
        """The name that its makers gave it, else its file's."""
        return self.text("general.name")[:80] or self.path.stem[:80]

    def text(self, key: str) -> str:
        """A text among its facts; empty when there is none."""
        found = self.facts.get(key)
        return found if isinstance(found, str) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A few texts among its facts."""
        found = self.facts.get(key)
        return found if isinstance(found, tuple) else ()

    def size_of(self, name: str) -> int:
        """One of the architecture's own numbers, such as `block_count`; 0 when it is not told."""
        found = self.facts.get(f"{self.architecture}.{name}")
        return found if isinstance(found, int) else 0


class _Reader:
    """Numbers and texts one after another, with an end to everything. `at` is the place in the file."""

    def __init__(self, stream: BinaryIO, refuse: Callable[[], UnusableModel]) -> None:
        self._stream, self._refuse = stream, refuse
        self._data = b""
        self.at = 0

    def need(self, end: int) -> None:
        """Read on until the bytes up to this place are here."""
        if end <= len(self._data):
            return
        if end <= MAX_BYTES:
            self._data += self._stream.read(max(AHEAD_BYTES, end - len(self._data)))
        if end > len(self._data):
            raise self._refuse()

    def take(self, count: int) -> bytes:
        self.need(self.at + count)
        self.at += count
        return self._data[self.at - count : self.at]

    def number(self, form: str) -> Any:
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def text(self) -> str:
        return self.take(self.number("<Q")).decode("utf-8", "replace")[:SHOWN]

    def value(self, kind: int) -> Any:
        """Of long arrays only the length is kept: they are vocabularies."""
        if kind == TEXT:
            return self.text()
        if kind == ARRAY:
            return self.array(self.number("<I"), self.number("<Q"))
        if kind not in NUMBERS:
            raise self._refuse()
        return self.number(NUMBERS[kind])

    def array(self, kind: int, count: int) -> Any:
        if kind in NUMBERS:
            self.need(self.at + count * struct.calcsize(NUMBERS[kind]))
            self.at += count * struct.calcsize(NUMBERS[kind])
            return count
        if kind != TEXT:
            raise self._refuse()
        if count <= SHORT_ARRAY:
            return tuple(self.text() for _ in range(count))
        for _ in range(count):
            self.need(self.at + 8)
            self.at += 8 + int.from_bytes(self._data[self.at : self.at + 8], "little")
        self.need(self.at)
        return count


def read_header(path: Path) -> GgufHeader:
    """The header of a file that can be taught once it is unpacked; UnusableModel says why any other cannot."""
    header = parse_header(path)
    refuse_other_kinds(header)
    refuse_missing_parts(header)
    return header


def parse_header(path: Path) -> GgufHeader:
    """The header, if the file is a whole GGUF."""
    where = str(path)

    def damaged() -> UnusableModel:
        return UnusableModel(say("gguf.damaged", file=path.name), hint=say("gguf.again"), where=where)

    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            reader = _Reader(stream, damaged)
            if reader.take(4) != b"GGUF":
                raise UnusableModel(say("gguf.no_gguf", file=path.name), hint=say("gguf.again"), where=where)
            if reader.number("<I") not in (2, 3):
                raise UnusableModel(say("gguf.old", file=path.name), hint=say("gguf.again"), where=where)
            tensor_count, key_count = reader.number("<Q"), reader.number("<Q")
            if tensor_count > MAX_TENSORS or key_count > MAX_KEYS:
                raise damaged()
            facts = {}
            for _ in range(key_count):
                key = reader.text()
                facts[key] = reader.value(reader.number("<I"))
            tensors, end = {}, 0
            for _ in range(tensor_count):
                name, dimensions = reader.text(), reader.number("<I")
                if dimensions > 8:
                    raise damaged()
                shape = tuple(reader.number("<Q") for _ in range(dimensions))
                kind, offset = reader.number("<I"), reader.number("<Q")
                numbers, room = BLOCKS.get(kind, (1, 0))
                tensors[name] = shape, kind
                end = max(end, offset + prod(shape) // numbers * room)
            place = reader.at
            align = facts.get("general.alignment", 32)
            if not isinstance(align, int) or not 0 < align <= 2**20:
                raise damaged()
            if tensors and -(-place // align) * align + end > size:
                raise damaged()
    except OSError as error:
        raise UnusableModel(
            say("gguf.closed", file=path.name, why=error.strerror or ""), hint=say("gguf.again"), where=where
        ) from None
    return GgufHeader(path, size, facts, tensors)


def refuse_other_kinds(header: GgufHeader) -> None:
    """UnusableModel for whatever does not write answers, by what it is."""
    where, architecture = str(header.path), header.architecture
    kind = header.text("general.type")

    def no(key: str, **facts: object) -> UnusableModel:
        return UnusableModel(say(f"gguf.{key}", **facts), hint=say("gguf.choose_chat"), where=where)

    if kind == "adapter" or any(name.endswith((".lora_a", ".lora_b")) for name in header.tensors):
        raise no("adapter", file=header.path.name)
    if kind == "mmproj" or architecture in EYES or any(name.startswith(("v.", "mm.")) for name in header.tensors):
        raise no("projector", file=header.path.name)
    if kind == "imatrix":
        raise no("no_model", file=header.path.name)
    if kind == "vocab" or (header.facts and not header.tensors and header.facts.get("split.count", 0) in (0, 1)):
        raise no("no_weights", file=header.path.name)
    if architecture in ENCODERS or header.size_of("pooling_type"):
        raise no("encoder", architecture=architecture)
    if (
        "vl" in re.split(r"[-_\d]+", architecture)
        or architecture.endswith("vl")
        or architecture in ("mllama", "cogvlm")
    ):
        raise no("vision", architecture=architecture)
    if architecture not in KNOWN:
        raise no("unknown", architecture=architecture[:60] or "?")
    if SCALED_POSITIONS in header.tensors:
        raise UnusableModel(say("gguf.scaled"), hint=say("gguf.choose_original"), where=where)


def refuse_missing_parts(header: GgufHeader) -> None:
    """UnusableModel for a file that is one of several: transformers reads whole files."""
    found = PART.search(header.path.name)
    count = header.facts.get("split.count", 0)
    parts = count if isinstance(count, int) and count > 1 else int(found[2]) if found else 1
    if parts <= 1:
        return
    stem = PART.sub("", header.path.name)
    missing = [n for n in range(1, min(parts, 1000) + 1)
               if not header.path.with_name(f"{stem}-{n:05}-of-{parts:05}.gguf").is_file()]  # fmt: skip
    where = str(header.path)
    if missing:
        raise UnusableModel(
            say("gguf.part_missing", parts=parts, number=missing[0]), hint=say("gguf.part_missing_next"), where=where
        )
    raise UnusableModel(say("gguf.split", parts=parts), hint=say("gguf.split_next"), where=where)
