"""Background work as it is written down: where it stands, and what it came to."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from studio.schemas.base import Record


class JobState(StrEnum):
    """Where background work stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class JobError(Record):
    """Why it ended early, in a person's words."""

    message: str
    hint: str = ""
    where: str = ""


class JobRecord(Record):
    """`jobs/<kind>-<digest>.json` of a project: written when the work begins and when it is over, not in between.

    `about` names what it works on (a run, a ballot, a dataset with a model); `result` is what the work gave back.
    """

    format: int = 1
    id: str
    kind: str
    project: str
    about: str
    by: str
    created: datetime
    state: JobState
    ended: datetime | None = None
    done: int = 0
    total: int = 0
    unit: str = ""
    error: JobError | None = None
    result: dict[str, Any] | None = None
