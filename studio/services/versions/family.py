"""The family of a project's versions: a run that is over and kept something is a version, and may come from another."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError
from studio.schemas.loop.family_exam import FamilyExam
from studio.schemas.report import Estimate, VoteCount
from studio.services.evaluation.evaluation_service import EvaluationService
from studio.services.runs.run_service import RunService, RunView
from studio.services.runs.usable_version import must_have_version
from studio.services.versions.served_version import ServedVersions
from studio.storage.database import Database
from studio.storage.home import Home

EXAM_FILE = "family_exam.json"


@dataclass(frozen=True)
class FamilyMember:
    """One version. `score` is None while it sat no exam; `same_exam`: it was this project's exam as it is now."""

    number: int  # 1 is the oldest
    run: RunView
    rows: int
    metric: str = ""
    score: Estimate | None = None
    exam_version: int = 0
    same_exam: bool = False
    votes: tuple[VoteCount, ...] = ()

    @property
    def id(self) -> str:
        """The run's id."""
        return self.run.id

    @property
    def parent(self) -> str:
        """The run whose next version it was made as; empty for one that was taught on its own."""
        return self.run.spec.parent

    @property
    def way(self) -> str:
        """Whether it went on from the weights of its parent, or began afresh."""
        return "teach-on" if self.run.spec.teaches_on else "afresh"

    @property
    def name(self) -> str:
        """What it is called, else its number."""
        return self.run.name or say("family.version", number=self.number)

    @property
    def label(self) -> str:
        """Its number, with what it is called."""
        number = say("family.version", number=self.number)
        return f"{number} · {self.run.name}" if self.run.name else number


@dataclass(frozen=True)
class Family:
    """All versions of a project, oldest first, which one is served and which one going back would come to."""

    project: str
    members: tuple[FamilyMember, ...]
    served: str = ""
    before: str = ""
    exam_version: int = 0

    def member(self, run: str) -> FamilyMember:
        """One of them; NotFound for a run that is no version of this project."""
        found = next((member for member in self.members if member.id == run), None)
        if found is None:
            raise NotFound(say("family.no_such_version"), hint=say("family.versions_lists"), where=run[:80])
        return found

    @property
    def newest(self) -> FamilyMember | None:
        """The last that was taught."""
        return self.members[-1] if self.members else None


def sat_together(home: Home, project: str) -> FamilyExam | None:
    """The last exam that the versions of a project sat together."""
    path = home.project_folder(project) / EXAM_FILE
    return home.record(path, FamilyExam, "exam") if path.is_file() else None


class FamilyService:
    """The verbs around the family: look at it, serve one of it, go back."""

    def __init__(self, home: Home, ledger: Database, clock: Callable[[], datetime], runs: RunService,
                 evaluation: EvaluationService) -> None:  # fmt: skip
        self._home, self._ledger = home, ledger
        self._runs, self._evaluation = runs, evaluation
        self._served = ServedVersions(home, clock)

    def family(self, project: str) -> Family:
        """Every version that there is, with what is known of it."""
        exam = self._home.exam(project)
        stack = self._served.stack(project)
        views = [view for view in self._runs.all(project) if view.state.status.is_over and view.has_version]
        views.sort(key=lambda view: (view.spec.created, view.id))
        sha256 = exam.sha256 if exam else ""
        together = sat_together(self._home, project)
        members = tuple(self._member(number, view, sha256, together) for number, view in enumerate(views, start=1))
        served, before = (run[-1] if run else "" for run in (stack, stack[:-1]))
        return Family(project, members, served, before, exam.version if exam else 0)

    def _member(self, number: int, view: RunView, exam: str, together: FamilyExam | None) -> FamilyMember:
        folder = self._home.run(view.id)
        with (folder.path / "train.jsonl").open("rb") as lines:
            rows = sum(1 for _ in lines)
        report = self._evaluation.report(view.id)
        votes = report.votes if report else ()
        sat = next((one for one in together.scores if one.run == view.id), None) if together else None
        if together and sat and (together.exam_sha256 == exam or report is None):
            return FamilyMember(number, view, rows, together.metric, sat.score, together.exam_version,
                                together.exam_sha256 == exam, votes)  # fmt: skip
        if report is None:
            return FamilyMember(number, view, rows)
        score = report.metrics.get(report.main_metric, {}).get("tuned")
        return FamilyMember(number, view, rows, report.main_metric, score, report.exam_version,
                            report.exam_sha256 == exam, report.votes)  # fmt: skip

    def served(self, project: str) -> str:
        """The run that answers by the project's name; empty while none does."""
        return self._served.run(project)

    def kept_for_going_back(self, project: str) -> list[str]:
        """The runs that were served and can be again, the present one last."""
        return self._served.stack(project)

    def serve(self, project: str, run: str, *, by: str, request_key: str = "") -> Family:
        """Serve this version by the project's name from now on; the one before stays for going back."""
        folder = self._home.run(run)
        if folder.spec.project != project:
            raise NotFound(say("family.no_such_version"), hint=say("family.versions_lists"), where=run[:80])
        must_have_version(folder)
        if self.served(project) != run:
            self._served.serve(project, run, by=by, request_key=request_key)
            self._ledger.note(by, "serve version", f"{project}/{run}")
        return self.family(project)

    def back(self, project: str, *, by: str, request_key: str = "") -> Family:
        """Serve what was served before."""
        stack = self._served.stack(project)
        if len(stack) > 1:
            must_have_version(self._home.run(stack[-2]))
        run = self._served.back(project, by=by, request_key=request_key)
        self._ledger.note(by, "serve version before", f"{project}/{run}")
        return self.family(project)

    def to_serve(self, project: str) -> str:
        """The run that is served; StudioError where nobody has said yet which one that is."""
        self._home.project_folder(project)
        run = self.served(project)
        if not run:
            raise StudioError(say("family.none_served"), hint=say("family.none_served_next", project=project),
                              where=project)  # fmt: skip
        return run
