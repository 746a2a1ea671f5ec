"""Versions of a project over time: which one is served, and how several of them fared on one exam."""

from datetime import datetime

from pydantic import Field

from studio.schemas.base import Record


class ServedChange(Record):
    """A line of `served.jsonl`: from now on this run's version is served; `back`: it was before, and is again."""

    run: str
    by: str
    at: datetime
    back: bool = False
    request_key: str = ""


class LearnedFeedback(Record):
    """`from_feedback.json` of a dataset: what became of each feedback that was accepted, in it and in those before it.

    `rows`: id of the row that was added or rewritten -> id of the feedback. `exam`: id of the exam question whose
    answer was corrected -> id of the feedback. `left`: id of the feedback -> why no row was made of it. `answers`: id
    of the feedback -> a mark of the answer that counted, so that one that is changed afterwards counts again.
    """

    format: int = 1
    rows: dict[str, str] = Field(default_factory=dict)
    exam: dict[str, str] = Field(default_factory=dict)
    left: dict[str, str] = Field(default_factory=dict)
    answers: dict[str, str] = Field(default_factory=dict)

    @property
    def learned(self) -> frozenset[str]:
        """The feedback that rows were made of."""
        return frozenset(self.rows.values())
