"""Chats: the same question to several contestants, and what each answered."""

from datetime import datetime

from pydantic import Field

from studio.schemas.base import Record
from studio.schemas.example import Message


class ReplySettings(Record):
    """How a contestant is to answer. Temperature 0 always takes the likeliest word (greedy)."""

    temperature: float = 0.0
    top_p: float = 1.0
    max_new_tokens: int = 200
    seed: int = 0
    instructions: str | None = None  # None: the recipe's own


class LabelCertainty(Record):
    """A label and how sure a label model is of it, 0 to 1."""

    label: str
    certainty: float


class Reply(Record):
    """One contestant's answer, with the fingerprint of the weights, tokens and layout that wrote it.

    `certainty`: that all of the answer is right, of one who can tell; `labels`: the likeliest labels, likeliest first.
    """

    contestant: str
    text: str
    tokens: int
    seconds: float
    fingerprint: str
    stopped_by_itself: bool = True
    note: str = ""
    certainty: float | None = None
    labels: tuple[LabelCertainty, ...] = ()


class Turn(Record):
    """One question and all its replies, as it is written to the chat's file.

    `place` is where it stands in the conversation: a line with the place of an earlier one replaces that one and all
    after it (asked again, or asked otherwise). `alone`: nothing that was said before was read.
    """

    at: datetime
    by: str
    run: str
    question: str
    expert: str = ""
    settings: dict[str, ReplySettings] = Field(default_factory=dict)
    replies: tuple[Reply, ...] = ()
    place: int = -1
    alone: bool = False
    fallbacks: tuple[str, ...] = ()  # kinds of `records.fallback`
    taught: str = ""  # the row that taught this very question


class GenerationRequest(Record):
    """One answer that is wanted. `text` instead of messages is read as it stands, without any chat template.

    `stop`: strings before which the answer ends, besides the model's own ends. `top_logprobs`: how many tokens are told
    at each place; None: no logprobs at all.
    """

    contestant: str
    messages: tuple[Message, ...] = ()
    text: str | None = None
    settings: ReplySettings = ReplySettings()
    stop: tuple[str, ...] = ()
    top_logprobs: int | None = Field(None, ge=0)


class TokenLogprob(Record):
    """A token that was written, its natural logarithm of probability, and the likeliest at its place."""

    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()
