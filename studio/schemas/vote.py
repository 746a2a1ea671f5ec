"""Blind votes: a ballot of questions with two hidden sides, and what each person chose."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from studio.schemas.base import Record
from studio.schemas.example import Example

Source = Literal["exam", "list"]


class Ballot(Record):
    """A question set and its two contestants, frozen when it was made. Which of them stands left is never in it.

    `seed` and the person's name decide the sides and the order for that person.
    """

    format: int = 1
    id: str
    created: datetime
    by: str
    project: str
    run: str
    source: Source
    one: str
    other: str
    questions: tuple[Example, ...] = Field(min_length=1)
    seed: int
    max_new_tokens: int
    request_key: str = ""  # the press that made it


class Verdict(Record):
    """One line of `verdicts.jsonl`: a person's choice between two replies, or her wish to see who was who.

    A later line of the same person on the same question replaces an earlier one; after `reveal` no line counts.
    """

    at: datetime
    by: str
    ballot: str
    question: int = -1
    left: str = ""
    right: str = ""
    choice: Literal["left", "right", "tie", "both_bad", "reveal"]
    reason: str = Field("", max_length=2000)
    request_key: str = ""  # the press that it was


class JudgedBallot(Record):
    """What a model said about a ballot when it was asked which reply is better, by whose wish, with which weights.

    `leans`: for each question how much more it expected the words that prefer `one`, in nats, where that reply stood
    first and where it stood second; None where it could not read the whole.
    """

    format: int = 1
    at: datetime
    by: str
    ballot: str
    judge: str
    title: str
    fingerprint: str
    leans: tuple[tuple[float, float] | None, ...]
