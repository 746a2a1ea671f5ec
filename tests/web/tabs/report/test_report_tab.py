"""The Report tab without a browser: asking goes on by itself, and the page says what the report says."""

import time
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.schemas.report import Report, VoteCount
from studio.services.studio import Studio
from studio.web.app import Page
from studio.web.copy.report import steps_of
from studio.web.mounting import Place
from studio.web.tabs.report.report_html import drawing
from studio.web.tabs.report.report_tab import NextStep, ReportSnapshot
from studio.web.view import View
from tests.web.conftest import updated

Loaded = Callable[[], View]
PLACES = ("seen", "headline", "guarded", "ask", "stop", "save", "progress", "room", "results", "guards",
          "why", "reading", "save_json", "before", "luck", "seeds", *(f"step {n}" for n in range(4)), "exam", "limits",
          "back", "listed", "other", "compared", "kind", "price", "kept")  # fmt: skip


def named(painted: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(PLACES, painted, strict=True))


def examined(page: Page, studio: Studio, view: View, request: gr.Request, *, guarded: bool = False) -> dict[str, Any]:
    page.report.begin(view, guarded, request)
    sitting = studio.evaluation.job(view.run)
    assert sitting is not None
    until = time.monotonic() + 60
    while not sitting.is_over and time.monotonic() < until:
        time.sleep(0.02)
    assert sitting.is_over and sitting.error is None
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
    assert report.verdict.advice.value in shown["headline"].lower()
    assert "Yours" in shown["results"] and "General skills" in shown["guards"]
    assert updated(shown["room"])["visible"] and updated(shown["stop"])["visible"] is False
    assert "Blind votes" not in shown["results"], "nobody has voted"
    vote = VoteCount(one="tuned", other="base", wins=9, losses=3, ties=0, both_bad=0, people=2, sentence="Nine won.",
                     judges=("It cannot be checked.",))  # fmt: skip
    voted = unescape(drawing(report.model_copy(update={"votes": (vote,)}))[0])
    assert "<li>Nine won. It cannot be checked.</li></ul>" in voted


def test_a_tick_draws_nothing_while_nothing_has_changed(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    shown = examined(page, studio, taught, request_of_ana)
    assert all(updated(part).keys() == {"__type__"} for part in page.report.look(taught, shown["seen"]))
    assert named(page.report.look(taught, ReportSnapshot()))["seen"] == shown["seen"]


def test_what_she_chooses_beside_the_report_stays_while_it_is_looked_at_again(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    shown = examined(page, studio, taught, request_of_ana)
    assert shown["price"] == 0
    again = named(page.report.look(taught, replace(shown["seen"], done=3)))
    assert again["price"] == again["kind"] == again["compared"] == gr.skip() and "value" not in updated(again["other"])
    assert named(page.report.look(taught, ReportSnapshot()))["price"] == 0


def test_what_went_wrong_is_said_beside_the_button(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    (studio.home.project_folder(taught.project) / "exam.json").unlink()
    page.report.begin(taught, False, request_of_ana)
    sitting = studio.evaluation.job(taught.run)
    while sitting is not None and not sitting.is_over:
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
    monkeypatch.setattr("tests.fake_engine.FakeLoadedModel._text", lambda self, name, chat: f"<img src=x>{name}")
    shown = examined(page, studio, taught, request_of_ana, guarded=True)
    drawn = "".join(shown[place] for place in ("headline", "results", "guards", "why", "reading"))
    assert "<img" not in drawn and "&#60;img" in drawn


# Next steps, seeds, choices, earlier reports


def test_each_next_step_is_a_button_and_a_step_about_the_recipe_opens_the_model_tab(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    shown = examined(page, studio, taught, request_of_ana)
    report = studio.evaluation.report(taught.run)
    assert report is not None
    steps = steps_of(report)
    assert steps and updated(shown["step 0"])["visible"]
    labels = [updated(shown[f"step {n}"]).get("value") for n in range(len(steps))]
    assert labels == [say(f"step.{step}") for step in steps]
    for place, step in enumerate(steps):
        view, tab, recipe, _ = page.report.step(taught, place, "ana")
        assert (tab == "model") == (recipe is not None or step == "larger_model") and view.project == taught.project
    with pytest.raises(StudioError, match="taken already"):
        page.report.step(taught, 9, "ana")


def test_a_step_shows_the_plan_with_the_changed_recipe(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe(num_train_epochs=1)
    monkeypatch.setattr(page.report, "step", lambda view, place, by: (view, "model", recipe, ""))
    told = NextStep(page.report, page.frame, 0).take(taught, Place("report", taught.project), request_of_ana)
    assert told[page.frame.place].tab == "model" and told[page.frame.view].recipe == recipe


def test_two_more_seeds_wait_after_one_click(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    examined(page, studio, taught, request_of_ana)
    said, button = page.report.teach_seeds(taught, request_of_ana)
    assert "2 runs wait" in said and updated(button)["interactive"] is False
    assert len(studio.runs.all(taught.project)) == 3


def test_what_the_exam_can_show_is_said_before_it_is_asked(page: Page, taught: View) -> None:
    shown = named(page.report.paint(taught))
    assert "With" in updated(shown["before"])["value"] and updated(shown["before"])["visible"]
    assert updated(shown["exam"])["visible"] is False  # frozen


def test_questions_of_her_own_go_into_the_exam_until_it_is_frozen(
    page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    view = loaded()
    before = named(page.report.paint(view))
    assert updated(before["exam"])["visible"] and "The exam will hold" in before["limits"]
    _, limits, back, listed, question, answer = page.report.exam.write(
        view, "Is the <moon> for sale?", "No.", request_of_ana
    )
    assert "1 of them your own" in limits and updated(back)["visible"] and question == answer == ""
    assert "&#60;moon&#62;" in listed
    *_, listed, question, answer = page.report.exam.take_back(view, request_of_ana)
    assert (listed, question, answer) == ("", "Is the <moon> for sale?", "No.")


def test_the_kind_of_work_and_a_price_are_kept_and_followed(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    assert "Kept" in page.report.side.choose(taught, "short answers", 2.5, request_of_ana)
    shown = examined(page, studio, taught, request_of_ana)
    report = studio.evaluation.report(taught.run)
    assert report is not None and report.work == "short answers" and report.main_metric == "token_f1"
    assert "for a million pieces" in shown["results"] and "At 2.5 for a million" in " ".join(report.sentences)
    assert (shown["kind"], shown["price"]) == ("short answers", 2.5)
    with pytest.raises(StudioError, match="no kind of work"):
        page.report.side.choose(taught, "poems", 0, request_of_ana)


def test_an_earlier_report_on_the_same_exam_is_compared(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    examined(page, studio, taught, request_of_ana)
    newer = studio.runs.launch(taught.project, taught.dataset, Recipe(r=8), by="ana")
    studio.runs.carry_out(newer.id)
    later = replace(taught, run=newer.id)
    shown = examined(page, studio, later, request_of_ana)
    assert [value for _, value in updated(shown["other"])["choices"]] == [taught.run]
    said = page.report.side.compare(later, taught.run)
    assert "not enough questions to tell this version and run" in said and "Mistakes score" in said


def test_the_report_can_be_taken_away_for_a_machine(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request, offered: list[tuple[str, Path]]
) -> None:
    examined(page, studio, taught, request_of_ana)
    assert "report.json" in page.report.export_json(taught, request_of_ana)
    assert Report.model_validate_json(offered[0][1].read_bytes()) == studio.evaluation.report(taught.run)


def test_one_run_waits_and_two_runs_wait() -> None:
    assert say("report.seeds_wait", runs=1) == "1 run waits on the Teach tab. When it is over, ask the exam again."
    assert say("report.seeds_wait", runs=2) == "2 runs wait on the Teach tab. When they are over, ask the exam again."


def test_a_question_that_was_taken_back_elsewhere_is_told(
    page: Page, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    with pytest.raises(StudioError, match="No question of your own is left"):
        page.report.exam.take_back(loaded(), request_of_ana)
