"""The verdict in words is right about runs whose fate was planted: one seed and short runs here.

The whole, three seeds, is `python tests/benchmarks/bench_verdicts.py`.
"""

from pathlib import Path

import pytest

from tests.benchmarks.bench_verdicts import Fate, carried_out, fates

FATES = fates(short=True)
TIERS = [pytest.mark.long] + [pytest.mark.nightly] * (len(FATES) - 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    "fate", [pytest.param(fate, marks=tier, id=fate.name) for fate, tier in zip(FATES, TIERS, strict=True)]
)
def test_a_planted_run_is_judged_as_it_was_planted(fate: Fate, tmp_path: Path) -> None:
    verdict, _ = carried_out(fate, 0, tmp_path / "run")
    assert verdict.state in fate.right, verdict.sentence
