"""What reading a file gives: rows of cells as they stood, and an account of the rows that could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from studio.copy.catalog import say
from studio.schemas.finding import Drop

MAX_BYTES = 200 * 2**20
MAX_ROWS = 2_000_000
MAX_COLUMNS = 1_000
MAX_CELL = 1_000_000
USE_HIDDEN, LEAVE_OUT = "use", "leave_out"  # what to do with rows that a spreadsheet hides
FOR_EXCEL = " (for Excel)"  # ends each heading of an export that is safe against formulas


class TableRow(NamedTuple):
    """One row under the header, counted from 1. Values are text, or lists and dicts where JSON held them."""

    number: int
    cells: dict[str, object]


class Unreadable(list[str]):
    """The cells of a line whose quotes do not fit, with what is wrong."""

    def __init__(self, cells: Sequence[str], detail: str) -> None:
        super().__init__(cells)
        self.detail = detail


@dataclass(frozen=True)
class Table:
    """`rows_read` counts every row under the header, also blank and unreadable ones: `len(rows) + len(drops)`.

    `hidden_rows` counts those that a spreadsheet hides, whether they are used or left out;
    `rows_above` says how many lines of the file stand over the first row, the headings among them;
    `headings` is the row of the file that holds them (0: none), one of `first_lines` or another;
    `tool_calls` counts the calls of tools in conversations, whether they are taught or read over.
    """

    format: str
    encoding: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: list[TableRow] = field(default_factory=list)
    drops: list[Drop] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    rows_read: int = 0
    rows_above: int = 0
    hidden_rows: int = 0
    hidden_columns: tuple[str, ...] = ()
    tool_calls: int = 0
    headings: int = 0
    first_lines: tuple[tuple[int, str], ...] = ()

    def file_row(self, number: int) -> int:
        """A row's number as a spreadsheet program shows it; 0 for files without lines over the first row."""
        return number + self.rows_above if self.rows_above else 0


def text_of(value: object) -> str:
    """A cell as the words a person would see: nested values as JSON, absent ones as nothing."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    import json

    return json.dumps(value, ensure_ascii=False)


def some_rows(numbers: Sequence[int] | Sequence[str]) -> str:
    """“row 3”, or “rows 3, 8 and 12”, or “rows 3, 8, 12 and 40 more”."""
    if len(numbers) == 1:
        return say("table.row", numbers=numbers[0])
    if len(numbers) <= 4:
        return say("table.rows", map=", ".join(map(str, numbers[:-1])), numbers=numbers[-1])
    return say("table.rows_more", map=", ".join(map(str, numbers[:3])), numbers=len(numbers) - 3)
