"""Is the difference real: paired tests, and a correction for many metrics."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from studio.copy.catalog import has
from studio.evaluation.statistics.intervals import LEVEL, Interval, difference_interval, yes_no_difference
from studio.schemas.sentence import Fact, Sentence

ALPHA = 0.05
FEWEST = 10  # questions below which nothing is claimed
FLIPS = 9999
EXACT_UP_TO = 12  # differences that are not zero: all 4,096 sign patterns are tried
Better = Literal["", "one", "other"]


class Comparison(NamedTuple):
    """One metric, two contestants: `difference` is one's lead over the other, above zero when one is better.

    `together`: where the interval of this metric alone leaves zero out and the correction does not let it count, the
    limits with all metrics taken together, which hold zero. None elsewhere: there the interval says what is decided.
    """

    metric: str
    one: str
    other: str
    difference: Interval
    p: float
    corrected_p: float
    questions: int
    better: Better
    said: Sentence
    together: tuple[float, float] | None = None

    @property
    def sentence(self) -> str:
        """In words."""
        return str(self.said)


def mcnemar_exact(only_one: int, only_other: int) -> float:
    """McNemar's exact test (1947): the binomial over the questions on which they disagree."""
    from scipy.stats import binomtest

    return float(binomtest(only_one, only_one + only_other).pvalue) if only_one + only_other else 1.0


def mcnemar_mid_p(only_one: int, only_other: int) -> float:
    """Its mid-p form (Fagerland, Lydersen and Laake 2013), as exact as its name only on the average."""
    from scipy.stats import binom

    total = only_one + only_other
    if not total or only_one == only_other:
        return 1.0
    fewer = min(only_one, only_other)
    return float(min(1.0, 2 * binom.cdf(fewer, total, 0.5) - binom.pmf(fewer, total, 0.5)))


def sign_flip_p(one: npt.ArrayLike, other: npt.ArrayLike, seed: int = 20261120) -> float:
    """The paired permutation test of the mean difference (Fisher 1935); exact for up to 12 differences."""
    gaps = np.asarray(one, dtype=np.float64) - np.asarray(other, dtype=np.float64)
    gaps = gaps[np.abs(gaps) > 1e-12]
    if not gaps.size:
        return 1.0
    seen = abs(float(gaps.sum())) * (1 - 1e-9)
    if gaps.size <= EXACT_UP_TO:
        patterns = (np.arange(2**gaps.size)[:, None] >> np.arange(gaps.size)) & 1
        return float((np.abs((1 - 2.0 * patterns) @ gaps) >= seen).mean())
    signs = 1 - 2.0 * np.random.default_rng(seed).integers(0, 2, size=(FLIPS, gaps.size))
    return float((1 + (np.abs(signs @ gaps) >= seen).sum()) / (FLIPS + 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's correction (1979): the chance of even one false alarm over all metrics stays at most 5%."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    corrected, most = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        most = max(most, min(1.0, (len(p_values) - rank) * p_values[place]))
        corrected[place] = most
    return corrected


def compare(one: str, other: str, scores: Mapping[str, tuple[Sequence[float], Sequence[float]]],
            yes_no: frozenset[str] = frozenset(), spans: Mapping[str, float | None] | None = None,
            seed_spread: Mapping[str, float] | None = None, lower: frozenset[str] = frozenset(),
            ) -> list[Comparison]:  # fmt: skip
    """All metrics of two contestants on the same questions, corrected together.

    More is better in every score but the `lower` ones, which have no end and no points of 100.
    """
    raw: dict[str, tuple[Interval, float, int]] = {}
    limits: dict[str, Callable[[float], Interval]] = {}
    for name, (first, second) in scores.items():
        if len(first) != len(second) or not first:
            raise ValueError(f"{name}: the two did not answer the same questions")
        if name in yes_no:
            a, b = np.asarray(first, dtype=bool), np.asarray(second, dtype=bool)
            p = mcnemar_exact(int((a & ~b).sum()), int((b & ~a).sum()))
            limits[name] = partial(yes_no_difference, a, b)
        elif name in lower:
            p, limits[name] = sign_flip_p(second, first), partial(difference_interval, second, first, None)
        else:
            span = (spans or {}).get(name, 1.0)
            p, limits[name] = sign_flip_p(first, second), partial(difference_interval, first, second, span)
        raw[name] = (limits[name](LEVEL), p, len(first))
    corrected = holm([p for _, p, _ in raw.values()])
    found = []
    for (name, (gap, p, count)), adjusted in zip(raw.items(), corrected, strict=True):
        spread = (seed_spread or {}).get(name, 0.0)
        better = judged(gap, adjusted, count, spread)
        gap = as_printed(scores[name], gap, points=name not in lower)
        said = sentence(name, one, other, gap, better, count, spread, points=name not in lower, measures=len(raw))
        together: tuple[float, float] | None = None
        if not better and adjusted > ALPHA and count >= FEWEST and len(raw) > 1 and not gap.low <= 0 <= gap.high:
            together = limits_together(limits[name], p, [other_p for _, other_p, _ in raw.values()])
            together = min(together[0], gap.low), max(together[1], gap.high)
        found.append(Comparison(name, one, other, gap, p, adjusted, count, better, said, together))
    return found


def limits_together(limits: Callable[[float], Interval], p: float, p_values: Sequence[float]) -> tuple[float, float]:
    """The limits at the level that Holm's correction leaves to this metric among all. They hold zero, which the test
    did not rule out: an interval and a test that disagree are taken together, as for paired rates."""
    wider = limits(1 - ALPHA / sum(1 for each in p_values if each >= p))
    return min(wider.low, 0.0), max(wider.high, 0.0)


def as_printed(both: tuple[Sequence[float], Sequence[float]], gap: Interval, *, points: bool) -> Interval:
    """The lead as a reader finds it who subtracts the two means as they are printed beside it, so that “45.1 against
    38.5” stands with +6.6 and not with +6.7. A lead that would vanish keeps its own value: its sign says who leads."""
    digits = 1 if points else 2
    first, second = (round((100 if points else 1) * sum(map(float, each)) / len(each), digits) for each in both)
    lead = round(first - second if points else second - first, digits)
    value = (lead / 100 if points else lead) or gap.value
    return Interval(value, min(gap.low, value), max(gap.high, value))


def judged(gap: Interval, corrected_p: float, count: int, seed_spread: float = 0.0) -> Better:
    """Better only when the corrected test and the interval agree, and the difference exceeds the spread of seeds."""
    if count < FEWEST or corrected_p > ALPHA or gap.low <= 0 <= gap.high or abs(gap.value) <= seed_spread:
        return ""
    return "one" if gap.value > 0 else "other"


def sentence(metric: str, one: str, other: str, gap: Interval, better: Better, count: int, spread: float = 0.0, *,
             points: bool = True, measures: int = 2) -> Sentence:  # fmt: skip
    """What may be said, and no more. `points`: of 100; else the score's own numbers. `measures`: tested together.

    Every number is the lead of whoever is named first: who is better leads by more than nothing, in all three numbers.
    Where nobody is, the two stand in the order in which they were compared, as figures show them. An interval beside
    zero with nothing decided says why nothing is: too few questions, or too many measures for one that stands out
    alone (Holm).
    """
    lead = gap if gap.value >= 0 else Interval(-gap.value, -gap.high, -gap.low)
    by_luck, few = bool(spread) and abs(gap.value) <= spread, count < FEWEST
    undecided = not better and (by_luck or few or lead.low <= 0)
    first, second = (one, other) if undecided or gap.value >= 0 else (other, one)
    if undecided:
        lead = gap
    times, unit = (100, "points") if points else (1, "score")
    low, high = (rounded(times * limit, 1 if points else 2) for limit in (lead.low, lead.high))
    limits = Sentence.of(f"compared.limits_{unit}", low=low, high=high, questions=count)
    size = Sentence.of(f"compared.{unit}", lead=times * lead.value)

    def told(key: str, **more: Fact) -> Sentence:
        return Sentence.of(f"compared.{key}", metric=named("metric", metric), first=named("contestant", first),
                           second=named("contestant", second), limits=limits, **more)  # fmt: skip

    if better:
        return told("better", lead=size)
    if undecided:
        return told("same_by_luck") if by_luck else told("too_few", fewest=FEWEST) if few else told("alike")
    return told("doubtful" if measures > 1 else "doubtful_alone", lead=size)


def rounded(value: float, digits: int) -> float:
    """As it is shown, without a minus before nothing."""
    return round(value, digits) + 0.0


def named(kind: Literal["metric", "contestant"], name: str) -> Fact:
    """What a measure or a contestant is called; one without a name is called by its id."""
    return Sentence.of(f"{kind}.{name}") if has(f"{kind}.{name}") else name


def seed_spread(means: Sequence[float]) -> float:
    """How far runs differ by luck alone: the 95% range of the difference of two runs that differ in the seed only."""
    from scipy.stats import t

    if len(means) < 2:
        return 0.0
    spread = float(np.std(np.asarray(means, dtype=np.float64), ddof=1))
    return float(t.ppf(0.975, len(means) - 1)) * spread * math.sqrt(2)
