"""Files of kinds that people reported about other tools, where they lie beside the checkout: read, or asked about."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from studio.cli.main import run_command
from studio.data.columns.column_mapping import propose_mapping
from studio.data.readers.read_file import read_table
from studio.data.table import Table
from studio.errors import UnreadableFile

ABOVE = Path(__file__).resolve().parents
CASES = next((at for up in ABOVE if (at := up / "shared" / "material" / "cases").is_dir()), ABOVE[2] / "cases")

pytestmark = [
    pytest.mark.material, pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside the checkout"),
]  # fmt: skip


def read(name: str) -> Table:
    path = CASES / name
    return read_table(path, name=path.name)


def answers(table: Table, column: str = "answer") -> list[object]:
    return [row.cells[column] for row in table.rows]


@pytest.mark.parametrize("name", ["a-bom-sep", "b-two-boms-sep", "c-sep-in-quotes", "d-sep-padded", "e-utf16-sep-tab",
                                  "f-hint-is-wrong", "g-headers-capital-space"])  # fmt: skip
def test_hints_of_separators(name: str) -> None:
    found = read(f"01-sep-hint-variants/{name}.csv")
    assert [column.lower() for column in found.columns] in (["question", "answer"], ["input", "output"])
    assert (len(found.rows), found.drops, propose_mapping(found).doubt) == (8, [], "")


def test_a_report() -> None:
    found = read("03-report-head-and-foot/report.csv")
    assert (found.columns[1], len(found.rows)) == ("Customer question", 8)
    assert Counter(drop.reason for drop in found.drops) == {"not_a_row": 5, "blank_row": 1}


def test_backslashes() -> None:
    found = read("05-backslash-quotes/escaped.csv")
    assert len(found.rows) == 5 and "quotes" in " ".join(found.notes).lower()
    assert '"Wet paint"' in str(found.rows[0].cells["question"]) and "C:\\forms\\new" in str(answers(found)[-1])


def test_one_text() -> None:
    assert len(read("06-odd-line-marks/one-text.txt").rows) == 1


def test_typed_answers() -> None:
    assert answers(read("13-typed-answers/numbers.csv"), "Answer") == [str(2 * n) for n in range(1, 25)]
    assert propose_mapping(read("13-typed-answers/numbers.csv")).answer == "Answer"
    assert propose_mapping(read("13-typed-answers/same-question-number-answers.csv")).answer == "result"


def test_messengers() -> None:
    with pytest.raises(UnreadableFile, match="looks like a messenger export"):
        read("19-whatsapp-export/chat-de.csv")
    assert "Slack export" in propose_mapping(read("20-slack-export/2026-01-05.json")).doubt


def test_other_files_find_their_columns() -> None:
    for name in ("22-annotation-tools/with-json-label.csv", "35-exam-leak-variants/five-wordings-each.csv"):
        found = propose_mapping(read(name))
        assert (found.question, found.answer, found.doubt) == ("question", "answer", "")


def test_the_way_through_excel() -> None:
    lines = (CASES / "37-excel-round-trip/original.jsonl").read_text("utf-8").splitlines()
    own = [(row["question"], row["answer"]) for row in map(json.loads, lines)]
    back = read("37-excel-round-trip/one-column-added.csv")
    assert [(row.cells["question"], row.cells["answer"]) for row in back.rows] == own
    assert {row.cells["remark"] for row in back.rows} == {"'quoted remark'"}
    saved = read("37-excel-round-trip/re-saved-by-german-excel.csv")
    assert (len(saved.rows), saved.format) == (21, "csv (semicolons)")
    assert answers(saved)[2] == "-5"
    assert answers(read("37-excel-round-trip/headings-renamed-by-colleague.csv"))[2] == "'-5"


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_the_way_out_and_back_changes_nothing(
    suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_HOME", str(tmp_path / "home"))
    first, out, again = tmp_path / "first.csv", tmp_path / "out.csv", tmp_path / "again.csv"
    own = CASES / f"37-excel-round-trip/original.{suffix}"
    for words in ([own, "--out", first], [own, "--out", out, "--for-excel"], [out, "--out", again]):
        assert run_command(["clean", *map(str, words), "--json"]) == 0
    said: Any = capsys.readouterr().out
    assert said.count('"rows_kept": 21') == 3 and first.read_bytes() == again.read_bytes()
