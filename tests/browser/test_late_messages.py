"""A message that a bad line held up: what it asked for is not done to a page that has gone on since."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.copy.catalog import say
from studio.services.studio import Studio
from studio.settings import Settings
from tests.browser.conftest import Site, Visit, until_quiet
from tests.fake_engine import FakeEngine

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

THINGS = [
    f"{one} {two}"
    for one in ("red", "old", "tall", "small", "new", "blue")
    for two in ("lamp", "chair", "kettle", "stool", "desk")
]


@pytest.fixture
def table_at_home(tmp_path: Path) -> None:
    """A table without findings, in the home that is served."""
    path = tmp_path / "mend.csv"
    rows = [f"How do I mend a {what}?,Bring the {what} to the desk at noon." for what in THINGS]
    path.write_text("\n".join(["question,answer", *rows]), encoding="utf-8")
    studio = Studio(Settings(home=tmp_path / "home", offline=True), FakeEngine(steps=8, pause=0.0))
    studio.imports.import_file(path, "mend", by="ana")
    studio.close()


@pytest.mark.usefixtures("table_at_home")
def test_a_tab_that_was_asked_for_before_the_last_press_does_not_come_back(
    serve: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    page = visit(serve().address).page
    refused: list[str] = []
    bad_line = f'"value":"{say("tabs.model")}'  # the page's own word that its tab is selected, after each way to it

    def carry(route: Any) -> None:
        body = route.request.post_data or ""
        if bad_line and bad_line in body:
            refused.append(body)
            route.abort()
        else:
            route.continue_()

    page.route("**/gradio_api/queue/join*", carry)
    page.get_by_role("button", name="Next: choose a model").click()
    page.get_by_text("each example is seen").first.wait_for(timeout=60_000)
    page.get_by_role("button", name="Next: teach").click()
    page.get_by_role("button", name="Start teaching").wait_for()
    with page.expect_response(lambda answer: refused[0] == answer.request.post_data):  # it is said again until heard
        bad_line = ""
    until_quiet(page)
    page.wait_for_timeout(500)
    assert page.locator(".mounted.tab-teach").is_visible()
    assert page.get_by_role("tab", name=say("tabs.teach")).get_attribute("aria-selected") == "true"


@pytest.mark.usefixtures("table_at_home")
def test_of_quick_presses_on_the_tabs_the_last_one_counts(
    serve: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    page = visit(serve().address).page
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    until_quiet(page)
    for _ in range(3):
        for tab in ("report", "teach", "compare", "examples", "report", "teach"):
            page.get_by_role("tab", name=say(f"tabs.{tab}")).click()
            page.wait_for_timeout(60)
        page.locator(".mounted.tab-teach").wait_for()
        until_quiet(page)
        page.wait_for_timeout(500)
        assert page.locator(".mounted.tab-teach").is_visible(), "an older press led back"
        assert page.get_by_role("tab", name=say("tabs.teach")).get_attribute("aria-selected") == "true"
    assert not faults, "no part was handed the values of a part of another kind"


@pytest.mark.usefixtures("table_at_home")
def test_a_second_press_on_a_tab_counts_while_the_first_is_still_on_its_way(
    serve: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    page = visit(serve().address).page
    until_quiet(page)
    held: list[Any] = []
    pressing = True

    def carry(route: Any) -> None:
        if pressing and f'"value":"{say("tabs.teach")}' in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    page.route("**/gradio_api/queue/join*", carry)
    page.get_by_role("tab", name=say("tabs.teach")).click()
    page.get_by_role("tab", name=say("tabs.report")).click()
    page.locator(".mounted.tab-report").wait_for()
    page.get_by_role("tab", name=say("tabs.teach")).click()
    page.wait_for_timeout(300)
    pressing = False
    for route in held:
        route.continue_()
    page.locator(".mounted.tab-teach").wait_for()
    until_quiet(page)
    page.wait_for_timeout(500)
    assert page.locator(".mounted.tab-teach").is_visible()
