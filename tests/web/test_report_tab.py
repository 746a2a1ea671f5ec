"""The Report tab without a browser: asking goes on by itself, and the page says what the report says."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from studio.desk.studio import Studio
from studio.errors import StudioError
from studio.records.recipe import Recipe
from studio.web.app import Page
from studio.web.report_tab import Glance
from studio.web.view import View
from tests.web.conftest import updated

Loaded = Callable[[], View]
PLACES = ("seen", "timer", "headline", "guarded", "ask", "stop", "save", "progress", "room", "results", "guards",
          "why", "reading", "save_json", "before", "luck", "seeds", *(f"step {n}" for n in range(4)), "exam", "limits",
          "back", "listed", "other", "compared", "kind", "price", "kept")  # fmt: skip


@pytest.fixture
def taught(studio: Studio, loaded: Loaded) -> View:
    view = loaded()
    run = studio.runs.launch(view.project, view.dataset, Recipe(), by="ana")
    studio.runs.carry_out(run.id)
    return replace(view, run=run.id)


def named(painted: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(PLACES, painted, strict=True))


def examined(page: Page, studio: Studio, view: View, request: gr.Request, *, guarded: bool = False) -> dict[str, Any]:
    page.report.begin(view, guarded, request)
    sitting = studio.evaluation.sittings.of(view.run)
    assert sitting is not None
    until = time.monotonic() + 60
    while not sitting.over and time.monotonic() < until:
        time.sleep(0.02)
    assert sitting.over and sitting.error is None
    return named(page.report.paint(view))


def test_without_a_version_there_is_nothing_to_ask(page: Page, loaded: Loaded) -> None:
    shown = named(page.report.paint(loaded()))
    assert updated(shown["ask"])["interactive"] is False and updated(shown["room"])["visible"] is False


def test_the_exam_is_asked_in_the_background_and_its_verdict_painted(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    before = named(page.report.paint(taught))
    assert updated(before["ask"]) | {"value": "Ask the exam", "interactive": True} == updated(before["ask"])
    shown = examined(page, studio, taught, request_of_ana, guarded=True)
    report = studio.evaluation.report(taught.run)
    assert report is not None and report.by == "ana"
    assert report.verdict.advice.value in shown["headline"]
    assert "Yours" in shown["results"] and "General skills" in shown["guards"]
    assert updated(shown["room"])["visible"] and updated(shown["timer"])["active"] is False


def test_a_tick_draws_nothing_while_nothing_has_changed(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    shown = examined(page, studio, taught, request_of_ana)
    assert all(updated(part).keys() == {"__type__"} for part in page.report.look(taught, shown["seen"]))
    assert named(page.report.look(taught, Glance()))["seen"] == shown["seen"]


def test_what_went_wrong_is_said_beside_the_button(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    (studio.home.project_folder(taught.project) / "exam.json").unlink()
    page.report.begin(taught, False, request_of_ana)
    sitting = studio.evaluation.sittings.of(taught.run)
    while sitting is not None and not sitting.over:
        time.sleep(0.02)
    assert "no exam" in updated(named(page.report.paint(taught))["progress"])["value"]


def test_the_report_is_saved_through_an_address_of_this_session(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request, offered: list[tuple[str, Path]]
) -> None:
    with pytest.raises(StudioError, match="no report"):
        page.report.export(taught, request_of_ana)
    examined(page, studio, taught, request_of_ana)
    assert "report.html" in page.report.export(taught, request_of_ana)
    assert offered[0][0] == "s1" and offered[0][1].is_file()


def test_words_of_models_and_files_stay_words(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.fake_engine.FakePanes._text", lambda self, name, chat: f"<img src=x>{name}")
    shown = examined(page, studio, taught, request_of_ana, guarded=True)
    drawn = "".join(shown[place] for place in ("headline", "results", "guards", "why", "reading"))
    assert "<img" not in drawn and "&#60;img" in drawn
