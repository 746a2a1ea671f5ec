"""Starting and ending the server for other programs from a project, and what is told of it."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from studio.copy.catalog import say
from studio.errors import StudioError, WrongSetting
from studio.schemas.base import Record
from studio.services.jobs import BackgroundJob, Jobs
from studio.services.serving.api_keys import ApiKeys
from studio.services.serving.server_process import MODULE, ServerProcess
from studio.settings import Settings
from studio.storage.database import Database
from studio.storage.files import new_id, read_record, write_json
from studio.storage.home import Home

PORT = 7870
JOB, ABOUT = "serve", "versions"
LOOK_SECONDS = 0.1
PACE_SECONDS = 10.0  # that measuring it may take
TOKENS_READ = 8.0  # a second, by somebody who reads along: about five words


class ServerEnded(Record):
    """That an administrator ended a project's server: a file of the project until a server is started there again."""

    format: int = 1
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class ServerState:
    """`elsewhere`: a server of another project is on, of which no more is told here. `taken`: who ended the last one,
    where that was an administrator.

    `tokens_per_second`: of eight who ask at once, measured on this computer; 0.0 until it was. `readers`: how many
    people can read along at that rate.
    """

    status: Literal["off", "starting", "ready", "ended", "elsewhere"]
    address: str = ""
    runs: tuple[str, ...] = ()
    by: str = ""
    since: datetime | None = None
    memory_bytes: int = 0
    tokens_per_second: float = 0.0
    taken: ServerEnded | None = None

    @property
    def readers(self) -> int:
        """Rounded down, at least one."""
        return max(1, int(self.tokens_per_second / TOKENS_READ))


@dataclass(frozen=True)
class Application:
    """A program that has a key."""

    name: str
    tokens_per_day: int
    used_today: int


@dataclass
class Started:
    """The one server of this studio, in whichever project it was started."""

    process: ServerProcess | None = None
    id: str = ""  # of this start
    project: str = ""
    runs: tuple[str, ...] = ()
    by: str = ""
    since: datetime | None = None
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_going(self) -> bool:
        """Whether there is a process now."""
        return self.process is not None and self.process.is_going


class VersionServer:
    """The verbs around the server. It lives as long as the studio does; `module` is what the child runs."""

    def __init__(self, home: Home, ledger: Database, jobs: Jobs, settings: Settings, clock: Callable[[], datetime],
                 module: str = MODULE) -> None:  # fmt: skip
        self._home, self._ledger, self._jobs, self._settings, self._clock = home, ledger, jobs, settings, clock
        self._keys = ApiKeys(home.path, clock)
        self._started = Started()
        self.module = module

    def begin(self, project: str, runs: Sequence[str], *, by: str, port: int = PORT) -> BackgroundJob:
        """Load these versions of the project in a process of their own, and answer; the job ends when it does.

        StudioError when none is named, and while a server of another project is on.
        """
        self._home.project(project)
        wanted = tuple(dict.fromkeys(self._home.run(run).id for run in runs))
        if not wanted:
            raise WrongSetting(say("serving.none_chosen"), hint=say("serving.choose_one"), where="runs")
        if not 1024 <= port <= 65_535:
            raise WrongSetting(say("serving.port"), where="port")
        self._refuse_beside(project)
        order = {"settings": self._settings.model_dump(mode="json"), "runs": wanted, "port": port, "by": by}

        def work(job: BackgroundJob) -> None:
            with self._started.lock:
                self._refuse_beside(project)
                if self._started.process is not None:
                    self._started.process.end()
                process = ServerProcess(order, self.module)
                started = self._started
                started.process, started.project, started.runs = process, project, wanted
                started.by, started.since, started.port = by, self._clock(), port
                started.id = new_id(started.since)
                self._taken_file(project).unlink(missing_ok=True)
            while not process.wait(LOOK_SECONDS):
                if job.is_cancelled():
                    process.end()
                    raise StudioError(say("serving.not_started"), hint=say("serving.start_again"))
            if not process.is_ready:
                told = process.said.get("error") or {"message": say("serving.ended_early"), "hint": ""}
                process.end()
                raise StudioError(str(told["message"]), hint=str(told["hint"]))
            end = time.monotonic() + PACE_SECONDS  # the page is told of both at once
            while process.is_ready and "pace" not in process.said and time.monotonic() < end:
                if job.is_cancelled():
                    return
                time.sleep(LOOK_SECONDS)

        return self._jobs.begin(JOB, project, ABOUT, work, by=by)

    def job(self, project: str) -> BackgroundJob | None:
        """The last start in this project."""
        self._home.project(project)
        return self._jobs.last(JOB, project, ABOUT)

    def stop(self, project: str, *, by: str) -> None:
        """End the server of this project, or its start; nothing when there is none."""
        self._home.project(project)
        self._jobs.cancel(JOB, project, ABOUT)
        started = self._started
        if started.project != project or started.process is None:
            return
        if started.process.is_ready:
            started.process.end()
            started.process = None
            self._ledger.note(by, "stop server", f"{project}/{','.join(started.runs)}")

    def state(self, project: str) -> ServerState:
        """As it is now."""
        self._home.project(project)
        started, process = self._started, self._started.process
        if process is None or (started.project != project and not process.is_going):
            return ServerState("off", taken=self._taken(project))
        if started.project != project:
            return ServerState("elsewhere", taken=self._taken(project))
        told: dict[str, Any] = process.said.get("ready") or {}
        if not process.is_going:  # a start that failed is told by its job
            return ServerState("ended" if told else "off", runs=started.runs, by=started.by, since=started.since,
                               taken=self._taken(project))  # fmt: skip
        pace = float(process.said.get("pace") or 0.0)
        return ServerState(
            "ready" if told else "starting", str(told.get("address", "")), started.runs, started.by, started.since,
            process.memory_bytes, pace,
        )  # fmt: skip

    def applications(self, project: str) -> list[Application]:
        """Who has a key for this project's versions, and what each has used today."""
        self._home.project(project)
        return [
            Application(key.name, key.tokens_per_day, self._keys.used_so_far(key.account))
            for key in self._keys.of(project)
        ]

    def add_key(self, project: str, name: str, *, by: str, tokens_per_day: int = 0) -> str:
        """A key that opens this project's versions; told this once and kept nowhere."""
        self._home.project(project)
        secret = self._keys.add(name, tokens_per_day, project)
        self._ledger.note(by, "add key", f"{project}/{name.strip()}")
        return secret

    def remove_key(self, project: str, name: str, *, by: str) -> None:
        """It opens nothing from now on."""
        self._home.project(project)
        self._keys.remove(name, project)
        self._ledger.note(by, "remove key", f"{project}/{name}")

    def going(self) -> Started | None:
        """The server of any project, for who looks after the computer; None while there is none."""
        return self._started if self._started.is_going else None

    def take(self, id: str, *, reason: str, by: str) -> bool:
        """End that start for somebody else's sake, and leave word for its project; False when it is not on."""
        started = self._started
        with started.lock:
            process, project = started.process, started.project
            if process is None or not process.is_going or started.id != id:
                return False
            write_json(self._taken_file(project), ServerEnded(by=by, at=self._clock(), reason=reason))
            self._jobs.cancel(JOB, project, ABOUT)
            process.end()
        self._ledger.note(by, f"end server: {reason}", f"{project}/{','.join(started.runs)}")
        return True

    def close(self) -> None:
        """The server ends with the studio."""
        if self._started.process is not None:
            self._started.process.end()

    def _refuse_beside(self, project: str) -> None:
        if self._started.is_going and self._started.project != project:
            raise StudioError(say("serving.serves_already"), hint=way_to_end(people=self._settings.people))

    def _taken_file(self, project: str) -> Path:
        return self._home.project_folder(project) / "server_ended.json"

    def _taken(self, project: str) -> ServerEnded | None:
        path = self._taken_file(project)
        return read_record(path, ServerEnded, "server") if path.is_file() else None


def way_to_end(*, people: bool) -> str:
    """What somebody does in whose way the server of another project is."""
    return say("serving.end_the_other_project") + (f" {say('serving.administrator_ends')}" if people else "")
