"""A home as one file: a ZIP archive of its files, a copy of its database, and a list of their hashes at its end."""

import hashlib
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from studio import __version__
from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.home.backup import BackupManifest, CopiedFile
from studio.services.backup.home_files import DATABASE, MODELS, HomeFiles
from studio.storage.database import Database
from studio.storage.files import sha256_of, write_atomically

LIST = "backup.json"  # the last member: an archive without it was cut off
CHUNK = 2**20
TEXTS = (".json", ".jsonl", ".csv", ".toml", ".txt", ".html", ".tsv", ".md", ".jinja", ".db")  # worth compressing
SIGNED_IN = ("sign_ins", "one_time_codes", "sign_in_key")


@dataclass(frozen=True)
class Backup:
    """What was written, and what was left out, in sentences."""

    file: Path
    sha256: str
    manifest: BackupManifest
    left_out: tuple[str, ...]


def back_up(
    home: Path, ledger: Database, file: Path, *, by: str, clock: Callable[[], datetime], with_models: bool = False
) -> Backup:
    """Copy the home as it stands, also while others work in it. StudioError, and no file, when it cannot be whole."""
    file = file.absolute()
    refuse_place(home, file)
    files = HomeFiles(home, with_models=with_models)
    room_for(file.parent, files.size_bytes)
    made: list[BackupManifest] = []
    ledger.note(by, "backup", file.name)

    def write(stream: BinaryIO) -> None:
        if os.name == "posix":
            os.fchmod(stream.fileno(), 0o600)  # it holds all that the home holds, which is private too
        with zipfile.ZipFile(stream, "w") as archive:
            copied = {path.relative_to(home).as_posix(): put(archive, path.relative_to(home).as_posix(), opened, length)
                      for path, opened, length in files}  # fmt: skip
            copied = {name: one for name, one in copied.items() if still_there(home, name)}
            copied[DATABASE] = put_bytes(archive, DATABASE, copy_of(ledger))
            made.append(BackupManifest(created=clock(), studio=__version__, with_models=with_models, files=copied))
            put_bytes(archive, LIST, made[0].model_dump_json(indent=1).encode())

    write_atomically(file, write)
    return Backup(file, sha256_of(file), made[0], tuple(left_out(home, files, with_models)))


def refuse_place(home: Path, file: Path) -> None:
    """StudioError when the copy cannot lie there: within what it copies, over something, or without room."""
    if file.is_relative_to(home):
        raise StudioError(say("backup.inside_home"), hint=say("backup.inside_home_next"), where=str(file))
    if file.exists():
        raise StudioError(say("backup.file_taken"), hint=say("backup.file_taken_next"), where=str(file))
    if not file.parent.is_dir():
        raise StudioError(say("backup.no_folder"), hint=say("backup.no_folder_next"), where=str(file.parent))


def still_there(home: Path, name: str) -> bool:
    """Whether the project, dataset or run of this file was not deleted while it was copied: a half is no part."""
    *folders, _ = Path(name).parts
    units = [home.joinpath(*folders[:depth]) for depth in (2, 4) if len(folders) >= depth]
    return all(unit.is_dir() for unit in units)


def put(archive: zipfile.ZipFile, name: str, stream: BinaryIO, length: int) -> CopiedFile:
    """One member of so many bytes."""
    member = zipfile.ZipInfo(name)
    member.compress_type = zipfile.ZIP_DEFLATED if name.endswith(TEXTS) else zipfile.ZIP_STORED
    digest, left = hashlib.sha256(), length
    with archive.open(member, "w", force_zip64=True) as target:
        while left and (piece := stream.read(min(left, CHUNK))):
            target.write(piece)
            digest.update(piece)
            left -= len(piece)
    return CopiedFile(sha256=digest.hexdigest(), bytes=length - left)


def put_bytes(archive: zipfile.ZipFile, name: str, data: bytes) -> CopiedFile:
    """One member that is in memory."""
    member = zipfile.ZipInfo(name)
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, data)
    return CopiedFile(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))


def copy_of(ledger: Database) -> bytes:
    """The database as it is now, by SQLite's own backup; in the copy nobody is signed in or at work."""
    memory = sqlite3.connect(":memory:", isolation_level=None)
    try:
        with ledger.connect() as db:
            db.backup(memory)
        for table in SIGNED_IN:
            memory.execute(f"DELETE FROM {table}")
        memory.execute("UPDATE leases SET run = '', person = ''")  # nobody holds an accelerator there
        memory.execute("VACUUM")
        return memory.serialize()
    finally:
        memory.close()


def left_out(home: Path, files: HomeFiles, with_models: bool) -> list[str]:
    """In sentences, what is not in the copy."""
    said = [say("backup.left_out_uploads")]
    if not with_models and any((home / MODELS).iterdir()):
        size = sum(path.stat().st_size for path in (home / MODELS).rglob("*") if path.is_file())
        said.append(say("backup.left_out_models", size=size / 1e9))
    said += [say("backup.left_out_damaged", place=path.relative_to(home)) for path in files.damaged]
    return said


def room_for(folder: Path, needed: int) -> None:
    """StudioError when the disk has less than this free."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        figures = say("backup.no_room", needed=needed / 1e9, free=free / 1e9)
        raise StudioError(figures, hint=say("backup.no_room_next"), where=str(folder))
