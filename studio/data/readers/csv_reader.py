"""Text tables: comma, semicolon, tab or pipe; cells stay as they were written."""

import csv
from collections.abc import Iterator

from studio.data.readers.backslash_quotes import NOTE, NULL_NOTE, escapes_with_backslash, guarded, without_nulls
from studio.data.readers.delimiter import DelimitedLines, choose_separator, find_separator, hinted
from studio.data.readers.header_detection import fill_grid
from studio.data.table import Table, Unreadable, some_rows
from studio.errors import UnreadableFile

__all__ = ["find_separator", "hinted", "read_csv"]

FORMATS = {",": "csv", ";": "csv (semicolons)", "\t": "tsv", "|": "csv (pipes)", "": "csv (one column)"}


def read_csv(text: str, name: str, encoding: str) -> Table:
    """Raises UnreadableFile for an unclosed quote, with the row in which it opens."""
    text = text.lstrip("\ufeff")
    if not text.strip("\ufeff \t\r\n,;|\x00"):
        raise UnreadableFile("The file is empty.", hint="Save it again from your program and upload it.", where=name)
    if "\r" in text and "\n" not in text:
        text = text.replace("\r", "\n")
    csv.field_size_limit(2**31 - 1)
    hint, start = hinted(text)
    text = text[start:].lstrip("\ufeff")
    separator, said = choose_separator(text, hint)
    notes = [said] if said else []
    escape = escapes_with_backslash(text, separator or "\x1f")
    if escape:
        text = guarded(text, separator or "\x1f")
    nulls: list[int] = []
    try:
        grid = fill_grid(records(text, separator, name, escape, nulls), name)
    except csv.Error:
        notes.append("Some lines end with a carriage return alone: taken for line ends.")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        grid = fill_grid(records(text, separator, name, escape, nulls), name)
    if escape and ('\\"' in text or not nulls):
        notes.append(NOTE)
    if nulls:
        notes.append(NULL_NOTE)
    if grid.tall:
        notes.append(f"Row {grid.tall[0]} has a cell of {grid.tall[1]:,} lines: is a closing quote missing?")
    for row in grid.rows[:1]:
        if len(grid.columns) == 1 and "\x00" in str(row.cells):
            raise UnreadableFile("The file holds zero bytes, not text.", hint="Save it again as CSV.", where=name)
    if "\x00" in text:
        holding = [row.number for row in grid.rows if any("\x00" in str(cell) for cell in row.cells.values())]
        if holding:
            notes.append(f"Zero bytes in {some_rows(holding)}: they are kept; garbled text shows them.")
    return Table(
        format=FORMATS.get(separator, "csv"),
        encoding=encoding,
        columns=grid.columns,
        rows=grid.rows,
        drops=grid.drops,
        notes=(*grid.notes, *notes),
        rows_read=grid.rows_read,
    )


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
                f"A quote opens in line {started + 1:,} and never closes.",
                hint='Close the quote, or write "" for a quote inside a cell.',
                where=f"{name}, row {row:,}",
            )
        if len(lines.taken) > 1 and not closes_well(lines.taken, separator, escape):
            detail = f"lines {started + 1:,} to {reader.line_num:,} run together: a quote is missing or not doubled"
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
