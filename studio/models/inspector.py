"""Opening a stranger's model folder where it can do no harm: cheap looks first, then a child with limits.

The verdict on a folder is kept for as long as its files stay the same.
"""

import json
import math
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import studio
from studio.copy.catalog import say
from studio.errors import UnusableModel
from studio.models.model_files import look_at, stamp
from studio.schemas.model import ModelFacts

SECONDS = 90  # of a processor: a busy computer, or a first start that compiles its libraries, is no broken folder
SECONDS_PER_GB = 30
PATIENCE = 4  # times as long by the clock


class InspectionTimeout(UnusableModel):
    """Opening was given up: that says as much about a busy computer as about the folder, so it is no verdict."""


class Inspector:
    """Remembers its verdicts. `seconds` is the processor time that opening may take; None: by the size of the
    weights."""

    def __init__(self, seconds: float | None = None) -> None:
        self.seconds = seconds
        self._verdicts: dict[tuple[Any, ...], ModelFacts | UnusableModel] = {}
        self._opening: dict[tuple[Any, ...], threading.Lock] = {}

    def inspect(self, folder: Path) -> ModelFacts:
        """What is in the folder, or UnusableModel."""
        folder = Path(os.path.abspath(folder))
        key = (str(folder), stamp(folder))
        with self._opening.setdefault(key, threading.Lock()):  # whoever asks meanwhile waits for the same child
            if key not in self._verdicts:
                try:
                    self._verdicts[key] = ask_child(folder, look_at(folder), self.seconds)
                except InspectionTimeout:
                    raise
                except UnusableModel as error:
                    self._verdicts[key] = error
        verdict = self._verdicts[key]
        if isinstance(verdict, UnusableModel):
            raise UnusableModel(verdict.message, hint=verdict.hint, where=verdict.where)
        return verdict


def given_up(folder: Path, seconds: float) -> InspectionTimeout:
    """Opening took so long that it was ended."""
    return InspectionTimeout(
        say("inspector.opening_model_took_more", limit=seconds),
        hint=say("inspector.chat_layout_or_files") + say("model_files.again"),
        where=str(folder),
    )


def ask_child(folder: Path, weights: list[Path], seconds: float | None = None) -> ModelFacts:
    """Let a child with limits open the folder; whatever becomes of it, this process goes on."""
    size = sum(file.stat().st_size for file in weights)
    limit = seconds or SECONDS + SECONDS_PER_GB * size / 1e9
    here = str(Path(studio.__file__).resolve().parent.parent)
    environment = {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "TRANSFORMERS_VERBOSITY": "error",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH")))),
    }
    whole = math.ceil(limit)
    command = [sys.executable, "-m", "studio.models.inspector_process", str(folder), str(size), str(whole)]
    waits = limit * PATIENCE
    try:
        done = subprocess.run(command, capture_output=True, timeout=waits, env=environment, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise given_up(folder, waits) from None
    if done.returncode == -getattr(signal, "SIGXCPU", 0) != 0:
        raise given_up(folder, whole)
    lines = [line for line in done.stdout.decode("utf-8", "replace").splitlines() if line.startswith("{")]
    result: dict[str, Any] = json.loads(lines[-1]) if lines else {"stage": "it"}
    if "stage" in result:
        raise UnusableModel(
            say("inspector.model_cannot_be_used", stage=result["stage"]),
            hint=say("inspector.file_may_be_broken") + say("model_files.again"),
            where=str(folder),
        )
    if "error" in result:
        raise UnusableModel(**result["error"])
    return ModelFacts.model_validate(result["facts"])
