"""What a file is, by its first bytes and never by its name: a PNG named .csv is a PNG."""

import zipfile
from pathlib import Path

from studio.errors import UnreadableFile

TABLES = "Give a CSV, TSV, XLSX, XLS, ODS, JSON, JSONL, Parquet or plain text file."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FOREIGN = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF-", "a PDF document"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"SQLite format 3\x00", "a database"),
    (b"RIFF", "a sound or video file"),
    (b"OggS", "a sound file"),
    (b"ID3", "a sound file"),
    (b"{\\rtf", "a rich-text document"),
    (b"ARROW1", "an Arrow file"),
    (b"GGUF", "a model file"),
)
ARCHIVES = (
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
)
PICKLE_STARTS = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def sniff(path: Path, name: str) -> str:
    """One of `gzip, parquet, xlsx, xls, ods, text`. Raises UnreadableFile for everything that is no table."""
    with path.open("rb") as stream:
        start = stream.read(4096)
        tar = stream.read(0) if len(start) < 262 else start[257:262]
    if not start:
        raise UnreadableFile("The file is empty.", hint="Save it again from your program and upload it.", where=name)
    if start.startswith(b"\x1f\x8b"):
        return "gzip"
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(OLE):
        return "xls"
    if start.startswith(b"PK\x03\x04") or start.startswith(b"PK\x05\x06"):
        return kind_of_zip(path, name)
    if tar == b"ustar":
        raise archive("a TAR archive", name)
    for mark, what in ARCHIVES:
        if start.startswith(mark):
            raise archive(what, name)
    for mark, what in FOREIGN:
        if start.startswith(mark):
            raise foreign(what, name)
    if start.startswith(PICKLE_STARTS):
        raise foreign("a Python pickle", name)
    return "text"


def archive(what: str, name: str) -> UnreadableFile:
    """The refusal for files that hold other files."""
    return UnreadableFile(
        f"The file is {what}. Archives are not accepted.", hint="Unpack it and upload the table inside.", where=name
    )


def foreign(what: str, name: str) -> UnreadableFile:
    """The refusal for files that are something else than a table."""
    return UnreadableFile(f"The file is {what}, not a table.", hint=TABLES, where=name)


def kind_of_zip(path: Path, name: str) -> str:
    """`xlsx` or `ods`; torch files, documents and archives are refused by what is inside."""
    try:
        with zipfile.ZipFile(path) as inside:
            names = set(inside.namelist())
            declared = sum(entry.file_size for entry in inside.infolist())
            mimetype = inside.read("mimetype")[:80] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError, KeyError) as error:
        raise damaged_excel(name) from error
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        kind = "xlsx"
    elif b"opendocument.spreadsheet" in mimetype:
        kind = "ods"
    elif "word/document.xml" in names or b"opendocument.text" in mimetype:
        raise foreign("a text document", name)
    elif any(entry.endswith("data.pkl") for entry in names):
        raise foreign("a Python pickle", name)
    else:
        raise archive("a ZIP archive", name)
    if declared > 2**30:
        raise UnreadableFile(
            f"The spreadsheet unpacks to {declared / 2**30:.1f} GB; at most 1 GB is read.",
            hint="Save the sheet as CSV and upload that.",
            where=name,
        )
    return kind


def damaged_excel(name: str) -> UnreadableFile:
    """The refusal for a spreadsheet whose bytes break off."""
    return UnreadableFile(
        "The spreadsheet is damaged or cut off.", hint="Open it, save it again and upload the new file.", where=name
    )
