"""Files are whole or absent, logs survive a kill, and names stay where they belong."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

import pytest

from studio.errors import Damaged, NotFound, StudioError
from studio.schemas.run import RunStatus, Status
from studio.storage.files import (
    FileLock,
    append_line,
    empty_trash,
    move_to_trash,
    read_lines,
    read_record,
    safe_name,
    slug,
    write_atomically,
    write_bytes,
    write_json,
)


def test_a_write_that_fails_leaves_the_old_file_and_no_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    write_bytes(path, b"old")

    def half(stream: BinaryIO) -> None:
        stream.write(b"new but")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_atomically(path, half)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["card.json"]


@pytest.mark.parametrize("torn", [b'{"step": 2, "lo', b"x" * 200_000])
def test_a_torn_last_line_is_cut_before_the_next_is_added(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "metrics.jsonl"
    append_line(path, {"step": 1})
    with path.open("ab") as stream:
        stream.write(torn)
    assert list(read_lines(path)) == [{"step": 1}]
    append_line(path, {"step": 2})
    assert list(read_lines(path)) == [{"step": 1}, {"step": 2}]


def test_any_text_survives_a_line(tmp_path: Path) -> None:
    append_line(tmp_path / "a.jsonl", {"text": "é 漢 🙂 \u2028 \ud800"})
    assert list(read_lines(tmp_path / "a.jsonl")) == [{"text": "é 漢 🙂 \u2028 \ud800"}]


@pytest.mark.parametrize("name", ["../x", "", ".hidden", "a/b", "a\x00b", "x" * 100, "C:\\x", "‮abc", "~"])
def test_a_name_that_is_not_a_folder_name_finds_nothing(name: str) -> None:
    with pytest.raises(NotFound):
        safe_name(name)


@pytest.mark.parametrize("title", ["../../etc", "", "<img onerror=1>", "Ärzte & Co", "x" * 300])
def test_any_title_gives_a_safe_folder(title: str) -> None:
    assert safe_name(slug(title))


def test_a_newer_format_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    write_json(path, {"format": 2, "status": "done", "at": "2026-01-01T00:00:00Z"})
    with pytest.raises(StudioError, match="newer version"):
        read_record(path, RunStatus, "run")
    write_json(path, {"format": 1, "status": "done", "at": "2026-01-01T00:00:00Z"})
    assert read_record(path, RunStatus, "run").status is Status.DONE


@pytest.mark.parametrize("held", [b"", b"{", b"[1]", b"\xff\xfe", b'{"status": "asleep"}', b'{"format": "new"}'])
def test_a_damaged_record_is_told_with_its_file(tmp_path: Path, held: bytes) -> None:
    path = tmp_path / "status.json"
    path.write_bytes(held)
    with pytest.raises(Damaged, match="of this run is damaged") as told:
        read_record(path, RunStatus, "run")
    assert told.value.where == str(path)


def test_a_lock_is_held_against_other_processes_and_dies_with_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    code = "import sys, time; from pathlib import Path; from studio.storage.files import FileLock; l = FileLock(Path(sys.argv[1])); print(l.take(), flush=True); time.sleep(60)"  # noqa: E501
    with subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "True"
        assert not FileLock(path).is_free()
        assert not FileLock(path).take()
        holder.kill()
        holder.wait()
    mine = FileLock(path)
    assert mine.take() and not mine.is_free()
    mine.release()
    assert mine.is_free()


def test_asking_whether_a_lock_is_free_turns_nobody_away(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.touch()
    over = threading.Event()
    answers: set[bool] = set()

    def ask() -> None:
        while not over.is_set():
            answers.add(FileLock(path).is_free())

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    time.sleep(0.1)
    assert answers == {True}  # three who only ask never see one another
    taken = []
    for _ in range(200):
        lock = FileLock(path)
        taken.append(lock.take())
        lock.release()
    over.set()
    for asker in askers:
        asker.join()
    assert all(taken)


def test_a_child_that_got_its_share_of_a_lock_holds_it_alone(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lease")
    assert lock.take()
    with subprocess.Popen(["sleep", "60"], pass_fds=(lock.fileno(),)) as child:
        lock.release()
        assert not FileLock(lock.path).take()
        child.kill()
    assert lock.take()
    lock.release()


def test_deleting_is_a_move_that_ends_after_seven_days(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    move_to_trash(tmp_path / "run", tmp_path)
    (kept,) = (tmp_path / "trash").iterdir()
    now = kept.lstat().st_ctime
    empty_trash(tmp_path, older_than_seconds=7 * 86400, now=now + 6 * 86400)
    assert kept.exists()
    empty_trash(tmp_path, older_than_seconds=7 * 86400, now=now + 8 * 86400)
    assert not kept.exists()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_files_are_private_under_the_studios_umask(tmp_path: Path) -> None:
    old = os.umask(0o077)
    try:
        write_bytes(tmp_path / "a", b"x")
    finally:
        os.umask(old)
    assert (tmp_path / "a").stat().st_mode & 0o077 == 0
