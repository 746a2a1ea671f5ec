"""`auto`: which version a question is for, by the training rows that it resembles."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.copy.catalog import say
from studio.data.duplicates.retrieval import NearestExamples
from studio.schemas.example import Example

NEIGHBOURS = 5  # rows that vote, each by its cosine
LEAST = 0.16  # below this cosine nothing resembles the question; measured by tests/benchmarks/bench_router.py


@dataclass(frozen=True)
class RoutingDecision:
    """To whom a question goes, and why. The row is named, its words are not told.

    `similarity`: cosine of the nearest row of all, 0 to 1.
    """

    to: str
    reason: str
    similarity: float

    @property
    def body(self) -> dict[str, Any]:
        """As it stands in the response."""
        return {"to": self.to, "reason": self.reason, "similarity": self.similarity}


class VersionRouter:
    """One look-up index over the training rows of all versions, so that words weigh alike for each."""

    def __init__(self, rows: Mapping[str, Sequence[Example]], fallback: str, least: float = LEAST) -> None:
        self._examples = [(version, example) for version, examples in rows.items() for example in examples]
        self._index = NearestExamples([example for _, example in self._examples])
        self._fallback, self._least = fallback, least

    def choose(self, question: str) -> RoutingDecision:
        """The version whose rows are nearest; the starting model when none is near."""
        near = self._index.nearest(question, NEIGHBOURS)
        similarity = round(near[0][1], 3) if near else 0.0
        if similarity < self._least:
            reason = say("serving.nothing_resembles", similarity=similarity, least=self._least)
            return RoutingDecision(self._fallback, reason, similarity)
        votes: defaultdict[str, float] = defaultdict(float)
        for place, score in near:
            votes[self._examples[place][0]] += score
        chosen = max(votes, key=lambda version: votes[version])
        place, score = next((place, score) for place, score in near if self._examples[place][0] == chosen)
        reason = say("serving.resembles", row=self._examples[place][1].label, similarity=score)
        return RoutingDecision(chosen, reason, similarity)
