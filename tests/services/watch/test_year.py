"""Some weeks of the simulated department: what `tests/benchmarks/bench_year.py` tells of a whole year."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.benchmarks.bench_year import Year

pytestmark = pytest.mark.long


@pytest.fixture
def year(tmp_path: Path) -> Iterator[Year]:
    made = Year(tmp_path, questions=60)
    made.begin()
    yield made
    made.studio.close()


def test_who_corrects_wrongly_on_purpose_is_named_and_teaches_nothing(year: Year) -> None:
    for number in range(5):
        year.mallory(number)
    for _ in range(60):
        year.one_question()
    year.now += timedelta(days=1)
    year.review([])
    assert any("5 of 5 corrections by mallory contradict" in line for line in year.told)
    assert not any("by ana" in line or "by ben" in line for line in year.told)
    rows = [row.answer for row in year.studio.home.run(year.run).train]
    assert rows and not any("costs 1 euro." in answer for answer in rows)
