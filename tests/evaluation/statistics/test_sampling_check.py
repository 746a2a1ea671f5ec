"""How many answers are wrong, by a sample: Clopper and Pearson's limits, and how many more halve them."""

import pytest

from studio.evaluation.statistics.intervals import rate_interval
from studio.evaluation.statistics.sampling_check import in_words, more_to_look_at, sampling_check


def test_three_wrong_of_forty_are_between_2_and_20_percent() -> None:
    found = sampling_check(3, 40, 400)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0157, 0.2039)
    assert str(in_words(found)[0]) == "Of 40 looked at 3 were wrong: between 2% and 20% of all 400."


def test_who_looked_at_all_knows_and_who_looked_at_none_does_not() -> None:
    assert sampling_check(2, 20, 20)[3:] == (0.1, 0.1) and sampling_check(0, 0, 20)[3:] == (0.0, 1.0)
    assert str(in_words(sampling_check(2, 20, 20))[0]) == "All 20 answers were looked at, and 2 were wrong."
    assert "nobody knows" in str(in_words(sampling_check(0, 0, 20))[0])


@pytest.mark.parametrize(("wrong", "looked"), [(3, 40), (0, 20), (10, 20), (20, 20)])
def test_so_many_more_halve_the_span(wrong: int, looked: int) -> None:
    found = sampling_check(wrong, looked, 5_000)
    more = more_to_look_at(found)
    wide = found.high - found.low
    later = rate_interval(round(wrong * (looked + more) / looked), looked + more)
    assert more > looked and later.high - later.low <= wide / 2


def test_where_fewer_are_left_nobody_is_told_to_look_at_more() -> None:
    assert more_to_look_at(sampling_check(3, 40, 60)) == 0 and len(in_words(sampling_check(3, 40, 60))) == 1
