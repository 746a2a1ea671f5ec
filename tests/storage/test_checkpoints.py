"""Saved points: whole or absent, ordered by step, whatever happens to the disk or the clock."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.errors import RunFailed
from studio.storage.checkpoints import Checkpoints, publish, recover


def write(folder: Path) -> None:
    (folder / "adapter_model.safetensors").write_bytes(b"weights" * 100)
    (folder / "optimizer.pt").write_bytes(b"momentum")


def points_in(folder: Path, *steps: int) -> Checkpoints:
    points = Checkpoints(folder)
    for step in steps:
        points.save(step, write, {"tokens": step * 10})
    return points


def test_a_point_is_found_again_with_its_counts(tmp_path: Path) -> None:
    points = points_in(tmp_path, 2, 10)
    newest, broken = points.newest_whole()
    assert newest is not None
    assert (newest.step, broken, newest.manifest["run"]) == (10, [], {"tokens": 100})


@pytest.mark.parametrize("damage", ["cut", "flipped", "gone", "no manifest", "torn manifest"])
def test_a_damaged_newest_point_is_passed_over(tmp_path: Path, damage: str) -> None:
    points = points_in(tmp_path, 2, 10)
    file, manifest = points.at(10).path / "adapter_model.safetensors", points.at(10).path / "manifest.json"
    deeds: dict[str, Callable[[], Any]] = {
        "cut": lambda: file.write_bytes(file.read_bytes()[:-1]),
        "flipped": lambda: file.write_bytes(b"W" + file.read_bytes()[1:]),
        "gone": file.unlink,
        "no manifest": manifest.unlink,
        "torn manifest": lambda: manifest.write_text('{"files": {'),
    }
    deeds[damage]()
    newest, broken = points.newest_whole()
    assert newest is not None
    assert newest.step == 2
    assert broken == ([] if damage == "no manifest" else [10])


def test_a_jumping_clock_never_costs_the_newest_point(tmp_path: Path) -> None:
    points = points_in(tmp_path, 10, 20, 30)
    for step, when in ((10, 9e9), (20, 5e9), (30, 1e6)):
        os.utime(points.at(step).path, (when, when))
    points.rotate(1, (None, 30))
    assert [point.step for point in points.all()] == [30]


def test_rotation_keeps_the_best_whatever_its_age(tmp_path: Path) -> None:
    points = points_in(tmp_path, 1, 2, 3, 4, 5)
    points.rotate(2, (1, 5))
    assert [point.step for point in points.all()] == [1, 4, 5]


def test_what_a_kill_left_half_made_is_swept_away(tmp_path: Path) -> None:
    points = points_in(tmp_path, 1)
    (tmp_path / ".staging-2").mkdir()
    (tmp_path / "checkpoint-9").mkdir()
    points.sweep()
    assert [entry.name for entry in tmp_path.iterdir()] == ["checkpoint-1"]


class FailingDisk:
    """Lets so many writes through, then fails each one like a full disk."""

    def __init__(self, good: int) -> None:
        self.left = good

    def guard(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.left -= 1
            if self.left < 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*args, **kwargs)

        return call


def test_whichever_write_fails_nothing_is_called_saved_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for good in range(40):
        place = tmp_path / str(good)
        points = points_in(place / "checkpoints", 1)
        publish(points.at(1), place / "adapter", lambda _: None)
        disk = FailingDisk(good)
        with monkeypatch.context() as patch:
            for name in ("fsync", "rename", "replace", "mkdir"):
                patch.setattr(os, name, disk.guard(getattr(os, name)))
            try:
                publish(points.save(2, write, {}), place / "adapter", lambda _: None)
                failed = False
            except OSError:
                failed = True
        recover(place / "adapter")  # what the next run on the folder does first
        assert (place / "adapter" / "adapter_model.safetensors").read_bytes() == b"weights" * 100
        newest, _ = points.newest_whole()
        assert newest is not None
        assert newest.step == 2 if not failed else newest.step in (1, 2)
        assert not any(name.startswith(".staging") for name in os.listdir(place / "checkpoints"))
        if not failed:
            return
    pytest.fail("the disk never let everything through")


def test_a_damaged_point_is_never_given_out(tmp_path: Path) -> None:
    points = points_in(tmp_path / "checkpoints", 1)
    (points.at(1).path / "optimizer.pt").write_bytes(b"torn")
    with pytest.raises(RunFailed, match="damaged"):
        publish(points.at(1), tmp_path / "adapter", lambda _: None)
    assert not (tmp_path / "adapter").exists()


def test_a_version_holds_no_training_state(tmp_path: Path) -> None:
    points = points_in(tmp_path / "checkpoints", 1)
    publish(points.at(1), tmp_path / "adapter", lambda folder: (folder / "tokenizer.json").write_text("{}"))
    assert sorted(os.listdir(tmp_path / "adapter")) == ["adapter_model.safetensors", "manifest.json", "tokenizer.json"]
