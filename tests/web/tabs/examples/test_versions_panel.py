"""The drawers under the table: versions, where examples come from, and forgetting for good."""

import html
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.web.mounting import Place
from studio.web.tabs.examples.row_listing import RowListing
from studio.web.tabs.examples.versions_panel import VersionsPanel
from studio.web.view import View, changed
from tests.web.conftest import MountedPage, asked_by_ana, updated

Loaded = Callable[[], View]
ALL = RowListing()


def words(value: Any) -> str:
    return html.unescape(str(value))


def opened(page: MountedPage, view: View) -> VersionsPanel:
    panel: VersionsPanel = page.screen(view, drawers=True).versions
    return panel


def test_versions_are_listed_compared_and_gone_back_to(
    page: MountedPage, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    view = loaded()
    studio.runs.launch(view.project, view.dataset, Recipe(), by="ana")
    newer = studio.examples.edit(view.project, view.dataset, "r2", by="ben", question="New?", answer="Brand new.").id
    panel, there = opened(page, replace(view, dataset=newer)), replace(view, dataset=newer)
    assert "1 run learned from it" in words(panel.list.value) and "1 decision made in it" in words(panel.list.value)
    assert (panel.before.value, panel.after.value) == (view.dataset, newer)
    differences = words(panel.differ(view, view.dataset, newer)[panel.differences])
    assert "1 row with other words" in differences and "Brand new." in differences
    assert "Row 3 was rewritten." in differences
    told = panel.go_back(there, view.dataset, request_of_ana)
    back = told[panel.frame.view]
    assert back.dataset not in (newer, view.dataset) and len(studio.home.datasets(view.project)) == 3
    assert updated(told[panel.after])["value"] == back.dataset


def test_a_version_is_kept_under_a_name(page: MountedPage, studio: Studio, loaded: Loaded,
                                        request_of_ana: gr.Request) -> None:  # fmt: skip
    view = loaded()
    panel = opened(page, view)
    told = panel.keep_version(view, "before Easter", request_of_ana)
    assert "before Easter" in words(told[panel.list]) and told[panel.name] == ""
    assert studio.examples.remove(view.project, view.dataset, ["r1"], by="ana").id != view.dataset


def test_what_she_states_is_read_again(page: MountedPage, loaded: Loaded, request_of_ana: gr.Request) -> None:
    view = loaded()
    panel = opened(page, view)
    assert "Not said yet: where they come from" in words(panel.stated.value)
    told = panel.state_rights(view, "Our desk", "Ours", "", request_of_ana)
    assert "Not said yet: who agreed" in words(told[panel.stated])
    again = opened(page, view)
    assert (again.origin.value, again.licence.value, again.consent.value) == ("Our desk", "Ours", "")


def test_the_places_are_listed_before_the_button_appears(
    page: MountedPage, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    view = loaded()
    view = changed(view, studio.examples.fix(view.project, view.dataset, "empty_answer", by="ana"))
    tab = page.screen(view, drawers=True)
    panel = tab.versions
    told = panel.list_places(view, "")
    assert "The uploaded file: deleted" in words(told[panel.places]) and updated(told[panel.forget])["visible"]
    assert studio.examples.source(view.project, view.dataset).is_file()
    before = studio.examples.view(view.project, view.dataset).examples
    with pytest.raises(StudioError, match="not about this text"):
        panel.forget_it(view, "", "somebody@example.org", request_of_ana)  # typed over while it was listed
    done = panel.forget_it(view, "", told[panel.listed], request_of_ana)
    assert "Nothing holds it any more" in words(done[panel.places]) and done[panel.text] == ""
    assert updated(done[panel.forget])["visible"] is False
    after = done[panel.frame.view]
    assert studio.examples.view(after.project, after.dataset).examples == before
    with pytest.raises(StudioError, match="forgotten"):
        tab.uploads.reopen(after, Place("examples"), asked_by_ana())


def test_a_drawer_reads_anew_each_time_it_is_opened(page: MountedPage, studio: Studio, loaded: Loaded) -> None:
    view = loaded()
    studio.versions.keep(view.project, view.dataset, "One", by="ana")
    assert "One" in words(opened(page, view).list.value)
    studio.versions.keep(view.project, view.dataset, "Two", by="ana")
    assert "Two" in words(opened(page, view).list.value)


def test_a_drawer_stays_open_until_the_rows_change(page: MountedPage, loaded: Loaded) -> None:
    view = loaded()
    screen = page.screen(view).list
    before = screen.revision.value
    assert not [part for part in screen.put_away if part in screen.state_of(replace(view, stamp=9), ALL, before)]
    told = screen.state_of(replace(view, mark="1-x"), ALL, before)
    assert len(screen.put_away) == 2 and all(told[part].open is False for part in screen.put_away)
