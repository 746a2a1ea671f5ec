"""The family of a project's versions, and which one of them is served."""

from pathlib import Path

import pytest

from studio.errors import NotFound, StudioError
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.services.versions.served_version import FILE


def project_of(studio: Studio, run: str) -> str:
    return studio.runs.view(run).spec.project


def test_a_version_is_a_run_that_is_over_with_its_rows_and_its_score(studio: Studio, runs: list[str]) -> None:
    project = project_of(studio, runs[0])
    dataset = studio.runs.view(runs[0]).spec.dataset
    studio.runs.launch(project, dataset, Recipe(seed=3), by="ana")  # waits: no version
    studio.evaluation.evaluate(runs[1], by="ana", quick=True)
    family = studio.family.family(project)
    assert [(one.number, one.id, one.rows > 20) for one in family.members] == [(1, runs[0], True), (2, runs[1], True)]
    first, second = family.members
    assert first.score is None and not first.same_exam and first.way == "afresh" and first.name == "Version 1"
    assert second.score is not None and second.score.low <= second.score.value <= second.score.high
    assert second.same_exam and second.exam_version == family.exam_version == 1
    assert family.served == family.before == ""


def test_one_is_served_and_one_press_goes_back(studio: Studio, runs: list[str]) -> None:
    project = project_of(studio, runs[0])
    with pytest.raises(StudioError, match="No version of this project is served yet"):
        studio.family.to_serve(project)
    studio.family.serve(project, runs[0], by="ana")
    family = studio.family.serve(project, runs[1], by="ana")
    assert (family.served, family.before) == (runs[1], runs[0])
    family = studio.family.back(project, by="ana")
    assert (family.served, family.before) == (runs[0], "")
    with pytest.raises(StudioError, match="No other version was served before"):
        studio.family.back(project, by="ana")
    family = studio.family.serve(project, runs[1], by="ana")
    assert studio.family.kept_for_going_back(project) == runs and studio.family.to_serve(project) == runs[1]


def test_the_same_press_changes_once(studio: Studio, runs: list[str]) -> None:
    project = project_of(studio, runs[0])
    studio.family.serve(project, runs[0], by="ana")
    for _ in range(2):
        studio.family.serve(project, runs[1], by="ana", request_key="one")
    for _ in range(2):
        assert studio.family.back(project, by="ana", request_key="two").served == runs[0]


def test_a_change_that_was_half_written_is_none(studio: Studio, runs: list[str]) -> None:
    project = project_of(studio, runs[0])
    studio.family.serve(project, runs[0], by="ana")
    path: Path = studio.home.project_folder(project) / FILE
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"run":"x","by"')
    assert studio.family.served(project) == runs[0]
    studio.family.serve(project, runs[1], by="ana")
    assert studio.family.kept_for_going_back(project) == runs


def test_only_a_version_of_this_project_is_served_and_the_served_one_is_not_deleted(
    studio: Studio, runs: list[str]
) -> None:
    project = project_of(studio, runs[0])
    other = studio.home.create_project("Other", "ana").id
    with pytest.raises(NotFound, match="no such version"):
        studio.family.serve(other, runs[0], by="ana")
    studio.family.serve(project, runs[0], by="ana")
    studio.family.serve(project, runs[1], by="ana")
    with pytest.raises(StudioError, match="This version is served"):
        studio.run_list.trash(runs[1], by="ana")
    studio.run_list.trash(runs[0], by="ana")
    assert studio.family.kept_for_going_back(project) == [runs[1]], "one that is gone cannot be gone back to"
