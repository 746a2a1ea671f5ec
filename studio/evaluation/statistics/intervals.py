"""How sure: 95% intervals for means, paired differences, rates and differences of rates.

Means: the studentised bootstrap (Efron and Tibshirani 1993, ch. 12), which follows skewed scores with many zeros.
Where differences of both signs occur, or fewer than six are not zero, it is never shorter than Student's on either
side. For bounded scores it is never wider than Gaffke's bound (Gaffke 2005; Learned-Miller and Thomas 2020), here with
half a pseudo-answer at the end of the scale, which also gives a width where all differences are the same.
Rates: Clopper and Pearson (1934), since Wilson's covers 91.1% at a true rate of 99% and 50 questions.
Paired differences of rates: the hull of Bonett and Price (2012) and Tango (1998); each alone falls to 93% somewhere.
"""

from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
DRAWS = 1999
LEVEL = 0.95
FEW = 6  # differences of one sign are no accident from here on (2 ** -5 < 5%)
Z95 = 1.959963984540054


class Interval(NamedTuple):
    """A value and its 95% limits."""

    value: float
    low: float
    high: float


@lru_cache(maxsize=8)
def _resamples(count: int) -> Floats:
    """How often each answer is drawn in each of the resamples; the same at every call."""
    draws = np.random.default_rng(20261120).multinomial(count, np.full(count, 1 / count), size=DRAWS)
    return np.asarray(draws, dtype=np.float64)


@lru_cache(maxsize=8)
def _shares(count: int) -> Floats:
    """Random shares of the answers, and of half a pseudo-answer at the end of the scale."""
    random = np.random.default_rng(20261121)
    parts = np.concatenate([random.exponential(size=(DRAWS, count)), random.gamma(0.5, size=(DRAWS, 1))], axis=1)
    return np.asarray(parts / parts.sum(axis=1, keepdims=True), dtype=np.float64)


def _tails(sorted_draws: Floats, level: float) -> tuple[Floats, Floats]:
    """The lower and the upper quantile along the last axis."""
    tail = (1 - level) / 2
    low = max(0, int(np.floor(tail * (DRAWS + 1))) - 1)
    return sorted_draws[..., low], sorted_draws[..., DRAWS - 1 - low]


def _student(scores: Floats, level: float) -> tuple[Floats, Floats]:
    from scipy.stats import t

    count = scores.shape[-1]
    half = t.ppf((1 + level) / 2, count - 1) * scores.std(axis=-1, ddof=1) / np.sqrt(count)
    return scores.mean(axis=-1) - half, scores.mean(axis=-1) + half


def _bootstrap(scores: Floats, level: float) -> tuple[Floats, Floats]:
    """Bootstrap-t: the quantiles of (mean − true mean) / standard error over resamples (Efron and Tibshirani 1993).

    Scores `(…, N)` in any unit; limits in the same, along the last axis.
    """
    count, draws = scores.shape[-1], _resamples(scores.shape[-1])
    middle, spread = scores.mean(axis=-1, keepdims=True), scores.std(axis=-1, ddof=1, keepdims=True)
    centred = scores - middle
    means = centred @ draws.T / count
    spreads = np.sqrt(np.maximum((centred**2) @ draws.T / count - means**2, 0) * count / (count - 1))
    flat = spreads < 1e-9
    ratio = means / np.where(flat, 1.0, spreads)
    ratio = np.where(flat, np.where(np.abs(means) < 1e-12, 0.0, np.copysign(np.inf, means)), ratio)
    low, high = _tails(np.sort(ratio, axis=-1), level)
    with np.errstate(invalid="ignore"):
        return middle[..., 0] - high * spread[..., 0], middle[..., 0] - low * spread[..., 0]


def _bounded(scores: Floats, ends: tuple[float, float], level: float) -> tuple[Floats, Floats]:
    shares = _shares(scores.shape[-1])
    core = scores @ shares[:, :-1].T
    low, _ = _tails(np.sort(core + shares[:, -1] * ends[0], axis=-1), level)
    _, high = _tails(np.sort(core + shares[:, -1] * ends[1], axis=-1), level)
    return low, high


def mean_limits(scores: npt.ArrayLike, ends: tuple[float, float] | None, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Limits for the mean along the last axis. `ends` are the scale's ends, None for scores without any."""
    values = np.asarray(scores, dtype=np.float64)
    if values.shape[-1] < 2:
        bottom, top = ends or (-np.inf, np.inf)
        return np.full(values.shape[:-1], bottom), np.full(values.shape[:-1], top)
    plain, boot = _student(values, level), _bootstrap(values, level)
    up, down = (values > 0).sum(axis=-1), (values < 0).sum(axis=-1)
    one_sided = ((up == 0) | (down == 0)) & (up + down >= FEW)
    low = np.where(one_sided, boot[0], np.minimum(boot[0], plain[0]))
    high = np.where(one_sided, boot[1], np.maximum(boot[1], plain[1]))
    flat = values.std(axis=-1) < 1e-12
    if ends is None:
        return np.where(flat | ~np.isfinite(low), plain[0], low), np.where(flat | ~np.isfinite(high), plain[1], high)
    edge = _bounded(values, ends, level)
    return np.where(flat, edge[0], np.maximum(low, edge[0])), np.where(flat, edge[1], np.minimum(high, edge[1]))


def mean_interval(
    scores: npt.ArrayLike, ends: tuple[float, float] | None = (0.0, 1.0), level: float = LEVEL
) -> Interval:
    """The mean of one contestant's scores."""
    values = np.asarray(scores, dtype=np.float64)
    if not values.size:
        raise ValueError("no scores")
    low, high = mean_limits(values, ends, level)
    return Interval(float(values.mean()), float(low), float(high))


def difference_interval(
    one: npt.ArrayLike, other: npt.ArrayLike, span: float | None = 1.0, level: float = LEVEL
) -> Interval:
    """Mean of `one − other` question by question; `span` is the largest possible difference, None if there is none."""
    gaps = np.asarray(one, dtype=np.float64) - np.asarray(other, dtype=np.float64)
    return mean_interval(gaps, None if span is None else (-span, span), level)


def rate_interval(right: int, count: int, level: float = LEVEL) -> Interval:
    """A share of yes: Clopper and Pearson's exact limits (1934), never of zero width.

    Quantiles 2.5% of Beta(right, count - right + 1) and 97.5% of Beta(right + 1, count - right). ValueError without
    questions.
    """
    from scipy.stats import beta

    if not 0 <= right <= count or not count:
        raise ValueError("needs 0 <= right <= count and count > 0")
    tail = (1 - level) / 2
    low = float(beta.ppf(tail, right, count - right + 1)) if right else 0.0
    high = float(beta.ppf(1 - tail, right + 1, count - right)) if right < count else 1.0
    return Interval(right / count, low, high)


def bonett_price(
    only_one: npt.ArrayLike, only_other: npt.ArrayLike, count: int, z: float = Z95
) -> tuple[Floats, Floats]:
    """Wald's limits after one more question in each of the two cells where they disagree (Bonett and Price 2012).

    With `p = (b + 1) / (n + 2)` and `q = (c + 1) / (n + 2)`: `p - q ± z · sqrt((p + q - (p - q)²) / (n + 2))`, as
    shares from -1 to 1.
    """
    first, second = (np.asarray(cell, dtype=np.float64) + 1 for cell in (only_one, only_other))
    one, other, size = first / (count + 2), second / (count + 2), count + 2
    half = z * np.sqrt((one + other - (one - other) ** 2) / size)
    return np.maximum(one - other - half, -1), np.minimum(one - other + half, 1)


def tango(only_one: npt.ArrayLike, only_other: npt.ArrayLike, count: int, z: float = Z95) -> tuple[Floats, Floats]:
    """The differences that the score test (McNemar's at zero) does not reject (Tango 1998), as shares from -1 to 1."""
    b, c = (np.asarray(cell, dtype=np.float64) for cell in (only_one, only_other))

    def score(gap: Floats) -> Floats:
        linear = -b - c + (2 * count - b + c) * gap
        other = (np.sqrt(np.maximum(linear**2 + 8 * count * c * gap * (1 - gap), 0)) - linear) / (4 * count)
        variance = count * (2 * other + gap * (1 - gap))
        over = b - c - count * gap
        ratio = over / np.sqrt(np.maximum(variance, 1e-12))
        return np.where(variance > 1e-12, ratio, np.where(np.abs(over) < 1e-9, 0.0, np.sign(over) * 1e9))

    middle = (b - c) / count
    limits = []
    for side in (-1.0, 1.0):
        inside, outside = middle.copy(), np.full_like(middle, side)
        for _ in range(50):
            gap = (inside + outside) / 2
            rejected = -side * score(gap) > z
            inside, outside = np.where(rejected, inside, gap), np.where(rejected, gap, outside)
        limits.append((inside + outside) / 2)
    return limits[0], limits[1]


def rate_difference_interval(only_one: int, only_other: int, count: int, level: float = LEVEL) -> Interval:
    """Paired yes/no: how many more of the questions one gets right than the other."""
    if min(only_one, only_other) < 0 or only_one + only_other > count or not count:
        raise ValueError("needs counts of disagreements within the number of questions")
    z = Z95 if level == LEVEL else NormalDist().inv_cdf((1 + level) / 2)
    first, second = bonett_price(only_one, only_other, count, z), tango(only_one, only_other, count, z)
    low, high = min(float(first[0]), float(second[0])), max(float(first[1]), float(second[1]))
    return Interval((only_one - only_other) / count, low, high)


def yes_no_difference(one: npt.ArrayLike, other: npt.ArrayLike, level: float = LEVEL) -> Interval:
    """The same from the answers themselves (True is right)."""
    first, second = np.asarray(one, dtype=bool), np.asarray(other, dtype=bool)
    only_one, only_other = int((first & ~second).sum()), int((second & ~first).sum())
    return rate_difference_interval(only_one, only_other, int(first.size), level)
