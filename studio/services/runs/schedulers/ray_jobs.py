"""Ray's job server, asked over its documented interface (docs.ray.io, Ray Jobs REST API): what `ray job submit` asks.

The name of a job is its id here, so a job cannot be handed in twice. Ray does not say on which node a job runs, and its
jobs wait inside: one that runs may still wait for room.
"""

import json
import os
import shlex
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from studio.schemas.run import JobPhase
from studio.services.runs.cluster_script import write_cluster_script
from studio.services.runs.schedulers.scheduler import CannotAsk, JobRefused, JobState
from studio.storage.run_folder import RunFolder

ASK_SECONDS = 20.0
MOST_BYTES = 50_000_000
ENDED = {"STOPPED": "CANCELLED", "SUCCEEDED": "COMPLETED", "FAILED": "FAILED"}  # and what Slurm calls it


class RayJobs:
    """The job server at the address that an administrator named; no proxy of the environment is asked."""

    name = "ray"

    def __init__(self, address: str, *, processes: int = 1) -> None:
        self._address, self._processes = address.rstrip("/"), processes
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def submit(self, folder: RunFolder, job: str, person: str) -> str:
        """One that is there under this name is the answer to an earlier try."""
        python = os.environ.get("STUDIO_PYTHON", sys.executable)
        line = [python, str(write_cluster_script(folder, "ray")), str(self._processes)]
        status, said = self._ask("POST", "/api/jobs/", {
            "entrypoint": shlex.join(line), "submission_id": job, "metadata": {"run": folder.id, "person": person},
        })  # fmt: skip
        if status != 200 and self.find(job) is None:
            raise JobRefused(self.name, str(said)[-300:])
        return job

    def find(self, job: str) -> str | None:
        """By the only name that it has."""
        status, _ = self._ask("GET", f"/api/jobs/{job}")
        return job if status == 200 else None

    def states(self, ids: Sequence[str]) -> Mapping[str, JobState]:
        """A list of all jobs; those in it that wait are in the order of their beginning."""
        status, said = self._ask("GET", "/api/jobs/")
        if status != 200 or not isinstance(said, list):
            raise CannotAsk(str(said))
        known = {str(one.get("submission_id")): one for one in said if isinstance(one, dict)}
        return {id: state_of(known[id]) if id in known else JobState(JobPhase.ENDED) for id in ids}

    def cancel(self, id: str) -> None:
        """Ray tells the job to end, and ends it after a while."""
        self._ask("POST", f"/api/jobs/{id}/stop")

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """The status and what was said; CannotAsk where nobody answers, or the server itself has failed."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(
            self._address + path, data, {"Content-Type": "application/json"}, method=method
        )
        try:
            with self._opener.open(request, timeout=ASK_SECONDS) as answer:
                return 200, json.loads(answer.read(MOST_BYTES))
        except urllib.error.HTTPError as error:
            said = error.read(MOST_BYTES).decode(errors="replace")
            if error.code >= 500 and "already exists" not in said:
                raise CannotAsk(said[-200:]) from None
            return error.code, said
        except (OSError, ValueError) as error:
            raise CannotAsk(str(error)) from None


def state_of(job: Mapping[str, Any]) -> JobState:
    """Times are milliseconds since 1970."""
    status, began = str(job.get("status")), job.get("start_time")
    since = datetime.fromtimestamp(began / 1000, UTC) if isinstance(began, int) and began else None
    if status == "PENDING":
        return JobState(JobPhase.WAITING)
    if status in ENDED:
        return JobState(JobPhase.ENDED, since=since, reason=ENDED[status])
    return JobState(JobPhase.RUNNING, since=since)
