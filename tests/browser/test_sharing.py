"""Two people in two browsers: one shares a project for a blind vote, the other votes in it and can do nothing more."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.schemas.people.person import Role
from studio.schemas.recipe import Recipe
from studio.services.access import Actor
from studio.services.studio import Studio
from studio.settings import Settings
from tests.browser.conftest import Site, leave, start
from tests.browser.test_page import RULES
from tests.fake_engine import FakeEngine
from tests.services.conftest import table

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "four words in a row"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Path]]:
    """A studio of Ana, who has a question set with replies, and of Ben, who has nothing; and Ana's project."""
    folder = tmp_path_factory.mktemp("sharing")
    studio = Studio(Settings(home=folder / "home", offline=True, people=True), FakeEngine(steps=8, pause=0.0))
    ana = studio.accounts.add_with_password("Ana", PASSWORD, by="-", role=Role.ADMINISTRATOR)
    studio.accounts.add_with_password("Ben", PASSWORD, by="-")
    (folder / "letters.csv").write_text(table(), encoding="utf-8")
    view = studio.examples.upload(folder / "letters.csv", "letters.csv", by="Ana", owner=ana.id)
    at = studio.open(Actor(ana.id, "Ana"), view.project)
    at.versions.state_rights(view.project, view.id, by="", origin="ours", licence="ours", consent="given")
    run = at.runs.launch(view.project, view.id, Recipe(), by="").id
    studio.runs.carry_out(run)
    ballot = at.voting.make(run, "tuned", "base", by="", count=3).id
    studio.voting.prepare(ballot, on_progress=lambda *_: None, stop=lambda: False)
    studio.close()
    site = start(folder / "home", "--people")
    yield site, folder / "home" / "projects" / view.project
    leave(site)


def axe_finds(page: Any) -> list[str]:
    """The accessibility rules that the page breaks."""
    from axe_playwright_python.sync_playwright import Axe

    return [rule["id"] for rule in Axe().run(page, options=RULES).response["violations"]]


def signed_in(browser: Any, site: Site, name: str) -> Any:
    page = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce").new_page()
    page.set_default_timeout(60_000)
    page.goto(site.address)
    assert axe_finds(page) == []
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.locator("form button").first.click()
    page.get_by_text(f"Signed in as {name}").wait_for()
    return page


def test_a_project_is_shared_for_voting_and_the_other_one_votes(chromium: Any, shared: tuple[Site, Path]) -> None:
    site, folder = shared
    ana, ben = signed_in(chromium, site, "Ana"), signed_in(chromium, site, "Ben")
    assert ben.locator(".picker").filter(visible=True).count() == 0
    assert ben.get_by_role("button", name="Share this project").filter(visible=True).count() == 0

    ana.get_by_role("button", name="Share this project").click()
    ana.get_by_text("Nobody else sees this project.").wait_for()
    ana.get_by_label("With", exact=True).click()
    ana.get_by_role("option", name="Ben").click()
    ana.get_by_label("read and vote", exact=True).click()
    ana.get_by_role("button", name="Share", exact=True).click()
    ana.get_by_text("Ben: read and vote").wait_for()

    ben.goto(site.address)  # the address of a page without a project says that a new one is wanted
    ben.get_by_text("This project belongs to Ana. You may read it and vote.").wait_for()
    assert ben.locator(".picker input").input_value() == "letters (of Ana)"
    ben.get_by_role("tab", name="Compare").click()
    ben.get_by_role("tab", name="Blind vote").click()
    ben.get_by_text("Ben · question 1 of 3 · 0 voted").wait_for()
    ben.get_by_role("button", name="Left is better", exact=True).click()
    ben.get_by_text("Ben · question 2 of 3 · 1 voted").wait_for()
    votes = [json.loads(line) for line in (folder / "verdicts.jsonl").read_text().splitlines()]
    assert [vote["by"] for vote in votes] == ["Ben"]

    ana.get_by_label("Shared with", exact=True).click()
    ana.get_by_role("option", name="Ben").click()
    ana.get_by_role("button", name="End sharing").click()
    ana.get_by_text("Nobody else sees this project.").wait_for()
    ben.get_by_role("button", name="Left is better", exact=True).click()
    ben.get_by_text("There is no project").first.wait_for()
    assert len((folder / "verdicts.jsonl").read_text().splitlines()) == 1


def test_the_pages_about_people_are_clean_and_lead_out(chromium: Any, shared: tuple[Site, Path]) -> None:
    site, _ = shared
    ana = signed_in(chromium, site, "Ana")
    assert axe_finds(ana) == []
    for place in ("studio/account", "studio/people", "studio/code"):
        ana.goto(site.address + place)
        assert axe_finds(ana) == [], place
        ana.set_viewport_size({"width": 360, "height": 700})
        assert ana.evaluate("document.documentElement.scrollWidth") <= 360, place
    ana.goto(site.address + "studio/account")
    ana.get_by_role("button", name="Sign out", exact=True).click()
    ana.get_by_text("You are signed out.").wait_for()
    ana.goto(site.address)
    assert ana.url.endswith("/studio/sign-in")
