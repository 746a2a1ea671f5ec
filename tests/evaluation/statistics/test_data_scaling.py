"""Whether more examples would help, said as a careful person would."""

import pytest

from studio.evaluation.statistics.data_scaling import judge_more_examples


@pytest.mark.parametrize("scores, said", [
    ((2.0, 1.6, 1.2), "would very likely help"), ((2.0, 1.6, 1.55), "would help a little"),
    ((2.0, 1.6, 1.6), "hardly help now"), ((1.6, 1.6, 1.61), "hardly matters"), ((2.0, 1.6, 1.8), "it got worse"),
])  # fmt: skip
def test_the_last_doubling_decides(scores: tuple[float, ...], said: str) -> None:
    points = list(zip((25, 50, 100), scores, strict=True))
    assert said in judge_more_examples(points) and judge_more_examples(points[::-1]) == judge_more_examples(points)


def test_two_points_are_no_curve() -> None:
    assert judge_more_examples([]) == ""
    assert "third" in judge_more_examples([(25, 2.0), (50, 1.0)])
