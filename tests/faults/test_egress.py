"""Nothing leaves this computer on the way from a table to an answer."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def test_the_recorder_would_see_an_attempt(environment: dict[str, str], tmp_path: Path) -> None:
    code = "import socket\ntry: socket.create_connection(('192.0.2.1', 9), timeout=0.2)\nexcept OSError: pass"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert "192.0.2.1" in (tmp_path / "watched.txt").read_text()


def test_the_whole_journey_of_the_side_door_reaches_nobody(command: Callable[..., Any], tmp_path: Path) -> None:
    command("import", str(ROOT / "sample_data" / "label.csv"), "--project", "letters")
    run = command("train", "--project", "letters", "--set", "max_steps=3")["run"]
    command("ask", run, "My bin was not emptied.", "--greedy")
    command("models")
    command("doctor")
    log = tmp_path / "watched.txt"
    assert not log.exists(), log.read_text()
