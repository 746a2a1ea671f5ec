"""The child that serves: its order comes on standard input, its reports are lines of JSON, and it ends with us."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import psutil

import studio

MODULE = "studio.serving.serve_process"
SECONDS_TO_END = 8.0  # that open streams and what is to be saved have


class ServerProcess:
    """One start. What it has reported so far stands in `said`: `ready`, later `pace`, at last perhaps `error`."""

    def __init__(self, order: dict[str, Any], module: str = MODULE) -> None:
        self.said: dict[str, Any] = {}
        self._news = threading.Event()  # it is ready, or over
        here = str(Path(studio.__file__).resolve().parent.parent)
        paths = filter(None, (here, os.environ.get("PYTHONPATH")))
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", module],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it ended at once
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        self._reader = threading.Thread(target=self._read, name="server reports", daemon=True)
        self._reader.start()

    @property
    def is_going(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    @property
    def is_ready(self) -> bool:
        """Whether it answers."""
        return self.is_going and "ready" in self.said

    @property
    def memory_bytes(self) -> int:
        """What it holds now, 0 once it is gone."""
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def wait(self, seconds: float) -> bool:
        """Until it is ready or over, at most so long; whether it is."""
        return self._news.wait(seconds)

    def end(self) -> None:
        """Let it save what was used and go; it is killed when it does not, or has nothing to save yet."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()  # by which it knows
        try:
            self._process.wait(SECONDS_TO_END if "ready" in self.said else 0.1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(SECONDS_TO_END)

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                if line.startswith(b"{"):
                    self.said |= json.loads(line)
                    self._news.set()
        self._process.wait()
        self._news.set()
