"""Exports: what of a run leaves the studio, and how the files were proven to answer as the tested version does."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import Field

from studio.schemas.base import Record
from studio.schemas.recipe import Task
from studio.schemas.sentence import SentenceText

MANIFEST = "export.json"


class ExportKind(StrEnum):
    """What can leave."""

    ADAPTER = "adapter"
    MERGED = "merged"
    TRANSFORMERS = "transformers"
    VLLM = "vllm"
    GGUF = "gguf"
    OLLAMA = "ollama"
    LMSTUDIO = "lmstudio"
    CARD = "card"
    REPORT = "report"


WITHOUT_WEIGHTS = (ExportKind.CARD, ExportKind.REPORT)
Form = Literal["adapter", "merged", "gguf"]  # how weights are written: the change alone, the whole model, one GGUF
GgufType = Literal["f16", "bf16", "q8_0", "q4_K_M"]
QUANTIZED: tuple[GgufType, ...] = ("q4_K_M",)  # that only llama.cpp's own program writes


class GgufOrder(Record):
    """How a GGUF is made: the converter's folder, how numbers are kept, and what the model is called in it.

    `quantizer`: llama.cpp's program, where the type needs it. `server`: its own server, where it is built: that
    opens the file, else transformers' reader does.
    """

    converter: Path
    type: GgufType
    name: str
    quantizer: Path | None = None
    server: Path | None = None

    @property
    def file(self) -> str:
        """The name of the file."""
        return f"{self.name}-{self.type}.gguf"


class ExportCheck(SentenceText):
    """One comparison of the opened files with the tested version: of how many questions how many were alike.

    `difference`: the largest one that was measured, in the unit that the sentence names.
    """

    name: str
    passed: bool
    alike: int = 0
    of: int = 0
    difference: float | None = None


class BaseReference(Record):
    """The starting model, so that anybody can find it again: by its hub id and revision, else by name and hashes.

    `weights`: SHA-256 of each of its weight files; `package`: the package and the file in it, where it came so.
    """

    name: str
    revision: str = ""
    hub: bool = False
    licence: str = ""
    package: str = ""
    weights: dict[str, str] = Field(default_factory=dict)


class ExportedVersion(Record):
    """What the engine wrote and measured: facts for the model card and for the programs that open the files.

    `rank`: of the adapter, 0 for a whole model; `room`: tokens left free for an answer in the check.
    """

    form: Form
    task: Task = "answers"
    base: BaseReference
    checks: tuple[ExportCheck, ...]
    notes: tuple[str, ...] = ()
    fingerprint: str = ""
    architecture: str = ""
    parameters: int = 0
    context: int = 0
    rank: int = 0
    dora: bool = False
    room: int = 0
    stop_strings: tuple[str, ...] = ()
    stop_tokens: tuple[str, ...] = ()  # as they are written
    labels: tuple[str, ...] = ()
    separator: str = ""
    system: str = ""
    gguf: str = ""
    gguf_type: str = ""
    replies: tuple[tuple[str, str, str], ...] = ()  # tested, opened, the expert's: never written down

    @property
    def verified(self) -> bool:
        """Whether every comparison came out as it must."""
        return bool(self.checks) and all(check.passed for check in self.checks)


class PushedExport(Record):
    """Where on the hub an export went, and who can see it there."""

    address: str
    files: int
    private: bool


class ExportFile(Record):
    """One file as it was written."""

    bytes: int
    sha256: str


class ExportManifest(Record):
    """`export.json` in the folder: its files with their hashes, and what was compared. It names no place on a disk."""

    format: int = 1
    kind: ExportKind
    run: str
    project: str
    created: datetime
    by: str
    verified: bool
    checks: tuple[ExportCheck, ...] = ()
    notes: tuple[str, ...] = ()
    files: dict[str, ExportFile] = Field(default_factory=dict)
    base: BaseReference | None = None
    commands: tuple[str, ...] = ()  # by which somebody without the studio uses the folder
    fingerprint: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    with_examples: bool = False  # she ticked that example rows may be shown
