"""Which version of a project is served: a line for every change, so that the one before is never forgotten."""

from collections.abc import Callable
from datetime import datetime

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.loop.version import ServedChange
from studio.storage.files import append_line, read_lines
from studio.storage.home import Home

FILE = "served.jsonl"


class ServedVersions:
    """Reads and writes `served.jsonl` of a project. A change is one line: it is there or it is not."""

    def __init__(self, home: Home, clock: Callable[[], datetime]) -> None:
        self._home, self._clock = home, clock

    def stack(self, project: str) -> list[str]:
        """The runs that going back would come to, the present one last."""
        return served_stack(self._home, project)

    def run(self, project: str) -> str:
        """The run whose version is served; empty while none is."""
        return (self.stack(project) or [""])[-1]

    def serve(self, project: str, run: str, *, by: str, request_key: str = "") -> None:
        """From now on this one. The same press again does nothing."""
        if not self._was_done(project, request_key):
            self._append(project, ServedChange(run=run, by=by, at=self._clock(), request_key=request_key))

    def back(self, project: str, *, by: str, request_key: str = "") -> str:
        """The version that was served before is served again; its run. StudioError when there was none."""
        stack = self.stack(project)
        if self._was_done(project, request_key):
            return (stack or [""])[-1]
        if len(stack) < 2:
            raise StudioError(say("family.nothing_before"), hint=say("family.nothing_before_next"), where=project)
        change = ServedChange(run=stack[-2], by=by, at=self._clock(), back=True, request_key=request_key)
        self._append(project, change)
        return stack[-2]

    def _append(self, project: str, change: ServedChange) -> None:
        append_line(self._home.project_folder(project) / FILE, change, sync=True)

    def _was_done(self, project: str, key: str) -> bool:
        return bool(key) and any(change.request_key == key for change in changes_of(self._home, project))


def changes_of(home: Home, project: str) -> list[ServedChange]:
    """All changes, oldest first."""
    return [ServedChange.model_validate(line) for line in read_lines(home.project_folder(project) / FILE)]


def served_stack(home: Home, project: str) -> list[str]:
    """The runs that were served and not gone back from, the present one last; deleted runs are passed over."""
    stack: list[str] = []
    for change in changes_of(home, project):
        if change.back:
            stack = stack[:-1]
        elif stack[-1:] != [change.run]:
            stack.append(change.run)
    runs = home.project_folder(project) / "runs"
    there = [run for run in stack if (runs / run / "status.json").is_file()]
    return [run for place, run in enumerate(there) if not place or there[place - 1] != run]
