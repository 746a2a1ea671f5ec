"""A model that is not here: fetched on the Model tab from a stand-in of the hub, stopped, gone on with, and taught."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Site, Visit
from tests.browser.test_teach import plan
from tests.hub_server import Hub
from tests.services.conftest import table

ROOT = Path(__file__).resolve().parents[2]
MODEL = "somebody/practice"
SLOW = 0.7e6  # bytes a second: long enough to look at, and to stop
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nightly, pytest.mark.timeout(400)]


@pytest.fixture
def hub() -> Iterator[Hub]:
    server = Hub(MODEL, ROOT / "assets" / "starter")
    server.bytes_per_second = SLOW
    yield server
    server.close()


def choose(page: Any, path: Path) -> None:
    """A table, and a model that is not in the list."""
    page.locator(".start input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Yes, this is right").click()
    page.get_by_role("button", name="Next: choose a model").click()
    page.get_by_text("A model that is not in this list").click()
    page.get_by_label("Folder on this computer").fill(MODEL)
    page.get_by_role("button", name="Look at this model").click()


def download_with_a_stop(page: Any, hub: Hub) -> None:
    """Begun, stopped while it is slow, gone on with, and ready."""
    page.get_by_role("button", name="Download it").click()
    page.locator(".live-job").first.wait_for()
    page.get_by_text("MB a second").first.wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("What arrived whole is kept").first.wait_for()
    hub.bytes_per_second = 0
    page.get_by_role("button", name="Download it").click()
    page.locator(".choices label.selected").filter(has_text="Ready").wait_for(timeout=120_000)


def test_a_model_is_fetched_stopped_gone_on_with_and_taught_and_nobody_else_is_asked(
    serve: Callable[..., Site], visit: Callable[..., Visit], hub: Hub, tmp_path: Path
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text(table(60), encoding="utf-8")
    site = serve(offline=False, environ={"HF_ENDPOINT": hub.url})
    seen = visit(site.address)
    page = seen.page
    choose(page, path)
    page.get_by_text("Nothing is fetched before").first.wait_for()
    assert not [one for one in hub.asked if "/resolve/" in one[1] and one[0] == "GET"], "nothing before she presses"

    download_with_a_stop(page, hub)
    page.locator(".plan .figure").filter(has_text="memory needed").filter(has_text="free").wait_for(timeout=120_000)
    page.get_by_text("The plan is being worked out").wait_for(state="hidden", timeout=120_000)
    plan(page, 2)
    page.get_by_role("button", name="Next: teach").click()
    page.get_by_role("button", name="Start teaching").click()
    page.get_by_role("heading", name="Finished").wait_for(timeout=200_000)
    assert not seen.errors, seen.errors
    assert not site.left and not seen.outside, "only the address that the environment names"
