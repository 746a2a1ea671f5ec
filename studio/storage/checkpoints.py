"""Checkpoints of a run: each is whole, with a manifest of hashes, or it is absent.

A point is written into a staging folder, fsynced, listed and renamed into place. Order is the step in the name, never
the clock. What a kill left half-made is swept away by the next run on the folder.
"""

import json
import os
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.errors import RunFailed
from studio.storage.files import sha256_of, sync_folder, write_json

MANIFEST = "manifest.json"
NAME = re.compile(r"^checkpoint-(\d+)$")
STAGING = ".staging-"
NEW, OLD = ".adapter-new", ".adapter-old"
TRAINING_ONLY = ("optimizer.pt", "scheduler.pt", "rng_state", "trainer_state.json", MANIFEST, "scaler.pt")


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint as its name and its manifest tell."""

    path: Path
    step: int

    @property
    def manifest(self) -> dict[str, Any]:
        """What was written into it: `files` with their hashes, and `run` with the counts of the run so far."""
        manifest: dict[str, Any] = json.loads((self.path / MANIFEST).read_text(encoding="utf-8"))
        return manifest

    @property
    def size_bytes(self) -> int:
        """All of its files."""
        return sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file())

    def is_whole(self) -> bool:
        """Whether every file is there with the bytes that were written."""
        try:
            files: dict[str, str] = self.manifest["files"]
            return bool(files) and all(sha256_of(self.path / name) == digest for name, digest in files.items())
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return False

    @property
    def is_thin(self) -> bool:
        """Whether only what it learned was kept: it can answer, but no run can go on from it."""
        return bool(self.manifest.get("thin"))

    def thin(self) -> None:
        """Forget the optimizer and the random numbers. The list goes first, so that the point is whole throughout."""
        said = self.manifest
        kept = {name: digest for name, digest in said["files"].items() if not name.startswith(TRAINING_ONLY)}
        write_json(self.path / MANIFEST, {**said, "thin": True, "files": kept})
        for name in said["files"].keys() - kept.keys():
            (self.path / name).unlink(missing_ok=True)


class Checkpoints:
    """The checkpoints in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[Checkpoint]:
        """Oldest step first; only those that were finished."""
        if not self.folder.is_dir():
            return []
        found = [(NAME.match(entry.name), entry) for entry in self.folder.iterdir()]
        points = [Checkpoint(entry, int(match[1])) for match, entry in found if match and (entry / MANIFEST).is_file()]
        return sorted(points, key=lambda point: point.step)

    def at(self, step: int) -> Checkpoint:
        """The point of this step."""
        return Checkpoint(self.folder / f"checkpoint-{step}", step)

    def newest_whole(self) -> tuple[Checkpoint | None, list[int]]:
        """The newest point that verifies and can be gone on from, and the steps of newer ones that do not verify."""
        broken: list[int] = []
        for point in reversed(self.all()):
            if not point.is_whole():
                broken.append(point.step)
            elif not point.is_thin:
                return point, broken
        return None, broken

    def sweep(self) -> None:
        """Remove what a kill left half-made."""
        if self.folder.is_dir():
            for entry in self.folder.iterdir():
                if entry.name.startswith(STAGING) or (NAME.match(entry.name) and not (entry / MANIFEST).is_file()):
                    shutil.rmtree(entry)

    def forget_after(self, step: int) -> None:
        """Remove points that a resumed run will make again."""
        for point in self.all():
            if point.step > step:
                shutil.rmtree(point.path)

    def save(self, step: int, write: Callable[[Path], None], run: dict[str, Any]) -> Checkpoint:
        """Make a point of what `write` puts into the staging folder. Whole afterwards, or an error and nothing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        staging = self.folder / f"{STAGING}{step}"
        point = self.at(step)
        shutil.rmtree(staging, ignore_errors=True)
        try:
            staging.mkdir()
            write(staging)
            seal(staging, {"format": 1, "step": step, "run": run})
            if point.path.exists():
                shutil.rmtree(point.path)
            os.rename(staging, point.path)
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise
        sync_folder(self.folder)
        return point

    def rotate(self, keep: int, protected: Sequence[int | None], *, thin: bool = False) -> None:
        """Keep the newest `keep` points; a protected one (the best, the newest) stays whatever its age.

        With `thin`, older ones are not removed but keep what they learned, so that a person can still choose one.
        """
        points = self.all()
        for point in points[: max(0, len(points) - keep)]:
            if point.step in protected:
                continue
            if not thin:
                shutil.rmtree(point.path)
            elif not point.is_thin:
                point.thin()


def seal(folder: Path, manifest: dict[str, Any]) -> None:
    """Force every file to the disk, read it back for its hash, and list the hashes."""
    names = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
    for name in names:
        with (folder / name).open("rb") as stream:
            os.fsync(stream.fileno())
    write_json(folder / MANIFEST, {**manifest, "files": {name: sha256_of(folder / name) for name in names}})


def recover(adapter: Path) -> None:
    """After a kill between the two renames of `publish`: the old version is put back, half-made ones go."""
    old = adapter.with_name(OLD)
    if old.exists() and not adapter.exists():
        os.rename(old, adapter)
    for name in (NEW, OLD):
        shutil.rmtree(adapter.with_name(name), ignore_errors=True)


def publish(point: Checkpoint, adapter: Path, complete: Callable[[Path], object]) -> None:
    """Copy what a checkpoint taught to where the person's version lies; the old one goes when the new one is whole.

    `complete` adds what a checkpoint does not carry, such as the tokenizer.
    """
    if not point.is_whole():
        raise RunFailed(
            say("checkpoints.saved_point_step_damaged", step=point.step),
            hint=say("checkpoints.resume_run_goes_on"),
            where=str(point.path),
        )
    recover(adapter)
    staging, old = adapter.with_name(NEW), adapter.with_name(OLD)
    try:
        shutil.copytree(point.path, staging, ignore=lambda _, names: [n for n in names if n.startswith(TRAINING_ONLY)])
        complete(staging)
        seal(staging, {"format": 1, "step": point.step})
        if adapter.exists():
            os.rename(adapter, old)
        os.rename(staging, adapter)
    except BaseException:
        recover(adapter)
        raise
    sync_folder(adapter.parent)
    shutil.rmtree(old, ignore_errors=True)
