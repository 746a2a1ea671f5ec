"""Read any kind of file: recognised by its bytes, decoded, handed to its reader."""

import gzip
import re
import zlib
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from studio.copy.catalog import say
from studio.data.formats.nested_cells import with_cells_read
from studio.data.formats.phone_chats import refuse_messenger, refuse_transcript
from studio.data.gc_paused import collector_paused
from studio.data.readers.anki_notes import as_separated_text, is_anki
from studio.data.readers.csv_reader import find_separator, hinted, read_csv, read_markdown
from studio.data.readers.encoding import decode
from studio.data.readers.file_type import OLE, archive, foreign, sniff
from studio.data.readers.json_reader import read_json
from studio.data.readers.markdown_questions import question_level, read_questions
from studio.data.readers.markdown_table import is_markdown
from studio.data.table import MAX_BYTES, USE_HIDDEN, Table, TableRow, text_of
from studio.errors import UnreadableFile
from studio.schemas.finding import Drop

__all__ = ["Drop", "Table", "TableRow", "read_table", "text_of", "unreadable"]
PAGE = re.compile(r"(?:<!--.{0,500}?-->\s*)?(?:<!doctype html|<html\b|<table\b|<\?xml\b)", re.I | re.S)


def read_table(
    path: Path, *, name: str, sheet: str | None = None, encoding: str | None = None, hidden: str = "",
    headings: int | None = None, max_bytes: int = MAX_BYTES,
) -> Table:  # fmt: skip
    """Raises UnreadableFile, with a sentence, for everything that cannot become a table.

    Rows that a spreadsheet hides are left out unless `hidden` is `use`. `headings` is the row that
    holds them, 0 for none; it is found unless it is said.
    """
    table = read_as_it_stands(path, name, sheet, encoding, hidden, headings, max_bytes)
    with collector_paused():
        return with_cells_read(table, name)


def read_as_it_stands(
    path: Path, name: str, sheet: str | None, encoding: str | None, hidden: str, headings: int | None, max_bytes: int
) -> Table:
    """The table before its cells are looked into."""
    size = path.stat().st_size
    if size > max_bytes:
        raise UnreadableFile(
            say("read_file.file_has_mb_at", size=size / 2**20, max_bytes=max_bytes / 2**20),
            hint=say("read_file.split_into_smaller_files"),
            where=name,
        )
    kind = sniff(path, name)
    if kind == "gzip" and packed_table(path):
        with TemporaryDirectory() as folder:
            inside = Path(folder) / "unpacked"
            inside.write_bytes(unpacked(path, name, max_bytes))
            return read_as_it_stands(inside, name.removesuffix(".gz"), sheet, encoding, hidden, headings, max_bytes)
    if kind in ("xlsx", "xls", "ods"):
        from studio.data.readers.excel_reader import read_excel

        table = read_excel(path, name, kind, sheet, use_hidden=hidden == USE_HIDDEN, headings=headings)
        wrong = PurePath(name).suffix.lower() in (".csv", ".tsv", ".txt", ".json", ".jsonl")
        note = say("read_file.spreadsheet_under_another_name", kind=kind.upper())
        return with_notes(table, (note,)) if wrong else table
    if kind == "parquet":
        from studio.data.readers.parquet_reader import read_parquet

        return read_parquet(path, name)
    data = unpacked(path, name, max_bytes) if kind == "gzip" else path.read_bytes()
    plain_name = name[:-3] if kind == "gzip" and name.lower().endswith(".gz") else name
    text, found = decode(data, name, encoding)
    del data
    with collector_paused():
        return read_text(text, plain_name, found, headings)


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
            say("read_file.gzip_file_damaged_or"), hint=say("read_file.pack_again_or_upload"), where=name
        ) from error
    if len(data) > max_bytes:
        raise UnreadableFile(
            say("read_file.file_unpacks_more_than", max_bytes=max_bytes / 2**20),
            hint=say("read_file.split_into_smaller_files"),
            where=name,
        )
    if data[257:262] == b"ustar":
        raise archive(say("read_file.tar_archive"), name)
    if data[:3] == b"\x1f\x8b\x08":
        raise UnreadableFile(
            say("read_file.gzip_holds_another_packed"), hint=say("read_file.upload_file_inside"), where=name
        )
    return data


def read_text(text: str, name: str, encoding: str, headings: int | None = None) -> Table:
    """JSON when it looks so, a table when the lines have columns, else one text a line."""
    stripped = text.lstrip("\ufeff \t\r\n")
    if not stripped.strip("\x00"):
        raise UnreadableFile(say("read_file.file_empty"), hint=say("read_file.save_again_from_your"), where=name)
    if binary(text):
        raise foreign(say("read_file.no_text"), name)
    refuse_messenger(text, name)
    suffix = PurePath(name).suffix.lower()
    if suffix in (".json", ".jsonl", ".ndjson") or (stripped[0] in "{[" and looks_like_json(stripped, suffix)):
        return read_json(text, name, encoding)
    if is_anki(text):
        separated, named = as_separated_text(text)
        table = read_csv(separated, name, encoding, headings if headings is not None or named else 0)
        return with_notes(table, (say("read_file.notes_of_anki"),))
    if suffix not in (".csv", ".tsv", ".tab") and (level := question_level(text)):
        return read_questions(text, encoding, level)
    refuse_web_page(stripped, name)
    cut = suffix in (".csv", ".tsv", ".tab") or hinted(text)[0]
    if not cut and is_markdown(text):
        return read_markdown(text, name, encoding)
    one_line = "\n" not in stripped.rstrip() and "\r" not in stripped.rstrip()  # a heading without rows is none
    if not cut and (one_line or "<|" in text[:2_000] or find_separator(text, certain=True) == ""):
        refuse_transcript(text, name)
        return read_lines(text, encoding)
    return read_csv(text, name, encoding, headings)


def refuse_web_page(stripped: str, name: str) -> None:
    """UnreadableFile for HTML and XML, under whatever name: many programs call a web page `.xls` or `.csv`."""
    if found := PAGE.match(stripped[:2_000]):
        key = "xml" if found[0].lower().startswith("<?xml") and "<html" not in stripped[:2_000].lower() else "web_page"
        raise UnreadableFile(say(f"read_file.{key}"), hint=say("read_file.save_as_table"), where=name)


def looks_like_json(stripped: str, suffix: str) -> bool:
    """A brace at the start of a table or a text is rarely JSON: then a quoted key or another brace must follow."""
    return stripped[1:].lstrip()[:1] in ('"', "{", "}", "]", *(() if suffix in (".csv", ".tsv") else "["))


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
    more = say("read_file.more_cannot_be_read", count=count - 1) if count > 1 else ""
    return UnreadableFile(
        say("read_file.cannot_be_read", unit=unit.capitalize(), row=first.shown_row, detail=first.detail, more=more),
        hint=say("read_file.mend_or_clean_file", unit=unit),
        where=f"{name}, {unit} {first.shown_row:,}",
    )
