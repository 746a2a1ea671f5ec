"""The list of a table with many findings fits into three screens, and a phone shows it without scrolling sideways."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import ROOT, Site, Visit, until_quiet

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]


def test_fourteen_findings_fit_into_three_screens(site: Site, visit: Callable[..., Visit]) -> None:
    page = visit(site.address).page
    page.locator(".start input[type=file]").set_input_files(ROOT / "sample_data" / "dirty.csv")
    page.get_by_role("button", name="Yes, this is right").click()
    page.locator(".inbox .line").nth(13).wait_for()
    until_quiet(page)
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height <= 3 * 900
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
