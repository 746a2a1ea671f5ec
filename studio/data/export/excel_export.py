"""Cleaned examples for people who go on in Excel: a workbook of text cells, and what no cell can hold."""

import re
from collections.abc import Sequence
from pathlib import Path

from studio.copy.catalog import say
from studio.data.checks.characters.cut_off import CELL_LETTERS, letters_in_a_cell
from studio.data.export.other_columns import NO_OTHERS, OtherColumns
from studio.data.export.text_files import bendless, columns_of, field, fits, own_heads, own_line, shown
from studio.data.table import some_rows
from studio.errors import StudioError
from studio.schemas.example import Example
from studio.storage.files import write_atomically

NOT_IN_A_NAME = re.compile(r"[\\/*?:\[\]\x00-\x1f]")  # of a sheet
LONGEST_NAME = 31  # letters
MARKED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel would read these letters as a sign's number


def rows_too_long(
    examples: Sequence[Example], others: OtherColumns = NO_OTHERS, *, as_workbook: bool = False
) -> list[str]:
    """Rows, as a person counts them, of which a cell is longer than a cell of Excel can be."""
    names = columns_of(examples, keeps_returns=not as_workbook)
    size = len(own_heads(examples, others)) if fits(examples, names, others) else 0
    return [
        example.label
        for example in examples
        if any(
            len(cell) > CELL_LETTERS // 2 and too_long(cell)
            for cell in (
                own_line(example, others, size)
                if size
                else (*(field(example, name) for name in names), *others.of(example))
            )
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
    have = say("excel_export.1_row_has_cell") if len(rows) == 1 else say("excel_export.rows_have_cell", rows=len(rows))
    return [
        say("excel_export.more_than_letters_which", have=have, cell_letters=CELL_LETTERS, some_rows=some_rows(rows))
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
            say("excel_export.cell_has_more_than", some_rows=some_rows(rows), cell_letters=CELL_LETTERS),
            hint=say("excel_export.save_as_jsonl_which"),
            where="xlsx",
        )
    names = columns_of(examples, keeps_returns=False)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(
        NOT_IN_A_NAME.sub("-", others.sheet)[:LONGEST_NAME].strip("'") or say("excel_export.examples")
    )
    heads = own_heads(examples, others) if fits(examples, names, others) else []
    sheet.append(heads or [*names, *others.names])
    for example in examples:
        line = []
        texts = (*(shown(example, name) for name in names), *map(bendless, others.of(example)))
        for text in own_line(example, others, len(heads)) if heads else texts:
            cell = WriteOnlyCell(sheet, MARKED.sub("_x005F_", text))
            cell.data_type, cell.number_format = "s", "@"
            line.append(cell)
        sheet.append(line)
    write_atomically(path, book.save)
