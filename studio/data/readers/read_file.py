"""Read any kind of file: recognised by its bytes, decoded, handed to its reader."""

import gzip
import zlib
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from studio.data.formats.nested_cells import with_cells_read
from studio.data.formats.phone_chats import refuse_messenger
from studio.data.gc_paused import collector_paused
from studio.data.readers.csv_reader import find_separator, hinted, read_csv
from studio.data.readers.encoding import decode
from studio.data.readers.file_type import OLE, archive, foreign, sniff
from studio.data.readers.json_reader import read_json
from studio.data.table import MAX_BYTES, USE_HIDDEN, Table, TableRow, text_of
from studio.errors import UnreadableFile
from studio.schemas.finding import Drop

__all__ = ["Drop", "Table", "TableRow", "read_table", "text_of", "unreadable"]


def read_table(
    path: Path, *, name: str, sheet: str | None = None, encoding: str | None = None, hidden: str = "",
    max_bytes: int = MAX_BYTES,
) -> Table:  # fmt: skip
    """Raises UnreadableFile, with a sentence, for everything that cannot become a table.

    Rows that a spreadsheet hides are left out unless `hidden` is `use`.
    """
    table = read_as_it_stands(path, name, sheet, encoding, hidden, max_bytes)
    with collector_paused():
        return with_cells_read(table, name)


def read_as_it_stands(
    path: Path, name: str, sheet: str | None, encoding: str | None, hidden: str, max_bytes: int
) -> Table:
    """The table before its cells are looked into."""
    size = path.stat().st_size
    if size > max_bytes:
        raise UnreadableFile(
            f"The file has {size / 2**20:,.0f} MB; at most {max_bytes / 2**20:,.0f} MB are read.",
            hint="Split it into smaller files.",
            where=name,
        )
    kind = sniff(path, name)
    if kind == "gzip" and packed_table(path):
        with TemporaryDirectory() as folder:
            inside = Path(folder) / "unpacked"
            inside.write_bytes(unpacked(path, name, max_bytes))
            return read_as_it_stands(inside, name.removesuffix(".gz"), sheet, encoding, hidden, max_bytes)
    if kind in ("xlsx", "xls", "ods"):
        from studio.data.readers.excel_reader import read_excel

        table = read_excel(path, name, kind, sheet, use_hidden=hidden == USE_HIDDEN)
        wrong = PurePath(name).suffix.lower() in (".csv", ".tsv", ".txt", ".json", ".jsonl")
        note = f"This is a spreadsheet ({kind.upper()}) under another name; it was read as one."
        return with_notes(table, (note,)) if wrong else table
    if kind == "parquet":
        from studio.data.readers.parquet_reader import read_parquet

        return read_parquet(path, name)
    data = unpacked(path, name, max_bytes) if kind == "gzip" else path.read_bytes()
    plain_name = name[:-3] if kind == "gzip" and name.lower().endswith(".gz") else name
    text, found = decode(data, name, encoding)
    del data
    with collector_paused():
        return read_text(text, plain_name, found)


def packed_table(path: Path) -> bool:
    """Whether a gzip holds a spreadsheet or Parquet, whose readers want a file."""
    try:
        with gzip.open(path) as stream:
            return stream.read(8).startswith((b"PK\x03\x04", b"PAR1", OLE))
    except (OSError, EOFError, zlib.error):
        return False  # damaged: said where it is unpacked


def unpacked(path: Path, name: str, max_bytes: int) -> bytes:
    """The one file inside a gzip, up to the size limit and not a byte more."""
    try:
        with gzip.open(path) as stream:
            data = stream.read(max_bytes + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(
            "The gzip file is damaged or cut off.", hint="Pack it again, or upload it unpacked.", where=name
        ) from error
    if len(data) > max_bytes:
        raise UnreadableFile(
            f"The file unpacks to more than {max_bytes / 2**20:,.0f} MB.",
            hint="Split it into smaller files.",
            where=name,
        )
    if data[257:262] == b"ustar":
        raise archive("a TAR archive", name)
    if data[:3] == b"\x1f\x8b\x08":
        raise UnreadableFile("The gzip holds another packed file.", hint="Upload the file inside it.", where=name)
    return data


def read_text(text: str, name: str, encoding: str) -> Table:
    """JSON when it looks so, a table when the lines have columns, else one text a line."""
    stripped = text.lstrip("\ufeff \t\r\n")
    if not stripped.strip("\x00"):
        raise UnreadableFile("The file is empty.", hint="Save it again from your program and upload it.", where=name)
    if binary(text):
        raise foreign("no text", name)
    refuse_messenger(text, name)
    suffix = PurePath(name).suffix.lower()
    if suffix in (".json", ".jsonl", ".ndjson") or (stripped[0] in "{[" and looks_like_json(stripped, suffix)):
        return read_json(text, name, encoding)
    table = suffix in (".csv", ".tsv", ".tab") or hinted(text)[0]
    if not table and ("<|" in text[:2_000] or find_separator(text, certain=True) == ""):
        return read_lines(text, encoding)
    return read_csv(text, name, encoding)


def looks_like_json(stripped: str, suffix: str) -> bool:
    """A brace at the start of a .csv is rarely JSON: then a quoted key must follow."""
    return suffix not in (".csv", ".tsv") or stripped[1:].lstrip()[:1] in ('"', "{", "}", "]")


def binary(text: str) -> bool:
    """Many control characters: bytes of something else that happened to decode."""
    head = text[:20_000]
    odd = sum(1 for letter in head if letter < " " and letter not in "\t\r\n\x0c\x0b\x1e\x1f")
    return odd > 0.05 * len(head) and odd > 3


def read_lines(text: str, encoding: str) -> Table:
    """Plain text: each line that is not blank is one text; rows are lines."""
    rows: list[TableRow] = []
    drops: list[Drop] = []
    body = text.removeprefix("\ufeff")
    mark = "\n" if "\n" in body else "\r"  # nothing else ends a line: other marks stand inside texts
    for number, line in enumerate(body.removesuffix(mark).split(mark), start=1):
        line = line.removesuffix("\r")
        if line.strip():
            rows.append(TableRow(number, {"text": line}))
        else:
            drops.append(Drop(row=number, reason="blank_row"))
    return Table(
        format="text", encoding=encoding, columns=("text",), rows=rows, drops=drops, rows_read=len(rows) + len(drops)
    )


def with_notes(table: Table, notes: tuple[str, ...]) -> Table:
    """The same table with more to say."""
    from dataclasses import replace

    return replace(table, notes=(*table.notes, *notes))


def unreadable(table: Table, name: str) -> UnreadableFile | None:
    """The error to raise where nobody agreed to leave unreadable rows out; None when every row could be read."""
    first = next((drop for drop in table.drops if drop.reason == "unreadable_row"), None)
    if first is None:
        return None
    count = sum(1 for drop in table.drops if drop.reason == "unreadable_row")
    unit = "line" if table.format == "jsonl" else "row"
    more = f" {count - 1:,} more cannot be read." if count > 1 else ""
    return UnreadableFile(
        f"{unit.capitalize()} {first.row:,} cannot be read: {first.detail}.{more}",
        hint=f"Mend the {unit}, or clean the file and leave it out.",
        where=f"{name}, {unit} {first.row:,}",
    )
