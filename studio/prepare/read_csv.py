"""Text tables: comma, semicolon, tab or pipe; cells stay as they were written."""

import csv
import re
from collections.abc import Iterator

from studio.errors import UnreadableFile
from studio.prepare.grid import Grid, fill_grid
from studio.prepare.table import FOR_EXCEL, Row, Table, some_rows

SEPARATORS = (",", ";", "\t", "|")
FORMATS = {",": "csv", ";": "csv (semicolons)", "\t": "tsv", "|": "csv (pipes)", "": "csv (one column)"}


class Lines:
    """The lines of a text, with their ends; tells when the reader has asked for one more than there are."""

    def __init__(self, text: str) -> None:
        self.lines = iter(text.splitlines(keepends=True) if "\n" not in text else split_lines(text))
        self.ran_out = False

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        for line in self.lines:
            return line
        self.ran_out = True
        raise StopIteration


def split_lines(text: str) -> Iterator[str]:
    """Lines end at \\n alone, so that other line marks inside cells stay in their cell."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1
        if end == 0:
            yield text[start:]
            return
        yield text[start:end]
        start = end


def read_csv(text: str, name: str, encoding: str) -> Table:
    """Raises UnreadableFile for an unclosed quote, with the row in which it opens."""
    notes: list[str] = []
    text = text.removeprefix("\ufeff")
    if not text.strip("\ufeff \t\r\n,;|\x00"):
        raise UnreadableFile("The file is empty.", hint="Save it again from your program and upload it.", where=name)
    if "\r" in text and "\n" not in text:
        text = text.replace("\r", "\n")
    declared = re.match(r"(?i)sep=(.)\r?\n", text)
    separator = find_separator(text) if declared is None else declared.group(1)
    if declared is not None:
        text = text[declared.end() :]
    csv.field_size_limit(2**31 - 1)
    try:
        grid = fill_grid(records(text, separator, name), name)
    except csv.Error:
        notes.append("Some lines end with a carriage return alone: taken for line ends.")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        grid = fill_grid(records(text, separator, name), name)
    if grid.tall:
        notes.append(f"Row {grid.tall[0]} has a cell of {grid.tall[1]:,} lines: is a closing quote missing?")
    for row in grid.rows[:1]:
        if len(grid.columns) == 1 and "\x00" in str(row.cells):
            raise UnreadableFile("The file holds zero bytes, not text.", hint="Save it again as CSV.", where=name)
    if "\x00" in text:
        holding = [row.number for row in grid.rows if any("\x00" in str(cell) for cell in row.cells.values())]
        if holding:
            notes.append(f"Zero bytes in {some_rows(holding)}: they are kept; garbled text shows them.")
    if any(column.endswith(FOR_EXCEL) for column in grid.columns):
        undo_excel(grid)
    return Table(
        format=FORMATS.get(separator, "csv"),
        encoding=encoding,
        columns=grid.columns,
        rows=grid.rows,
        drops=grid.drops,
        notes=(*grid.notes, *notes),
        rows_read=grid.rows_read,
    )


def undo_excel(grid: Grid) -> None:
    """Take back the ' that the export for Excel put before cells."""
    plain = tuple(column.removesuffix(FOR_EXCEL) for column in grid.columns)
    for place, row in enumerate(grid.rows):
        cells = [cell[1:] if isinstance(cell, str) and cell.startswith("'") else cell for cell in row.cells.values()]
        grid.rows[place] = Row(row.number, dict(zip(plain, cells, strict=True)))
    grid.columns = plain
    grid.notes.append("The signs against formulas, which the export for Excel had added, were taken out.")


def records(text: str, separator: str, name: str) -> Iterator[list[str]]:
    """The cells of each record; a quote that never closes is an error with the record where it opens."""
    lines = Lines(text)
    reader = csv.reader(lines, delimiter=separator or "\x1f", skipinitialspace=False)
    started = 0
    for count, record in enumerate(reader):
        if lines.ran_out:
            row = max(count, 1)
            raise UnreadableFile(
                f"A quote opens in line {started + 1:,} and never closes.",
                hint='Close the quote, or write "" for a quote inside a cell.',
                where=f"{name}, row {row:,}",
            )
        started = reader.line_num
        yield record


def find_separator(text: str, *, certain: bool = False) -> str:
    """The sign that cuts the first lines into the same number of cells, two or more; nothing for one column.

    `certain`: for files that do not call themselves a table, nearly all lines must agree.
    """
    csv.field_size_limit(2**31 - 1)
    sample = text[:200_000].replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > 200_000:
        sample = sample[: sample.rfind("\n") + 1] or sample
    best, best_score = "", 0.0
    for separator in SEPARATORS:
        widths: list[int] = []
        reader = csv.reader(Lines(sample), delimiter=separator)
        for record in reader:
            if record and any(cell.strip() for cell in record):
                widths.append(len(record))
            if len(widths) >= 200:
                break
        if not widths or max(widths) < 2:
            continue
        head = widths[0]
        modal = max(set(widths), key=widths.count)
        if modal < 2:
            continue
        share = widths.count(modal) / len(widths)
        score = share + (0.5 if head == modal else 0.0) + min(modal, 10) / 100
        score -= 0.3 if separator == "," and share < 0.8 else 0.0
        if score > best_score:
            best, best_score = separator, score
    if certain:
        return best if best_score >= 1.4 else ""
    return best if best_score >= 0.6 else first_line_separator(sample)


def first_line_separator(sample: str) -> str:
    """Ragged everywhere: believe the header line."""
    first = sample.lstrip("\n\r").split("\n", 1)[0]
    counts = {separator: first.count(separator) for separator in SEPARATORS}
    separator = max(SEPARATORS, key=lambda sign: counts[sign])
    return separator if counts[separator] else ""
