"""A home made of a backup: every file with the bytes that were copied, or no home at all."""

import hashlib
import json
import os
import sqlite3
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from studio.copy.catalog import say
from studio.errors import Damaged, StudioError
from studio.schemas.home.backup import BackupManifest, CopiedFile
from studio.services.backup.backup import CHUNK, LIST, room_for
from studio.services.backup.home_files import DATABASE
from studio.services.people.audit_log import verify
from studio.storage.database import Database
from studio.storage.home import Home
from studio.storage.staged_folder import staged_folder

LONGEST_LIST = 2**28


@dataclass(frozen=True)
class Restored:
    """What the new home holds."""

    manifest: BackupManifest
    projects: int
    interrupted: tuple[str, ...]  # runs that were going when the copy was taken
    waiting: tuple[str, ...]  # runs that begin with the next start of the studio
    missing_models: tuple[str, ...]  # folders that runs were taught on and that are not here
    audit: str  # whether the log is as it was written, in a sentence
    forgotten: tuple[str, ...] = ()  # projects that were left out


def forgotten_in(home: Path) -> frozenset[str]:
    """The projects that were forgotten in this home, as its audit log says, and that did not come back from the trash.
    StudioError when it is no home."""
    if not (home / DATABASE).is_file():
        raise StudioError(say("backup.no_home"), hint=say("backup.no_home_next"), where=str(home))
    found: set[str] = set()
    for line, _ in Database(home / DATABASE).audit():
        if line.verb == "forget project":
            found.add(line.what)
        elif line.verb == "restore from trash":
            found.discard(line.what.removeprefix("projects/"))
    return frozenset(found)


def restore(file: Path, home: Path, *, by: str, forgotten: Collection[str] = ()) -> Restored:
    """Fill a new home. StudioError, and nothing there, when a file is not as it was copied or the home is not empty.

    What was `forgotten` since the copy was taken is left out: a backup must not bring it back."""
    with open_archive(file) as archive, staged_folder(home) as staging:
        manifest = list_of(archive, file)
        room_for(staging, sum(one.bytes for one in manifest.files.values()))
        left_out = [f"projects/{project}/" for project in forgotten]
        for name, one in manifest.files.items():
            if name.startswith(tuple(left_out)):
                continue
            extract(archive, name, one, staging, file)
        complete(staging, manifest, by)
    there = {PurePosixPath(name).parts[1] for name in manifest.files if name.startswith("projects/")}
    kept_out = sorted(there.intersection(forgotten))
    for project in kept_out:
        Database(home / DATABASE).note(by, "forget project", project)
    return replace(described(home, manifest), forgotten=tuple(kept_out))


def open_archive(file: Path) -> zipfile.ZipFile:
    """StudioError for what is no archive."""
    if not file.is_file():
        raise StudioError(say("backup.not_there"), hint=say("backup.not_there_next"), where=str(file))
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise cut_off(file) from None


def cut_off(file: Path) -> Damaged:
    """What is said of a file that is no whole backup."""
    return Damaged(say("backup.not_whole"), hint=say("backup.take_another"), where=str(file))


def list_of(archive: zipfile.ZipFile, file: Path) -> BackupManifest:
    """What the archive says that it holds; StudioError when a newer studio wrote it, or a name leads out of a home."""
    try:
        if archive.getinfo(LIST).file_size > LONGEST_LIST:
            raise cut_off(file)
        said = json.loads(archive.read(LIST))
        if isinstance(said, dict) and isinstance(said.get("format"), int) and said["format"] > 1:
            raise StudioError(say("backup.newer"), hint=say("backup.newer_next"), where=str(file))
        manifest = BackupManifest.model_validate(said)
    except (KeyError, zipfile.BadZipFile, ValidationError, ValueError, NotImplementedError):
        raise cut_off(file) from None
    for name in manifest.files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name.split("/")[0] or not path.name:
            raise Damaged(say("backup.leads_out", name=name[:80]), hint=say("backup.take_another"), where=str(file))
    if DATABASE not in manifest.files:
        raise cut_off(file)
    return manifest


def extract(archive: zipfile.ZipFile, name: str, one: CopiedFile, target: Path, file: Path) -> None:
    """Write one file; Damaged when it is not what was copied."""
    path = target / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, left = hashlib.sha256(), one.bytes
    try:
        with archive.open(name) as source, path.open("xb") as stream:
            while piece := source.read(CHUNK):
                left -= len(piece)
                if left < 0:
                    break
                stream.write(piece)
                digest.update(piece)
    except (KeyError, zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error):
        left = -1
    if left != 0 or digest.hexdigest() != one.sha256:
        raise Damaged(say("backup.changed", name=name), hint=say("backup.take_another"), where=str(file))


def complete(staging: Path, manifest: BackupManifest, by: str) -> None:
    """Folders that a home has even when they are empty, and a line in its audit log."""
    home = Home(staging)
    for project in home.all_projects():
        for part in ("datasets", "runs", "chats", "exports"):
            (home.projects / project.id / part).mkdir(exist_ok=True)
    try:
        ledger = Database(staging / DATABASE)
        ledger.note(by, "restore", f"backup of {manifest.created.isoformat(timespec='seconds')}")
        with ledger.connect() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError:
        raise Damaged(say("backup.changed", name=DATABASE), hint=say("backup.take_another")) from None
    os.chmod(staging, 0o700)


def described(place: Path, manifest: BackupManifest) -> Restored:
    """What lies in the new home."""
    home = Home(place)
    runs = [(run.id, run.seen_state().status.value, run.spec) for run in home.runs()]
    missing = {spec.model_folder for _, _, spec in runs if not Path(spec.model_folder).is_dir()}
    return Restored(
        manifest, len(home.all_projects()),
        tuple(id for id, status, _ in runs if status == "interrupted"),
        tuple(id for id, status, spec in runs if status == "queued" and not spec.elsewhere),
        tuple(sorted(missing)), said_of(Database(place / DATABASE)),
    )  # fmt: skip


def said_of(ledger: Database) -> str:
    """A log that was changed before the copy was taken is told of, and the rest is there all the same."""
    try:
        return verify(ledger).sentences[0]
    except StudioError as error:
        return str(error)
