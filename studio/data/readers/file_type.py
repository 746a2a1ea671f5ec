"""What a file is, by its first bytes and never by its name: a PNG named .csv is a PNG."""

import zipfile
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import UnreadableFile

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FOREIGN = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"%PDF-", "pdf_document"),
    (b"\x7fELF", "program"),
    (b"MZ\x90\x00", "program"),
    (b"\x93NUMPY", "numpy_array"),
    (b"\x89HDF\r\n\x1a\n", "hdf5_file"),
    (b"SQLite format 3\x00", "database"),
    (b"RIFF", "sound_or_video_file"),
    (b"OggS", "sound_file"),
    (b"ID3", "sound_file"),
    (b"{\\rtf", "rich_text_document"),
    (b"ARROW1", "arrow_file"),
    (b"GGUF", "model_file"),
)
ARCHIVES = (
    (b"BZh", "bzip2_archive"),
    (b"\xfd7zXZ\x00", "xz_archive"),
    (b"7z\xbc\xaf\x27\x1c", "7_zip_archive"),
    (b"Rar!\x1a\x07", "rar_archive"),
    (b"\x28\xb5\x2f\xfd", "zstandard_archive"),
)
PICKLE_STARTS = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def sniff(path: Path, name: str) -> str:
    """One of `gzip, parquet, xlsx, xls, ods, text`. Raises UnreadableFile for everything that is no table."""
    with path.open("rb") as stream:
        start = stream.read(4096)
        tar = stream.read(0) if len(start) < 262 else start[257:262]
    if not start:
        raise UnreadableFile(say("file_type.file_empty"), hint=say("file_type.save_again_from_your"), where=name)
    if start.startswith(b"\x1f\x8b"):
        return "gzip"
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(OLE):
        return "xls"
    if start.startswith(b"PK\x03\x04") or start.startswith(b"PK\x05\x06"):
        return kind_of_zip(path, name)
    if tar == b"ustar":
        raise archive(say("file_type.tar_archive"), name)
    for mark, what in ARCHIVES:
        if start.startswith(mark):
            raise archive(say(f"file_kind.{what}"), name)
    for mark, what in FOREIGN:
        if start.startswith(mark):
            raise foreign(say(f"file_kind.{what}"), name)
    if start.startswith(PICKLE_STARTS):
        raise foreign(say("file_type.python_pickle"), name)
    return "text"


def archive(what: str, name: str) -> UnreadableFile:
    """The refusal for files that hold other files."""
    return UnreadableFile(
        say("file_type.file_archives_not_accepted", what=what),
        hint=say("file_type.unpack_upload_table_inside"),
        where=name,
    )


def foreign(what: str, name: str) -> UnreadableFile:
    """The refusal for files that are something else than a table."""
    return UnreadableFile(say("file_type.file_not_table", what=what), hint=say("file_type.tables"), where=name)


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
        raise foreign(say("file_type.text_document"), name)
    elif any(entry.endswith("data.pkl") for entry in names):
        raise foreign(say("file_type.python_pickle"), name)
    else:
        raise archive(say("file_type.zip_archive"), name)
    if declared > 2**30:
        raise UnreadableFile(
            say("file_type.spreadsheet_unpacks_gb_at", declared=declared / 2**30),
            hint=say("file_type.save_sheet_as_csv"),
            where=name,
        )
    return kind


def damaged_excel(name: str) -> UnreadableFile:
    """The refusal for a spreadsheet whose bytes break off."""
    return UnreadableFile(
        say("file_type.spreadsheet_damaged_or_cut"), hint=say("file_type.open_save_again_upload"), where=name
    )
