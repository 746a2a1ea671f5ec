"""The bet on a rate: it holds its error, notices a fall, and says so once and for all."""

import numpy as np
import pytest

from studio.evaluation.watch.rate_test import RateBets, RateWatch, worst_harmless


def outcomes(seed: int, rate: float, count: int) -> list[bool]:
    return (np.random.default_rng(seed).random(count) < rate).tolist()


def watched(watch: RateWatch, some: list[bool]) -> RateWatch:
    for one in some:
        watch = watch.after(one)
    return watch


def test_nobody_can_expect_to_win_where_nothing_has_changed() -> None:
    bets, null = RateBets(side="fall"), 0.9
    for one in outcomes(1, 0.9, 200):
        expected = null * bets.after(True, null).wealth + (1 - null) * bets.after(False, null).wealth
        assert expected == pytest.approx(bets.wealth)
        bets = bets.after(one, null)


@pytest.mark.parametrize("side", ["rise", "fall"])
def test_a_rate_on_the_harmless_side_loses_money(side: str) -> None:
    bets = RateBets(side=side)  # type: ignore[arg-type]
    better = 0.5 if side == "rise" else 0.7
    assert better * bets.after(True, 0.6).wealth + (1 - better) * bets.after(False, 0.6).wealth < bets.wealth


def test_quiet_streams_rarely_alarm_however_long_they_are_looked_at() -> None:
    rang = [watched(RateWatch.starting("fall", 0.1), outcomes(seed, 0.9, 800)).is_alarmed for seed in range(40)]
    assert sum(rang) <= 4


def test_a_fall_of_the_thumbs_from_90_to_80_percent_is_noticed_within_300() -> None:
    watch = RateWatch.starting("fall", 0.025, named=0.9)
    rang = [watched(watch, outcomes(seed, 0.8, 300)).is_alarmed for seed in range(40)]
    assert sum(rang) >= 38


def test_an_alarm_stays_when_things_go_well_again() -> None:
    watch = watched(RateWatch.starting("fall", 0.05, named=0.9), [False] * 20)
    assert watch.is_alarmed
    assert watched(watch, [True] * 500).is_alarmed


def test_the_rate_at_release_is_learned_from_the_first_outcomes_and_its_doubt_counts() -> None:
    watch = watched(RateWatch.starting("fall", 0.05, wanted=10), [True] * 9 + [False])
    assert not watch.is_learning and watch.rate == 0.9
    assert worst_harmless(9, 10, "fall", 0.01) < 0.6 < worst_harmless(900, 1000, "fall", 0.01)
    assert not watched(watch, outcomes(1, 0.8, 100)).is_alarmed  # ten outcomes cannot tell 90% from 80%


def test_a_restart_goes_on_from_what_was_written() -> None:
    whole = watched(RateWatch.starting("rise", 0.01), outcomes(3, 0.2, 150))
    first = watched(RateWatch.starting("rise", 0.01), outcomes(3, 0.2, 150)[:120])
    second = watched(RateWatch.model_validate_json(first.model_dump_json()), outcomes(3, 0.2, 150)[120:])
    assert second == whole


def test_a_rate_of_one_or_none_is_no_division_by_zero() -> None:
    assert watched(RateWatch.starting("fall", 0.05, named=1.0), [True] * 50).bets.wealth < 1.1
    assert watched(RateWatch.starting("rise", 0.05, named=0.0), [True] * 9).is_alarmed
    assert RateBets(side="rise").after(True, 1.0).wealth == pytest.approx(1.0)


def earlier_of(watch: RateWatch) -> tuple[int, int, int]:
    earlier = watch.carried
    assert earlier is not None
    return earlier.yes, earlier.count, earlier.versions


def test_a_version_that_starts_worse_than_the_one_before_is_noticed_before_it_learned_its_own_rate() -> None:
    first = watched(RateWatch.starting("fall", 0.025), outcomes(5, 0.93, 240))
    second = RateWatch.starting("fall", 0.025, before=first)
    assert earlier_of(first) == (sum(outcomes(5, 0.93, 240)), 240, 1)
    rang = [watched(second, outcomes(seed, 0.65, 100)).is_worse_than_earlier for seed in range(20)]
    assert sum(rang) >= 16


def first_alarm(seed: int, alpha: float, rates: list[float], carried: bool = True) -> int:
    """The version, from 1 on, that alarms first; 0 for none. Each has 240 outcomes."""
    watch = RateWatch.starting("fall", alpha)
    for place, rate in enumerate(rates):
        watch = RateWatch.starting("fall", alpha, before=watch if carried else None) if place else watch
        watch = watched(watch, outcomes(100 * seed + place, rate, 240))
        if watch.is_alarmed:
            return place + 1
    return 0


def test_what_no_version_mends_is_noticed_over_several_of_them() -> None:
    """None of them alone has outcomes enough to tell 65% from what it learned in its first hundred."""
    rates = [0.8] * 4 + [0.65] * 3
    assert sum(first_alarm(seed, 0.025, rates) > 4 for seed in range(8)) >= 7
    assert sum(first_alarm(seed, 0.025, rates, carried=False) > 4 for seed in range(8)) <= 1


def test_versions_as_good_as_those_before_rarely_alarm() -> None:
    assert sum(first_alarm(seed, 0.1, [0.9] * 3) > 0 for seed in range(20)) <= 2


def test_a_worse_rate_is_nobodys_measure() -> None:
    good = watched(RateWatch.starting("fall", 0.05), outcomes(1, 0.95, 200))
    worse = watched(RateWatch.starting("fall", 0.05, before=good), [False] * 150)
    assert worse.is_worse_than_earlier and earlier_of(worse) == earlier_of(good)
    assert not RateWatch.starting("fall", 0.05, before=worse).is_alarmed, "the next version is watched anew"
    fell = watched(good, [False] * 60)
    assert fell.is_alarmed and earlier_of(fell) == (good.reference_yes, 100, 1)
    assert watched(RateWatch.starting("fall", 0.05), [True] * 99).carried is None
    assert RateWatch.starting("fall", 0.05, named=0.9, before=good).earlier is None
