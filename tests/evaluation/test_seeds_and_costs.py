"""Skill is told from luck by three seeds or more, and what is saved is said at the person's own price."""

import pytest

from studio.evaluation.metrics.task_kinds import Scores
from studio.evaluation.statistics.comparisons import seed_spread
from studio.evaluation.statistics.seed_spread import seed_variation, spread_sentence
from studio.evaluation.token_costs import saving


def runs(*means: float) -> list[Scores]:
    return [{"chrf": [mean - 0.1, mean + 0.1, None], "loss": [1.0]} for mean in means]


def test_three_runs_give_a_spread_and_two_do_not() -> None:
    found = seed_variation(runs(0.50, 0.52, 0.54))
    assert found.values["chrf"] == pytest.approx((0.50, 0.52, 0.54))
    assert found.spread["chrf"] == pytest.approx(seed_spread([0.50, 0.52, 0.54]))
    assert seed_variation(runs(0.5, 0.6)).spread == {}


def test_the_sentence_says_what_was_measured_or_what_is_missing() -> None:
    assert "50, 52, 54 of 100" in str(spread_sentence(seed_variation(runs(0.50, 0.52, 0.54)), "chrf"))
    assert "teach 2 more" in str(spread_sentence(seed_variation(runs(0.5)), "chrf"))
    assert "teach 1 more" in str(spread_sentence(seed_variation(runs(0.5, 0.6)), "chrf"))


def test_money_is_spoken_of_only_at_a_price() -> None:
    tokens = {"tuned": 66.0, "prompted": 235.0, "base": 40.0}
    assert "million" not in saving(tokens).sentence
    said = saving(tokens, 2.0)
    assert "1,000 questions cost 0.13 instead of 0.47: your version saves 0.34." in said.sentence
    assert "costs 0.34 more" in saving({"tuned": 235.0, "prompted": 66.0}, 2.0).sentence
    assert said.price_per_million == 2.0
