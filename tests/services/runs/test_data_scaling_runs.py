"""Three runs that differ in their rows alone: a quarter, a half and all of them."""

from collections.abc import Callable

import pytest

from studio.errors import StudioError
from studio.schemas.example import pair
from studio.schemas.recipe import Recipe
from studio.services.runs.data_scaling_runs import part_of
from studio.services.studio import Studio
from studio.storage.run_queue import RunQueue
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]


def test_one_click_launches_three_runs_with_one_practice_check(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table(60))
    series = studio.more_examples.launch(project, dataset, Recipe(), by="ana")
    again = studio.more_examples.launch(project, dataset, Recipe(), by="ana")
    assert [run.id for run in again.runs] == [run.id for run in series.runs] == RunQueue(studio.ledger).waiting()
    folders = [studio.home.run(run.id) for run in series.runs]
    rows = [{example.id for example in folder.train} for folder in folders]
    assert rows[0] < rows[1] < rows[2] and [len(part) for part in rows] == [len(rows[2]) // 4, len(rows[2]) // 2, 49]
    assert len({tuple(e.id for e in folder.validation) for folder in folders}) == 1
    assert {run.spec.exam_sha256 for run in series.runs} == {studio.home.exam(project).sha256}  # type: ignore[union-attr]
    assert {run.spec.series for run in series.runs} == {series.id} and not series.is_over
    for run in series.runs:
        studio.runs.carry_out_when_free(run.id)
    told = studio.more_examples.newest(project)
    assert told is not None and told.is_over and [rows for rows, _ in told.points] == [12, 24, 49]
    assert "hardly" in told.sentence, "the fake engine gives all three the same score"


def test_parts_do_not_hang_on_the_order_and_keep_it() -> None:
    rows = [pair(number, f"question {number}", "answer") for number in range(1, 101)]
    half = part_of(rows, 1, 2)
    assert {e.id for e in half} == {e.id for e in part_of(rows[::-1], 1, 2)}
    assert [e.row for e in half] == sorted(e.row for e in half) and len(half) == 50
    assert {e.id for e in part_of(rows, 1, 4)} < {e.id for e in half}


def test_too_few_rows_for_a_quarter_are_told_before_anything_starts(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table(40))
    with pytest.raises(StudioError, match="quarter of them is too few"):
        studio.more_examples.launch(project, dataset, Recipe(), by="ana")
    assert studio.runs.all(project) == []
