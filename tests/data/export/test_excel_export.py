"""Exports for Excel: nothing that a cell cannot hold is lost unsaid, and what was saved reads back the same."""

from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings

from studio.data.export.excel_export import rows_too_long, warnings_for, write_xlsx
from studio.data.export.text_files import write_csv
from studio.errors import StudioError
from studio.schemas.example import Example, pair
from tests.data.export.test_text_files import datasets, read_back, same_words

LONG = "The lamp is lit. " * 2_000
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(datasets())
def test_a_workbook_reads_back_the_same(tmp_path: Path, examples: list[Example]) -> None:
    write_xlsx(tmp_path / "t.xlsx", examples)
    assert same_words(read_back(tmp_path / "t.xlsx")) == same_words(examples)


@pytest.mark.parametrize(
    "text", ["=1+1", "-5 mg", "@x", "'x", "0042", "03/04", "1e5", "#N/A", "_x000D_", "a\r\nb", " x ", "TRUE", "＝1"]
)
def test_no_cell_of_a_workbook_is_a_formula_a_number_or_a_date(tmp_path: Path, text: str) -> None:
    examples = [pair(1, "What stands there?", text)]
    write_xlsx(tmp_path / "t.xlsx", examples)
    assert same_words(read_back(tmp_path / "t.xlsx")) == same_words(examples)
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}


def test_the_warning_names_the_rows_that_excel_would_cut() -> None:
    examples = [pair(1, "Why?", "So."), pair(2, "How?", LONG)]
    assert warnings_for(examples) == [
        "1 row has a cell of more than 32,767 letters, which Excel cuts: row 2. JSONL keeps them whole."
    ]
    assert warnings_for(examples[:1]) == []
    assert rows_too_long([pair(3, "Why?", LONG[:32_767])]) == []


def test_a_workbook_is_refused_rather_than_cut(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="row 2 has more than 32,767 letters"):
        write_xlsx(tmp_path / "t.xlsx", [pair(1, "Why?", "So."), pair(2, "How?", LONG)])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("text", ["=1+1", "1,5 mg; 2 mg", "'x", "a\tb", 'say "x"'])
def test_other_separators_read_back_the_same(tmp_path: Path, separator: str, text: str) -> None:
    examples = [pair(1, "What is given?", text), pair(2, "What is due?", "Ten; or so.")]
    write_csv(tmp_path / "t.csv", examples, for_excel=True, separator=separator)
    assert (tmp_path / "t.csv").read_text("utf-8-sig").startswith(f'"question (for Excel)"{separator}"answer')
    assert same_words(read_back(tmp_path / "t.csv")) == same_words(examples)
