"""The live answers of a run of some minutes, as they are read on the page: words at every saved point.

By hand under another transformers: make an environment with it, and run this file there.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Site, Visit
from tests.browser.test_teach import begin_asked

SECONDS = float(os.environ.get("STUDIO_WATCHED_SECONDS", "300"))
QUESTIONS = ("Do you sell umbrellas?", "When do you open on Sundays?")
WHY_NOT = ("Not asked", "no words", "memory")
pytestmark = [pytest.mark.browser, pytest.mark.nightly, pytest.mark.timeout(0)]


def test_at_every_saved_point_of_a_five_minute_run_the_page_shows_words(
    serve: Callable[..., Site], visit: Callable[..., Visit], tmp_path: Path
) -> None:
    seen = visit(serve().address)
    page = seen.page
    begin_asked(page, tmp_path, *QUESTIONS)

    page.locator(".live-answers td").first.wait_for(timeout=120_000)
    looks, rows = 0, []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        rows = page.locator(".live-answers tbody tr").evaluate_all(
            "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
        )
        assert len(rows) == len(QUESTIONS)
        for question, *answers in rows:
            assert question in QUESTIONS and answers
            assert all(len(answer.split()) > 2 for answer in answers), (looks, rows)
            assert not any(why in answer for answer in answers for why in WHY_NOT), (looks, rows)
        looks += 1
        page.wait_for_timeout(2_000)
    print(f"{looks} looks; last: {page.locator('.live-answers thead').inner_text()!r}; {rows}")

    page.get_by_role("button", name="Stop and keep the best").or_(
        page.get_by_role("heading", name="Finished")
    ).wait_for()
    assert not seen.errors, seen.errors
