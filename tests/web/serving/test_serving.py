"""What the system is told of a real server, and what Prometheus reads of it on a port of this computer alone."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.run_queue import RunQueue
from studio.web.serving.system_notify import SystemNotify
from tests.fake_engine import FakeEngine
from tests.free_ports import free_port

ROOT = Path(__file__).resolve().parents[3]
posix = pytest.mark.skipif(os.name != "posix", reason="systemd and its sockets are of Linux")


@posix
def test_systemd_hears_that_it_is_ready_alive_and_ending_and_figures_can_be_read(tmp_path: Path) -> None:
    place = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as system:
        system.bind(str(place))
        system.settimeout(60)
        page, metrics = free_port(), free_port()
        line = [sys.executable, "-m", "studio", "serve", "--no-browser", "--port", str(page),
                "--metrics-port", str(metrics), "--home", str(tmp_path / "home")]  # fmt: skip
        environment = {**os.environ, "NOTIFY_SOCKET": str(place), "WATCHDOG_USEC": "3000000"}
        with subprocess.Popen(line, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as server:
            try:
                assert system.recv(100) == b"READY=1"
                assert system.recv(100) == system.recv(100) == b"WATCHDOG=1"
                urllib.request.urlopen(f"http://127.0.0.1:{page}/healthz").read()
                said = urllib.request.urlopen(f"http://127.0.0.1:{metrics}/metrics").read().decode()
            finally:
                server.send_signal(signal.SIGTERM)
            heard = system.recv(100)
            while heard == b"WATCHDOG=1":
                heard = system.recv(100)
            assert heard == b"STOPPING=1"
    assert 'studio_runs{status="running"} 0.0' in said and "studio_queue_length 0.0" in said
    assert 'studio_requests_total{status="2xx"}' in said and "studio_memory_bytes" in said
    assert "home" not in said.replace("of the home", ""), "no path and no name"


def test_without_systemd_nothing_is_said() -> None:
    quiet = SystemNotify({})
    quiet.ready()
    quiet.alive()
    quiet.stopping()


@posix
def test_a_page_that_hangs_is_not_called_alive(tmp_path: Path) -> None:
    """Nothing but the loop that answers calls `alive`, and it tells no more often than a third of the time."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as system:
        system.bind(str(tmp_path / "n"))
        system.settimeout(0.1)
        told = SystemNotify({"NOTIFY_SOCKET": str(tmp_path / "n"), "WATCHDOG_USEC": "60000000"})
        told.alive()
        told.alive()
        assert system.recv(100) == b"WATCHDOG=1"
        with pytest.raises(TimeoutError):
            system.recv(100)


def test_seconds_stand_under_ids_and_never_under_names(tmp_path: Path) -> None:
    from prometheus_client import CollectorRegistry, generate_latest

    from studio.web.serving.metrics_port import StudioMetrics

    studio = Studio(Settings(home=tmp_path / "home", people=True), FakeEngine())
    ana = studio.accounts.add_with_password("Ana", "four words in a row", by="x")
    studio.accounts.sign_in("Ana", "four words in a row", address="127.0.0.1")
    queue = RunQueue(studio.ledger, lambda: time.time())
    for name in (ana.signature, "Somebody"):
        queue.end(queue.begin("", "run", name), 60.0)
    registry = CollectorRegistry()
    registry.register(StudioMetrics(studio.home, studio.ledger, studio.people))
    said = generate_latest(registry).decode()
    assert f'person="{ana.id}"' in said and "studio_sessions 1.0" in said
    assert "Ana" not in said and "Somebody" not in said
    studio.close()


def test_a_metrics_port_that_is_taken_is_told(tmp_path: Path) -> None:
    from studio.web.serving.metrics_port import open_metrics

    studio = Studio(Settings(home=tmp_path / "home"), FakeEngine())
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(StudioError, match="cannot be used"):
        open_metrics(None, taken.getsockname()[1], studio.home, studio.ledger, None)  # type: ignore[arg-type]
    studio.close()


def test_prometheus_is_not_imported_unless_it_is_asked_for() -> None:
    code = "import sys, studio.web.server, studio.cli.main; assert 'prometheus_client' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
