"""The same exam for every version, with paired intervals; and the same blind set for the newest and those before it."""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.evaluation.exam_results import ContestantAnswers, compared, results
from studio.evaluation.metrics.task_kinds import lower_metrics, paired, yes_no_metrics
from studio.evaluation.statistics.comparisons import compare
from studio.schemas.chat import Reply, ReplySettings
from studio.schemas.example import Message
from studio.schemas.loop.family_exam import FamilyExam
from studio.schemas.project import Exam
from studio.schemas.report import ComparedRow, FamilyScore
from studio.schemas.sentence import Sentence
from studio.schemas.vote import Ballot
from studio.services.chats.answering import AnswerSession, Plan, Progress, exam_chat, unplanned
from studio.services.chats.contestants import chooses, same_start
from studio.services.chats.several_models import load_all
from studio.services.engine import Engine, LoadedModel
from studio.services.evaluation.evaluation_service import nobody
from studio.services.evaluation.prompted_rival import answer_room
from studio.services.jobs import BackgroundJob, Jobs
from studio.services.versions.family import EXAM_FILE, FamilyMember, FamilyService, sat_together
from studio.services.votes.vote_service import VoteService
from studio.services.work_plan import LOADING
from studio.storage.database import Database
from studio.storage.files import write_json
from studio.storage.home import Home
from studio.storage.run_folder import RunFolder

JOB = "family-exam"
MOST = 12  # versions that sit it, the newest ones
TO_LOAD = 5.0  # what the models take to come into memory, in answers
BEFORE = 2  # versions before the newest that it is compared with
BLIND = 20  # questions of the blind set


class OneVersion:
    """One of the loaded versions under the name that its own report asked it by: what was answered once is known."""

    def __init__(self, loaded: LoadedModel, run: str) -> None:
        self._loaded, self._run = loaded, run

    def __getattr__(self, name: str) -> object:
        return getattr(self._loaded, name)

    def fingerprint(self, contestant: str) -> str:
        """Of this version's weights."""
        return self._loaded.fingerprint(self._run)

    def answer_all(self, contestant: str, chats: Sequence[Sequence[Message]], settings: ReplySettings,
                   stop: Callable[[], bool]) -> list[Reply]:  # fmt: skip
        """As this version answers."""
        return self._loaded.answer_all(self._run, chats, settings, stop)


class FamilyExams:
    """The verbs: let every version sit the exam, and make the blind set."""

    def __init__(
        self, home: Home, ledger: Database, engine: Engine, clock: Callable[[], datetime], jobs: Jobs,
        family: FamilyService, voting: VoteService,
    ) -> None:  # fmt: skip
        self._home, self._ledger, self._engine, self._clock, self._jobs = home, ledger, engine, clock, jobs
        self._family, self._voting = family, voting

    def result(self, project: str) -> FamilyExam | None:
        """The last one; None before the first."""
        return sat_together(self._home, project)

    def sit(self, project: str, *, by: str, on_progress: Progress = nobody,
            stop: Callable[[], bool] = lambda: False, on_plan: Plan = unplanned) -> FamilyExam:  # fmt: skip
        """Every version answers the whole exam as it is now; what a report asked before is not asked again."""
        family, exam = self._family.family(project), self._home.exam(project)
        if exam is None or not exam.examples or family.newest is None:
            raise StudioError(say("family.nothing_to_examine"), hint=say("next.no_version_yet_next"), where=project)
        newest = self._home.run(family.newest.id)
        if chooses(newest):
            raise StudioError(say("family.labels_by_report"), hint=say("family.labels_by_report_next"), where=project)
        folders = {member.id: self._home.run(member.id) for member in family.members}
        fit = {id for id, folder in folders.items() if same_start(newest, folder) and not chooses(folder)}
        members = [member for member in family.members if member.id in fit][-MOST:]
        answers = {said_of(number, len(members)): len(exam.examples) for number in range(1, len(members) + 1)}
        on_plan({LOADING: TO_LOAD, **answers})
        replies = self._ask(newest, exam, members, on_progress, stop)
        found = self._judged(project, exam, members, replies, by)
        sat = {member.id for member in members}
        found = found.model_copy(update={"left_out": tuple(m.id for m in family.members if m.id not in sat)})
        write_json(self._home.project_folder(project) / EXAM_FILE, found)
        self._ledger.note(by, "family exam", f"{project} {len(members)}")
        return found

    def begin(self, project: str, *, by: str) -> BackgroundJob:
        """The same in the background, or the one that goes on."""
        self._home.project_folder(project)  # whoever was given another project finds none here

        def work(job: BackgroundJob) -> None:
            self.sit(project, by=by, on_progress=job.progress, stop=job.is_cancelled, on_plan=job.plan)

        return self._jobs.begin(JOB, project, project, work, by=by)

    def job(self, project: str) -> BackgroundJob | None:
        """The last one in the background."""
        self._home.project_folder(project)
        return self._jobs.last(JOB, project, project)

    def stop(self, project: str) -> None:
        """End it; what was answered is kept."""
        self._home.project_folder(project)
        self._jobs.cancel(JOB, project, project)

    def blind_sets(self, project: str, *, by: str, count: int = BLIND) -> list[Ballot]:
        """The newest version against each of the two before it, on the same questions of the exam; each is made once.
        Its replies are made by the verbs of voting."""
        members = self._family.family(project).members
        if len(members) < 2:
            raise StudioError(say("family.one_alone"), hint=say("family.one_alone_next"), where=project)
        newest = members[-1]
        made = []
        for other in before(newest, members):
            key = f"family-{newest.id}-{other.id}-{count}"
            made.append(self._voting.make(newest.id, "tuned", f"run:{other.id}", by=by, count=count, request_key=key))
        return made

    # Within

    def _ask(self, newest: RunFolder, exam: Exam, members: Sequence[FamilyMember], on_progress: Progress,
             stop: Callable[[], bool]) -> dict[str, list[Reply]]:  # fmt: skip
        folders = {member.id: self._home.run(member.id) for member in members}
        adapters = {id: folder.adapter for id, folder in folders.items()}
        versions = {Path(newest.spec.model_folder): adapters}
        with closing(load_all(self._engine, versions, partial(on_progress, LOADING))) as loaded:
            found = {}
            for number, (id, folder) in enumerate(folders.items(), start=1):
                asking = AnswerSession(
                    OneVersion(loaded, id),  # type: ignore[arg-type]
                    folder.path / "exam_answers.jsonl", on_progress, stop,
                )  # fmt: skip
                chats = [exam_chat(folder.spec.recipe.instructions, example) for example in exam.examples]
                known = [example.answer for example in (*folder.train, *exam.examples)]
                room = answer_room(self._engine, Path(folder.spec.model_folder), known)
                found[id] = asking.ask("tuned", chats, room, said_of(number, len(folders)))
        return found

    def _judged(self, project: str, exam: Exam, members: Sequence[FamilyMember], replies: dict[str, list[Reply]],
                by: str) -> FamilyExam:  # fmt: skip
        answers = {
            id: ContestantAnswers(tuple(one.text for one in given), tuple(one.stopped_by_itself for one in given))
            for id, given in replies.items()
        }
        taught = [example.answer for example in self._home.run(members[-1].id).train]
        found = results([example.answer for example in exam.examples], answers, taught)
        values = found.metrics[found.main]
        scores = tuple(
            FamilyScore(run=one.id, number=one.number, taught=one.run.spec.created, score=values[one.id])
            for one in members
        )  # fmt: skip
        newest = members[-1]
        rows: list[ComparedRow] = []
        for other in before(newest, members):
            both = paired(found.scores[newest.id], found.scores[other.id])
            compared_rows = compare(
                str(called(newest)), str(called(other)), both, yes_no_metrics(), lower=lower_metrics()
            )
            rows += [compared(row) for row in compared_rows if row.metric == found.main or row.better]
        better, worse = moved(found.scores, found.main, members, exam, found.main in lower_metrics())
        said = [*(row.said[0] for row in rows), *([] if len(members) < 2 else [
            Sentence.of("family.moved", better=len(better), worse=len(worse), before=called(before(newest, members)[0]))
        ])]  # fmt: skip
        main = next((row for row in rows if row.metric == found.main), None)
        if main is not None:
            said.append(Sentence.of("family.no_luck" if main.better else "family.may_be_luck"))
        return FamilyExam(
            created=self._clock(), by=by, project=project, exam_sha256=exam.sha256, exam_version=exam.version,
            questions=len(exam.examples), metric=found.main, scores=scores, comparisons=tuple(rows),
            better=tuple(better), worse=tuple(worse), said=tuple(said),
        )  # fmt: skip


def said_of(number: int, versions: int) -> str:
    """Whose answers are made now."""
    return say("family.answers", number=number, versions=versions)


def called(member: FamilyMember) -> Sentence:
    """A version in a sentence."""
    return Sentence.of("family.version", number=member.number)


def before(newest: FamilyMember, members: Sequence[FamilyMember]) -> list[FamilyMember]:
    """The version it came from and the one that came from, or else those taught before it."""
    by_id = {member.id: member for member in members}
    found: list[FamilyMember] = []
    member = newest
    while len(found) < BEFORE and member.parent in by_id:
        member = by_id[member.parent]
        found.append(member)
    others = [one for one in reversed(members) if one.number < newest.number and one not in found]
    return [*found, *others][:BEFORE]


def moved(
    scores: dict[str, dict[str, list[float | None]]],
    main: str,
    members: Sequence[FamilyMember],
    exam: Exam,
    lower: bool,
) -> tuple[list[str], list[str]]:
    """The questions on which the newest did better, and worse, than the version before it."""
    earlier = before(members[-1], members)
    if not earlier:
        return [], []
    new, old = scores[members[-1].id][main], scores[earlier[0].id][main]
    sides: tuple[list[str], list[str]] = ([], [])
    for example, now, then in zip(exam.examples, new, old, strict=True):
        if now is not None and then is not None and not np.isclose(now, then):
            sides[(now < then) != lower].append(example.id)
    return sides
