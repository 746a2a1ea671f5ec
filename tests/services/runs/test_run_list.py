"""Runs are named, compared, deleted into the trash and brought back."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import NotFound, StudioError
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.storage.files import empty_trash
from studio.web.copy.training import best_of
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]


def taught(studio: Studio, project: str, dataset: str, **knobs: object) -> str:
    run = studio.runs.launch(project, dataset, Recipe.model_validate(knobs), by="ana").id
    studio.runs.carry_out_when_free(run)
    return run


def test_a_name_is_hers_and_what_was_frozen_stays(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    run = taught(studio, project, dataset)
    frozen = (studio.home.run(run).path / "recipe.json").read_bytes()
    assert studio.run_list.rename(run, "  Warmer\ttone\x00 \n", by="ana").name == "Warmer tone"
    assert studio.runs.all(project)[0].name == "Warmer tone"
    assert (studio.home.run(run).path / "recipe.json").read_bytes() == frozen
    assert studio.run_list.rename(run, "", by="ana").name == ""


def test_runs_are_compared_by_their_curves_and_by_what_differs(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    first, second = taught(studio, project, dataset), taught(studio, project, dataset, learning_rate=1e-3)
    found = studio.run_list.compare([first, second, first])
    assert [run.id for run in found.runs] == [first, second]
    assert any("eval_loss" in line for line in found.curves[first])
    assert [row.title for row in found.differences] == ["How boldly it learns (learning rate)"]
    after = studio.examples.remove(project, dataset, [studio.home.run(first).train[0].id], by="ana")
    third = taught(studio, project, after.id)
    rows = {row.title: row.values for row in studio.run_list.compare([first, third]).differences}
    assert rows["Examples it learned from"] == ("38", "37")


def test_runs_that_sat_different_practice_checks_are_not_called_better_or_worse(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    first, second = taught(studio, project, dataset), taught(studio, project, dataset, seed=2)
    together = studio.run_list.compare([first, second])
    assert together.same_check and "different practice checks" not in best_of(together.runs, same_check=True)
    after = studio.examples.remove(project, dataset, [studio.home.run(first).validation[0].id], by="ana")
    third = taught(studio, project, after.id)
    apart = studio.run_list.compare([first, second, third])
    assert not apart.same_check
    assert best_of(apart.runs, same_check=apart.same_check).startswith("These runs sat different practice checks")


@pytest.mark.parametrize("number", [0, 1, 5])
def test_two_to_four_runs_can_be_told_apart_on_a_plot(studio: Studio, upload: Upload, number: int) -> None:
    project, dataset = upload(table())
    runs = [studio.runs.launch(project, dataset, Recipe(seed=n), by="ana").id for n in range(number)]
    with pytest.raises(StudioError, match="two to 4"):
        studio.run_list.compare(runs)


def test_a_deleted_run_can_be_brought_back_whole(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    run = taught(studio, project, dataset)
    before = {path.name for path in studio.home.run(run).path.iterdir()}
    studio.run_list.trash(run, by="ana")
    assert studio.runs.all(project) == []
    with pytest.raises(NotFound):
        studio.runs.view(run)
    assert [one.id for one in studio.run_list.deleted(project)] == [run]
    back = studio.run_list.restore(run, by="ana")
    assert {path.name for path in back.folder.iterdir()} == before and back.has_version
    assert studio.run_list.deleted(project) == []


def test_a_run_that_is_not_over_is_never_deleted(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    run = studio.runs.launch(project, dataset, Recipe(), by="ana").id
    with pytest.raises(StudioError, match="queued and cannot be deleted"):
        studio.run_list.trash(run, by="ana")
    studio.runs.carry_out_when_free(run)
    carrier = studio.home.run(run).lock
    assert carrier.take()
    with pytest.raises(StudioError, match="cannot be deleted"):
        studio.run_list.trash(run, by="ana")
    carrier.release()


def test_after_seven_days_it_is_gone(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    run = taught(studio, project, dataset)
    studio.run_list.trash(run, by="ana")
    entry = next((studio.home.path / "trash").iterdir())
    for days, left in ((6.9, 1), (7.1, 0)):
        now = os.lstat(entry).st_ctime + days * 86_400
        empty_trash(studio.home.path, older_than_seconds=7 * 86_400, now=now)
        assert len(studio.run_list.deleted(project)) == left
    with pytest.raises(NotFound, match="seven days"):
        studio.run_list.restore(run, by="ana")


@pytest.mark.parametrize("name", ["../..", "*", "", "none-such"])
def test_only_a_runs_own_name_brings_it_back(studio: Studio, name: str) -> None:
    with pytest.raises(NotFound):
        studio.run_list.restore(name, by="ana")


def test_both_moves_are_in_the_audit_log(studio: Studio, upload: Upload, tmp_path: Path) -> None:
    project, dataset = upload(table())
    run = taught(studio, project, dataset)
    studio.run_list.trash(run, by="ana")
    studio.run_list.restore(run, by="ben")
    noted = [(by, verb) for _, by, verb, what in studio.ledger.notes() if what.endswith(run)]
    assert noted[:2] == [("ben", "restore"), ("ana", "trash")]
