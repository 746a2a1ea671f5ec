"""The workbooks that people reported, where they lie beside this project: each does what its note says."""

import csv
import json
from pathlib import Path

import pytest

from studio.cli.main import run_command

BESIDE = [folder / "shared" / "material" / "cases" for folder in Path(__file__).resolve().parents[4:7]]
CASES = next((folder for folder in BESIDE if folder.is_dir()), BESIDE[0])
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the folder of reported cases is not here")


def said(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> dict[str, object]:
    assert run_command([*words, "--home", str(home), "--json"]) == 0
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def taught(capsys: pytest.CaptureFixture[str], home: Path, file: Path, *more: str) -> list[tuple[str, str]]:
    """What `clean` leaves, pair by pair; `import` counts the same rows."""
    lines = home / "lines.jsonl"
    done = said(capsys, home, "clean", str(file), "--out", str(home / "o.csv"), "--jsonl", str(lines), *more)
    kept = said(capsys, home, "import", str(file), "--project", "tried", *more)
    assert (kept["rows_in"], kept["rows_kept"]) == (done["rows_in"], done["rows_kept"])
    rows = [json.loads(line)["messages"] for line in lines.read_text("utf-8").splitlines()]
    return [(turns[0]["content"], turns[1]["content"]) for turns in rows]


def kinds(answer: dict[str, object]) -> set[str]:
    findings = answer["findings"]
    assert isinstance(findings, list)
    return {finding["kind"] for finding in findings}


def test_hidden_rows_and_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = CASES / "08-xlsx-hidden-rows" / "filtered.xlsx"
    answer = said(capsys, tmp_path, "check", str(file))
    assert "6 rows are hidden in the spreadsheet: they are left out." in answer["notes"]  # type: ignore[operator]
    pairs = taught(capsys, tmp_path, file)
    assert len(pairs) == 8 and not any("DRAFT" in text or "Ask at the desk" in text for _, text in pairs)
    assert run_command(["clean", str(file), "--out", str(tmp_path / "o.csv"), "--hidden", "use"]) == 2
    assert "“draft” or the like of 6 rows" in capsys.readouterr().err, "drafts are taught by her word alone"
    columns = ("--map", "question=question", "--map", "answer=answer")
    assert len(taught(capsys, tmp_path, file, "--hidden", "use", *columns)) == 14


def test_cells_as_they_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = CASES / "09-xlsx-shown-vs-stored"
    with (folder / "shown.csv").open(encoding="utf-8") as stream:
        wanted = {asked: text.partition(" (")[0] for asked, text in list(csv.reader(stream))[1:]}
    pairs = dict(taught(capsys, tmp_path, folder / "formats.xlsx"))
    assert {asked: pairs[asked] for asked in wanted} == wanted


def test_an_answer_that_excel_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = CASES / "10-excel-32767" / "cut-by-excel.xlsx"
    assert "cut_off" in kinds(said(capsys, tmp_path, "check", str(file)))


def test_ods_with_repeats_spans_and_comments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = CASES / "24-ods-repeats" / "repeats-and-spans.ods"
    answer = said(capsys, tmp_path, "check", str(file))
    assert {"exact_duplicate", "repeats_question"} <= kinds(answer)
    assert "1 row is hidden in the spreadsheet: it is left out." in answer["notes"]  # type: ignore[operator]
    pairs = taught(capsys, tmp_path, file)
    assert [text for asked, text in pairs if asked == "Which parts are lent?"] == ["The pump.", "The lever."]
    assert ("Two lines?", "First line.\nSecond   line\tend\nthird.") in pairs
    assert not any("legal" in text or "DRAFT" in text for _, text in pairs)


@pytest.mark.parametrize("way", [("o.csv", "--for-excel"), ("o.csv", "--for-excel", "--separator", ";"), ("o.xlsx",)])
def test_out_to_excel_and_back_again(tmp_path: Path, capsys: pytest.CaptureFixture[str], way: tuple[str, ...]) -> None:
    file = CASES / "37-excel-round-trip" / "original.jsonl"
    said(capsys, tmp_path, "clean", str(file), "--out", str(tmp_path / way[0]), *way[1:])
    assert taught(capsys, tmp_path, tmp_path / way[0]) == taught(capsys, tmp_path, file)
