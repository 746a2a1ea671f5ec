"""Runs at the desk: launched into a queue, carried out one at a time, watched by whoever likes."""

import importlib.metadata
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from studio.desk.dataset_view import DatasetView
from studio.desk.engine import Engine
from studio.desk.examples import ExamplesDesk
from studio.desk.models import ModelsDesk
from studio.errors import RunFailed, StudioError
from studio.records.project import Exam
from studio.records.recipe import Recipe
from studio.records.run import Outcome, RunState, Status, Ticket
from studio.storage.files import new_id, read_record
from studio.storage.general import mixed_in
from studio.storage.home import Home
from studio.storage.ledger import Ledger
from studio.storage.run_folder import RunFolder


@dataclass(frozen=True)
class RunView:
    """A run as a page shows it: what was fixed, where it stands, how many wait before it, what came out."""

    ticket: Ticket
    state: RunState
    ahead: int
    outcome: Outcome | None
    folder: Path

    @property
    def id(self) -> str:
        """The run's id."""
        return self.ticket.id

    @property
    def has_version(self) -> bool:
        """Whether something was saved that can answer."""
        adapter = self.folder / "adapter"
        return (adapter / "adapter_config.json").is_file() or (adapter / "config.json").is_file()


class RunsDesk:
    """The verbs around runs. One worker thread per server carries them out; the page only reads folders."""

    def __init__(
        self,
        home: Home,
        ledger: Ledger,
        engine: Engine,
        examples: ExamplesDesk,
        models: ModelsDesk,
        clock: Callable[[], datetime],
        *,
        in_child: bool = False,
        shared: bool = False,
    ) -> None:
        self._home, self._ledger, self._engine, self._clock = home, ledger, engine, clock
        self._examples, self._models, self._in_child, self._shared = examples, models, in_child, shared
        self._wake, self._closing = threading.Event(), threading.Event()
        self._worker: threading.Thread | None = None
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
    ) -> RunView:
        """Freeze recipe, rows and exam into a run folder and take a place in the queue.

        `key` makes a repeated click harmless: a run of this project that waits or runs with the same key is returned.
        """
        with self._launching:
            for folder in self._home.runs(project):
                if key and folder.ticket.key == key and not folder.seen_state().status.is_over:
                    return self.view(folder.id)
            view = self._examples.view(project, dataset, exact=True)
            if self._shared and view.card.unstated:
                raise StudioError(
                    f"On a shared computer it must be known where examples come from: "
                    f"{', '.join(view.card.unstated)} {'is' if len(view.card.unstated) == 1 else 'are'} not stated.",
                    hint="Fill in “Where these examples come from” on the Examples tab.", where=dataset,
                )  # fmt: skip
            facts = self._models.inspect(recipe.base_model, recipe.revision)
            parts = self._examples.split(view)
            forecast = self._models.forecast(facts, recipe, parts.train)
            if forecast.blocked:
                raise StudioError(forecast.blocked, where="recipe")
            exam = self._freeze_exam(view, parts.exam)
            now = self._clock()
            ticket = Ticket(
                id=new_id(now), project=project, name=name, key=key, created=now, by=by, recipe=recipe,
                dataset=view.id, dataset_sha256=view.card.sha256, exam_sha256=exam.sha256,
                model_folder=facts.folder, model_sha256=facts.sha256, versions=versions(),
            )  # fmt: skip
            folder = RunFolder(self._home.project_folder(project) / "runs" / ticket.id)
            kept_out = [example.question for example in (*exam.examples, *parts.validation)]
            general = mixed_in(recipe, len(parts.train), kept_out)
            folder.create(ticket, parts.train, parts.validation, list(questions), general)
            self._ledger.enqueue(ticket.id, by)
            self._ledger.note(by, "launch", f"{project}/{ticket.id}")
        self._wake.set()
        return self.view(ticket.id)

    def _freeze_exam(self, view: DatasetView, examples: Sequence[object]) -> Exam:
        frozen = self._home.exam(view.project)
        if frozen is None:
            frozen = Exam.model_validate({"created": self._clock(), "dataset": view.id, "examples": tuple(examples)})
            self._home.write_exam(view.project, frozen)
        return frozen

    def view(self, run: str) -> RunView:
        """One run as it stands."""
        folder = self._home.run(run)
        waiting = self._ledger.waiting()
        state = folder.seen_state()
        ahead = waiting.index(run) if run in waiting else 0
        if state.status is Status.QUEUED and not self._home.lease.is_free():
            ahead += 1
        outcome_path = folder.path / "outcome.json"
        outcome = read_record(outcome_path, Outcome, "outcome") if outcome_path.exists() else None
        return RunView(folder.ticket, state, ahead, outcome, folder.path)

    def all(self, project: str | None = None) -> list[RunView]:
        """Newest first."""
        return [self.view(folder.id) for folder in self._home.runs(project)]

    def metrics(self, run: str) -> list[dict[str, object]]:
        """The curve so far."""
        return self._home.run(run).metrics()

    def metrics_size(self, run: str) -> int:
        """How long the curve's file is: unchanged means that there is nothing to draw."""
        return self._home.run(run).metrics_size

    def stop(self, run: str, *, by: str) -> RunView:
        """A waiting run ends at once; a running one after its present step, with its best version kept."""
        folder = self._home.run(run)
        status = folder.seen_state().status
        if status is Status.QUEUED:
            self._ledger.leave_queue(run)
            folder.move_to(Status.STOPPED, reason="Stopped before it began.")
        elif status is Status.RUNNING:
            folder.ask_to_stop()
        else:
            raise StudioError(f"This run is {status.value}: there is nothing to stop.", where=run)
        self._ledger.note(by, "stop", run)
        return self.view(run)

    def resume(self, run: str, *, by: str) -> RunView:
        """Back into the queue, to go on from the last saved point."""
        folder = self._home.run(run)
        folder.forget_stop()
        folder.move_to(Status.QUEUED)
        self._ledger.enqueue(run, by)
        self._ledger.note(by, "resume", run)
        self._wake.set()
        return self.view(run)

    # Carrying out

    def start_worker(self) -> None:
        """Begin to carry out what waits; called once by the server that holds the home."""
        for folder in self._home.runs():
            if folder.state.status is Status.QUEUED:
                self._ledger.enqueue(folder.id, folder.ticket.by)
        self._worker = threading.Thread(target=self._work, name="runs", daemon=True)
        self._worker.start()

    def close(self) -> None:
        """Ask a running run to save and stop, and wait a while for it."""
        self._closing.set()
        self._wake.set()
        if self._worker is not None:
            self._worker.join(timeout=30)

    def _work(self) -> None:
        while not self._closing.is_set():
            lease = self._home.lease
            waiting = self._ledger.waiting()
            if not waiting or not lease.take():
                self._wake.wait(timeout=1.0)
                self._wake.clear()
                continue
            try:
                self.carry_out(waiting[0])
            finally:
                lease.release()

    def carry_out(self, run: str) -> Outcome | None:
        """Take a run out of the queue and do it here and now. The caller holds the lease.

        A failure is written into the run folder in words; the queue goes on after it.
        """
        self._ledger.leave_queue(run)
        folder = self._home.run(run)
        if not folder.seen_state().status.may_become(Status.RUNNING):
            return None
        if self._in_child:
            self._carry_out_in_child(folder)
            return None
        try:
            return self._engine.teach(folder.path, self._closing.is_set)
        except RunFailed:
            return None  # said in status.json by the furnace
        except Exception as error:  # a fault of ours must not stop the queue; it is written down, not hidden
            with folder.log.open("a", encoding="utf-8") as log:
                import traceback

                traceback.print_exc(file=log)
            if folder.state.status is not Status.FAILED:
                folder.move_to(
                    Status.FAILED, reason="Something went wrong inside the studio, and the run ended.",
                    hint=f"The details are in {folder.log.name} of the run ({type(error).__name__}).",
                )  # fmt: skip
            return None

    def carry_out_when_free(self, run: str) -> None:
        """Carry the run out as soon as nobody holds the lease, unless a server of this home does it first."""
        lease = self._home.lease
        while not self._home.run(run).state.status.is_over and run in self._ledger.waiting():
            if self._home.server_lock.is_free() and lease.take():
                try:
                    self.carry_out(run)
                finally:
                    lease.release()
                return
            time.sleep(0.5)
        while not self._home.run(run).seen_state().status.is_over:
            time.sleep(0.5)

    def carry_out_folder(self, path: Path) -> RunView:
        """A prepared run folder and nothing else, wherever it lies: what the child, torchrun and schedulers start."""
        folder = RunFolder(path.absolute())
        if not (folder.path / "status.json").is_file():
            raise StudioError("This is not a prepared run folder.", hint="It holds no status.json.", where=str(path))
        try:
            outcome = self._engine.teach(folder.path, lambda: False)
        except RunFailed:
            outcome = None
        return RunView(folder.ticket, folder.seen_state(), 0, outcome, folder.path)

    def _carry_out_in_child(self, folder: RunFolder) -> None:
        """The same run as `studio train --run FOLDER`, in its own process group."""
        with folder.log.open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "studio", "train", "--run", str(folder.path), "--json"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
            while child.poll() is None:
                if self._closing.wait(timeout=0.5):
                    folder.ask_to_stop()
                    child.wait(timeout=60)
        if folder.state.status is Status.QUEUED:
            folder.move_to(Status.FAILED, reason="The run could not be started.", hint=f"See {folder.log.name}.")


def versions() -> dict[str, str]:
    """What this run was made with."""
    names = ("torch", "transformers", "peft", "trl", "accelerate", "tokenizers", "tailor-studio")
    found = {}
    for name in names:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
