"""A kill at any moment leaves a home that opens, with the run marked interrupted and able to go on."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("STUDIO_KILLS", "3"))  # more by hand: STUDIO_KILLS=200 pytest -m nightly tests/faults


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=pytest.mark.nightly if seed else pytest.mark.long) for seed in range(KILLS)]
)
def test_a_killed_run_is_interrupted_and_goes_on(
    seed: int, command: Callable[..., Any], environment: dict[str, str], tmp_path: Path
) -> None:
    command("import", str(ROOT / "sample_data" / "label.csv"), "--project", "letters")
    line = [
        sys.executable,
        "-m",
        "studio",
        "train",
        "--project",
        "letters",
        "--set",
        "max_steps=40",
        "--set",
        "eval_steps=4",
    ]
    began = time.monotonic()
    with subprocess.Popen(
        line, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as going:
        while not list((tmp_path / "home").glob("projects/*/runs/*/metrics.jsonl")):
            assert going.poll() is None and time.monotonic() - began < 200
            time.sleep(0.05)
        time.sleep(random.Random(seed).uniform(0.0, 4.0))
        going.send_signal(signal.SIGKILL)
        going.wait()
    (run,) = command("runs")["runs"]
    if run["status"] == "done":  # a quick machine was through already
        return
    assert run["status"] == "interrupted"
    folder = next((tmp_path / "home").glob("projects/*/runs/*"))
    kept = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines(True) if line.endswith("\n")]
    assert all(isinstance(line["step"], int) for line in kept)
    again = command("train", "--resume", run["run"])
    assert again["status"] == "done" and again["steps"] == 40
    assert not list(folder.rglob("*.part")), "nothing half-written is left"


def test_a_kill_while_importing_leaves_the_dataset_whole_or_absent(environment: dict[str, str], tmp_path: Path) -> None:
    line = [sys.executable, "-m", "studio", "import", str(ROOT / "sample_data" / "support.csv"), "--project", "p"]
    for wait in (0.3, 0.8, 1.4, 2.2):
        with subprocess.Popen(
            line, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        ) as going:
            time.sleep(wait)
            going.send_signal(signal.SIGKILL)
            going.wait()
    for card in (tmp_path / "home").glob("projects/*/datasets/[!.]*/card.json"):
        assert len((card.parent / "imported.jsonl").read_text().splitlines()) == json.loads(card.read_text())["rows_in"]
    done = subprocess.run([*line, "--json"], env=environment, cwd=ROOT, capture_output=True, text=True)
    assert json.loads(done.stdout)["rows_kept"] == 420
