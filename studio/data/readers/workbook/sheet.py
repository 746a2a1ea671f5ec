"""One sheet as it was read, before its header is found."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from studio.copy.catalog import say
from studio.data.table import MAX_COLUMNS
from studio.errors import UnreadableFile


@dataclass
class SheetCells:
    """What stands beside the cells. Rows and columns are counted from 0, cells are named as the program names them."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)  # saved without their result
    unknown: list[str] = field(default_factory=list)  # numbers whose format is not understood
    system: list[str] = field(default_factory=list)  # dates that each computer shows in its own way
    unseen: bool = False  # formats and hidden rows could not be read


@dataclass
class Sheet:
    """The cells as text, from the first row and column on, and the names of all sheets that are shown."""

    name: str
    shown: tuple[str, ...]
    filled: int  # how many of the shown sheets hold anything
    lines: list[list[str]]
    merged: int  # cells merged downwards, whose value was filled in
    seen: SheetCells = field(default_factory=SheetCells)


def cell_name(row: int, column: int) -> str:
    """“B12” for row 11 and column 1, both from 0."""
    letters = ""
    column += 1
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def some_cells(places: list[str]) -> str:
    """“B4, B7, B9 and 3 more”."""
    return ", ".join(places[:3]) + (say("sheet.more", places=len(places) - 3) if len(places) > 3 else "")


def no_sheet(sheet: str, shown: Sequence[str], name: str) -> UnreadableFile:
    """The refusal for a sheet that is not there."""
    listed = ", ".join(f"“{one}”" for one in shown[:10])
    return UnreadableFile(
        say("sheet.there_no_sheet", sheet=sheet[:60]), hint=say("sheet.sheets", listed=listed), where=name
    )


def too_wide(width: int, name: str) -> UnreadableFile:
    """The refusal for a sheet with more columns than any table has."""
    return UnreadableFile(
        say("sheet.sheet_has_columns_at", width=width, max_columns=MAX_COLUMNS),
        hint=say("sheet.delete_empty_columns_at"),
        where=name,
    )
