"""The folder of one run: the only thing that the trainer and the page have in common."""

import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.example import Example
from studio.schemas.fallback import Fallback
from studio.schemas.loop.preference import FrozenJudgement, Judgement, JudgementPart
from studio.schemas.run import (
    Activity,
    AnswerComparison,
    ChosenVersion,
    ClusterJob,
    RunResult,
    RunSpec,
    RunStatus,
    Status,
)
from studio.settings import shared_folder
from studio.storage.file_cache import FileCache
from studio.storage.files import FileLock, append_line, read_lines, read_record, write_bytes, write_json, write_lines

STARTER = "starter"
JUDGEMENTS = "judgements.jsonl"
NAME_FILE, STATE = "name.txt", "status.json"
R = TypeVar("R", bound=BaseModel)
T = TypeVar("T")


class RunFolder:
    """Paths and moves of a run folder. Two of them on one path always agree: with `files` what was read is remembered
    only while its file stays the same."""

    def __init__(self, path: Path, files: FileCache | None = None) -> None:
        self.path = path
        self._files = files or FileCache(room=0)
        self.adapter = path / "adapter"
        self.checkpoints = path / "checkpoints"
        self.start = path / "start"  # the version that it began with: its own copy, that never changes
        self.log = path / "log.txt"

    @property
    def id(self) -> str:
        """The run's name."""
        return self.path.name

    @property
    def lock(self) -> FileLock:
        """Held for as long as someone carries the run out."""
        return FileLock(self.path / "lock")

    def create(
        self,
        spec: RunSpec,
        train: list[Example],
        validation: list[Example],
        questions: list[str],
        general: Sequence[Example] = (),
        judgements: Sequence[FrozenJudgement] = (),
        start: Path | None = None,
    ) -> None:
        """Freeze everything the run needs; the status is written last, so a folder with one is complete.

        `start`: the published version that it goes on from, which is copied."""
        self.path.mkdir(parents=True)
        if start is not None:
            shutil.copytree(start, self.start)
        if judgements:
            write_lines(self.path / JUDGEMENTS, judgements)
        write_lines(self.path / "train.jsonl", train)
        write_lines(self.path / "validation.jsonl", validation)
        if general:
            write_lines(self.path / "general.jsonl", general)
        write_json(self.path / "questions.json", questions)
        write_json(self.path / "recipe.json", spec)
        self.write_state(RunStatus(status=Status.QUEUED, at=datetime.now(UTC)))

    def record(self, name: str, kind: type[R], what: str) -> R:
        """A record of this folder, read anew when its file has changed."""
        return self._files.read(self.path / name, what, lambda file: read_record(file, kind, what))

    @property
    def outcome(self) -> RunResult | None:
        """What the run came to, once it did."""
        return self.record("outcome.json", RunResult, "outcome") if (self.path / "outcome.json").exists() else None

    @property
    def kept_last(self) -> AnswerComparison | None:
        """Why its last saved point is the version though another had fewer mistakes; None where a person chose one."""
        return self.outcome.kept_last if self.outcome is not None and self.chosen_step is None else None

    @property
    def has_version(self) -> bool:
        """Whether something was saved that can answer: an adapter, or a whole model (full, last layers)."""
        return (self.adapter / "adapter_config.json").is_file() or (self.adapter / "config.json").is_file()

    @property
    def name(self) -> str:
        """What she called it; the name given at launch until then."""
        path = self.path / NAME_FILE
        return path.read_text(encoding="utf-8") if path.is_file() else self.spec.name

    @property
    def title(self) -> str:
        """Its name, or when it was started."""
        return self.name or f"{self.spec.created.astimezone():%d %b, %H:%M}"

    @property
    def spec(self) -> RunSpec:
        """What was fixed at launch. The studio's own starter is looked for where the studio lies now: an update or
        another computer puts it elsewhere, and its checksum says whether it is still the same."""
        spec = self.record("recipe.json", RunSpec, "run")
        if self.path.parent.name == "runs":  # a copied project is its own; in the trash the run's own word counts
            spec = spec.model_copy(update={"project": self.path.parent.parent.name})
        if Path(spec.model_folder).is_dir():
            return spec
        if spec.recipe.base_model != STARTER:
            here = self._own_model(spec.model_folder)
            return spec.model_copy(update={"model_folder": str(here)}) if here else spec
        return spec.model_copy(update={"model_folder": str(shared_folder("assets") / STARTER)})

    def _own_model(self, named: str) -> Path | None:
        """Where a model of the home lies since the home was copied to another place; its checksum is compared later."""
        _, models, within = named.replace("\\", "/").rpartition("/models/")
        here = self.path.absolute().parents[3] / "models" / within if models and len(self.path.parts) > 4 else None
        return here if here and ".." not in here.parts and here.is_dir() else None

    @property
    def train(self) -> list[Example]:
        """The rows it learns from, in their frozen order."""
        return [Example.model_validate(line) for line in read_lines(self.path / "train.jsonl")]

    @property
    def general(self) -> list[Example]:
        """General examples that are learned beside them; they are not the person's rows."""
        return [Example.model_validate(line) for line in read_lines(self.path / "general.jsonl")]

    @property
    def validation(self) -> list[Example]:
        """The rows of the validation part."""
        return [Example.model_validate(line) for line in read_lines(self.path / "validation.jsonl")]

    def judgements(self, part: JudgementPart) -> list[Judgement]:
        """What people preferred, of this part; none in a run that learns from answers."""
        return [one.judgement for one in self.frozen_judgements if one.part == part]

    @property
    def frozen_judgements(self) -> list[FrozenJudgement]:
        """All of them, in the order in which they were frozen."""
        return [FrozenJudgement.model_validate(line) for line in read_lines(self.path / JUDGEMENTS)]

    @property
    def questions(self) -> list[str]:
        """The live questions that a person typed or picked before the start."""
        path = self.path / "questions.json"
        return [str(question) for question in json.loads(path.read_bytes())] if path.is_file() else []

    @property
    def state(self) -> RunStatus:
        """As written; a run whose carrier died still says `running` here (see `seen_state`)."""
        return self.record(STATE, RunStatus, "run")

    @property
    def cluster_job(self) -> ClusterJob | None:
        """What a cluster was told to do with this run, the last time that it was."""
        path = self.path / "job.json"
        return self.record(path.name, ClusterJob, "job") if path.is_file() else None

    @property
    def is_in_cluster(self) -> bool:
        """Whether a cluster has this run, or may have it: nobody else carries it out meanwhile."""
        job = self.cluster_job
        return job is not None and not job.is_over

    def write_cluster_job(self, job: ClusterJob) -> None:
        """Whole or not at all."""
        write_json(self.path / "job.json", job)

    def seen_state(self, *, by_lock_alone: bool = False) -> RunStatus:
        """As it is: `running` without anybody holding the lock is `interrupted`.

        A lock is not seen from other computers on every disk: while a cluster has the run, the cluster's word counts.
        Whoever is about to carry it out asks for the lock alone.
        """
        state = self.state
        if state.status is Status.RUNNING and not by_lock_alone and self.is_in_cluster:
            return state
        if state.status is Status.RUNNING and self.lock.is_free():
            state = self.state  # it may have ended between the two looks
            if state.status is Status.RUNNING:
                return state.model_copy(update={"status": Status.INTERRUPTED, **interrupted()})
        return state

    def write_state(self, state: RunStatus) -> None:
        """Whole or not at all."""
        write_json(self.path / STATE, state)

    def remove_partial_states(self) -> None:
        """Take away the states that a killed run had half written. Who holds the lock is the only one who writes."""
        for partial in self.path.glob(f".{STATE}.*.part"):
            partial.unlink(missing_ok=True)

    def move_to(self, status: Status, **changes: Any) -> RunStatus:
        """The next state by a legal move; StudioError otherwise."""
        state = self.seen_state()
        if not state.status.may_become(status):
            if state.status is Status.DONE and status in (Status.QUEUED, Status.RUNNING):
                raise StudioError(say('run_folder.run_finished'),
                                  hint=say('run_folder.teach_on_start_new'),
                                  where=self.id)  # fmt: skip
            if status is Status.QUEUED:
                raise StudioError(say('run_folder.run_waiting_or_going'), hint=say('run_folder.watch_list'),
                                  where=self.id)  # fmt: skip
            raise StudioError(
                say("run_folder.run_cannot_become", value=state.status.value, value_2=status.value), where=self.id
            )
        after = state.model_copy(
            update={"status": status, "at": datetime.now(UTC), "reason": "", "hint": "", "activity": None, **changes}
        )
        self.write_state(after)
        return after

    def now_does(self, activity: Activity | None) -> None:
        """What goes on between its steps, for whoever watches; nobody watches a trial for the plan, without status."""
        if (self.path / STATE).is_file() and (state := self.state).activity is not activity:
            self.write_state(state.model_copy(update={"activity": activity}))

    def append_metric(self, **values: Any) -> None:
        """One line of the curve."""
        append_line(self.path / "metrics.jsonl", values)

    def metrics(self) -> list[dict[str, Any]]:
        """The curve: after a resume at step N, earlier lines above N are dropped."""
        return gone_on(read_lines(self.path / "metrics.jsonl"))

    def of_metrics(self, what: str, make: Callable[[list[dict[str, Any]]], T]) -> T:
        """What `make` makes of the curve, made anew when its file has changed; `what` tells it from other things."""
        return self._files.read(self.path / "metrics.jsonl", what, lambda _: make(self.metrics()))

    @property
    def metrics_size(self) -> int:
        """Bytes of the curve so far: a page that saw this size has nothing new to draw."""
        path = self.path / "metrics.jsonl"
        return path.stat().st_size if path.exists() else 0

    def append_answer(self, **values: Any) -> None:
        """One live answer: question, contestant (`base` or `tuned`), step, answer, at, and a note when it was cut."""
        append_line(self.path / "answers.jsonl", values)

    def answers(self) -> list[dict[str, Any]]:
        """The live answers: after a resume at step N, earlier ones above N are dropped."""
        return gone_on(read_lines(self.path / "answers.jsonl"))

    @property
    def answers_size(self) -> int:
        """Bytes of the live answers so far: a page that saw this size has nothing new to show."""
        path = self.path / "answers.jsonl"
        return path.stat().st_size if path.exists() else 0

    def go_on_from(self, step: int, **more: Any) -> None:
        """Say in the curve and in the answers that the run goes on from this step."""
        self.append_metric(resumed_from=step, **more)
        if self.answers_size:
            append_line(self.path / "answers.jsonl", {"resumed_from": step})

    @property
    def chosen(self) -> ChosenVersion | None:
        """The version that a person chose to keep, if she did."""
        path = self.path / "chosen.json"
        return self.record(path.name, ChosenVersion, "choice") if path.is_file() else None

    @property
    def chosen_step(self) -> int | None:
        """Its step."""
        chosen = self.chosen
        return chosen.step if chosen else None

    def choose(self, chosen: ChosenVersion | None) -> None:
        """Write the choice down, or take it back."""
        if chosen is None:
            (self.path / "chosen.json").unlink(missing_ok=True)
        else:
            write_json(self.path / "chosen.json", chosen)

    @property
    def fallbacks(self) -> list[str]:
        """Where the run did less than promised, in the order it happened; none in folders of before 0.3."""
        path = self.path / "fallbacks.json"
        return [str(kind) for kind in json.loads(path.read_bytes())["fallbacks"]] if path.is_file() else []

    def fell_back(self, *kinds: Fallback) -> None:
        """Write down what was fallen back on, each kind once."""
        known = self.fallbacks
        after = list(dict.fromkeys([*known, *map(str, kinds)]))
        if after != known:
            write_json(self.path / "fallbacks.json", {"format": 1, "fallbacks": after})

    def note_request(self, key: str, verb: str, by: str) -> None:
        """Remember a press that stopped or resumed the run; nothing for one without a key."""
        if key:
            append_line(self.path / "requests.jsonl", {"key": key, "verb": verb, "by": by})

    def was_requested(self, key: str) -> bool:
        """Whether this press was carried out before."""
        return bool(key) and any(line["key"] == key for line in read_lines(self.path / "requests.jsonl"))

    def ask_to_stop(self) -> None:
        """Leave the note that the trainer looks for between steps."""
        write_bytes(self.path / "stop", b"")

    def stop_requested(self) -> bool:
        """Whether somebody asked."""
        return (self.path / "stop").exists()

    def forget_stop(self) -> None:
        """A resumed run starts without the old note, and without a choice that was made to end it."""
        self.choose(None)
        (self.path / "stop").unlink(missing_ok=True)


def interrupted() -> dict[str, str]:
    """Why a run ended that nobody carries out any more, and what to do."""
    return {"reason": say("run_folder.studio_was_closed_or"), "hint": say("run_folder.press_resume_go_on")}


def gone_on(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines with a step, in order, without those that a resume made again."""
    kept: list[dict[str, Any]] = []
    for line in lines:
        if "resumed_from" in line:
            kept = [earlier for earlier in kept if earlier["step"] <= line["resumed_from"]]
        else:
            kept.append(line)
    return kept
