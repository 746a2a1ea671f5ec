"""The list of findings stays under the hand: the next press hits the line that it was aimed at."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Site, Visit
from tests.browser.test_journey import bring
from tests.services.conftest import table

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]
ROWS = (
    "Who hums?,\nWhy is it <b>so</b> loud today?,It is <i>loud</i> since the fan runs.\n"
    'What does the kettle cost? (0),The kettle number 0 is ready for 0 people.\n'
    "Do you send on a Sunday?,Yes we do that each week of the year.\nDo you send on a Sunday?,No we never do that.\n"
)  # fmt: skip


def top_of(page: Any, kind: str) -> float:
    """Where the button of a finding stands on the screen."""
    return float(page.locator(f".kind-{kind} > button.main").bounding_box()["y"])


def shows(page: Any, details: int) -> None:
    """The list was drawn anew, with so many private details."""
    from playwright.sync_api import expect

    expect(page.locator(".kept-details .spot")).to_have_count(details)


def test_a_decided_line_leaves_its_place_until_the_pointer_goes(site: Site, visit: Callable[..., Visit],
                                                                tmp_path: Path) -> None:  # fmt: skip
    path = tmp_path / "mails.csv"
    path.write_text(table() + ROWS, encoding="utf-8")
    page = visit(site.address).page
    bring(page, path)
    page.get_by_role("button", name="Yes, this is right").click()
    page.locator("ul.inbox > .line").first.wait_for()
    names = page.evaluate(
        "[...document.querySelectorAll('ul.inbox > .line')].map((one) => one.className.match(/kind-(\\w+)/)[1])"
    )
    first, second = [name for name in names if name in ("empty_answer", "exact_duplicate", "markup")][:2]
    before, title = top_of(page, second), page.locator(f".kind-{first} h4").inner_text()
    page.locator(f".kind-{first} > button.main").click()
    page.locator(".decided-here").wait_for()
    assert page.locator(f".line.kind-{first}").count() == 0
    assert page.locator(".decided-here").inner_text() == f"{title}\nDecided. Press u to take the last decision back."
    assert abs(top_of(page, second) - before) < 2, "what comes next has not moved"
    page.mouse.move(5, 5)
    page.locator(".decided-here").wait_for(state="detached")
    page.locator(".kind-conflicting_answers > button.main").click()
    mark = page.locator("mark.differs").first
    mark.wait_for()
    assert mark.evaluate("(one) => getComputedStyle(one).paddingTop") == "0px", "a mark covers no line above it"
    height, line = mark.evaluate(
        "(one) => [one.getClientRects()[0].height, parseFloat(getComputedStyle(one).lineHeight)]"
    )
    assert height <= line + 2


def test_what_is_decided_by_the_keyboard_leaves_no_place_behind(serve: Callable[..., Site], visit: Callable[..., Visit],
                                                                tmp_path: Path) -> None:  # fmt: skip
    """No pointer aims at it, and none would ever go away."""
    path = tmp_path / "mails.csv"
    path.write_text(table() + ROWS, encoding="utf-8")
    page = visit(serve().address).page
    bring(page, path)
    page.get_by_role("button", name="Yes, this is right").click()
    line = page.locator(".line.kind-markup")
    line.focus()
    page.keyboard.press("Enter")
    line.wait_for(state="detached")
    page.wait_for_timeout(500)
    assert page.locator(".decided-here").count() == 0


def test_a_file_dropped_on_the_table_of_rows_does_nothing(serve: Callable[..., Site], visit: Callable[..., Visit],
                                                          tmp_path: Path) -> None:  # fmt: skip
    path = tmp_path / "mails.csv"
    path.write_text(table() + ROWS, encoding="utf-8")
    page = visit(serve().address).page
    bring(page, path)
    page.get_by_role("button", name="Yes, this is right").click()
    page.locator(".table-card .rows table").first.wait_for()
    heard = page.evaluate("""() => {
        const files = new DataTransfer();
        files.items.add(new File(["PK"], "mails.xlsx"));
        const at = document.querySelector(".table-card .rows table");
        return ["dragenter", "dragover", "drop"].map((kind) =>
            at.dispatchEvent(new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true })));
    }""")
    assert heard == [False, False, False], "taken by the page, and by nobody after it"
    page.wait_for_timeout(1_000)
    words = page.locator("body").inner_text()
    assert "Invalid file type" not in words and "read-only columns" not in words and "Drop CSV" not in words


def test_what_she_unfolded_stays_open_after_each_press_in_it(
    serve: Callable[..., Site], visit: Callable[..., Visit], tmp_path: Path
) -> None:
    """“See each detail” closed at each “not private”, and the list of decisions at each Undo."""
    path = tmp_path / "mails.csv"
    mails = "".join(f"Who is number {n}?,Write to desk{n}@example.org and we answer.\n" for n in range(3))
    path.write_text(table() + mails, encoding="utf-8")
    page = visit(serve().address).page
    bring(page, path)
    page.get_by_role("button", name="Yes, this is right").click()
    line = page.locator(".kind-private_details")
    line.locator("details.more > summary").click()
    line.locator(".kept-details > summary").click()
    for left in (2, 1):
        line.locator(".kept-details .spot button").first.click()
        shows(page, left)
        assert line.locator(".kept-details").evaluate("one => one.open && one.closest('details.more').open")
    page.locator(".kept-decided > summary").click()
    page.locator(".kept-decided li button").first.click()
    shows(page, 2)
    assert page.locator(".kept-decided").evaluate("one => one.open")
