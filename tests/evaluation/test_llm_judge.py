"""A judge is heard only where people's votes bear it out, and a place on the page is no opinion."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from studio.evaluation.llm_judge import (  # fmt: skip
    LEAST_AGREED,
    LEAST_QUESTIONS,
    SIDES,
    Opinion,
    beyond,
    by_chance,
    check,
    in_words,
    leans_of,
    opinion_of,
)
from studio.evaluation.statistics.intervals import rate_interval
from studio.evaluation.statistics.vote_statistics import Outcome

LOSS = st.floats(0, 50)
PAIR = st.tuples(LOSS, LOSS)
PEOPLE = st.sampled_from(get_args(Outcome))
JUDGED = st.sampled_from(get_args(Opinion))
SWAP = {"one": "other", "other": "one"}


def swapped(said):
    return [SWAP.get(one, one) for one in said]


@given(PAIR, PAIR)
def test_swapping_the_two_swaps_the_opinion(one_first, other_first):
    said, turned = (opinion_of(leans_of(*pair)) for pair in ((one_first, other_first), (other_first, one_first)))
    assert turned == SWAP.get(said, said)


@given(PAIR, st.floats(-20, 20), st.floats(-0.005, 0.005))
def test_a_liking_for_a_place_alone_is_no_opinion(losses, liking, noise):
    first, second = losses[0], losses[0] + liking
    assert opinion_of(leans_of((first, second), (first + noise, second))) == "tie"


def test_it_prefers_whom_it_expects_to_be_called_better_in_both_orders():
    assert leans_of((1.0, 3.0), (2.5, 1.0)) == (2.0, 1.5)
    assert opinion_of((2.0, 1.5)) == "one" and opinion_of((-2.0, -0.1)) == "other"
    assert opinion_of((2.0, -1.5)) == "tie" and opinion_of((0.0, 0.0)) == "tie"
    assert opinion_of(None) == "unread"


def agreeing(both: int, agreed: int, ones: int) -> tuple[list[Outcome], list[Opinion]]:
    """So many questions, of which people gave so many to one; the judge errs on the last of them."""
    people: list[Outcome] = ["one" if place < ones else "other" for place in range(both)]
    people = people[::2] + people[1::2]
    return people, [*people[:agreed], *swapped(people[agreed:])]  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("both", "agreed", "ones", "standing"),
    [(19, 19, 9, "too_few"), (0, 0, 0, "too_few"), (20, 15, 10, "disagrees"), (20, 16, 10, "counts"),
     (20, 20, 20, "one_sided"), (40, 36, 20, "counts"), (40, 4, 20, "disagrees")],
)  # fmt: skip
def test_its_opinion_counts_only_by_the_rule(both, agreed, ones, standing):
    assert check(*agreeing(both, agreed, ones)).standing == standing


def test_one_that_always_names_the_same_side_never_counts_however_often_it_is_right():
    people: list[Outcome] = ["one"] * 95 + ["other"] * 5
    found = check(people, ["one"] * 100)
    assert found.agreement is not None and found.agreement.value == 0.95 and found.kappa == 0
    assert found.standing == "by_chance"


def test_several_judges_share_the_five_percent():
    votes = agreeing(20, 16, 10)
    assert 0.005 < check(*votes).by_chance < 0.01
    assert [check(*votes, judges).standing for judges in (1, 5, 10)] == ["counts", "counts", "by_chance"]


@settings(deadline=None)
@given(st.lists(st.tuples(PEOPLE, JUDGED), max_size=80), st.integers(1, 5))
def test_whatever_was_said_it_counts_only_where_both_decided_often_and_alike(pairs, judges):
    people, judge = [one for one, _ in pairs], [other for _, other in pairs]
    found = check(people, judge, judges)
    assert found.both == sum(one in SIDES and other in SIDES for one, other in pairs)
    if found.counts:
        assert found.agreement is not None and found.both >= LEAST_QUESTIONS
        assert found.agreed >= LEAST_AGREED * found.both and found.agreement.low > 0.5
    turned = check(swapped(people), swapped(judge), judges)
    assert (turned.standing, turned.agreed, turned.both) == (found.standing, found.agreed, found.both)


@settings(deadline=None)
@given(st.lists(st.tuples(PEOPLE, JUDGED), min_size=1, max_size=60))
def test_the_chance_is_that_of_fishers_exact_test(pairs):
    both = [pair for pair in pairs if pair[0] in SIDES and pair[1] in SIDES]
    table = [[sum(pair == (one, other) for pair in both) for other in SIDES] for one in SIDES]
    expected = fisher_exact(table, alternative="greater").pvalue if both else 1.0
    assert by_chance(both) == pytest.approx(expected)


@pytest.mark.parametrize("questions", [20, 30, 50, 100])
@pytest.mark.parametrize("people_like", [0.5, 0.7, 0.85, 0.95])
@pytest.mark.parametrize("judge_likes", [0.5, 0.85, 0.95])
def test_one_that_chooses_without_reading_counts_in_at_most_5_percent(questions, people_like, judge_likes):
    """Also where both like the same side, so that they agree on more than 80%."""
    dice = np.random.default_rng(20261120)
    heard = 0
    for _ in range(400):
        people, judge = (
            np.where(dice.random(questions) < like, *SIDES).tolist() for like in (people_like, judge_likes)
        )
        heard += check(people, judge).counts
    assert heard / 400 <= 0.05


def test_one_that_agrees_on_nine_of_ten_is_mostly_heard():
    dice = np.random.default_rng(7)
    heard = 0
    for _ in range(300):
        people = np.where(dice.random(40) < 0.6, *SIDES).tolist()
        judge = [said if dice.random() < 0.9 else SWAP[said] for said in people]
        heard += check(people, judge).counts
    assert heard / 300 > 0.9


def test_the_smallest_share_that_passes_lies_above_one_half_with_its_limits():
    assert min(rate_interval(-(-questions * 4 // 5), questions).low for questions in range(20, 201)) > 0.56


def test_what_people_left_open_is_counted_apart():
    people: list[Outcome] = ["one", "tie", "both_bad", "tie", "tie", "other"]
    judge: list[Opinion] = ["other", "one", "one", "other", "tie", "unread"]
    assert beyond(people, judge) == (2, 1)


def told(people, judge, judges: int = 1) -> str:
    found = check(people, judge, judges)
    return " ".join(in_words("model A", found, beyond(people, judge), "your version", "starting model"))


def test_every_outcome_has_its_sentence():
    people, judge = agreeing(40, 36, 20)
    said = told([*people, "tie", "tie", "both_bad"], [*judge, "one", "one", "other"])
    assert "“model A” as a judge: its opinion counts, for it agrees with people on 36 of 40 questions (90%" in said
    assert "decides 3 and prefers your version on 2" in said and "not added to the votes" in said
    assert "a side on 12 questions, and at least 20 are needed" in told(*agreeing(12, 12, 6))
    assert "a side on 1 question," in told(["one"], ["one"]) and "a side on no question," in told(["tie"], ["one"])
    assert "cannot be checked" in told(*agreeing(25, 25, 25))
    assert "does not count, for it agrees" in told(*agreeing(30, 15, 15))
    assert "does not read could do as well" in told(["one"] * 95 + ["other"] * 5, ["one"] * 100)


def test_one_without_opinions_is_said_so_and_so_is_what_was_too_long():
    said = told(["one"] * 10, ["tie"] * 6 + ["one"] * 2 + ["unread"] * 2)
    assert "no opinion on 6 of 10 questions" in said and "2 questions were too long" in said
    assert "no opinion" not in told(["one"] * 10, ["tie"] * 4 + ["one"] * 6)


def test_only_one_that_counts_says_anything_about_the_open_questions():
    people, judge = agreeing(40, 20, 20)
    assert "left open" not in told([*people, "tie"], [*judge, "one"])
    people, judge = agreeing(40, 40, 20)
    assert "nothing to add" in told(people, judge)
