"""A laptop sleeps for seventy minutes, or for eight days: what was typed is there, and signing in again leads back."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from studio.schemas.people.person import Role
from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.drafts import DraftStore
from studio.storage.home import Home
from tests.browser.conftest import ROOT, WATCH, until_quiet
from tests.browser.moved_clock_site import minutes_file
from tests.fake_engine import FakeEngine
from tests.free_ports import free_port
from tests.services.conftest import table

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]
PASSWORD = "four words in a row"


@dataclass
class Box:
    """A shared studio in a process of its own, with a project of Ana's."""

    home: Path
    address: str
    project: str
    person: str

    def sleep(self, minutes: int) -> None:
        """So much later it is from now on."""
        minutes_file(self.home).write_text(str(minutes))

    def drafts(self) -> str:
        """What the server has of what she typed."""
        return " ".join(DraftStore(Home(self.home)).all(self.person, self.project).values())

    def has(self, words: str) -> None:
        """Wait until the server has these words, however busy the computer is."""
        deadline = time.monotonic() + 60
        while self.drafts() != words and time.monotonic() < deadline:
            time.sleep(0.1)
        assert self.drafts() == words


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    home, port = tmp_path / "home", free_port()
    studio = Studio(Settings(home=home, offline=True, people=True), FakeEngine())
    ana = studio.accounts.add_with_password("Ana", PASSWORD, by="-", role=Role.ADMINISTRATOR)
    rows = tmp_path / "letters.csv"
    rows.write_text(table(), encoding="utf-8")
    project = studio.examples.upload(rows, rows.name, by="Ana", owner=ana.id).project
    studio.close()
    words = [sys.executable, "-m", "tests.browser.moved_clock_site", str(home), str(port)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None and server.stdout.readline() == b"open\n"
        yield Box(home, f"http://127.0.0.1:{port}/", project, ana.id)
        server.terminate()


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
    page.add_init_script(WATCH)
    page.clock.install()  # runs on as usual until it is moved
    page.goto(box.address)
    sign_in(page)
    until_quiet(page)
    place = typing_place(page)
    place.press_sequentially("Do you ")
    context.set_offline(True)  # the lid is closed while the last words are on their way
    place.press_sequentially("sell umbrellas")
    box.sleep(70)
    before = page.evaluate("Date.now()")
    page.clock.fast_forward("01:10:00")  # the browser's own clock goes on with a jump, as when the lid is opened
    context.set_offline(False)
    assert page.evaluate("Date.now()") - before >= 70 * 60_000
    holds(page, place, "Do you sell umbrellas")
    place.press_sequentially(", please?")
    holds(page, place, "Do you sell umbrellas, please?")
    box.has("Do you sell umbrellas, please?")  # the sign-in holds after the sleep

    box.sleep(8 * 24 * 60)  # longer than a sign-in
    place.press_sequentially(" Red")
    page.wait_for_timeout(1500)
    assert box.drafts() == "Do you sell umbrellas, please?", "nobody is signed in"
    page.reload()
    sign_in(page)
    until_quiet(page)
    holds(page, typing_place(page), "Do you sell umbrellas, please? Red")

    page.goto(f"{box.address}studio/account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_text("You are signed out.").wait_for()
    assert page.evaluate("sessionStorage.length") == 0, "nothing of hers stays in the browser of a shared desk"
    context.close()
