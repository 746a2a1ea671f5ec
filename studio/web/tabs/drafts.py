"""Settings that she turned and that are in no plan yet: kept while she is elsewhere, and never taught in silence."""

from collections.abc import Mapping
from typing import Any

from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.web.copy import common
from studio.web.copy import model as say
from studio.web.view import View


def draft_of(values: Mapping[str, Any], recipe: Recipe) -> dict[str, Any]:
    """Of these values those that are not the recipe's. An empty field of text is an empty text."""
    plan = recipe.model_dump()
    return {name: value for name, value in values.items() if (value or "" if plan[name] == "" else value) != plan[name]}


def planned_recipe(view: View) -> Recipe:
    """The plan that Start carries out: the one that she sees. StudioError while something is not in it yet."""
    if view.recipe is None:
        raise StudioError(common.NO_PLAN_YET)
    if draft_of(view.draft, view.recipe):
        raise StudioError(say.NOT_IN_THE_PLAN, hint=say.NOT_IN_THE_PLAN_HINT)
    return view.recipe
