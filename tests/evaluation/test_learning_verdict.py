"""The verdict over a curve says what a careful person would say."""

import math
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from studio.copy.catalog import say
from studio.evaluation.learning_verdict import LearningState, judge_learning, not_better

Curve = Callable[[int], float]


def run(
    loss: Curve, check: Curve | None = None, steps: int = 100, total: int = 100, seed: int = 1, start: float = 0.0
) -> Any:
    """The verdict over a run with some noise in each line and ten practice checks; `start`: the starting model's."""
    rng = random.Random(seed)

    def lines() -> Iterator[dict[str, Any]]:
        if start:
            yield {"step": 0, "eval_loss": start}
        for step in range(1, steps + 1):
            yield {"step": step, "loss": loss(step) * (1 + rng.gauss(0, 0.05)), "grad_norm": 1.0, "learning_rate": 2e-4}
            if check and step % (total // 10) == 0:
                yield {"step": step, "eval_loss": check(step)}

    return judge_learning(list(lines()), total)


def falling(step: int) -> float:
    return 0.8 + 2.2 * math.exp(-step / 30)


def test_a_curve_that_falls_is_learning() -> None:
    verdict = run(falling, lambda step: falling(step) + 0.1, steps=60)
    assert verdict.state is LearningState.LEARNING and verdict.state.light == "good"
    assert "the mistakes in the practice check fell from" in verdict.sentence


def test_without_practice_checks_the_lines_themselves_are_judged() -> None:
    assert run(falling).state is LearningState.LEARNING


def test_the_first_tenth_is_too_early() -> None:
    assert run(falling, steps=9).state is LearningState.EARLY
    assert judge_learning([], 100).state is LearningState.EARLY


@pytest.mark.parametrize("seed", range(20))
def test_noise_alone_is_not_learning_yet(seed: int) -> None:
    verdict = run(lambda step: 3.0, lambda step: 3.1, seed=seed)
    assert verdict.state is LearningState.NOT_YET
    assert "not learning yet" in verdict.sentence and "more boldly" in verdict.next_step


def test_a_practice_check_that_rises_twice_means_learning_by_heart_since_its_best_step() -> None:
    verdict = run(lambda step: 3 * math.exp(-step / 20), lambda step: 2 + abs(step - 40) / 50)
    assert (verdict.state, verdict.since_step) == (LearningState.BY_HEART, 40)
    assert "since step 40" in verdict.sentence and "step 40 is kept" in verdict.next_step


def test_one_worse_practice_check_is_not_yet_learning_by_heart() -> None:
    verdict = run(falling, lambda step: falling(step) if step < 100 else falling(step) + 1)
    assert verdict.state is not LearningState.BY_HEART


def test_a_practice_check_that_stays_has_levelled_off() -> None:
    verdict = run(lambda step: 0.5 + 2 * math.exp(-step / 10), lambda step: 1 + 2 * math.exp(-step / 8))
    assert verdict.state is LearningState.LEVELLED and verdict.since_step is not None and verdict.since_step <= 70


def test_mistakes_that_halve_from_nothing_to_nothing_have_levelled_off() -> None:
    """A label model that is right and sure since step 30 does not learn on, though each practice check is the best."""
    verdict = run(lambda step: 1.3 * 0.8**step, lambda step: 1.2 * 0.8**step, start=1.34)
    assert (verdict.state, verdict.since_step) == (LearningState.LEVELLED, 30)
    assert "step 30" in verdict.sentence


def test_hardly_any_mistakes_from_the_first_step_leaves_nothing_to_learn() -> None:
    verdict = run(lambda step: 0.02, lambda step: 0.02)
    assert verdict.state is LearningState.LEVELLED and "little left to learn" in verdict.sentence


def test_a_score_far_above_the_beginning_is_out_of_control() -> None:
    verdict = run(lambda step: 2 + max(0, step - 50) / 5)
    assert verdict.state is LearningState.OUT_OF_CONTROL and "rose from" in verdict.sentence
    assert verdict.since_step in range(55, 65)


@pytest.mark.parametrize("score", [math.nan, math.inf, None])
def test_a_score_that_is_no_number_is_out_of_control(score: float | None) -> None:
    verdict = judge_learning([{"step": 3, "loss": 2.0, "eval_loss": None}, {"step": 4, "loss": score}], 100)
    assert (verdict.state, verdict.since_step) == (LearningState.OUT_OF_CONTROL, 4)


def test_many_leaps_are_unstable() -> None:
    verdict = run(lambda step: falling(step) * (4 if step > 60 and step % 6 == 0 else 1))
    assert verdict.state is LearningState.UNSTABLE and "sudden leaps" in verdict.sentence


def test_a_repeated_step_after_a_resume_counts_once() -> None:
    lines: list[dict[str, Any]] = [{"resumed_from": 2}]
    lines += [{"step": step, "loss": falling(step)} for step in (*range(1, 60), *range(20, 60))]
    assert judge_learning(lines, 60).state is LearningState.LEARNING


def test_a_leap_above_the_starting_model_that_is_not_made_good_is_out_of_control() -> None:
    """Far too bold a run forgets all it knew, and learns how often each piece comes: its curve falls ever after."""
    verdict = run(lambda step: 7 + 9 * math.exp(-step / 12), lambda step: 7 + 6 * math.exp(-step / 12), start=7.9)
    assert verdict.state is LearningState.OUT_OF_CONTROL and "leapt to" in verdict.sentence


def test_a_leap_that_was_made_good_is_forgiven() -> None:
    verdict = run(
        lambda step: 1 + 15 * math.exp(-step / 8), lambda step: 1 + 10 * math.exp(-step / 8), steps=60, start=7.9
    )
    assert verdict.state is LearningState.LEARNING


def test_a_practice_check_that_stops_far_above_the_examples_is_learning_by_heart() -> None:
    known: Curve = lambda step: 0.5 + 7 * math.exp(-step / 20)  # noqa: E731
    verdict = run(known, lambda step: 1.48 + 6 * math.exp(-step / 12) + step / 5000, start=7.9)
    assert verdict.state is LearningState.BY_HEART and "stay near 1.50" in verdict.sentence
    assert verdict.since_step in (40, 50)
    falling_still = run(known, lambda step: 1.5 + 6 * math.exp(-step / 12), start=7.9)
    assert falling_still.state is LearningState.LEARNING, "the last step is the best one, and is kept"


def test_while_mistakes_fall_nothing_is_said_of_the_answers() -> None:
    falls = run(falling, falling, start=3.0)
    assert falls.state is LearningState.LEARNING and "Whether its answers are good" in falls.next_step
    assert say("going.LEARNING") == "The mistakes are falling", "the curve knows of nothing else"


def test_a_small_gap_of_small_mistakes_is_not_learning_by_heart() -> None:
    verdict = run(lambda step: 0.02 + 7 * math.exp(-step / 12), lambda step: 0.08 + 7 * math.exp(-step / 12), start=7.9)
    assert verdict.state in (LearningState.LEARNING, LearningState.LEVELLED)


# What is said follows the curve: that mistakes fall only while the practice check, or without one the lines, fall

RISING_CHECKS: dict[str, Curve] = {
    "from the first step": lambda step: 2 + step / 100,
    "after it fell": lambda step: 3 - step / 50 if step <= 50 else 2 + (step - 50) / 60,
    "at the very end": lambda step: 3 - step / 50 if step < 100 else 1.5,
    "slowly": lambda step: 2 + step / 1000,
}


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("rising", RISING_CHECKS)
@pytest.mark.parametrize("loss", [falling, lambda step: 3.0], ids=["examples fall", "examples stay"])
def test_a_practice_check_that_has_risen_is_never_going_well(loss: Curve, rising: str, seed: int) -> None:
    verdict = run(loss, RISING_CHECKS[rising], seed=seed, start=RISING_CHECKS[rising](0))
    assert verdict.state.light != "good", verdict.sentence
    assert verdict.state is not LearningState.LEVELLED


def test_what_has_risen_says_from_where_and_since_when() -> None:
    verdict = run(falling, RISING_CHECKS["at the very end"])
    assert verdict.state is LearningState.RISEN
    assert verdict.sentence == "The mistakes in the practice check rose from 1.20 to 1.50: step 90 was better."
    assert "the version of step 90 is kept" in verdict.next_step
    at_once = run(lambda step: falling(step) - 0.6, lambda step: 2.6, steps=20, start=2.4)
    assert at_once.sentence.endswith("rose from 2.40 to 2.60: the starting model was better.")


@pytest.mark.parametrize("seed", range(20))
def test_lines_that_rise_again_without_practice_checks_are_not_going_well(seed: int) -> None:
    fell_and_rose = run(lambda step: 3 - step / 30 if step <= 60 else 1 + (step - 60) / 40, seed=seed)
    assert fell_and_rose.state is LearningState.RISEN and "since step" in fell_and_rose.sentence
    rose = run(lambda step: 2 + step / 100, seed=seed)
    assert rose.state.light != "good" and rose.state is not LearningState.LEARNING


@pytest.mark.parametrize("seed", range(20))
def test_what_falls_with_noise_or_after_a_rise_is_learning(seed: int) -> None:
    assert run(falling, seed=seed).state is LearningState.LEARNING
    rose_first: Curve = lambda step: 3 + step / 50 if step <= 20 else 3.4 - (step - 20) / 40  # noqa: E731
    assert run(rose_first, rose_first, seed=seed, start=3.0).state is LearningState.LEARNING
    dice = random.Random(seed)
    noisy: Curve = lambda step: (falling(step) + 0.1) * (1 + dice.gauss(0, 0.005))  # noqa: E731
    assert run(falling, noisy, steps=60, seed=seed).state is LearningState.LEARNING


def test_a_practice_check_that_does_not_move_while_the_examples_fall_is_no_learning() -> None:
    verdict = run(lambda step: 2 + math.exp(-step / 40), lambda step: 3.1, steps=60, start=3.1)
    assert verdict.state is LearningState.NOT_YET and "its own examples only" in verdict.sentence


# A run that goes on from a version begins with that version, not with the starting model

LINES = [{"step": step, "loss": 2 - step / 50} for step in range(1, 51)]


def checked(*values: float) -> list[dict[str, Any]]:
    """The curve of fifty steps, with a practice check at the beginning and after every fifth of them."""
    return [*LINES, *({"step": place * 10, "eval_loss": value} for place, value in enumerate(values))]


@pytest.mark.parametrize(("checks", "words"), [
    ((2.4, 2.6), "the version that it went on from was better"),
    ((1.0, 1.3, 9.0), "The mistakes score of the version that it went on from, 1.00, leapt to"),
])  # fmt: skip
def test_a_run_that_goes_on_from_a_version_never_speaks_of_the_starting_model(
    checks: tuple[float, ...], words: str
) -> None:
    lines = [{**line, "loss": 5.0} for line in LINES] if len(checks) > 2 else LINES
    metrics = [*lines, *checked(*checks)[len(LINES) :]]
    found, plain = judge_learning(metrics, 50, teaches_on=True), judge_learning(metrics, 50)
    assert (found.state, found.since_step) == (plain.state, plain.since_step)
    assert words in found.sentence and words in found.in_the_past and "starting model" in plain.in_the_past
    assert "starting model" not in found.sentence + found.in_the_past + found.next_step


def test_where_no_saved_point_beats_the_beginning_nobody_is_told_to_stop_for_the_best() -> None:
    lines = [{"step": step, "loss": 2 * math.exp(-step / 15)} for step in range(1, 51)]
    found = judge_learning([*lines, *checked(2.0, 2.02, 2.01, 2.01, 2.02, 2.02)[len(LINES) :]], 50)
    assert found.state is LearningState.BY_HEART and "is kept" not in found.next_step
    assert "no saved point is better than its beginning" in found.next_step


def test_a_run_that_did_not_make_it_better_says_so_and_what_to_do() -> None:
    told = not_better(checked(3.854, 3.956, 3.886, 4.06), teaches_on=True)
    assert told is not None and [str(one) for one in told] == [
        "In the practice check the version that it went on from had a mistakes score of 3.854, and the best of this "
        "run, step 20, has 3.886.",
        "Stay with the version before, or teach again: fewer steps, from the start, or with more examples.",
    ]
    plain = not_better(checked(3.854, 3.956))
    assert plain is not None and "the starting model had" in str(plain[0]) and "less boldly" in str(plain[1])
    assert not_better(checked(3.854, 3.956, 3.8, 4.1)) is None and not_better(checked(3.854)) is None
    assert not_better(LINES) is None, "nothing was checked"


def noisy(step: int) -> float:
    """Falls a little, among ups and downs that are larger."""
    return 3.3 - 0.006 * step + (0.9 if step % 3 else -0.9)


def test_a_score_that_fell_within_its_ups_and_downs_is_never_called_not_learning() -> None:
    said = [run(noisy, lambda step: 3.1, steps=steps, start=3.1) for steps in range(8, 101)]
    fell = [one for one in said if one.said[0].facts.get("after", 9.0) < 0.97 * one.said[0].facts.get("before", 0.0)]
    assert fell and not any("not learning" in one.sentence for one in fell)


@pytest.mark.parametrize("seed", range(10))
def test_between_two_practice_checks_the_advice_stays_as_it_is(seed: int) -> None:
    """Lines go up and down at each step; what is advised changes with a practice check alone."""
    checks = (3.3, 3.25, 3.4, 3.2, 3.35)
    told: dict[int, set[str]] = {}
    for steps in range(5, 50):
        found = run(lambda step: 3.27, lambda step: checks[step // 10 - 1], steps=steps, seed=seed, start=3.2)
        told.setdefault(steps // 10, set()).add(found.next_step)
    advised = [one for one in told.values() if not all("Wait a little" in words for words in one)]
    assert advised and all(len(one - {say("learning.early_next")}) <= 1 for one in told.values())
    assert not any("more boldly" in words for one in told.values() for words in one), "it had risen in the check"


def test_before_the_first_practice_check_nothing_is_advised() -> None:
    for steps in range(1, 10):
        assert (
            run(lambda step: 3.0 + 0.05 * step, lambda step: 3.1, steps=steps, start=3.1).state is LearningState.EARLY
        )
