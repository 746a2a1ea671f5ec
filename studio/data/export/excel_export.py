"""Cleaned examples for people who go on in Excel: a workbook of text cells, and what no cell can hold."""

import re
from collections.abc import Sequence
from pathlib import Path

from studio.data.checks.characters.cut_off import CELL_LETTERS, letters_in_a_cell
from studio.data.export.other_columns import NO_OTHERS, OtherColumns
from studio.data.export.text_files import bendless, columns_of, field, shown
from studio.data.table import some_rows
from studio.errors import StudioError
from studio.schemas.example import Example
from studio.storage.files import write_atomically

MARKED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel would read these letters as a sign's number


def rows_too_long(
    examples: Sequence[Example], others: OtherColumns = NO_OTHERS, *, as_workbook: bool = False
) -> list[str]:
    """Rows, as a person counts them, of which a cell is longer than a cell of Excel can be."""
    names = columns_of(examples, keeps_returns=not as_workbook)
    return [
        example.id.removeprefix("r")
        for example in examples
        if any(
            len(cell) > CELL_LETTERS // 2 and too_long(cell)
            for cell in (*(field(example, name) for name in names), *others.of(example))
        )
    ]


def too_long(cell: str) -> bool:
    """Whether Excel would cut it."""
    return letters_in_a_cell(cell) > CELL_LETTERS


def warnings_for(examples: Sequence[Example], others: OtherColumns = NO_OTHERS) -> list[str]:
    """What opening the CSV in Excel and saving it there would break."""
    rows = rows_too_long(examples, others)
    if not rows:
        return []
    have = "1 row has a cell" if len(rows) == 1 else f"{len(rows):,} rows have a cell"
    return [
        f"{have} of more than {CELL_LETTERS:,} letters, which Excel cuts: {some_rows(rows)}. JSONL keeps them whole."
    ]


def write_xlsx(path: Path, examples: Sequence[Example], others: OtherColumns = NO_OTHERS) -> None:
    """One sheet of text cells, so that Excel takes nothing for a formula, a number or a date; it reads back the same.

    Raises StudioError rather than to cut a cell.
    """
    from openpyxl import Workbook  # type: ignore[import-untyped]
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]

    rows = rows_too_long(examples, others, as_workbook=True)
    if rows:
        raise StudioError(
            f"A cell of {some_rows(rows)} has more than {CELL_LETTERS:,} letters, more than Excel can hold.",
            hint="Save as JSONL, which keeps every letter.",
            where="xlsx",
        )
    names = columns_of(examples, keeps_returns=False)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Examples")
    sheet.append([*names, *others.names])
    for example in examples:
        line = []
        for text in (*(shown(example, name) for name in names), *map(bendless, others.of(example))):
            cell = WriteOnlyCell(sheet, MARKED.sub("_x005F_", text))
            cell.data_type, cell.number_format = "s", "@"
            line.append(cell)
        sheet.append(line)
    write_atomically(path, book.save)
