"""The plan without a browser: worked out in named steps, adopted when it is there, and never an older one."""

import html
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.model import Forecast
from studio.services.studio import Studio
from studio.web.copy import model as copy
from studio.web.mounting import Place
from studio.web.tabs.drafts import planned_recipe
from studio.web.view import View, changed
from tests.web.conftest import MountedPage, updated

Loaded = Callable[[], View]


def worked_out(page: Any, view: View) -> dict[Any, Any]:
    """What stands in each part after the last step."""
    told: dict[Any, Any] = {}
    for step in page.model.plan.work_out(view):
        told |= step
    return told


def planned(page: Any, view: View, place: Place = Place("model")) -> View:
    """The view with its plan, as the page adopts it."""
    made = worked_out(page, view).get(page.model.plan.planned)
    return page.adopt(view, made, place, 0).get(page.frame.view, view)  # type: ignore[no-any-return]


def test_opening_the_tab_works_out_a_plan(page: MountedPage, loaded: Loaded) -> None:
    view = loaded()
    told = worked_out(page, view)
    recipe = planned(page, view).recipe
    assert recipe is not None and recipe.base_model == "starter" and told[page.model.plan.proposed] == recipe
    assert (
        "each example is seen" in told[page.model.plan.plan] and "for learning the tool" in told[page.model.plan.plan]
    )
    assert updated(told[page.model.plan.next])["interactive"] is True


def test_while_it_is_worked_out_the_page_says_what_is_done_and_what_is_under_way(
    page: MountedPage, loaded: Loaded
) -> None:
    steps = [step[page.model.plan.plan] for step in page.model.plan.work_out(loaded())]
    waiting = steps[:-1]
    assert [step.count('"done"') for step in waiting] == [0, 1, 2] and all("now" in step for step in waiting)
    assert all("being worked out" in step for step in waiting) and "being worked out" not in steps[-1]


def test_why_each_example_is_seen_so_often_is_said_once(page: MountedPage, loaded: Loaded) -> None:
    view = loaded()
    assert "proposes 10 times" in worked_out(page, view)[page.model.plan.plan]
    assert "proposes" not in worked_out(page, planned(page, view))[page.model.plan.plan]


def test_a_plan_that_stands_is_shown_as_it_is(page: MountedPage, loaded: Loaded) -> None:
    view = planned(page, loaded())
    assert planned(page, view).recipe == view.recipe
    assert page.model.plan.proposed not in worked_out(page, view), "the fields under her hands are left alone"


def test_what_cannot_work_stands_in_its_place(page: MountedPage, loaded: Loaded, tmp_path: Path) -> None:
    view = page.model.choose_other(loaded(), str(tmp_path), "")
    told = worked_out(page, view)
    assert 'role="alert"' in told[page.model.plan.plan] and updated(told[page.model.plan.next])["interactive"] is False
    with pytest.raises(StudioError, match="no plan yet"):
        planned_recipe(view)


def test_a_plan_that_was_asked_for_later_ends_the_one_before(page: MountedPage, loaded: Loaded) -> None:
    """Else the slower of two would stand under the model that the other one is for."""
    earlier = page.model.plan.work_out(loaded())
    next(earlier)
    later = list(page.model.plan.work_out(loaded()))
    assert later and list(earlier) == []


def test_until_a_model_is_here_its_plan_says_that_it_waits_for_it(page: MountedPage, loaded: Loaded) -> None:
    waiting = page.model.refresh(replace(loaded(), model="smollm2-135m", recipe=None))[page.model.plan.plan]
    assert "as soon as this model is on this computer" in waiting and "being worked out" not in waiting


def test_a_plan_that_comes_late_takes_nothing_back_that_she_did_meanwhile(page: MountedPage, loaded: Loaded) -> None:
    before = loaded()
    made = worked_out(page, before)[page.model.plan.planned]
    on_model, view, waits = Place("model"), page.frame.view, page.frame.planned
    started = replace(before, run="r1", ran=1, draft={"r": 4})
    told = page.adopt(started, made, on_model, 0)
    assert told[view] == replace(made, run="r1", ran=1, draft={"r": 4}) and told[waits] is None
    assert page.adopt(replace(before, mark="1-abc"), made, on_model, 0) == {waits: None}, "the rows are others"
    assert page.adopt(replace(before, model="other"), made, on_model, 0) == {waits: None}, "she chose another model"
    assert page.adopt(replace(before, preset="quick"), made, on_model, 0) == {waits: None}
    assert page.adopt(before, None, on_model, 0) == {}


def test_a_plan_that_comes_while_she_is_on_the_next_tab_is_told_there(page: MountedPage, loaded: Loaded) -> None:
    view = loaded()
    made = worked_out(page, view)[page.model.plan.planned]
    assert page.frame.anew not in page.adopt(view, made, Place("model"), 2)
    told = page.adopt(view, made, Place("teach", turn=3), 2)
    assert told[page.frame.anew] == 3, "it said that there is no plan"
    assert page.frame.place not in told, "she may go on at the same moment, and stays where she went"


def test_what_was_planned_goes_into_the_plan_with_the_changed_examples(
    page: MountedPage, studio: Studio, loaded: Loaded
) -> None:
    view = planned(page, loaded())
    own = planned(page, replace(view, draft={"r": 4}))
    after = changed(own, studio.examples.view(own.project, own.dataset))
    assert after.recipe is None and planned(page, after).recipe == own.recipe


def test_what_she_turned_is_named_until_a_plan_holds_it(page: MountedPage, loaded: Loaded) -> None:
    view = planned(page, loaded())
    plan = page.model.plan
    assert updated(plan.refresh(view)[plan.again])["visible"] is False
    turned = plan.refresh(replace(view, draft={"r": 4, "seed": 7}))
    said = updated(turned[plan.pending])["value"]
    assert "rank r" in said and "seed" in said and updated(turned[plan.again])["visible"] is True
    own = planned(page, replace(view, draft={"r": 4, "seed": 7}))
    assert own.recipe is not None and (own.recipe.r, own.recipe.seed, own.draft) == (4, 7, {})


def test_who_comes_back_finds_the_plan_as_it_stands_and_what_she_turned_beside_it(
    page: MountedPage, loaded: Loaded
) -> None:
    view = replace(planned(page, loaded()), draft={"r": 4})
    *_, last = page.model.plan.open(view)
    made = last[page.model.plan.planned]
    after = page.adopt(view, made, Place("model"), 0)[page.frame.view]
    assert made.recipe == view.recipe and after.draft == {"r": 4}
    assert updated(page.model.plan.show_pending(after, made.recipe)[page.model.plan.pending])["visible"] is True


def test_the_plan_s_time_says_whether_it_was_told_beside_other_work() -> None:
    def words(**told: Any) -> str:
        return copy.plan_figures(Forecast(rows=2, seconds=600.0, **told))[3][1]

    assert words(measured=True) == words() == "about how long it takes"
    assert words(measured=True, free=0.3) == "about how long it takes beside what else runs here now"
    assert words(free=0.3) == "about how long it takes alone"


def test_a_quick_try_does_not_speak_of_many_passes_and_whole_passes_are_told_whole() -> None:
    quick = copy.why_so_often(3.0, 120, small=True, quick=True)
    assert "many passes" not in quick and "first look" in quick
    assert copy.plan_figures(Forecast(rows=2, steps=40, times_seen=3.1))[0][0] == "3×"
    assert copy.plan_figures(Forecast(rows=2, steps=40, times_seen=0.25))[0][0] == "0.2×"


def test_one_row_is_one_row_and_what_is_cut_is_said_once(page: MountedPage) -> None:
    made = Forecast(rows=2, rows_left_out=1, steps=1, times_seen=3)
    assert ("1", "row cut or left out") in copy.plan_figures(made) and ("1", "step") in copy.plan_figures(made)
    assert ("1", "row left out") in copy.plan_details(made, 10**9)
    assert "1 row cannot be used with this model and is left out." in copy.plan_losses(made)


def test_without_examples_it_says_what_to_do_first(page: MountedPage) -> None:
    (told,) = page.model.plan.work_out(View())
    assert say("common.no_examples_yet") in html.unescape(told[page.model.plan.plan])
