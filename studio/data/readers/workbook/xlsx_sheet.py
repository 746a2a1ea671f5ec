"""One pass over an XLSX sheet for what the fast reader does not tell: shown numbers, hidden rows, formulas, errors."""

import math
import re
import zipfile
from pathlib import Path

from studio.data.readers.workbook.digits import general
from studio.data.readers.workbook.number_format import NumberFormat
from studio.data.readers.workbook.serial_dates import plain_date
from studio.data.readers.workbook.sheet import SheetCells, cell_name
from studio.data.readers.workbook.xlsx_parts import MOST_BYTES, SYSTEM, WorkbookParts, any_format, number_of
from studio.data.readers.workbook.xml_events import Names, feed, parser_for

WORTH_A_LOOK = re.compile(rb"""\s(?:hidden=["'][1t]|t=["']e["']|ht=["']0|width=["']0)|<(?:\w{1,20}:)?f[\s/>]""")
YES = ("1", "true")
TEXTS = ("s", "inlineStr", "str")
MOST_KNOWN = 100_000


def look_through(path: Path, sheet: str, lines: list[list[str]]) -> SheetCells:
    """Writes numbers into `lines` as they are shown, and tells the rest. Raises BrokenXml for broken XML."""
    with zipfile.ZipFile(path) as inside:
        parts = WorkbookParts(inside)
        part = parts.sheet_part(sheet)
        if not part:
            return SheetCells(unseen=True)
        if not any_format(parts.formats):
            with inside.open(part) as stream:
                if not WORTH_A_LOOK.search(stream.read(MOST_BYTES)):
                    return SheetCells()
        look = XlsxSheetScan(lines, parts.formats, parts.since_1904)
        with inside.open(part) as stream:
            feed(look.parser, stream)
        return look.seen


class XlsxSheetScan:
    """The state of one pass. It hears of the ends of those cells alone that it wants to know more of."""

    def __init__(
        self, lines: list[list[str]], formats: tuple[NumberFormat | str | None, ...], since_1904: bool
    ) -> None:
        self.lines, self.since_1904 = lines, since_1904
        self.formats = {str(style): one for style, one in enumerate(formats) if one is not None}
        self.seen = SheetCells()
        self.names = Names()
        self.parser = parser_for(self.start)
        self.row = self.column = -1
        self.kind, self.style = "n", ""
        self.words: list[str] = []
        self.has_formula = False
        self.letters: dict[str, int] = {}
        self.shown: dict[tuple[str, str], str | None] = {}  # what a format and a number gave

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        element = self.names[element]
        if element == "c":
            reference = attributes.get("r")
            self.column = self.column + 1 if reference is None else self.place(reference)
            self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
            self.has_formula = False
            if self.kind == "e":
                self.seen.errors.append(self.name)
            elif self.style in self.formats:
                self.words = []
                self.parser.EndElementHandler = self.end
        elif element == "v":
            if self.parser.EndElementHandler is not None:
                self.parser.CharacterDataHandler = self.words.append
        elif element == "f":
            self.has_formula, self.words = True, []
            self.parser.EndElementHandler = self.end
        elif element == "row":
            at = number_of(attributes.get("r"))
            self.row, self.column = at - 1 if at else self.row + 1, -1
            if attributes.get("hidden") in YES or is_nothing(attributes.get("ht")):
                self.seen.hidden_rows.add(self.row)
        elif element == "col" and (attributes.get("hidden") in YES or is_nothing(attributes.get("width"))):
            first, last = number_of(attributes.get("min")), min(number_of(attributes.get("max")), 16_384)
            self.seen.hidden_columns.update(range(first - 1, last))

    def end(self, element: str) -> None:
        """An element ends."""
        element = self.names[element]
        if element == "v":
            self.parser.CharacterDataHandler = None
        elif element == "c":
            self.parser.EndElementHandler = None
            if self.has_formula and self.kind not in ("e", "str") and not self.words:
                self.seen.formulas.append(self.name)
            elif self.style in self.formats and self.row < len(self.lines) and self.column < len(self.lines[self.row]):
                self.show(self.lines[self.row])

    def show(self, line: list[str]) -> None:
        """The cell as its format writes it."""
        format = self.formats[self.style]
        if self.kind == "n":
            known = (self.style, "".join(self.words))
            if known not in self.shown:
                if len(self.shown) > MOST_KNOWN:
                    self.shown.clear()
                self.shown[known] = self.number(format, known[1])
            shown = self.shown[known]
            if shown is not None:
                line[self.column] = shown
                if format == SYSTEM:
                    self.seen.system.append(self.name)
            elif words := float_of(known[1]):
                self.seen.unknown.append(self.name)
                line[self.column] = self.as_stored(format, words)
        elif isinstance(format, NumberFormat) and format.changes_text and self.kind in TEXTS and line[self.column]:
            line[self.column] = format.text(line[self.column])

    def number(self, format: NumberFormat | str, words: str) -> str | None:
        """What is shown for a number; None when that is not known."""
        value = float_of(words)
        if value is None:
            return None
        if isinstance(format, NumberFormat):
            return format.number(value, since_1904=self.since_1904)
        return plain_date(value, since_1904=self.since_1904)

    def as_stored(self, format: NumberFormat | str, value: float) -> str:
        """A number whose format is not known: as a plain day or time where it is one."""
        shown = None
        if isinstance(format, NumberFormat) and format.is_date:
            shown = plain_date(value, since_1904=self.since_1904)
        return general(value) if shown is None else shown

    def place(self, reference: str) -> int:
        """The column of “B12”, from 0."""
        letters = reference.rstrip("0123456789")
        found = self.letters.get(letters)
        if found is None:
            found = 0
            for letter in letters[:3].upper():
                found = found * 26 + ord(letter) - 64
            self.letters[letters] = found
        return found - 1

    @property
    def name(self) -> str:
        """“B12”."""
        return cell_name(self.row, self.column)


def is_nothing(size: str | None) -> bool:
    """Whether a height or width is zero."""
    return size is not None and float_of(size) == 0


def float_of(text: str) -> float | None:
    """A finite number, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
