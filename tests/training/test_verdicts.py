"""The verdict in words is right about runs whose fate was planted: one seed and short runs here.

The whole, three seeds, is `python tests/benchmarks/bench_verdicts.py`.
"""

from pathlib import Path

import pytest

from tests.benchmarks.bench_verdicts import Fate, carried_out, fates


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("fate", fates(short=True), ids=lambda fate: fate.name)
def test_a_planted_run_is_judged_as_it_was_planted(fate: Fate, tmp_path: Path) -> None:
    verdict, _ = carried_out(fate, 0, tmp_path / "run")
    assert verdict.state in fate.right, verdict.sentence
