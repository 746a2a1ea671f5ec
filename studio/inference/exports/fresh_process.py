"""Starts `open_and_answer.py` in a process that cannot find the studio, and collects what it tells."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.errors import StudioError

SCRIPT = Path(__file__).with_name("open_and_answer.py")
PYTHON = sys.executable  # whose libraries open the files; tests/benchmarks/bench_exports.py names another
END_SECONDS = 5  # for a child that has a child of its own to end
SPARE_BYTES = 6 * 2**30  # libraries, caches and a vocabulary's scores
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH", "OMP_NUM_THREADS",
        "CUDA_VISIBLE_DEVICES", "CUDA_HOME", "VIRTUAL_ENV")  # fmt: skip


def open_and_answer(
    order: dict[str, Any], tell: Callable[[int], None], stop: Callable[[], bool], script: Path = SCRIPT
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What the files answered to each question, and what was measured in the end. `tell` counts the lines.

    StudioError when somebody stops it, and when the files cannot be opened.
    """
    environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {
        "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false", "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    answers: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as elsewhere, (Path(elsewhere) / "errors.txt").open("w+b") as errors:
        process = subprocess.Popen(  # -I: neither the current folder nor PYTHONPATH is looked into
            [PYTHON, "-I", "-W", "ignore::FutureWarning", str(script)], env=environment, cwd=elsewhere,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
        )  # fmt: skip
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(order).encode() + b"\n")
            process.stdin.flush()
            for count, line in enumerate(process.stdout):
                told = json.loads(line)
                if "end" in told:
                    return answers, told["end"]
                answers += [told] if "prompt" in told else []
                tell(count + 1)
                if stop():
                    raise StudioError(say("export.stopped"), hint=say("export.stopped_next"))
        except BrokenPipeError:
            pass
        finally:
            end(process)
        errors.seek(0)
        last = errors.read().decode("utf-8", "replace").strip().splitlines()[-1:]
    raise StudioError(say("export.cannot_be_opened", why=(last or [""])[0][:200]), hint=say("export.nothing_written"))


def end(process: "subprocess.Popen[bytes]") -> None:
    """It leaves when its input ends; a child that does not is killed."""
    assert process.stdin is not None and process.stdout is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
