"""A recipe as a file that a person can read and change, and what differs between recipes, in the interface's words."""

import json
import textwrap
import tomllib
from collections.abc import Sequence
from typing import Any, NamedTuple

from studio.copy.catalog import say
from studio.errors import WrongSetting
from studio.schemas.recipe import Recipe, allowed, help_of, recipe_from, title_of

HEAD = "A recipe of Tailor Studio. Change what you like; a line that is left out takes the studio's proposal."


class KnobDifference(NamedTuple):
    """A knob's interface word, and its value in each of the recipes, in their order."""

    title: str
    values: tuple[str, ...]


def recipe_toml(recipe: Recipe) -> str:
    """The recipe as TOML, every knob under its interface word and its help. What is written is what is read back."""
    parts = [comment(HEAD)]
    for name in Recipe.model_fields:
        help_ = f"{title_of(name)}. {help_of(name)} {allowed(name)}"
        parts.append(f"{comment(help_)}\n{name} = {toml_value(getattr(recipe, name))}")
    return "\n\n".join(parts) + "\n"


def comment(text: str) -> str:
    """Lines that TOML passes over."""
    return "\n".join(f"# {line}" for line in textwrap.wrap(text, 110))


def toml_value(value: Any) -> str:
    """A knob's value as TOML writes it: JSON's, but for letters outside the plane that JSON pairs up, and DEL."""
    if not isinstance(value, str):
        return json.dumps(value)
    sound = value.encode("utf-8", "replace").decode()
    return json.dumps(sound, ensure_ascii=False).replace("\x7f", "\\u007f")


def values_of_text(text: str, *, toml: bool, where: str = "") -> dict[str, Any]:
    """The knobs that a recipe file names, unchecked; WrongSetting when it is no table of names."""
    try:
        values = tomllib.loads(text) if toml else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WrongSetting(say("recipe_text.recipe_file_cannot_be", error=error), where=where) from None
    if not isinstance(values, dict):
        raise WrongSetting(say("recipe_text.recipe_file_holds_no"), hint=say("recipe_text.table_names"), where=where)
    return values


def recipe_of_text(text: str, *, toml: bool, where: str = "") -> Recipe:
    """A whole recipe from a file; what it leaves out takes its default. WrongSetting names what cannot work."""
    return recipe_from(values_of_text(text, toml=toml, where=where))


def differences(recipes: Sequence[Recipe]) -> list[KnobDifference]:
    """The knobs whose values are not the same in all of them, in the order of the form."""
    changed = []
    for name in Recipe.model_fields:
        values = [getattr(recipe, name) for recipe in recipes]
        if any(value != values[0] for value in values):
            changed.append(KnobDifference(title_of(name), tuple(said(value) for value in values)))
    return changed


def said(value: Any) -> str:
    """A value as the page says it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.8f}".rstrip("0").rstrip(".") if 1e-8 <= abs(value) < 1e9 else f"{value:g}"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value) or "none"
