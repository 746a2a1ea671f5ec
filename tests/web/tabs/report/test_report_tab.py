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
from studio.evaluation.next_steps import steps_of
from studio.schemas.recipe import Recipe
from studio.schemas.report import Report, VoteCount
from studio.services.access import Actor
from studio.services.studio import Studio
from studio.storage.files import write_json
from studio.web.mounting import Place
from studio.web.tabs.report.report_html import drawing
from studio.web.tabs.report.report_tab import NextStep, ReportTab
from studio.web.view import View
from tests.evaluation.test_label_evidence import report_of_labels
from tests.web.conftest import MountedPage, updated

Loaded = Callable[[], View]
ANA = Actor("ana", "ana")


@pytest.fixture
def report(page: MountedPage) -> ReportTab:
    return page.report  # type: ignore[no-any-return]


def examined(tab: ReportTab, studio: Studio, view: View, request: gr.Request, *, guarded: bool = False) -> Any:
    """What the tab shows when everybody has answered the exam."""
    view = tab.begin(view, guarded, request)
    job = studio.evaluation.job(view.run)
    assert job is not None
    until = time.monotonic() + 60
    while not job.is_over and time.monotonic() < until:
        time.sleep(0.02)
    assert job.is_over and job.error is None
    return tab.refresh(view)


def test_without_a_version_there_is_nothing_to_ask(report: ReportTab, loaded: Loaded) -> None:
    shown = report.refresh(loaded())
    assert updated(shown[report.ask])["interactive"] is False and updated(shown[report.container])["visible"] is False


def test_the_exam_is_asked_in_the_background_and_its_verdict_painted(
    report: ReportTab, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    before = report.refresh(taught)
    assert updated(before[report.ask]) | {"value": "Ask the exam", "interactive": True} == updated(before[report.ask])
    shown = examined(report, studio, taught, request_of_ana, guarded=True)
    made = studio.evaluation.report(taught.run)
    assert made is not None and made.by == "ana"
    assert made.verdict.advice.value in shown[report.headline].lower()
    assert "Your version" in shown[report.results] and "General skills" in shown[report.guards]
    assert updated(shown[report.container])["visible"] and updated(shown[report.stop])["visible"] is False
    assert "Blind votes" not in shown[report.results], "nobody has voted"
    vote = VoteCount(one="tuned", other="base", wins=9, losses=3, ties=0, both_bad=0, people=2, sentence="Nine won.",
                     judges=("It cannot be checked.",))  # fmt: skip
    voted = unescape(drawing(made.model_copy(update={"votes": (vote,)}))[0])
    assert "<li>Nine won. It cannot be checked.</li></ul>" in voted


def test_what_she_chooses_beside_the_report_is_not_repainted(report: ReportTab, taught: View) -> None:
    assert set(report.refresh(taught)) <= set(report.parts), "the drawers are none of its parts"


def test_what_went_wrong_is_said_beside_the_button(
    report: ReportTab, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    (studio.home.project_folder(taught.project) / "exam.json").unlink()
    report.begin(taught, False, request_of_ana)
    job = studio.evaluation.job(taught.run)
    while job is not None and not job.is_over:
        time.sleep(0.02)
    assert "no exam" in updated(report.refresh(taught)[report.progress])["value"]


def test_the_report_is_saved_through_an_address_of_this_session(
    report: ReportTab, studio: Studio, taught: View, request_of_ana: gr.Request, offered: list[tuple[str, Path]]
) -> None:
    with pytest.raises(StudioError, match="no report"):
        report.export(taught, request_of_ana)
    examined(report, studio, taught, request_of_ana)
    assert "report.html" in report.export(taught, request_of_ana)[report.saved]
    assert offered[0][0] == "s1" and offered[0][1].is_file()


def test_words_of_models_and_files_stay_words(
    report: ReportTab, studio: Studio, taught: View, request_of_ana: gr.Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.fake_engine.FakeLoadedModel._text", lambda self, name, chat: f"<img src=x>{name}")
    shown = examined(report, studio, taught, request_of_ana, guarded=True)
    drawn = "".join(
        shown[part] for part in (report.headline, report.results, report.guards, report.why, report.reading)
    )
    assert "<img" not in drawn and "&#60;img" in drawn


# Next steps, seeds, choices, earlier reports


def test_each_next_step_is_a_button_and_a_step_about_the_recipe_opens_the_model_tab(
    report: ReportTab, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    shown = examined(report, studio, taught, request_of_ana)
    made = studio.evaluation.report(taught.run)
    assert made is not None
    steps = steps_of(made)
    assert steps and updated(shown[report.steps[0]])["visible"]
    labels = [updated(shown[report.steps[n]]).get("value") for n in range(len(steps))]
    assert labels == [say(f"step.{step}") for step in steps]
    for place, step in enumerate(steps):
        view, tab, recipe, _ = report.step(taught, place, ANA)
        assert (tab == "model") == (recipe is not None or step == "larger_model") and view.project == taught.project
    with pytest.raises(StudioError, match="taken already"):
        report.step(taught, 9, ANA)


def test_a_step_shows_the_plan_with_the_changed_recipe(
    page: MountedPage,
    report: ReportTab,
    studio: Studio,
    taught: View,
    request_of_ana: gr.Request,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recipe = Recipe(num_train_epochs=1)
    monkeypatch.setattr(report, "step", lambda view, place, by: (view, "model", recipe, ""))
    told = NextStep(report, page.frame, 0).take(taught, Place("report", taught.project), request_of_ana)
    assert told[page.frame.place].tab == "model" and told[page.frame.view].recipe == recipe


def test_two_more_seeds_wait_after_one_click(
    report: ReportTab, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    examined(report, studio, taught, request_of_ana)
    told = report.teach_seeds(taught, request_of_ana)
    assert "2 runs wait" in told[report.luck] and updated(told[report.seeds])["interactive"] is False
    assert len(studio.runs.all(taught.project)) == 3


def test_what_the_exam_can_show_is_said_before_it_is_asked(report: ReportTab, taught: View) -> None:
    shown = report.refresh(taught)
    assert "With" in updated(shown[report.before])["value"] and updated(shown[report.before])["visible"]
    assert updated(shown[report.exam.card])["visible"] is False  # frozen


def test_questions_of_her_own_go_into_the_exam_until_it_is_frozen(
    report: ReportTab, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    view = loaded()
    before = report.refresh(view)
    assert updated(before[report.exam.card])["visible"] and "The exam will hold" in before[report.exam.limits]
    exam = report.exam
    told = exam.write(view, "Is the <moon> for sale?", "No.", request_of_ana)
    assert told[exam.question] == told[exam.answer] == ""
    after = exam.refresh(view)
    assert "1 of them your own" in after[exam.limits] and updated(after[exam.back])["visible"]
    assert "&#60;moon&#62;" in after[exam.listed]
    told = exam.take_back(view, request_of_ana)
    assert (told[exam.question], told[exam.answer]) == ("Is the <moon> for sale?", "No.")
    assert exam.refresh(view)[exam.listed] == ""


def test_the_kind_of_work_and_a_price_are_kept_and_followed(
    page: MountedPage, report: ReportTab, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    side = page.opened("report", taught, drawers=True).side
    assert (side.kind.value, side.price.value) == ("", 0)
    assert "Kept" in side.choose(taught, "short answers", 2.5, request_of_ana)[side.done]
    shown = examined(report, studio, taught, request_of_ana)
    made = studio.evaluation.report(taught.run)
    assert made is not None and made.work == "short answers" and made.main_metric == "token_f1"
    assert "for a million pieces" in shown[report.results] and "At 2.5 for a million" in " ".join(made.sentences)
    side = page.opened("report", taught, drawers=True).side
    assert (side.kind.value, side.price.value) == ("short answers", 2.5)
    with pytest.raises(StudioError, match="no kind of work"):
        side.choose(taught, "poems", 0, request_of_ana)


def test_an_earlier_report_on_the_same_exam_is_compared(
    page: MountedPage, report: ReportTab, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    examined(report, studio, taught, request_of_ana)
    newer = studio.runs.launch(taught.project, taught.dataset, Recipe(r=8), by="ana")
    studio.runs.carry_out(newer.id)
    later = replace(taught, run=newer.id)
    examined(report, studio, later, request_of_ana)
    side = page.opened("report", later, drawers=True).side
    assert [value for _, value in side.other.choices] == [taught.run]
    said = side.compare(later, taught.run)[side.compared]
    assert "not enough questions to tell this version and run" in said and "Mistakes score" in said


def test_the_report_can_be_taken_away_for_a_machine(
    report: ReportTab, studio: Studio, taught: View, request_of_ana: gr.Request, offered: list[tuple[str, Path]]
) -> None:
    examined(report, studio, taught, request_of_ana)
    assert "report.json" in report.export_json(taught, request_of_ana)[report.saved]
    assert Report.model_validate_json(offered[0][1].read_bytes()) == studio.evaluation.report(taught.run)


def test_one_run_waits_and_two_runs_wait() -> None:
    assert say("report.seeds_wait", runs=1) == "1 run waits on the Teach tab. When it is over, ask the exam again."
    assert say("report.seeds_wait", runs=2) == "2 runs wait on the Teach tab. When they are over, ask the exam again."


def test_a_question_that_was_taken_back_elsewhere_is_told(
    report: ReportTab, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    with pytest.raises(StudioError, match="No question of your own is left"):
        report.exam.take_back(loaded(), request_of_ana)


def test_what_a_person_decides_follows_the_certainty_that_she_sets(
    studio: Studio, taught: View, page: MountedPage, request_of_ana: gr.Request
) -> None:
    write_json(studio.home.run(taught.run).path / "report.json", report_of_labels({"red": {"red": 3}}))
    side = page.opened("report", taught, drawers=True).side
    assert side.certainty.visible and side.certainty.value == 90
    assert "less than 70% sure" in side.hand_over(taught, 70)[side.handed]
    side.choose(taught, "", 0, request_of_ana, 75)
    assert studio.evaluation.choices(taught.project).certainty == 0.75
    made = studio.evaluation.report(taught.run)
    assert made is not None and "What a person should decide" in drawing(made)[0]
    assert "writes nothing" in drawing(made)[1], "no guard was left out: there is none"


def test_whether_to_look_at_what_teaching_cost_stays_as_she_chose(
    report: ReportTab, studio: Studio, taught: View, page: MountedPage, request_of_ana: gr.Request
) -> None:
    assert updated(report.refresh(taught)[report.guarded])["value"] is True
    unticked = report.choose_guards(taught, False)[report._frame.view]
    assert page.opened("report", unticked).guarded.value is False, "she looked at another tab before she asked"
    asked = report.begin(unticked, False, request_of_ana)
    job = studio.evaluation.job(taught.run)
    assert job is not None and job.wait(60) and job.error is None
    assert updated(report.refresh(asked)[report.guarded])["value"] is False, "and after it"
    assert page.opened("report", taught).guarded.value is False, "and after the page was loaded again"
    studio.evaluation.choose(taught.project, kind="", price_per_million=2.0, by="ana")
    assert studio.evaluation.choices(taught.project).guarded is False, "what else she chooses leaves it"
    ticked = report.choose_guards(taught, True)[report._frame.view]
    assert updated(report.refresh(ticked)[report.guarded])["value"] is True


def test_a_label_model_has_nothing_to_forget_so_looking_for_it_is_not_offered(
    report: ReportTab, studio: Studio, taught: View
) -> None:
    assert updated(report.refresh(taught)[report.guarded])["visible"] is True, "this one writes"
    recipe = studio.home.run(taught.run).path / "recipe.json"
    recipe.write_text(recipe.read_text("utf-8").replace('"task": "answers"', '"task": "labels"'), encoding="utf-8")
    shown = report.refresh(taught)
    assert updated(shown[report.ask])["interactive"] is True and updated(shown[report.guarded])["visible"] is False


def test_the_report_on_another_version_is_chosen_by_name_date_and_what_there_is_of_it(
    report: ReportTab, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    assert updated(report.refresh(taught)[report.run])["visible"] is False, "there is one version alone"
    examined(report, studio, taught, request_of_ana)
    second = studio.runs.launch(taught.project, taught.dataset, Recipe(seed=7), by="ana")
    studio.runs.carry_out(second.id)
    shown = updated(report.refresh(replace(taught, run=second.id))[report.run])
    assert shown["value"] == second.id and shown["visible"] is True
    said = {run: line.rpartition(" · ")[2] for line, run in shown["choices"]}
    assert said == {second.id: "no report yet", taught.run: "its report is there"}
    view = report.choose(replace(taught, run=second.id), taught.run)
    assert view.run == taught.run and updated(report.refresh(view)[report.container])["visible"] is True
    with pytest.raises(StudioError):
        report.choose(taught, "no-such-run")
