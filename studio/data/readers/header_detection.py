"""Lines of cells become a Table: the header is found, and every line under it is a row or a counted drop."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from studio.copy.catalog import say
from studio.data.columns.headings import is_known_header
from studio.data.readers.heading_cells import is_number, is_sentence, stands_over_others
from studio.data.readers.report_lines import header_under_title, is_heading_line, name_both, not_rows
from studio.data.table import FOR_EXCEL, MAX_CELL, MAX_COLUMNS, MAX_ROWS, TableRow, Unreadable, some_rows
from studio.errors import UnreadableFile
from studio.schemas.finding import Drop

LOOK_AHEAD = 50
MOST_OFFERED = 5  # rows of which a person may say that they hold the headings
MOST_BLANK = 10_000  # blank rows one after the other: more of them are space on the sheet, not rows
OWN_HEADINGS = {"messages", "question", "answer", "system", "group", "part"}
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")


class HiddenLine(list[str]):
    """A line of a spreadsheet that its owner does not see."""


@dataclass
class CellGrid:
    """Filled while the lines go by; the readers make their Table of it."""

    columns: tuple[str, ...] = ()
    rows: list[TableRow] = field(default_factory=list)
    drops: list[Drop] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tall: tuple[int, int] | None = None  # the row with the cell of most lines, if they are suspiciously many
    above: int = 0  # lines of the file over the first row, the headings among them
    hidden: int = 0  # rows that a spreadsheet hides, used or not
    headings: int = 0  # the row of the file that holds them; 0: none does
    first_lines: tuple[tuple[int, str], ...] = ()  # the first rows of the file that hold anything, to choose one of

    @property
    def rows_read(self) -> int:
        """Every line under the header."""
        return len(self.rows) + len(self.drops)


def fill_grid(
    lines: Iterable[Sequence[str]], name: str, *, use_hidden: bool = False, headings: int | None = None
) -> CellGrid:
    """Find the header among the first lines that are shown, then sort every further line into rows and drops.

    `headings`: the row of the file that holds them, 0 for none; found unless it is said.
    """
    stream = iter(lines)
    head, blank_above = list(islice(stream, LOOK_AHEAD)), 0
    if not any(any(cell.strip() for cell in line) for line in head):
        passed, following = next(
            ((at, line) for at, line in enumerate(stream) if any(cell.strip() for cell in line)), (0, None)
        )
        if following is None:
            raise UnreadableFile(
                say("header_detection.file_empty"), hint=say("header_detection.save_again_from_your"), where=name
            )
        blank_above = len(head) + passed
        head = [following, *islice(stream, LOOK_AHEAD)]
    width = max(len(trimmed(line)) for line in head)
    if width > MAX_COLUMNS:
        raise UnreadableFile(
            say("header_detection.file_has_columns_at", width=width, max_columns=MAX_COLUMNS),
            hint=say("header_detection.keep_only_columns_with"),
            where=name,
        )
    grid = CellGrid()
    grid.first_lines = beginnings(head, blank_above)
    place = place_among_shown(head) if headings is None else named_place(head, headings - blank_above, headings, name)
    body: Iterator[Sequence[str]]
    if place is None:
        first = first_wide_line(head)
        note_title(grid, head[:first], "header_detection.title_above_data", blank_above + first + 1)
        grid.columns = tuple(f"Column {number}" for number in range(1, len(trimmed(head[first])) + 1))
        grid.notes.append(say("header_detection.first_row_holds_data"))
        grid.above = blank_above + first
        body = chain(head[first:], stream)
    else:
        note_title(grid, head[:place], "header_detection.title_above_headings", blank_above + place + 1)
        grid.columns = tidy_header(head[place], grid.notes)
        grid.above = grid.headings = blank_above + place + 1
        body = chain(head[place + 1 :], stream)
        widen(grid, head[place + 1 :])
    sort_lines(grid, body, trimmed(head[place]) if place is not None else [], name, use_hidden)
    leave_out(grid)
    undo_excel(grid)
    unreadable = next((drop for drop in grid.drops if drop.reason == "unreadable_row"), None)
    if not grid.rows and unreadable is not None:
        raise UnreadableFile(
            say("header_detection.no_row_can_be", shown_row=unreadable.shown_row, detail=unreadable.detail),
            hint=say("header_detection.mend_rows_save_file"),
            where=say("header_detection.row", name=name, shown_row=unreadable.shown_row),
        )
    if not grid.rows and grid.hidden:
        raise UnreadableFile(
            say("header_detection.all_rows_hidden_spreadsheet"),
            hint=say("header_detection.show_them_save_file"),
            where=name,
        )
    if not grid.rows:
        raise UnreadableFile(
            say("header_detection.no_rows_under_header"),
            hint=say("header_detection.add_rows_under_headings"),
            where=name,
        )
    return grid


def trimmed(line: Sequence[str]) -> list[str]:
    """The line without the empty cells at its end."""
    cells = list(line)
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def place_among_shown(head: list[Sequence[str]]) -> int | None:
    """`header_place` among the lines that are shown: a hidden line above the headings is none of them."""
    shown = [at for at, line in enumerate(head) if type(line) is not HiddenLine]
    if len(shown) == len(head) or not any(any(cell.strip() for cell in head[at]) for at in shown):
        return header_place(head)
    place = header_place([head[at] for at in shown])
    return None if place is None else shown[place]


def header_place(head: list[Sequence[str]]) -> int | None:
    """The index of the header among the first lines; None when the lines start with data.

    Title rows have fewer cells than the table under them; a line with a known heading wins.
    """
    if head[0] and {cell.removesuffix(FOR_EXCEL) for cell in head[0]} <= OWN_HEADINGS:
        return 0
    if any(cell.endswith(FOR_EXCEL) for cell in head[0]):
        return 0  # the studio wrote it: its headings stand first
    widths = [sum(1 for cell in line if cell.strip()) for line in head]
    filled = [width for width in widths if width]
    wide = [width for width in filled if width > 1]  # one cell alone is a title when most lines have more
    common = Counter(wide if 2 * len(wide) >= len(filled) else filled).most_common(1)[0][0]
    wanted = max(min(common, 2), 1)
    for index, line in enumerate(head[:20]):
        if widths[index] >= wanted and sum(1 for cell in line if is_known_header(cell)) >= wanted:
            return index
    for index, line in enumerate(head[:20]):
        if widths[index] >= wanted and is_heading_line(line):
            return index
    usual = max(2, round(0.6 * common)) if common > 1 else 1
    for index, line in enumerate(head[:20]):
        if widths[index] >= min(usual, max(filled)):
            under = header_under_title(head, widths, index)
            return under if under > index else None if looks_like_data(line, head[index + 1 :]) else index
    return 0


def named_place(head: Sequence[Sequence[str]], number: int, row: int, name: str) -> int | None:
    """The index of the line that a person says holds the headings; None where she says that none does."""
    if not row:
        return None
    if not 0 < number <= len(head) or not any(cell.strip() for cell in head[number - 1]):
        raise UnreadableFile(
            say("header_detection.no_headings_there", row=row), hint=say("header_detection.name_their_row"), where=name
        )
    return number - 1


def beginnings(head: Sequence[Sequence[str]], above: int) -> tuple[tuple[int, str], ...]:
    """The first rows that hold anything, with their numbers in the file and the beginning of their cells."""
    held = [(above + at, [cell.strip() for cell in line if cell.strip()]) for at, line in enumerate(head, start=1)]
    lines = [(row, " · ".join(" ".join(cell[:40].split()) for cell in cells[:8])) for row, cells in held if cells]
    return tuple((row, line[:80]) for row, line in lines[:MOST_OFFERED])


def first_wide_line(head: Sequence[Sequence[str]]) -> int:
    """The index of the first line of the table where none holds headings: a title has fewer cells."""
    widths = [sum(1 for cell in line if cell.strip()) for line in head]
    wide = [width for width in widths if width > 1]
    common = Counter(wide).most_common(1)[0][0] if 2 * len(wide) >= sum(map(bool, widths)) else 1
    return next(at for at, width in enumerate(widths) if width >= min(common, max(2, round(0.6 * common))))


def note_title(grid: CellGrid, above: Sequence[Sequence[str]], key: str, row: int) -> None:
    """Say which lines above the table were passed over; nothing where none of them holds anything."""
    if any(cell.strip() for line in above for cell in line):
        lines = row - 1
        first = say("header_detection.first_lines_hold", lines=lines)
        grid.notes.append(say(key, first=first if lines > 1 else say("header_detection.first_line_holds"), row=row))


def looks_like_data(line: Sequence[str], following: list[Sequence[str]]) -> bool:
    """Long cells, ended sentences or numbers are not headings; a heading that is known always is."""
    cells = [cell.strip() for cell in line if cell.strip()]
    if any(is_known_header(cell) for cell in cells) or not any(any(c.strip() for c in other) for other in following):
        return False
    if not any(is_sentence(cell) or is_number(cell) for cell in cells) or name_both(cells):
        return False
    return not stands_over_others(line, following)


def tidy_header(line: Sequence[str], notes: list[str]) -> tuple[str, ...]:
    """Names without invisible marks, each once; columns without a name are numbered."""
    names: list[str] = []
    seen: Counter[str] = Counter()
    twice: list[str] = []
    for number, cell in enumerate(trimmed(line), start=1):
        heading = INVISIBLE.sub("", cell).strip() or f"Column {number}"
        seen[heading] += 1
        if seen[heading] > 1:
            twice.append(heading)
            heading = f"{heading} ({seen[heading]})"
            while heading in names:
                heading += "′"
        names.append(heading)
    if twice:
        notes.append(say("header_detection.heading_appears_more_than", twice=twice[0]))
    return tuple(names)


def widen(grid: CellGrid, following: list[Sequence[str]]) -> None:
    """When most rows are wider than the header, the further columns get numbers instead of being lost."""
    widths = [len(trimmed(line)) for line in following if any(cell.strip() for cell in line)]
    if not widths or sum(1 for width in widths if width > len(grid.columns)) <= 0.5 * len(widths):
        return
    target = Counter(widths).most_common(1)[0][0]
    if target <= len(grid.columns):
        return
    extra = tuple(f"Column {number}" for number in range(len(grid.columns) + 1, target + 1))
    more = (
        say("header_detection.one_more_cell")
        if len(extra) == 1
        else say("header_detection.more_cells", extra=len(extra))
    )
    grid.notes.append(say("header_detection.rows_have_than_header", more=more))
    grid.columns += extra


def sort_lines(
    grid: CellGrid, body: Iterable[Sequence[str]], header: list[str], name: str, use_hidden: bool = False
) -> None:
    """Each line becomes a row, a blank, a repeated header or an unreadable row with the reason."""
    columns, width = grid.columns, len(grid.columns)
    rows, drops = grid.rows, grid.drops
    long_rows: list[int] = []
    short_rows: list[int] = []
    joined: list[int] = []
    tall: tuple[int, int] | None = None
    many_lines, number, blank, above = 50, 0, 0, grid.above
    for number, line in enumerate(body, start=1):
        if number > MAX_ROWS:
            raise UnreadableFile(
                say("header_detection.file_has_more_than", max_rows=MAX_ROWS),
                hint=say("header_detection.split_into_smaller_files"),
                where=name,
            )
        if not any(line) or not any(map(str.strip, line)):
            blank += 1
            continue
        if blank:
            add_blank(grid, number - blank, blank)
            blank = 0
        if type(line) is HiddenLine:
            grid.hidden += 1
            if not use_hidden:
                drops.append(Drop(row=number, file_row=number + above, reason="hidden_row"))
                continue
        if isinstance(line, Unreadable):
            drops.append(Drop(row=number, file_row=number + above, reason="unreadable_row", detail=line.detail))
            joined.append(number + above)
            continue
        if len(line) != width:
            cells = trimmed(line)
            if len(cells) > width:
                long_rows.append(number + above)
                drops.append(
                    Drop(
                        row=number,
                        file_row=number + above,
                        reason="unreadable_row",
                        detail=say("header_detection.cells_headings", cells=len(cells), width=width),
                    )
                )
                continue
            if len(line) < width:
                short_rows.append(number + above)
            line = cells + [""] * (width - len(cells))
        if header and line[0] == header[0] and trimmed(line) == header:
            drops.append(Drop(row=number, file_row=number + above, reason="repeated_header"))
            continue
        for cell in line:
            if len(cell) > 2_000:
                if len(cell) > MAX_CELL:
                    detail = say("header_detection.cell_characters_at_most", cell=len(cell), max_cell=MAX_CELL)
                    drops.append(Drop(row=number, file_row=number + above, reason="unreadable_row", detail=detail))
                    break
                height = cell.count("\n") + 1
                if height > many_lines and (tall is None or height > tall[1]):
                    tall = (number + above, height)
        else:
            rows.append(TableRow(number, dict(zip(columns, line, strict=True))))
    add_blank(grid, number - blank + 1, blank)
    if joined:
        first = next(drop.detail for drop in drops if drop.shown_row == joined[0])
        are = say("header_detection.left_out") if len(joined) == 1 else say("header_detection.left_out_2")
        grid.notes.append(f"{first.capitalize()}. {some_rows(joined).capitalize()} {are}.")
    note_uneven(grid, "header_detection.more_cells_than_headings", long_rows)
    note_uneven(grid, "header_detection.fewer_cells_than_headings", short_rows)
    grid.tall = tall


def note_uneven(grid: CellGrid, key: str, rows: Sequence[int]) -> None:
    """Say which rows have more, or fewer, cells than there are headings; nothing where none has."""
    if rows:
        grid.notes.append(say(key, number=len(rows), some_rows=some_rows(rows)))


def add_blank(grid: CellGrid, first: int, count: int) -> None:
    """Blank rows are rows that are left out; very many of them are said once and not counted as rows."""
    if count <= MOST_BLANK:
        grid.drops += [
            Drop(row=row, file_row=row + grid.above, reason="blank_row") for row in range(first, first + count)
        ]
    else:
        first += grid.above
        last = first + count - 1
        grid.notes.append(say("header_detection.blank_rows_from_row", count=count, first=first, last=last))


def leave_out(grid: CellGrid) -> None:
    """Totals and the foot of a report are counted, but they are no rows."""
    found = not_rows(grid.rows, len(grid.columns))
    if not found:
        return
    numbers = [grid.rows[place].number + grid.above for place in found]
    grid.drops += [
        Drop(row=row.number, file_row=row.number + grid.above, reason="not_a_row", detail=what)
        for row, what in ((grid.rows[place], what) for place, what in found.items())
    ]
    grid.drops.sort(key=lambda drop: drop.row)
    grid.rows = [row for place, row in enumerate(grid.rows) if place not in found]
    lines = (
        say("header_detection.1_line_total_or")
        if len(numbers) == 1
        else say("header_detection.lines_totals_or_stand", numbers=len(numbers))
    )
    grid.notes.append(say("header_detection.at_foot_report_left", lines=lines, some_rows=some_rows(numbers)))


def undo_excel(grid: CellGrid) -> None:
    """Take back the ' that the export for Excel put before cells, in its own columns only."""
    guarded = {name for name in grid.columns if name.endswith(FOR_EXCEL)}
    if not guarded:
        return
    names = [name.removesuffix(FOR_EXCEL) for name in grid.columns]
    names = [name if names.count(name) == 1 else old for name, old in zip(names, grid.columns, strict=True)]
    for place, row in enumerate(grid.rows):
        cells = [
            cell[1:] if name in guarded and isinstance(cell, str) and cell.startswith("'") else cell
            for name, cell in row.cells.items()
        ]
        grid.rows[place] = TableRow(row.number, dict(zip(names, cells, strict=True)))
    grid.columns = tuple(names)
    grid.notes.append(say("header_detection.signs_against_formulas_which"))
