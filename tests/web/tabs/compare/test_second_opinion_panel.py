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
from studio.web.app import Page
from studio.web.copy import second_opinion as say
from studio.web.tabs.compare.second_opinion_panel import progress_of
from studio.web.view import View, VotingState
from tests.web.conftest import updated
from tests.web.tabs.compare.test_vote_panel import begun
from tests.web.tabs.compare.test_vote_panel import named as of_vote

PLACES = ("told", "room", "judge", "ask", "stop", "progress", "said")


def named(painted: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(PLACES, painted, strict=True))


@pytest.fixture
def seat(page: Page, studio: Studio, taught: View, request_of_ana: gr.Request) -> VotingState:
    """Ana's, after her last vote and before her reveal."""
    card = page.compare.votes
    seat: VotingState = of_vote(card.draw(taught, begun(page, studio, taught, request_of_ana), "ana"))["seat"]
    for _ in range(3):
        seat = of_vote(card.vote(taught, seat, "", "", "left", request_of_ana))["seat"]
    return seat


@pytest.fixture
def revealed(page: Page, taught: View, seat: VotingState, request_of_ana: gr.Request) -> VotingState:
    return of_vote(page.compare.votes.show(taught, seat, "", request_of_ana))["seat"]  # type: ignore[no-any-return]


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
    sitting = studio.second_opinions.job(ballot)
    while sitting is not None and not sitting.is_over and time.monotonic() < until:
        time.sleep(0.01)


def test_nothing_of_it_is_shown_before_the_reveal(page: Page, seat: VotingState, request_of_ana: gr.Request) -> None:
    card = page.compare.votes.second
    hidden = named(card.paint(seat))
    assert hidden["told"] == "" and updated(hidden["room"])["visible"] is False
    assert all(updated(part).keys() == {"__type__"} for part in card.look(seat, ""))
    with pytest.raises(StudioError, match="not shown before"):
        card.begin(seat, "starter", request_of_ana)


def test_after_it_she_is_told_when_there_is_nobody_to_ask(
    page: Page, revealed: VotingState, request_of_ana: gr.Request
) -> None:
    card = page.compare.votes.second
    shown = named(card.look(revealed, ""))
    assert updated(shown["room"])["visible"] is True and updated(shown["judge"])["choices"] == []
    assert "nobody to ask" in shown["said"]
    with pytest.raises(StudioError, match="No judge"):
        card.begin(revealed, None, request_of_ana)


def test_another_version_is_asked_in_the_background_and_its_standing_told(
    page: Page, studio: Studio, other_run: str, revealed: VotingState, request_of_ana: gr.Request
) -> None:
    card = page.compare.votes.second
    offered = updated(named(card.look(revealed, ""))["judge"])
    assert offered["value"] == other_run and offered["choices"][0][0].startswith("version of")
    begun_ = named(card.begin(revealed, other_run, request_of_ana))
    assert "value" not in updated(begun_["judge"]), "what she picked stays"
    wait(studio, revealed.ballot)
    over = named(card.look(revealed, "…"))
    assert updated(over["ask"])["interactive"] is True
    assert "as a judge: its opinion does not count" in unescape(over["said"]) and "Asked by ana" in over["said"]
    assert all(updated(part).keys() == {"__type__"} for part in card.look(revealed, over["told"])), "nothing new"


def test_one_that_stands_on_the_ballot_is_refused_and_a_bad_folder_is_told(
    page: Page, studio: Studio, revealed: VotingState, request_of_ana: gr.Request
) -> None:
    card = page.compare.votes.second
    with pytest.raises(StudioError, match="stands on the ballot"):
        card.begin(revealed, "tuned", request_of_ana)
    card.begin(revealed, "/nowhere/at/all", request_of_ana)
    wait(studio, revealed.ballot)
    assert "holds no model" in updated(named(card.paint(revealed))["progress"])["value"]


def test_it_can_be_stopped_and_says_that_it_has_not_read_everything(page: Page, revealed: VotingState) -> None:
    assert updated(page.compare.votes.second.end(revealed))["interactive"] is False
    stopped = job(JobState.CANCELLED, error=JobError(message="Stopped."))
    assert "has not read everything" in progress_of(stopped) and "Stopped" not in progress_of(stopped)
    assert "50% done" in unescape(progress_of(job(JobState.RUNNING, done=5, total=10)))
    assert progress_of(job(JobState.DONE)) == ""


def test_the_rule_on_the_page_is_the_rule_of_the_scales(page: Page) -> None:
    assert "at least 80% of 20 questions" in say.RULE
