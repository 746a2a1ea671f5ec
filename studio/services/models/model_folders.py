"""Folders with models on the shared computer, as an administrator names them: members choose from what lies in them."""

from dataclasses import dataclass
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError
from studio.services.models.model_service import ModelService
from studio.storage.database import Database
from studio.storage.home import Home

LONGEST_PATH = 1000


@dataclass(frozen=True)
class ModelFolder:
    """One of them, with the titles of the models in it and why others there cannot be used."""

    path: Path
    titles: tuple[str, ...]
    left_out: tuple[str, ...]


class ModelFolders:
    """For administrators alone: whoever asks has to look at that. Each change stands in the audit log."""

    def __init__(self, home: Home, ledger: Database, models: ModelService) -> None:
        self._home, self._ledger, self._models = home, ledger, models

    def all(self) -> list[ModelFolder]:
        """In the order in which they were named."""
        return [self._looked_at(path) for path in self._models.named()]

    def add(self, path: str, *, by: str) -> ModelFolder:
        """Name a folder, or a compressed model's file. StudioError when it is none, holds no model that can be taught,
        or has to do with the studio's own home, in which people's projects lie."""
        wanted = Path(path.strip())
        if not path.strip() or len(path) > LONGEST_PATH or "\0" in path or not wanted.is_absolute():
            raise StudioError(say("model_folders.no_path"), hint=say("model_folders.no_path_next"), where="path")
        if not wanted.exists():
            raise StudioError(say("found.nothing_there"), hint=say("found.nothing_there_next"), where=str(wanted))
        home, there = self._home.path.resolve(), wanted.resolve()
        if there.is_relative_to(home) or home.is_relative_to(there):
            raise StudioError(say("model_folders.of_home"), hint=say("model_folders.of_home_next"), where=str(wanted))
        found = self._looked_at(wanted)
        if not found.titles:
            hint = found.left_out[0] if found.left_out else say("model_folders.empty_next")
            raise StudioError(say("model_folders.empty"), hint=hint, where=str(wanted))
        self._models.name_place(wanted)
        self._ledger.note(by, "name model folder", str(wanted))
        return found

    def remove(self, path: str, *, by: str) -> None:
        """Name it no longer; its files stay. NotFound when it was not named."""
        if Path(path) not in self._models.named():
            raise NotFound(say("model_folders.not_named"), hint=say("model_folders.see_list"), where=path[:200])
        self._models.forget_place(Path(path))
        self._ledger.note(by, "remove model folder", path)

    def _looked_at(self, path: Path) -> ModelFolder:
        entries, refused = self._models.found.in_place(path)
        return ModelFolder(path, tuple(entry.title for entry in entries),
                           tuple(f"{one.where}: {one.message}" for one in refused))  # fmt: skip
