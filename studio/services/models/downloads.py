"""Models from the hub: in a child, the only process that may talk to it, with progress and a stop."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from studio.errors import StudioError, UnusableModel
from studio.services.jobs import BackgroundJob, Jobs

JOB = "download"
LOOK_SECONDS = 0.3

Tell = Callable[[str, int, int], None]


class Downloads:
    """Downloads in the background, one for each model and revision."""

    def __init__(self, jobs: Jobs, target: Callable[[str, str], Path], *, offline: bool) -> None:
        self._jobs, self._target, self._offline = jobs, target, offline

    def begin(self, model: str, revision: str = "", *, by: str) -> BackgroundJob:
        """Fetch it, or find the download that goes on. Progress is in bytes. UnusableModel in an offline studio."""
        if self._offline:
            raise UnusableModel("The studio was started offline, so nothing is fetched.",
                                hint="Start it online, or copy the model's folder here.", where=model)  # fmt: skip

        def work(job: BackgroundJob) -> None:
            target = self._target(model, revision)
            if not (target / "config.json").is_file():
                download(model, revision, target, job.progress, job.is_cancelled)

        return self._jobs.begin(JOB, "", about(model, revision), work, by=by, unit="bytes")

    def job(self, model: str, revision: str = "") -> BackgroundJob | None:
        """The last download of this model."""
        return self._jobs.last(JOB, "", about(model, revision))

    def stop(self, model: str, revision: str = "") -> None:
        """End it; what arrived is kept, and the next one goes on from there."""
        self._jobs.cancel(JOB, "", about(model, revision))


def about(model: str, revision: str) -> str:
    """What such a job is known by."""
    return f"{model} {revision}".strip()


def nobody(what: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


def download(model: str, revision: str, target: Path, tell: Tell = nobody,
             stop: Callable[[], bool] = lambda: False) -> Path:  # fmt: skip
    """The whole model into its folder, complete or absent; UnusableModel says in the hub's place why not."""
    environ = {name: value for name, value in os.environ.items() if not name.endswith("_OFFLINE")}
    environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "said.txt").open("w", encoding="utf-8") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", "studio.models.hub", model, revision, str(target)],
            env=environ, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            while child.poll() is None:
                if stop():
                    raise StudioError("The download was stopped.", hint="What arrived is kept: fetch it again.",
                                      where=model)  # fmt: skip
                tell(model, bytes_in(target.with_name(f"{target.name}.part")), size_of(lines_of(Path(out.name))))
                time.sleep(LOOK_SECONDS)
        finally:
            if child.poll() is None:
                child.terminate()
                child.wait()
        said = lines_of(Path(out.name))
    if child.returncode:
        raise UnusableModel(
            said[-1] if said else f"“{model}” could not be downloaded.",
            hint="Check the id and the connection, then try again: it goes on where it stopped.", where=model,
        )  # fmt: skip
    tell(model, size_of(said), size_of(said))
    return target


def lines_of(path: Path) -> list[str]:
    """What the child has written so far."""
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def size_of(said: list[str]) -> int:
    """How many bytes there will be: the child says so before it begins. 0 until then."""
    word = said[0].split(" ")[0] if said else ""
    return int(word) if word.isdigit() else 0


def bytes_in(folder: Path) -> int:
    """How much has arrived; a file that is renamed meanwhile counts at the next look."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return total
