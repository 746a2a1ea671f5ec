"""Runs: launched into a queue, carried out one at a time, watched by whoever likes."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.data.checks.content.lengths import plan_in_words
from studio.errors import RunFailed, StudioError
from studio.evaluation.learning_verdict import not_better
from studio.schemas.example import Example
from studio.schemas.fallback import sentences_of
from studio.schemas.loop.preference import FrozenJudgement
from studio.schemas.project import Exam
from studio.schemas.recipe import Recipe
from studio.schemas.run import ChosenVersion, RunResult, RunSpec, RunStatus, Status
from studio.services.datasets.dataset_service import DatasetService
from studio.services.datasets.dataset_view import DatasetView
from studio.services.engine import Engine
from studio.services.installed_versions import versions_of
from studio.services.models.model_service import ModelService
from studio.services.preferences.judged_parts import read_of
from studio.services.runs.cluster_script import KINDS, check_kind, write_cluster_script
from studio.services.runs.queue_list import QueueList
from studio.services.runs.queue_order import QueueLimits, QueueOrder, QueuePlace
from studio.services.runs.schedulers.cluster_worker import ClusterWorker
from studio.services.runs.schedulers.job_sentences import job_sentence
from studio.services.runs.schedulers.scheduler import Scheduler
from studio.services.runs.trl_script import pack_script, script_of
from studio.services.runs.usable_version import goes_on, must_have_version
from studio.services.runs.worker import Worker
from studio.storage.database import Database
from studio.storage.files import new_id
from studio.storage.folder_size import size_of
from studio.storage.general_examples import mixed_in
from studio.storage.home import Home
from studio.storage.run_folder import NAME_FILE, RunFolder
from studio.storage.run_queue import RunQueue


@dataclass(frozen=True)
class RunView:
    """A run as a page shows it: what was fixed, where it stands, how many wait before it, what came out."""

    spec: RunSpec
    state: RunStatus
    ahead: int
    outcome: RunResult | None
    folder: Path
    starts: datetime | None = None  # when its turn comes, where that can be told
    cluster: str = ""  # what the cluster does with it, in a sentence, while it has it
    notes: tuple[str, ...] = ()  # what is lost by lengths, as it was known at the launch; not kept

    @property
    def name(self) -> str:
        """What she called it; the name given at launch until then."""
        path = self.folder / NAME_FILE
        return path.read_text(encoding="utf-8") if path.is_file() else self.spec.name

    @property
    def id(self) -> str:
        """The run's id."""
        return self.spec.id

    @property
    def is_stopping(self) -> bool:
        """Whether it still learns or saves, and was asked to end."""
        return self.state.status is Status.RUNNING and RunFolder(self.folder).stop_requested()

    @property
    def fallbacks(self) -> list[str]:
        """Sentences on where it did less than promised, and why."""
        return sentences_of(RunFolder(self.folder).fallbacks)

    @property
    def script(self) -> Path | None:
        """What starts it on a cluster, when it was written out for one."""
        return self.folder / KINDS[self.spec.elsewhere][0] if self.spec.elsewhere else None

    @property
    def has_version(self) -> bool:
        """Whether something was saved that can answer."""
        return RunFolder(self.folder).has_version


class RunService:
    """The verbs around runs. One worker thread per server carries them out; the page only reads folders."""

    def __init__(
        self,
        home: Home,
        ledger: Database,
        engine: Engine,
        examples: DatasetService,
        models: ModelService,
        clock: Callable[[], datetime],
        *,
        in_child: bool = False,
        processes: int = 1,
        shared: bool = False,
        limits: QueueLimits = QueueLimits(),
        accelerators: Callable[[], Sequence[str]] = lambda: ("",),
        refuse_disk: Callable[[str, int], None] = lambda project, needed: None,
        scheduler: Scheduler | None = None,
        seen_by_cluster: Path | None = None,
        stranger: Callable[[str], StudioError | None] = lambda accelerator: None,
    ) -> None:
        self._home, self._ledger, self._engine, self._clock = home, ledger, engine, clock
        self._examples, self._models, self._shared, self._limits = examples, models, shared, limits
        self._queue, self._refuse_disk = RunQueue(ledger), refuse_disk
        self._order = QueueOrder(home, self._queue, running_per_person=limits.running)
        self._scheduled = scheduler is not None
        self.on_ended: Callable[[str], None] = lambda run: None  # told of each run that this server has carried out
        self._worker: Worker | ClusterWorker = (
            ClusterWorker(home, self._queue, scheduler, clock, shared=seen_by_cluster,
                          ended=lambda run: self.on_ended(run)) if scheduler else
            Worker(home, self._queue, self._order, engine, in_child=in_child, processes=processes,
                   accelerators=accelerators, stranger=stranger, ended=lambda run: self.on_ended(run))
        )  # fmt: skip
        self.queue_list = QueueList(ledger, self._queue, self._order, clock, lambda: self._worker.places, home)
        self._launching = threading.Lock()

    def launch(
        self,
        project: str,
        dataset: str,
        recipe: Recipe,
        *,
        by: str,
        name: str = "",
        questions: Sequence[str] = (),
        key: str = "",
        request_key: str = "",
        series: str = "",
        parent: str = "",
        teach_on: bool = False,
        judgements: Sequence[FrozenJudgement] = (),
        choose: Callable[[list[Example]], list[Example]] = lambda train: train,
        elsewhere: str = "",
    ) -> RunView:
        """Freeze recipe, rows and exam into a run folder and take a place in the queue.

        `key` makes a repeated click harmless: a run of this project that waits or runs with the same key is returned,
        and of the same `request_key` also one that is over.
        `choose` picks among the rows to learn from, for a `series` of runs; a run for a cluster (`elsewhere`) is frozen
        and waits for it, outside this computer's queue. `parent`: the run whose next version this is; to `teach_on`
        begins with its weights, else with the starting model's. `judgements`: what is learned instead of rows.
        """
        with self._launching:
            for folder in self._home.runs(project):
                going = key and folder.spec.key == key and not folder.seen_state().status.is_over
                if going or (request_key and folder.spec.request_key == request_key):
                    return self.view(folder.id)
            if not elsewhere:
                self._refuse_too_many(by)
            view = self._examples.view(project, dataset, exact=True)
            if self._shared and view.card.unstated:
                raise StudioError(
                    say(
                        "run_service.on_shared_computer_must",
                        unstated=", ".join(view.card.unstated),
                        unstated_2=len(view.card.unstated),
                    ),
                    hint=say("run_service.fill_where_these_examples"),
                    where=dataset,
                )
            if recipe.learn_from != "answers" and not judgements:
                raise StudioError(say("judged.none_given"), hint=say("judged.none_given_next"), where="learn_from")
            if recipe.replay_share and not judgements:
                raise StudioError(say("judged.replay_without"), hint=say("judged.replay_without_next"), where="recipe")
            facts = self._models.inspect(recipe.base_model, recipe.revision)
            start = self._start_of(project, parent, facts.sha256) if teach_on else None
            parts = self._examples.split(view, facts, recipe.instructions)
            train = choose(parts.train)
            aside = [*parts.exam, *parts.validation]
            away = bool(elsewhere) or self._scheduled
            counted, read = read_of(recipe, train, judgements)
            forecast = self._models.forecast(facts, counted, read, aside=aside, elsewhere=away)
            too_large_for_here = away and forecast.needs_bytes > forecast.free_bytes
            if forecast.blocked and not too_large_for_here:
                raise StudioError(forecast.blocked, where="recipe")
            if not elsewhere:
                self._refuse_disk(project, forecast.disk_bytes)
            new_exam = self._home.exam(project) is None
            exam = self._freeze_exam(view, parts.exam)
            now = self._clock()
            spec = RunSpec(
                id=new_id(now), project=project, name=name, key=key, request_key=request_key, created=now, by=by,
                recipe=recipe,
                dataset=view.id, dataset_sha256=view.card.sha256, exam_sha256=exam.sha256,
                model_folder=facts.folder, model_sha256=facts.sha256, versions=versions(),
                series=series, parent=parent, teaches_on=teach_on, elsewhere=elsewhere,
                planned_seconds=None if away else forecast.seconds, planned_free=forecast.free_then,
                planned_bytes=forecast.disk_bytes,
            )  # fmt: skip
            folder = RunFolder(self._home.project_folder(project) / "runs" / spec.id)
            kept_out = [example.question for example in (*exam.examples, *parts.validation)]
            general = mixed_in(recipe, len(train), kept_out)
            folder.create(spec, train, parts.validation, list(questions), general, judgements, start)
            if not elsewhere:
                self._queue.enqueue(spec.id, by)
            self._ledger.note(by, "launch", f"{project}/{spec.id}")
        self._worker.wake()
        return replace(self.view(spec.id), notes=tuple(plan_in_words(forecast, new_exam=new_exam)))

    def _start_of(self, project: str, parent: str, sha256: str) -> Path:
        """The version to go on from; StudioError where it cannot be, or began with another model than this one."""
        folder = self._home.run(parent)
        must_have_version(folder)
        if folder.spec.project != project or folder.spec.model_sha256 != sha256:
            raise StudioError(say("next.other_start"), hint=say("next.other_start_next"), where=parent)
        if not goes_on(folder.spec.recipe):
            raise StudioError(say("job.cannot_go_on_whole"), hint=say("job.cannot_go_on_whole_next"), where=parent)
        return folder.adapter

    def _refuse_too_many(self, by: str) -> None:
        """Others want to come to their turn, too."""
        if self._limits.waiting and self._worker.waiting(by) >= self._limits.waiting:
            raise StudioError(say("queue.too_many", most=self._limits.waiting), hint=say("queue.too_many_next"))

    def _freeze_exam(self, view: DatasetView, examples: Sequence[object]) -> Exam:
        frozen = self._home.exam(view.project)
        if frozen is None:
            frozen = Exam.model_validate({"created": self._clock(), "dataset": view.id, "examples": tuple(examples)})
            self._home.write_exam(view.project, frozen)
        return frozen

    def view(self, run: str) -> RunView:
        """One run as it stands."""
        return self._view(self._home.run(run), self.places())

    def _view(self, folder: RunFolder, places: Mapping[str, QueuePlace]) -> RunView:
        state = folder.seen_state()
        trouble = self._worker.trouble
        job = folder.cluster_job
        if job is not None and job.id and not job.is_over:
            said = job_sentence(job, begun=state.status is Status.RUNNING)
            return RunView(folder.spec, state, 0, folder.outcome, folder.path, cluster=said)
        if state.status is Status.QUEUED and trouble is not None:
            state = state.model_copy(update={"reason": trouble.message, "hint": say("run_service.by_itself")})
        place = places.get(folder.id)  # none: its turn has come, and it holds the lease itself
        if place is None or state.status is not Status.QUEUED or folder.spec.elsewhere:
            return RunView(folder.spec, state, 0, folder.outcome, folder.path)
        known = trouble is None and place.starts_in is not None
        starts = self._clock() + timedelta(seconds=place.starts_in or 0.0) if known else None
        return RunView(folder.spec, state, place.ahead, folder.outcome, folder.path, starts=starts)

    def places(self) -> dict[str, QueuePlace]:
        """Every run of the home that waits: how many go before it, and when it begins."""
        return self._order.places(self._worker.places) if self._queue.rows() else {}

    def all(self, project: str | None = None) -> list[RunView]:
        """Newest first, and of this project even where a copy of it has runs of the same names."""
        places = self.places()
        return [self._view(folder, places) for folder in self._home.runs(project)]

    def folders(self, project: str) -> list[Path]:
        """Where its runs lie, newest first, by their names alone: nothing is read."""
        folders = self._home.projects.glob(f"{self._home.project_folder(project).name}/runs/*/status.json")
        return sorted((status.parent for status in folders), key=lambda path: path.name, reverse=True)

    def metrics(self, run: str) -> list[dict[str, Any]]:
        """The curve so far."""
        return self._home.run(run).metrics()

    def metrics_size(self, run: str) -> int:
        """How long the curve's file is: unchanged means that there is nothing to draw."""
        return self._home.run(run).metrics_size

    def did_worse(self, run: str) -> bool:
        """Whether no step of it was better in its practice check than what it began with, by mistakes or by answers."""
        folder = self._home.run(run)
        if folder.kept_last is not None:
            return False
        on = folder.spec.teaches_on
        return folder.of_metrics("not better", lambda lines: not_better(lines, teaches_on=on) is not None)

    def stop(self, run: str, *, by: str, request_key: str = "") -> RunView:
        """A waiting run ends at once; a running one after its present step, with its best version kept."""
        folder = self._home.run(run)
        if folder.was_requested(request_key):
            return self.view(run)
        status = folder.seen_state().status
        if status is Status.QUEUED:
            self._worker.cancel(folder)
        elif status is Status.RUNNING:
            folder.ask_to_stop()
            self._worker.wake()
        else:
            raise StudioError(say("run_service.run_there_nothing_stop", value=status.value), where=run)
        folder.note_request(request_key, "stop", by)
        self._ledger.note(by, "stop", run)
        return self.view(run)

    def resume(self, run: str, *, by: str, request_key: str = "") -> RunView:
        """Back into the queue, to go on from the last saved point."""
        folder = self._home.run(run)
        if folder.was_requested(request_key):
            return self.view(run)
        self._refuse_disk(folder.spec.project, max(0, (folder.spec.planned_bytes or 0) - size_of(folder.path)))
        folder.forget_stop()
        folder.move_to(Status.QUEUED)
        folder.note_request(request_key, "resume", by)
        self._queue.enqueue(run, by)
        self._ledger.note(by, "resume", run)
        self._worker.wake()
        return self.view(run)

    def saved_steps(self, run: str) -> list[int]:
        """The steps whose versions can be kept, newest first."""
        return sorted(self._engine.points(self._home.run(run).path), reverse=True)

    def answers(self, run: str) -> list[dict[str, Any]]:
        """The live answers so far."""
        return self._home.run(run).answers()

    def answers_size(self, run: str) -> int:
        """How long the file of live answers is: unchanged means that there is nothing to show."""
        return self._home.run(run).answers_size

    def questions(self, run: str) -> list[str]:
        """The live questions of this run."""
        return self._home.run(run).questions

    def chosen(self, run: str) -> ChosenVersion | None:
        """The version that a person chose to keep, if she did."""
        return self._home.run(run).chosen

    def keep(self, run: str, step: int, *, by: str) -> RunView:
        """She chose this version, by the answers she saw: a run that is going stops for it."""
        folder = self._home.run(run)
        if folder.seen_state().status is Status.QUEUED:
            raise StudioError(say("run_service.run_has_not_begun"), where=run)
        self._engine.keep(folder.path, step, by=by, questions=folder.questions)
        self._ledger.note(by, f"keep step {step}", run)
        return self.view(run)

    def script(self, run: str) -> tuple[str, Path]:
        """The run as a plain TRL script: its text, and an archive with all that it reads."""
        folder = self._home.run(run)
        if folder.spec.teaches_on:
            raise StudioError(say("next.no_script"), hint=say("next.no_script_next"), where=run)
        if folder.spec.recipe.task == "labels":
            raise StudioError(say("labels.no_script"), hint=say("labels.no_script_next"), where=run)
        if folder.spec.recipe.learn_from != "answers":
            raise StudioError(say("judged.no_script"), hint=say("judged.no_script_next"), where=run)
        target = self._home.project_folder(folder.spec.project) / "exports" / f"{run}-script.zip"
        return script_of(folder), pack_script(folder, target)

    def write_out(
        self, project: str, dataset: str, recipe: Recipe, kind: str, *, by: str, questions: Sequence[str] = ()
    ) -> tuple[RunView, Path]:
        """A run for a cluster: frozen as any other, outside this computer's queue, with the script that starts it.

        Stopped here before it began there, it can be resumed into this computer's own queue.
        """
        check_kind(kind)
        run = self.launch(project, dataset, recipe, by=by, questions=questions, elsewhere=kind)
        return run, write_cluster_script(self._home.run(run.id), kind)

    # Carrying out

    def start_worker(self) -> None:
        """Begin to carry out what waits; called once by the server that holds the home."""
        self._worker.start()

    def close(self) -> None:
        """Ask a running run to save and stop, and wait a while for it."""
        self._worker.close()

    def carry_out(self, run: str) -> RunResult | None:
        """Take a run out of the queue and do it here and now. The caller holds the lease."""
        return self._worker.carry_out(self._home.run(run).id)

    def carry_out_when_free(self, run: str) -> None:
        """Carry the run out as soon as nobody holds the lease, unless a server of this home does it first."""
        self._worker.carry_out_when_free(self._home.run(run).id)

    def carry_out_folder(self, path: Path) -> RunView:
        """A prepared run folder and nothing else, wherever it lies: what the child, torchrun and schedulers start."""
        folder = RunFolder(path.absolute())
        if not (folder.path / "status.json").is_file():
            raise StudioError(
                say("run_service.not_prepared_run_folder"),
                hint=say("run_service.holds_no_status_json"),
                where=str(path),
            )
        try:
            outcome = self._engine.train(folder.path, lambda: False)
        except RunFailed:
            outcome = None
        return RunView(folder.spec, folder.seen_state(), 0, outcome, folder.path)


def versions() -> dict[str, str]:
    """What this run was made with."""
    return versions_of("torch", "transformers", "peft", "trl", "accelerate", "tokenizers", "tailor-studio")
