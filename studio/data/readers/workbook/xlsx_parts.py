"""The parts of an XLSX file that say how its cells are shown: which sheet lies where, formats, the calendar."""

import posixpath
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from studio.data.readers.workbook.number_format import NumberFormat, parse
from studio.data.readers.workbook.xml_events import walk

MOST_BYTES = 100 * 2**20  # of one part
SYSTEM = "system"  # stands for formats that follow each computer's own setting
CURRENCY = '"$"#,##0{}_);\\("$"#,##0{}\\)'
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    5: CURRENCY.format("", ""), 6: CURRENCY.format("", ""), 7: CURRENCY.format(".00", ".00"),
    8: CURRENCY.format(".00", ".00"), 14: SYSTEM, 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: SYSTEM, 37: "#,##0_);(#,##0)", 38: "#,##0_);(#,##0)",
    39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);(#,##0.00)", 41: "#,##0_);(#,##0);-", 42: CURRENCY.format("", ""),
    43: "#,##0.00_);(#,##0.00);-", 44: CURRENCY.format(".00", ".00"), 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0",
}  # fmt: skip
ASIAN_DATES = {*range(27, 37), *range(50, 59), *range(67, 82)}  # their signs depend on the language of Windows


@dataclass(frozen=True)
class WorkbookParts:
    """One opened file. `formats` has one entry for each style of cells: None where numbers are shown as they are."""

    inside: zipfile.ZipFile

    def sheet_part(self, name: str) -> str:
        """The path of a sheet inside the file; empty when there is none, as in XLSB."""
        targets: dict[str, str] = {}
        part = ""

        def relation(element: str, attributes: dict[str, str]) -> None:
            if element == "Relationship":
                targets[attributes.get("Id", "")] = posixpath.normpath(
                    posixpath.join("/xl", attributes.get("Target", ""))
                ).lstrip("/")

        def sheet(element: str, attributes: dict[str, str]) -> None:
            nonlocal part
            if element == "sheet" and attributes.get("name") == name and not part:
                part = targets.get(attributes.get("id", ""), "")

        if not self._has("xl/workbook.xml") or not self._has("xl/_rels/workbook.xml.rels"):
            return ""
        with self.inside.open("xl/_rels/workbook.xml.rels") as stream:
            walk(stream, relation)
        with self.inside.open("xl/workbook.xml") as stream:
            walk(stream, sheet)
        return part if self._has(part) else ""

    @cached_property
    def since_1904(self) -> bool:
        """Whether days are counted from 1904, as old Macintosh programs did."""
        found = False

        def start(element: str, attributes: dict[str, str]) -> None:
            nonlocal found
            if element == "workbookPr":
                found = attributes.get("date1904", "") in ("1", "true")

        with self.inside.open("xl/workbook.xml") as stream:
            walk(stream, start)
        return found

    @cached_property
    def formats(self) -> tuple[NumberFormat | str | None, ...]:
        """One for each style of cells: None where a number is shown as it is, `SYSTEM` where the computer decides."""
        codes: dict[int, str] = {}
        styles: list[int] = []
        within = False

        def start(element: str, attributes: dict[str, str]) -> None:
            nonlocal within
            if element == "numFmt":
                codes[number_of(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
            elif element == "cellXfs":
                within = True
            elif element == "xf" and within:
                styles.append(number_of(attributes.get("numFmtId")))

        def end(element: str) -> None:
            nonlocal within
            within = within and element != "cellXfs"

        if not self._has("xl/styles.xml"):
            return ()
        with self.inside.open("xl/styles.xml") as stream:
            walk(stream, start, end)
        made = {id: format_of(id, codes.get(id)) for id in set(styles)}
        return tuple(made[id] for id in styles)

    def _has(self, part: str) -> bool:
        try:
            return self.inside.getinfo(part).file_size <= MOST_BYTES
        except KeyError:
            return False


def number_of(text: str | None) -> int:
    """A whole number in an attribute; 0 when it is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else 0


def format_of(id: int, code: str | None) -> NumberFormat | str | None:
    """The format behind an id of `styles.xml`."""
    if id in (14, 22) or (id in ASIAN_DATES and code is None):
        return SYSTEM
    if code is None:
        code = BUILT_IN.get(id, "General")
    if any(sign in code for sign in ("[$-F800]", "[$-F400]", "[$-x-sysdate]", "[$-x-systime]")):
        return SYSTEM
    if code.lower() in ("general", "", "@"):
        return None
    return parse(code)


def any_format(formats: Iterable[NumberFormat | str | None]) -> bool:
    """Whether any style shows numbers otherwise than they are."""
    return any(one is not None for one in formats)
