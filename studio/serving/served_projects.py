"""Projects that are served by their name: whichever version is the served one now answers, without a restart.

A thread looks at each project's pointer; a version that is not loaded yet is loaded beside the others, and only then
does the name mean it. Versions that were served before stay loaded, so that going back is at once.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError
from studio.services.studio import Studio
from studio.serving.served_models import ServedModels

log = logging.getLogger("studio.serving")

SECONDS = 0.5  # between two looks at the pointers
KEPT = 8  # versions of a project that stay loaded, the newest served ones


def runs_and_projects(studio: Studio, names: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The runs to load for these names, each of a run or of a project, and the run that each project's name means.

    NotFound for a name of neither; StudioError for a project of which no version is served yet.
    """
    runs: list[str] = []
    projects: dict[str, str] = {}
    for name in names:
        if is_project(studio, name):
            projects[name] = studio.family.to_serve(name)
            runs += [*reversed(studio.family.kept_for_going_back(name)[-KEPT:])]
        else:
            runs.append(name)
    return list(dict.fromkeys(runs)), projects


def is_project(studio: Studio, name: str) -> bool:
    """Whether this is a project's name, and no run's."""
    try:
        studio.home.run(name)
    except NotFound:
        return (studio.home.projects / name / "project.json").is_file()
    return False


class PointerWatch:
    """Follows the pointers of the projects that are served by name; `moved` is told whenever one was followed."""

    def __init__(
        self, served: ServedModels, pointer: Callable[[str], str], load: Callable[[str], None],
        moved: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        self._served, self._pointer, self._load, self._moved = served, pointer, load, moved
        self._refused: dict[str, str] = {}  # project -> the run that could not be loaded, told once
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="served versions", daemon=True)
        if served.projects:
            self._thread.start()

    def look(self) -> None:
        """Once: whatever pointer has moved is followed. What cannot be loaded is told in the log; the name means the
        version before."""
        for project, before in list(self._served.projects.items()):
            try:
                run = self._pointer(project)
                if run in ("", before, self._refused.get(project)):
                    continue
                if run not in self._served.runs:
                    self._load(run)
                self._served.switch(project, run)
                if self._moved is not None:
                    self._moved()
                log.warning(say("serving.switched", project=project, run=run))
            except (StudioError, OSError) as error:
                self._refused[project] = run
                log.error(say("serving.not_switched", project=project, run=run, why=str(error)))

    def close(self) -> None:
        """Look no more."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def _follow(self) -> None:
        while not self._ended.wait(SECONDS):
            self.look()


def entry_of(served: ServedModels, project: str) -> dict[str, object]:
    """A project's line in `/v1/models`: the version that its name means now."""
    version = served.version(served.projects[project])
    return {**replace(version, id=project, name="").entry, "version": version.id}
