"""Word of a run that ended: signed, on allowed hosts alone, with nothing of what is taught, to whoever asked for it."""

import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from studio.errors import StudioError
from studio.schemas.people.person import Role
from studio.schemas.recipe import Recipe
from studio.services.notices.notices import Notices
from studio.services.notices.sending import SIGNATURE, TIMESTAMP, refuse_webhook, send_webhook
from studio.services.studio import Studio
from studio.settings import Settings
from tests.fake_engine import FakeEngine
from tests.services.conftest import table

GOOD, ADDRESS = "four words in a row", "https://box.example/"


@dataclass
class Listener:
    """A program that hears notices, and may answer badly."""

    host: str = ""
    status: int = 200
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            made.heard.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(made.status)
            self.send_header("location", "http://127.0.0.1:9/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *words: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.host = f"127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def mailbox() -> Iterator[tuple[int, list[str]]]:
    """A mail server that takes one message at a time (RFC 5321, as far as it goes)."""
    taken, letters = socket.create_server(("127.0.0.1", 0)), list[str]()

    def serve() -> None:
        while True:
            try:
                connection, _ = taken.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                connection.sendall(b"220 here\r\n")
                for line in lines:
                    verb = line[:4].upper()
                    if verb == b"DATA":
                        connection.sendall(b"354 go on\r\n")
                        letters.append(b"".join(iter(lines.readline, b".\r\n")).decode())
                    connection.sendall(b"221 bye\r\n" if verb == b"QUIT" else b"250 fine\r\n")
                    if verb == b"QUIT":
                        break

    threading.Thread(target=serve, daemon=True).start()
    yield taken.getsockname()[1], letters
    taken.close()


class Box:
    """A shared studio with one run of Ana's."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.settings = Settings(home=folder / "home", people=True, **settings)
        self.studio = Studio(self.settings, FakeEngine(steps=8, pause=0.0))
        self.ana = self.studio.accounts.add_with_password("Ana", GOOD, by="-", role=Role.ADMINISTRATOR)
        rows = folder / "letters.csv"
        rows.write_text(table(), encoding="utf-8")
        view = self.studio.examples.upload(rows, rows.name, by="Ana", owner=self.ana.id, origin="o", licence="l",
                                           consent="c")  # fmt: skip
        self.project, self.dataset = view.project, view.id
        self.notices = Notices(self.settings, self.studio.home, self.studio.ledger, address=ADDRESS, pause_seconds=0.01)
        self.studio.runs.on_ended = self.notices.run_ended

    def teach(self) -> str:
        run = self.studio.runs.launch(self.project, self.dataset, Recipe(), by="Ana").id
        self.studio.runs.start_worker()
        return run

    def noted(self, verb: str) -> bool:
        return any(line[2] == verb for line in self.studio.ledger.notes())


def until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not so():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_word_goes_to_an_allowed_address_signed_and_without_anything_of_the_examples(
    listener: Listener, tmp_path: Path
) -> None:
    box = Box(tmp_path, webhook_hosts=f"http://{listener.host}")
    wish = box.notices.keep(box.ana.id, "", f"http://{listener.host}/hook", by="Ana")
    run = box.teach()
    until(lambda: bool(listener.heard))
    headers, body = listener.heard[0]
    signed = hmac.new(wish.secret.encode(), headers[TIMESTAMP.lower()].encode() + b"." + body, hashlib.sha256)
    assert headers[SIGNATURE.lower()] == f"sha256={signed.hexdigest()}"
    assert json.loads(body) == {"run": run, "status": "done", "address": ADDRESS}
    until(lambda: box.noted("notice by webhook"))
    box.studio.close()


def test_word_goes_by_mail(mailbox: tuple[int, list[str]], tmp_path: Path) -> None:
    port, letters = mailbox
    box = Box(tmp_path, smtp_host="127.0.0.1", smtp_port=port, smtp_from="studio@box.example")
    box.notices.keep(box.ana.id, "ana@example.org", "", by="Ana")
    run = box.teach()
    until(lambda: bool(letters))
    assert "To: ana@example.org" in letters[0] and f"Run {run} has ended as planned." in letters[0]
    assert "kettle" not in letters[0] and box.project not in letters[0]
    box.studio.close()


def test_nobody_hears_anything_before_she_asks_for_it_and_after_she_was_removed(
    listener: Listener, tmp_path: Path
) -> None:
    box = Box(tmp_path, webhook_hosts=f"http://{listener.host}")
    other = box.studio.accounts.add_with_password("Ben", GOOD, by="-")
    box.notices.keep(other.id, "", f"http://{listener.host}/hook", by="Ben")
    box.studio.accounts.remove(other, by="Ana")
    assert box.notices.wish(other.id).webhook == ""
    run = box.teach()
    until(lambda: box.studio.home.run(run).state.status.is_over)
    box.studio.close()
    time.sleep(0.2)
    assert listener.heard == []


def test_a_listener_that_fails_is_tried_three_times_and_no_redirect_is_followed(
    listener: Listener, tmp_path: Path
) -> None:
    listener.status = 302
    box = Box(tmp_path, webhook_hosts=f"http://{listener.host}")
    box.notices.keep(box.ana.id, "", f"http://{listener.host}/hook", by="Ana")
    box.teach()
    until(lambda: box.noted("notice by webhook failed"))
    assert len(listener.heard) == 3
    box.studio.close()


HOSTS = ("hooks.example.org", "http://10.0.0.5:8080")


@pytest.mark.parametrize("address", [
    "https://hooks.example.org/x", "https://HOOKS.example.org/x?y", "http://10.0.0.5:8080/x"])  # fmt: skip
def test_addresses_on_allowed_hosts(address: str) -> None:
    refuse_webhook(address, HOSTS)


@pytest.mark.parametrize("address", [
    "http://hooks.example.org/x", "https://hooks.example.org:444/x", "https://hooks.example.org.evil/x",
    "https://evil@hooks.example.org/x", "https://hooks.example.org@evil/x", "https://127.0.0.1/x", "http://[::1]/",
    "http://169.254.169.254/latest", "http://10.0.0.5/x", "https://10.0.0.5:8080/x", "file:///etc/passwd", "",
    "https://hooks.example.org/\r\nx", "https://evil\\.hooks.example.org/", "gopher://hooks.example.org/",
])  # fmt: skip
def test_all_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(StudioError):
        refuse_webhook(address, HOSTS)
    with pytest.raises(StudioError):
        send_webhook(address, "s", b"{}", HOSTS)


def test_what_is_no_address_or_has_no_way_is_refused_in_a_sentence(tmp_path: Path) -> None:
    box = Box(tmp_path)
    for email, words in (("ana", "no e-mail"), ("a@b\r\nBcc: x@y", "no e-mail"), ("ana@example.org", "No mail server")):
        with pytest.raises(StudioError, match=words):
            box.notices.keep(box.ana.id, email, "", by="Ana")
    box.studio.close()
