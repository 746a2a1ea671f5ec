"""From mistakes to a served better version: corrections, the next version, one exam for all, serve it, go back.

Teaching is the instant engine's: what learning from a version's weights does is in `tests/training/test_teach_on.py`.
"""

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.schemas.example import Message
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.settings import Settings
from tests.browser.conftest import ROOT, Visit, until_quiet
from tests.fake_engine import FakeEngine
from tests.free_ports import free_port
from tests.services.conftest import table

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(240)]
PROJECT = "desk"
NEWS = ["umbrellas for giants", "boots for cats", "maps of the moon", "tents for snails", "hats for owls",
        "oars for ducks", "skates for goats", "kites for moles", "drums for mice", "scarves for eels"]  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A home with one version, ten corrections, twenty thumbs, and two corrections that must never be learned."""
    home = tmp_path_factory.mktemp("desk") / "home"
    studio = Studio(Settings(home=home, offline=True), FakeEngine(steps=8, pause=0.0))
    studio.home.create_project(PROJECT, studio.person, id=PROJECT)
    path = home / "tickets.csv"
    path.write_text(table(), encoding="utf-8")
    view = studio.examples.upload(path, path.name, by=studio.person, project=PROJECT)
    run = studio.runs.launch(PROJECT, view.id, Recipe(), by=studio.person).id
    studio.runs.carry_out(run)
    exam = studio.home.exam(PROJECT)
    assert exam is not None
    said = [(f"Do you sell {news}?", f"Yes, {news} stand on shelf {number}.") for number, news in enumerate(NEWS)]
    said += [(exam.examples[0].question, "It was sold out years ago."),
             (f"Could you please tell me: {exam.examples[1].question}", "That is a secret of the house.")]  # fmt: skip
    for number, (question, answer) in enumerate([*said, *((f"Is shelf {n} open?", "") for n in range(20))]):
        studio.feedback.add(
            PROJECT, by=studio.person, key=str(number), origin="chat", version=run, reply=f"No idea about {number}.",
            turns=(Message(role="user", content=question),), correction=answer or None,
            judgement="wrong" if answer else ("up" if number % 2 else "down"),
        )  # fmt: skip
    studio.family.serve(PROJECT, run, by=studio.person)
    studio.close()
    port, token = free_port(), secrets.token_hex(8)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.browser.instant_site", str(home), str(port), str(port), token], cwd=ROOT,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline() == b"open\n"
    yield home, f"http://127.0.0.1:{port}/?token={token}"
    process.terminate()
    process.wait(60)
    process.stdout.close()


def picture(page: Any, name: str) -> None:
    """For whoever wants to look: PICTURES names a folder."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_corrections_become_a_version_that_is_examined_served_and_gone_back_from(
    served: tuple[Path, str], visit: Callable[..., Visit]
) -> None:
    home, address = served
    seen = visit(address)
    page = seen.page
    page.get_by_role("button", name="Read what people said").click()
    until_quiet(page)
    for question in NEWS:
        row = page.locator("ul.inbox > li", has_text=question)
        row.get_by_role("button", name="Accept", exact=True).click()
        until_quiet(page)
    for words in ("It was sold out years ago", "That is a secret of the house"):
        row = page.locator("ul.inbox > li", has_text=words)
        row.get_by_role("button", name=re.compile("^Accept")).first.click()
        until_quiet(page)
    page.get_by_role("button", name="Make the next version").first.click()
    page.get_by_text("10 corrections become new examples.").wait_for()
    page.get_by_text("too like an exam question").first.wait_for()
    picture(page, "next-version")
    page.locator("button.make-next, .make-next button").filter(visible=True).click()
    page.get_by_text(re.compile("finished|Done|is done", re.IGNORECASE)).first.wait_for()
    until_quiet(page)
    runs = sorted(home.glob(f"projects/{PROJECT}/runs/*"))
    newest = next(run for run in runs if (run / "start").is_dir())
    taught = "".join((newest / f"{part}.jsonl").read_text(encoding="utf-8") for part in ("train", "validation"))
    assert all(news in taught for news in NEWS)
    assert "sold out" not in taught and "secret of the house" not in taught, "the exam never leaks"
    assert "sold out" in (home / "projects" / PROJECT / "exam.json").read_text(encoding="utf-8")
    page.get_by_role("tab", name="Report").click()
    until_quiet(page)
    page.get_by_role("button", name="All versions").click()
    page.get_by_role("button", name="Give all the same exam").click()
    for _ in range(40):
        page.get_by_role("button", name="Look again", exact=True).filter(visible=True).last.click()
        until_quiet(page)
        if page.get_by_text("On the same exam").filter(visible=True).count():
            break
    page.locator(".family-plot .main-svg").first.wait_for()
    page.get_by_role("button", name="Compare without knowing which is which").click()
    page.get_by_text(re.compile(r"1 set of \d+ questions to vote on")).wait_for()
    page.get_by_role("button", name="Let colleagues use this one").click()
    page.get_by_text("Version 1 is kept, and one press goes back to it.").wait_for()
    picture(page, "all-versions")
    page.get_by_role("button", name="Yes, let them use it").click()
    page.get_by_text("Version 2 is the one in use now.").wait_for()
    page.get_by_role("button", name="Go back to Version 1").click()
    page.get_by_text("Version 1 is the one in use now.").wait_for()
    changes = (home / "projects" / PROJECT / "served.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(changes) == 3 and not seen.outside, seen.outside
    assert not seen.errors, seen.errors
