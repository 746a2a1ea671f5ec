"""What an exam can show at all: one object with one sentence, estimated before anybody answers and measured after."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from studio.evaluation.statistics.comparisons import ALPHA, FEWEST, named, rounded
from studio.evaluation.statistics.intervals import Interval
from studio.schemas.sentence import Sentence

POWER = 0.8
GOOD_VIEW = 0.10  # a difference that an exam should be able to show
SIZES = ((30, "very_large"), (20, "large"), (10, "middling"))  # points of 100 from which a difference is called so
DISAGREEMENT = 0.3  # the share of questions on which two contestants usually differ


class ExamPower(NamedTuple):
    """The smallest difference, in points of 100, that so many questions find at least four times out of five.

    `within`: of a measured one, which holds against every rival, how far the ranges that the report shows reach from
    their leads to either side, the least and the most, on this `metric`, by the figures as they are shown. No lead
    smaller than the least is counted.
    """

    questions: int
    points: float
    metric: str = ""
    within: tuple[float, float] | None = None

    @property
    def said(self) -> tuple[Sentence, ...]:
        """The one thing that is said of it; smaller differences may be found, too, and it does not say otherwise."""
        if self.questions < FEWEST:
            return (Sentence.of("exam.too_few", questions=self.questions, more=FEWEST - self.questions),)
        if self.points > 100:
            return (Sentence.of(f"exam.{'measured' if self.within else 'expected'}_none", questions=self.questions),)
        points = math.ceil(round(self.points, 3))
        if self.within:
            least, most = self.within
            near = Sentence.of(f"exam.within.{'range' if least < most else 'one'}", least=least, most=most)
            return (Sentence.of("exam.measured_within", metric=named("metric", self.metric), questions=self.questions,
                                within=near, points=points),)  # fmt: skip
        told = Sentence.of("exam.expected_sized", questions=self.questions, points=points,
                           size=Sentence.of(f"exam.size.{size_of(self.points)}"))  # fmt: skip
        if self.points <= 100 * GOOD_VIEW:
            return (told,)
        enough = questions_needed(GOOD_VIEW, math.sqrt(DISAGREEMENT))
        return told, Sentence.of("exam.more_questions", enough=enough, points=100 * GOOD_VIEW)


def size_of(points: float) -> str:
    """How large a difference is to somebody who does not think in points."""
    return next((name for least, name in SIZES if points > least), "small")


def expected_power(questions: int) -> ExamPower:
    """Before anything is spent: two contestants differ on as many questions as they usually do."""
    return ExamPower(questions, 100 * smallest_visible(questions, math.sqrt(DISAGREEMENT)))


def measured_power(questions: int, seen: Sequence[float], metric: str, leads: Sequence[Interval]) -> ExamPower | None:
    """`seen`: what is found against each rival, in points; `leads`: over each as the report shows them, in shares.
    None where nothing varied."""
    shown = [[rounded(100 * limit, 1) for limit in it] for it in leads]
    sides = [rounded(side, 1) for value, low, high in shown for side in (value - low, high - value)]
    return ExamPower(questions, max(seen), metric, (min(sides), max(sides))) if seen and sides else None


@lru_cache(maxsize=1024)
def smallest_visible(count: int, deviation: float, alpha: float = ALPHA, power: float = POWER) -> float:
    """The difference of means that a paired test on so many questions finds four times out of five (noncentral t)."""
    from scipy.optimize import brentq
    from scipy.stats import nct, t

    if count < 2 or deviation <= 0:
        return math.inf if count < 2 else 0.0
    edge = t.ppf(1 - alpha / 2, count - 1)

    def missing(shift: float) -> float:
        return float(nct.sf(edge, count - 1, shift)) - power

    return deviation * float(brentq(missing, 0.0, 3 * edge + 8)) / math.sqrt(count)


def questions_needed(difference: float, deviation: float, alpha: float = ALPHA, power: float = POWER) -> int:
    """How many questions would show a difference of this size."""
    count = 3
    while smallest_visible(count, deviation, alpha, power) > difference:
        count = max(count + 1, int(count * 1.05))
        if count > 1_000_000:
            break
    return count
