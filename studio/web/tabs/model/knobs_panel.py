"""Settings of the plan as fields: what she turns is a draft until a plan holds it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.web.listeners import Listeners
from studio.web.mounting import Updates
from studio.web.tabs.drafts import draft_of
from studio.web.tabs.model import knobs
from studio.web.view import View


class KnobsPanel:
    """Some of the settings, by their Recipe names."""

    def __init__(self, studio: Studio, names: Sequence[str]) -> None:
        self.studio, self.names = studio, tuple(names)
        self.fields: dict[str, Any] = {}

    def build(self, view: View) -> None:
        """One field each, filled as the plan is, or as she left it."""
        barred = self.studio.models.methods() if "method" in self.names else {}
        for name, value in self._shown(view).items():
            self.fields[name] = field = knobs.component_for(name, value)
            field.visible = is_read(name, value, start_of(view))
            if name == "method":
                field.choices = knobs.method_choices(barred)

    def connect(self, listen: Listeners, view: gr.State) -> list[Any]:
        """Leaving a field, or picking a value, makes a draft of it."""
        self.view = view
        fields = list(self.fields.values())
        return [listen.changes(self._leaving(field), self.turn, [view, *fields], fields, trigger_mode="always_last")
                for field in fields]  # fmt: skip

    def follow(self, listen: Listeners, proposed: gr.State, view: gr.State) -> None:
        """A plan with other settings fills the fields anew."""
        listen.on(proposed.change, self.fill_in, [view, proposed], list(self.fields.values()))

    def _leaving(self, field: Any) -> Any:
        return field.blur if hasattr(field, "blur") and not isinstance(field, gr.Dropdown) else field.input

    # Events

    def turn(self, view: View, *values: Any) -> Updates:
        """What is wrong or unusual is said beside its field; what is in no plan yet is kept with the view."""
        mine = dict(zip(self.names, values, strict=True))
        start = start_of(view)
        others = {name: value for name, value in view.draft.items() if name not in mine}
        draft = {**others, **draft_of(mine, start)}
        shown = knobs.values_shown(start, draft)
        noted = knobs.notes(self.names, shown, self.studio.models.methods())
        told: dict[Any, Any] = {self.fields[name]: update for name, update in noted.items()}
        return {**told, self.view: replace(view, draft=draft)}

    def fill_in(self, view: View, recipe: Recipe | None) -> Updates:
        """The plan's values, and over them what she turned since."""
        if recipe is None:
            return {}
        shown = knobs.values_shown(recipe, draft_of(view.draft, recipe))
        return {self.fields[name]: gr.update(value=shown[name], visible=is_read(name, shown[name], recipe))
                for name in self.names}  # fmt: skip

    def _shown(self, view: View) -> dict[str, Any]:
        shown = knobs.values_shown(start_of(view), view.draft)
        return {name: shown[name] for name in self.names}


def start_of(view: View) -> Recipe:
    """What she turns away from: the plan, the last one, or before the first one what every setting is by itself."""
    return view.recipe or view.last_recipe or Recipe()


def is_read(name: str, value: Any, recipe: Recipe) -> bool:
    """Whether this setting means anything for what is taught. One that bars the plan stays to be emptied."""
    return name != "instructions" or recipe.task != "labels" or bool(value)
