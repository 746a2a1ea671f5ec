"""Where the watch's record lies, and who may write it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studio.copy.catalog import say
from studio.services.watch.watch_record import WatchRecord
from studio.storage.files import FileLock, read_record, write_json
from studio.storage.home import Home
from studio.storage.loop.use_log import FOLDER


class WatchStore:
    """`use/watch.json` of a project: whole, or as it was before."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def read(self, project: str) -> WatchRecord:
        """Nothing at first."""
        path = self.path(project)
        return read_record(path, WatchRecord, "watch") if path.is_file() else WatchRecord()

    def write(self, project: str, record: WatchRecord) -> None:
        """The caller holds it."""
        write_json(self.path(project), record)

    @contextmanager
    def held(self, project: str) -> Iterator[None]:
        """Nobody else, in whatever process, writes it meanwhile."""
        lock = FileLock(self.path(project).with_suffix(".lock"))
        with lock.held(say("watch.somebody_else"), say("watch.try_again")):
            yield

    def path(self, project: str) -> Path:
        """Where it lies."""
        return self._home.project_folder(project) / FOLDER / "watch.json"
