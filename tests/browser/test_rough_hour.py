"""A rough hour: a third of the page's messages are cut, delayed or swallowed, and she notices nothing but the time."""

import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import ROOT
from tests.browser.faulty_proxy import FAULTS, FaultyProxy
from tests.free_ports import free_port

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nightly, pytest.mark.timeout(0)]
JOURNEYS = int(os.environ.get("STUDIO_JOURNEYS", "5"))  # by hand: STUDIO_JOURNEYS=50
PATIENCE = 120_000
WATCHED = """
window.came = Math.random();
window.alarms = new Set();
const ALARM = /Connection errored out|Connection to the server was lost|Connection Lost/i;
addEventListener("DOMContentLoaded", () => new MutationObserver((changes) => {
  for (const change of changes) for (const node of [change.target, ...change.addedNodes]) {
    const said = node.nodeType === Node.TEXT_NODE || node !== change.target ? node.textContent.match(ALARM) : null;
    if (said) window.alarms.add(said[0]);
  }
}).observe(document.body, { childList: true, subtree: true, characterData: true }));
"""


class RoughSite:
    """A server, the bad line before it, and its home."""

    def __init__(self, home: Path, proxy: FaultyProxy, token: str) -> None:
        self.home, self.proxy = home, proxy
        self.address = f"http://127.0.0.1:{proxy.port}/?token={token}&new=1"

    def folders(self, pattern: str) -> set[Path]:
        """What is there of projects or runs."""
        return set(self.home.glob(pattern))


@pytest.fixture(scope="module")
def rough(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoughSite]:
    home = tmp_path_factory.mktemp("rough") / "home"
    port, shown, token = free_port(), free_port(), secrets.token_hex(8)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.browser.instant_site", str(home), str(port), str(shown), token], cwd=ROOT,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline() == b"open\n"
    with FaultyProxy(shown, port, seed=int(os.environ.get("STUDIO_SEED", "7"))) as proxy:
        yield RoughSite(home, proxy, token)
    process.terminate()
    process.wait(60)
    process.stdout.close()


@pytest.fixture
def rough_page(chromium: Any, rough: RoughSite) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1360, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.add_init_script(WATCHED)
    page.goto(rough.address)
    yield page
    context.close()


def table(path: Path) -> Path:
    """Sixty rows; one twice, and some with an e-mail address."""
    lines = [
        f"How long does parcel {n} take to town {n}?,It takes {n} days; write to desk{n % 3}@example.com."
        for n in range(60)
    ]
    path.write_text("\n".join(["question,answer", *lines, lines[7]]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("journey", range(JOURNEYS))
def test_the_page_ends_with_the_truth_without_a_reload(journey: int, rough: RoughSite, rough_page: Any,
                                                       tmp_path: Path) -> None:  # fmt: skip
    page, began = rough_page, time.monotonic()
    projects, runs = rough.folders("projects/*"), rough.folders("projects/*/runs/*")
    came = page.evaluate("window.came")
    page.locator(".start input[type=file]").set_input_files(table(tmp_path / f"parcels{journey}.csv"))
    page.get_by_role("button", name="Yes, this is right").click()
    page.get_by_role("button", name="Fix all that needs no decision").click()
    page.get_by_role("button", name=re.compile(r"Undo \(\d+\)")).wait_for()
    page.get_by_role("button", name="Next: choose a model").click()
    page.get_by_text("each example is seen").first.wait_for()
    page.get_by_role("button", name="Next: teach").click()
    page.get_by_role("button", name="Start teaching").click()
    page.get_by_role("heading", name="Finished").wait_for()

    (project,) = rough.folders("projects/*") - projects
    (run,) = rough.folders("projects/*/runs/*") - runs
    assert run.is_relative_to(project)
    assert json.loads((run / "status.json").read_text())["status"] == "done"
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1
    assert page.evaluate("window.came") == came, "the page did not load itself anew"
    assert page.evaluate("[...window.alarms]") == []
    print(f"journey {journey}: {time.monotonic() - began:.0f} s, {dict(rough.proxy.counted)}")


def test_the_line_was_really_bad(rough: RoughSite) -> None:
    counted = rough.proxy.counted
    assert set(FAULTS) <= set(counted), counted
    assert sum(counted[fault] for fault in FAULTS) > 2 * JOURNEYS, counted


def test_while_nobody_answers_one_calm_line_says_so_and_it_goes_away(
    rough: RoughSite, rough_page: Any, tmp_path: Path
) -> None:
    line = rough_page.locator(".connection-line")
    rough_page.locator(".start input[type=file]").wait_for(state="attached")
    rough.proxy.always = "refused"
    rough_page.locator(".start input[type=file]").set_input_files(table(tmp_path / "parcels.csv"))
    line.wait_for()
    assert line.inner_text() == "The studio does not answer. Trying again…"
    rough.proxy.always, rough.proxy.share = "", 0.0
    line.wait_for(state="hidden")
    rough_page.get_by_role("button", name="Yes, this is right").wait_for()


def test_a_triple_click_is_one_press(rough: RoughSite, rough_page: Any, tmp_path: Path) -> None:
    rough.proxy.share = 0.0
    projects = rough.folders("projects/*")
    rough_page.locator(".start input[type=file]").set_input_files(table(tmp_path / "thrice.csv"))
    rough_page.get_by_role("button", name="Yes, this is right").click(click_count=3)
    rough_page.locator(".inbox .kind-private_details .press.main").click(click_count=3)
    rough_page.get_by_role("button", name="Undo (1)").wait_for()
    rough_page.get_by_role("button", name="Fix all that needs no decision").click(click_count=3)
    rough_page.get_by_role("button", name="Undo (2)").wait_for()
    assert len(rough.folders("projects/*") - projects) == 1
    rough_page.get_by_role("button", name="Undo (2)").click(click_count=3)
    rough_page.get_by_role("button", name="Undo (1)").wait_for()
    rough_page.wait_for_timeout(1000)  # what a second and a third press would have done by now
    assert rough_page.get_by_role("button", name="Undo (1)").is_visible()


def test_a_press_before_the_page_can_hear_it_is_not_lost(rough: RoughSite, rough_page: Any, tmp_path: Path) -> None:
    rough.proxy.share = 0.0
    rough_page.locator(".start input[type=file]").set_input_files(table(tmp_path / "early.csv"))
    rough_page.get_by_role("button", name="Yes, this is right").click()
    button = rough_page.get_by_role("button", name="Fix all that needs no decision")
    button.wait_for()
    rough_page.evaluate(
        "() => { const field = document.querySelector('.presses'); field.classList.remove('presses');"
        " setTimeout(() => field.classList.add('presses'), 1500); }"
    )
    button.click()
    rough_page.get_by_role("button", name="Undo (1)").wait_for()
