"""XLSX, XLS and ODS sheets as a person sees them: numbers as shown, hidden rows left out, merged cells filled."""

import datetime
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.data.readers.file_type import damaged_excel
from studio.data.readers.header_detection import HiddenLine, fill_grid
from studio.data.readers.workbook.digits import general
from studio.data.readers.workbook.ods import is_protected, read_ods
from studio.data.readers.workbook.sheet import Sheet, SheetCells, no_sheet, some_cells, too_wide
from studio.data.readers.workbook.xlsx_sheet import look_through
from studio.data.table import MAX_COLUMNS, Table
from studio.errors import UnreadableFile

ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_excel(
    path: Path, name: str, kind: str, sheet: str | None, *, use_hidden: bool = False, headings: int | None = None
) -> Table:
    """The named sheet, or the first that holds a table. Rows that are hidden are left out unless they are wanted."""
    try:
        found = read_book(path, name, kind, sheet)
    except OverflowError as error:  # days past those of any calendar, as in a cell that shows #### alone
        raise UnreadableFile(
            say("excel_reader.date_or_duration_spreadsheet"),
            hint=say("excel_reader.look_for_cells_show"),
            where=name,
        ) from error
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise damaged_excel(name) from error
    if found is None:
        raise UnreadableFile(
            say("excel_reader.spreadsheet_empty"), hint=say("excel_reader.add_rows_save_again"), where=name
        )
    hidden_rows, columns = found.seen.hidden_rows, found.seen.hidden_columns
    lines = (HiddenLine(line) if at in hidden_rows else line for at, line in enumerate(found.lines))
    grid = fill_grid(
        lines if hidden_rows else found.lines,
        say("excel_reader.sheet", name=name, name_2=found.name),
        use_hidden=use_hidden,
        headings=headings,
    )
    table = Table(
        format=kind, sheet=found.name, sheets=found.shown, columns=grid.columns, rows=grid.rows, drops=grid.drops,
        notes=tuple(grid.notes), rows_read=grid.rows_read, rows_above=grid.above, hidden_rows=grid.hidden,
        headings=grid.headings, first_lines=grid.first_lines,
        hidden_columns=tuple(column for at, column in enumerate(grid.columns) if at in columns),
    )  # fmt: skip
    return replace(table, notes=(*table.notes, *notes_on(found, table, chosen=sheet is not None, used=use_hidden)))


def read_book(path: Path, name: str, kind: str, sheet: str | None) -> Sheet | None:
    """The cells of one sheet as they are shown; None when no sheet holds anything."""
    if kind != "ods":
        return read_workbook(path, name, kind, sheet)
    if is_protected(path):
        raise protected(name)
    return read_ods(path, name, sheet)


def read_workbook(path: Path, name: str, kind: str, sheet: str | None) -> Sheet | None:
    """XLSX, XLSB and XLS: calamine reads the cells, one pass over the sheet tells how numbers are shown."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum, WorksheetNotFound

    if kind == "xls" and ENCRYPTED in path.read_bytes()[:2_000_000]:
        raise protected(name)
    try:
        book = CalamineWorkbook.from_path(str(path))
        shown = [
            one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible
        ] or book.sheet_names
        if sheet is not None and sheet not in book.sheet_names:
            raise no_sheet(sheet, shown, name)
        picked = pick_sheet(book, shown, sheet)
        if picked is None:
            return None
        chosen, grid, filled = picked
        lines = lines_of(grid, name)
        merged = fill_merged(grid, lines)
    except (CalamineError, WorksheetNotFound) as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise protected(name) from error
        raise damaged_excel(name) from error
    seen = look_through(path, chosen, lines) if kind == "xlsx" else SheetCells(unseen=True)
    return Sheet(chosen, tuple(shown), filled, lines, merged, seen)


def protected(name: str) -> UnreadableFile:
    """The refusal for an encrypted workbook."""
    return UnreadableFile(
        say("excel_reader.spreadsheet_password_protected"),
        hint=say("excel_reader.save_copy_without_password"),
        where=name,
    )


def pick_sheet(book: Any, shown: list[str], sheet: str | None) -> tuple[str, Any, int] | None:
    """The sheet, and how many of the visible ones hold anything."""
    if sheet is not None:
        return sheet, book.get_sheet_by_name(sheet), 1
    sheets = [(one, book.get_sheet_by_name(one)) for one in shown[:50]]
    filled = [(one, grid) for one, grid in sheets if grid.height > 0 and grid.width > 0]
    if not filled:
        return None
    chosen = next(((one, grid) for one, grid in filled if grid.height > 1), filled[0])  # a lone line is no table
    return *chosen, len(filled)


def lines_of(grid: Any, name: str) -> list[list[str]]:
    """The cells as text. Raises UnreadableFile for absurd widths before reading."""
    if grid.end is not None and grid.end[1] + 1 > 16 * MAX_COLUMNS:
        raise too_wide(grid.end[1] + 1, name)
    return [[cell_text(cell) for cell in line] for line in grid.to_python(skip_empty_area=False)]


def fill_merged(grid: Any, lines: list[list[str]]) -> int:
    """Merged downwards within one column: filled with their value, and counted. Titles merged across are left alone."""
    down = [(top, bottom, left) for (top, left), (bottom, right) in grid.merged_cell_ranges or []
            if left == right and bottom > top]  # fmt: skip
    for top, bottom, left in down:
        if top < len(lines) and left < len(lines[top]) and bottom - top <= 100_000:
            for line in lines[top : bottom + 1]:
                line[left] = lines[top][left]
    return len(down)


def cell_text(cell: object) -> str:
    """A cell without a format: whole numbers without a point, dates as year-month-day, truth values in capitals."""
    if isinstance(cell, str):
        return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float | int):
        return general(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def notes_on(found: Sheet, table: Table, *, chosen: bool, used: bool) -> list[str]:
    """What a person should know of how the sheet was read."""
    seen, notes = found.seen, []
    if found.merged:
        notes.append(say("excel_reader.merged_filled_with_their", merged=found.merged))
    if not chosen and found.filled > 1:
        notes.append(say("excel_reader.file_has_sheets", shown=len(found.shown), name=found.name))
    if table.hidden_rows:
        are, they = (
            (say("excel_reader.row"), say("excel_reader.it_is"))
            if table.hidden_rows == 1
            else (say("excel_reader.rows"), say("excel_reader.they"))
        )
        what = say("excel_reader.used_too") if used else say("excel_reader.left_out")
        notes.append(
            say("excel_reader.hidden_spreadsheet", hidden_rows=table.hidden_rows, are=are, they=they, what=what)
        )
    if table.hidden_columns:
        are, they = (
            (say("excel_reader.column"), say("excel_reader.it_is"))
            if len(table.hidden_columns) == 1
            else (say("excel_reader.columns"), say("excel_reader.they"))
        )
        listed = ", ".join(f"“{one[:40]}”" for one in table.hidden_columns[:3])
        notes.append(
            say(
                "excel_reader.hidden_spreadsheet_not_guessed",
                hidden_columns=len(table.hidden_columns),
                are=are,
                listed=listed,
            )
        )
    if seen.errors:
        count = (
            say("excel_reader.1_error_cell")
            if len(seen.errors) == 1
            else say("excel_reader.error_cells", errors=len(seen.errors))
        )
        notes.append(say("excel_reader.read_as_empty", count=count, some_cells=some_cells(seen.errors)))
    if seen.formulas:
        count = "1 formula" if len(seen.formulas) == 1 else say("excel_reader.formulas", formulas=len(seen.formulas))
        notes.append(say("excel_reader.without_saved_result_read", count=count, some_cells=some_cells(seen.formulas)))
    if seen.unknown:
        count = (
            say("excel_reader.1_cell_has")
            if len(seen.unknown) == 1
            else say("excel_reader.cells_have", unknown=len(seen.unknown))
        )
        notes.append(say("excel_reader.number_format_not_known", count=count, some_cells=some_cells(seen.unknown)))
    if seen.system:
        count = (
            say("excel_reader.1_date_or_time")
            if len(seen.system) == 1
            else say("excel_reader.dates_or_times_have", system=len(seen.system))
        )
        notes.append(say("excel_reader.no_fixed_format_they", count=count, some_cells=some_cells(seen.system)))
    if seen.unseen:
        kind = say("excel_reader.kind_spreadsheet") if table.format == "xls" else say("excel_reader.spreadsheet")
        notes.append(say("excel_reader.does_not_tell_which", kind=kind))
    return notes
