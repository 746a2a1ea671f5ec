"""No press is without a word for longer than three tenths of a second, however many requests follow from it."""

import re
from collections.abc import Callable

import pytest

from studio.copy.catalog import say
from tests.browser.conftest import ROOT, Site, Visit, until_quiet
from tests.browser.silence import SLOW, WATCH, Silence, press

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]
LONGEST = 300  # milliseconds


@pytest.mark.nightly  # it takes the time of a browser, which any other program on the computer lengthens
def test_upload_confirm_and_fix_all_say_in_time_that_they_go_on(
    serve: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    """Each request behind a slow answer: when every one had its own clock, an upload was silent for three of them."""
    told = upload_confirm_and_fix_all(visit(serve().address))
    assert all(one.longest <= LONGEST for one in told.values()), told


def test_upload_confirm_and_fix_all_say_that_they_go_on(
    serve: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    """At whatever time: each of them has a word."""
    told = upload_confirm_and_fix_all(visit(serve().address))
    assert all(one.first is not None for one in told.values()), told


def upload_confirm_and_fix_all(seen: Visit) -> dict[str, Silence]:
    """What the page said after each of the three presses."""
    page = seen.page
    page.add_init_script(SLOW)
    page.add_init_script(WATCH)
    page.reload()
    until_quiet(page)
    yes = page.get_by_role("button", name=say("columns_panel.yes_right"))
    fix_all = page.get_by_role("button", name="Fix all that needs no decision")

    def upload() -> None:
        page.locator(".start input[type=file]").set_input_files(ROOT / "sample_data" / "dirty.csv")

    uploaded = press(page, upload, lambda: (yes.wait_for(), until_quiet(page)))
    confirmed = press(page, yes.click, lambda: (fix_all.wait_for(), until_quiet(page)))
    undo = page.get_by_role("button", name=re.compile(r"Undo \(\d+\)"))
    fixed = press(page, fix_all.click, lambda: (undo.wait_for(), until_quiet(page)))
    told = {"upload": uploaded, "confirm": confirmed, "fix all": fixed}
    assert uploaded.asked >= 3 and confirmed.asked >= 2 and fixed.asked, told
    assert not seen.errors
    return told


def test_what_was_said_of_the_last_file_goes_while_another_one_is_read(
    serve: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    """The second file is handed in by a program, as some aids do: that is told like a person's own choice."""
    page = visit(serve().address).page
    page.add_init_script(SLOW)
    page.reload()
    until_quiet(page)
    page.locator(".start input[type=file]").set_input_files(ROOT / "sample_data" / "dirty.csv")
    page.get_by_role("button", name=say("columns_panel.no_take_another_file")).click()
    refused = page.get_by_text("was not brought in")
    refused.wait_for()
    until_quiet(page)
    page.evaluate(HAND_IN)
    page.locator(".working-line", has_text="Working").wait_for()
    assert not refused.is_visible()
    page.get_by_role("button", name=say("columns_panel.yes_right")).wait_for()


HAND_IN = """() => {
  const field = document.querySelector(".start input[type=file]"), files = new DataTransfer();
  const rows = Array.from({ length: 30 }, (_, n) => `How much is hat ${n}?,Hat ${n} is ${n} pounds.`);
  files.items.add(new File([["question,answer", ...rows].join("\\n")], "hats.csv", { type: "text/csv" }));
  field.files = files.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}"""
