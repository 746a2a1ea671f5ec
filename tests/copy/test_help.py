"""The help of every command comes from the copy, in whichever language is spoken."""

import re
import subprocess
import sys

import pytest

from studio.cli.main import COMMANDS
from studio.copy.catalog import VARIABLE
from studio.copy.pseudo import PSEUDO

TYPERS_OWN = {"Show", "this", "message", "exit", "Usage", "python", "studio", "Options", "Commands", "Arguments"}


@pytest.mark.parametrize("command", ["", "train", "models get"])
def test_no_line_of_help_is_left_in_english(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, PSEUDO)
    line = [sys.executable, "-m", "studio", *command.split(), "--help"]
    shown = subprocess.run(line, check=True, capture_output=True, text=True).stdout
    said = [row.split("  ")[-1] for row in shown.splitlines() if row.startswith("  ") and "  " in row.strip()]
    words = {word for row in said for word in re.findall(r"\b[A-Z][a-z]{3,}\b", row)}
    assert said and words <= TYPERS_OWN, words
    assert not command or command.split()[0] in {*COMMANDS, "models"}
