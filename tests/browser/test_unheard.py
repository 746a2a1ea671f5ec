"""A press or a word of the server that nobody heard at first: it is said again, and given up only with a sentence."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.copy.catalog import say
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.settings import Settings
from tests.browser.conftest import Site, Visit, until_quiet
from tests.fake_engine import FakeEngine

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

THINGS = [
    f"{one} {two}" for one in ("red", "old", "tall", "small") for two in ("lamp", "chair", "kettle", "stool", "desk")
]

# Nothing of the hidden field reaches Gradio, as while a tab is being mounted that cannot hear yet.
DEAF = """
window.deaf = true;
addEventListener("input", (event) => {
  if (window.deaf && event.target.closest(".presses")) event.stopImmediatePropagation();
}, true);
"""
# The first three presses of the tab's hidden button are lost; all are counted.
LOSES_THREE = """
window.pressed = 0;
addEventListener("click", (event) => {
  if (event.target.closest("button.refresh") && ++window.pressed <= 3) event.stopImmediatePropagation();
}, true);
"""


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """A run that is over, in the home that is served; one of its examples stood there twice."""
    rows = [f"How do I mend a {what}?,Bring the {what} to the desk at noon." for what in THINGS]
    path = tmp_path / "mend.csv"
    path.write_text("\n".join(["question,answer", *rows, rows[0]]), encoding="utf-8")
    studio = Studio(Settings(home=tmp_path / "home", offline=True), FakeEngine(steps=8, pause=0.0))
    view = studio.imports.import_file(path, "mend", by="ana")
    run = studio.runs.launch(view.project, view.id, Recipe(), by="ana")
    studio.runs.carry_out(run.id)
    folder = studio.runs.view(run.id).folder
    studio.close()
    return folder


def test_a_press_that_nobody_heard_says_so_and_can_be_pressed_again(
    serve: Callable[..., Site], visit: Callable[..., Visit], run_folder: Path
) -> None:
    page = visit(serve().address).page
    button = page.locator(".inbox .line button.main").first
    button.wait_for()
    lines = page.locator(".inbox .line").count()
    page.evaluate(DEAF)
    button.click()
    line = page.get_by_role("alert").filter(has_text=say("page_press.unheard"))
    line.wait_for(timeout=20_000)
    assert line.inner_text() == "The studio did not hear this press. Press again."
    assert button.is_enabled() and button.get_attribute("aria-busy") is None
    page.evaluate("window.deaf = false")
    button.click()
    line.wait_for(state="hidden")
    until_quiet(page)
    assert page.locator(".inbox .line").count() < lines or page.locator(".screen").count(), "it was carried out"


@pytest.mark.nightly
def test_news_of_the_server_is_read_again_until_a_request_left_the_page(
    serve: Callable[..., Site], visit: Callable[..., Visit], run_folder: Path
) -> None:
    page = visit(serve().address).page
    page.get_by_role("tab", name="Teach").click()
    until_quiet(page)
    page.wait_for_timeout(2_000)  # the stream is open, and how things stand was told once
    page.evaluate(LOSES_THREE)
    shutil.copytree(run_folder, run_folder.with_name(f"{run_folder.name}b"))  # a run that began elsewhere
    with page.expect_request("**/gradio_api/queue/join*", timeout=60_000):
        pass
    until_quiet(page)
    assert page.evaluate("window.pressed") == 4
    page.wait_for_timeout(2_000)
    assert page.evaluate("window.pressed") == 4, "what was heard is not said again"
