"""Models that are fetched or unpacked in the background: one job for each model and revision, watched by any page."""

import time
from collections.abc import Callable

from studio.copy.catalog import say
from studio.errors import NotFound, UnusableModel
from studio.services.jobs import BackgroundJob, Jobs
from studio.services.models.fetching import SPEED, UNPACKING, FetchOrder, Speed, Tell, fetch
from studio.storage.files import write_json
from studio.storage.home import Home

JOB = "download"
TOLD_BYTES = 4_000_000  # less than that says nothing about a connection


class Downloads:
    """`order` says how a model and revision is fetched, with a token for a gated one."""

    def __init__(self, jobs: Jobs, home: Home, order: Callable[[str, str, str], FetchOrder], *, offline: bool) -> None:
        self._jobs, self._home, self._order, self._offline = jobs, home, order, offline

    def begin(self, model: str, revision: str = "", *, by: str, token: str = "") -> BackgroundJob:
        """Fetch it, or find the fetching that goes on. Progress is in bytes. UnusableModel in an offline studio.

        The token of a gated model goes to the child alone and is written nowhere.
        """
        order = self._checked(model, revision, token)

        def work(job: BackgroundJob) -> None:
            fetch(order, self._timed(job.progress), job.is_cancelled)

        return self._jobs.begin(JOB, "", about(model, revision), work, by=by, unit="bytes")

    def fetch(self, model: str, revision: str = "", *, token: str = "", tell: Tell) -> None:
        """The same here and now, for the command line."""
        fetch(self._checked(model, revision, token), self._timed(tell))

    def job(self, model: str, revision: str = "") -> BackgroundJob | None:
        """The last download of this model."""
        return self._jobs.last(JOB, "", about(model, revision))

    def may_stop(self, model: str, revision: str = "", *, by: str) -> bool:
        """Whether it is hers: others may wait for a model that somebody fetches for all."""
        job = self.job(model, revision)
        return job is not None and not job.is_over and job.record.by == by

    def stop(self, model: str, revision: str = "", *, by: str) -> None:
        """End it; files that arrived whole are kept, and the next one goes on from there. NotFound for one that
        somebody else began."""
        job = self.job(model, revision)
        if job is not None and not job.is_over and not self.may_stop(model, revision, by=by):
            raise NotFound(say("fetch.not_hers", by=job.record.by), hint=say("fetch.not_hers_next"), where=model)
        self._jobs.cancel(JOB, "", about(model, revision))

    def _checked(self, model: str, revision: str, token: str) -> FetchOrder:
        order = self._order(model, revision, token)
        if self._offline and order.module != UNPACKING:
            raise UnusableModel(say("fetch.offline"), hint=say("fetch.offline_next"), where=model)
        return order

    def _timed(self, tell: Tell) -> Tell:
        """`tell`, which also writes down how fast it goes."""
        began: list[tuple[float, int]] = []

        def timed(what: str, done: int, total: int) -> None:
            now = time.monotonic()
            if total and done:
                began.append((now, done))
                seconds, came = now - began[0][0], done - began[0][1]
                if came > TOLD_BYTES and seconds > 0:
                    write_json(self._home.path / SPEED, Speed(bytes_per_second=came / seconds))
            tell(what, done, total)

        return timed


def about(model: str, revision: str) -> str:
    """What such a job is known by."""
    return f"{model} {revision}".strip()
