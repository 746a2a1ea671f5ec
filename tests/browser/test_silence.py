"""No press is without a word for longer than three tenths of a second, however many requests follow from it."""

import re
from collections.abc import Callable

import pytest

from studio.copy.catalog import say
from tests.browser.conftest import ROOT, Site, Visit, until_quiet
from tests.browser.silence import SLOW, WATCH, press

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]
LONGEST = 300  # milliseconds


def test_upload_confirm_and_fix_all_say_that_they_go_on(
    serve: Callable[..., Site], visit: Callable[..., Visit]
) -> None:
    """Each request behind a slow answer: when every one had its own clock, an upload was silent for three of them."""
    seen = visit(serve().address)
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
    assert all(one.longest <= LONGEST for one in told.values()), told
    assert not seen.errors
