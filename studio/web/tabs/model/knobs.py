"""Recipe fields become components, and their values a Recipe again. Nothing about a field is written down here."""

import types
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Union, get_args, get_origin

import gradio as gr
from pydantic.fields import FieldInfo

from studio.copy.catalog import say
from studio.errors import WrongSetting
from studio.schemas.recipe import Recipe, allowed, help_of, recipe_from, title_of

NAMES = tuple(
    name
    for name in Recipe.model_fields
    if name not in ("base_model", "revision", "task", "learn_from", "beta", "replay_share")
)


def is_advanced(name: str) -> bool:
    """Whether a field belongs behind “Advanced”."""
    extra = Recipe.model_fields[name].json_schema_extra
    return not isinstance(extra, dict) or bool(extra.get("advanced", True))


MAIN = tuple(name for name in NAMES if not is_advanced(name))
ADVANCED = tuple(name for name in NAMES if is_advanced(name))


def component_for(name: str, value: Any) -> Any:
    """The component that suits a field's type, with its words."""
    field: FieldInfo = Recipe.model_fields[name]
    kind = plain_type(field.annotation)
    words: dict[str, Any] = {"label": title_of(name), "info": help_of(name), "min_width": 240, "interactive": True}
    if get_origin(kind) is Literal:
        choices = [(str(choice).replace("_", " "), choice) for choice in get_args(kind)]
        return gr.Dropdown(choices=choices, value=value, filterable=False, **words)
    if kind is bool:
        return gr.Checkbox(value=value, **words)
    if kind in (int, float):
        return gr.Number(value=value, precision=0 if kind is int else None, **words)
    if name == "instructions":
        return gr.Textbox(value=value, lines=3, elem_classes="keep-draft", **words)
    return gr.Textbox(value=value, **words)


def plain_type(kind: Any) -> Any:
    """The type inside an optional one."""
    if get_origin(kind) in (Union, types.UnionType):
        return next(inner for inner in get_args(kind) if inner is not type(None))
    return kind


def values_of(recipe: Recipe) -> tuple[Any, ...]:
    """The values of the components, in their order."""
    return tuple(getattr(recipe, name) for name in NAMES)


def values_shown(recipe: Recipe, draft: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in each component: what she turned, else the plan's value; and what the model gives."""
    return {"task": recipe.task} | {name: draft.get(name, getattr(recipe, name)) for name in NAMES}


def recipe_with(recipe: Recipe, values: Mapping[str, Any]) -> Recipe:
    """The recipe with these values of components in it, or WrongSetting about the first field that cannot work."""
    for name, value in values.items():
        if value is None:
            raise WrongSetting(say("knobs.empty", title=title_of(name)), hint=allowed(name), where=name)
    whole = {name: int(v) if whole_number(name, v) else v for name, v in values.items()}
    return recipe_from(recipe.model_dump() | whole)


def whole_number(name: str, value: Any) -> bool:
    """Browsers know one kind of number: 3.0 is meant as 3 where the field counts."""
    counts = plain_type(Recipe.model_fields[name].annotation) is int
    return counts and isinstance(value, float) and value.is_integer()


def method_choices(barred: Mapping[str, str]) -> list[tuple[str, str]]:
    """The methods by name; one that cannot work on this computer says so, and why."""
    names = get_args(plain_type(Recipe.model_fields["method"].annotation))
    return [(name.replace("_", " ") + (say('knobs.not_here', barred=barred[name]) if barred.get(name) else ""), name)
            for name in names]  # fmt: skip


def notes(names: Sequence[str], values: Mapping[str, Any], barred: Mapping[str, str]) -> dict[str, Any]:
    """For each of these components: its help, or in its place what is wrong or unusual about its value.

    `values` are of all settings; `barred` are the methods that cannot work here, each with the reason.
    """
    why = barred.get(str(values["method"]), "")
    wrong = WrongSetting(why, hint=say("knobs.choose_another_method"), where="method") if why else problem(values)
    unusual = {} if wrong else recipe_with(Recipe(), values).warnings()

    def update(name: str) -> Any:
        if wrong is not None and wrong.where == name:
            return gr.update(info=f"{wrong.message} {wrong.hint}", elem_classes=["knob", "wrong"])
        if name in unusual:
            return gr.update(info=unusual[name], elem_classes=["knob", "unusual"])
        return gr.update(info=help_of(name), elem_classes=["knob"])

    return {name: update(name) for name in names}


def problem(values: Mapping[str, Any]) -> WrongSetting | None:
    """What cannot work about these values, if anything."""
    try:
        recipe_with(Recipe(), values)
    except WrongSetting as wrong:
        return wrong
    return None
