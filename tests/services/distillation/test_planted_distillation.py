"""What `bench_distillation.py` plays with three seeds, with one: the student of a skilled version learns its skill."""

from pathlib import Path

import pytest

from studio.cli.opening import open_studio
from tests.benchmarks.bench_distillation import CASES, play


@pytest.mark.nightly
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_student_learns_the_skill_of_its_teacher_and_the_report_says_so(tmp_path: Path) -> None:
    studio = open_studio(tmp_path / "home", offline=True)
    report = play(studio, "skill", CASES["skill"](studio, tmp_path), 1, tmp_path)
    studio.close()
    rows = {row.other: row for row in report.comparisons if row.metric == report.main_metric and row.one == "tuned"}
    assert rows["base"].better == "tuned" and rows["teacher"].better == ""
