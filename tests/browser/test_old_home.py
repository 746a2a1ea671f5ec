"""A walk through the page over a home that 0.2.0 wrote: everything is shown, and none of its files is rewritten."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Site, Visit
from tests.homes.home_0_2_0 import marks_of, unpacked

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(300)]


def test_walking_all_tabs_rewrites_nothing(
    serve: Callable[..., Site], visit: Callable[..., Visit], tmp_path: Path
) -> None:
    home = unpacked(tmp_path / "home")
    before = marks_of(home)
    seen = visit(serve(home.name).address)
    run = next(home.glob("projects/*/runs/*/report.json")).parent
    seen.page.goto(f"{seen.page.url.partition('?')[0]}?project={run.parent.parent.name}&run={run.name}")
    for tab in ("Examples", "Model", "Teach", "Compare", "Take home", "Report"):
        seen.page.get_by_role("tab", name=tab).first.click()
        seen.page.wait_for_timeout(1500)
    seen.page.get_by_role("button", name="Ask the exam again").wait_for()
    assert marks_of(home) == before and seen.errors == []
