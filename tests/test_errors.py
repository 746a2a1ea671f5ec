"""What a disk or a folder refuses is a sentence, not a traceback."""

import errno
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from studio.errors import disk_trouble


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk of this computer is full"),
        (OSError(errno.EROFS, "Read-only file system", "/m/h"), "can only be read"),
        (PermissionError(errno.EACCES, "Permission denied", "/m/h"), "may not be opened or written by you"),
        (OSError(errno.EIO, "Input/output error"), "could not be read or written"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "can only be read"),
        (sqlite3.OperationalError("database or disk is full"), "is full"),
    ],
)
def test_a_refusal_is_a_sentence_with_what_to_do(error: Exception, words: str) -> None:
    said = disk_trouble(error)
    assert said is not None and words in said.message and said.hint and len(said.message.split()) <= 20
    assert said.where == ("/m/h" if "/m/h" in str(error) else "")


def test_another_fault_stays_a_fault() -> None:
    assert disk_trouble(ValueError("what")) is None and disk_trouble(OSError("what")) is None


def test_a_home_that_is_no_folder_ends_with_a_sentence_and_status_2(tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.write_text("in the way", encoding="utf-8")
    command = [sys.executable, "-m", "studio", "runs", "--json", "--home", str(home / "below")]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ}, check=False, timeout=120)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert json.loads(done.stdout)["error"]["message"]
