"""Equals are not called different, and p-values are those of statsmodels."""

import os

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from studio.evaluation.statistics.comparisons import (  # fmt: skip
    compare,
    holm,
    mcnemar_exact,
    mcnemar_mid_p,
    seed_spread,
    sign_flip_p,
)

EXAMS = int(os.environ.get("STUDIO_EXAMS", "100"))  # STUDIO_EXAMS=2000 is the full proof, see README.md


def test_mcnemar_agrees_with_statsmodels() -> None:
    for only_one, only_other in [(12, 2), (0, 5), (7, 7), (0, 0), (30, 18)]:
        known = mcnemar([[10, only_one], [only_other, 10]], exact=True).pvalue if only_one + only_other else 1.0
        assert mcnemar_exact(only_one, only_other) == pytest.approx(known)
        assert mcnemar_mid_p(only_one, only_other) <= mcnemar_exact(only_one, only_other)


def test_the_permutation_test_agrees_with_scipy() -> None:
    random = np.random.default_rng(1)
    one, other = random.random(9), random.random(9)
    known = stats.permutation_test((one - other,), np.mean, permutation_type="samples", n_resamples=np.inf).pvalue
    assert sign_flip_p(one, other) == pytest.approx(known)
    many = random.normal(0.1, 0.3, 60)
    assert sign_flip_p(many, np.zeros(60)) == pytest.approx(stats.ttest_1samp(many, 0).pvalue, abs=0.02)


def test_holm_agrees_with_statsmodels() -> None:
    p = [0.01, 0.04, 0.03, 0.5, 0.005]
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])


@pytest.mark.parametrize("questions", [20, 50, pytest.param(200, marks=pytest.mark.nightly)])
def test_equals_are_called_different_in_at_most_5_percent_over_six_metrics(questions: int) -> None:
    random, yes_no = np.random.default_rng(3), frozenset({"right 0", "right 1"})
    wrong = 0
    for _ in range(EXAMS):
        scores = {f"score {k}": tuple(random.beta(2, 2, (2, questions)).tolist()) for k in range(4)}
        scores |= {f"right {k}": tuple((random.random((2, questions)) < 0.8).tolist()) for k in range(2)}
        wrong += any(it.better for it in compare("a", "b", scores, yes_no))
    assert wrong / EXAMS <= 0.05 + 3 * (0.05 * 0.95 / EXAMS) ** 0.5


def test_too_few_questions_are_said_to_be_too_few() -> None:
    it = compare("tuned", "base", {"exact": ([1.0] * 6, [0.0] * 6)}, yes_no=frozenset({"exact"}))[0]
    assert not it.better and "not enough questions to tell" in it.sentence


def test_a_difference_within_the_spread_of_seeds_is_the_same() -> None:
    gap = np.random.default_rng(4).normal(0.05, 0.02, 50)
    scores = {"score": (list(gap), [0.0] * 50)}
    assert compare("tuned", "base", scores)[0].better == "one"
    it = compare("tuned", "base", scores, seed_spread={"score": seed_spread([0.5, 0.55, 0.6])})[0]
    assert not it.better and "no more than luck" in it.sentence


def test_where_nobody_leads_the_two_stand_as_a_figure_shows_them() -> None:
    random = np.random.default_rng(3)
    one = random.uniform(0.3, 0.7, 60)
    other = one + random.normal(0.01, 0.1, 60)
    found = compare("tuned", "lookup", {"chrf": (one.tolist(), other.tolist())})[0]
    said = found.sentence
    assert found.difference.value < 0 and not found.better
    assert said.index("your version") < said.index("nearest known answer")
    assert f"{100 * found.difference.low:+.1f} to {100 * found.difference.high:+.1f}" in said


def test_the_lead_is_what_is_left_when_the_two_printed_means_are_subtracted() -> None:
    one, other = [0.4514] * 20 + [0.4515] * 20, [0.3846] * 40
    (found,) = compare("tuned", "base", {"chrf": (one, other)})
    means = [round(100 * sum(scores) / len(scores), 1) for scores in (one, other)]
    assert means == [45.1, 38.5] and round(100 * (0.45145 - 0.3846), 1) == 6.7, "unrounded, the lead is another one"
    assert "better than the starting model by 6.6 points" in found.sentence
    assert 100 * found.difference.value == pytest.approx(6.6) and found.difference.low <= found.difference.value
    (less,) = compare("tuned", "base", {"loss": ([3.424] * 40, [3.936] * 40)}, lower=frozenset({"loss"}))
    assert "better than the starting model by 0.52 (" in less.sentence, "3.94 less 3.42"
    tiny = [0.0001] * 40, [0.0] * 40
    (alike,) = compare("tuned", "base", {"chrf": tiny})
    assert alike.difference.value > 0, "who leads by less than is printed leads all the same"


def test_a_lead_that_only_the_number_of_measures_keeps_from_counting_has_a_range_that_says_so() -> None:
    """Its own interval misses zero; the one at the level that Holm's correction leaves to it does not."""
    random = np.random.default_rng(2)
    lead = random.normal(0.08, 0.12, 13)
    noise = {f"other {n}": (random.random(13).tolist(), random.random(13).tolist()) for n in range(8)}
    alone = compare("tuned", "prompted", {"chrf": (lead.tolist(), [0.0] * 13)})[0]
    among = compare("tuned", "prompted", {"chrf": (lead.tolist(), [0.0] * 13)} | noise)[0]
    assert alone.better == "one" and alone.together is None, "by itself it counts"
    assert not among.better and among.difference.low > 0 and among.together is not None
    assert among.together[0] <= 0 and among.together[1] >= among.difference.high
    assert all(it.together is None for it in compare("tuned", "prompted", noise) if it.difference.low <= 0)
