"""What she goes on with stays in view: the question's box beside long answers, and the bar that tells what is next."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.copy.catalog import say
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.settings import Settings
from tests.browser.conftest import ROOT, Site, Visit, until_quiet
from tests.fake_engine import FakeEngine
from tests.services.conftest import table

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]
SCREENS = ((1280, 800), (1280, 720), (390, 844))
ASKED = "Do you ship to Norway, and what does it cost me to have it brought to my door? "


@pytest.fixture
def asked(tmp_path: Path) -> None:
    """A version and a conversation of two long answers, in the home that is served."""
    rows = tmp_path / "rows.csv"
    with rows.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([line.split(",") for line in table(40).splitlines()])
    studio = Studio(Settings(home=tmp_path / "home", offline=True), FakeEngine(steps=4, pause=0.0))
    view = studio.examples.upload(rows, "rows.csv", by="ana")
    run = studio.runs.launch(view.project, view.id, Recipe(), by="ana").id
    studio.runs.carry_out_when_free(run)
    chat = studio.chats.begin(run)
    for number in range(2):
        list(studio.chats.ask(chat, ASKED * 3 + str(number), by="ana"))
    studio.close()


def is_in_view(page: Any, place: str) -> bool:
    """Whole within the window, and not under anything."""
    return bool(
        page.locator(place).evaluate("""e => {
        const { top, bottom, left, right } = e.getBoundingClientRect();
        const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        return top >= 0 && bottom <= innerHeight && (e === at || e.contains(at));
    }""")
    )


def test_the_question_s_box_is_in_view_whatever_was_answered(
    serve: Callable[..., Site], visit: Callable[..., Visit], asked: None
) -> None:
    page = visit(serve().address).page
    page.get_by_role("tab", name="Compare").click()
    page.locator(".pane.tuned .bot.message").nth(1).wait_for(state="attached")
    until_quiet(page)
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        for scrolled in ("0", "document.body.scrollHeight / 4"):
            page.evaluate(f"window.scrollTo(0, {scrolled})")
            assert is_in_view(page, ".ask .question textarea"), (width, scrolled)
            assert is_in_view(page, ".ask-buttons button.primary"), (width, scrolled)
            assert page.locator(".from-exam").is_visible() is (scrolled != "0"), "one line before anybody scrolls"
        page.evaluate("window.scrollTo(0, 0)")
        assert page.locator(".ask").evaluate("e => e.offsetHeight") < 70, "what stands first on the page is seen"
        page.locator(".ask .question textarea").focus()
        page.locator(".from-exam").wait_for()
        page.evaluate("document.activeElement.blur()")
    named = page.locator(".pane .message-row [aria-label]").evaluate_all("all => all.map((one) => one.ariaLabel)")
    assert any(ASKED.strip() in name for name in named), named
    assert not any(sign in name for name in named for sign in "<>&"), "a screen reader is given the words alone"


def test_the_bar_that_tells_what_is_next_is_in_view_over_a_long_list(
    serve: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    page = visit(serve().address).page
    page.locator(".start input[type=file]").set_input_files(ROOT / "sample_data" / "dirty.csv")
    page.get_by_role("button", name=say("columns_panel.yes_right")).click()
    page.locator(".status-bar").wait_for()
    until_quiet(page)
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("window.scrollTo(0, 300)")
        assert is_in_view(page, ".status-bar button"), width
