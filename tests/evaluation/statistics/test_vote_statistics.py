"""Votes are blind, counted as documented, and may be looked at at any time."""

from collections import Counter

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters
from statsmodels.stats.inter_rater import fleiss_kappa as known_fleiss

from studio.evaluation.statistics.vote_statistics import (  # fmt: skip
    Outcome,
    agreement_in_words,
    always_valid_interval,
    always_valid_p,
    blind_plan,
    cohen_kappa,
    fleiss_kappa,
    majority,
    tally,
    tally_of_people,
    unblind,
    votes_needed,
    wins_needed,
)


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


def test_votes_that_the_exam_cannot_give_are_not_asked_of_it() -> None:
    close = [["one"]] * 9 + [["other"]] * 5
    assert "The exam has no more: write questions of your own" in tally_of_people(close, "A", "B", 0).sentence
    assert "The exam has only 5 more" in tally_of_people(close, "A", "B", 5).sentence
    assert "The exam" not in tally_of_people(close, "A", "B", 2000).sentence


def test_one_tie_is_one_tie() -> None:
    assert "; 1 tie, 0 both bad." in tally_of_people([["one"], ["tie"]], "A", "B").sentence
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


def chance_to_tell(rate: float, votes: int) -> float:
    """Exactly how likely counting may stop within so many votes: the walk over (wins, losses), step by step."""
    going, told = {(0, 0): 1.0}, 0.0
    for _ in range(votes):
        after: dict[tuple[int, int], float] = {}
        for (wins, losses), chance in going.items():
            for next_one, share in (((wins + 1, losses), rate), ((wins, losses + 1), 1 - rate)):
                if always_valid_p(*next_one) <= 0.05:
                    told += chance * share
                else:
                    after[next_one] = after.get(next_one, 0.0) + chance * share
        going = after
    return told


@pytest.mark.parametrize("rate", [0.65, 0.75, 0.85])
def test_a_preference_is_found_as_often_as_theory_says(rate: float) -> None:
    flips = np.random.default_rng(9).random((2000, 60)) < rate
    found = sum(any(always_valid_p(int(w), n - int(w)) <= 0.05 for n, w in enumerate(row, 1))
                for row in flips.cumsum(axis=1))  # fmt: skip
    assert found / 2000 == pytest.approx(chance_to_tell(rate, 60), abs=0.035)
    assert chance_to_tell(0.5, 200) <= 0.05


def test_the_interval_holds_the_true_rate_however_counting_was_stopped() -> None:
    random = np.random.default_rng(10)
    for rate in (0.5, 0.7, 0.9):
        missed = 0
        for row in random.random((500, 60)) < rate:
            wins = 0
            for n, won in enumerate(row, 1):
                wins += int(won)
                if always_valid_p(wins, n - wins) <= 0.05:
                    break
            interval = always_valid_interval(wins, n - wins)
            missed += not interval.low <= rate <= interval.high
        assert missed / 500 <= 0.05


@pytest.mark.parametrize(("wins", "losses"), [(0, 1), (5, 5), (7, 0), (11, 1), (60, 40)])
def test_interval_and_p_value_say_the_same(wins: int, losses: int) -> None:
    interval = always_valid_interval(wins, losses)
    assert 0 <= interval.low <= interval.value <= interval.high <= 1 and interval.high > interval.low
    assert (interval.low <= 0.5 <= interval.high) == (always_valid_p(wins, losses) > 0.05)


@pytest.mark.parametrize("copied", [0.5, *(pytest.param(share, marks=pytest.mark.long) for share in (0.0, 1.0))])
def test_people_who_agree_are_not_twice_as_many_questions(copied: float) -> None:
    """Equals, three people in turn, a look after every person's every eighth vote; people copy a taste they share."""
    random = np.random.default_rng(11)
    wrong = 0
    for _ in range(400):
        shared = random.random(24) < 0.5
        questions: list[list[Outcome]] = [[] for _ in range(24)]
        called = False
        for _person in range(3):
            own = np.where(random.random(24) < copied, shared, random.random(24) < 0.5)
            for step, place in enumerate(random.permutation(24)):
                questions[place].append("one" if own[place] else "other")
                called = called or (step % 8 == 7 and tally_of_people(questions, "a", "b").may_stop)
        wrong += called
    assert wrong / 400 <= 0.05


def test_one_question_is_what_most_people_chose() -> None:
    assert majority(["one", "tie", "other", "one"]) == "one" and majority(["one", "other"]) == "tie"
    assert majority(["both_bad", "both_bad", "tie"]) == "both_bad" and majority(["both_bad", "tie"]) == "tie"


def test_people_who_contradict_each_other_prefer_nobody() -> None:
    result = tally_of_people([["one", "other"]] * 40, "a", "b")
    assert not result.may_stop and (result.wins, result.ties) == (0, 40)


def test_it_is_known_beforehand_how_many_must_be_won() -> None:
    assert wins_needed(12) == 11 and wins_needed(3) == 0
    assert always_valid_p(11, 1) <= 0.05 < always_valid_p(10, 2)


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
