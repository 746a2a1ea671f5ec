"""Feedback: what somebody said about one answer, and what became of it in the inbox."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, get_args

from pydantic import Field

from studio.schemas.base import Record
from studio.schemas.example import Message

FeedbackOrigin = Literal["chat", "vote", "server", "table"]
Judgement = Literal["right", "wrong", "up", "down", "decline"]
FeedbackState = Literal["new", "accepted", "changed", "left"]
JUDGEMENTS: tuple[Judgement, ...] = get_args(Judgement)
Opinion = Literal["good", "bad", "decline"]
OPINIONS: Mapping[Judgement, Opinion] = {
    "right": "good", "up": "good", "wrong": "bad", "down": "bad", "decline": "decline",
}  # fmt: skip
LONGEST_TEXT = 20_000
LONGEST_REASON = 2_000
MOST_TURNS = 40


class Feedback(Record):
    """One judgement of one reply, as it stands now.

    `version`: the run whose version answered, "" where a table does not say; `fingerprint`: the weights, tokens and
    layout that wrote the reply. `contestant`: who answered beside that version in a conversation, such as the starting
    model; "" where it is told by the version alone. `turns`: what the reply needs to be understood, the question last,
    and no more.
    `correction`: what should have been said: her own words, or the inbox's once it is `changed`. `key`: the press, the
    call or the row that it was; one key is one feedback.
    """

    format: int = 1
    id: str
    key: str = Field(min_length=1, max_length=200)
    version: str = ""
    fingerprint: str = ""
    contestant: str = Field("", max_length=100)
    origin: FeedbackOrigin
    turns: tuple[Message, ...] = Field(min_length=1, max_length=MOST_TURNS)
    reply: str
    judgement: Judgement
    correction: str | None = None
    reason: str = Field("", max_length=LONGEST_REASON)
    author: str
    at: datetime
    state: FeedbackState = "new"

    @property
    def question(self) -> str:
        """What was asked last."""
        return next((turn.content for turn in reversed(self.turns) if turn.role == "user"), "")

    @property
    def opinion(self) -> Opinion:
        """The one set of words in which the page says it, whichever way it came."""
        return OPINIONS[self.judgement]

    @property
    def teaches(self) -> bool:
        """Whether it says what should have been answered: a correction, or a reply that was right."""
        return self.correction is not None or self.judgement == "right"

    @property
    def answer(self) -> str:
        """What it teaches to say: the correction, else the reply that was right."""
        return self.correction if self.correction is not None else self.reply


class FeedbackDecision(Record):
    """A line of the inbox: somebody accepts a feedback, changes its correction, leaves it out, or takes that back
    (`new`)."""

    id: str
    feedback: str
    state: FeedbackState
    correction: str | None = None  # with `changed`: the new words
    turns: tuple[Message, ...] = ()  # what was asked, where details were hidden in it
    reply: str | None = None  # and in what the model had answered
    by: str
    at: datetime
    key: str = ""

    def after(self, earlier: "FeedbackDecision | None") -> "FeedbackDecision":
        """This decision with what an earlier one about the same feedback hid, where it says nothing else itself. Older
        decisions hid details in the turns alone."""
        if earlier is None or not (earlier.turns or earlier.reply is not None):
            return self
        if self.reply is not None or self.state == "new":
            return self
        hidden: dict[str, object] = {"turns": earlier.turns, "reply": earlier.reply}
        if self.correction is None and self.state == "accepted" and earlier.correction is not None:
            hidden |= {"correction": earlier.correction, "state": "changed"}
        elif self.correction is None:
            hidden |= {"correction": earlier.correction}  # kept for who accepts it after it was left
        return self.model_copy(update=hidden)
