"""Starting and ending the server: versions in memory, a port of this computer, keys that are counted."""

import signal
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import uvicorn

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.services.listening import take_port
from studio.services.runs.lease import Lease
from studio.services.serving.api_keys import ApiKeys
from studio.services.serving.version_server import PORT
from studio.services.studio import Studio
from studio.serving.api import Note, Serving, build_api
from studio.serving.feedback_route import FeedbackTaker
from studio.serving.loopback import LoopbackOnly, must_be_loopback
from studio.serving.reply_memory import ReplyMemory
from studio.serving.scheduling.accelerator import Accelerator
from studio.serving.scheduling.label_queue import LabelQueue
from studio.serving.scheduling.scheduler import MOST_WAITING, Scheduler
from studio.serving.served_models import BASE, ServedModels, load_another, load_served
from studio.serving.served_projects import PointerWatch, runs_and_projects
from studio.serving.use_writer import UseWriter
from studio.serving.version_router import CurrentRouter, VersionRouter
from studio.storage.general_examples import all_general
from studio.storage.run_queue import RunQueue

SECONDS_TO_FINISH = 3.0  # that answers which are being written have when the server is told to end
SECONDS_TO_END = 5  # after which connections are cut, answered or not


@dataclass(frozen=True)
class OpenServer:
    """A server that is ready: its application, its socket, and what it says when it starts."""

    server: uvicorn.Server
    taken: socket.socket
    address: str
    models: ServedModels
    keys: ApiKeys
    scheduler: Scheduler | None


@contextmanager
def open_server(
    studio: Studio,
    runs: Sequence[str],
    *,
    host: str = "127.0.0.1",
    port: int = PORT,
    most_waiting: int = MOST_WAITING,
    feedback_hours: float = 0.0,
    by: str = "",
) -> Iterator[OpenServer]:
    """Everything that serving needs, and given back at the end. StudioError before anything is loaded where it can.

    `by`: who started it; this computer's account unless somebody is named.
    """
    must_be_loopback(host)
    keys = ApiKeys(studio.home.path, studio.clock)
    lock = keys.server_lock
    if not lock.take():
        raise StudioError(say("serving.serves_already"), hint=say("serving.end_the_other"))
    with ExitStack() as ends:
        ends.callback(lock.release)
        ends.callback(keys.save)
        taken = ends.enter_context(take_port(host, port))
        port = taken.getsockname()[1]
        models = load_served(studio, *runs_and_projects(studio, runs))
        ends.callback(models.close)
        accelerator = accelerator_for(studio, models, by or studio.person)
        labels = LabelQueue(accelerator, most_waiting)
        scheduler = None if models.writer is None else Scheduler(models.writer.open_batch(), accelerator, most_waiting)
        if scheduler is not None:
            ends.callback(scheduler.close)
        router = CurrentRouter(lambda: router_for(studio, models)) if models.writers else None
        watch = PointerWatch(
            models, studio.family.served, lambda run: load_another(studio, models, run),
            moved=router.renew if router else None,
        )  # fmt: skip
        ends.callback(watch.close)
        note = noted(studio, models, ends, by or studio.person)
        writer = UseWriter(studio.home, studio.clock)
        ends.callback(writer.close)
        taker = taker_for(studio, feedback_hours)
        serving = Serving(models, keys, scheduler, labels, router, studio.clock, note, writer.note, taker)
        app = LoopbackOnly(build_api(serving), port)
        config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off",
                                timeout_graceful_shutdown=SECONDS_TO_END)  # fmt: skip
        name = f"[{host}]" if ":" in host else host
        yield OpenServer(SavingServer(config, scheduler), taken, f"http://{name}:{port}/v1", models, keys, scheduler)


def accelerator_for(studio: Studio, models: ServedModels, by: str) -> Accelerator:
    """What the server works on: on a shared computer by the lease, in turn with the runs."""
    if not studio.settings.people:
        return Accelerator()
    queue = RunQueue(studio.ledger)
    first = next(version.id for version in models.versions if version.id != BASE)
    return Accelerator(Lease(studio.home, queue), first, by, lambda: bool(queue.waiting()))


def router_for(studio: Studio, models: ServedModels) -> VersionRouter:
    """What `auto` asks: the training rows of every version that writes. Of a project that is served by its name only
    the version that the name means now: the ones before were taught the same rows."""
    meant = models.projects
    current = [version for version in models.writers if meant.get(version.project, version.id) == version.id]
    rows = {version.id: list(studio.home.run(version.id).train) for version in current}
    return VersionRouter(rows, BASE, all_general())


def taker_for(studio: Studio, hours: float) -> FeedbackTaker | None:
    """What takes feedback on the replies of the last hours; None where nobody asked for it."""
    if not hours:
        return None
    return FeedbackTaker(
        ReplyMemory(hours, studio.clock), studio.feedback, lambda run: studio.home.run(run).spec.project
    )


def noted(studio: Studio, models: ServedModels, ends: ExitStack, by: str) -> Note | None:
    """On a shared computer: lines of the audit log at the start, at the end, and for whoever asks meanwhile."""
    if not studio.settings.people:
        return None
    what = ",".join(version.id for version in models.versions)
    studio.ledger.note(by, "serve model", what)
    ends.callback(studio.ledger.note, by, "end serving", what)
    return studio.ledger.note


class SavingServer(uvicorn.Server):
    """uvicorn raises the signal again after its end, which would kill the process before anything is saved.

    Whoever waits for an answer when it ends is told so in the form that clients read, before connections are cut.
    """

    def __init__(self, config: uvicorn.Config, scheduler: Scheduler | None = None) -> None:
        super().__init__(config)
        self._scheduler = scheduler

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """What waits ends at once, and what is being written soon."""
        if self._scheduler is not None:
            self._scheduler.finish(SECONDS_TO_FINISH)
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The first one ends the server, a second one does not wait for its streams; both let the command go on."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve_models(studio: Studio, runs: Sequence[str], *, host: str, port: int, feedback_hours: float = 0.0) -> None:
    """Serve until somebody presses Ctrl+C."""
    with open_server(studio, runs, host=host, port=port, feedback_hours=feedback_hours) as ready:
        first = ready.keys.first_key()
        print(say("serving.ready", address=ready.address), file=sys.stderr)
        print(
            say("serving.names", names=(*ready.models.projects, *(version.id for version in ready.models.versions))),
            file=sys.stderr,
        )
        if first is not None:
            print(say("serving.first_key", path=first), file=sys.stderr)
        ready.server.run(sockets=[ready.taken])
