"""The size of a folder that somebody is writing to."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.storage.folder_size import size_of


def test_the_files_of_all_folders_count_and_links_do_not(tmp_path: Path) -> None:
    (tmp_path / "run" / "points").mkdir(parents=True)
    (tmp_path / "run" / "status.json").write_bytes(b"12345")
    (tmp_path / "run" / "points" / "weights.bin").write_bytes(b"1" * 1000)
    (tmp_path / "run" / "again").symlink_to(tmp_path / "run" / "points")
    assert size_of(tmp_path / "run") == 1005
    assert size_of(tmp_path / "run" / "status.json") == 5
    assert size_of(tmp_path / "run" / "again") == 0 == size_of(tmp_path / "nothing")


def test_a_folder_that_goes_while_it_is_looked_at_has_no_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run thins its saved points while a backup asks how much there is to copy."""
    for step in (1, 2):
        (tmp_path / f"checkpoint-{step}").mkdir()
        (tmp_path / f"checkpoint-{step}" / "weights.bin").write_bytes(b"1" * 100)
    look = os.scandir

    def gone_by_now(path: Any) -> Iterator[Any]:
        if str(path).endswith("checkpoint-1"):
            raise FileNotFoundError(path)
        return look(path)

    monkeypatch.setattr(os, "scandir", gone_by_now)
    assert size_of(tmp_path) == 100
