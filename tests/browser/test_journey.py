"""One person all the way through: a dirty table comes in, and she leaves having asked both."""

import csv
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Site, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(580)]
DIRTY = Path(__file__).resolve().parents[2] / "sample_data" / "dirty.csv"
POINTS = "document.querySelector('.curve .js-plotly-plot')?.data?.[0]?.x?.length || 0"
TEACH_SECONDS = 300
QUESTIONS = 5


def bring(page: Any, path: Path) -> None:
    page.locator(".start input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Yes, this is right").wait_for()


def until(page: Any, number: str, least: int, *, seconds: float = 60) -> None:
    """Wait for a number on the page; Playwright's own waiting is stopped by the page's policy."""
    deadline = time.monotonic() + seconds
    while (found := page.evaluate(number)) < least:
        assert time.monotonic() < deadline, (number, found)
        page.wait_for_timeout(250)


def ask_from_the_exam(page: Any) -> tuple[str, str, str]:
    """The expert's answer, and both replies to the next exam question."""
    asked = page.locator(".pane.tuned .bot").count()
    page.get_by_role("button", name="Take exam question").click()
    until(page, "document.querySelector('.question textarea').value.length", 1)
    page.get_by_role("button", name="Ask both", exact=True).click()
    page.locator(".pane.tuned .mark").nth(asked).wait_for(state="attached", timeout=120_000)
    expert = page.locator(".expert .words").first.inner_text()
    replies = [page.locator(f".pane.{side} .bot").last.inner_text() for side in ("base", "tuned")]
    base, tuned = (re.sub(r"\s*weights [0-9a-f]{12}.*$", "", reply, flags=re.DOTALL) for reply in replies)
    return expert, base, tuned


def test_from_a_dirty_table_to_a_side_by_side_chat(serve: Callable[..., Site], visit: Callable[..., Visit],
                                                   tmp_path: Path) -> None:  # fmt: skip
    site = serve()
    seen = visit(site.address)
    page = seen.page
    bring(page, DIRTY)
    assert "Our reply" in page.get_by_label("Answers are in").input_value()
    page.get_by_role("button", name="Yes, this is right").click()
    page.get_by_role("button", name="Fix all that needs no decision").click()
    page.get_by_role("button", name=re.compile(r"Undo \(\d+\)")).wait_for()

    page.get_by_role("button", name="Next: choose a model").click()
    times = page.locator(".plan .figure").filter(has_text="each example is seen")
    times.filter(has_text="10×").wait_for(timeout=120_000)
    page.get_by_text("Quick try").click()  # three times learn as much as this test asks for
    times.filter(has_text="3×").wait_for(timeout=120_000)
    page.get_by_role("button", name="Next: teach").click()
    page.get_by_role("button", name="Start teaching").click()
    until(page, POINTS, 10, seconds=180)

    page.reload()
    page.get_by_role("tab", name="Teach").click()
    until(page, POINTS, 10)
    other = visit(site.address).page
    other.get_by_role("tab", name="Teach").click()
    until(other, POINTS, 10)
    other.close()
    page.get_by_role("button", name="Next: ask both").wait_for(timeout=TEACH_SECONDS * 1000)
    page.get_by_role("heading", name="Finished").wait_for(timeout=TEACH_SECONDS * 1000)

    page.get_by_role("button", name="Next: ask both").click()
    answers = [ask_from_the_exam(page) for _ in range(QUESTIONS)]
    assert sum(base != tuned for _, base, tuned in answers) >= QUESTIONS - 1, answers
    base_score, tuned_score = (mean_chrf([(turn[side], turn[0]) for turn in answers]) for side in (1, 2))
    assert tuned_score > base_score, (base_score, tuned_score, answers)

    page.get_by_role("tab", name="Examples").click()
    page.locator(".tab-examples").wait_for()  # chats are saved by a button of the same name
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as CSV", exact=True).click()
    saved = tmp_path / "saved.csv"
    saving.value.save_as(saved)
    with saved.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))  # as the table came
    headline = page.get_by_role("heading", name=re.compile("examples, ")).inner_text()
    assert len(rows) == int(re.search(r"\d+", headline).group())  # type: ignore[union-attr]
    assert list(rows[0]) == ["Ticket", "Kundenfrage / Customer question", "Our reply", "Agent", "Date"], "her own table"

    assert not seen.errors, seen.errors
    assert not seen.outside and not site.left, (seen.outside, site.left)


def mean_chrf(pairs: list[tuple[str, str]]) -> float:
    from sacrebleu import sentence_chrf

    return sum(sentence_chrf(said, [expert]).score for said, expert in pairs) / len(pairs)
