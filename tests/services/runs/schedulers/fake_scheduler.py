"""A scheduler in memory that keeps the promises of `scheduler.py`; what it runs, the test says."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from studio.schemas.run import JobPhase
from studio.services.runs.schedulers.scheduler import CannotAsk, JobRefused, JobState
from studio.storage.run_folder import RunFolder

NODE = "node1"


class FakeScheduler:
    """Takes `places` jobs at a time. `silent`: no answer comes; `loses_answer`: the next job is taken, unheard."""

    name = "slurm"

    def __init__(self, places: int = 1) -> None:
        self.places, self.silent, self.loses_answer, self.refuses = places, False, False, ""
        self.jobs: dict[str, tuple[str, str, RunFolder]] = {}
        self.ended: dict[str, str] = {}

    def submit(self, folder: RunFolder, job: str, person: str) -> str:
        self._answer()
        if self.refuses:
            raise JobRefused(self.name, self.refuses)
        id = str(len(self.jobs) + 1)
        self.jobs[id] = (job, person, folder)
        if self.loses_answer:
            self.loses_answer = False
            raise CannotAsk("sbatch: timed out")
        return id

    def find(self, job: str) -> str | None:
        self._answer()
        return next((id for id, (name, _, _) in reversed(self.jobs.items()) if name == job), None)

    def states(self, ids: Sequence[str]) -> Mapping[str, JobState]:
        self._answer()
        return {id: self._state(id) for id in ids}

    def cancel(self, id: str) -> None:
        self._answer()
        self.end(id, "CANCELLED")

    def end(self, id: str, reason: str = "COMPLETED") -> None:
        """The job is over, as the cluster calls it."""
        self.ended.setdefault(id, reason)

    @property
    def going(self) -> list[str]:
        """The jobs on the node."""
        return [id for id in self.jobs if id not in self.ended][: self.places]

    def _state(self, id: str) -> JobState:
        if id not in self.jobs or id in self.ended:
            return JobState(JobPhase.ENDED, node=NODE if id in self.jobs else "", reason=self.ended.get(id, ""))
        if id in self.going:
            return JobState(JobPhase.RUNNING, node=NODE, since=datetime(2026, 11, 27, 14, 20, tzinfo=UTC))
        waiting = [one for one in self.jobs if one not in self.ended and one not in self.going]
        return JobState(JobPhase.WAITING, place=waiting.index(id) + 1)

    def _answer(self) -> None:
        if self.silent:
            raise CannotAsk("Unable to contact slurm controller")
