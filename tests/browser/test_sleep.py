"""A laptop sleeps for seventy minutes, or for eight days: what was typed is there, and signing in again leads back."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from studio.schemas.people.person import Role
from studio.services.studio import Studio
from studio.settings import Settings
from studio.web.guard.admission import SessionKeys
from studio.web.server import Server, build_site
from tests.browser.conftest import free_port
from tests.fake_engine import FakeEngine
from tests.services.conftest import table

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]
PASSWORD = "four words in a row"


@dataclass
class Box:
    """A studio in this process, whose clock the test moves."""

    home: Path
    port: int = field(default_factory=free_port)
    asleep: timedelta = timedelta()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def prepare(self) -> None:
        self.studio = Studio(Settings(home=self.home, offline=True, people=True, port=self.port), FakeEngine(),
                             lambda: datetime.now(UTC) + self.asleep)  # fmt: skip
        ana = self.studio.accounts.add_with_password("Ana", PASSWORD, by="-", role=Role.ADMINISTRATOR)
        rows = self.home.parent / "letters.csv"
        rows.write_text(table(), encoding="utf-8")
        self.project = self.studio.examples.upload(rows, rows.name, by="Ana", owner=ana.id).project
        self.person = ana.id

    def drafts(self) -> str:
        """What the server has of what she typed."""
        from studio.storage.drafts import DraftStore

        return " ".join(DraftStore(self.studio.home).all(self.person, self.project).values())


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    made, ready = Box(tmp_path / "home"), threading.Event()
    made.prepare()
    servers: list[Any] = []

    def serve() -> None:
        site = build_site(made.studio, made.studio.settings, SessionKeys("k"), port=made.port,
                          people=made.studio.people, on_first_page=lambda: None)  # fmt: skip
        config = uvicorn.Config(site.app, port=made.port, log_level="warning", ws="none", timeout_graceful_shutdown=1)
        servers.append((Server(config, ready.set, site.leave), site))
        servers[0][0].run()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(60)
    yield made
    server, site = servers[0]
    site.leave()
    server.should_exit = True
    thread.join(30)
    made.studio.close()


def sign_in(page: Any) -> None:
    page.fill("input[name=name]", "Ana")
    page.fill("input[name=password]", PASSWORD)
    page.locator("form button").first.click()
    page.get_by_text("Signed in as Ana").wait_for()


def typing_place(page: Any) -> Any:
    page.get_by_text("Add or take out a row").click()
    return page.get_by_label("A new question")


def holds(page: Any, place: Any, words: str) -> None:
    page.wait_for_function("([field, words]) => field.value === words", arg=[place.element_handle(), words])


def test_no_word_is_lost_in_a_laptops_sleep_and_after_signing_in_again(chromium: Any, box: Box) -> None:
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.clock.install()
    page.goto(box.address)
    sign_in(page)
    place = typing_place(page)
    place.press_sequentially("Do you ")
    context.set_offline(True)  # the lid is closed while the last words are on their way
    place.press_sequentially("sell umbrellas")
    box.asleep = timedelta(minutes=70)
    page.clock.fast_forward("01:10:00")
    context.set_offline(False)
    holds(page, place, "Do you sell umbrellas")
    place.press_sequentially(", please?")
    page.wait_for_timeout(1500)
    holds(page, place, "Do you sell umbrellas, please?")
    assert box.drafts() == "Do you sell umbrellas, please?", "the sign-in holds after the sleep"

    box.asleep = timedelta(days=8)  # longer than a sign-in
    place.press_sequentially(" Red")
    page.wait_for_timeout(1500)
    assert box.drafts() == "Do you sell umbrellas, please?", "nobody is signed in"
    page.reload()
    sign_in(page)
    holds(page, typing_place(page), "Do you sell umbrellas, please? Red")

    page.goto(f"{box.address}studio/account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_text("You are signed out.").wait_for()
    assert page.evaluate("sessionStorage.length") == 0, "nothing of hers stays in the browser of a shared desk"
    context.close()
