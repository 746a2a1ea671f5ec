"""Who else calculates on a card: programs that this studio did not start, as the driver's own tool tells."""

import csv
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import psutil

from studio.copy.catalog import say
from studio.errors import StudioError

LEAST_BYTES = 10**9  # that a stranger holds before a run waits for it
LOOK_SECONDS = 10.0  # between two looks: the tool takes a part of a second
CARDS = ("--query-gpu=index,uuid", "--format=csv,noheader,nounits")
PROGRAMS = ("--query-compute-apps=gpu_uuid,pid,used_memory,process_name", "--format=csv,noheader,nounits")
Ask = Callable[[Sequence[str]], str]


@dataclass(frozen=True)
class Stranger:
    """A program on a card that is none of ours."""

    pid: int
    program: str
    account: str
    bytes: int


def nvidia_smi(words: Sequence[str]) -> str:
    """What it prints; empty where it is not, or fails."""
    path = shutil.which("nvidia-smi")
    if path is None:
        return ""
    try:
        done = subprocess.run([path, *words], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def our_processes() -> set[int]:
    """This process and all that it started."""
    own = psutil.Process()
    return {own.pid, *(child.pid for child in own.children(recursive=True))}


class CardUse:
    """Looked at before a run takes a card, at most every ten seconds."""

    def __init__(
        self, ask: Ask = nvidia_smi, ours: Callable[[], set[int]] = our_processes,
        environ: Mapping[str, str] = os.environ, clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._ask, self._ours, self._environ, self._clock = ask, ours, environ, clock
        self._known: dict[str, tuple[float, StudioError | None]] = {}

    def trouble(self, accelerator: str) -> StudioError | None:
        """Why no run can begin on this card now (named as in `CUDA_VISIBLE_DEVICES`, empty: the first), if so."""
        at, known = self._known.get(accelerator, (float("-inf"), None))
        if self._clock() - at >= LOOK_SECONDS:
            known = self._look(accelerator)
            self._known[accelerator] = self._clock(), known
        return known

    def _look(self, accelerator: str) -> StudioError | None:
        found = max(self.strangers(accelerator), key=lambda one: one.bytes, default=None)
        if found is None or found.bytes < LEAST_BYTES:
            return None
        said = {"program": found.program, "pid": found.pid, "account": found.account, "size": found.bytes / 1e9}
        return StudioError(say("card_use.stranger", **said), hint=say("card_use.waits"), where=accelerator)

    def strangers(self, accelerator: str) -> list[Stranger]:
        """All programs on it that are not ours, whatever they hold."""
        cards = {index: uuid for index, uuid, *_ in rows(self._ask(CARDS))}
        visible = self._environ.get("CUDA_VISIBLE_DEVICES", "").split(",")[0].strip()
        name = accelerator or visible or "0"
        uuid = cards.get(name) or next((one for one in cards.values() if len(name) > 4 and one.startswith(name)), "")
        if not uuid:
            return []
        ours = self._ours()
        return [
            Stranger(int(pid), program.rsplit("/", 1)[-1][:60], account_of(int(pid)), int(used) * 2**20)
            for on, pid, used, program, *_ in rows(self._ask(PROGRAMS))
            if on == uuid and pid.isdecimal() and used.isdecimal() and int(pid) not in ours
        ]


def rows(text: str) -> Iterator[list[str]]:
    """The tool's table; lines that are none are passed over."""
    return ([cell.strip() for cell in row] for row in csv.reader(text.splitlines()) if len(row) > 1)


def account_of(pid: int) -> str:
    """Whose it is; a question mark for one that has just ended, or that a container hides."""
    try:
        return psutil.Process(pid).username()
    except psutil.Error:
        return "?"
