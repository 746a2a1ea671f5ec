"""`studio clean` for people who go on in Excel."""

import json
from pathlib import Path

import pytest

from studio.cli.main import run_command

LONG = "The lamp is lit. " * 2_000


@pytest.fixture
def source(tmp_path: Path) -> Path:
    lines = [{"question": f"Where is lamp {n}?", "answer": f"Lamp {n} is in room {n}."} for n in range(4)]
    lines.append({"question": "How does it go on?", "answer": LONG})
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return tmp_path / "t.jsonl"


def clean(source: Path, out: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    home = ["--home", str(out.parent / "home")]
    return run_command(["clean", str(source), "--out", str(out), *home, *more]), capsys.readouterr().out


def test_the_warning_is_a_key_in_json_and_a_line_in_text(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "1 row has a cell of more than 32,767 letters, which Excel cuts: row 5. JSONL keeps them whole."
    code, out = clean(source, tmp_path / "o.csv", capsys, "--for-excel", "--json")
    assert (code, json.loads(out)["warnings"]) == (0, [said])
    assert said in clean(source, tmp_path / "o.csv", capsys, "--for-excel")[1]
    assert json.loads(clean(source, tmp_path / "o.csv", capsys, "--json")[1])["warnings"] == []


def test_the_separator_is_chosen(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert clean(source, tmp_path / "o.csv", capsys, "--for-excel", "--separator", ";")[0] == 0
    assert '"question (for Excel)";"answer (for Excel)"' in (tmp_path / "o.csv").read_text("utf-8-sig")
    assert clean(source, tmp_path / "o.csv", capsys, "--separator", "x")[0] == 2


def test_a_name_that_ends_with_xlsx_makes_a_workbook(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert clean(source, tmp_path / "o.xlsx", capsys)[0] == 2  # a cell is too long
    source.write_text(source.read_text().replace(LONG, "So."))
    assert clean(source, tmp_path / "o.xlsx", capsys)[0] == 0
    assert (tmp_path / "o.xlsx").read_bytes().startswith(b"PK")
