"""A backup taken by a command while another process trains, restored elsewhere and gone on from; and kills."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.storage.checkpoints import Checkpoints
from studio.storage.home import Home

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.long
@pytest.mark.slow
def test_a_backup_during_a_real_run_is_restored_elsewhere_and_the_run_goes_on(
    command: Callable[..., Any], environment: dict[str, str], tmp_path: Path
) -> None:
    command("import", str(ROOT / "sample_data" / "label.csv"), "--project", "letters")
    knobs = ("max_steps=40", "eval_steps=20", "save_steps=4")  # long enough to outlast the backup
    words = [word for knob in knobs for word in ("--set", knob)]
    line = [sys.executable, "-m", "studio", "train", "--project", "letters", *words]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(line, env=environment, cwd=ROOT, **quiet) as going:
        while not list((tmp_path / "home").glob("projects/*/runs/*/checkpoints/checkpoint-*/manifest.json")):
            assert going.poll() is None
            time.sleep(0.05)
        made = command("backup", str(tmp_path / "backup.zip"))
        assert going.poll() is None, "the run goes on meanwhile"
        going.send_signal(signal.SIGKILL)
    found = command("restore", str(tmp_path / "backup.zip"), "--home", str(tmp_path / "new"))
    (run,) = found["interrupted"]
    assert made["files"] == found["files"] and found["projects"] == 1
    point = Checkpoints(Home(tmp_path / "new").run(run).checkpoints).newest_whole()[0]
    assert point is not None and point.step >= 4
    for name in ("imported.jsonl", "exam.json", "train.jsonl"):
        (old,) = (tmp_path / "home").rglob(name)
        (new,) = (tmp_path / "new").rglob(name)
        assert old.read_bytes() == new.read_bytes()
    assert command("audit", "--verify", "--home", str(tmp_path / "new"))["lines"] == 4
    assert command("train", "--resume", run, "--home", str(tmp_path / "new"))["steps"] == 40


def test_a_kill_while_restoring_leaves_a_whole_home_or_none(
    command: Callable[..., Any], environment: dict[str, str], tmp_path: Path
) -> None:
    command("import", str(ROOT / "sample_data" / "label.csv"), "--project", "letters")
    made = command("backup", str(tmp_path / "backup.zip"))
    new = tmp_path / "new"
    line = [sys.executable, "-m", "studio", "restore", str(tmp_path / "backup.zip"), "--home", str(new)]
    for pause in (0.0, 0.01, 0.02):
        with subprocess.Popen(line, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL) as going:
            while not list(tmp_path.glob(".new.*")) and going.poll() is None:
                time.sleep(0.002)
            time.sleep(pause)
            going.send_signal(signal.SIGKILL)
        if new.exists():
            break
    else:
        assert command("restore", str(tmp_path / "backup.zip"), "--home", str(new))["files"] == made["files"]
        assert not list(tmp_path.glob(".new.*"))
    assert (new / "studio.db").is_file() and len(list(new.rglob("imported.jsonl"))) == 1
