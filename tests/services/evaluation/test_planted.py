"""Two of the planted cases are played for real, with the built-in model; the others by `bench_planted.py`."""

import pytest

from tests.benchmarks.bench_planted import CASES, play

pytestmark = [pytest.mark.slow, pytest.mark.timeout(580)]


@pytest.mark.parametrize(
    "name", [pytest.param("timid", marks=pytest.mark.nightly), pytest.param("template", marks=pytest.mark.nightly)]
)
def test_a_planted_case_is_judged_right(name: str) -> None:
    report = play(CASES[name], seed=1)
    assert CASES[name].is_right(report), (report.verdict, report.diagnosis)
