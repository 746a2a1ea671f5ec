"""`use/watch.json`: how far the watch has read, what it found, and figures of each day. Words of nobody stand in it."""

from datetime import date, datetime

from pydantic import Field

from studio.evaluation.watch.use_watch import WatchState
from studio.schemas.base import Record

MOST_OUTCOMES = 500  # of each monitor that are remembered, to say since when something is otherwise
MOST_DAYS = 1_100  # three years of figures


class UseDay(Record):
    """Counts and sums of a day. They stay when the questions are gone: they tell of nobody."""

    asked: int = 0
    refused: int = 0
    new: int = 0
    up: int = 0
    down: int = 0
    unfinished: int = 0
    lost: int = 0
    question_letters: int = 0
    reply_letters: int = 0
    seconds: float = 0.0

    def plus(self, **counts: float) -> "UseDay":
        """The same day with more."""
        return self.model_copy(update={name: getattr(self, name) + count for name, count in counts.items()})


class Outcome(Record):
    """One bet: which conversation or feedback it was, and whether it spoke for a change."""

    id: str
    day: date
    against: bool


class VersionWatch(Record):
    """What is known of one version's use."""

    began: datetime
    state: WatchState
    outcomes: dict[str, tuple[Outcome, ...]] = Field(default_factory=dict)

    def with_outcomes(self, monitor: str, fresh: list[Outcome]) -> "VersionWatch":
        """The same with further ones, of which the oldest are forgotten."""
        kept = (*self.outcomes.get(monitor, ()), *fresh)[-MOST_OUTCOMES:]
        return self.model_copy(update={"outcomes": {**self.outcomes, monitor: kept}})


class WatchAlarm(Record):
    """What has changed. `count` of `total` since then speak for it; `rate` is what it was at release, where known, or
    with the versions before (`is_earlier`)."""

    id: str
    monitor: str
    version: str
    at: datetime
    since: date
    count: int
    total: int
    rate: float | None = None
    is_earlier: bool = False
    to_read: tuple[str, ...] = ()  # ids
    dismissed_by: str = ""
    dismissed_at: datetime | None = None
    reason: str = ""

    @property
    def words(self) -> str:
        """The key of its sentence."""
        return f"watch.alarm_{self.monitor}" + ("_earlier" if self.is_earlier else "")

    @property
    def is_open(self) -> bool:
        """Whether nobody has dealt with it."""
        return self.dismissed_at is None


class WatchRecord(Record):
    """The whole file: written at once, so that what was read and what was found always agree."""

    format: int = 1
    day: date = date.min
    lines: int = 0
    judged_until: datetime | None = None
    versions: dict[str, VersionWatch] = Field(default_factory=dict)
    alarms: tuple[WatchAlarm, ...] = ()
    days: dict[date, UseDay] = Field(default_factory=dict)
