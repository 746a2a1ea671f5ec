"""Real processes over a home of their own, with a recorder that notes every attempt to leave this computer."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
Command = Callable[..., Any]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a person's machine, recorded."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("STUDIO", "HF_", "GRADIO"))}
    paths = os.pathsep.join([str(ROOT / "tests" / "watch"), str(ROOT)])
    return clean | {
        "PYTHONPATH": paths,
        "STUDIO_WATCHED": str(tmp_path / "watched.txt"),
        "STUDIO_HOME": str(tmp_path / "home"),
    }


@pytest.fixture
def command(environment: dict[str, str]) -> Command:
    """Run `studio …` to its end; the JSON it printed."""

    def run(*words: str) -> Any:
        line = [sys.executable, "-m", "studio", *words, "--json"]
        done = subprocess.run(line, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=280)
        assert done.stdout, done.stderr[-2000:]
        return json.loads(done.stdout)

    return run
