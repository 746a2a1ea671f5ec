"""Which versions are served and under which names: those that write share one copy of their starting model."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.chat import Reply, ReplySettings
from studio.schemas.example import Message
from studio.services.chats.answering import opening
from studio.services.chats.contestants import chooses, same_start
from studio.services.engine import LoadedModel, ServedModel
from studio.services.runs.usable_version import must_be_usable
from studio.services.studio import Studio
from studio.serving.api_errors import ApiError
from studio.storage.run_folder import RunFolder

BASE, AUTO = "base", "auto"


@dataclass(frozen=True)
class ServedVersion:
    """One that can be asked. `id` is its run, or `base`; `instructions` are those that it was taught with."""

    id: str
    name: str
    instructions: str
    is_label_model: bool = False
    created: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    fingerprint: str = ""
    project: str = ""
    model_folder: str = ""

    @property
    def opening(self) -> list[Message]:
        """What is said in front of a conversation that brings no instructions of its own."""
        return opening(self.instructions)

    @property
    def entry(self) -> dict[str, Any]:
        """Its line in `/v1/models`."""
        kind = "classify" if self.is_label_model else "chat"
        return {"id": self.id, "object": "model", "created": int(self.created.timestamp()), "owned_by": "studio",
                "name": self.name, "answers": kind, "fingerprint": self.fingerprint}  # fmt: skip


class ServedModels:
    """Everything that is loaded, by the names under which applications ask for it. `projects`: name -> the run that is
    meant by it now."""

    def __init__(self, versions: Sequence[ServedVersion], writer: ServedModel | None,
                 choosers: dict[str, LoadedModel], projects: Mapping[str, str] | None = None,
                 count: Callable[[Path, Sequence[str]], Sequence[int]] = lambda folder, texts: ()) -> None:  # fmt: skip
        self.versions, self.writer = tuple(versions), writer
        self.projects = dict(projects or {})
        self._choosers, self._count = choosers, count

    @property
    def owners(self) -> set[str]:
        """The projects whose versions are loaded."""
        return {version.project for version in self.versions if version.project}

    @property
    def writers(self) -> list[ServedVersion]:
        """The taught versions that write."""
        return [version for version in self.versions if not version.is_label_model and version.id != BASE]

    @property
    def runs(self) -> frozenset[str]:
        """The ids of all that is loaded."""
        return frozenset(version.id for version in self.versions)

    def version(self, run: str) -> ServedVersion:
        """A loaded one."""
        return next(version for version in self.versions if version.id == run)

    def add(self, version: ServedVersion, chooser: LoadedModel | None = None) -> None:
        """One more that can be asked; the `chooser` of a label model."""
        if chooser is not None:
            self._choosers[version.id] = chooser
        self.versions = (*self.versions, version)

    def switch(self, project: str, run: str) -> None:
        """From now on the project's name means this version, which is loaded."""
        self.projects[project] = run

    def find(self, name: str, *, label_model: bool) -> ServedVersion:
        """By run, by project or by its name; ApiError (404) for one that is not served, (400) for the other kind."""
        found = self._by_name().get(self.projects.get(name, name))
        if found is None:
            known = (*self.projects, *(v.id for v in self.versions), *([AUTO] if self.writers else []))
            message = say("serving.no_such_model", name=name[:60], known=known)
            raise ApiError(404, "model_not_found", message, param="model")
        if found.is_label_model != label_model:
            key = "serving.classifies" if found.is_label_model else "serving.writes"
            raise ApiError(400, "wrong_endpoint", say(key, name=name[:60]), param="model")
        return found

    def _by_name(self) -> dict[str, ServedVersion]:
        names = Counter(version.name for version in self.versions)
        return {v.name: v for v in self.versions if v.name and names[v.name] == 1} | {v.id: v for v in self.versions}

    def classify(self, version: ServedVersion, texts: Sequence[str]) -> list[Reply]:
        """A label for each text."""
        chats = [[Message(role="user", content=text)] for text in texts]
        return self._choosers[version.id].answer_all(version.id, chats, ReplySettings(), lambda: False)

    def tokens_of(self, version: ServedVersion, texts: Sequence[str]) -> int:
        """How many this label model reads."""
        return sum(self._count(Path(version.model_folder), texts))

    def close(self) -> None:
        """Free the memory."""
        for loaded in (*self._choosers.values(), *([self.writer] if self.writer else [])):
            loaded.close()


def load_served(studio: Studio, runs: Sequence[str], projects: Mapping[str, str] | None = None) -> ServedModels:
    """The versions of these runs, and the projects whose names mean one of them. StudioError for one that cannot be
    used, or that began with other weights."""
    folders = [studio.home.run(run) for run in dict.fromkeys(runs)]
    for folder in folders:
        must_be_usable(studio.engine, folder)
    writers = [folder for folder in folders if not chooses(folder)]
    for other in writers[1:]:
        if not same_start(writers[0], other):
            raise StudioError(
                say("serving.other_start", one=writers[0].id, other=other.id), hint=say("serving.one_start_each"),
                where=other.id,
            )  # fmt: skip
    versions, writer, choosers = [], None, {}
    if writers:
        adapters = {folder.id: folder.adapter for folder in writers}
        writer = studio.engine.load_to_serve(Path(writers[0].spec.model_folder), adapters)
        alarms = writer.self_test()
        if alarms:
            writer.close()
            raise StudioError(" ".join(alarms), hint=say("serving.leave_it_out"))
        told = {folder.spec.recipe.instructions for folder in writers}
        versions.append(ServedVersion(BASE, "", told.pop() if len(told) == 1 else "",
                                      fingerprint=writer.fingerprint(BASE)))  # fmt: skip
    for folder in folders:
        loaded: LoadedModel
        if chooses(folder):
            loaded = studio.engine.load_adapters(Path(folder.spec.model_folder), {folder.id: folder.adapter})
            choosers[folder.id] = loaded
        elif writer is not None:
            loaded = writer
        versions.append(version_of(studio, folder, loaded))
    return ServedModels(versions, writer, choosers, projects, studio.engine.count_tokens)


def load_another(studio: Studio, served: ServedModels, run: str) -> None:
    """One version more beside those that are loaded. StudioError: it began with other weights, or cannot be used."""
    folder = studio.home.run(run)
    must_be_usable(studio.engine, folder)
    if chooses(folder):
        chooser = studio.engine.load_adapters(Path(folder.spec.model_folder), {run: folder.adapter})
        served.add(version_of(studio, folder, chooser), chooser)
        return
    first = next((studio.home.run(version.id) for version in served.writers), None)
    if first is None or served.writer is None or not same_start(first, folder):
        one = first.id if first else ", ".join(served.projects)
        raise StudioError(say("serving.other_start", one=one, other=run), hint=say("serving.one_start_each"), where=run)
    served.writer.add(run, folder.adapter)
    served.add(version_of(studio, folder, served.writer))


def version_of(studio: Studio, folder: RunFolder, loaded: LoadedModel) -> ServedVersion:
    """What is told of a run's version."""
    name = studio.runs.view(folder.id).name
    return ServedVersion(
        folder.id, "" if name in (BASE, AUTO) else name, folder.spec.recipe.instructions, chooses(folder),
        folder.spec.created, loaded.fingerprint(folder.id), folder.spec.project, folder.spec.model_folder,
    )  # fmt: skip
