"""What only technicians need is out of sight until they ask for it, and this browser remembers that they did."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Site, Visit, until_quiet

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]
PUT = """() => {
  const box = document.createElement("div");
  box.innerHTML = '<span class="technical trial">weights 0123</span>' +
    '<div class="figure"><span class="number">0.4</span> <span class="counts"></span></div>';
  const labels = document.querySelector("meta[name=studio-technical]").content.split("|");
  box.querySelector(".counts").textContent = labels[0];
  document.body.append(box);
}"""


def seen(page: Any) -> list[bool]:
    page.evaluate(PUT)
    page.wait_for_timeout(200)  # the page's script marks what came
    return [page.locator(what).last.is_visible() for what in (".technical.trial", ".figure")]


def test_it_is_off_at_first_and_a_reload_keeps_it_on(site: Site, visit: Callable[..., Visit]) -> None:
    window = visit(site.address)
    page = window.page
    assert seen(page) == [False, False]
    page.get_by_label("For technicians").check()
    assert seen(page) == [True, True]
    page.reload()
    until_quiet(page)
    assert page.get_by_label("For technicians").is_checked() and seen(page) == [True, True]
    page.get_by_label("For technicians").uncheck()
    assert seen(page) == [False, False] and not window.errors


def test_the_words_open_over_the_page_and_close_by_the_keyboard_or_a_press_beside_them(
    site: Site, visit: Callable[..., Visit]
) -> None:
    page = visit(site.address).page
    words, title = page.locator(".words-list"), page.get_by_text("What the words mean")
    until_quiet(page)
    assert not words.count(), "what cannot be seen is no part of the page"
    title.click()
    assert "tokens" in words.inner_text() and page.locator(".words summary").is_visible()
    page.keyboard.press("Escape")
    assert not words.is_visible() and page.evaluate("document.activeElement.tagName") == "SUMMARY"
    title.click()
    page.locator("h1").first.click()
    assert not words.is_visible()


def test_the_first_page_says_which_model_is_best_here(site: Site, visit: Callable[..., Visit]) -> None:
    page = visit(site.address).page
    page.get_by_text("Best for this computer:").wait_for(timeout=90_000)
    said = page.locator(".best-here").inner_text()
    assert "of memory" in said and "300 short examples" in said
