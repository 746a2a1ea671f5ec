"""Figures for Prometheus on a port of this computer alone: counts, seconds and bytes, no names and no contents.

prometheus-client is imported when the port was asked for.
"""

import hashlib
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterable

import psutil
from prometheus_client import CollectorRegistry, Metric, start_http_server
from prometheus_client import Counter as CountedMetric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError
from studio.schemas.run import Status
from studio.services.people.people_service import People
from studio.storage.database import Database
from studio.storage.home import Home
from studio.storage.run_queue import RunQueue
from studio.web.guard.asgi import App, Message, Receive, Scope, Send


class StudioMetrics(Collector):
    """Read from the home each time that somebody asks."""

    def __init__(self, home: Home, ledger: Database, people: People | None) -> None:
        self._home, self._ledger, self._people, self._queue = home, ledger, people, RunQueue(ledger)

    def collect(self) -> Iterable[Metric]:
        """Every figure but the requests."""
        states = Counter(run.seen_state().status for run in self._home.runs())
        runs = GaugeMetricFamily("studio_runs", "Runs by where they stand", labels=["status"])
        for status in Status:
            runs.add_metric([status.value], states[status])
        used = GaugeMetricFamily("studio_accelerator_seconds", "Seconds of an accelerator; half after seven days",
                                 labels=["person"])  # fmt: skip
        for person, seconds in self._queue.used().items():
            used.add_metric([self._id_of(person)], seconds)
        usage = shutil.disk_usage(self._home.path)
        yield runs
        yield used
        yield GaugeMetricFamily("studio_queue_length", "Runs that wait", value=len(self._queue.waiting()))
        yield GaugeMetricFamily("studio_sessions", "Sign-ins that have not ended", value=self._sign_ins())
        yield GaugeMetricFamily("studio_disk_free_bytes", "Free on the disk of the home", value=usage.free)
        yield GaugeMetricFamily("studio_disk_total_bytes", "Size of the disk of the home", value=usage.total)
        memory = psutil.Process(os.getpid()).memory_info().rss
        yield GaugeMetricFamily("studio_memory_bytes", "Memory of the server itself", value=memory)

    def _sign_ins(self) -> int:
        if self._people is None:
            return 0
        with self._ledger.connect() as db:
            return int(db.execute("SELECT COUNT(*) FROM sign_ins WHERE expires > ?", (time.time(),)).fetchone()[0])

    def _id_of(self, name: str) -> str:
        """Of her account; of somebody without one, a hash that tells people apart."""
        if self._people is not None:
            try:
                return self._people.named(name).id
            except NotFound:
                pass
        return hashlib.sha256(name.encode()).hexdigest()[:12]


def open_metrics(app: App, port: int, home: Home, ledger: Database, people: People | None) -> App:
    """Open the port; the same application, whose requests are counted. StudioError when it is taken."""
    registry = CollectorRegistry()
    registry.register(StudioMetrics(home, ledger, people))
    requests = CountedMetric("studio_requests", "Requests by the first digit of their status", ["status"],
                             registry=registry)  # fmt: skip
    try:
        start_http_server(port, addr="127.0.0.1", registry=registry)
    except OSError as error:
        raise StudioError(say("server.port_cannot_be_used", port=port, strerror=error.strerror or error),
                          hint=say("server.close_other_program_or"), where="metrics-port") from None  # fmt: skip

    async def counted(scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                requests.labels(f"{str(message['status'])[0]}xx").inc()
            await send(message)

        await app(scope, receive, told)

    return counted
