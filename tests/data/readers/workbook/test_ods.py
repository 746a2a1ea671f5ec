"""ODS sheets: repeated rows, covered cells, comments, spaces, hidden rows; files are written here by hand."""

import time
import zipfile
from pathlib import Path

import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table as OdfTable
from odf.table import TableCell, TableRow
from odf.text import P

from studio.data.readers.read_file import Table, read_table
from studio.errors import UnreadableFile

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
)
BLANK_CELLS = '<table:table-cell table:number-columns-repeated="16382"/>'


def row(*cells: str, more: str = "") -> str:
    made = "".join(
        cell if cell.startswith("<table:") else f"<table:table-cell>{cell}</table:table-cell>" for cell in cells
    )
    return f"<table:table-row{more}>{made}</table:table-row>"


def words(*texts: str) -> list[str]:
    return [f"<text:p>{text}</text:p>" for text in texts]


def ods(path: Path, *rows: str, before: str = "", styles: str = "") -> Path:
    lines = row(*words("question", "answer")) + "".join(rows)
    return book(path, f'<table:table table:name="FAQ">{before}{lines}</table:table>', styles)


def book(path: Path, tables: str, styles: str = "") -> Path:
    content = (
        f"{HEAD}<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path / "t.ods", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        made.writestr("content.xml", content)
    return path / "t.ods"


def read(path: Path, sheet: str | None = None, hidden: str = "") -> Table:
    return read_table(path, name="t.ods", sheet=sheet, hidden=hidden)


def pairs(table: Table) -> list[tuple[object, ...]]:
    return [tuple(found.cells.values()) for found in table.rows]


def test_a_row_counts_as_often_as_it_is_repeated(tmp_path: Path) -> None:
    found = read(
        ods(tmp_path, row(*words("Why?", "So."), more=' table:number-rows-repeated="4"'), row(*words("Who?", "Ana.")))
    )
    assert pairs(found) == [("Why?", "So.")] * 4 + [("Who?", "Ana.")]


def test_a_million_blank_rows_cost_nothing(tmp_path: Path) -> None:
    path = ods(tmp_path, row(*words("Why?", "So.")), row(BLANK_CELLS, more=' table:number-rows-repeated="1048574"'))
    start = time.process_time()
    assert read(path).rows_read == 1
    assert time.process_time() - start < 2


def test_a_row_behind_a_million_blank_ones_is_still_read(tmp_path: Path) -> None:
    path = ods(tmp_path, row(*words("Why?", "So.")), row(BLANK_CELLS, more=' table:number-rows-repeated="1048000"'),
               row(*words("Last?", "Yes.")))  # fmt: skip
    found = read(path)
    assert (pairs(found)[-1], found.rows_read) == (("Last?", "Yes."), 2)
    assert found.notes == ("1,048,000 blank rows, from row 3 to row 1,048,002, are not counted.",)


def test_too_many_repeated_rows_are_refused_in_a_sentence(tmp_path: Path) -> None:
    path = ods(tmp_path, row(*words("Why?", "So."), more=' table:number-rows-repeated="99999999"'))
    with pytest.raises(UnreadableFile, match="One row is repeated 99,999,999 times"):
        read(path)
    wide = row('<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>')
    with pytest.raises(UnreadableFile, match="has 16,384 columns"):
        read(ods(tmp_path, wide))


def test_covered_cells_hold_the_value_of_the_merged_one(tmp_path: Path) -> None:
    merged = '<table:table-cell table:number-rows-spanned="3"><text:p>Who may come?</text:p></table:table-cell>'
    covered = "<table:covered-table-cell/>"
    rows = [row(merged, *words("Adults.")), row(covered, *words("Children.")), row(covered, *words("Dogs."))]
    found = read(ods(tmp_path, *rows, row("", *words("Nobody."))))
    assert [question for question, _ in pairs(found)] == ["Who may come?"] * 3 + [""]
    assert found.notes == ("1 merged cell filled with its value.",)


def test_comments_are_not_part_of_the_cell_and_paragraphs_are_lines(tmp_path: Path) -> None:
    cell = (
        "<table:table-cell><office:annotation><text:p>check this</text:p></office:annotation>"
        "<text:p>One  \n  <text:span>two</text:span></text:p><text:p>a<text:s/><text:s text:c='2'/>b<text:tab/>c"
        "<text:line-break/>d</text:p></table:table-cell>"
    )
    assert pairs(read(ods(tmp_path, row(*words("How?"), cell)))) == [("How?", "One two\na   b\tc\nd")]


def test_the_text_that_is_shown_counts_and_a_bare_value_is_written_plainly(tmp_path: Path) -> None:
    def cell(kind: str, value: str, text: str = "") -> str:
        return f'<table:table-cell office:value-type="{kind}" {value}>{text}</table:table-cell>'

    found = read(ods(
        tmp_path,
        row(*words("a"), cell("date", 'office:date-value="2023-03-15"', "<text:p>15.03.23</text:p>")),
        row(*words("b"), cell("percentage", 'office:value="0.15"')),
        row(*words("c"), cell("time", 'office:time-value="PT30H05M00S"')),
        row(*words("d"), cell("boolean", 'office:boolean-value="true"')),
        row(*words("e"), cell("float", 'office:value="3"')),
        row(*words("f"), cell("string", 'calcext:value-type="error"', "<text:p>#DIV/0!</text:p>")),
    ))  # fmt: skip
    assert [answer for _, answer in pairs(found)] == ["15.03.23", "15%", "30:05", "TRUE", "3", ""]
    assert found.notes == ("1 error cell read as empty: B7.",)


@pytest.mark.parametrize("how", ['table:visibility="filter"', 'table:visibility="collapse"'])
def test_hidden_rows_are_left_out_or_used(tmp_path: Path, how: str) -> None:
    path = ods(tmp_path, row(*words("Why?", "So.")), row(*words("Who?", "Draft."), more=f" {how}"))
    assert pairs(read(path)) == [("Why?", "So.")]
    assert [drop.reason for drop in read(path).drops] == ["hidden_row"]
    assert pairs(read(path, hidden="use")) == [("Why?", "So."), ("Who?", "Draft.")]


def test_rows_of_a_folded_group_and_hidden_columns(tmp_path: Path) -> None:
    before = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    folded = f'<table:table-row-group table:display="false">{row(*words("Who?", "Draft."))}</table:table-row-group>'
    found = read(ods(tmp_path, row(*words("Why?", "So.")), folded, before=before))
    assert (found.hidden_rows, found.hidden_columns) == (1, ("answer",))


def test_hidden_sheets_give_way_and_sheets_are_picked_by_name(tmp_path: Path) -> None:
    def table(name: str, style: str = "") -> str:
        lines = row(*words("question", "answer")) + row(*words(f"{name}?", "Yes."))
        return f'<table:table table:name="{name}" table:style-name="{style}">{lines}</table:table>'

    style = '<style:style style:name="off"><style:table-properties table:display="false"/></style:style>'
    path = book(tmp_path, table("Old", "off") + table("New") + table("More"), style)
    found = read(path)
    assert (found.sheet, found.sheets) == ("New", ("New", "More"))
    assert found.notes == ("The file has 2 sheets; this is “New”.",)
    assert read(path, sheet="More").sheet == "More"
    with pytest.raises(UnreadableFile, match="There is no sheet “Other”"):
        read(path, sheet="Other")


def test_a_file_that_another_library_wrote(tmp_path: Path) -> None:
    made, table = OpenDocumentSpreadsheet(), OdfTable(name="A")
    for line in (("question", "answer"), ("Where?", "Here.")):
        row_of = TableRow()
        for text in line:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=text))
            row_of.addElement(cell)
        table.addElement(row_of)
    made.spreadsheet.addElement(table)
    made.save(str(tmp_path / "t.ods"))
    assert pairs(read(tmp_path / "t.ods")) == [("Where?", "Here.")]


def test_entities_and_encryption_are_refused(tmp_path: Path) -> None:
    path = ods(tmp_path, row(*words("&big;", "x")))
    text = zipfile.ZipFile(path).read("content.xml").decode()
    entity = '<!DOCTYPE x [<!ENTITY big "' + "x" * 50 + '">]><office'
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", text.replace("<office", entity, 1))
    with pytest.raises(UnreadableFile, match="damaged"):
        read(path)
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", b"\x01\x02")
        made.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    with pytest.raises(UnreadableFile, match="password"):
        read(path)
