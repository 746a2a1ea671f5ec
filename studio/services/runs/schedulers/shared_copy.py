"""A run folder that is carried to a folder which the cluster sees, and home again with every file's hash compared."""

import os
import shutil
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.run import RunResult, Status
from studio.services.runs.schedulers.slurm import SUMS
from studio.storage.files import read_record, sha256_of, write_bytes, write_json
from studio.storage.run_folder import RunFolder

OURS = ("job.json", "name.txt", "recipe.json", "requests.jsonl", "chosen.json", "stop", "lock")  # written on this side
LAST = ("outcome.json", "status.json")  # whoever sees the status finds all the rest
SHOWN = ("metrics.jsonl", "answers.jsonl", "fallbacks.json", "machine.json", "status.json")  # while it runs


class WrongCopy(StudioError):
    """What came home is not what the node wrote."""


def send_out(folder: RunFolder, shared: Path) -> RunFolder:
    """A copy of the run in the shared folder, and of its starting model where that is not there yet."""
    spec = folder.spec
    model = Path(spec.model_folder)
    if not model.resolve().is_relative_to(shared.resolve()):
        model = model_copy(model, shared / "models", spec.model_sha256)
    target = shared / "runs" / folder.id
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(folder.path, target, ignore=shutil.ignore_patterns("lock", "job.json", SUMS, "cluster-*.txt"))
    write_json(target / "recipe.json", spec.model_copy(update={"model_folder": str(model)}))
    return RunFolder(target)


def model_copy(model: Path, place: Path, sha256: str) -> Path:
    """Whole or not at all: it is copied under another name first. One that is there is not copied again."""
    target = place / (sha256[:32] or model.name)
    if not target.is_dir():
        started = place / f".{target.name}-{os.getpid()}"
        shutil.rmtree(started, ignore_errors=True)
        shutil.copytree(model, started)
        try:
            os.replace(started, target)
        except OSError:
            if not target.is_dir():  # else somebody else was first
                raise
            shutil.rmtree(started)
    return target


def show_progress(folder: RunFolder, away: RunFolder) -> None:
    """Bring what the page shows while it runs, and take along what a person asked meanwhile."""
    for name in ("stop", "chosen.json"):
        if (folder.path / name).is_file() and not (away.path / name).exists():
            shutil.copyfile(folder.path / name, away.path / name)
    for name in SHOWN:
        source = away.path / name
        if source.is_file() and (name != "status.json" or away.state.status is Status.RUNNING):
            data = source.read_bytes()
            if name.endswith(".jsonl"):
                data = data[: data.rfind(b"\n") + 1]
            target = folder.path / name
            if not target.is_file() or target.read_bytes() != data:
                write_bytes(target, data)


def bring_home(folder: RunFolder, away: RunFolder) -> None:
    """Every file, its hash compared with what the node said, or with the source's where the node came to say nothing.

    The status comes last, so that a run is not over before its result is here. WrongCopy names the first file.
    """
    said = sums(away.path)
    names = [str(path.relative_to(away.path)) for path in away.path.rglob("*") if path.is_file()]
    for name in sorted((one for one in names if one not in OURS), key=lambda one: (one in LAST, one)):
        source, target = away.path / name, folder.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.part")
        shutil.copyfile(source, partial)
        if sha256_of(partial) != (said.get(name) or sha256_of(source)):
            partial.unlink()
            raise wrong(name, folder)
        if name == "outcome.json":
            outcome = read_record(partial, RunResult, "outcome")
            partial.unlink()
            write_json(target, outcome.model_copy(update={"adapter": str(folder.adapter) if outcome.adapter else ""}))
        else:
            os.replace(partial, target)
    for name in said:
        if name not in names and name not in OURS:
            raise wrong(name, folder)


def check_in_place(folder: RunFolder) -> None:
    """The same where the cluster worked in the run folder itself, seen from here. WrongCopy names the first file."""
    for name, sha256 in sums(folder.path).items():
        path = folder.path / name
        if name not in OURS and not name.startswith("cluster-") and (not path.is_file() or sha256_of(path) != sha256):
            raise wrong(name, folder)


def sums(path: Path) -> dict[str, str]:
    """What the node wrote, by the files' names; nothing when it was ended before it could say so."""
    file = path / SUMS
    if not file.is_file():
        return {}
    lines = (line.partition("  ") for line in file.read_bytes().decode("utf-8", "surrogateescape").split("\0"))
    return {
        name.removeprefix("./"): sha256 for sha256, _, name in lines
        if name and not name.startswith("./cluster-")  # still written to when the sums were made
    }  # fmt: skip


def wrong(name: str, folder: RunFolder) -> WrongCopy:
    return WrongCopy(say("cluster.wrong_copy", name=name), hint=say("cluster.wrong_copy_next"), where=folder.id)
