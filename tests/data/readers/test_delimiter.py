"""The line `sep=;` that spreadsheet programs leave behind, in every form that it comes in."""

from pathlib import Path

import pytest

from studio.data.columns.column_mapping import guess_mapping
from studio.data.readers.read_file import read_table
from studio.data.table import Table

ROWS = "question;answer\r\nMay dogs come in?;Yes, on a lead.\r\nIs there tea?;Tea, and coffee, too.\r\n"


def table(folder: Path, data: str | bytes, name: str = "t.csv") -> Table:
    path = folder / "upload"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_table(path, name=name)


@pytest.mark.parametrize(
    "hint",
    ["sep=;", "\ufeffsep=;", "\ufeff\ufeffsep=;", '"sep=;"', "sep=;;", "sep=;;;;", "SEP=;", " sep = ; ", "'sep=;'",
     '\ufeff"SEP=;";'],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_hint_is_no_row_and_no_heading(tmp_path: Path, hint: str, encoding: str) -> None:
    found = table(tmp_path, f"{hint}\r\n{ROWS}".encode(encoding))
    assert found.columns == ("question", "answer") and found.rows_read == len(found.rows) == 2
    assert found.notes == ()


@pytest.mark.parametrize("hint", ["sep=\t", "sep=\\t", "Sep=tab", '"sep=\t"', "sep=\t\t"])
def test_a_tab_may_be_written_or_real(tmp_path: Path, hint: str) -> None:
    found = table(tmp_path, f"{hint}\r\n" + ROWS.replace(";", "\t"))
    assert (found.columns, len(found.rows)) == (("question", "answer"), 2)


def test_a_hint_may_name_a_rare_sign(tmp_path: Path) -> None:
    assert table(tmp_path, "sep=^\n" + ROWS.replace(";", "^")).columns == ("question", "answer")


def test_a_hint_makes_a_text_file_a_table(tmp_path: Path) -> None:
    assert table(tmp_path, "sep=;\n" + ROWS, "t.txt").columns == ("question", "answer")


def test_a_wrong_hint_is_said_and_the_lines_are_believed(tmp_path: Path) -> None:
    found = table(tmp_path, f"sep=,\r\n{ROWS}")
    assert (found.columns, len(found.rows)) == (("question", "answer"), 2)
    assert found.notes == (
        "The first line (sep=) says commas, but the rows are cut at semicolons: the rows were believed.",
    )


def test_a_hint_over_one_column_is_said(tmp_path: Path) -> None:
    assert "the rows have one cell each" in table(tmp_path, "sep=;\nstory\nWe went home.\nIt rained.\n").notes[0]


def test_a_heading_that_begins_with_sep_is_a_heading(tmp_path: Path) -> None:
    assert table(tmp_path, "sep,answer\nWhich month is it?,September\n").columns == ("sep", "answer")


@pytest.mark.parametrize("head", ["\ufeff\ufeff Input ;Output\u00a0", "\ufeffINPUT;OUTPUT", "\u200binput ;\tOutput"])
def test_headings_are_known_with_capitals_spaces_and_marks(tmp_path: Path, head: str) -> None:
    found = guess_mapping(table(tmp_path, ROWS.replace("question;answer", head)))
    assert (found.question.lower(), found.answer.lower(), found.doubt) == ("input", "output", "")
