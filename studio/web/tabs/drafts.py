"""Settings that she turned and that are in no plan yet: kept while she is elsewhere, and never taught in silence."""

from collections.abc import Mapping
from typing import Any

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.web.view import View


def draft_of(values: Mapping[str, Any], recipe: Recipe) -> dict[str, Any]:
    """Of these values those that are not the recipe's. An empty field of text is an empty text."""
    plan = recipe.model_dump()
    return {name: value for name, value in values.items() if (value or "" if plan[name] == "" else value) != plan[name]}


def planned_recipe(view: View) -> Recipe:
    """The plan that Start carries out: the one that she sees. StudioError while something is not in it yet."""
    if view.recipe is None:
        raise StudioError(say("common.no_plan_yet"))
    if draft_of(view.draft, view.recipe):
        raise StudioError(say("model.not_in_the_plan"), hint=say("model.not_in_the_plan_hint"))
    return view.recipe
