"""A run: one attempt to train, with a status that only moves along its legal ways."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from studio.schemas.base import Record
from studio.schemas.recipe import Recipe


class Status(StrEnum):
    """Where a run stands. `interrupted` is what `running` is called when nobody carries it out any more."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def is_over(self) -> bool:
        """No step will follow unless a person resumes it."""
        return self in (Status.DONE, Status.STOPPED, Status.FAILED, Status.INTERRUPTED)

    def may_become(self, next_status: "Status") -> bool:
        """The legal moves."""
        return next_status in MOVES[self]


MOVES: dict[Status, frozenset[Status]] = {
    Status.QUEUED: frozenset({Status.RUNNING, Status.STOPPED, Status.FAILED, Status.INTERRUPTED}),
    Status.RUNNING: frozenset({Status.DONE, Status.STOPPED, Status.FAILED, Status.INTERRUPTED}),
    Status.INTERRUPTED: frozenset({Status.QUEUED, Status.RUNNING}),
    Status.STOPPED: frozenset({Status.QUEUED, Status.RUNNING}),
    Status.FAILED: frozenset({Status.QUEUED, Status.RUNNING}),
    Status.DONE: frozenset(),
}


class RunSpec(Record):
    """`recipe.json`: all that was fixed at launch. With the rows beside it, the run folder is the whole input."""

    format: int = 1
    id: str
    project: str
    name: str = ""
    key: str = ""  # the click that launched it: the same click again is the same run
    request_key: str = ""  # as `key`, also once the run is over
    created: datetime
    by: str
    recipe: Recipe
    dataset: str
    dataset_sha256: str
    exam_sha256: str = ""
    model_folder: str
    model_sha256: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    series: str = ""  # runs launched together, to be looked at together
    parent: str = ""  # the run whose next version this is
    teaches_on: bool = False  # it began with the weights of its parent, which lie in its own folder
    elsewhere: str = ""  # the cluster that carries it out ("slurm", "ray"); empty: this computer's queue
    planned_bytes: int | None = None  # of disk, as the plan said; held for the run until it is over
    planned_seconds: float | None = None  # what the plan said at launch, for this computer
    planned_free: float = 1.0  # the share of the processors that was free while that time was measured


class Activity(StrEnum):
    """What a run does between two steps, and after the last one."""

    CHECKING = "checking"
    SAVING = "saving"
    ASKING = "asking"
    PUBLISHING = "publishing"


class RunStatus(Record):
    """`status.json`: where the run stands, and in words why it ended."""

    format: int = 1
    status: Status
    at: datetime
    reason: str = ""
    hint: str = ""
    step: int = 0
    total_steps: int = 0
    best_step: int | None = None
    started: datetime | None = None
    activity: Activity | None = None  # None while it takes its steps, and while it does not run


class ChosenVersion(Record):
    """`chosen.json`: that a person, and not the evaluation, chose the version, and by which questions."""

    format: int = 1
    step: int
    by: str
    at: datetime
    questions: tuple[str, ...] = ()


class AnswerComparison(Record):
    """How the last saved point answered the practice check's questions beside the one with the fewest mistakes there.

    `best` and `last`: mean likeness to the expert's answers (chrF, 0 to 100); `low` and `high`: the limits, 95%, of how
    much nearer the last one's are.
    """

    CLEARLY: ClassVar[float] = 0.5  # points: what is nearer by less is called alike, and the fewer mistakes decide

    questions: int
    best_step: int
    last_step: int
    best: float
    last: float
    low: float
    high: float
    seconds: float = 0.0  # that it took

    @property
    def keeps_last(self) -> bool:
        """Whether the last one's answers are nearer. As with the mistakes, the better value decides, luck or not."""
        return self.last - self.best >= self.CLEARLY


class RunResult(Record):
    """What a run came to: the numbers that page and command line print."""

    status: Status
    steps: int = 0
    train_loss: float | None = None
    eval_loss: float | None = None
    best_step: int | None = None
    adapter: str = ""
    elapsed_seconds: float = 0.0
    tokens_per_second: float | None = None
    answering_seconds: float = 0.0
    free: float = 1.0  # the share of the processors that nobody else used meanwhile
    rows_learned: int = 0
    rows_general: int = 0
    rows_replayed: int = 0  # taught before, and learned again beside judgements
    rows_cut: int = 0
    rows_left_out: int = 0
    fallbacks: tuple[str, ...] = ()  # kinds of `records.fallback`
    reason: str = ""
    hint: str = ""
    compared: AnswerComparison | None = None  # where the last saved point was not the best in the practice check

    @property
    def kept_last(self) -> AnswerComparison | None:
        """Why the last saved point was kept though another one had fewer mistakes; None where none was."""
        return self.compared if self.compared is not None and self.compared.keeps_last else None


class JobPhase(StrEnum):
    """Where the job stands. `submitting`: it was about to be handed in, and no answer has come so far."""

    SUBMITTING = "submitting"
    WAITING = "waiting"
    RUNNING = "running"
    ENDED = "ended"


class ClusterJob(Record):
    """`job.json` of a run folder: written before the job is handed in and after, and when its state has changed."""

    format: int = 1
    scheduler: str
    name: str  # by which the scheduler finds it: the run's id, with a number for each time that it was resumed
    submitted: datetime
    id: str = ""  # empty until the scheduler's answer came
    folder: str = ""  # the copy in the shared folder; empty: the cluster works in the run folder itself
    phase: JobPhase = JobPhase.SUBMITTING
    place: int | None = None  # in the cluster's line; 1 is next
    node: str = ""
    since: datetime | None = None  # when it began
    reason: str = ""  # why it waits or ended, in the scheduler's own words
    unheard_since: datetime | None = None  # the scheduler has given no answer since then

    @property
    def is_over(self) -> bool:
        """Whether the cluster has nothing more to do with it, and the result was taken home."""
        return self.phase is JobPhase.ENDED
