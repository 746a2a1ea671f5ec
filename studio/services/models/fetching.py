"""Fetching and unpacking models in a child process: how far it is, stopping it, and why it ended early."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import studio
from studio.copy.catalog import say
from studio.errors import StudioError, UnusableModel
from studio.models.fetch_process import part_of
from studio.schemas.base import Record
from studio.storage.home import Home

LOOK_SECONDS = 0.3
SPEED = "download.json"
UNPACKING = "studio.models.gguf.gguf_conversion"

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class FetchOrder:
    """What a child is asked to do: the module that it runs, and the folder that is complete or absent at the end."""

    module: str
    model: str
    target: Path
    facts: dict[str, Any] = field(default_factory=dict, repr=False)  # a token may be among them


class Speed(Record):
    """How fast the last download was."""

    bytes_per_second: float


def last_speed(home: Home) -> float:
    """Bytes a second of the last download; 0.0 before the first one."""
    try:
        return Speed.model_validate_json((home.path / SPEED).read_bytes()).bytes_per_second
    except (OSError, ValidationError):
        return 0.0


def nobody(what: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


def fetch(order: FetchOrder, tell: Tell = nobody, stop: Callable[[], bool] = lambda: False) -> Path:
    """The whole model in its folder. `tell` gets the stage and bytes; StudioError says why it is not there.

    The child's network settings (mirrors, proxies, certificates) are those of this process's environment.
    """
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines.jsonl"
        with child(order, lines) as process:
            while process.poll() is None:
                if stop():
                    raise StudioError(say("fetch.stopped"), hint=say("fetch.stopped_next"), where=order.model)
                stage, total = stage_of(reports(lines))
                if stage:
                    tell(stage, min(bytes_in(part_of(order.target)), total) if total else 0, total)
                time.sleep(LOOK_SECONDS)
        said = reports(lines)
    if process.returncode:
        error = next((one["error"] for one in said if "error" in one), None) or {
            "message": say("fetch.ended", model=order.model), "hint": say("fetch.ended_next"),
        }  # fmt: skip
        raise UnusableModel(error["message"], hint=error["hint"], where=error.get("where") or order.model)
    return order.target


@contextlib.contextmanager
def child(order: FetchOrder, lines: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The process with its order; it writes its reports to `lines` and is ended when this block is left."""
    here = str(Path(studio.__file__).resolve().parent.parent)
    environ = {name: value for name, value in os.environ.items() if not name.endswith("_OFFLINE")}
    environ |= {
        "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_XET": "1", "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH")))),
    }  # fmt: skip
    whole = {**order.facts, "model": order.model, "target": str(order.target)}
    with lines.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", order.module],
            env=environ, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    assert process.stdin is not None
    try:
        with contextlib.suppress(BrokenPipeError):  # it ended at once, and its exit status says so
            process.stdin.write(json.dumps(whole).encode() + b"\n")
            process.stdin.flush()
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()


def reports(lines: Path) -> list[dict[str, Any]]:
    """What the child has reported so far; a line that is being written counts at the next look."""
    text = lines.read_text(encoding="utf-8", errors="replace")
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines() if line.startswith("{")]


def stage_of(said: list[dict[str, Any]]) -> tuple[str, int]:
    """The last stage in words, and how many bytes it has; empty before the first one."""
    stages = [one for one in said if "stage" in one]
    return (say(f"stage.{stages[-1]['stage']}"), int(stages[-1]["total"])) if stages else ("", 0)


def bytes_in(folder: Path) -> int:
    """How much has arrived; what the child renames or sweeps away meanwhile, a whole folder too, counts as nothing."""
    total = 0
    for parent, _, names in os.walk(folder):  # unlike `rglob`, it passes over a folder that has just gone
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(parent, name)).st_size
    return total
