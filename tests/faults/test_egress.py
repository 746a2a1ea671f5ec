"""Nothing leaves this computer on the way from a table to an answer."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_recorder_would_see_an_attempt(environment: dict[str, str], tmp_path: Path) -> None:
    code = "import socket\ntry: socket.create_connection(('192.0.2.1', 9), timeout=0.2)\nexcept OSError: pass"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert "192.0.2.1" in (tmp_path / "watched.txt").read_text()


JOURNEY = """
import contextlib, io, json, sys
from studio.cli.main import run_command

def told(*words):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        assert run_command([*words, "--json"]) == 0, said.getvalue()
    return json.loads(said.getvalue())

told("import", sys.argv[1], "--project", "letters")
run = told("train", "--project", "letters", "--set", "max_steps=2")["run"]
told("ask", run, "My bin was not emptied.", "--greedy")
told("models")
told("doctor")
"""


@pytest.mark.long
@pytest.mark.slow
def test_the_whole_journey_of_the_command_line_reaches_nobody(environment: dict[str, str], tmp_path: Path) -> None:
    """All commands in one recorded process, which imports the libraries once; its children are recorded too."""
    rows = (ROOT / "sample_data" / "label.csv").read_text(encoding="utf-8").splitlines(True)[:80]
    (tmp_path / "letters.csv").write_text("".join(rows), encoding="utf-8")
    line = [sys.executable, "-c", JOURNEY, str(tmp_path / "letters.csv")]
    done = subprocess.run(line, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert list((tmp_path / "home").glob("projects/*/runs/*/metrics.jsonl")), "it taught in the recorded home"
    log = tmp_path / "watched.txt"
    assert not log.exists(), log.read_text()
