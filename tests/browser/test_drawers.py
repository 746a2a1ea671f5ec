"""The drawers under the examples: what is in them, rights, versions, a test file, a reviewer's sheet, forgetting."""

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Site, Visit, until_quiet
from tests.browser.test_journey import DIRTY, bring

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.nightly, pytest.mark.timeout(580)]
QUESTION = "Kundenfrage / Customer question"
ADDRESS = "tom_birdsall@mail.example.com"
SAVED = ("Save as CSV", "Save as CSV for Excel", "Save as JSONL")


def drawer(page: Any, name: str) -> Any:
    """An accordion by its title, opened; when the examples change, all are put away."""
    until_quiet(page)
    page.get_by_role("button", name=re.compile(f"^{name}")).click()
    return page.locator(".drawers")


def saved(page: Any, button: str, place: Path) -> Path:
    """What a button saves."""
    with page.expect_download() as saving:
        page.get_by_role("button", name=button, exact=True).click()
    saving.value.save_as(place / saving.value.suggested_filename)
    return place / saving.value.suggested_filename


def test_every_drawer_does_what_it_says(
    serve: Callable[..., Site], visit: Callable[..., Visit], tmp_path: Path
) -> None:
    site = serve()
    seen = visit(site.address)
    page = seen.page
    bring(page, DIRTY)
    page.get_by_role("button", name="Yes, this is right").click()
    page.get_by_role("button", name="Fix all that needs no decision").wait_for()

    drawers = drawer(page, "What is in your examples")
    drawers.locator(".js-plotly-plot").first.wait_for()

    drawer(page, "Where these examples come from")
    page.get_by_label("Where they come from").fill("Letters to our garden shop")
    page.get_by_role("button", name="Save", exact=True).click()
    drawers.get_by_text(re.compile("Saved. Not said yet")).wait_for()

    test_file = tmp_path / "test.csv"
    test_file.write_text("question,answer\nCan I eat Pepper Skirt nasturtium flowers?,Yes.\nNew here?,Yes.\n")
    drawer(page, "Check a test file against these examples")
    page.locator(".drawers input[type=file]").set_input_files(test_file)
    page.get_by_role("button", name="Take these rows out of the examples").click()
    drawers.get_by_text("They are taken out.").wait_for()

    drawer(page, "Versions")
    page.get_by_label("Keep it as it is now under this name").fill("Before the fixes")
    page.get_by_role("button", name="Keep", exact=True).click()
    drawers.locator("table").get_by_text("Before the fixes").wait_for()

    page.get_by_role("button", name="Fix all that needs no decision").click()
    page.get_by_role("button", name=re.compile(r"Undo \(\d+\)")).wait_for()
    drawer(page, "Versions")
    drawers.locator("table").get_by_text("Before the fixes").wait_for()
    page.get_by_role("button", name="Compare", exact=True).click()
    drawers.get_by_text(re.compile(r"rows? with other words")).wait_for()

    sheet = saved_from(page, "Let a colleague decide", "Save the findings as a sheet", tmp_path)
    assert sheet.stat().st_size > 1000
    for form in SAVED:
        assert saved(page, form, tmp_path).stat().st_size > 10_000
    with saved(page, "Save as CSV", tmp_path).open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file, delimiter=";")  # as it came: her own headings, and the mark between her cells
        rows = [row[QUESTION] for row in table]
    assert len(rows) > 100 and not [row for row in rows if "Pepper Skirt nasturtium flowers?" in row]

    drawer(page, "Forget for good")
    page.get_by_label("One text").fill(ADDRESS)
    page.get_by_role("button", name="Show where it is").click()
    page.get_by_role("button", name="Forget it for good").click()
    page.get_by_label("One text").fill(ADDRESS)
    page.get_by_role("button", name="Show where it is").click()
    drawers.get_by_text("Nothing holds it any more.").wait_for()
    assert not [path for path in site.home.rglob("*") if path.is_file() and ADDRESS.encode() in path.read_bytes()]
    assert not seen.errors, seen.errors
    assert not seen.outside and not site.left


def saved_from(page: Any, closed: str, button: str, place: Path) -> Path:
    """What a button in a closed part saves."""
    page.get_by_role("button", name=re.compile(f"^{closed}")).click()
    return saved(page, button, place)
