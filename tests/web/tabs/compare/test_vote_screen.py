"""The blind vote without a browser: what the page is told, and what it is not told."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.services.studio import Studio
from studio.web.copy import votes as copy
from studio.web.mounting import Place, Updates
from studio.web.tabs.compare.vote_screen import OPINION, VOTES, VoteScreen, VotingState
from studio.web.view import View
from tests.web.conftest import MountedPage, updated

Loaded = Callable[[], View]


@pytest.fixture
def screen(page: MountedPage, taught: View) -> VoteScreen:
    return page.opened("compare", taught, VOTES).votes  # type: ignore[no-any-return]


def begun(screen: VoteScreen, studio: Studio, view: View, request: gr.Request,
          questions: str = "One?\nTwo?\nThree?") -> VotingState:  # fmt: skip
    """A set of own questions with all replies made, looked at by ana."""
    state = VotingState(run=view.run, voter="ana")
    state = screen.begin(view, state, "", "tuned", "base", copy.OWN, 12, questions, request)[screen.state]
    job = studio.voting.job(state.ballot)
    assert job is not None
    until = time.monotonic() + 30
    while not job.is_over and time.monotonic() < until:
        time.sleep(0.01)
    assert job.error is None
    return screen.show(view, state, "ana")[screen.state]  # type: ignore[no-any-return]


def is_shown(part: Any, told: Updates) -> bool:
    return bool(updated(told[part])["visible"])


def test_a_set_is_made_in_the_background_and_then_voted_on(
    screen: VoteScreen, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    offered = screen.show(taught, VotingState(run=taught.run), "ana")
    assert is_shown(screen.new.container, offered) and "can" in screen.new.power.value
    assert ("Your version", "tuned") in screen.new.one.choices
    state = begun(screen, studio, taught, request_of_ana)
    told = screen.show(taught, state, "ana")
    assert is_shown(screen.paper.container, told) and not is_shown(screen.new.container, told)
    assert "ana &#183; question 1 of 3" in told[screen.paper.paper]


def test_the_newest_set_stands_there_when_the_screen_is_opened(
    page: MountedPage, screen: VoteScreen, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    state = begun(screen, studio, taught, request_of_ana)
    again = page.opened("compare", taught, VOTES).votes
    assert again.state.value == state and "question 1 of 3" in again.paper.paper.value


def test_the_paper_is_drawn_alike_whoever_stands_left(
    screen: VoteScreen, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    state = begun(screen, studio, taught, request_of_ana)
    told = {part: value for part, value in screen.show(taught, state, "ana").items() if part is not screen.sets}
    drawn = repr(list(told.values()))
    assert "weights" not in drawn and "your version" not in drawn.lower() and "starting model" not in drawn.lower()
    for name in ("tuned", "base"):
        assert not any(
            mark in drawn for mark in {r.fingerprint for r in studio.voting._box.replies(state.ballot)[name]}
        )


def test_a_vote_goes_on_to_the_next_and_can_be_looked_at_again(
    screen: VoteScreen, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    state, paper = begun(screen, studio, taught, request_of_ana), screen.paper
    after = screen.vote(taught, state, "", "clearer", "left", request_of_ana)
    assert "question 2 of 3 &#183; 1 voted" in after[paper.paper] and after[paper.reason] == ""
    back = screen.step_back(taught, after[screen.state], "", request_of_ana)
    variants = {choice: updated(back[button])["variant"] for choice, button in paper.choices.items()}
    assert variants["left"] == "primary" and variants["right"] == "secondary"
    assert back[paper.reason] == "clearer"


def test_another_name_is_another_person_with_another_order(
    screen: VoteScreen, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    many = "\n".join(f"Question number {number}?" for number in range(9))
    state, paper = begun(screen, studio, taught, request_of_ana, many), screen.paper
    voted = screen.vote(taught, state, "", "", "tie", request_of_ana)[screen.state]
    hasty = screen.vote(taught, voted, "Ben", "", "left", request_of_ana)
    assert "0 voted" in hasty[paper.paper], "a choice on somebody else's paper is no vote"
    ben = screen.change_voter(taught, voted, "Ben", request_of_ana)
    assert ben[screen.state].voter == "Ben" and "0 voted" in ben[paper.paper]
    assert screen.change_voter(taught, ben[screen.state], "Ben", request_of_ana) == {}


def test_the_reveal_closes_and_says_what_it_came_to(
    page: MountedPage, screen: VoteScreen, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    state = begun(screen, studio, taught, request_of_ana)
    with pytest.raises(StudioError, match="not voted"):
        screen.reveal(taught, state, "", request_of_ana)
    for _ in range(3):
        state = screen.vote(taught, state, "", "", "left", request_of_ana)[screen.state]
    told = screen.reveal(taught, state, "", request_of_ana)
    assert not is_shown(screen.paper.container, told) and is_shown(screen.outcome, told)
    assert "weights" in told[screen.result] and "Not enough votes to tell" in told[screen.result]
    with pytest.raises(StudioError, match="closed"):
        screen.vote(taught, state, "", "", "left", request_of_ana)
    assert page.opened("compare", taught, VOTES).votes.result.value == told[screen.result], "also after a reload"
    place = screen.open_second_opinion(Place("compare", screen=VOTES), state, "")[screen.frame.place]
    assert place.screen == OPINION and place.state == state


def test_nothing_is_written_over_that_she_is_filling_in_or_voting_on(
    screen: VoteScreen, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    form = screen.look_again(taught, VotingState(run=taught.run), "", request_of_ana)
    assert form.keys() == {screen.sets}, "a new set is being filled in"
    state = begun(screen, studio, taught, request_of_ana)
    assert screen.look_again(taught, state, "", request_of_ana).keys() == {screen.sets}, "a reason is being written"
    waiting = screen.look_again(taught, replace(state, place=None), "", request_of_ana)
    assert "question 1 of 3" in waiting[screen.paper.paper], "the replies were made meanwhile"


def test_own_questions_come_from_lines_or_a_file(
    screen: VoteScreen, taught: View, request_of_ana: gr.Request, tmp_path: Path
) -> None:
    with pytest.raises(StudioError, match="no questions"):
        screen.begin(taught, VotingState(run=taught.run), "", "tuned", "base", copy.OWN, 12, " \n", request_of_ana)
    (tmp_path / "mine.txt").write_text("How long?\nHow far?\n", encoding="utf-8")
    taken = screen.new.take_file(str(tmp_path / "mine.txt"))
    assert taken[screen.new.typed] == "How long?\nHow far?" and "cannot tell" in taken[screen.new.power]
    weighed = screen.new.weigh(copy.OWN, 12, taken[screen.new.typed])
    assert is_shown(screen.new.own, weighed) and not is_shown(screen.new.number, weighed)
