"""A staged folder appears whole or not at all, never over something, and what a kill left is swept."""

from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.storage.staged_folder import staged_folder


def test_it_appears_when_the_work_is_done_and_not_before(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with staged_folder(target) as staging:
        (staging / "a.txt").write_text("whole")
        assert not target.exists()
    assert [path.name for path in target.iterdir()] == ["a.txt"] and [path.name for path in tmp_path.iterdir()] == [
        "out"
    ]


def test_nothing_is_left_of_work_that_failed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no"), staged_folder(tmp_path / "out") as staging:
        (staging / "a.txt").write_text("half")
        raise ValueError("no")
    assert not list(tmp_path.iterdir())


def test_an_empty_folder_may_be_there_and_one_with_something_in_it_may_not(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    with staged_folder(target) as staging:
        (staging / "a.txt").write_text("whole")
    with pytest.raises(StudioError, match="there already"), staged_folder(target):
        pass
    assert (target / "a.txt").read_text() == "whole"


def test_what_a_kill_left_goes_with_the_next_try_and_what_is_being_written_stays(tmp_path: Path) -> None:
    left = tmp_path / ".out.0000.part"
    left.mkdir()
    (left / "half.txt").write_text("half")
    with staged_folder(tmp_path / "out") as first:
        assert not left.exists()
        with staged_folder(tmp_path / "out2"):
            assert first.exists()
