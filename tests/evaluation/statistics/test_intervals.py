"""The intervals cover what they promise, by simulation and by counting every case."""

import math
import os
from collections.abc import Callable

import numpy as np
import pytest
from scipy import optimize, stats

from studio.evaluation.statistics.intervals import (  # fmt: skip
    Floats,
    bonett_price,
    difference_interval,
    mean_interval,
    mean_limits,
    rate_difference_interval,
    rate_interval,
    tango,
    yes_no_difference,
)

EXAMS = int(os.environ.get("STUDIO_EXAMS", "500"))  # STUDIO_EXAMS=2000 is the full proof, see README.md
SLACK = 100 * 3 * math.sqrt(0.05 * 0.95 / EXAMS) if EXAMS < 2000 else 0.0  # what chance does to a smaller simulation
Draw = Callable[[np.random.Generator, tuple[int, int]], Floats]


def with_zeros(share: float, draw: Draw) -> Draw:
    return lambda random, size: np.where(random.random(size) < share, 0.0, draw(random, size))


def exponential(random: np.random.Generator, size: tuple[int, int]) -> Floats:
    return np.minimum(random.exponential(0.2, size), 1)


def both_ways(random: np.random.Generator, size: tuple[int, int]) -> Floats:
    return random.beta(1, 4, size) * np.where(random.random(size) < 0.75, 1, -1)


DIFFERENCES: dict[str, Draw] = {
    "normal": lambda random, size: np.clip(random.normal(0.05, 0.2, size), -1, 1),
    "normal without effect": lambda random, size: np.clip(random.normal(0, 0.3, size), -1, 1),
    "skewed": lambda random, size: np.minimum(random.exponential(0.15, size), 1),
    "skewed, half zeros": with_zeros(0.5, exponential),
    "skewed, 60% zeros": with_zeros(0.6, exponential),
    "both ways, 60% zeros": with_zeros(0.6, both_ways),
    "both ways, 70% zeros": with_zeros(0.7, both_ways),
    "two scores with many zeros": lambda random, size: (
        with_zeros(0.5, lambda r, s: r.beta(5, 2, s))(random, size)
        - with_zeros(0.7, lambda r, s: r.beta(5, 2, s))(random, size)
    ),
}


@pytest.mark.parametrize("questions", [20, 50, 200])
@pytest.mark.parametrize("name", DIFFERENCES)
def test_the_interval_of_a_mean_difference_covers_the_truth_95_times_in_100(name: str, questions: int) -> None:
    draw = DIFFERENCES[name]
    truth = draw(np.random.default_rng(7), (4000, 500)).mean()
    low, high = mean_limits(draw(np.random.default_rng(8), (EXAMS, questions)), (-1, 1))
    covered = 100 * float(((low <= truth) & (truth <= high)).mean())
    least, most = (92, 98.5) if questions == 20 else (93, 98)
    assert least - SLACK <= covered <= most + SLACK, f"{covered:.1f}%"


LOSSES: dict[str, Draw] = {
    "normal": lambda random, size: random.normal(0.3, 0.5, size),
    "skewed": lambda random, size: random.gamma(2, 0.4, size),
    "heavy on one side": lambda random, size: random.lognormal(-1, 0.7, size) - 0.2,
}


@pytest.mark.parametrize("questions", [20, 50, 200])
@pytest.mark.parametrize("name", LOSSES)
def test_the_interval_of_a_difference_of_mistakes_scores_covers_though_they_have_no_end(
    name: str, questions: int
) -> None:
    draw = LOSSES[name]
    truth = draw(np.random.default_rng(9), (4000, 500)).mean()
    low, high = mean_limits(draw(np.random.default_rng(10), (EXAMS, questions)), None)
    covered = 100 * float(((low <= truth) & (truth <= high)).mean())
    assert (92 if questions == 20 else 93) - SLACK <= covered <= 98.5 + SLACK, f"{covered:.1f}%"


@pytest.mark.parametrize("questions", [10, 20, 41, 50, 200])
@pytest.mark.parametrize("rate", [0.5, 0.8, 0.95, 0.99])
def test_the_interval_of_a_rate_covers_at_least_95_percent_counted_over_all_outcomes(
    rate: float, questions: int
) -> None:
    limits = [rate_interval(right, questions) for right in range(questions + 1)]
    chances = stats.binom.pmf(np.arange(questions + 1), questions, rate)
    covered = sum(chance for chance, it in zip(chances, limits, strict=True) if it.low <= rate <= it.high)
    assert covered >= 0.95 and all(it.high > it.low for it in limits)


@pytest.mark.parametrize("questions", [20, 50, 200])
def test_the_interval_of_a_paired_rate_difference_covers_counted_over_all_outcomes(questions: int) -> None:
    b, c = (cell.ravel().astype(float) for cell in np.indices((questions + 1, questions + 1)))
    b, c = b[(inside := b + c <= questions)], c[inside]
    one, two = bonett_price(b, c, questions), tango(b, c, questions)
    low, high = np.minimum(one[0], two[0]), np.maximum(one[1], two[1])
    assert (high - low).min() > 0
    for first in (0.5, 0.8, 0.95, 0.99):
        for second in (0.5, 0.8, 0.95, 0.99):
            for share in (0.0, 0.5):  # how alike the two are, between independent and as alike as can be
                both = (1 - share) * first * second + share * min(first, second)
                only_one, only_two = first - both, second - both
                chance = stats.multinomial.pmf(np.stack([b, c, questions - b - c], -1), questions,
                                               [only_one, only_two, 1 - only_one - only_two])  # fmt: skip
                gap = first - second
                assert chance[(low <= gap + 1e-12) & (gap <= high + 1e-12)].sum() >= 0.93, (first, second, share)


def test_all_differences_alike_still_leave_doubt() -> None:
    gap = difference_interval([0.5] * 20, [0.5] * 20)
    assert gap.low < 0 < gap.high and 0.05 < gap.high < 0.25


def test_scores_without_ends_get_a_finite_interval() -> None:
    low, high = mean_interval([1.0, 2.0, 4.0, 8.0, 16.0] * 4, None)[1:]
    assert low < 6.2 < high and math.isfinite(high)


def test_clopper_pearson_agrees_with_scipy() -> None:
    for right, count in [(0, 20), (13, 20), (20, 20), (47, 50)]:
        known = stats.binomtest(right, count).proportion_ci(0.95, method="exact")
        assert rate_interval(right, count)[1:] == pytest.approx((known.low, known.high))


def test_tangos_limits_are_where_the_score_of_the_likeliest_table_reaches_196() -> None:
    only_one, only_other, count = 12, 2, 50
    for side, gap in zip((1, -1), (float(limit) for limit in tango(only_one, only_other, count)), strict=True):

        def unlikely(other: float, gap: float = gap) -> float:
            return -(only_one * np.log(other + gap) + only_other * np.log(other)
                     + (count - only_one - only_other) * np.log(1 - 2 * other - gap))  # fmt: skip

        ends = (max(1e-9, -gap + 1e-9), (1 - gap) / 2 - 1e-9)
        other = optimize.minimize_scalar(unlikely, bounds=ends, method="bounded", options={"xatol": 1e-12}).x
        score = (only_one - only_other - count * gap) / np.sqrt(count * (2 * other + gap - gap**2))
        assert score == pytest.approx(side * 1.959964, abs=1e-4)


def test_yes_no_answers_are_counted_where_they_disagree() -> None:
    one, other = [True] * 12 + [False] * 2 + [True] * 36, [False] * 12 + [True] * 2 + [True] * 36
    assert yes_no_difference(one, other) == rate_difference_interval(12, 2, 50)


def test_one_question_says_nothing() -> None:
    assert mean_interval([0.4])[1:] == (0.0, 1.0)
