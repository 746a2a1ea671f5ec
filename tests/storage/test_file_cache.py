"""A file is read once for as long as it stays the same."""

from pathlib import Path

import pytest

from studio.errors import NotFound
from studio.schemas.project import Project
from studio.storage.file_cache import FileCache
from studio.storage.files import append_line, write_bytes
from studio.storage.home import Home


def test_what_stays_the_same_is_read_once_and_a_written_file_anew(tmp_path: Path) -> None:
    path, files, read = tmp_path / "note.txt", FileCache(), list[str]()

    def load(file: Path) -> str:
        read.append(file.read_text())
        return read[-1]

    write_bytes(path, b"one")
    assert [files.read(path, "text", load) for _ in range(3)] == ["one"] * 3 and read == ["one"]
    write_bytes(path, b"two")
    assert [files.read(path, "text", load) for _ in range(2)] == ["two"] * 2 and read == ["one", "two"]
    append_line(path, {"three": 3})
    assert files.read(path, "text", load) != "two"


def test_several_things_can_be_made_of_one_file(tmp_path: Path) -> None:
    path, files = tmp_path / "note.txt", FileCache()
    write_bytes(path, b"one")
    assert (
        files.read(path, "text", Path.read_text) == "one" and files.read(path, "size", lambda p: p.stat().st_size) == 3
    )


def test_only_the_last_files_are_kept(tmp_path: Path) -> None:
    files, read = FileCache(room=1), list[Path]()
    for name in ("a", "b", "a"):
        write_bytes(tmp_path / name, b"x")
        files.read(tmp_path / name, "text", read.append)
    assert [path.name for path in read] == ["a", "b", "a"]


def test_a_fault_and_an_absent_file_are_not_remembered(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with pytest.raises(NotFound):
        home.record(tmp_path / "project.json", Project, "project")
    home.create_project("Letters", "ana", id="letters")
    assert home.project("letters") is not home.project("letters"), "its id is its folder's name"
    assert home.project("letters") == home.project("letters")
