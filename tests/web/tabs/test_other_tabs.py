"""Model, Teach and Compare without a browser; and what the page says when something does not work."""

from collections.abc import Callable
from dataclasses import replace
from html import unescape

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.schemas.run import Status
from studio.services.studio import Studio
from studio.web.app import Page
from studio.web.tabs.training.training_tab import Pushed
from studio.web.view import View
from tests.fake_engine import FakeEngine
from tests.web.tabs.model.test_plan_panel import planned

Loaded = Callable[[], View]


def taught(page: Page, studio: Studio, view: View, request: gr.Request) -> View:
    view = page.teach.begin(planned(page, view), request)
    studio.runs.carry_out(view.run)
    return view


# Teach


def test_without_a_plan_the_button_says_why(page: Page, loaded: Loaded, request_of_ana: gr.Request) -> None:
    told = page.teach.refresh(loaded())
    assert told[page.teach.start]["interactive"] is False and "Model tab" in told[page.teach.headline]
    with pytest.raises(StudioError):
        page.teach.begin(loaded(), request_of_ana)


def test_a_second_press_finds_the_run_that_is_there(page: Page, studio: Studio, loaded: Loaded,
                                                    request_of_ana: gr.Request) -> None:  # fmt: skip
    view = planned(page, loaded())
    first, second = page.teach.begin(view, request_of_ana), page.teach.begin(view, request_of_ana)
    assert first.run == second.run and len(studio.runs.all(view.project)) == 1


def test_two_plans_wait_in_turn_and_one_can_leave(page: Page, studio: Studio, loaded: Loaded,
                                                  request_of_ana: gr.Request) -> None:  # fmt: skip
    view = planned(page, loaded())
    page.teach.begin(view, request_of_ana)
    other = replace(view, recipe=view.recipe.model_copy(update={"seed": 7}))
    other = page.teach.begin(other, request_of_ana)
    assert "1 run before this one" in page.teach.refresh(other)[page.teach.headline]
    page.teach.end(other, request_of_ana)
    assert studio.runs.view(other.run).state.status is Status.STOPPED


def test_the_whole_curve_is_there_for_whoever_comes_later(page: Page, studio: Studio, loaded: Loaded,
                                                          request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    told = page.teach.refresh(View(project=view.project, dataset=view.dataset, run=view.run))
    headline = told[page.teach.headline]
    assert "Finished" in headline and "done</span>" not in headline and "live-job" not in headline
    assert len(told[page.teach.plot].data[0].x) == 8 and "<table" in told[page.teach.numbers]


def test_while_it_waits_or_runs_a_bar_and_stop_stand_above_the_curve(page: Page, loaded: Loaded,
                                                                     request_of_ana: gr.Request) -> None:  # fmt: skip
    view = page.teach.begin(planned(page, loaded()), request_of_ana)
    told = page.teach.refresh(view)
    assert f"job-{view.run}" in unescape(told[page.teach.headline]) and told[page.teach.stop]["visible"] is True
    assert [trace.meta for trace in told[page.teach.plot].data] == ["loss", "eval_loss", "learning_rate", "grad_norm"]


def test_what_the_server_pushes_reads_the_whole_tab_anew_in_one_answer(page: Page, studio: Studio, loaded: Loaded,
                                                                       request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    told = Pushed(page.teach, page.frame).read(view, None, "")
    assert told[page.frame.view] == view, "the header and the tab follow the view"
    assert set(page.teach.refresh(view)) <= set(page.teach.parts)


def test_a_failure_is_told_in_words(page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request) -> None:
    assert isinstance(studio.engine, FakeEngine)
    studio.engine.failing = "The disk is full."
    view = taught(page, studio, loaded(), request_of_ana)
    told = page.teach.refresh(view)
    assert "The disk is full" in told[page.teach.headline] and told[page.teach.resume]["visible"] is True


# The page


def test_the_address_brings_back_what_was_looked_at(page: Page, studio: Studio, loaded: Loaded,
                                                    request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    request_of_ana.request.query_params = {"project": view.project, "run": view.run, "tab": "teach"}
    view, place = (page.arrive(request_of_ana)[part] for part in (page.frame.view, page.frame.place))
    assert (view.project, view.dataset, view.run, place.tab) == (view.project, view.dataset, view.run, "teach")
    request_of_ana.request.query_params = {"project": "../../etc", "run": "x", "tab": "<b>"}
    newest, place = (page.arrive(request_of_ana)[part] for part in (page.frame.view, page.frame.place))
    assert (newest.project, place.tab) == (view.project, "examples"), "an unknown one is the newest"
    header = page.header_of(view)
    assert [header[door].label for door in page.doors.values()][:4] == ["Examples ✓", "Model ✓", "Teach ✓", "Compare"]
    (studio.home.run(view.run).path / "report.json").write_text("{}", encoding="utf-8")
    header = page.header_of(view)
    assert [header[door].label for door in page.doors.values()][3:] == ["Compare", "Report ✓", "Take home"]


def test_a_plan_that_was_made_after_a_run_comes_first_with_its_button(
    page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    tab, view = page.teach, taught(page, studio, loaded(), request_of_ana)
    over = tab.refresh(view)
    assert "A new plan is ready" not in over[tab.headline] and over[tab.next]["variant"] == "primary"
    assert view.recipe is not None
    planned = tab.refresh(replace(view, recipe=view.recipe.model_copy(update={"seed": 7})))
    told = planned[tab.headline]
    assert told.index("A new plan is ready") < told.index("Finished") and "the run before" in told
    assert planned[tab.start]["variant"] == "primary" and planned[tab.next]["variant"] == "secondary"
    assert planned[tab.another]["visible"] is False and "The plan: " in unescape(told)


def test_another_run_by_the_same_plan_shows_it_before_it_starts(
    page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    """“Start another run” began at once; it now leads to the plan and the button of the first start."""
    first = page.teach.refresh(planned(page, loaded()))
    tab, view = page.teach, taught(page, studio, loaded(), request_of_ana)
    over = tab.refresh(view)
    assert over[tab.another]["visible"] is True and over[tab.start]["visible"] is False
    asked = tab.refresh(tab.show_plan(view))
    plan = "The plan: Practice model, "
    assert plan in unescape(first[tab.headline]) and plan in unescape(asked[tab.headline])
    assert "The same plan once more" in asked[tab.headline] and "“Start teaching”" in unescape(asked[tab.headline])
    assert asked[tab.start]["visible"] is True and asked[tab.another]["visible"] is False
    assert len(studio.runs.all(view.project)) == 1, "nothing has begun"
    renamed = tab.refresh(replace(tab.show_plan(view), ran=view.ran + 1))
    assert "The same plan once more" in renamed[tab.headline], "nor is it gone when the tab is drawn anew"
    again = tab.begin(view, request_of_ana)
    assert again.run != view.run and len(studio.runs.all(view.project)) == 2
