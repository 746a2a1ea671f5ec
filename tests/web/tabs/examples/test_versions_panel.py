"""The drawers under the table: versions, where examples come from, and forgetting for good."""

import html
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.web.app import Page
from studio.web.tabs.examples.findings_panel import OneFinding
from studio.web.tabs.examples.row_listing import RowListing
from studio.web.view import View
from tests.web.conftest import asked_by_ana, by_part, updated

Loaded = Callable[[], View]


def said(value: Any) -> str:
    return html.unescape(str(value))


def test_a_row_that_changed_in_another_tab_is_not_overwritten(
    page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    view, answer = loaded(), "A better one."
    table = page.examples.table
    ids = by_part(table.painted, table.paint(view, RowListing()))[table.ids]
    old = studio.examples.view(view.project, view.dataset).examples[2].answer
    studio.examples.edit(view.project, view.dataset, ids[2], by="ben", question="Ben's question?", answer=old)
    event = SimpleNamespace(index=[2, 2], value=answer, previous_value=old)
    with pytest.raises(StudioError, match="ben changed row 3 after you looked"):
        page.examples.table.edit(view, ids, event, request_of_ana)
    other = SimpleNamespace(index=[3, 2], value=answer, previous_value=studio.examples.view(
        view.project, view.dataset).examples[3].answer)  # fmt: skip
    assert page.examples.table.edit(view, ids, other, request_of_ana).stamp == view.stamp + 1


def test_versions_are_listed_compared_and_gone_back_to(
    page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    view, card = loaded(), page.examples.versions
    studio.runs.launch(view.project, view.dataset, Recipe(), by="ana")
    newer = studio.examples.edit(view.project, view.dataset, "r2", by="ben", question="New?", answer="Brand new.").id
    listed, before, after = card.read_versions(replace(view, dataset=newer))
    assert "1 run learned from it" in said(listed) and "1 decision made in it" in said(listed)
    assert (updated(before)["value"], updated(after)["value"]) == (view.dataset, newer)
    found = said(card.differ(view, view.dataset, newer))
    assert "1 row with other words" in found and "Brand new." in found and "Row 2 was rewritten." in found
    back = card.go_back(replace(view, dataset=newer), view.dataset, request_of_ana)
    assert back.dataset not in (newer, view.dataset) and len(studio.home.datasets(view.project)) == 3


def test_a_version_is_kept_under_a_name(page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request) -> None:
    view = loaded()
    listed, *_, name = page.examples.versions.keep_version(view, "before Easter", request_of_ana)
    assert "before Easter" in said(listed) and name == ""
    assert studio.examples.remove(view.project, view.dataset, ["r1"], by="ana").id != view.dataset


def test_what_she_states_is_read_again(page: Page, loaded: Loaded, request_of_ana: gr.Request) -> None:
    view, card = loaded(), page.examples.versions
    *_, stated = card.read_rights(view)
    assert "Not said yet: where they come from" in said(stated)
    assert "Not said yet: who agreed" in said(card.state_rights(view, "Our desk", "Ours", "", request_of_ana))
    origin, licence, consent, _ = card.read_rights(view)
    assert (origin, licence, consent) == ("Our desk", "Ours", "")


def test_the_places_are_listed_before_the_button_appears(
    page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    view, card = loaded(), page.examples.versions
    view = OneFinding(studio, "empty_answer").fix(view, request_of_ana)
    listed, places, button = card.list_places(view, "")
    assert "The uploaded file: deleted" in said(places) and updated(button)["visible"] is True
    assert studio.examples.source(view.project, view.dataset).is_file()
    before = studio.examples.view(view.project, view.dataset).examples
    with pytest.raises(StudioError, match="not about this text"):
        card.forget_it(view, "", "somebody@example.org", request_of_ana)  # typed over while it was listed
    done, text, _, places, button = card.forget_it(view, "", listed, request_of_ana)
    assert "Nothing holds it any more" in said(places) and updated(button)["visible"] is False and text == ""
    assert studio.examples.view(done.project, done.dataset).examples == before
    with pytest.raises(StudioError, match="forgotten"):
        page.examples.columns.reopen(done, asked_by_ana())


def test_a_drawer_stays_open_until_the_examples_change(page: Page, loaded: Loaded) -> None:
    view, drawers = loaded(), page.examples.versions
    told, *first = drawers.put_away(view, ())
    assert first[0].open is False and first[2:4] == ["", None]
    again, *rest = drawers.put_away(replace(view, stamp=view.stamp + 1, ran=2), told)
    assert again == told and all(value == gr.skip() for value in rest)
    assert drawers.put_away(replace(view, mark="1-x"), told)[0] != told
