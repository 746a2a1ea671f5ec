"""The home of one studio on disk: projects with their datasets, runs and chats."""

import copy
import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from studio.copy.catalog import say
from studio.errors import Damaged, NotFound
from studio.schemas.dataset import DatasetMetadata
from studio.schemas.example import Example
from studio.schemas.project import Exam, PastExam, Project
from studio.schemas.run import RunSpec, RunStatus
from studio.storage.file_cache import FileCache
from studio.storage.files import FileLock, read_record, safe_name, slug, write_json
from studio.storage.run_folder import RunFolder

K = TypeVar("K")
T = TypeVar("T")
R = TypeVar("R", bound=BaseModel)
log = logging.getLogger("studio.home")
MOST_LETTERS = 120  # of a title


class Home:
    """Finds and makes the folders; private to their owner (mode 0700)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.projects = path / "projects"
        self.uploads = path / "uploads"
        self.models = path / "models"
        self._only = ""
        self._may: Callable[[Project], bool] | None = None
        self.files = FileCache()
        for folder in (path, self.projects, self.uploads, self.models):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def within(self, project: str) -> "Home":
        """The same home in which nothing but this project is found."""
        made = copy.copy(self)
        made._only = safe_name(project)
        return made

    def only(self, may: Callable[[Project], bool]) -> "Home":
        """The same home in which nothing but the projects of this kind is found."""
        made = copy.copy(self)
        made._may = may
        return made

    def find(self, pattern: str) -> Iterator[Path]:
        """The paths of this pattern in all projects that can be found here."""
        return (path for path in self.projects.glob(f"{self._only or '*'}/{pattern}") if self._finds(path))

    def _finds(self, path: Path) -> bool:
        """Whether what lies in this project's folder is to be found here; a damaged project is nobody's."""
        if self._may is None:
            return True
        record = self.projects / path.relative_to(self.projects).parts[0] / "project.json"
        found = readable(lambda name: self.record(record, Project, name), "project") if record.is_file() else None
        return found is not None and self._may(found.model_copy(update={"id": record.parent.name}))

    def record(self, path: Path, kind: type[R], what: str) -> R:
        """As `read_record`, of which the last few thousand are remembered while their files stay the same."""
        return self.files.read(path, what, lambda file: read_record(file, kind, what))

    @property
    def server_lock(self) -> FileLock:
        """Held by the one server of this home."""
        return FileLock(self.path / "server.lock")

    def lease(self, accelerator: str = "") -> FileLock:
        """The right to use this accelerator now; without a name the only one."""
        name = f"lease-{safe_name(accelerator)}.lock" if accelerator else "lease.lock"
        return FileLock(self.path / name)

    def project_folder(self, project: str) -> Path:
        """The folder of a project that exists."""
        folder = self.projects / safe_name(project)
        if self._only not in ("", project) or not (folder / "project.json").is_file() or not self._finds(folder):
            raise NotFound(say("home.there_no_project", project=project), hint=say("home.studio_runs_page_list"))
        return folder

    def create_project(self, title: str, owner: str, *, id: str = "", now: datetime | None = None) -> Project:
        """A new folder named after the title, which gets a number where the owner has a project of that name.

        One is made after another: two files that are dropped at one moment get two names.
        """
        names = FileLock(self.path / "names.lock")
        with names.held(say("home.somebody_else_names"), say("home.try_again")):
            taken = {one.title.casefold() for one in self.all_projects() if one.owner == owner}
            project = Project(
                id=safe_name(id) if id else slug(title), title=free_title(title, taken), owner=owner,
                created=now or datetime.now(UTC),
            )  # fmt: skip
            folder = self.projects / project.id
            for part in ("datasets", "runs", "chats", "exports"):
                (folder / part).mkdir(parents=True, exist_ok=True)
            write_json(folder / "project.json", project)
        return project

    def project(self, project: str) -> Project:
        """What is written about it. Its id is its folder's name: a copied project is its own."""
        record = self.record(self.project_folder(project) / "project.json", Project, "project")
        return record.model_copy(update={"id": project})

    def all_projects(self) -> list[Project]:
        """Newest first; one that is damaged is left out, and told in the log."""
        names = (entry.parent.name for entry in self.find("project.json"))
        found = [project for name in names if (project := readable(self.project, name))]
        return sorted(found, key=lambda project: project.created, reverse=True)

    def dataset_folder(self, project: str, dataset: str) -> Path:
        """The folder of a dataset that exists."""
        folder = self.project_folder(project) / "datasets" / safe_name(dataset)
        if not (folder / "card.json").is_file():
            raise NotFound(say("home.there_no_dataset_project", dataset=dataset))
        return folder

    def datasets(self, project: str) -> list[str]:
        """Ids of the whole ones, newest first."""
        folder = self.project_folder(project) / "datasets"
        return sorted((entry.parent.name for entry in folder.glob("[!.]*/card.json")), reverse=True)

    def run(self, run: str) -> RunFolder:
        """A run by its id, in whichever project it lies."""
        name = safe_name(run)
        for folder in self.find(f"runs/{name}"):
            if (folder / "status.json").is_file():
                return RunFolder(folder, self.files)
        raise NotFound(say("home.there_no_run", run=run), hint=say("home.studio_runs_lists_runs"))

    def runs(self, project: str | None = None) -> Iterator[RunFolder]:
        """All whole run folders, newest first; one that is damaged is left out, and told in the log."""
        if project and self._only not in ("", project):
            return
        folders = filter(self._finds, self.projects.glob(f"{project or self._only or '*'}/runs/*/status.json"))
        for status in sorted(folders, key=lambda path: path.parent.name, reverse=True):
            folder = RunFolder(status.parent, self.files)
            if readable(both_records, folder):
                yield folder

    def exam(self, project: str) -> Exam | None:
        """The frozen exam, or None before the first run."""
        path = self.project_folder(project) / "exam.json"
        return self.record(path, Exam, "exam") if path.exists() else None

    def write_exam(self, project: str, exam: Exam) -> None:
        """Freeze it, once and for ever."""
        path = self.project_folder(project) / "exam.json"
        if not path.exists():
            write_json(path, exam)

    def withdraw_from_exam(self, project: str, ids: Collection[str], *, by: str, reason: str) -> Exam | None:
        """The next version of the exam, without these rows. Of the old one ids and hashes stay; None: no change."""
        exam = self.exam(project)
        gone = [example.id for example in exam.examples if example.id in ids] if exam else []
        if exam is None or not gone:
            return None
        left = tuple(example for example in exam.examples if example.id not in gone)
        return self._next_exam(project, exam, left, by=by, reason=reason, withdrawn=tuple(gone))

    def correct_exam(self, project: str, answers: Mapping[str, str], *, by: str, reason: str) -> Exam | None:
        """The next version of the exam, in which these questions have another answer; id -> answer. None: no change."""
        exam = self.exam(project)
        after = [one.with_pair(one.question, answers.get(one.id, one.answer)) for one in exam.examples] if exam else []
        changed = tuple(new.id for new, old in zip(after, exam.examples if exam else (), strict=True) if new != old)
        if exam is None or not changed:
            return None
        return self._next_exam(project, exam, tuple(after), by=by, reason=reason, corrected=changed)

    def past_exams(self, project: str) -> list[PastExam]:
        """The versions before the present one, oldest first."""
        exam = self.exam(project)
        paths = [self.project_folder(project) / f"exam-{n}.json" for n in range(1, exam.version if exam else 1)]
        return [self.record(path, PastExam, "exam") for path in paths if path.is_file()]

    def _next_exam(
        self, project: str, exam: Exam, examples: tuple[Example, ...], *, by: str, reason: str,
        withdrawn: tuple[str, ...] = (), corrected: tuple[str, ...] = (),
    ) -> Exam:  # fmt: skip
        """Of the old one ids and hashes stay; a kill before the last line leaves the old one as the exam."""
        past = PastExam(
            created=exam.created, dataset=exam.dataset, version=exam.version, sha256=exam.sha256, by=by, reason=reason,
            rows={example.id: example.content_hash for example in exam.examples}, withdrawn=withdrawn,
            corrected=corrected,
        )  # fmt: skip
        after = exam.model_copy(update={"version": exam.version + 1, "examples": examples})
        folder = self.project_folder(project)
        write_json(folder / f"exam-{exam.version}.json", past)
        write_json(folder / "exam.json", after)
        return after


def read_card(folder: Path) -> DatasetMetadata:
    """The card of a dataset's folder. Its project is the one in which the folder lies: a copied project is its own."""
    card = read_record(folder / "card.json", DatasetMetadata, "dataset")
    return card.model_copy(update={"project": folder.parent.parent.name})


def both_records(folder: RunFolder) -> tuple[RunSpec, RunStatus]:
    """What a run cannot be listed without."""
    return folder.spec, folder.state


def readable(look: Callable[[K], T], at: K) -> T | None:
    """What is found there; None, and a line in the log, where it is damaged: the rest must go on without it."""
    try:
        return look(at)
    except Damaged as error:
        log.error("%s %s", error.message, error.where)
        return None


def free_title(title: str, taken: Collection[str]) -> str:
    """The title, or “letters (2)” where it is taken; `taken` in small letters."""
    numbered = chain([title[:MOST_LETTERS]], (f"{title[: MOST_LETTERS - 8]} ({number})" for number in count(2)))
    return next(name for name in numbered if name.casefold() not in taken)
