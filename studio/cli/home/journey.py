"""All of the way from a table to a report, in one process, for whoever records what it does: `python -m … FOLDER`."""

import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from studio.cli.main import run_command
from studio.settings import shared_folder

ROWS = 60
PROBE, PROBE_OF_CHILD = "192.0.2.1", "192.0.2.2"  # of nobody (RFC 5737); the event is raised and nothing is sent
IN_CHILD = f"import sys; sys.audit('socket.connect', None, ({PROBE_OF_CHILD!r}, 9))"


def step(words: Sequence[str]) -> dict[str, Any]:
    """One command; what it printed as JSON. Ends this process where it fails."""
    with contextlib.redirect_stdout(io.StringIO()) as said:
        status = run_command([*words, "--json"])
    if status:
        sys.exit(f"studio {' '.join(words)}: {said.getvalue().strip()}")
    print(words[0], flush=True)
    answer: dict[str, Any] = json.loads(said.getvalue())
    return answer


def journey(folder: Path) -> None:
    """Read, clean, import, teach three steps, ask, ask the exam. The first two events show that the recorder works."""
    sys.audit("socket.connect", None, (PROBE, 9))
    subprocess.run([sys.executable, "-c", IN_CHILD], check=True)
    table = folder / "letters.csv"
    rows = (shared_folder("sample_data") / "label.csv").read_text(encoding="utf-8").splitlines(True)[: ROWS + 1]
    table.write_text("".join(rows), encoding="utf-8")
    step(["check", str(table)])
    step(["clean", str(table), "--fix", "all", "--out", str(folder / "clean.csv")])
    step(["import", str(folder / "clean.csv"), "--project", "letters"])
    run = step(["train", "--project", "letters", "--set", "max_steps=3"])["run"]
    step(["ask", run, "My bin was not emptied.", "--greedy"])
    step(["evaluate", run])
    step(["models"])
    step(["doctor"])


if __name__ == "__main__":
    journey(Path(sys.argv[1]))
