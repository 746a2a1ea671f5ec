"""Distillation: a teacher answers questions that have none, people look at a sample, and the answers join the examples.

Nothing of it is among the examples before `use`: until then the answers are a draft, examined as any upload is.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from studio.copy.catalog import say
from studio.data.table import Table, TableRow
from studio.errors import StudioError, WrongSetting
from studio.schemas.chat import Reply
from studio.schemas.dataset import ColumnMapping as Columns
from studio.schemas.example import Example, Message
from studio.schemas.finding import Finding
from studio.schemas.loop.distillation import (
    MARKS,
    AnswerMark,
    Distillation,
    Teacher,
    TeacherRights,
    UnansweredRow,
)
from studio.services.chats.answering import AnswerSession, Progress
from studio.services.datasets.dataset_service import DatasetService
from studio.services.datasets.dataset_view import DatasetView
from studio.services.distillation.answer_join import AnswerJoin, held_of, key_of_use
from studio.services.distillation.distillation_view import DistillationView, drawn_of
from studio.services.distillation.question_rows import asked_in, questions_of, to_be_asked, without_forgotten
from studio.services.distillation.teachers import Teachers, contestant_of
from studio.services.jobs import BackgroundJob, Jobs
from studio.services.request_keys import RequestKeys
from studio.storage.database import Database
from studio.storage.files import FileLock, new_id, sha256_of
from studio.storage.home import Home
from studio.storage.loop.distillation_store import DistillationStore
from studio.storage.loop.use_log import UseLog

JOB = "distillation"


def nobody(whom: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


class DistillationService:
    """The verbs around a teacher's answers."""

    def __init__(
        self, home: Home, ledger: Database, clock: Callable[[], datetime], jobs: Jobs, examples: DatasetService,
        teachers: Teachers,
    ) -> None:  # fmt: skip
        self._home, self._ledger, self._clock, self._jobs = home, ledger, clock, jobs
        self._examples, self._teachers = examples, teachers
        self._store, self._request_keys = DistillationStore(home), RequestKeys()
        self._join = AnswerJoin(home, self._store, examples)

    # Reading

    def all(self, project: str) -> list[Distillation]:
        """All of a project, newest first."""
        return [self._store.read(project, id) for id in self._store.ids(project)]

    def view(self, project: str, id: str) -> DistillationView:
        """One of them as it stands."""
        made = self._store.read(project, id)
        answers = self._store.answers(made)
        drawn = drawn_of(answers, made.seed, made.drawn)
        return DistillationView(
            made, tuple(self._store.left_out(made)), tuple(answers), tuple(drawn), self._store.marks(made),
            tuple(self._findings(answers)),
        )  # fmt: skip

    def teacher(self, named: str, instructions: str = "") -> Teacher:
        """Who is meant by `MODEL`, `run:ID` or `prompt:ID`, with what the licence says; nothing is asked."""
        return self._teachers.teacher(named, instructions)

    def terms(self, named: str) -> tuple[str, str]:
        """A teacher's name and what its licence says; no model is opened for it."""
        return self._teachers.terms(named)

    def offered(self, project: str) -> list[tuple[str, str]]:
        """Who could answer on this computer, as (title, name), the largest model first."""
        return self._teachers.offered(project)

    def job(self, project: str, id: str) -> BackgroundJob | None:
        """The last answering of it in the background."""
        self._store.folder(project, id)
        return self._jobs.last(JOB, project, id)

    # Asking

    def prepare(
        self, project: str, teacher: str, *, by: str, rights: str, questions: Path | None = None, name: str = "",
        column: str = "", instructions: str = "", owner: str = "", request_key: str = "",
    ) -> Distillation:  # fmt: skip
        """Everything that is asked, written down; nothing is answered yet. Without a file of questions, those that
        applications asked; without a project, `owner` (as `by` alone) gets a new one.

        `rights`: on what ground the teacher's answers may be taught; StudioError without.
        """
        with self._request_keys.alone(request_key):
            made = next((one for one in self._known(project) if request_key and one.request_key == request_key), None)
            if made is not None:
                return made
            found = self._teachers.teacher(teacher.strip(), instructions.strip())
            if not rights.strip():
                licence = found.licence or say("card.not_stated")
                raise StudioError(
                    say("distillation.rights_unknown", name=found.name, licence=licence),
                    hint=say("distillation.state_rights"),
                    where="rights",
                )
            asked, left, sha256 = self._asked(project, questions, name, column)
            total = len(asked) + len(left)
            exam, taught = held_of(self._home, self._examples, project) if project else ([], [])
            asked, more = to_be_asked(asked, exam, taught)
            left += more
            if not asked:
                raise StudioError(
                    say("distillation.nothing_to_ask", why=reasons_in_words(left)), where="questions",
                    hint=say("distillation.bring_questions"),
                )  # fmt: skip
            now = self._clock()
            if not project:
                title = Path(name).stem or say("dataset.examples")
                project = self._home.create_project(title, owner or by, now=now).id
            made = Distillation(
                id=new_id(now), project=project, created=now, by=by, teacher=found, request_key=request_key,
                rights=TeacherRights(by=by, at=now, licence=found.licence, statement=rights.strip()[:2000]),
                source=name[:200] or say("distillation.served_use"), source_sha256=sha256, questions_in=total,
                left_out=dict(Counter(one.reason for one in left)), room=self._teachers.room(found, taught),
                seed=random.SystemRandom().randrange(2**31),
            )  # fmt: skip
            self._store.put(made, asked, left)
        self._ledger.note(by, "distil", f"{project}/{made.id} {found.name}: {rights.strip()[:200]}")
        return made

    def answer(
        self, project: str, id: str, *, by: str, on_progress: Progress = nobody,
        stop: Callable[[], bool] = lambda: False,
    ) -> Distillation:  # fmt: skip
        """Let the teacher answer, here and now; what it had answered before is not asked again."""
        made = self._store.read(project, id)
        if made.finished:
            return made
        folder = self._store.folder(project, id)
        lock = FileLock(folder / "answers.lock")
        if not lock.take():
            raise StudioError(say("distillation.is_answering"), hint=say("distillation.wait_for_it"), where=id)
        try:
            asked, forgotten = without_forgotten(self._store.questions(made))
            chats = self._teachers.chats(made.teacher, asked)
            with closing(self._teachers.load(made.teacher)) as model:
                contestant = contestant_of(made.teacher)
                asking = AnswerSession(model, folder / "replies.jsonl", on_progress, stop, "distillation.was_stopped")
                replies = asking.ask(contestant, chats, made.room, made.teacher.name)
                mark = model.fingerprint(contestant)
            answers, silent = answered_rows(asked, replies)
            silent += forgotten
            tokens = self._teachers.prompt_tokens(made.teacher, asked, chats)
            reasons = Counter(one.reason for one in (*self._store.left_out(made), *silent))
            made = self._store.finish(
                made, answers, silent, finished=self._clock(), answers=len(answers), left_out=dict(reasons),
                teacher=made.teacher.model_copy(update={"fingerprint": mark, "prompt_tokens": tokens}),
            )  # fmt: skip
        finally:
            lock.release()
        self._ledger.note(by, "distilled", f"{project}/{id} {made.answers}")
        return made

    def begin(self, project: str, id: str, *, by: str) -> BackgroundJob:
        """Let it answer in the background, or find the answering that goes on; a stopped one goes on where it was."""
        self._store.folder(project, id)

        def work(job: BackgroundJob) -> Distillation:
            return self.answer(project, id, by=by, on_progress=job.progress, stop=job.is_cancelled)

        return self._jobs.begin(JOB, project, id, work, by=by)

    def stop(self, project: str, id: str) -> None:
        """End it after the answers that are being written; they are kept."""
        self._store.folder(project, id)
        self._jobs.cancel(JOB, project, id)

    # Looking

    def draw(self, project: str, id: str, count: int, *, by: str) -> DistillationView:
        """Have so many answers in the sample: those drawn before, and further ones. It never gets smaller."""
        made = self._finished(project, id)
        if not 1 <= count <= made.answers:
            raise WrongSetting(
                say("distillation.no_such_sample", count=count),
                hint=say("distillation.draw_from_1_to", answers=made.answers),
                where="draw",
            )
        if count > made.drawn:
            self._store.change(made, drawn=count)
            self._ledger.note(by, "draw answers", f"{project}/{id} {count}")
        return self.view(project, id)

    def mark(
        self, project: str, id: str, row: str, mark: str, *, by: str, correction: str = ""
    ) -> DistillationView:  # fmt: skip
        """Say of one drawn answer that it is `right`, `wrong` (then it is left out) or `corrected`; `open` takes what
        was said back."""
        made = self._finished(project, id)
        if made.used:
            raise StudioError(say("distillation.used_already"), hint=say("distillation.correct_there"), where=row)
        known = {example.id for example in drawn_of(self._store.answers(made), made.seed, made.drawn)}
        if row not in known:
            raise StudioError(
                say("distillation.not_drawn", row=row[:20]), hint=say("distillation.mark_drawn"), where="row"
            )
        if mark not in MARKS:
            raise WrongSetting(
                say("distillation.no_such_mark", mark=mark[:20]), hint=say("distillation.marks", marks=MARKS),
                where="mark",
            )  # fmt: skip
        if (mark == "corrected") != bool(correction.strip()):
            raise StudioError(
                say("distillation.correction_missing"), hint=say("distillation.write_correction"), where="correction"
            )
        self._store.mark(made, AnswerMark(row=row, mark=mark, correction=correction.strip(), by=by, at=self._clock()))
        return self.view(project, id)

    # Using

    def use(self, project: str, id: str, *, by: str, unchecked: bool = False) -> DatasetView:
        """The answers among the examples: those that are wrong left out, the others as they were corrected.

        StudioError before the sample was looked at, unless she says `unchecked`. Rows that nobody looked at are never
        drawn for the exam. A second call finds the dataset that the first one made.
        """
        view = self.view(project, id)
        made = self._finished(project, id)
        if made.used:
            return self._examples.view(project, made.used)
        if not view.is_checked and not unchecked:
            raise StudioError(say("distillation.not_checked"), hint=say("distillation.look_first"), where=id)
        newest = self._newest(project)
        done = self._examples.deciding.done_before(project, newest, key_of_use(id)) if newest else None
        if done is None:
            done = self._join.add(view, newest, by)
        self._store.change(made, used=done.id, unchecked=not view.is_checked)
        self._ledger.note(by, "use answers", f"{project}/{id} {done.id}")
        return done

    # Within

    def _known(self, project: str) -> list[Distillation]:
        return self.all(project) if project else []

    def _finished(self, project: str, id: str) -> Distillation:
        made = self._store.read(project, id)
        if not made.finished:
            raise StudioError(say("distillation.not_answered_yet"), hint=say("distillation.let_it_answer"), where=id)
        return made

    def _asked(
        self, project: str, questions: Path | None, name: str, column: str
    ) -> tuple[list[Example], list[UnansweredRow], str]:
        if questions is None:
            uses = UseLog(self._home).all(project)
            served = [asked_in(f"r{place}", use.question) for place, use in enumerate(uses, 1) if use.question.strip()]
            if not served:
                raise StudioError(
                    say("distillation.nothing_served"), hint=say("distillation.bring_a_table"), where="from-served"
                )
            return served, [], ""
        asked, left = questions_of(self._examples.read(questions, name or questions.name), column)
        return asked, left, sha256_of(questions)

    def _newest(self, project: str) -> str:
        return next(iter(self._home.datasets(project)), "")

    def _findings(self, answers: Sequence[Example]) -> list[Finding]:
        """What the checks find in the answers, as in any upload."""
        rows = [TableRow(one.row, {"question": one.question, "answer": one.answer}) for one in answers]
        if not rows:
            return []
        table = Table(format="answers", columns=("question", "answer"), rows=rows, rows_read=len(rows))
        return self._examples.check(table, Columns(question="question", answer="answer")).findings


def answered_rows(asked: Sequence[Example], replies: Sequence[Reply]) -> tuple[list[Example], list[UnansweredRow]]:
    """The answers as examples, and the questions that got none, or one that was cut before its end."""
    found: list[Example] = []
    left: list[UnansweredRow] = []
    for example, reply in zip(asked, replies, strict=True):
        text = reply.text.strip()
        if not reply.stopped_by_itself and not reply.tokens:
            left.append(UnansweredRow(row=example.label, reason="too_long"))
        elif not text:
            left.append(UnansweredRow(row=example.label, reason="no_reply"))
        elif not reply.stopped_by_itself:
            left.append(UnansweredRow(row=example.label, reason="unfinished"))
        else:
            turn = Message(role="assistant", content=text)
            found.append(example.model_copy(update={"messages": (*example.messages, turn)}))
    return found, left


def reasons_in_words(left: Iterable[UnansweredRow]) -> str:
    """How many for which reason."""
    counts = Counter(one.reason for one in left)
    return ", ".join(say(f"distillation.left_out.{reason}", count=count) for reason, count in counts.items())
