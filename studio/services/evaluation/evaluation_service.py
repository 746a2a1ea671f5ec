"""The exam: everybody answers every question, the metrics judge, and a report is written.

`report.json` and `report.html` lie in the run's folder; `exam_answers.jsonl` beside them keeps every answer, so that an
exam that was stopped goes on where it was.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.data.duplicates.retrieval import NearestExamples
from studio.errors import NotFound, StudioError, WrongSetting
from studio.evaluation.guards.registry import CHECKS, RegressionChecks
from studio.evaluation.label_evidence import hand_over, hand_over_in_words
from studio.evaluation.metrics.task_kinds import TaskKind
from studio.evaluation.report_html import report_page
from studio.evaluation.statistics.exam_power import expected_power
from studio.schemas.chat import Reply
from studio.schemas.example import Example
from studio.schemas.project import Exam
from studio.schemas.report import FamilyEvidence, GuardResult, Report, ReportChoices, VoteCount
from studio.schemas.run import RunSpec
from studio.services.chats.answering import (
    AnswerSession,
    Deadline,
    Plan,
    Progress,
    answered,
    exam_chat,
    texts_of,
    unplanned,
)
from studio.services.chats.contestants import looked_up
from studio.services.chats.several_models import load_all
from studio.services.distillation.teacher_exam import taught_by
from studio.services.engine import Engine
from studio.services.evaluation.exam_plan import ExamSize, exam_plan, label_exam_plan
from studio.services.evaluation.label_exam import ROOM, LabelReportBuilder, ask_labels, writing_rival
from studio.services.evaluation.probes import SECONDS, ask_probes, sizes_of
from studio.services.evaluation.prompted_rival import USUAL, answer_room, prompted_chats
from studio.services.evaluation.report_builder import CONTESTANTS, ExamAnswers, ReportBuilder
from studio.services.jobs import BackgroundJob, Jobs
from studio.services.preferences.preference_exam import ask_judged, judged_evidence, versions_beside
from studio.services.runs.next_runs import SEEDS, siblings
from studio.services.runs.template_drift import restore_layout
from studio.services.runs.usable_version import must_be_usable
from studio.services.work_plan import LOADING
from studio.storage.database import Database
from studio.storage.files import FileLock, read_lines, read_record, write_bytes, write_json
from studio.storage.home import Home
from studio.storage.run_folder import RunFolder

ROWS = 30  # training rows that are asked

CHOICES = "report_choices.json"
JOB = "exam"


def no_votes(run: str) -> tuple[VoteCount, ...]:
    """Nobody has voted."""
    return ()


AskTeacher = Callable[[RunFolder, Exam, Progress, Callable[[], bool]], tuple[list[Reply], str]]


def no_teacher(
    folder: RunFolder, exam: Exam, on_progress: Progress, stop: Callable[[], bool]
) -> tuple[list[Reply], str]:
    """Nothing was learned from a teacher (distillation)."""
    return [], ""


def no_family(run: str) -> FamilyEvidence | None:
    """It stands alone."""
    return None


def nobody(whom: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


class EvaluationService:
    """The verbs around reports."""

    def __init__(
        self,
        home: Home,
        ledger: Database,
        engine: Engine,
        clock: Callable[[], datetime],
        probes: Path,
        jobs: Jobs,
        votes: Callable[[str], tuple[VoteCount, ...]] = no_votes,
        checks: RegressionChecks = CHECKS,
        teacher: AskTeacher = no_teacher,
        family: Callable[[str], FamilyEvidence | None] = no_family,
    ) -> None:
        self._home, self._ledger, self._engine, self._clock, self._probes = home, ledger, engine, clock, probes
        self._votes, self._jobs, self._checks, self._teacher = votes, jobs, checks, teacher
        self._family = family

    def report(self, run: str) -> Report | None:
        """The last report on this run with the blind votes revealed and what its family came to since, or None before
        the first. Writes nothing."""
        path = self._home.run(run).path / "report.json"
        if not path.is_file():
            return None
        return self._home.record(path, Report, "report").model_copy(update=self._since(run))

    def _since(self, run: str) -> dict[str, Any]:
        return {"votes": self._votes(run), "family": self._family(run), "run_title": self._home.run(run).title}

    def page(self, run: str) -> Path:
        """The printable page of the last report, brought up to the votes revealed since."""
        report, folder = self.report(run), self._home.run(run).path
        if report is None:
            raise NotFound(
                say("evaluation_service.there_no_report_on"), hint=say("evaluation_service.ask_exam_first"), where=run
            )
        if report != read_record(folder / "report.json", Report, "report"):
            self._write(folder, report)
        return folder / "report.html"

    def json_file(self, run: str) -> Path:
        """The last report for a machine: the keys that `studio evaluate --json` prints."""
        return self.page(run).with_suffix(".json")

    def _write(self, folder: Path, report: Report) -> None:
        write_json(folder / "report.json", report)
        write_bytes(folder / "report.html", report_page(report).encode("utf-8", "replace"))

    def evaluate(
        self,
        run: str,
        *,
        by: str,
        on_progress: Progress = nobody,
        stop: Callable[[], bool] = lambda: False,
        quick: bool = False,
        on_plan: Plan = unplanned,
    ) -> Report:
        """Ask the whole exam, judge, write the report. `quick` leaves the guards out; `on_plan` hears once of all parts
        that `on_progress` will name."""
        folder = self._home.run(run)
        exam = self._exam(folder)
        lock = FileLock(folder.path / "exam.lock")
        if not lock.take():
            raise StudioError(
                say("evaluation_service.somebody_asking_exam_right"),
                hint=say("evaluation_service.wait_for_report"),
                where=run,
            )
        try:
            others = {f"run:{id}": self._home.run(id).adapter for id in siblings(self._home, folder.spec)[: SEEDS + 1]}
            labels = folder.spec.recipe.task == "labels"
            rival = writing_rival(self._home, folder.spec) if labels else None
            beside = versions_beside(self._home, folder)
            on_plan(self._planned(folder, exam, list(others), list(beside), rival is not None, quick))
            teacher, gone = self._teacher(folder, exam, on_progress, stop)
            versions = {Path(folder.spec.model_folder): {"tuned": folder.adapter, **others, **beside}}
            if rival is not None:
                versions[Path(rival.spec.model_folder)] = {"chat": rival.adapter}
            models = load_all(self._engine, versions, partial(on_progress, LOADING))
            with closing(models):
                asking = AnswerSession(models, folder.path / "exam_answers.jsonl", on_progress, stop)
                if labels:
                    asked = ask_labels(asking, folder, exam, some_of(folder.train), list(others), rival)
                else:
                    asked = self._ask(asking, folder, exam, list(others))
                    asked.replies.update({"teacher": teacher} if teacher else {})
                judged = None
                if beside:
                    known = [example.answer for example in (*folder.train, *exam.examples)]
                    room = answer_room(self._engine, Path(folder.spec.model_folder), known)
                    judged = ask_judged(asking, folder, list(beside), exam.examples, room)
                guards: list[GuardResult] = []
                note = say("evaluation_service.guards_were_left_out")
                if labels:
                    note = say("labels.nothing_written")
                elif not quick:
                    deadline = Deadline(self._clock, self._clock(), SECONDS)
                    instructions = folder.spec.recipe.instructions
                    came = self._imported(folder.spec)
                    guards, note = ask_probes(
                        asking, self._probes, folder.train, instructions, deadline, came, self._checks
                    )
                    note = " ".join(filter(None, (note, "" if came else say("evaluation_service.rows_gone"))))
            note = " ".join(filter(None, (note, gone)))
            judge = (LabelReportBuilder if labels else ReportBuilder)(self._home, self._engine, folder)
            choices = self.choices(folder.spec.project)
            report = judge.report(exam, asked, guards, note, choices, by, self._clock())
            report = report.model_copy(update=self._since(run))
            if judged is not None:
                taught = [example.answer for example in folder.train]
                found = judged_evidence(judged, asked.replies["tuned"], exam.examples, report.main_metric, taught)
                report = report.model_copy(update={"preferences": found})
            self._write(folder.path, report)
        finally:
            lock.release()
        self._ledger.note(by, "evaluate", f"{folder.spec.project}/{run}/{report.id}")
        return report

    def begin(self, run: str, *, by: str, quick: bool = False) -> BackgroundJob:
        """Ask the exam in the background, or find the one that goes on; its report is what stays, and `quick` is what
        is offered for the next one."""
        project = self._home.run(run).spec.project
        chosen = self.choices(project)
        if chosen.guarded == quick:
            self._keep(project, chosen.model_copy(update={"guarded": not quick}))

        def work(job: BackgroundJob) -> None:
            self.evaluate(run, by=by, on_progress=job.progress, stop=job.is_cancelled, quick=quick,
                          on_plan=job.plan)  # fmt: skip

        return self._jobs.begin(JOB, project, run, work, by=by)

    def job(self, run: str) -> BackgroundJob | None:
        """The last exam of this run in the background; None once a later report makes up for one that failed."""
        folder = self._home.run(run)
        job = self._jobs.last(JOB, folder.spec.project, run)
        ended = job.record.ended if job is not None and job.error is not None else None
        report = folder.path / "report.json"
        made_up_for = ended is not None and report.is_file() and report.stat().st_mtime > ended.timestamp()
        return None if made_up_for else job

    def stop(self, run: str) -> None:
        """End it after the answers that are being written; they are kept."""
        self._jobs.cancel(JOB, self._home.run(run).spec.project, run)

    def choices(self, project: str) -> ReportChoices:
        """What a person chose for the reports of this project."""
        path = self._home.project_folder(project) / CHOICES
        return read_record(path, ReportChoices, "choices") if path.is_file() else ReportChoices()

    def _keep(self, project: str, chosen: ReportChoices) -> None:
        write_json(self._home.project_folder(project) / CHOICES, chosen)

    def choose(
        self, project: str, *, kind: str, price_per_million: float | None, by: str, certainty: float | None = None
    ) -> ReportChoices:
        """The kind of work (empty: detected), the price of a million pieces, and the certainty below which a label
        model hands over (None: as it was); the next report follows them."""
        if kind and kind not in set(TaskKind):
            raise WrongSetting(
                say("evaluation_service.there_no_kind_work", kind=kind[:40]),
                hint=say("evaluation_service.use_one", taskkind=", ".join(TaskKind)),
                where="kind",
            )
        if price_per_million is not None and not 0 <= price_per_million <= 1_000_000:
            raise WrongSetting(
                say("evaluation_service.no_price_million_pieces"),
                hint=say("evaluation_service.use_number_from_0"),
                where="price_per_million",
            )
        certainty = self.choices(project).certainty if certainty is None else certainty
        if not 0 <= certainty <= 1:
            raise WrongSetting(say("labels.no_certainty"), hint=say("labels.no_certainty_next"), where="certainty")
        chosen = self.choices(project).model_copy(
            update={"kind": kind, "price_per_million": price_per_million, "certainty": certainty}
        )
        self._keep(project, chosen)
        self._ledger.note(
            by, say("evaluation_service.choose_for_reports"), f"{project}: {kind or 'detected'}, {price_per_million}"
        )
        return chosen

    def handed_over(self, run: str, certainty: float) -> str:
        """What of the last exam a person would decide at this certainty; empty where no label model was examined."""
        report = self.report(run)
        labels = report.labels if report else None
        return str(hand_over_in_words(hand_over(labels.certainties, labels.right, certainty))) if labels else ""

    def before(self, project: str) -> str:
        """What the exam of this project can show at all, said before anything is asked; empty without an exam."""
        exam = self._home.exam(project)
        return " ".join(map(str, expected_power(len(exam.examples)).said)) if exam is not None else ""

    def restore_layout(self, run: str, *, by: str) -> list[str]:
        """Put the chat layout back that the version was taught with; the names of the files that were put back."""
        restored = restore_layout(self._home.run(run))
        self._ledger.note(by, say("evaluation_service.restore_layout"), f"{run}: {', '.join(restored)}")
        return restored

    def _exam(self, folder: RunFolder) -> Exam:
        """The frozen exam; a sentence when there is nothing to ask, or nobody to answer."""
        must_be_usable(self._engine, folder)
        exam = self._home.exam(folder.spec.project)
        if exam is None or not exam.examples:
            raise StudioError(
                say("evaluation_service.project_has_no_exam"),
                hint=say("evaluation_service.add_examples_some_set"),
                where=folder.spec.project,
            )
        return exam

    # Asking

    def _planned(self, folder: RunFolder, exam: Exam, others: Sequence[str], beside: Sequence[str], has_rival: bool,
                 quick: bool) -> dict[str, float]:  # fmt: skip
        """The parts of this exam, and what each takes."""
        questions, rows = len(exam.examples), len(some_of(folder.train))
        if folder.spec.recipe.task == "labels":
            return label_exam_plan(ExamSize(questions=questions, rows=rows, room=ROOM, others=others,
                                            rivals=("chat",) if has_rival else ()))  # fmt: skip
        known = [example.answer for example in (*folder.train, *exam.examples)]
        came = self._imported(folder.spec)
        probes = [] if quick else sizes_of(folder.train, self._probes, came, self._checks)
        return exam_plan(ExamSize(
            questions=questions, rows=rows, room=answer_room(self._engine, Path(folder.spec.model_folder), known),
            first=taught_by(self._home, folder), others=others, beside=beside,
            judgements=2 * len(folder.judgements("exam")) if beside else 0, probes=probes,
            readings=() if quick else [check.reads for check in self._checks if check.reads],
        ))  # fmt: skip

    def _ask(self, asking: AnswerSession, folder: RunFolder, exam: Exam, seeds: Sequence[str]) -> ExamAnswers:
        train, taught = folder.train, folder.spec.recipe.instructions
        nearest = NearestExamples(train)
        rows = tuple(some_of(train))
        known = [example.answer for example in (*train, *exam.examples)]
        model = Path(folder.spec.model_folder)
        limit = answer_room(self._engine, model, known)
        plain = [exam_chat(taught, example) for example in exam.examples]
        # Left free for the rival's reply is what all but a few answers need: one endless row must not starve it.
        usual = answer_room(self._engine, model, known, USUAL)
        prompted, squeezed = prompted_chats(self._engine, folder.spec, exam.examples, nearest, usual)
        chats = {"base": plain, "prompted": prompted, "tuned": plain}
        replies = {name: asking.ask(name, chats[name], limit, f"{name}, exam") for name in chats}
        losses = {name: asking.lose(name, answered(chats[name], exam.examples), f"{name}, your answers")
                  for name in chats}  # fmt: skip
        replies["lookup"] = [looked_up(nearest, example.question) for example in exam.examples]
        again = [exam_chat(taught, example) for example in rows]
        on_rows = {name: asking.ask(name, again, limit, f"{name}, own examples") for name in ("base", "tuned")}
        row_losses = {name: asking.lose(name, answered(again, rows), f"{name}, own answers") for name in on_rows}
        others = {
            name: (asking.ask(name, plain, limit, f"{name}, exam"),
                   asking.lose(name, answered(plain, exam.examples), f"{name}, your answers"))
            for name in seeds
        }  # fmt: skip
        ordered = {name: replies[name] for name in CONTESTANTS}
        return ExamAnswers(exam.examples, rows, ordered, on_rows, texts_of(chats), losses, row_losses, others, squeezed)

    def _imported(self, spec: RunSpec) -> list[Example]:
        """The rows as they came; none when the dataset is gone."""
        if spec.dataset not in self._home.datasets(spec.project):
            return []
        path = self._home.dataset_folder(spec.project, spec.dataset) / "imported.jsonl"
        return [Example.model_validate(line) for line in read_lines(path)]


def some_of(train: Sequence[Example]) -> Sequence[Example]:
    """A few training rows, evenly taken, to see whether they were learned at all."""
    return train[:: max(1, -(-len(train) // ROWS))]
