"""The Take home tab in a real browser: a card is written, shown and downloaded; work that goes on is stopped."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Site, Visit
from tests.homes.home_0_2_0 import unpacked

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(300)]


def test_a_card_is_taken_home_and_an_adapter_is_stopped_on_its_way(
    serve: Callable[..., Site], visit: Callable[..., Visit], tmp_path: Path
) -> None:
    home = unpacked(tmp_path / "home")
    seen = visit(serve(home.name).address)
    page = seen.page
    page.get_by_role("tab", name="Take home").click()
    page.get_by_role("heading", name="Take home").wait_for()
    page.get_by_role("radio", name="The model card").check()
    page.get_by_role("button", name="Write it and compare").click()
    page.get_by_role("heading", name="Ready").wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download all as one archive").click()
    waiting.value.save_as(tmp_path / "card.zip")
    names = [name.rpartition("/")[2] for name in zipfile.ZipFile(tmp_path / "card.zip").namelist()]
    assert sorted(names) == ["README.md", "export.json"]
    page.get_by_role("radio", name="Only what was learned").check()
    page.get_by_role("button", name="Write it and compare").click()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("The export was stopped").wait_for()
    assert not list(home.glob("projects/*/exports/*-adapter"))
    assert seen.errors == [] and seen.outside == []
