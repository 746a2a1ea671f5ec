"""XLSX, XLS and ODS sheets: cells as a person sees them, merged cells filled, formulas without a value named."""

import datetime
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from studio.errors import UnreadableFile
from studio.prepare.grid import fill_grid
from studio.prepare.sniff import damaged_excel
from studio.prepare.table import MAX_COLUMNS, Table

ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_excel(path: Path, name: str, kind: str, sheet: str | None) -> Table:
    """The named sheet, or the first that holds anything."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum, WorksheetNotFound

    if kind == "xls" and ENCRYPTED in path.read_bytes()[:2_000_000]:
        raise protected(name)
    try:
        book = CalamineWorkbook.from_path(str(path))
        shown = [
            one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible
        ] or book.sheet_names
        if sheet is not None and sheet not in book.sheet_names:
            listed = ", ".join(f"“{one}”" for one in shown[:10])
            raise UnreadableFile(f"There is no sheet “{sheet[:60]}”.", hint=f"The sheets are {listed}.", where=name)
        chosen, grid, filled = pick_sheet(book, shown, sheet, name)
        lines, merged = lines_of(grid, name), merged_cells(grid)
    except (CalamineError, WorksheetNotFound, OSError, ValueError) as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise protected(name) from error
        raise damaged_excel(name) from error
    notes: list[str] = []
    if merged:
        notes.append(f"{merged} merged {'cell' if merged == 1 else 'cells'} filled with their value.")
    if sheet is None and filled > 1:
        notes.append(f"The file has {len(shown)} sheets; this is “{chosen}”.")
    table = fill_grid(lines, f"{name}, sheet “{chosen}”")
    if kind == "xlsx":
        notes += odd_cells(path, book.sheet_names.index(chosen))
    return Table(
        format=kind, sheet=chosen, sheets=tuple(shown), columns=table.columns, rows=table.rows, drops=table.drops,
        notes=(*table.notes, *notes), rows_read=table.rows_read,
    )  # fmt: skip


def protected(name: str) -> UnreadableFile:
    """The refusal for an encrypted workbook."""
    return UnreadableFile(
        "The spreadsheet is password protected.", hint="Save a copy without the password and upload that.", where=name
    )


def pick_sheet(book: Any, shown: list[str], sheet: str | None, name: str) -> tuple[str, Any, int]:
    """The sheet, and how many of the visible ones hold anything."""
    if sheet is not None:
        return sheet, book.get_sheet_by_name(sheet), 1
    sheets = [(one, book.get_sheet_by_name(one)) for one in shown[:50]]
    filled = [(one, grid) for one, grid in sheets if grid.height > 0 and grid.width > 0]
    if not filled:
        raise UnreadableFile("The spreadsheet is empty.", hint="Add rows, save it again and upload it.", where=name)
    chosen = next(((one, grid) for one, grid in filled if grid.height > 1), filled[0])  # a lone line is no table
    return *chosen, len(filled)


def lines_of(grid: Any, name: str) -> Iterator[list[str]]:
    """The cells as text, with merged cells filled. Raises UnreadableFile for absurd widths before reading."""
    if grid.end is not None and grid.end[1] + 1 > 16 * MAX_COLUMNS:
        raise UnreadableFile(
            f"The sheet has {grid.end[1] + 1:,} columns; at most {MAX_COLUMNS:,} are read.",
            hint="Delete the empty columns at the right and save again.",
            where=name,
        )
    rows = [[cell_text(cell) for cell in line] for line in grid.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in grid.merged_cell_ranges or []:
        if top >= len(rows) or left >= len(rows[top]) or (bottom - top) * (right - left + 1) > 100_000:
            continue
        for line in rows[top : bottom + 1] if right == left else []:
            line[left] = rows[top][left]
    return iter(rows)


def merged_cells(grid: Any) -> int:
    """Merged downwards within one column: those are filled; titles merged across are left alone."""
    return sum(1 for (top, left), (bottom, right) in grid.merged_cell_ranges or [] if right == left and bottom > top)


def cell_text(cell: object) -> str:
    """What a person sees: whole numbers without a point, dates as year-month-day, truth values in capitals."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float | int):
        if cell == int(cell) and abs(cell) < 1e21:
            return str(int(cell))
        return format(Decimal(repr(cell)), "f") if 1e-7 < abs(cell) < 1e21 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def odd_cells(path: Path, index: int) -> list[str]:
    """Sentences on error cells and on formulas that were saved without their result."""
    errors: list[str] = []
    formulas: list[str] = []
    with zipfile.ZipFile(path) as inside:
        sheets = sorted(
            (n for n in inside.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n)), key=number_in
        )
        if index >= len(sheets) or inside.getinfo(sheets[index]).file_size > 100 * 2**20:
            return []
        xml = inside.read(sheets[index])
    for found in re.finditer(rb'<c r="([A-Z]{1,3}\d{1,7})"([^>]{0,200})>([^\x00]{0,4000}?)</c>', xml):
        place, attributes, inner = found.group(1).decode(), found.group(2), found.group(3)
        if b't="e"' in attributes:
            errors.append(place)
        elif b"<f" in inner and (b"<v>" not in inner or b"<v></v>" in inner):
            formulas.append(place)
    notes = []
    if errors:
        notes.append(f"{len(errors):,} error {'cell' if len(errors) == 1 else 'cells'} read as empty: {some(errors)}.")
    if formulas:
        count = "1 formula" if len(formulas) == 1 else f"{len(formulas):,} formulas"
        notes.append(f"{count} without a saved result read as empty: {some(formulas)}.")
    return notes


def some(places: list[str]) -> str:
    """“B4, B7 and 3 more”."""
    return ", ".join(places[:3]) + (f" and {len(places) - 3:,} more" if len(places) > 3 else "")


def number_in(name: str) -> int:
    """The number of a part inside the workbook."""
    return int("".join(filter(str.isdigit, name.rsplit("/", 1)[-1])) or 0)
