"""The report in a real browser: read on its tab, compared with an earlier one, saved, opened and printed to PDF."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.settings import Settings
from tests.browser.conftest import Site, Visit
from tests.fake_engine import FakeEngine
from tests.services.conftest import table

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
NASTY = "<img src=//outside.example/x onerror=alert(1)>"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two finished runs with their reports, made without any fire; a question of the exam tries to become markup."""
    path = tmp_path / "home"
    studio = Studio(Settings(home=path, offline=True), FakeEngine(steps=8, pause=0.0))
    rows = tmp_path / "tickets.csv"
    rows.write_text(table(120), encoding="utf-8")
    view = studio.examples.upload(rows, "tickets.csv", by="ana")
    studio.exam_questions.write(view.project, f"What is {NASTY}?", f"It is {NASTY}.", by="ana")
    for seed in (1, 2):
        run = studio.runs.launch(view.project, view.id, Recipe(seed=seed), by="ana")
        studio.runs.carry_out(run.id)
        studio.evaluation.evaluate(run.id, by="ana")
    studio.close()
    return path


def test_a_report_is_read_compared_saved_and_printed(
    serve: Callable[..., Site], visit: Callable[..., Visit], home: Path, tmp_path: Path
) -> None:
    seen = visit(serve(home.name).address)
    page = seen.page
    page.get_by_role("tab", name="Report").click()
    page.get_by_role("heading", name="Is it better?").wait_for()
    assert page.get_by_role("img", name="Against the starting model").first.is_visible()
    page.get_by_text("All measures as a table").click()
    assert page.locator(".scores").get_by_text("Mistakes score in the exam").is_visible()
    assert not page.locator(".scores").get_by_text("(loss, nats a token)").is_visible()
    page.get_by_label("For technicians").check()
    assert page.locator(".scores").get_by_text("(loss, nats a token)").is_visible()
    page.get_by_label("For technicians").uncheck()
    page.get_by_role("button", name="Compare with an earlier report").click()
    page.get_by_label("An earlier version's report").click()
    page.get_by_role("option").first.click()
    page.get_by_text("Your version then and now, on the same exam.").wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save the report").click()
    saved = tmp_path / "report.html"
    waiting.value.save_as(saved)
    assert seen.errors == [] and seen.outside == []
    printed = print_to_pdf(page, saved, tmp_path / "report.pdf")
    assert printed.startswith(b"%PDF-") and printed.count(b"/Type /Page\n") >= 1 and len(printed) > 20_000
    assert seen.outside == []


def print_to_pdf(page: Any, saved: Path, out: Path) -> bytes:
    """Open the saved file by itself, look that nothing in it acts, and print it."""
    alone = page.context.new_page()
    asked: list[str] = []
    alone.on("request", lambda request: asked.append(request.url))
    alone.goto(saved.as_uri())
    assert asked == [saved.as_uri()]
    assert alone.locator("script, img, link, iframe").count() == 0
    for heading in ("The exam", "What it cost", "What a question costs", "How it was made", "Limits", "Sign-off"):
        assert alone.get_by_role("heading", name=heading, exact=True).count() == 1, heading
    alone.pdf(path=out, prefer_css_page_size=True)
    return out.read_bytes()
