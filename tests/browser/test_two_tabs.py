"""Two people at one table: who comes second is told by whom and when, and nobody's words are lost."""

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Site, Visit
from tests.browser.test_examples_work import until
from tests.browser.test_journey import bring

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(300)]
ROWS = [
    [f"How do I mend a {thing}?", f"Bring the {thing} to us in the {time}, and wait for a letter."]
    for thing in ("lamp", "chair", "kettle", "ladder", "mirror", "basket", "fiddle", "window")
    for time in ("morning", "winter", "evening", "summer")
]
FIRST, SECOND = "These are the words of the first of the two.", "And these are the words of the second one."


def cell(page: Any, words: str) -> Any:
    return page.locator(".rows").get_by_text(words, exact=True).first


def open_cell(page: Any, words: str) -> None:
    """Until it can be written in: on a busy page that is later than the double click."""
    cell(page, words).dblclick()
    page.wait_for_function("/^(textarea|input)$/i.test(document.activeElement?.tagName)")


def rewrite(page: Any, old: str, new: str) -> None:
    open_cell(page, old)
    write(page, new)


def write(page: Any, new: str) -> None:
    """In the cell that is open."""
    page.keyboard.press("Control+a")
    page.keyboard.type(new)
    page.keyboard.press("Enter")


def notice(page: Any) -> str:
    shown = page.locator(".notice").filter(visible=True)
    return str(shown.first.inner_text()) if shown.count() else ""


def test_the_second_of_two_who_rewrite_a_row_is_told_and_neither_loses_her_words(
    serve: Callable[..., Site], visit: Callable[..., Visit], tmp_path: Path
) -> None:
    table = tmp_path / "mending.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["question", "answer"], *ROWS])
    site = serve()
    first = visit(site.address)
    bring(first.page, table)
    first.page.get_by_role("button", name="Yes, this is right").click()
    cell(first.page, ROWS[2][1]).wait_for()
    second = visit(site.address)
    cell(second.page, ROWS[2][1]).wait_for()

    open_cell(second.page, ROWS[2][1])
    rewrite(first.page, ROWS[2][1], FIRST)
    first.page.get_by_role("button", name="Undo (1)").wait_for()
    second.page.wait_for_timeout(3000)  # she may hear of it, and her open cell stays as it is
    write(second.page, SECOND)
    until(second.page, lambda: "You have changed row 4 yourself" in notice(second.page), "the second is told")
    assert "Nothing was overwritten" in notice(second.page)
    cell(second.page, SECOND).wait_for()  # what she wrote still stands there, to be copied

    rewrite(second.page, ROWS[5][1], SECOND)  # another row: both may go on
    second.page.get_by_role("button", name="Undo (2)").wait_for()
    cell(second.page, FIRST).wait_for()  # now she sees what the first wrote
    first.page.reload()
    cell(first.page, FIRST).wait_for()
    cell(first.page, SECOND).wait_for()
    first.page.get_by_role("button", name=re.compile(r"Undo \(2\)")).wait_for()
    assert not first.errors and not second.errors, (first.errors, second.errors)
