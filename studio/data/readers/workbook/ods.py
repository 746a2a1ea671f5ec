"""ODS sheets, step by step: the text that is shown, rows as often as they are repeated, comments left aside.

LibreOffice and Excel fill a sheet up to its last row with one repeated blank row: blank rows and cells at the end are
never made.
"""

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from studio.copy.catalog import say
from studio.data.readers.workbook.digits import general
from studio.data.readers.workbook.sheet import Sheet, SheetCells, cell_name, no_sheet, too_wide
from studio.data.readers.workbook.xlsx_sheet import float_of
from studio.data.readers.workbook.xml_events import Names, feed, parser_for
from studio.data.table import MAX_CELL, MAX_COLUMNS, MAX_ROWS
from studio.errors import UnreadableFile

SPACE, TAB, BREAK = "\x00", "\x01", "\x02"  # stand for spaces that are meant; XML cannot hold these letters
BLANKS = re.compile("[ \t\r\n]+")
OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
TABLE, OFFICE, TEXT, STYLE = (f"{OASIS}{name}:1.0 " for name in ("table", "office", "text", "style"))
CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
COLUMNS_REPEATED, ROWS_REPEATED = f"{TABLE}number-columns-repeated", f"{TABLE}number-rows-repeated"
COLUMNS_SPANNED, ROWS_SPANNED = f"{TABLE}number-columns-spanned", f"{TABLE}number-rows-spanned"
NOT_OF_THE_CELL = {"annotation", "frame", "custom-shape", "g", "control", "note", "ruby-text", "dde-link", "shapes",
                   "tracked-changes"}  # fmt: skip
GROUPS = ("table-row-group", "table-column-group")
ERRORS = ("Err:5", "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!")
MOST_SHEETS = 50
MOST_COPIES = 100_000  # of one row with content; blank ones cost nothing
DURATION = re.compile(r"-?P(?:\d+D)?T(\d{1,6})H(\d{1,2})M(\d{1,2})(?:[.,]\d{1,12})?S")


@dataclass
class OdsGrid:
    """A table of the file while it is read."""

    name: str
    hidden: bool
    lines: list[list[str]] = field(default_factory=list)
    seen: SheetCells = field(default_factory=SheetCells)
    merged: int = 0
    blank: int = 0  # rows since the last one with content: made only when another one follows


def read_ods(path: Path, name: str, sheet: str | None) -> Sheet | None:
    """The named sheet, or the first with a table; None when no sheet holds anything. Raises BrokenXml."""
    with zipfile.ZipFile(path) as inside, inside.open("content.xml") as stream:
        reader = OdsReader(name, sheet)
        feed(reader.parser, stream)
    shown = tuple(one.name for one in reader.grids if not one.hidden) or tuple(one.name for one in reader.grids)
    if sheet is not None and sheet not in [one.name for one in reader.grids]:
        raise no_sheet(sheet, shown, name)
    filled = [one for one in reader.grids if one.lines and (one.name in shown or sheet is not None)]
    if not filled:
        return None
    chosen = next((one for one in filled if len(one.lines) > 1), filled[0])  # a lone line is no table
    width = max(map(len, chosen.lines))
    for line in chosen.lines if width <= MAX_COLUMNS else ():
        if line:
            line += [""] * (width - len(line))
    return Sheet(chosen.name, shown, len(filled), chosen.lines, chosen.merged, chosen.seen)


def is_protected(path: Path) -> bool:
    """Whether the file says that its parts are encrypted."""
    with zipfile.ZipFile(path) as inside:
        if "META-INF/manifest.xml" not in inside.namelist():
            return False
        with inside.open("META-INF/manifest.xml") as stream:
            return b"encryption-data" in stream.read(2**20)


class OdsReader:
    """The state of one pass over `content.xml`."""

    def __init__(self, name: str, sheet: str | None) -> None:
        self.name, self.sheet = name, sheet
        self.grids: list[OdsGrid] = []
        self.parser = parser_for(self.start, self.end, separator=" ")
        self.names = Names()
        self.tables = 0  # depth
        self.invisible: set[str] = set()  # styles of tables that are not shown
        self.style = ""
        self.grid: OdsGrid | None = None
        self.folded = 0  # depth of groups of rows or columns that are folded away
        self.column = 0
        self.line: list[str] = []
        self.spans: dict[int, tuple[int, str]] = {}  # for columns: rows that a merged cell still covers, and its text
        self.row: dict[str, str] = {}
        self.cell: dict[str, str] | None = None
        self.paragraphs: list[str] = []
        self.words: list[str] | None = None
        self.aside = 0  # depth inside a comment or drawing

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        element = self.names[element]
        if self.aside or element in NOT_OF_THE_CELL:
            self.aside += 1
            self.parser.CharacterDataHandler = None
        elif element == "p":
            if self.cell is not None:
                self.words = []
                self.parser.CharacterDataHandler = self.words.append
        elif element == "table-cell" or element == "covered-table-cell":
            self.cell, self.paragraphs = attributes, []
        elif self.words is not None:
            self.mark(element, attributes)
        else:
            self.open(element, attributes)

    def end(self, element: str) -> None:
        """An element ends."""
        element = self.names[element]
        if self.aside:
            self.aside -= 1
            if not self.aside and self.words is not None:
                self.parser.CharacterDataHandler = self.words.append
        elif element == "p":
            if self.words is not None:
                self.paragraphs.append(paragraph(self.words))
                self.words = self.parser.CharacterDataHandler = None
        elif element == "table-cell" or element == "covered-table-cell":
            if self.grid is not None:
                self.add_cell(self.cell or {}, covered=element[0] == "c")
            self.cell = None
        elif element == "table-row":
            if self.grid is not None:
                self.add_row(self.grid)
        elif element in GROUPS:
            self.folded -= 1 if self.folded else 0
        elif element == "table":
            self.tables -= 1
            self.grid = self.grid if self.tables else None

    def open(self, element: str, attributes: dict[str, str]) -> None:
        """A table, its columns and rows, or a style."""
        if element == "table-row":
            self.row, self.line, self.column = attributes, [], 0
        elif element == "table-column":
            self.add_column(attributes)
        elif element in GROUPS:
            self.folded += 1 if self.folded or attributes.get(f"{TABLE}display") == "false" else 0
        elif element == "table":
            self.tables += 1
            if self.tables == 1:
                self.open_table(attributes)
        elif element == "style":
            self.style = attributes.get(f"{STYLE}name", "")
        elif element == "table-properties" and attributes.get(f"{TABLE}display") == "false":
            self.invisible.add(self.style)

    def mark(self, element: str, attributes: dict[str, str]) -> None:
        """Spaces, tabs and line ends that are elements."""
        if self.words is None:
            return
        if element == "s":
            self.words.append(SPACE * min(times(attributes.get(f"{TEXT}c")), 10_000))
        elif element == "tab":
            self.words.append(TAB)
        elif element == "line-break":
            self.words.append(BREAK)

    def open_table(self, attributes: dict[str, str]) -> None:
        """A sheet begins; those that nobody sees or asked for are only named."""
        made = OdsGrid(attributes.get(f"{TABLE}name", ""), attributes.get(f"{TABLE}style-name", "") in self.invisible)
        self.grids.append(made)
        wanted = made.name == self.sheet if self.sheet is not None else not made.hidden
        self.grid = made if wanted and len(self.grids) <= MOST_SHEETS else None
        self.column, self.spans = 0, {}

    def add_column(self, attributes: dict[str, str]) -> None:
        """Columns are described before the rows."""
        count = times(attributes.get(COLUMNS_REPEATED))
        if self.grid is not None and (self.folded or attributes.get(f"{TABLE}visibility") in ("collapse", "filter")):
            self.grid.seen.hidden_columns.update(range(self.column, min(self.column + count, 16_384)))
        self.column += count

    def add_cell(self, cell: dict[str, str], *, covered: bool) -> None:
        """A cell, as often as it is repeated; blank ones at the end of a row are never made."""
        count = times(cell.get(COLUMNS_REPEATED))
        if covered:
            self.cover(count)
            return
        text = "\n".join(self.paragraphs) if self.paragraphs else text_of(cell)
        if self.is_error(cell, text):
            text = ""
        if text:
            if self.column + count > 16 * MAX_COLUMNS:
                raise too_wide(self.column + count, self.name)
            if len(self.line) < self.column:
                self.line += [""] * (self.column - len(self.line))
            self.line += [text] * count
        if ROWS_SPANNED in cell and times(cell[ROWS_SPANNED]) > 1 and times(cell.get(COLUMNS_SPANNED)) == 1:
            self.spans[self.column] = (times(cell[ROWS_SPANNED]), text)
            if self.grid is not None:
                self.grid.merged += 1
        self.column += count

    def is_error(self, cell: dict[str, str], text: str) -> bool:
        """Whether the cell shows the error of a formula; its place is noted then."""
        found = cell.get(f"{CALC}value-type") == "error" or (f"{TABLE}formula" in cell and text.startswith(ERRORS))
        if found and self.grid is not None:
            self.grid.seen.errors.append(cell_name(len(self.grid.lines) + self.grid.blank, self.column))
        return found

    def cover(self, count: int) -> None:
        """Cells under a merged one hold its value when they lie below it."""
        for column in [at for at in self.spans if self.column <= at < self.column + count]:
            text = self.spans[column][1]
            if text:
                self.line += [""] * (column - len(self.line)) + [text]
        self.column += count

    def add_row(self, grid: OdsGrid) -> None:
        """The row that ended, as often as it is repeated."""
        count = times(self.row.get(ROWS_REPEATED))
        if self.spans:
            self.spans = {at: (left - count, text) for at, (left, text) in self.spans.items() if left > count}
        if not any(self.line):
            grid.blank += count
            return
        if count > MOST_COPIES:
            raise UnreadableFile(
                say("ods.one_row_repeated_times", count=count, most_copies=MOST_COPIES),
                hint=say("ods.delete_copies_spreadsheet_save"),
                where=self.name,
            )
        if len(grid.lines) + grid.blank + count > MAX_ROWS + 1_000:
            raise UnreadableFile(
                say("ods.file_has_more_than", max_rows=MAX_ROWS),
                hint=say("ods.split_into_smaller_files"),
                where=self.name,
            )
        empty: list[str] = []
        grid.lines += [empty] * grid.blank
        grid.blank = 0
        if self.folded or self.row.get(f"{TABLE}visibility") in ("collapse", "filter"):
            grid.seen.hidden_rows.update(range(len(grid.lines), len(grid.lines) + count))
        grid.lines += [self.line] * count


def paragraph(words: list[str]) -> str:
    """The words of one paragraph: written blanks count as one, those that are elements as many as they are."""
    text = "".join(words)
    if "  " in text or "\n" in text or "\t" in text or "\r" in text:  # rarely: asked first, since it is faster
        text = BLANKS.sub(" ", text)
    text = text.strip(" ")
    if SPACE in text or TAB in text or BREAK in text:
        text = text.replace(SPACE, " ").replace(TAB, "\t").replace(BREAK, "\n")
    return text


def text_of(cell: dict[str, str]) -> str:
    """A cell without the text that is shown, as some programs write it: its value in plain words."""
    kind = cell.get(f"{OFFICE}value-type", "")
    if kind in ("float", "currency", "percentage"):
        value = float_of(cell.get(f"{OFFICE}value", ""))
        if value is None:
            return ""
        return f"{general(value * 100)}%" if kind == "percentage" else general(value)
    if kind == "date":
        return cell.get(f"{OFFICE}date-value", "")[:MAX_CELL].replace("T00:00:00", "").replace("T", " ")
    if kind == "time":
        found = DURATION.fullmatch(cell.get(f"{OFFICE}time-value", "")[:60])
        if found is None:
            return cell.get(f"{OFFICE}time-value", "")[:60]
        hours, minutes, seconds = found.groups()
        return f"{hours}:{minutes:0>2}" + (f":{seconds:0>2}" if int(seconds) else "")
    if kind == "boolean":
        return cell.get(f"{OFFICE}boolean-value", "").upper()
    return cell.get(f"{OFFICE}string-value", "")


def times(count: str | None) -> int:
    """How often something is repeated; once when nothing is said."""
    return max(1, int(count)) if count and count.isascii() and count.isdecimal() and len(count) < 9 else 1
