"""XLSX sheets as their owner sees them: shown numbers, hidden rows and columns, line breaks."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from studio.data.columns.column_mapping import guess_mapping
from studio.data.readers.child_process import read_safely
from studio.data.readers.read_file import Table, read_table
from studio.errors import StudioError, UnreadableFile

LINES = (("question", "answer"), ("Where is it?", "In the hall."), ("Who has it?", "Draft."), ("Why?", "It is late."))


def book(path: Path, change: Callable[[Worksheet], None], lines: tuple[tuple[object, ...], ...] = LINES) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    for line in lines:
        sheet.append(line)
    change(sheet)
    made.save(path / "t.xlsx")
    return path / "t.xlsx"


def patched(path: Path, part: str, old: str, new: str) -> Path:
    """The same file with other words in one part."""
    data = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            text = before.read(name)
            if name == part:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode())
            after.writestr(name, text)
    return path


def read(path: Path, hidden: str = "") -> Table:
    return read_table(path, name="t.xlsx", hidden=hidden)


def answers(table: Table) -> list[object]:
    return [row.cells["answer"] for row in table.rows]


def shown(path: Path, *cells: tuple[object, str]) -> Table:
    """A sheet whose answers are these values in these formats."""
    lines = (("question", "answer"), *((f"Question {number}?", value) for number, (value, _) in enumerate(cells)))

    def dress(sheet: Worksheet) -> None:
        for number, (_, code) in enumerate(cells, start=2):
            sheet.cell(number, 2).number_format = code

    return read(book(path, dress, lines))


def test_cells_are_read_as_they_are_shown(tmp_path: Path) -> None:
    found = shown(tmp_path, (17, "00000"), (0.4, "0%"), (45000, "dd.mm.yyyy"), (1.25, "[h]:mm"), ("as typed", "0.00"),
                  (True, "0.00"), (8, "General"))  # fmt: skip
    assert answers(found) == ["00017", "40%", "15.03.2023", "30:00", "as typed", "TRUE", "8"]
    assert found.notes == ()


def test_a_format_that_is_not_understood_is_said_with_its_cells(tmp_path: Path) -> None:
    found = shown(tmp_path, (17, "[DBNum1]0"), (45000, "ggge"), (3, "0"))
    assert answers(found) == ["17", "2023-03-15", "3"]
    assert found.notes == ("2 cells have a number format that is not known; check how they read: B2, B3.",)


def test_dates_that_each_computer_shows_in_its_own_way_are_year_month_day(tmp_path: Path) -> None:
    found = shown(tmp_path, (45000, "mm-dd-yy"), (45000.5, "[$-F800]dddd, mmmm dd, yyyy"))
    assert answers(found) == ["2023-03-15", "2023-03-15 12:00"]
    assert found.notes == ("2 dates or times have no fixed format; they read as year-month-day: B2, B3.",)


def test_the_calendar_of_1904_gives_the_same_days(tmp_path: Path) -> None:
    path = book(tmp_path, lambda sheet: None, (("question", "answer"), ("When?", 43538)))
    made = openpyxl.load_workbook(path)
    made.active["B2"].number_format = "yyyy-mm-dd"
    made.save(path)
    assert answers(read(patched(path, "xl/workbook.xml", "<workbookPr/>", '<workbookPr date1904="1"/>'))) == [
        "2023-03-15"
    ]


def test_rows_hidden_by_a_filter_are_left_out_with_their_reason(tmp_path: Path) -> None:
    path = book(tmp_path, lambda sheet: setattr(sheet.row_dimensions[3], "hidden", True))
    found = read(path)
    assert answers(found) == ["In the hall.", "It is late."]
    assert [row.number for row in found.rows] == [1, 3]
    assert [(drop.row, drop.reason) for drop in found.drops] == [(2, "hidden_row")]
    assert found.notes == ("1 row is hidden in the spreadsheet: it is left out.",)
    assert (found.rows_read, found.hidden_rows) == (3, 1)


def test_hidden_rows_are_used_when_a_person_says_so(tmp_path: Path) -> None:
    path = book(tmp_path, lambda sheet: setattr(sheet.row_dimensions[3], "hidden", True))
    found = read(path, hidden="use")
    assert answers(found) == ["In the hall.", "Draft.", "It is late."]
    assert (found.hidden_rows, found.drops) == (1, [])
    assert found.notes == ("1 row is hidden in the spreadsheet: it is used, too.",)


def test_a_row_of_no_height_is_hidden(tmp_path: Path) -> None:
    path = book(tmp_path, lambda sheet: setattr(sheet.row_dimensions[2], "height", 0.0001))
    assert answers(read(patched(path, "xl/worksheets/sheet1.xml", 'ht="0.0001"', 'ht="0"'))) == [
        "Draft.",
        "It is late.",
    ]


def test_a_hidden_line_above_the_headings_is_no_heading(tmp_path: Path) -> None:
    lines = (("q_text_id", "a_text_id"), *LINES)
    path = book(tmp_path, lambda sheet: setattr(sheet.row_dimensions[1], "hidden", True), lines)
    assert read(path).columns == ("question", "answer")


def test_a_sheet_with_all_rows_hidden_is_refused_in_a_sentence(tmp_path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        for number in (2, 3, 4):
            sheet.row_dimensions[number].hidden = True

    with pytest.raises(StudioError, match="All rows are hidden in the spreadsheet"):
        read(book(tmp_path, hide))
    assert len(read(tmp_path / "t.xlsx", hidden="use").rows) == 3


def test_a_hidden_column_is_never_guessed(tmp_path: Path) -> None:
    lines = (
        ("state", "question", "reply text", "answer"),
        *(("ok", f"Why {n}?", f"So {n}.", "Old.") for n in range(9)),
    )
    path = book(tmp_path, lambda sheet: setattr(sheet.column_dimensions["D"], "hidden", True), lines)
    found = read(path)
    assert found.hidden_columns == ("answer",)
    assert found.notes == ("1 column is hidden in the spreadsheet and not guessed: “answer”.",)
    mapping = guess_mapping(found)
    assert "answer" not in {mapping.question, mapping.answer, mapping.context, mapping.system, mapping.group}
    assert mapping.answer == "reply text"


def test_line_breaks_of_windows_are_line_breaks(tmp_path: Path) -> None:
    path = book(tmp_path, lambda sheet: None, (("question", "answer"), ("Two lines?", "First.MARKSecond.")))
    assert answers(read(patched(path, "xl/worksheets/sheet1.xml", "MARK", "_x000D_&#10;"))) == ["First.\nSecond."]


def test_the_child_tells_of_hidden_rows_as_well(tmp_path: Path) -> None:
    path = book(tmp_path, lambda sheet: setattr(sheet.row_dimensions[3], "hidden", True))
    for hidden in ("", "use"):
        assert read_safely(path, name="t.xlsx", hidden=hidden) == read(path, hidden)


def test_very_many_blank_rows_are_space_and_not_rows(tmp_path: Path) -> None:
    found = read(book(tmp_path, lambda sheet: sheet.cell(30_000, 1, "Late?") and sheet.cell(30_000, 2, "Yes.")))
    assert (found.rows_read, found.rows[-1].number) == (4, 29_999)
    assert found.notes == ("29,995 blank rows, from row 5 to row 29,999, are not counted.",)


def test_a_duration_beyond_every_calendar_is_refused_by_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="A date or duration in the spreadsheet is too large"):
        shown(tmp_path, (0.5, "[h]:mm"), (1e12, "[h]:mm"))
