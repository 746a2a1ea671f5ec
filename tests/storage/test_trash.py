"""What was deleted goes back to where it lay, or for good."""

import time
from pathlib import Path

import pytest

from studio.errors import NotFound, StudioError
from studio.storage.files import move_to_trash
from studio.storage.trash import Trash


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    path = tmp_path / "projects" / "p" / "chats" / "one.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("{}\n")
    return path


def test_a_file_goes_back_to_where_it_lay(tmp_path: Path, chat: Path) -> None:
    move_to_trash(chat, tmp_path)
    (lying,) = Trash(tmp_path).all()
    assert (lying.origin, lying.bytes) == ("projects/p/chats/one.jsonl", 3) and not chat.exists()
    Trash(tmp_path).restore(lying.id)
    assert chat.read_text() == "{}\n" and not Trash(tmp_path).all()


def test_nothing_is_written_over_and_no_place_is_made_up(tmp_path: Path, chat: Path) -> None:
    move_to_trash(chat, tmp_path)
    (lying,) = Trash(tmp_path).all()
    chat.write_text("new")
    with pytest.raises(StudioError, match="lies at projects/p/chats"):
        Trash(tmp_path).restore(lying.id)
    chat.unlink()
    chat.parent.rmdir()
    with pytest.raises(StudioError, match="not there any more"):
        Trash(tmp_path).restore(lying.id)
    for name in ("none", "..", "../projects"):
        with pytest.raises(NotFound):
            Trash(tmp_path).restore(name)
    (tmp_path / "trash" / "old-one").write_text("from before places were written down")
    with pytest.raises(StudioError, match="not written down"):
        Trash(tmp_path).restore("old-one")


def test_emptying_removes_what_is_old_enough_and_forgets_where_it_lay(tmp_path: Path, chat: Path) -> None:
    move_to_trash(chat, tmp_path)
    assert Trash(tmp_path).empty(time.time() - 60) == []
    assert [one.origin for one in Trash(tmp_path).empty(time.time() + 60)] == ["projects/p/chats/one.jsonl"]
    assert not Trash(tmp_path).all() and (tmp_path / "trash.jsonl").read_text() == ""
