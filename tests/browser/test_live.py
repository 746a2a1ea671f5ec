"""What takes long says so in our own words, beside the button that was pressed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.copy.catalog import say
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.settings import Settings
from tests.browser.conftest import ROOT, Site, Visit
from tests.fake_engine import FakeEngine

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]
STEPS = 20


@pytest.fixture
def over(tmp_path: Path) -> None:
    """A run that is over, in the home that is served."""
    studio = Studio(Settings(home=tmp_path / "home", offline=True), FakeEngine(steps=STEPS, pause=0.0))
    view = studio.imports.import_file(ROOT / "sample_data" / "support.csv", "support", by="ana")
    run = studio.runs.launch(view.project, view.id, Recipe(), by="ana")
    studio.runs.carry_out(run.id)
    studio.close()


def test_what_takes_longer_than_a_moment_says_so_beside_its_button(
    serve: Callable[..., Site], visit: Callable[..., Visit], over: None
) -> None:
    page = visit(serve().address).page
    page.get_by_role("tab", name="Teach").click()
    button = page.get_by_role("button", name="Save the name")
    button.wait_for()
    held: list[Any] = []
    page.route("**/gradio_api/queue/join*", lambda route: held.append(route))
    button.click()
    page.locator("button.working[aria-busy=true]").wait_for()
    assert page.locator("button.working").inner_text() == "Save the name"
    shown = "getComputedStyle(document.querySelector('button.working'), '::after').content"
    assert "Working" in page.evaluate(shown)
    counters = (
        "[...document.querySelectorAll('.progress-text, .meta-text, .eta-bar')].filter((one) => one.offsetParent)"
    )
    assert page.evaluate(f"{counters}.length") == 0
    for route in held:
        route.continue_()
    page.locator("button.working").wait_for(state="detached")
    assert page.locator("[aria-busy=true]").count() == 0


def test_a_picture_that_is_being_drawn_says_so_in_the_place_of_a_sign_that_looks_broken(
    serve: Callable[..., Site], visit: Callable[..., Visit], over: None
) -> None:
    page = visit(serve().address).page
    page.route("**/*lotly*.js", lambda route: None)  # what draws is held up on its way
    page.get_by_role("tab", name="Teach").click()
    page.locator(".curve .empty[data-drawing]").first.wait_for()
    words = "getComputedStyle(document.querySelector('.curve .empty'), '::after').content"
    assert say("plots.drawing") in page.evaluate(words)
    assert page.locator(".curve .empty svg").filter(visible=True).count() == 0
    page.unroute("**/*lotly*.js")
    page.locator(".curve .js-plotly-plot").first.wait_for()
