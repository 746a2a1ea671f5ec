"""`studio key` and `studio serve-model`, as they are typed."""

import json
from pathlib import Path

import pytest

from studio.cli.main import run_command


def said(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> dict[str, object]:
    status = run_command([*words, "--home", str(home), "--json"])
    return {"status": status, **json.loads(capsys.readouterr().out)}


def test_a_key_is_made_listed_and_taken_back(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    made = said(capsys, tmp_path, "key", "add", "mail program", "--tokens-per-day", "5000")
    assert str(made["key"]).startswith("sk-studio-")
    listed = said(capsys, tmp_path, "key", "list")["keys"]
    assert isinstance(listed, list) and listed[0]["name"] == "mail program" and listed[0]["tokens_per_day"] == 5000
    assert str(made["key"]) not in json.dumps(listed)
    assert said(capsys, tmp_path, "key", "remove", "mail program")["status"] == 0
    assert said(capsys, tmp_path, "key", "remove", "mail program")["status"] == 2


@pytest.mark.parametrize(("words", "sentence"), [
    (["nothing"], "There is no run"),
    (["nothing", "--host", "0.0.0.0"], "listens on this computer alone"),
])  # fmt: skip
def test_what_cannot_be_served_is_told_in_a_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, words: list[str], sentence: str
) -> None:
    status = run_command(["serve-model", *words, "--home", str(tmp_path), "--port", "7871"])
    assert status == 2 and sentence in capsys.readouterr().err
