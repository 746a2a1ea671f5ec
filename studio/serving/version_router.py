"""`auto`: which version a question is for, by the training rows that it resembles."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.copy.catalog import say
from studio.data.duplicates.retrieval import NearestExamples
from studio.schemas.example import Example

NEIGHBOURS = 5  # rows of a version whose cosines are its score, as their mean
LEAD = 0.02  # by which everyday questions must be nearer
LOOKED_AT = 60  # nearest rows of all
OWN_SENT_AWAY = 0.01  # this share of taught questions, each looked up without itself, may fall back
LEAST = 0.16  # the cosine below which nothing resembles, where too few rows are there to measure it
MEASURED_ROWS, ENOUGH_ROWS = 200, 50
ROW_LOOKS = 2_000_000  # rows times look-ups that measuring may cost: about as many seconds as millions


@dataclass(frozen=True)
class RoutingDecision:
    """To whom a question goes, and why. The row is named, its words are not told.

    `similarity`: cosine of the nearest taught row, 0 to 1.
    """

    to: str
    reason: str
    similarity: float

    @property
    def body(self) -> dict[str, Any]:
        """As it stands in the response."""
        return {"to": self.to, "reason": self.reason, "similarity": self.similarity}


class CurrentRouter:
    """The router over what is served now; `make` reads that anew whenever a version was added or exchanged."""

    def __init__(self, make: Callable[[], "VersionRouter"]) -> None:
        self._make, self._router = make, make()

    def renew(self) -> None:
        """Questions that come meanwhile are still answered by the one before."""
        self._router = self._make()

    def choose(self, question: str) -> RoutingDecision:
        """As `VersionRouter.choose`."""
        return self._router.choose(question)


class VersionRouter:
    """One look-up index over the training rows of all versions, so that words weigh alike for each.

    `everyday`: questions that no version was taught; what resembles these most goes to the `fallback`, too. `least`:
    the cosine below which nothing resembles a question; None: it is measured on the taught rows.
    """

    def __init__(self, rows: Mapping[str, Sequence[Example]], fallback: str, everyday: Sequence[Example] = (),
                 least: float | None = None) -> None:  # fmt: skip
        taught = [(version, example) for version, examples in rows.items() for example in examples]
        self._taught = len(taught)
        known = {example.question for _, example in taught}
        self._examples = [*taught, *((fallback, example) for example in everyday if example.question not in known)]
        self._index = NearestExamples([example for _, example in self._examples])
        self._rows = Counter(version for version, _ in self._examples)
        self._fallback = fallback
        self.least = self._measured() if least is None else least

    def choose(self, question: str) -> RoutingDecision:
        """The version whose rows are nearest; the starting model when none is, or everyday questions are nearer."""
        near = self._index.nearest(question, LOOKED_AT)
        taught = [(place, score) for place, score in near if place < self._taught]
        similarity = round(taught[0][1], 3) if taught else 0.0
        if similarity < self.least:
            reason = say("serving.nothing_resembles", similarity=similarity, least=self.least)
            return RoutingDecision(self._fallback, reason, similarity)
        cosines: defaultdict[str, list[float]] = defaultdict(list)
        for place, score in near:
            cosines[self._examples[place][0]].append(score)
        chosen = max(cosines, key=lambda version: self._score(version, cosines[version]))
        if chosen == self._fallback:
            return RoutingDecision(self._fallback, say("serving.everyday", similarity=similarity), similarity)
        place, score = next((place, score) for place, score in taught if self._examples[place][0] == chosen)
        reason = say("serving.resembles", row=self._examples[place][1].label, similarity=score)
        return RoutingDecision(chosen, reason, similarity)

    def _score(self, version: str, cosines: Sequence[float]) -> float:
        mean = sum(cosines[:NEIGHBOURS]) / min(NEIGHBOURS, self._rows[version])
        return mean - (LEAD if version == self._fallback else 0.0)

    def _measured(self) -> float:
        """The cosine that all but `OWN_SENT_AWAY` of the taught questions have with another taught row."""
        if self._taught < ENOUGH_ROWS:
            return LEAST
        looks = max(ENOUGH_ROWS, min(MEASURED_ROWS, ROW_LOOKS // self._taught))
        cosines = []
        for own in range(0, self._taught, max(1, self._taught // looks)):
            near = self._index.nearest(self._examples[own][1].question, LOOKED_AT)
            cosines.append(next((score for place, score in near if place != own and place < self._taught), 0.0))
        return round(sorted(cosines)[int(len(cosines) * OWN_SENT_AWAY)], 3)
