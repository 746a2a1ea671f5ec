"""Which line holds the headings, in a table that a person keeps for herself."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from studio.data.columns.column_mapping import propose_mapping
from studio.data.readers.heading_cells import is_sentence, stands_over_others
from studio.data.readers.read_file import Table, read_table
from studio.errors import UnreadableFile

Line = Sequence[str]
HEADINGS = ("Date", "Order no.", "Name", "What they asked", "What we replied", "Replied by", "Paid?")


def orders(number: int = 12) -> list[Line]:
    """What a bakery was asked, and what it wrote back."""
    return [
        (f"2026-03-{at + 1:02}", f"B-{2041 + at}", ("Ada", "Ben Ott", "Cleo")[at % 3],
         f"Could the cake for order {2041 + at} be ready a day earlier, please? We are {at + 4} guests now.",
         f"Yes, it is ready at {at % 5 + 8} o'clock. Please bring the box of the last time, it costs nothing.",
         ("MK", "RS")[at % 2], ("yes", "no")[at % 2])
        for at in range(number)
    ]  # fmt: skip


def kept(folder: Path, lines: Sequence[Line], kind: str = "csv") -> Table:
    """The table of a file of this kind with these lines."""
    path = folder / f"orders.{kind}"
    if kind == "csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(lines)
    elif kind == "xlsx":
        from openpyxl import Workbook

        book = Workbook()
        for line in lines:
            book.active.append(list(line))  # type: ignore[union-attr]
        book.save(path)
    else:
        spreadsheet(path, lines)
    return read_table(path, name=path.name)


def spreadsheet(path: Path, lines: Sequence[Line]) -> None:
    """An OpenDocument file, written by hand."""
    import zipfile
    from xml.sax.saxutils import escape

    rows = "".join(
        "<table:table-row>"
        + ("".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            for cell in line
        ) or "<table:table-cell/>")
        + "</table:table-row>"
        for line in lines
    )  # fmt: skip
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    names = f'xmlns:office="{urn}:office:1.0" xmlns:table="{urn}:table:1.0" xmlns:text="{urn}:text:1.0"'
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr(
            "content.xml",
            f'<office:document-content {names} office:version="1.2"><office:body><office:spreadsheet>'
            f'<table:table table:name="Orders">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_a_title_and_an_empty_line_are_passed_over(tmp_path: Path, kind: str) -> None:
    found = kept(tmp_path, [("Orders of the bakery, spring",), (), HEADINGS, *orders()], kind)
    assert found.columns == HEADINGS
    assert found.notes == ("The first 2 lines hold a title: the headings are in row 3.",)
    assert [found.file_row(row.number) for row in found.rows] == [*range(4, 16)]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_headings_may_end_in_a_full_stop_or_a_question_mark(tmp_path: Path, kind: str) -> None:
    found = kept(tmp_path, [HEADINGS, *orders()], kind)
    assert (found.columns, found.notes) == (HEADINGS, ())


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_under_a_title_the_rows_stay_where_no_line_holds_headings(tmp_path: Path, kind: str) -> None:
    found = kept(tmp_path, [("Questions of the week",), (), *([line[3], line[4]] for line in orders())], kind)
    assert (found.columns, len(found.rows), found.drops) == (("Column 1", "Column 2"), 12, [])
    assert found.notes == (
        "The first 2 lines hold a title: the table begins in row 3.",
        "The first row holds data, not headings: the columns are numbered.",
    )


def test_headings_that_are_whole_questions_stand_over_other_cells(tmp_path: Path) -> None:
    headings = ("Which day was it?", "Who are you?", "What do you need?", "What was done about it?")
    found = kept(tmp_path, [headings, *((one[0], one[2], one[3], one[4]) for one in orders())])
    assert (found.columns, found.notes) == (headings, ())


def test_a_question_over_questions_is_a_row() -> None:
    rows = [("When do you open?", "At eight."), ("Is there parking?", "Behind the house."), ("Do you ship?", "We do.")]
    assert not stands_over_others(rows[0], rows[1:])


@pytest.mark.parametrize("cell", ["Tenancy no.", "Done?", "Invoice-Nr.", "Customer ref.", "Stage (approx."])
def test_a_shortened_word_is_no_end_of_a_sentence(cell: str) -> None:
    assert not is_sentence(cell)


@pytest.mark.parametrize("cell", ["Where is it?", "It is in the hall.", "We open at nine."])
def test_an_ended_sentence_is_one(cell: str) -> None:
    assert is_sentence(cell)


@pytest.mark.parametrize(
    ("asked", "replied"),
    [
        ("What they asked", "What we replied"), ("What they wrote", "What we answered"),
        ("Customer wrote", "Our response"), ("Their message", "Our message"), ("Mail of the guest", "We wrote"),
        ("They wrote", "We wrote"),
    ],
)  # fmt: skip
def test_who_wrote_to_whom_tells_questions_from_answers(tmp_path: Path, asked: str, replied: str) -> None:
    headings = (*HEADINGS[:3], asked, replied, "Answered by", "Paid?")
    found = propose_mapping(kept(tmp_path, [headings, *orders(30)]))
    assert (found.question, found.answer, found.doubt) == (asked, replied, "")


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_a_person_says_which_row_holds_the_headings(tmp_path: Path, kind: str) -> None:
    kept(tmp_path, [("Orders", "Spring"), ("Asked", "Told"), *([line[3], line[4]] for line in orders())], kind)
    path = tmp_path / f"orders.{kind}"
    named = read_table(path, name=path.name, headings=2)
    assert (named.columns, named.headings, named.rows_above) == (("Asked", "Told"), 2, 2)
    none = read_table(path, name=path.name, headings=0)
    assert (none.columns, none.headings, none.rows_read) == (("Column 1", "Column 2"), 0, 14)
    assert named.first_lines[:2] == ((1, "Orders · Spring"), (2, "Asked · Told"))


@pytest.mark.parametrize("row", [2, 4_000])
def test_a_row_without_cells_cannot_hold_the_headings(tmp_path: Path, row: int) -> None:
    kept(tmp_path, [HEADINGS, (), *orders()])
    with pytest.raises(UnreadableFile, match="cannot hold the headings"):
        read_table(tmp_path / "orders.csv", name="orders.csv", headings=row)
