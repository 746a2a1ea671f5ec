"""A project as a page shows it, with a version: the same version means that nothing has to be drawn anew."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from studio.schemas.exports.export import MANIFEST
from studio.schemas.project import Project
from studio.services.runs.run_service import RunService, RunView
from studio.storage.file_cache import stamp_of
from studio.storage.home import Home


@dataclass(frozen=True)
class ProjectView:
    """`version` changes with every file that a page of the project shows something of, and with the queue."""

    version: str
    project: Project
    datasets: tuple[str, ...]
    runs: tuple[RunView, ...]

    def run(self, run: str) -> RunView | None:
        """One of its runs."""
        return next((one for one in self.runs if one.id == run), None)


class ProjectViews:
    """Hands them out. Files are looked at by their times; only those that changed are read."""

    def __init__(self, home: Home, runs: RunService) -> None:
        self._home, self._runs = home, runs

    def view(self, project: str) -> ProjectView:
        """The project now; NotFound when there is none of this name."""
        found = self._home.project(project)
        runs = tuple(self._runs.all(project))
        digest = hashlib.sha256()
        for path in shown_files(self._home.project_folder(project)):
            digest.update(repr((path.name, path.parent.name, stamp_of(path))).encode())
        for run in runs:  # who waits before it, and whether somebody still carries it out, stands in no file
            digest.update(repr((run.id, run.ahead, run.state.status, run.state.reason)).encode())
        return ProjectView(digest.hexdigest()[:16], found, tuple(self._home.datasets(project)), runs)

    def made(self, project: str) -> frozenset[str]:
        """On which of the later tabs something was made already: `compare`, `report`, `take_home`."""
        folder = self._home.project_folder(project)
        return frozenset(tab for tab, patterns in MADE.items() if any(any(folder.glob(one)) for one in patterns))


# What is there once something was made on a tab
MADE = {
    "compare": ("chats/*.jsonl", "ballots/*/*.json"), "report": ("runs/*/report.json",),
    "take_home": (f"exports/*/{MANIFEST}",),
}  # fmt: skip


def shown_files(folder: Path) -> Iterator[Path]:
    """The files of a project that a page shows something of, in a fixed order."""
    yield from (folder / name for name in ("project.json", "exam.json", "verdicts.jsonl", "report_choices.json"))
    for pattern in (
        "datasets/*/card.json", "datasets/*/decisions.jsonl", "runs/*/status.json", "runs/*/name.txt",
        "runs/*/outcome.json", "runs/*/chosen.json", "runs/*/report.json", "runs/*/metrics.jsonl",
        "runs/*/answers.jsonl", "ballots/*/*.json", "chats/*.jsonl", "jobs/*.json", "recipes/*.toml",
    ):  # fmt: skip
        yield from sorted(folder.glob(pattern))
