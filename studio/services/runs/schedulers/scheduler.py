"""What every scheduler can be asked, whichever cluster stands behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.run import JobPhase
from studio.storage.run_folder import RunFolder


@dataclass(frozen=True)
class JobState:
    """A job as the scheduler sees it; never `submitting`. `place` 1 is next in line; `reason` is the scheduler's."""

    phase: JobPhase
    place: int | None = None
    node: str = ""
    since: datetime | None = None
    reason: str = ""


class CannotAsk(StudioError):
    """The scheduler gave no answer: nothing is known, and nothing may be concluded."""

    def __init__(self, details: str) -> None:
        said = " ".join(details.split())[:200]
        super().__init__(say("cluster.cannot_ask"), hint=say("cluster.cannot_ask_next", details=said), where="cluster")


class JobRefused(StudioError):
    """The scheduler answered, and takes no such job."""

    def __init__(self, scheduler: str, details: str) -> None:
        said = " ".join(details.split())[:300]
        super().__init__(say("cluster.refused", details=said), hint=say("cluster.refused_next"), where=scheduler)


class Scheduler(Protocol):
    """Each verb asks once and waits a while. All raise CannotAsk where no answer came."""

    name: str

    def submit(self, folder: RunFolder, job: str, person: str) -> str:
        """Hand in a frozen run folder under this name, and for whom; the id of the job. JobRefused: it is not taken."""

    def find(self, job: str) -> str | None:
        """The id of the job of this name, also of one that has ended a short while ago; None: there is none."""

    def states(self, ids: Sequence[str]) -> Mapping[str, JobState]:
        """How each of these stands. One that the scheduler knows no more has ended."""

    def cancel(self, id: str) -> None:
        """Take it out of the line, or tell it to end; harmless when it has ended."""
