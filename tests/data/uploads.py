"""The malformed uploads of the safety notes, made by code: number, file name, bytes, and what the studio says."""

import gzip
import io
import json
import pickle
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pyarrow
from pyarrow import parquet

ROW = "What is due?,Ten euros.\n"


class Upload(NamedTuple):
    """`data` makes the bytes; `says` is the error's words, or the notes of a table that could be read."""

    number: int
    name: str
    data: Callable[[], bytes]
    says: str
    rows: int = 0  # 0: refused


def zipped(**files: str) -> bytes:
    """A ZIP with these files (double underscores are slashes)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as inside:
        for name, content in files.items():
            inside.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def archive_with_link() -> bytes:
    """A TAR that holds a symbolic link out of its folder."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as inside:
        link = tarfile.TarInfo("table.csv")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        inside.addfile(link)
    return stream.getvalue()


def workbook(fill: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    """A spreadsheet with two good rows, changed by `fill`."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "FAQ"
    for line in (("Question", "Answer"), ("What is due?", "Ten euros."), ("When?", "On Monday.")):
        sheet.append(line)
    if fill is not None:
        fill(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def sheet_xml(rows: str, strings: str = "") -> bytes:
    """A workbook around raw rows, as a hostile program would write it."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    spread = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    workbook_type, sheet_type = f"{spread}.sheet.main+xml", f"{spread}.worksheet+xml"
    parts = {
        "[Content_Types].xml": f'{head}<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{workbook_type}"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sheet_type}"/></Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{kinds}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{head}<workbook {main} xmlns:r="{kinds}"><sheets>'
        '<sheet name="FAQ" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{head}<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{kinds}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"{head}{strings}<worksheet {main}><sheetData>{rows}</sheetData></worksheet>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as inside:
        for name, content in parts.items():
            inside.writestr(name, content)
    return stream.getvalue()


def inline(place: str, text: str) -> str:
    """One cell."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def encrypted() -> bytes:
    """The first sectors of an OLE file with the stream that encrypted workbooks have."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(1024)


def parquet_file(**columns: object) -> bytes:
    """A Parquet file."""
    stream = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), stream)
    return stream.getvalue()


def with_picture() -> bytes:
    """A column that other libraries would take for the path of a picture, and open."""
    stream = io.BytesIO()
    picture = pyarrow.array([{"bytes": None, "path": "/etc/hostname"}] * 2)
    table = pyarrow.table({"question": ["a b?", "c d?"], "answer": ["one", "two"], "image": picture})
    hint = {"info": {"features": {"image": {"_type": "Image"}}}}
    table = table.replace_schema_metadata({"huggingface": json.dumps(hint)})
    parquet.write_table(table, stream)
    return stream.getvalue()


def csv_of(*rows: str, head: str = "question,answer\n") -> Callable[[], bytes]:
    """A CSV in UTF-8."""
    return lambda: (head + "".join(rows)).encode()


def lines(*rows: str) -> Callable[[], bytes]:
    """JSON lines."""
    return lambda: ("\n".join(rows) + "\n").encode()


GOOD = '{"question": "What is due?", "answer": "Ten euros."}'

SAYS: dict[str, str] = json.loads((Path(__file__).parent / "uploads_say.json").read_text(encoding="utf-8"))

UPLOADS: list[Upload] = []


def upload(number: int, name: str, data: Callable[[], bytes], rows: int = 0) -> None:
    """Add one with its words."""
    UPLOADS.append(Upload(number, name, data, SAYS.get(name, ""), rows))


upload(1, "empty.csv", lambda: b"")
upload(2, "header.csv", lambda: b"question,answer\n")
upload(3, "blank.csv", lambda: b"\xef\xbb\xbf  \n \r\n")
upload(4, "photo.csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(64))
upload(5, "program.csv", lambda: b"\x7fELF\x02\x01\x01" + bytes(64))
upload(6, "sheet.csv", workbook, 2)
upload(7, "table.xlsx", csv_of(ROW), 1)
upload(8, "old.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
upload(9, "secret.xlsx", encrypted)
upload(10, "files.zip", lambda: zipped(a__table="x"))
upload(10, "files.tar", archive_with_link)
upload(11, "bomb.csv.gz", lambda: gzip.compress(bytes(210 * 2**20), 1))
upload(13, "array.csv", lambda: b"\x93NUMPY\x01\x00" + bytes(64))
upload(13, "rows.csv", lambda: pickle.dumps(["a", "b"], protocol=4))
upload(13, "model.pt", lambda: zipped(archive__data="x", **{"archive__data.pkl": "x"}))
upload(14, "cut.xlsx", lambda: workbook()[:3000])
upload(15, "cut.parquet", lambda: parquet_file(question=["a"], answer=["b"])[:200])
upload(16, "footer.parquet", lambda: parquet_file(question=["a"], answer=["b"])[:-4] + b"XXXX")
upload(17, "wide.csv", lambda: ("question,answer\n" + ROW).encode("utf-16"), 1)
upload(17, "wide-be.csv", lambda: ("question,answer\n" + ROW).encode("utf-16-be"), 1)
upload(
    18,
    "western.csv",
    lambda: "Frage;Antwort\nWie heißt die Straße?;Die Straße heißt Mühlenweg – schön für Gäste.\n".encode("cp1252"),
    1,
)
upload(
    19,
    "mixed.csv",
    lambda: (
        ("question,answer\n" + "Was gefällt?,Schöne Grüße für Gäste\n" * 40).encode()
        + "x,Gr\xfc\xdfe\n".encode("latin-1")
    ),
)
upload(20, "mark.csv", lambda: b"\xef\xbb\xbf" + ("question,answer\n" + ROW).encode(), 1)
upload(21, "zeros.csv", csv_of("a\x00b?,c d\n"), 1)
upload(22, "half.jsonl", lines('{"question": "a \\ud83d b?", "answer": "c"}'), 1)
upload(23, "late.csv", lambda: b"question,answer\n" + "Wie schön?,Sehr schön.\n".encode() * 41_667 + b"x,\xff\n")
upload(24, "marks.csv", csv_of(ROW, head="\u200bquestion\u202e,answer\n"), 1)
upload(25, "faces.csv", csv_of("Family? 👨‍👩‍👧,é e\u0301 👍🏽\n"), 1)
upload(26, "mac.csv", lambda: b"question,answer\rWhat is due?,Ten euros.\r", 1)
upload(27, "ends.csv", lambda: b"question,answer\r\na b?,c\nd e?,f\r\n", 2)
upload(
    28,
    "japan.csv",
    lambda: (
        "質問,回答\n返品はできますか,はい、三十日以内なら返品できます。\n営業時間は,平日の九時から五時までです。\n".encode(
            "cp932"
        )
    ),
    2,
)
upload(29, "semi.csv", lambda: b"question;answer\na, b?;c, d\ne?;f\n", 2)
upload(29, "tabs.csv", lambda: b"question\tanswer\na, b?\tc, d\ne?\tf\n", 2)
upload(29, "pipes.csv", lambda: b"question|answer\na, b?|c, d\ne?|f\n", 2)
upload(30, "decimal.csv", lambda: b"question;answer\nprice?;1,50\nsize?;2,75\n", 2)
upload(31, "quote.csv", csv_of(ROW, '"never closed,x\n', ROW))
upload(32, "tall.csv", csv_of('"open' + "\n x" * 400 + '",y\n', ROW), 2)
upload(33, "long.csv", csv_of(ROW, "a,b,c\n", "d,e,f,g\n", ROW), 2)
upload(34, "short.csv", csv_of(ROW, "only a question\n"), 2)
upload(35, "shift.csv", csv_of("1,a?,b\n", "2,c?,d\n"), 2)
upload(36, "twice.csv", csv_of("a?,b,c\n", head="question,answer,answer\n"), 1)
upload(37, "unnamed.csv", csv_of("a?,b,c\n", head="question,,answer\n"), 1)
upload(38, "again.csv", csv_of(ROW, "question,answer\n", ROW), 2)
upload(39, "bare.csv", lambda: b"How long does it take?,Three days.\nWhat does it cost?,Ten euros.\n", 2)
upload(40, "columns.csv", lambda: (",".join(map(str, range(1_000_000))) + "\n").encode() * 2)
upload(41, "cell.csv", lambda: b"question,answer\na?," + b"x" * 1_000_001 + b"\nc?,d\n", 1)
upload(43, "gaps.csv", csv_of(ROW, "\n", ",\n", ROW), 2)
upload(44, "none.csv", csv_of("NA,None\n", "Null,nan\n"), 2)
upload(45, "numbers.csv", csv_of("007,1e5\n", "123456789012,9007199254740993\n"), 2)
upload(46, "truth.csv", csv_of("TRUE,False\n"), 1)
upload(47, "huge.csv", csv_of("1e999,-1e999\n"), 1)
upload(48, "comment.csv", csv_of("# a remark\n", ROW), 2)
upload(49, "formula.csv", csv_of("=cmd|' /C calc'!A0,x\n"), 1)
upload(50, "array.jsonl", lambda: f"[{GOOD}]".encode(), 1)
upload(50, "lines.json", lines(GOOD, GOOD.replace("Ten", "Two")), 2)
upload(51, "nan.jsonl", lines('{"question": "a b?", "answer": NaN}', '{"question": "c?", "answer": -Infinity}'), 2)
upload(52, "keys.jsonl", lines(GOOD, '{"question": "a?", "answer": "b", "answer": "c"}'), 2)
upload(53, "deep.json", lambda: b"[" * 100_000 + b"]" * 100_000)
upload(54, "digits.jsonl", lines('{"question": "a?", "answer": ' + "9" * 5000 + "}"), 1)
upload(55, "cut.jsonl", lines(GOOD, GOOD[:30]), 1)
upload(
    56,
    "one-bad.jsonl",
    lambda: (f"{GOOD}\n" * 41 + '{"question": "a" "answer": "b"}\n' + f"{GOOD}\n" * 20).encode(),
    61,
)
upload(57, "keys.json", lambda: b'[{"question": "a?", "answer": "b"}, {"prompt": "c?"}]', 2)
upload(58, "nested.json", lambda: b'[{"question": ["a", "b"], "answer": {"c": 1}}]', 1)
upload(59, "text.json", lambda: b'"just a text"')
upload(59, "number.json", lambda: b"42")
upload(61, "comma.json", lambda: b'[{"question": "a", "answer": "b",}]')
upload(61, "remark.json", lambda: b'[\n// a remark\n{"question": "a"}]')
upload(61, "python.json", lambda: b"[{'question': 'a', 'answer': 'b'}]")
upload(
    62,
    "rows.xlsx",
    lambda: sheet_xml("".join(f'<row r="{n}">{inline(f"A{n}", f"q{n}")}</row>' for n in range(1, 200_001))),
    199_999,
)
upload(
    63,
    "cell.xlsx",
    lambda: sheet_xml(
        f'<row r="1">{inline("A1", "q")}{inline("B1", "a")}</row><row r="2">{inline("A2", "x" * 300_000_000)}</row>'
    ),
)
upload(
    64,
    "far.xlsx",
    lambda: sheet_xml(f'<row r="1">{inline("A1", "q")}</row><row r="1048576">{inline("XFD1048576", "a")}</row>'),
)
upload(
    65,
    "entities.xlsx",
    lambda: sheet_xml(
        f'<row r="1">{inline("A1", "&lol9;")}</row>', '<!DOCTYPE x [<!ENTITY lol "lol"><!ENTITY lol9 "&lol;&lol;">]>'
    ),
)


def odd_cells(book: openpyxl.Workbook) -> None:
    """Merged cells, a date, a formula that was never calculated, an error."""
    sheet = book.active
    sheet.append(["merged", "=A2&B2", None])
    sheet.append([None, "#REF!"])
    sheet["B5"].data_type = "e"
    sheet.merge_cells("A4:A5")


def many_sheets(book: openpyxl.Workbook) -> None:
    """An empty one, a hidden one and a second full one."""
    book.create_sheet("Empty", 0)
    book.create_sheet("Hidden").sheet_state = "hidden"
    book.create_sheet("More").append(["x", "y"])


upload(66, "odd.xlsx", lambda: workbook(odd_cells), 4)
upload(67, "sheets.xlsx", lambda: workbook(many_sheets), 2)
upload(67, "nothing.xlsx", lambda: sheet_xml(""))
upload(68, "picture.parquet", with_picture, 2)
upload(69, "types.parquet", lambda: parquet_file(question=["a?"], answer=pyarrow.array([[1, 2]])), 1)
upload(69, "bytes.parquet", lambda: parquet_file(question=[b"a"], answer=[b"b"]))
upload(70, "same.csv", csv_of(*[ROW] * 3), 3)
upload(72, "letters.csv", lambda: b"question,answer\na?," + b"a" * 900_000 + b"@\n", 1)
upload(
    72,
    "templates.csv",
    csv_of('"{{ 7*7 }}","{% for x in y %} <img src=x onerror=alert(1)> ![](http://x.test/a.png)"\n'),
    1,
)

__all__ = ["UPLOADS", "Upload"]
