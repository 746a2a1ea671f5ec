"""A label model all the way: fetched, stopped, gone on with, taught, asked in Compare, and examined in Report."""

import csv
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Site, Visit, until_quiet
from tests.browser.test_fetching import download_with_a_stop
from tests.browser.test_next_version import picture
from tests.encoder_fixtures import DEEDS, SHADES, THINGS, make_encoder
from tests.hub_server import Hub

MODEL = "somebody/labels"
SLOW = 0.7e6  # bytes a second of 18 million: long enough to look at, and to stop
WIDTH = 512
QUESTION, LABEL = "mend the blue belt", "repair"
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nightly, pytest.mark.timeout(580)]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    server = Hub(MODEL, make_encoder(tmp_path / "encoder", width=WIDTH))
    server.bytes_per_second = SLOW
    yield server
    server.close()


def labels(path: Path) -> Path:
    """Texts that tell their label by their words, but for the one that is asked later."""
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["text", "label"])
        texts = [(deed.format(f"{shade} {thing}"), label) for shade in SHADES for thing in THINGS
                 for label, deed in DEEDS.items()]  # fmt: skip
        lines.writerows(row for row in texts if row[0] != QUESTION)
    return path


def fetch(page: Any, hub: Hub) -> None:
    """The model by its name on the hub: looked at, downloaded, stopped, gone on with, and ready."""
    page.get_by_text("A model that is not in this list").click()
    page.get_by_label("Folder on this computer").fill(MODEL)
    page.get_by_role("button", name="Look at this model").click()
    page.get_by_text("Nothing is fetched before").first.wait_for()
    download_with_a_stop(page, hub)
    page.get_by_text("The plan is being worked out").wait_for(state="hidden", timeout=120_000)


def test_a_label_model_is_fetched_taught_asked_and_examined(
    serve: Callable[..., Site], visit: Callable[..., Visit], hub: Hub, tmp_path: Path
) -> None:
    site = serve(offline=False, environ={"HF_ENDPOINT": hub.url})
    seen = visit(site.address)
    page = seen.page
    page.locator(".start input[type=file]").set_input_files(labels(tmp_path / "mails.csv"))
    page.get_by_role("button", name="Yes, this is right").click()
    page.get_by_role("button", name="Next: choose a model").click()
    fetch(page, hub)
    page.get_by_text("It learns to choose among 3 labels.").wait_for(timeout=120_000)
    page.get_by_label("Instructions for every chat").wait_for(state="hidden")
    until_quiet(page)
    look(page, "model")

    page.get_by_role("button", name="Next: teach").click()
    page.get_by_role("button", name="Start teaching").click()
    page.get_by_role("heading", name="Finished").wait_for(timeout=240_000)
    page.get_by_text("More times would hardly help.").wait_for()
    look(page, "teach")

    page.get_by_role("button", name="Next: ask both").click()
    page.get_by_label("Your question").fill(QUESTION)
    page.locator(".ask-buttons button.primary").click()
    page.locator(".pane.tuned .mark").first.wait_for(state="attached", timeout=120_000)
    until_quiet(page)
    said = page.locator(".pane.tuned .bot").last.inner_text()
    assert said.startswith(LABEL) and len(re.findall(r"\d+%", said)) == len(DEEDS), "each label with its certainty"
    assert "does not know" not in said, "it cannot say so"
    look(page, "compare")

    page.get_by_role("tab", name="Report").click()
    page.get_by_role("button", name="Ask the exam").click()
    page.get_by_role("heading", name="Is it better?").wait_for(timeout=240_000)
    page.get_by_text("the right label in").first.wait_for()
    for part in ("How sure it is, and how often it is right", "What a person should decide", "What it takes for what"):
        page.get_by_text(part, exact=True).first.wait_for()
    until_quiet(page)
    look(page, "report")
    assert not seen.errors, seen.errors
    assert not site.left and not seen.outside, "only the address that the environment names"


def look(page: Any, tab: str) -> None:
    """Pictures of the tab as a desktop in the dark shows it, and as a phone by day, for whoever wants to look."""
    if not os.environ.get("PICTURES"):
        return
    usual = page.viewport_size
    for name, width, scheme in (("desk", usual["width"], "dark"), ("phone", 390, "light")):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": usual["height"]})
        page.wait_for_timeout(500)
        picture(page, f"label_{tab}_{name}")
    page.set_viewport_size(usual)
