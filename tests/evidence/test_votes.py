"""Votes are blind, counted as documented, and may be looked at at any time."""

from collections import Counter

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters
from statsmodels.stats.inter_rater import fleiss_kappa as known_fleiss

from studio.evidence.votes import (
    Outcome,
    agreement_in_words,
    always_valid_p,
    blind_plan,
    cohen_kappa,
    fleiss_kappa,
    tally,
    unblind,
    votes_needed,
)  # fmt: skip


def test_a_plan_shows_every_question_once_and_each_contestant_left_half_the_time() -> None:
    plan = blind_plan(13, "base", "tuned", seed=5)
    assert sorted(blind.question for blind in plan) == list(range(13))
    assert sum(blind.left == "base" for blind in plan) in (6, 7)
    assert plan == blind_plan(13, "base", "tuned", seed=5) != blind_plan(13, "base", "tuned", seed=6)


def test_a_choice_of_a_side_means_whoever_stood_there() -> None:
    blind = blind_plan(1, "base", "tuned", seed=1)[0]
    assert unblind("left", blind, "tuned") == ("one" if blind.left == "tuned" else "other")
    assert unblind("tie", blind, "tuned") == "tie"


def test_ties_prefer_nobody_and_are_counted_beside() -> None:
    votes: list[Outcome] = ["one"] * 18 + ["other"] * 2 + ["tie"] * 3 + ["both_bad"]
    result = tally(votes, "tuned", "base")
    assert result.win_rate is not None and result.win_rate.value == 0.9
    assert result.may_stop and "tuned is preferred" in result.sentence and "3 ties" in result.sentence


def test_few_votes_ask_for_more() -> None:
    result = tally(["one"] * 5 + ["other"] * 3, "tuned", "base")
    assert not result.may_stop and "more votes would tell" in result.sentence
    assert tally([], "tuned", "base").win_rate is None


def test_looking_after_every_vote_calls_equals_different_in_at_most_5_percent() -> None:
    flips = np.random.default_rng(6).random((2000, 200)) < 0.5
    wins = flips.cumsum(axis=1)
    table = {(w, n - w): always_valid_p(w, n - w) for n in range(1, 201) for w in range(n + 1)}
    wrong = sum(any(table[int(w), n - int(w)] <= 0.05 for n, w in enumerate(row, 1)) for row in wins)
    assert wrong / 2000 <= 0.05


def test_a_clear_favourite_is_found_early() -> None:
    flips = np.random.default_rng(7).random((300, 100)) < 0.75
    found = sum(tally(["one" if f else "other" for f in row], "a", "b").may_stop for row in flips)
    assert found / 300 > 0.9


def test_the_votes_that_are_needed_do_settle_it() -> None:
    more = votes_needed(7, 3)
    assert more > 0 and votes_needed(40, 2) == 0 and votes_needed(5, 5) == 0


def test_kappas_agree_with_the_reference_libraries() -> None:
    random = np.random.default_rng(8)
    one, other = random.choice(list("abt"), 60), random.choice(list("abt"), 60, p=[0.6, 0.3, 0.1])
    assert cohen_kappa(list(one), list(other)) == pytest.approx(cohen_kappa_score(one, other))
    votes = random.integers(0, 3, (40, 5))
    counts = [Counter(row.tolist()) for row in votes]
    assert fleiss_kappa(counts) == pytest.approx(known_fleiss(aggregate_raters(votes)[0]))


def test_kappa_is_said_in_words() -> None:
    assert "substantial" in agreement_in_words(0.7) and "beyond chance" in agreement_in_words(-0.1)
    assert cohen_kappa(["a", "a"], ["a", "a"]) is None and "cannot be measured" in agreement_in_words(None)
