"""Votes, corrections and thumbs become pairs and thumbs; what the inbox did not accept, and the exam, stay out."""

from typing import Any

import pytest

from studio.schemas.example import Example, Message
from studio.services.feedback.judgements import Judgements
from studio.services.studio import Studio

ASKED = (Message(role="user", content="What does the kettle cost?"),)


@pytest.fixture
def project(studio: Studio, runs: list[str]) -> str:
    return studio.runs.view(runs[0]).spec.project


def accepted(studio: Studio, project: str, **said: Any) -> None:
    words: dict[str, Any] = {"by": "ana", "origin": "chat", "turns": ASKED, "reply": "Ten.", "judgement": "down"} | said
    one = studio.feedback.add(project, key=str(said), **words)
    studio.feedback.accept(project, [one.id], by="ana")


def voted(studio: Studio, run: str, questions: tuple[Example, ...], *choices: str) -> None:
    ballot = studio.voting.make(run, "tuned", "base", by="ana", questions=questions, count=len(choices)).id
    studio.voting.prepare(ballot, on_progress=lambda *_: None, stop=lambda: False)
    for place, choice in enumerate(choices):
        studio.voting.vote(ballot, "ana", place, choice)
    studio.voting.reveal(ballot, "ana")


def of(studio: Studio, project: str) -> Judgements:
    return studio.judgements.of(project)


def test_a_correction_is_better_than_the_reply_and_a_thumb_stands_alone(studio: Studio, project: str) -> None:
    accepted(studio, project, judgement="wrong", correction="Twelve.")
    accepted(studio, project, judgement="up", reply="Twelve!")
    accepted(studio, project, judgement="decline", reply="Whatever you like.")
    found = of(studio, project)
    assert [(one.chosen, one.rejected, one.origin) for one in found.pairs] == [("Twelve.", "Ten.", "chat")]
    assert [(one.reply, one.good) for one in found.thumbs] == [("Twelve!", True), ("Whatever you like.", False)]


def test_what_waits_in_the_inbox_or_was_left_teaches_nothing(studio: Studio, project: str) -> None:
    one = studio.feedback.add(project, by="ana", key="k", origin="chat", turns=ASKED, reply="Ten.", judgement="up")
    assert of(studio, project).all == ()
    studio.feedback.leave(project, [one.id], by="ana")
    assert of(studio, project).all == ()


def test_votes_that_were_revealed_are_pairs_and_thumbs(studio: Studio, project: str, runs: list[str]) -> None:
    asked = tuple(Example(id=f"a{n}", messages=(Message(role="user", content=f"Question {n}?"),)) for n in (1, 2, 3))
    voted(studio, runs[0], asked, "left", "tie", "both_bad")
    found = of(studio, project)
    (pair,) = found.pairs
    assert pair.origin == "vote" and pair.chosen != pair.rejected and pair.turns[-1].role == "user"
    assert [one.good for one in found.thumbs] == [False, False] and found.left_out == {"tie": 1}


def test_votes_on_the_exam_are_counted_and_never_learned(studio: Studio, project: str, runs: list[str]) -> None:
    voted(studio, runs[0], (), "left", "right")
    assert of(studio, project).all == () and of(studio, project).left_out == {"exam": 2}


def test_a_vote_that_nobody_has_revealed_is_nobodys_to_learn_from(
    studio: Studio, project: str, runs: list[str]
) -> None:
    asked = (Example(id="a1", messages=(Message(role="user", content="Hm?"),)),)
    ballot = studio.voting.make(runs[0], "tuned", "base", by="ana", questions=asked).id
    studio.voting.prepare(ballot, on_progress=lambda *_: None, stop=lambda: False)
    studio.voting.vote(ballot, "ana", 0, "left")
    assert of(studio, project).all == ()
