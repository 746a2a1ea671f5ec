"""A whole model's folder becomes a GGUF, by a converter in a child with limits and without any network."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import StudioError, UnusableModel
from studio.inference.exports.fresh_process import KEPT, SPARE_BYTES
from studio.models.gguf.gguf_header import KNOWN, parse_header

SCRIPT = Path(__file__).with_name("run_converter.py")
LOOK_SECONDS = 0.2
REASONS = (  # what the converter writes -> which sentence
    (r"BPE pre-tokenizer was not recognized|vocab type not supported", "tokenizer"),
    (r"Model \S+ is not supported|KeyError: 'n_ctx'", "architecture"),
    (r"No module named", "module"),
)


def convert(
    converter: Path, folder: Path, out: Path, kind: str, name: str, memory_bytes: int, stop: Callable[[], bool]
) -> None:
    """Write `out`; UnusableModel says why the converter could not, StudioError that somebody stopped it."""
    run(converter, [str(folder), "--outfile", str(out), "--outtype", kind, "--model-name", name], memory_bytes, stop)


def check_known(converter: Path, folder: Path, stop: Callable[[], bool], *, by_llama_cpp: bool = False) -> None:
    """UnusableModel for an architecture or a tokenizer that the converter, or the reader that compares, does not know.

    `folder` needs the configuration and the tokenizer alone: no weight is read, so this is told before the work.
    `by_llama_cpp`: the one that compares is llama.cpp itself.
    """
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "vocabulary.gguf"
        run(converter, [str(folder), "--outfile", str(out), "--vocab-only"], SPARE_BYTES, stop)
        architecture = parse_header(out).architecture
    if architecture not in KNOWN and not by_llama_cpp:
        raise UnusableModel(
            say("export.gguf_unreadable", architecture=architecture), hint=say("export.gguf_other"), where=folder.name
        )


def quantize(program: Path, whole: Path, out: Path, kind: str, stop: Callable[[], bool]) -> None:
    """Let the administrator's `llama-quantize` make a smaller one of it."""
    follow([str(program), str(whole), str(out), kind], stop)


def run(converter: Path, arguments: list[str], memory_bytes: int, stop: Callable[[], bool]) -> None:
    """The converter's own exit is awaited; its last words decide which sentence is told."""
    follow([sys.executable, "-I", "-W", "ignore", str(SCRIPT), str(converter), str(memory_bytes), *arguments], stop)


def follow(command: list[str], stop: Callable[[], bool]) -> None:
    """Run a program to its end, offline and with nothing of this process's environment but what a program needs."""
    environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {
        "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "NO_LOCAL_GGUF": "1",
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as elsewhere, (Path(elsewhere) / "log.txt").open("w+b") as log:
        process = subprocess.Popen(command, env=environment, cwd=elsewhere, stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=subprocess.STDOUT)  # fmt: skip
        try:
            while process.poll() is None:
                if stop():
                    raise StudioError(say("export.stopped"), hint=say("export.stopped_next"))
                time.sleep(LOOK_SECONDS)
        finally:
            process.kill()
            process.wait()
        log.seek(0)
        said = log.read().decode("utf-8", "replace")
    if process.returncode:
        reason = next((name for pattern, name in REASONS if re.search(pattern, said)), "failed")
        last = (said.strip().splitlines() or [""])[-1][:200]
        raise UnusableModel(say(f"export.gguf_{reason}", why=last), hint=say("export.gguf_other"))
