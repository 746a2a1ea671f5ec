"""The verdict over a curve says what a careful person would say."""

import math
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from studio.evaluation.learning_verdict import LearningState, judge_learning

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
    verdict = run(lambda step: 0.5 + 7 * math.exp(-step / 20), lambda step: 1.5 + 6 * math.exp(-step / 12), start=7.9)
    assert verdict.state is LearningState.BY_HEART and "stay near 1.50" in verdict.sentence
    assert verdict.since_step in (40, 50)


def test_a_small_gap_of_small_mistakes_is_not_learning_by_heart() -> None:
    verdict = run(lambda step: 0.02 + 7 * math.exp(-step / 12), lambda step: 0.08 + 7 * math.exp(-step / 12), start=7.9)
    assert verdict.state in (LearningState.LEARNING, LearningState.LEVELLED)
