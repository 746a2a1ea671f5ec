"""Recipes as files and by name, without a browser."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.storage.recipe_text import recipe_toml
from studio.web.view import View
from tests.web.conftest import MountedPage, updated
from tests.web.tabs.model.test_plan_panel import planned

Loaded = Callable[[], View]


def test_a_recipe_is_kept_compared_and_used(page: MountedPage, loaded: Loaded, request_of_ana: gr.Request) -> None:
    view = planned(page, loaded())
    assert view.recipe is not None
    card = page.model.recipes
    kept = card.keep_plan(view, "Our tone", request_of_ana)
    assert updated(kept[card.kept])["choices"] == ["Our tone"] and "Our tone" in kept[card.said]
    other = replace(view, recipe=view.recipe.model_copy(update={"r": 4}))
    assert "rank r" in card.compare(other, "Our tone")[card.said]
    taken = card.use_kept(other, "Our tone")
    assert planned(page, taken[card.view]).recipe == view.recipe and "rank r" in taken[card.said]
    assert updated(card.forget_kept(view, "Our tone", request_of_ana)[card.kept])["choices"] == []


def test_a_recipe_file_leaves_and_comes_back(page: MountedPage, loaded: Loaded, request_of_ana: gr.Request,
                                             offered: list[tuple[str, Path]], tmp_path: Path) -> None:  # fmt: skip
    view = planned(page, loaded())
    card = page.model.recipes
    card.save_plan(view, "", request_of_ana)
    taken = card.use_file(replace(view, recipe=None), str(offered[-1][1]))
    assert planned(page, taken[card.view]).recipe == view.recipe
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(recipe_toml(Recipe()).replace("seed = 42", "seed = -1"))
    with pytest.raises(StudioError, match="seed"):
        card.use_file(view, str(wrong))


def test_what_is_in_no_plan_yet_is_not_kept_in_silence(page: MountedPage, loaded: Loaded,
                                                       request_of_ana: gr.Request) -> None:  # fmt: skip
    with pytest.raises(StudioError, match="not in the plan yet"):
        page.model.recipes.keep_plan(replace(planned(page, loaded()), draft={"r": 4}), "Mine", request_of_ana)
