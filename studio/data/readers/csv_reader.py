"""Text tables: comma, semicolon, tab or pipe; cells stay as they were written."""

import csv
from collections.abc import Iterator

from studio.copy.catalog import say
from studio.data.readers.backslash_quotes import NOTE, NULL_NOTE, escapes_with_backslash, guarded, without_nulls
from studio.data.readers.delimiter import DelimitedLines, choose_separator, find_separator, hinted
from studio.data.readers.header_detection import fill_grid
from studio.data.readers.markdown_table import is_markdown, markdown_records
from studio.data.table import Table, Unreadable, some_rows
from studio.errors import UnreadableFile

__all__ = ["find_separator", "hinted", "read_csv"]

FORMATS = {",": "csv", ";": "csv (semicolons)", "\t": "tsv", "|": "csv (pipes)", "": "csv (one column)"}


def read_csv(text: str, name: str, encoding: str, headings: int | None = None) -> Table:
    """Raises UnreadableFile for an unclosed quote, with the row in which it opens."""
    text = text.lstrip("\ufeff")
    if not text.strip("\ufeff \t\r\n,;|\x00"):
        raise UnreadableFile(say("csv_reader.file_empty"), hint=say("csv_reader.save_again_from_your"), where=name)
    if "\r" in text and "\n" not in text:
        text = text.replace("\r", "\n")
    csv.field_size_limit(2**31 - 1)
    hint, start = hinted(text)
    text = text[start:].lstrip("\ufeff")
    separator, said = choose_separator(text, hint)
    notes = [said] if said else []
    if separator == "|" and is_markdown(text):
        return read_markdown(text, name, encoding)
    escape = escapes_with_backslash(text, separator or "\x1f")
    if escape:
        text = guarded(text, separator or "\x1f")
    nulls: list[int] = []
    try:
        grid = fill_grid(records(text, separator, name, escape, nulls), name, headings=headings)
    except csv.Error:
        notes.append(say("csv_reader.some_lines_end_with"))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        grid = fill_grid(records(text, separator, name, escape, nulls), name, headings=headings)
    if escape and ('\\"' in text or not nulls):
        notes.append(NOTE)
    if nulls:
        notes.append(NULL_NOTE)
    if grid.tall:
        notes.append(say("csv_reader.row_has_cell_lines", tall=grid.tall[0], tall_2=grid.tall[1]))
    for row in grid.rows[:1]:
        if len(grid.columns) == 1 and "\x00" in str(row.cells):
            raise UnreadableFile(
                say("csv_reader.file_holds_zero_bytes"), hint=say("csv_reader.save_again_as_csv"), where=name
            )
    if "\x00" in text:
        holding = [
            row.number + grid.above for row in grid.rows if any("\x00" in str(cell) for cell in row.cells.values())
        ]
        if holding:
            notes.append(say("csv_reader.zero_bytes_they_kept", some_rows=some_rows(holding)))
    return Table(
        format=FORMATS.get(separator, "csv"),
        encoding=encoding,
        columns=grid.columns,
        rows=grid.rows,
        drops=grid.drops,
        notes=(*grid.notes, *notes),
        rows_read=grid.rows_read,
        rows_above=grid.above,
        headings=grid.headings,
        first_lines=grid.first_lines,
    )


def read_markdown(text: str, name: str, encoding: str) -> Table:
    """A table of Markdown, whose cells stand between pipes."""
    grid = fill_grid(markdown_records(text), name)
    return Table(format="markdown", encoding=encoding, columns=grid.columns, rows=grid.rows, drops=grid.drops,
                 notes=tuple(grid.notes), rows_read=grid.rows_read)  # fmt: skip


def records(text: str, separator: str, name: str, escape: bool, nulls: list[int]) -> Iterator[list[str]]:
    """The cells of each record; with backslashes as escapes, \\N is an empty cell."""
    found = whole_records(text, separator or "\x1f", name, "\\" if escape else None)
    return without_nulls(found, nulls) if escape else found


def whole_records(text: str, separator: str, name: str, escape: str | None) -> Iterator[list[str]]:
    """A quote that never closes is an error with its line; one that closes inside another row's cell cannot be read."""
    lines = DelimitedLines(text)
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=False, escapechar=escape)
    started = 0
    for count, record in enumerate(reader):
        if lines.ran_out:
            row = max(count, 1)
            raise UnreadableFile(
                say("csv_reader.quote_opens_line_never", started=started + 1),
                hint=say("csv_reader.close_quote_or_write"),
                where=say("csv_reader.row", name=name, row=row),
            )
        if len(lines.taken) > 1 and not closes_well(lines.taken, separator, escape):
            detail = say("csv_reader.lines_run_together_quote", started=started + 1, line_num=reader.line_num)
            yield Unreadable(record, detail)
        else:
            yield record
        lines.taken.clear()
        started = reader.line_num


def closes_well(taken: list[str], separator: str, escape: str | None) -> bool:
    """Whether in a record of several lines each closing quote stands at the end of its cell."""
    try:
        for _ in csv.reader(taken, delimiter=separator, escapechar=escape, strict=True):
            pass
    except csv.Error:
        return False
    return True
