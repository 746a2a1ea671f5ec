"""The time that is left counts down: one slow answer, or a batch that ends at once, moves nothing."""

import itertools
import random

from studio.copy.quantities import duration
from studio.web.live.work_pace import STILL_SECONDS, WorkPace


def watched(answers: list[float], look_every: float = 1.0) -> list[tuple[float, float | None]]:
    """What is told at each look, where each answer takes so long."""
    ends, passed = [], 0.0
    for seconds in answers:
        passed += seconds
        ends.append(passed)
    pace, now, told = WorkPace(0.0, 0), 0.0, []
    while now < passed:
        now += look_every
        done = sum(end <= now for end in ends)
        told.append((now, pace.seconds_left(done, len(answers), now)))
    return told


def turns(told: list[tuple[float, float | None]]) -> list[float]:
    """When what is shown went up."""
    known = [(at, left) for at, left in told if left is not None]
    return [at for (_, one), (at, other) in itertools.pairwise(known) if other > one]


def test_nothing_is_told_before_enough_answers_were_timed() -> None:
    pace = WorkPace(0.0, 0)
    assert pace.seconds_left(0, 10, 1.0) is None and pace.seconds_left(0, 10, 2.0) is None
    assert [pace.seconds_left(done, 10, 3.0 * done) for done in range(1, 6)] == [None, None, None, None, 15.0]
    assert pace.seconds_left(5, 0, 16.0) is None, "of how many is not known"
    quick = WorkPace(100.0, 0)
    assert all(quick.seconds_left(done, 40, 100.0 + done / 2) is None for done in range(1, 19)), "the first ten seconds"


def test_the_first_looks_of_an_exam_do_not_jump() -> None:
    """A look-up and a quick model answer first, then a slow one."""
    told = watched([0.05] * 3 + [0.5] * 2 + [3.0] * 15)
    assert not turns(told)


def test_even_answers_count_down_to_the_end_without_ever_going_up() -> None:
    told = watched([3.0] * 40)
    assert not turns(told)
    assert all(abs((120 - at) - left) <= 4 for at, left in told if left is not None)


def test_noisy_answers_move_the_end_seldom_and_never_up_and_down_every_second() -> None:
    for seed in range(20):
        dice = random.Random(seed)
        told = watched([dice.choice([0.2, 3.0, 3.0, 4.0, 9.0]) for _ in range(60)])
        up = turns(told)
        assert len(up) <= 6, (seed, up)
        assert all(later - sooner >= STILL_SECONDS for sooner, later in itertools.pairwise(up))


def test_one_slow_answer_does_not_change_what_is_shown_by_more_than_it_took() -> None:
    told = watched([2.0] * 10 + [30.0] + [2.0] * 30)
    shown = [left for _, left in told if left is not None]
    assert max(shown) <= 72 and duration(max(shown)) == "about 70 seconds"


def test_another_kind_of_answers_is_believed_once_they_are_the_usual_ones() -> None:
    slow = watched([0.5] * 30 + [4.0] * 60)
    at, left = next((at, left) for at, left in slow if at > 15 + 4 * 30)
    assert left is not None and abs((15 + 240 - at) - left) < 40


def test_another_part_of_an_exam_is_timed_anew() -> None:
    """It counts from nothing: what was answered before it is no time of its answers."""
    pace = WorkPace(0.0, 0, "tuned, exam")
    for done in range(1, 15):
        pace.seconds_left(done, 14, 2.0 * done, "tuned, exam")
    told = [pace.seconds_left(done, 34, 60.0 + done, "tuned, part 1 of 8") for done in range(35)]
    assert told[:10] == [None] * 10 and all(left is not None for left in told[11:])
    assert max(left for left in told if left is not None) <= 34 - 10
