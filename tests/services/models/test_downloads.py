"""A download goes on in the background: it tells how far it is, can be stopped, and says why it ended."""

import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from studio.errors import NotFound, UnusableModel
from studio.schemas.job import JobState
from studio.services.models.fetching import bytes_in, stage_of
from studio.services.studio import Studio
from studio.settings import Settings
from tests.fake_engine import FakeEngine


class Hub(BaseHTTPRequestHandler):
    """Knows no model; of the slow one it says nothing for long."""

    go = threading.Event()

    def do_GET(self) -> None:
        if "slow" in self.path:
            self.go.wait(30)
        self.send_response(404)
        self.send_header("X-Error-Code", "RepoNotFound")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def online(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    studio = Studio(Settings(home=tmp_path / "home"), FakeEngine())
    yield studio
    Hub.go.set()
    studio.close()
    server.shutdown()
    server.server_close()


def test_what_the_hub_says_is_why_it_ended(online: Studio) -> None:
    job = online.downloads.begin("owner/name", by="ana")
    assert job.wait(60) and job.state is JobState.FAILED
    assert job.error is not None and "There is no model “owner/name” on the hub" in job.error.message
    assert online.downloads.job("owner/name") is job and not online.models.target("owner/name", "").exists()


def test_it_can_be_stopped(online: Studio) -> None:
    job = online.downloads.begin("owner/slow", by="ana")
    online.downloads.stop("owner/slow", by="ana")
    assert job.wait(20) and job.state is JobState.CANCELLED
    assert job.error is not None and "What arrived whole is kept" in job.error.hint


def test_nobody_stops_what_another_person_fetches(online: Studio) -> None:
    job = online.downloads.begin("owner/slow", by="ana")
    with pytest.raises(NotFound, match="ana fetches this model"):
        online.downloads.stop("owner/slow", by="ben")
    assert not online.downloads.may_stop("owner/slow", by="ben") and not job.is_cancelled()
    assert online.downloads.may_stop("owner/slow", by="ana")
    online.downloads.stop("owner/slow", by="ana")
    assert job.wait(20) and not online.downloads.may_stop("owner/slow", by="ana")


def test_what_is_here_is_not_fetched_again_and_offline_nothing_is(online: Studio, tmp_path: Path) -> None:
    folder = online.models.target("owner/here", "")
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    assert online.downloads.begin("owner/here", by="ana").wait(10)
    offline = Studio(Settings(home=tmp_path / "other", offline=True), FakeEngine())
    with pytest.raises(UnusableModel, match="started offline"):
        offline.downloads.begin("owner/name", by="ana")
    offline.close()


def test_how_far_it_is_is_counted_in_bytes(tmp_path: Path) -> None:
    (tmp_path / "part" / "deep").mkdir(parents=True)
    (tmp_path / "part" / "deep" / "model.safetensors").write_bytes(b"12345")
    assert bytes_in(tmp_path / "part") == 5 and bytes_in(tmp_path / "nowhere") == 0
    assert stage_of([{"stage": "download", "total": 1234}]) == ("Downloading", 1234) and stage_of([]) == ("", 0)


def test_folders_that_the_child_sweeps_away_meanwhile_are_passed_over(tmp_path: Path) -> None:
    over = threading.Event()

    def sweep() -> None:
        while not over.is_set():
            (tmp_path / "part" / "a" / "b" / "c").mkdir(parents=True, exist_ok=True)
            shutil.rmtree(tmp_path / "part" / "a")

    child = threading.Thread(target=sweep)
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "config.json").write_bytes(b"12345")
    child.start()
    try:
        assert {bytes_in(tmp_path / "part") for _ in range(2_000)} == {5}
    finally:
        over.set()
        child.join()
