"""Recipes kept by a project, brought as files and taken away as files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import NotFound, StudioError, WrongSetting
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]


def test_a_kept_recipe_can_be_used_again_and_forgotten(studio: Studio, upload: Upload) -> None:
    project, _ = upload(table())
    assert studio.recipes.keep(project, "Our tone / bold", Recipe(r=8), by="ana") == "Our tone - bold"
    studio.recipes.keep(project, "Our tone / bold", Recipe(r=4), by="ana")
    assert studio.recipes.names(project) == ["Our tone - bold"]
    assert studio.recipes.kept(project, "Our tone - bold") == Recipe(r=4)
    studio.recipes.forget(project, "Our tone - bold", by="ana")
    assert studio.recipes.names(project) == []


@pytest.mark.parametrize("name", ["", "  ", "///", "../.."])
def test_a_name_without_a_word_is_refused(studio: Studio, upload: Upload, name: str) -> None:
    project, _ = upload(table())
    with pytest.raises(StudioError, match="needs a name"):
        studio.recipes.keep(project, name, Recipe(), by="ana")


def test_a_name_that_is_not_in_the_list_opens_nothing(studio: Studio, upload: Upload) -> None:
    project, _ = upload(table())
    with pytest.raises(NotFound, match="no recipe"):
        studio.recipes.kept(project, "../project")


def test_a_recipe_travels_as_a_file(studio: Studio, upload: Upload) -> None:
    project, _ = upload(table())
    path = studio.recipes.export(project, Recipe(r=8))
    assert path.name == "recipe.toml" and studio.recipes.read(path) == Recipe(r=8)
    view = studio.launch_from_words(project, None, model=None, sets=[], recipe_file=path, preset="balanced", by="ana")
    assert view.spec.recipe == Recipe(r=8)


def test_a_file_that_is_no_recipe_is_refused_in_words(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "photo.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WrongSetting, match="no text"):
        studio.recipes.read(path)
    path.write_bytes(b"#" * 200_000)
    with pytest.raises(WrongSetting, match="too large"):
        studio.recipes.read(path)
