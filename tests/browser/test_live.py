"""What takes long says so in our own words, beside the button that was pressed."""

import json
import time
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


def test_the_axis_of_steps_runs_to_the_last_planned_step_and_points_are_drawn_within_seconds(
    serve: Callable[..., Site], visit: Callable[..., Visit], over: None
) -> None:
    """How many steps there are is known only after the picture was first drawn, and drawing is slow at times."""
    site = serve()
    (folder,) = site.home.glob("projects/*/runs/*")
    page = visit(site.address).page

    def told(name: str, **data: Any) -> str:
        return f"event: {name}\ndata: {json.dumps(data)}\n\n"

    def stream(route: Any) -> None:
        told_now = told("figures", run=folder.name, headline=["", "", "", ""], figures=[], notes=[])
        told_now += told("progress", job=folder.name, kind="run", done=10, total=42, going=True, text="Step 10 of 42.")
        told_now += told("curve", points=[{"step": step, "loss": 2.0} for step in range(1, 11)])
        route.fulfill(status=200, content_type="text/event-stream", body=told_now)

    page.get_by_role("tab", name="Teach").click()
    page.locator(".curve .js-plotly-plot").first.wait_for()
    plot = "document.querySelector('.curve .js-plotly-plot')"
    page.evaluate(f"Plotly.relayout({plot}, {{'xaxis.autorange': true}}).then(() => 0)")
    page.route("**/studio/live*", stream)
    page.evaluate("window.dispatchEvent(new Event('pagehide')); document.dispatchEvent(new Event('studio:page'))")
    deadline = time.monotonic() + 12
    while page.evaluate(f"{plot}.layout.xaxis.range") != [0, 42]:
        assert time.monotonic() < deadline, page.evaluate(f"{plot}.layout.xaxis")
        page.wait_for_timeout(200)
    assert page.evaluate(f"[...{plot}.data[0].x]") == list(range(1, 11))


def test_an_older_answer_does_not_say_again_that_a_run_which_is_over_still_learns(
    serve: Callable[..., Site], visit: Callable[..., Visit], over: None
) -> None:
    """“Finished” came and went: a request that had left before the end told how it stood then."""
    site = serve()
    (folder,) = site.home.glob("projects/*/runs/*")
    page = visit(site.address).page
    words = json.dumps(
        {"run": folder.name, "headline": ["Finished", "It is over.", "", ""], "figures": [], "notes": []}
    )

    def stream(route: Any) -> None:
        route.fulfill(status=200, content_type="text/event-stream", body=f"event: figures\ndata: {words}\n\n")

    page.get_by_role("tab", name="Teach").click()
    page.locator(".mounted .live-headline").wait_for()
    page.route("**/studio/live*", stream)
    page.evaluate("window.dispatchEvent(new Event('pagehide')); document.dispatchEvent(new Event('studio:page'))")
    page.get_by_text("It is over.").wait_for()
    shown = page.evaluate("""async () => {
        const box = document.querySelector(".live-headline"), drawn = [];
        const older = box.cloneNode(true);
        older.querySelector(".live-title").textContent = "Learning";
        box.replaceWith(older);
        for (let frame = 0; frame < 30; frame++) {
            await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));  // after this frame was drawn
            drawn.push(document.querySelector(".live-title").textContent);
        }
        return drawn;
    }""")
    assert set(shown) == {"Finished"}, "not in a single frame"
