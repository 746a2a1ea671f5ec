"""What each person takes is counted in the folders; a run holds room before it begins, and gives back the rest."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.cli.main import run_command
from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.services.disk.quota import DiskQuota
from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.folder_size import size_of
from tests.fake_engine import FakeEngine
from tests.services.conftest import table

PLANNED = 3_000_000  # what the engine foretells for every run


def launch(studio: Studio, project: str, dataset: str) -> str:
    return studio.runs.launch(project, dataset, Recipe(), by="ana").id


def limited(studio: Studio, limit: int) -> None:
    """From now on each owner has so many bytes."""
    studio.quota.limit_bytes = limit


def test_a_run_holds_what_it_was_planned_to_write_until_it_is_over(
    studio: Studio, upload: Callable[[str], tuple[str, str]]
) -> None:
    project, dataset = upload(table())
    run = launch(studio, project, dataset)
    folder = studio.home.run(run).path
    assert studio.quota.held(project) == PLANNED - size_of(folder)
    (folder / "more").write_bytes(b"x" * 500_000)
    assert studio.quota.held(project) == PLANNED - size_of(folder) < PLANNED - 500_000
    studio.runs.carry_out_when_free(run)
    assert studio.quota.held(project) == 0


def test_a_run_beyond_the_limit_is_refused_with_figures_and_leaves_nothing(
    studio: Studio, upload: Callable[[str], tuple[str, str]]
) -> None:
    project, dataset = upload(table())
    limited(studio, PLANNED + size_of(studio.home.project_folder(project)) + 1_000_000)
    first = launch(studio, project, dataset)
    with pytest.raises(StudioError, match=r"about 0\.003 GB\. Of 0\.004 GB its owner has used 0\.\d+, and 0\.003 are"):
        launch(studio, project, dataset)
    assert [run.id for run in studio.runs.all(project)] == [first]
    studio.runs.carry_out_when_free(first)  # writes little: the room comes back
    assert launch(studio, project, dataset)


def test_what_somebody_else_owns_does_not_count(studio: Studio, tmp_path: Path) -> None:
    views = []
    for owner in ("ana", "ben"):
        (tmp_path / f"{owner}.csv").write_text(table(), encoding="utf-8")
        views.append(studio.examples.upload(tmp_path / f"{owner}.csv", f"{owner}.csv", by=owner))
    limited(studio, PLANNED + size_of(studio.home.project_folder(views[0].project)) + 500_000)
    launch(studio, views[0].project, views[0].id)
    assert launch(studio, views[1].project, views[1].id)
    assert {one.owner: one.held > 0 for one in studio.quota.people()} == {"ana": True, "ben": True}


def test_a_run_is_resumed_only_where_there_is_room(studio: Studio, upload: Callable[[str], tuple[str, str]]) -> None:
    project, dataset = upload(table())
    run = launch(studio, project, dataset)
    studio.runs.stop(run, by="ana")
    limited(studio, 1)
    with pytest.raises(StudioError, match=r"Of 0\.000 GB its owner"):
        studio.runs.resume(run, by="ana")
    assert studio.runs.view(run).state.status == "stopped"
    limited(studio, 0)
    assert studio.runs.resume(run, by="ana").state.status == "queued"


def test_no_run_takes_the_last_room_of_the_disk(studio: Studio, upload: Callable[[str], tuple[str, str]]) -> None:
    project, _ = upload(table())
    with pytest.raises(StudioError, match="GB free, of which"):
        studio.quota.refuse_beyond(project, 10**18)


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Studio]:
    made = Studio(Settings(home=tmp_path / "s", people=True, disk_per_person_gb=0.5), FakeEngine())
    yield made
    made.close()


def test_the_limit_is_a_setting_of_those_who_share_a_computer(shared: Studio, studio: Studio) -> None:
    assert shared.quota.limit_bytes == 500_000_000 and studio.quota.limit_bytes == 0
    assert any(line.name == "quota" and line.state == "ok" for line in shared.health.lines())
    assert not any(line.name == "quota" for line in studio.health.lines())


def test_who_is_nearly_at_the_limit_is_told(studio: Studio, upload: Callable[[str], tuple[str, str]]) -> None:
    upload(table())
    limited(studio, 1000)
    (line,) = [line for line in studio.health.lines() if line.name == "quota"]
    assert line.state == "warn" and line.sentence.startswith("ana has used 0.00 of 0.0 GB")


def test_the_command_tells_projects_people_and_the_rest(
    studio: Studio, upload: Callable[[str], tuple[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    project, _ = upload(table())
    assert run_command(["disk", "--json", "--home", str(studio.home.path)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["projects"][0]["project"] == project and said["people"][0]["name"] == "ana"
    assert said["projects"][0]["bytes"] == size_of(studio.home.project_folder(project)) == said["people"][0]["bytes"]
    assert run_command(["disk", "--home", str(studio.home.path)]) == 0
    assert "GB  in all: ana" in capsys.readouterr().out


def test_projects_of_a_home_that_is_empty_take_nothing(studio: Studio) -> None:
    assert DiskQuota(studio.home).projects() == DiskQuota(studio.home).people() == []


def test_a_file_beyond_the_limit_is_refused_with_figures(
    studio: Studio, upload: Callable[[str], tuple[str, str]]
) -> None:
    project, _ = upload(table())
    owner, taken = studio.home.project(project).owner, size_of(studio.home.project_folder(project))
    limited(studio, taken + 1_000_000)
    studio.quota.refuse_upload(owner, 900_000)
    studio.quota.refuse_upload("somebody else", taken + 900_000)
    with pytest.raises(StudioError, match=r"This file has 0\.001 GB\. Of your 0\.\d+ GB you have used"):
        studio.quota.refuse_upload(owner, 1_100_000)
    with pytest.raises(StudioError, match="the disk has"):
        studio.quota.refuse_upload(owner, 10**18)
