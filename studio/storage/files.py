"""Files that are whole or absent, logs that survive a kill, and names that stay where they belong."""

import contextlib
import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from pydantic import BaseModel

from studio.copy.catalog import say
from studio.errors import Damaged, NotFound, StudioError

R = TypeVar("R", bound=BaseModel)
TRASH_LOG = "trash.jsonl"  # where each thing in the trash lay
SAFE_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")


def safe_name(name: str) -> str:
    """The name itself if it can be a folder's name and nothing else; NotFound otherwise."""
    if not SAFE_NAME.match(name):
        raise NotFound(say("files.not_name_studio_gives", name=name[:80]), hint=say("files.copy_name_from_list"))
    return name


def new_id(now: datetime | None = None) -> str:
    """`YYYYMMDD-HHMMSS-xxxx`: sorts by time, since the last four digits are the second's fraction in 65,536ths."""
    now = now or datetime.now(UTC)
    return now.strftime("%Y%m%d-%H%M%S-") + f"{now.microsecond * 65_536 // 1_000_000:04x}"


def slug(text: str) -> str:
    """A folder name a person recognises, with four letters that make it unique."""
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40] or "project"
    return f"{words}-{secrets.token_hex(2)}"


def sync_folder(folder: Path) -> None:
    """Make renames in this folder survive a power cut. A no-op where folders cannot be opened (Windows)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_atomically(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Run `write` on a temporary file in the same folder, fsync it, rename it into place, fsync the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_bytes(path: Path, data: bytes) -> None:
    """All of it or none of it."""

    def write(stream: BinaryIO) -> None:
        stream.write(data)

    write_atomically(path, write)


def write_json(path: Path, value: BaseModel | Any) -> None:
    """Readable JSON, all or nothing."""
    text = value.model_dump_json(indent=2) if isinstance(value, BaseModel) else json.dumps(value, indent=2)
    write_bytes(path, (text + "\n").encode())


def write_lines(path: Path, values: Iterable[BaseModel | dict[str, Any]]) -> str:
    """JSONL, all or nothing; returns its SHA-256."""
    digest = hashlib.sha256()

    def write(stream: BinaryIO) -> None:
        for value in values:
            line = json_line(value)
            digest.update(line)
            stream.write(line)

    write_atomically(path, write)
    return digest.hexdigest()


def json_line(value: BaseModel | dict[str, Any]) -> bytes:
    """One line of JSONL with its newline. Lone surrogates, which a file may hold, are written as escapes."""
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="python", exclude_defaults=True)
    return (json.dumps(value, ensure_ascii=True, default=str, separators=(",", ":")) + "\n").encode()


def append_line(path: Path, value: BaseModel | dict[str, Any], *, sync: bool = False) -> None:
    """Add one line; what a kill left half-written at the end is cut off first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as stream:
        end = stream.seek(0, os.SEEK_END)
        if end:
            stream.seek(end - 1)
            if stream.read(1) != b"\n":
                stream.truncate(last_newline(stream, end))
        stream.write(json_line(value))
        stream.flush()
        if sync:
            os.fsync(stream.fileno())


def last_newline(stream: BinaryIO, end: int) -> int:
    """The offset just after the last newline before `end`; 0 when there is none."""
    position = end
    while position > 0:
        start = max(0, position - 65536)
        stream.seek(start)
        newline = stream.read(position - start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        position = start
    return 0


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The whole lines of a JSONL file; nothing when the file is absent; a torn last line is not a line."""
    if not path.exists():
        return
    with path.open("rb") as stream:
        for line in stream:
            if line.endswith(b"\n") and line.strip():
                yield json.loads(line)


def lines_after(path: Path, offset: int) -> tuple[list[dict[str, Any]], int]:
    """The whole lines of a growing JSONL file from this offset on, and the offset to go on from."""
    if not path.exists():
        return [], offset
    with path.open("rb") as stream:
        stream.seek(offset)
        data = stream.read()
    whole = data[: data.rfind(b"\n") + 1]
    return [json.loads(line) for line in whole.split(b"\n") if line.strip()], offset + len(whole)


def read_record(path: Path, kind: type[R], what: str) -> R:
    """A record from its JSON file.

    NotFound when absent, Damaged when it holds something else, StudioError when a newer studio wrote it.
    """
    if not path.is_file():
        raise NotFound(
            say("files.there_no_here", what=what), hint=say("files.may_have_been_deleted"), where=path.parent.name
        )
    try:
        value = json.loads(path.read_bytes())
        known = kind.model_fields.get("format")
        written = value.get("format") if isinstance(value, dict) else None
        newer = known is not None and isinstance(written, int) and written > known.default
        if not newer:
            return kind.model_validate(value)
    except ValueError:  # no JSON, no UTF-8, or not this record
        raise Damaged(
            say('files.file_damaged', name=path.name, what=what), where=str(path),
            hint=say('files.put_back_from_copy'),
        ) from None  # fmt: skip
    raise StudioError(say("files.was_written_by_newer", what=what), hint=say("files.update_studio_then_open"))


def sha256_of(path: Path) -> str:
    """SHA-256 (hex) of a file's bytes, in one pass and little memory."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def move_to_trash(path: Path, home: Path) -> None:
    """Deleting is a move into `trash/`, from where it goes after a while; where it lay is written down first."""
    trash, entry = home / "trash", f"{new_id()}-{path.name}"
    trash.mkdir(parents=True, exist_ok=True)
    if path.is_relative_to(home):
        append_line(home / TRASH_LOG, {"entry": entry, "from": path.relative_to(home).as_posix()})
    os.replace(path, trash / entry)


def empty_trash(home: Path, *, older_than_seconds: float, now: float) -> None:
    """Remove for good what was moved to the trash longer ago than this."""
    trash = home / "trash"
    if not trash.is_dir():
        return
    for entry in trash.iterdir():
        if now - entry.lstat().st_ctime > older_than_seconds:
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()


ASKING_SECONDS = 0.25  # whoever only asks holds a lock for microseconds, or until a busy computer lets it go on
PATIENCE_SECONDS = 20.0  # that whoever writes waits for others who write the same


class FileLock:
    """An exclusive lock on a file, held by this process until released or dead (flock; msvcrt on Windows)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream: BinaryIO | None = None

    def take(self) -> bool:
        """True when the lock is now ours; False when somebody holds it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        stream = self.path.open("ab+")
        end = time.monotonic() + ASKING_SECONDS
        while not _lock_or_close(stream):
            if time.monotonic() > end:
                stream.close()
                return False
            time.sleep(0.002)
        self._stream = stream
        return True

    def fileno(self) -> int:
        """Of the open file. A child that inherits it holds the lock with us: it is free when both have let go."""
        if self._stream is None:
            raise ValueError("this lock is not held")
        return self._stream.fileno()

    @contextlib.contextmanager
    def held(self, busy: str, hint: str) -> Iterator[None]:
        """Nobody else, in whatever process, has it meanwhile. StudioError(busy, hint) after `PATIENCE_SECONDS`."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not self.take():
            if time.monotonic() > end:
                raise StudioError(busy, hint=hint)
            time.sleep(0.005)
        try:
            yield
        finally:
            self.release()

    def release(self) -> None:
        """Give it back; harmless when not held."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def is_free(self) -> bool:
        """Whether nobody carries it right now. Any number may ask at once, and nobody who takes it is turned away."""
        if self._stream is not None:
            return False
        if not self.path.exists():
            return True
        with contextlib.closing(self.path.open("ab+")) as stream:
            return _lock(stream, shared=True)


HELD = (errno.EAGAIN, errno.EACCES, errno.EINTR)  # somebody has it; anything else: this disk has no locks


def _lock_or_close(stream: BinaryIO) -> bool:
    try:
        return _lock(stream)
    except StudioError:
        stream.close()
        raise


def _lock(stream: BinaryIO, *, shared: bool = False) -> bool:
    if os.name == "posix":
        import fcntl

        try:
            fcntl.flock(stream, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in HELD:
                raise StudioError(say("files.no_locks"), hint=say("files.no_locks_next"), where=stream.name) from None
            return False
        return True
    import msvcrt

    try:
        stream.seek(0)
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except OSError:
        return False
    return True
