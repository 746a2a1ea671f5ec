"""What is told before anything was measured is not finer than it is known, so that the plan does not contradict it."""

import pytest

from studio.copy.quantities import rough_size, roughly


@pytest.mark.parametrize(("seconds", "told"), [
    (8, "less than a minute"), (59, "less than a minute"), (60, "a minute or two"), (200, "a few minutes"),
    (599, "a few minutes"), (1080, "about 20 minutes"), (7200, "about 2.0 hours"),
])  # fmt: skip
def test_a_time_by_sizes_alone(seconds: float, told: str) -> None:
    assert roughly(seconds) == told


@pytest.mark.parametrize(("amount", "told"), [
    (200_000_000, "less than 1 GB"), (300_000_000, "less than 1 GB"), (1_100_000_000, "about 1.5 GB"),
    (2_700_000_000, "about 3 GB"), (20_030_000_000, "about 20 GB"), (41_900_000_000, "about 42 GB"),
])  # fmt: skip
def test_a_size_by_sizes_alone(amount: int, told: str) -> None:
    assert rough_size(amount) == told
