"""Teaching in a browser: choose, start, watch, reload, stop, resume, keep, compare; and what she zoomed to stays."""

import json
import os
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import ROOT, Site, Visit
from tests.services.conftest import table

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nightly, pytest.mark.timeout(580)]
STEPS_A_PASS = 7  # 49 examples to learn from, eight at once
PASSES = 200  # more than a busy computer learns before the page is looked at, reloaded and told to stop
# the last step of a curve that holds a point for every step, or, once there are hundreds, at least so many
DRAWN_TO = """(() => {
  const steps = document.querySelector('.curve .js-plotly-plot')?.data?.[0]?.x || [];
  return steps.length && steps.length >= Math.min(steps.at(-1), 250) ? steps.at(-1) : 0;
})()"""
RANGE = "document.querySelector('.curve .js-plotly-plot')?.layout?.xaxis?.range || [0, 0]"
ZOOM = "Plotly.relayout(document.querySelector('.curve .js-plotly-plot'), {'xaxis.range[0]': 2, 'xaxis.range[1]': 9})"
LINES = "document.querySelector('.curve.beside .js-plotly-plot')?.data?.length || 0"


def until(page: Any, number: str, least: float, *, seconds: float = 120) -> None:
    """Wait for a number on the page; Playwright's own waiting is stopped by the page's policy."""
    deadline = time.monotonic() + seconds
    while (found := page.evaluate(number)) < least:
        assert time.monotonic() < deadline, (number, found)
        page.wait_for_timeout(200)


def plan(page: Any, passes: int, a_pass: int = STEPS_A_PASS) -> None:
    """A plan with so many times through the examples."""
    box = page.get_by_label("Times through the examples")
    box.fill(str(passes))
    box.press("Tab")
    page.locator(".plan .figure").filter(has_text="steps").filter(has_text=f"{passes * a_pass:,}").wait_for()


def pick(page: Any, label: str, option: str | re.Pattern[str]) -> None:
    """Choose from a list that opens, and leave it closed."""
    box = page.get_by_label(label)
    box.click()
    page.get_by_role("option", name=option).first.click()
    box.press("Tab")
    page.get_by_role("option").first.wait_for(state="hidden")


def come_to_teach(page: Any, path: Path, passes: int, a_pass: int = STEPS_A_PASS) -> None:
    """From a file to the Teach tab, before the start."""
    page.locator(".start input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Yes, this is right").click()
    page.get_by_role("button", name="Next: choose a model").click()
    page.locator(".plan .figure").first.wait_for(timeout=120_000)
    plan(page, passes, a_pass)
    page.get_by_role("button", name="Next: teach").click()


def begin_asked(page: Any, folder: Path, *questions: str) -> None:
    """A run of many passes that answers these questions as it learns."""
    path = folder / "tickets.csv"
    path.write_text(table(60), encoding="utf-8")
    come_to_teach(page, path, PASSES)
    page.get_by_label("Your questions").fill("\n".join(questions))
    page.get_by_role("button", name="Start teaching").click()


def test_a_run_is_started_watched_stopped_resumed_kept_and_compared(
    serve: Callable[..., Site], visit: Callable[..., Visit], tmp_path: Path
) -> None:
    seen = visit(serve().address)
    page = seen.page
    begin_asked(page, tmp_path, "Do you sell umbrellas?")
    until(page, DRAWN_TO, 12)

    page.evaluate(ZOOM)
    before = page.evaluate(DRAWN_TO)
    until(page, DRAWN_TO, before + 5)
    assert page.evaluate(RANGE) == [2, 9], "an update leaves her zoom alone"

    page.reload()
    page.get_by_role("tab", name="Teach").click()
    until(page, DRAWN_TO, before)
    page.get_by_text("After step").first.wait_for()
    answers = page.locator("table.plain").filter(has_text="Starting model")
    assert "umbrellas" in answers.inner_text()
    cells = answers.locator("td").all_inner_texts()
    assert len(cells) > 2 and all(len(cell.split()) > 2 for cell in cells), "words at every saved point"
    assert not any(why in cell for cell in cells for why in ("Not asked", "no words", "memory")), cells
    assert page.locator(".two-thirds:has(.curve) .figures ~ ul").count() == 0, "nothing is done worse than promised"
    page.get_by_role("button", name="Stop and keep the best").click()
    page.get_by_role("button", name="Resume").wait_for(timeout=120_000)
    page.get_by_role("heading", name="Stopped").wait_for()
    before = page.evaluate(DRAWN_TO)
    page.get_by_role("button", name="Resume").click()
    until(page, DRAWN_TO, before + 5)

    page.get_by_role("button", name="Stop and keep this version").click()
    page.get_by_role("button", name="Keep this version", exact=True).wait_for(timeout=120_000)
    page.get_by_text("chose to keep the version").first.wait_for()

    page.get_by_label("A name for it").fill("Patient")
    page.get_by_role("button", name="Save the name").click()
    page.locator(".run-list").get_by_text("Patient").wait_for()
    page.get_by_role("button", name="Teach again with one change").click()
    plan(page, 3)
    page.get_by_role("button", name="Next: teach").click()
    page.get_by_role("button", name="Start teaching").click()
    page.get_by_role("heading", name="Finished").wait_for(timeout=300_000)

    page.locator(".run-list label").filter(has_not_text="Patient").filter(has_text="done").wait_for()
    pick(page, "Runs to compare", re.compile("Patient"))
    pick(page, "Runs to compare", re.compile("done"))
    until(page, LINES, 2)
    differs = page.locator("table.plain").filter(has_text="What differs").inner_text()
    assert "Times through the examples" in differs and str(PASSES) in differs

    page.get_by_role("button", name="Delete this run").click()
    page.get_by_role("button", name=re.compile("Bring back")).click()
    page.get_by_role("button", name=re.compile("Bring back")).wait_for(state="hidden")
    assert page.locator(".run-list label").count() == 2

    page.get_by_label("For technicians").check()
    page.get_by_role("button", name="Run it elsewhere").click()
    with page.expect_download() as saving:
        page.get_by_role("button", name="Show this run as a script").click()
    assert saving.value.suggested_filename.endswith("-script.zip")
    assert "SFTTrainer(" in page.locator("pre.script").inner_text()
    assert not seen.errors, seen.errors
    assert not seen.outside, seen.outside


CLOSINGS = int(os.environ.get("STUDIO_CLOSINGS", "0"))  # by hand: STUDIO_CLOSINGS=50


@pytest.mark.timeout(0)
@pytest.mark.skipif(not CLOSINGS, reason="minutes long: asked for by STUDIO_CLOSINGS=50")
def test_pages_that_are_closed_at_any_moment_lose_no_point_of_the_curve(
    serve: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    site = serve()
    first = visit(site.address).page
    come_to_teach(first, ROOT / "sample_data" / "support.csv", 100, 43)
    first.get_by_role("button", name="Start teaching").click()
    until(first, DRAWN_TO, 1)
    first.context.close()
    chance = random.Random(1)
    for number in range(CLOSINGS):
        page = visit(site.address).page
        page.get_by_role("tab", name="Teach").click()
        page.wait_for_timeout(chance.random() * 1500)
        if number < CLOSINGS - 1:
            page.context.close()
    stop = page.get_by_role("button", name="Stop and keep the best")
    if stop.is_visible():  # on a busy computer it may have learned all it can by now
        stop.click()
    page.get_by_role("heading", name=re.compile("Stopped|Finished")).wait_for(timeout=120_000)
    (curve,) = site.home.glob("projects/*/runs/*/metrics.jsonl")
    lines = [json.loads(line) for line in curve.read_text().splitlines()]
    outcome = json.loads((curve.parent / "outcome.json").read_text())
    print(f"{CLOSINGS} closings, {outcome['steps']} steps")
    assert [line["step"] for line in lines if "loss" in line] == list(range(1, outcome["steps"] + 1))
    assert outcome["steps"] > CLOSINGS
