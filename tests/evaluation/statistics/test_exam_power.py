"""What an exam can show: the power that theory gives, and one sentence of it, before and after."""

import numpy as np
import pytest
from statsmodels.stats.power import TTestPower

from studio.evaluation.statistics.comparisons import compare
from studio.evaluation.statistics.exam_power import (
    ExamPower,
    expected_power,
    measured_power,
    questions_needed,
    smallest_visible,
)
from studio.evaluation.statistics.intervals import Interval
from studio.schemas.sentence import Sentence


def test_the_smallest_visible_difference_has_the_power_that_statsmodels_gives() -> None:
    effect = smallest_visible(41, 1.0)
    assert TTestPower().power(effect, 41, 0.05) == pytest.approx(0.8, abs=1e-3)
    assert smallest_visible(questions_needed(0.1, 0.5), 0.5) <= 0.1


def test_a_known_effect_is_found_as_often_as_theory_says() -> None:
    random, effect = np.random.default_rng(2), smallest_visible(50, 0.2)
    found = sum(
        compare("tuned", "base", {"score": (list(gap), [0.0] * 50)})[0].better == "one"
        for gap in random.normal(effect, 0.2, (300, 50))
    )
    assert 0.8 - 0.08 < found / 300 < 0.8 + 0.08


def words(power: ExamPower | None) -> str:
    return " ".join(map(str, power.said)) if power else ""


def test_before_the_run_it_is_an_estimate_and_says_how_many_questions_would_do() -> None:
    said = words(expected_power(41))
    assert said.startswith(
        "With 41 questions an exam is likely to show only large differences: 25 points of 100 or more."
    )
    assert "This is an estimate for answers that are either right or wrong" in said
    needed = questions_needed(0.10, 0.3**0.5)
    assert f"With {needed} questions it would show 10 points as surely." in said
    assert "it would show" not in words(expected_power(needed)), "as many as it asked for are enough"
    assert "write at least 4 more" in words(expected_power(6))


def test_after_the_exam_one_number_holds_against_every_rival() -> None:
    leads = [Interval(0.063, 0.023, 0.095), Interval(0.082, 0.041, 0.116), Interval(-0.029, -0.063, 0.0)]
    said = words(measured_power(14, [5.2, 6.1, 6.4], "chrf", leads))
    assert said == (
        "Likeness: with its 14 questions a lead in this exam may in truth be 2.9 to 4.1 points of 100 more or less "
        "(95%); one whose range reaches 0 does not count. A true difference of 7 points is found by at least four of "
        "five such exams, a smaller one by fewer. This is measured by the answers that were given; before the exam it "
        "was an estimate."
    ), "a lead of 6.3 that counts is denied by no number beside it"


def test_no_difference_above_a_hundred_points_is_promised() -> None:
    assert "may miss a difference of any size" in words(measured_power(10, [113.0], "chrf", [Interval(0.1, -0.5, 0.7)]))
    assert not words(measured_power(14, [], "chrf", [])), "nothing varied: nothing is said"


@pytest.mark.parametrize(("questions", "size"), [
    (13, "only very large"), (41, "only large"), (120, "middling and large"), (400, "even small"),
])  # fmt: skip
def test_how_large_is_said_in_a_word_too(questions: int, size: str) -> None:
    assert f"likely to show {size} differences" in words(expected_power(questions))


@pytest.mark.parametrize("key", ["expected", "measured"])
def test_what_an_earlier_report_holds_can_still_be_read(key: str) -> None:
    """A report keeps the key and the numbers of its sentences: one with more numbers is another sentence."""
    assert "a difference of 13 points" in str(Sentence.of(f"exam.{key}", questions=34, points=13))
    size = Sentence.of("exam.size.large")
    assert "only large" in str(Sentence.of(f"exam.{key}_sized", questions=34, points=13, size=size))
