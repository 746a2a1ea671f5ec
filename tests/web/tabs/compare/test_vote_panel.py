"""The blind vote without a browser: what the page is told, and what it is not told."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.services.studio import Studio
from studio.web.app import Page
from studio.web.copy import votes as say
from studio.web.view import View, VotingState
from tests.web.conftest import updated

Loaded = Callable[[], View]
PLACES = (
    "seat", "sets", "new", "number", "one", "other", "power", "make", "progress", "paper", "shown",
    "reason", "left", "right", "tie", "both_bad", "earlier", "later", "reveal", "under", "outcome", "result",
)  # fmt: skip


def named(painted: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(PLACES, painted, strict=True))


def begun(
    page: Page, studio: Studio, view: View, request: gr.Request, questions: str = "One?\nTwo?\nThree?"
) -> VotingState:
    """A set of own questions with all replies made."""
    card = page.compare.votes
    seat = named(card.paint(view, VotingState(), "", request))["seat"]
    seat = named(card.begin(view, seat, "", "tuned", "base", say.OWN, 12, questions, request))["seat"]
    sitting = studio.voting.job(seat.ballot)
    assert sitting is not None
    until = time.monotonic() + 30
    while not sitting.is_over and time.monotonic() < until:
        time.sleep(0.01)
    assert sitting.error is None
    return seat  # type: ignore[no-any-return]


def test_a_set_is_made_in_the_background_and_then_voted_on(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    card = page.compare.votes
    offered = named(card.paint(taught, VotingState(), "", request_of_ana))
    assert updated(offered["new"])["visible"] and "can" in offered["power"]
    assert ("Your version", "tuned") in updated(offered["one"])["choices"]
    seat = begun(page, studio, taught, request_of_ana)
    shown = named(card.look(taught, seat, "", request_of_ana))
    assert updated(shown["paper"])["visible"] is True
    assert "ana &#183; question 1 of 3" in shown["shown"]
    again = card.look(taught, shown["seat"], "", request_of_ana)
    assert all(updated(part).keys() == {"__type__"} for part in again), "nothing new, nothing drawn"


def test_the_paper_is_drawn_alike_whoever_stands_left(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    card = page.compare.votes
    seat = begun(page, studio, taught, request_of_ana)
    drawn = repr(card.draw(taught, seat, "ana"))
    assert "weights" not in drawn and "your version" not in drawn.lower() and "starting model" not in drawn.lower()
    for name in ("tuned", "base"):
        assert not any(mark in drawn for mark in {r.fingerprint for r in studio.voting._box.replies(seat.ballot)[name]})


def test_a_vote_goes_on_to_the_next_and_can_be_looked_at_again(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    card = page.compare.votes
    seat = named(card.draw(taught, begun(page, studio, taught, request_of_ana), "ana"))["seat"]
    after = named(card.vote(taught, seat, "", "clearer", "left", request_of_ana))
    assert "question 2 of 3 &#183; 1 voted" in after["shown"] and after["reason"] == ""
    back = named(card.step_back(taught, after["seat"], "", request_of_ana))
    assert updated(back["left"])["variant"] == "primary" and updated(back["right"])["variant"] == "secondary"
    assert back["reason"] == "clearer"


def test_another_name_is_another_person_with_another_order(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    card = page.compare.votes
    many = "\n".join(f"Question number {number}?" for number in range(9))
    seat = named(card.draw(taught, begun(page, studio, taught, request_of_ana, many), "ana"))["seat"]
    voted = named(card.vote(taught, seat, "", "", "tie", request_of_ana))["seat"]
    hasty = named(card.vote(taught, voted, "Ben", "", "left", request_of_ana))
    assert "0 voted" in hasty["shown"], "a choice on somebody else's paper is no vote"
    ben = named(card.sit_down(taught, voted, "Ben", request_of_ana))
    assert ben["seat"].voter == "Ben" and "0 voted" in ben["shown"]
    assert all(updated(p).keys() == {"__type__"} for p in card.sit_down(taught, ben["seat"], "Ben", request_of_ana))


def test_the_reveal_closes_and_says_what_it_came_to(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    card = page.compare.votes
    seat = named(card.draw(taught, begun(page, studio, taught, request_of_ana), "ana"))["seat"]
    with pytest.raises(StudioError, match="not voted"):
        card.show(taught, seat, "", request_of_ana)
    for _ in range(3):
        seat = named(card.vote(taught, seat, "", "", "left", request_of_ana))["seat"]
    shown = named(card.show(taught, seat, "", request_of_ana))
    assert updated(shown["paper"])["visible"] is False and updated(shown["outcome"])["visible"] is True
    assert "weights" in shown["result"] and "Not enough votes to tell" in shown["result"]
    with pytest.raises(StudioError, match="closed"):
        card.vote(taught, seat, "", "", "left", request_of_ana)
    came_back = named(card.paint(taught, VotingState(), "", request_of_ana))
    assert came_back["result"] == shown["result"], "also after a reload"


def test_what_is_being_written_on_a_paper_or_for_a_new_set_stays_when_the_page_is_painted(
    page: Page, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    card = page.compare.votes
    form = named(card.paint(taught, VotingState(), "", request_of_ana))
    again = named(card.paint(taught, form["seat"], "", request_of_ana))
    assert updated(again["number"]) == updated(again["power"]) == updated(gr.skip())
    assert updated(again["one"])["choices"] and "value" not in updated(again["one"])
    seat = named(card.draw(taught, begun(page, studio, taught, request_of_ana), "ana"))["seat"]
    again = named(card.paint(taught, seat, "", request_of_ana))
    assert again["reason"] == again["shown"] == gr.skip() and updated(again["sets"])["value"] == seat.ballot
    assert "question 1 of 3" in named(card.paint(taught, seat, "Ben", request_of_ana))["shown"], "another person"


def test_own_questions_come_from_lines_or_a_file(
    page: Page, taught: View, request_of_ana: gr.Request, tmp_path: Path
) -> None:
    card = page.compare.votes
    seat = named(card.paint(taught, VotingState(), "", request_of_ana))["seat"]
    with pytest.raises(StudioError, match="no questions"):
        card.begin(taught, seat, "", "tuned", "base", say.OWN, 12, " \n", request_of_ana)
    (tmp_path / "mine.txt").write_text("How long?\nHow far?\n", encoding="utf-8")
    typed, said = card.take_file(str(tmp_path / "mine.txt"))
    assert typed == "How long?\nHow far?" and "cannot tell" in said
    assert updated(card.weigh(say.OWN, 12, typed)[1])["visible"] is True
