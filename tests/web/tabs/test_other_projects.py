"""An id that a browser sends is looked up in the project of its page, and nowhere else."""

from collections.abc import Callable
from dataclasses import replace

import gradio as gr
import pytest

from studio.errors import NotFound
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.web.app import Page
from studio.web.view import View, VotingState


@pytest.fixture
def other(studio: Studio, taught: View, loaded: Callable[[], View]) -> View:
    """Another project with a run and a set of questions of its own."""
    view = loaded()
    run = studio.runs.launch(view.project, view.dataset, Recipe(), by="ben").id
    studio.runs.carry_out(run)
    assert view.project != taught.project
    return replace(view, run=run)


def test_a_run_of_another_project_is_neither_shown_nor_touched(
    page: Page, studio: Studio, taught: View, other: View, request_of_ana: gr.Request
) -> None:
    sent = replace(taught, run=other.run)
    for act in (
        lambda: page.teach.runs.choose(taught, other.run),
        lambda: page.compare.choose(taught, other.run),
        lambda: page.teach.runs.call(sent, "Mine now", request_of_ana),
        lambda: page.teach.runs.throw_away(sent, request_of_ana),
        lambda: page.teach.runs.compare(taught, [taught.run, other.run]),
    ):
        with pytest.raises(NotFound):
            act()
    assert studio.runs.view(other.run).name == ""


def test_a_set_of_questions_of_another_project_is_not_found(
    page: Page, studio: Studio, taught: View, other: View, request_of_ana: gr.Request
) -> None:
    ballot = studio.voting.make(other.run, "tuned", "base", by="ben", count=3).id
    seat = VotingState(run=taught.run, voter="ana")
    with pytest.raises(NotFound):
        page.compare.votes.choose(taught, seat, "ana", ballot, request_of_ana)
    with pytest.raises(NotFound):
        page.compare.votes.vote(taught, replace(seat, ballot=ballot), "ana", "", "tie", request_of_ana)
