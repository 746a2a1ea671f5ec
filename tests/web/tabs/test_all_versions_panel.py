"""Versions of every project that somebody may see stand in one list, each with its verdict and the ways to it."""

from html import unescape

import gradio as gr
import pytest

from studio.schemas.project import Share
from studio.services.access import Access, Actor, owner_or_shared
from studio.services.studio import Studio
from studio.web.tabs.take_home.all_versions_panel import AllVersionsPanel
from studio.web.tabs.take_home.take_home_tab import TakeHomeTab
from studio.web.view import View
from tests.web.conftest import MountedPage


@pytest.fixture
def panel(page: MountedPage) -> AllVersionsPanel:
    tab: TakeHomeTab = page.take_home
    return tab.all_versions


def test_each_version_has_its_verdict_and_links_to_chat_report_and_take_home(
    panel: AllVersionsPanel, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    told = unescape(panel.look(request_of_ana)[panel.told])
    assert "It has had no exam yet" in told and f"run={taught.run}&tab=compare" in told and "tab=report" not in told
    studio.evaluation.evaluate(taught.run, by="ana", quick=True)
    report = studio.evaluation.report(taught.run)
    assert report is not None
    told = unescape(panel.look(request_of_ana)[panel.told])
    assert report.verdict.sentence in told and f"project={taught.project}&run={taught.run}&tab=report" in told


def test_what_somebody_may_not_see_stands_on_no_list_of_hers(
    panel: AllVersionsPanel, studio: Studio, taught: View
) -> None:
    path = studio.home.project_folder(taught.project) / "project.json"
    found = studio.home.project(taught.project).model_copy(update={"owner": "a", "shares": {"b": Share.READ}})
    path.write_text(found.model_dump_json())
    studio.access = Access(studio.home, owner_or_shared)
    assert [run.id for _, run in panel.runs(Actor("b", "ben"))] == [taught.run]
    assert list(panel.runs(Actor("c", "cleo"))) == []
