"""An id that a browser sends is looked up in the project of its page, and nowhere else."""

from collections.abc import Callable
from dataclasses import replace

import gradio as gr
import pytest

from studio.errors import NotFound
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.web.mounting import Place
from studio.web.tabs.compare.vote_screen import VOTES, VotingState
from studio.web.view import View
from tests.web.conftest import MountedPage


@pytest.fixture
def other(studio: Studio, taught: View, loaded: Callable[[], View]) -> View:
    """Another project with a run and a set of questions of its own."""
    view = loaded()
    run = studio.runs.launch(view.project, view.dataset, Recipe(), by="ben").id
    studio.runs.carry_out(run)
    assert view.project != taught.project
    return replace(view, run=run)


def test_a_run_of_another_project_is_neither_shown_nor_touched(
    page: MountedPage, studio: Studio, taught: View, other: View, request_of_ana: gr.Request
) -> None:
    sent = replace(taught, run=other.run)
    for act in (
        lambda: page.teach.runs.choose(taught, other.run),
        lambda: page.compare.choose(taught, Place("compare"), other.run),
        lambda: page.teach.runs.call(sent, "Mine now", request_of_ana),
        lambda: page.teach.runs.throw_away(sent, request_of_ana),
        lambda: page.teach.runs.compare(taught, [taught.run, other.run]),
    ):
        with pytest.raises(NotFound):
            act()
    assert studio.runs.view(other.run).name == ""


def test_a_set_of_questions_of_another_project_is_not_found(
    page: MountedPage, studio: Studio, taught: View, other: View, request_of_ana: gr.Request
) -> None:
    ballot = studio.voting.make(other.run, "tuned", "base", by="ben", count=3).id
    screen, state = page.opened("compare", taught, VOTES).votes, VotingState(run=taught.run, voter="ana")
    with pytest.raises(NotFound):
        screen.choose(taught, state, "ana", ballot, request_of_ana)
    with pytest.raises(NotFound):
        screen.vote(taught, replace(state, ballot=ballot), "ana", "", "tie", request_of_ana)


def test_a_conversation_of_another_project_is_not_found(
    page: MountedPage, studio: Studio, taught: View, other: View, request_of_ana: gr.Request
) -> None:
    studio.chats.answer_once(other.run, "Hello?", by="ben", contestants=("base", "tuned"))
    (line,) = studio.chats.conversations(other.project)
    screen = page.opened("compare", taught).chat
    mixed = replace(screen.state.value, run=other.run, id=line.id)
    for act in (
        lambda: next(screen.ask(mixed, "Hello?", request_of_ana)),
        lambda: screen.show(mixed),
        lambda: screen.saved.export_csv(mixed, request_of_ana),
        lambda: screen.reopen(taught, Place("compare"), screen.state.value, (), line.id),
    ):
        with pytest.raises(NotFound):
            act()
