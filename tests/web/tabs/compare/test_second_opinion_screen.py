"""The second opinion without a browser: nothing before the reveal, then who can be asked, and what was said."""

import time
from datetime import UTC, datetime
from html import unescape
from typing import Any

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.schemas.job import JobError, JobRecord, JobState
from studio.schemas.recipe import Recipe
from studio.services.jobs import BackgroundJob
from studio.services.studio import Studio
from studio.web.copy import second_opinion as copy
from studio.web.tabs.compare.second_opinion_screen import SecondOpinionScreen, progress_of
from studio.web.tabs.compare.vote_screen import OPINION, VOTES, VotingState
from studio.web.view import View
from tests.web.conftest import MountedPage, updated
from tests.web.tabs.compare.test_vote_screen import begun


@pytest.fixture
def voted(page: MountedPage, studio: Studio, taught: View, request_of_ana: gr.Request) -> VotingState:
    """Ana's look at a set, after her last vote and before her reveal."""
    screen = page.opened("compare", taught, VOTES).votes
    state = begun(screen, studio, taught, request_of_ana)
    for _ in range(3):
        state = screen.vote(taught, state, "", "", "left", request_of_ana)[screen.state]
    return state


@pytest.fixture
def revealed(studio: Studio, voted: VotingState) -> VotingState:
    studio.voting.reveal(voted.ballot, "ana")
    return voted


def opened(page: MountedPage, view: View, state: VotingState) -> SecondOpinionScreen:
    return page.opened("compare", view, OPINION, state=state).opinion  # type: ignore[no-any-return]


@pytest.fixture
def other_run(studio: Studio, taught: View) -> str:
    """Another version on the same starting model."""
    run = studio.runs.launch(taught.project, taught.dataset, Recipe(seed=2), by="ana").id
    studio.runs.carry_out(run)
    return f"run:{run}"


def job(state: JobState, **more: Any) -> BackgroundJob:
    now = datetime.now(UTC)
    return BackgroundJob(JobRecord(id="1", kind="second_opinion", project="p", about="b", by="ana", created=now,
                                   state=state, **more))  # fmt: skip


def wait(studio: Studio, ballot: str) -> None:
    until = time.monotonic() + 30
    reading = studio.second_opinions.job(ballot)
    while reading is not None and not reading.is_over and time.monotonic() < until:
        time.sleep(0.01)


def test_before_the_reveal_the_votes_stand_in_its_place(
    page: MountedPage, taught: View, voted: VotingState, request_of_ana: gr.Request
) -> None:
    tab = page.opened("compare", taught, OPINION, state=voted)
    assert "voted" in tab.votes.paper.paper.value and not hasattr(tab.opinion, "judge")
    with pytest.raises(StudioError, match="not shown before"):
        tab.opinion.begin(taught, voted, "starter", request_of_ana)


def test_after_it_she_is_told_when_there_is_nobody_to_ask(
    page: MountedPage, taught: View, revealed: VotingState, request_of_ana: gr.Request
) -> None:
    screen = opened(page, taught, revealed)
    assert screen.judge.choices == [] and "nobody to ask" in screen.opinions.value
    with pytest.raises(StudioError, match="No judge"):
        screen.begin(taught, revealed, None, request_of_ana)


def test_another_version_is_asked_in_the_background_and_its_standing_told(
    page: MountedPage, studio: Studio, taught: View, other_run: str, revealed: VotingState, request_of_ana: gr.Request
) -> None:
    screen = opened(page, taught, revealed)
    assert screen.judge.value == other_run and screen.judge.choices[0][0].startswith("version of")
    begun_ = screen.begin(taught, revealed, other_run, request_of_ana)
    assert "value" not in updated(begun_[screen.judge]), "what she picked stays"
    wait(studio, revealed.ballot)
    over = screen.show(taught, revealed)
    assert updated(over[screen.ask])["interactive"] is True
    opinions = unescape(over[screen.opinions])
    assert "as a judge: its opinion does not count" in opinions and "Asked by ana" in opinions


def test_one_that_stands_on_the_ballot_is_refused_and_a_bad_folder_is_told(
    page: MountedPage, studio: Studio, taught: View, revealed: VotingState, request_of_ana: gr.Request
) -> None:
    screen = opened(page, taught, revealed)
    with pytest.raises(StudioError, match="stands on the ballot"):
        screen.begin(taught, revealed, "tuned", request_of_ana)
    screen.begin(taught, revealed, "/nowhere/at/all", request_of_ana)
    wait(studio, revealed.ballot)
    assert "holds no model" in updated(screen.show(taught, revealed)[screen.progress])["value"]


def test_it_can_be_stopped_and_says_that_it_has_not_read_everything(
    page: MountedPage, taught: View, revealed: VotingState, request_of_ana: gr.Request
) -> None:
    screen = opened(page, taught, revealed)
    assert updated(screen.end(taught, revealed, request_of_ana)[screen.stop])["interactive"] is False
    stopped = job(JobState.CANCELLED, error=JobError(message="Stopped."))
    assert "has not read everything" in progress_of(stopped) and "Stopped" not in progress_of(stopped)
    assert "50% done" in unescape(progress_of(job(JobState.RUNNING, done=5, total=10)))
    assert progress_of(job(JobState.DONE)) == ""


def test_the_rule_on_the_page_is_the_rule_of_the_statistics() -> None:
    assert "at least 80% of 20 questions" in copy.rule()
