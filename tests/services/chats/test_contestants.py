"""Who may answer beside a run, and from which folder."""

import shutil
from collections.abc import Callable

import pytest

from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.services.chats.contestants import Contestants, RetrievalIndexes
from studio.services.studio import Studio
from studio.storage.files import write_json
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]


@pytest.fixture
def contestants(studio: Studio) -> Contestants:
    return studio.chats.contestants


def save_point(studio: Studio, run: str, step: int) -> None:
    folder = studio.home.run(run)
    shutil.copytree(folder.adapter, folder.checkpoints / f"checkpoint-{step}")


def test_other_versions_and_saved_points_are_offered(studio: Studio, runs: list[str], contestants: Contestants) -> None:
    save_point(studio, runs[0], 4)
    save_point(studio, runs[1], 8)
    (studio.home.run(runs[0]).checkpoints / ".staging-9").mkdir()
    assert contestants.available(runs[0]) == [
        "base", "prompted", "lookup", "tuned", f"run:{runs[0]}@4", f"run:{runs[1]}", f"run:{runs[1]}@8",
    ]  # fmt: skip
    assert contestants.adapters(studio.home.run(runs[0]), ["base", f"run:{runs[1]}@8"]) == {
        f"run:{runs[1]}@8": studio.home.run(runs[1]).checkpoints / "checkpoint-8"
    }
    assert contestants.title(f"run:{runs[1]}@8").endswith("step 8") and contestants.title("tuned") == "your version"


def test_a_run_on_another_starting_model_does_not_fit(
    studio: Studio, runs: list[str], contestants: Contestants
) -> None:
    other = studio.home.run(runs[1])
    write_json(other.path / "recipe.json", other.spec.model_copy(update={"model_sha256": "1" * 64}))
    assert f"run:{runs[1]}" not in contestants.available(runs[0])
    with pytest.raises(StudioError, match="another model"):
        contestants.check(runs[0], [f"run:{runs[1]}"])


def test_a_run_of_another_project_stays_there(
    studio: Studio, runs: list[str], contestants: Contestants, upload: Upload
) -> None:
    project, dataset = upload(table(40), "others.csv")  # type: ignore[call-arg]
    theirs = studio.runs.launch(project, dataset, Recipe(), by="ben").id
    studio.runs.carry_out_when_free(theirs)
    with pytest.raises(StudioError, match="another project"):
        contestants.check(runs[0], [f"run:{theirs}"])


@pytest.mark.parametrize("names", [[], ["base", "base"], ["base", "prompted", "lookup", "tuned", "run:x"],
                                   ["run:../../etc"], ["run:20260101-000000-abcd"], ["somebody"]])  # fmt: skip
def test_who_cannot_answer_is_said(runs: list[str], contestants: Contestants, names: list[str]) -> None:
    with pytest.raises(StudioError):
        contestants.check(runs[0], names)


def test_a_saved_point_that_is_gone_is_said(runs: list[str], contestants: Contestants) -> None:
    with pytest.raises(StudioError, match="not there"):
        contestants.check(runs[0], [f"run:{runs[1]}@77"])


def test_the_index_of_a_run_is_made_once(studio: Studio, runs: list[str]) -> None:
    neighbours = RetrievalIndexes()
    first = neighbours.of(studio.home.run(runs[0]))
    assert neighbours.of(studio.home.run(runs[0])) is first is not neighbours.of(studio.home.run(runs[1]))


def test_a_vote_about_a_deleted_version_is_still_counted(
    studio: Studio, runs: list[str], contestants: Contestants
) -> None:
    made = studio.voting.make(runs[0], "tuned", f"run:{runs[1]}", by="ana", count=2)
    studio.voting.prepare(made.id, on_progress=lambda *_: None, stop=lambda: False)
    studio.voting.vote(made.id, "ana", 0, "left")
    studio.voting.reveal(made.id, "ana")
    studio.run_list.trash(runs[1], by="ana")
    assert contestants.title(f"run:{runs[1]}@4") == "a deleted version"
    assert len(studio.second_opinions.counts(runs[0])) == 1
