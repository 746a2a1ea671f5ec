"""Recipes as files and by name: kept for reuse, taken away, brought back, with what differs from the plan at hand."""

from pathlib import Path
from typing import Any

import gradio as gr

from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.storage.recipe_text import differences
from studio.web import html
from studio.web.copy import common
from studio.web.copy import model as say
from studio.web.errors import wire
from studio.web.tabs.examples.examples_tab import Offer
from studio.web.view import View, person_of, session_of


class RecipePanel:
    """A folded card on the Model tab."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio, self.offer = studio, offer

    def build(self, view: gr.State, notice: gr.Markdown) -> None:
        """Layout, and the events that leave the plan alone."""
        with gr.Accordion("Recipes: keep this plan, or use another one", open=False, elem_classes="card"):
            gr.Markdown(html.sentences(say.RECIPE_LEAD), elem_classes="soft")
            with gr.Row(elem_classes="halves"):
                with gr.Column():
                    self.name = gr.Textbox(label="A name for this plan", placeholder="our tone, careful", max_lines=1)
                    with gr.Row(elem_classes="actions"):
                        self.keep = gr.Button("Keep it", size="sm")
                        self.save = gr.Button("Save as a file", size="sm")
                with gr.Column():
                    self.kept = gr.Dropdown([], label="Recipes that are kept", allow_custom_value=True)
                    with gr.Row(elem_classes="actions"):
                        self.use = gr.Button("Use it", size="sm")
                        self.look = gr.Button("What differs?", size="sm")
                        self.forget = gr.Button("Delete it", size="sm", elem_classes="quiet")
                        self.bring = gr.UploadButton("Bring a recipe file", file_types=[".toml", ".json"], size="sm")
            self.said = gr.Markdown()
        wire(self.keep.click, self.keep_plan, [view, self.name], [self.kept, self.said], notice)
        wire(self.save.click, self.save_plan, [view, self.name], [self.said], notice)
        wire(self.kept.focus, self.list_kept, [view], [self.kept], notice)
        wire(self.look.click, self.compare, [view, self.kept], [self.said], notice)
        wire(self.forget.click, self.forget_kept, [view, self.kept], [self.kept, self.said], notice)

    # Events

    def keep_plan(self, view: View, name: str, request: gr.Request) -> tuple[Any, str]:
        """The plan at hand, for reuse in this project."""
        kept = self.studio.recipes.keep(view.project, name, plan_of(view), by=person_of(request))
        choices = gr.update(choices=self.studio.recipes.names(view.project), value=kept)
        return choices, html.sentences(f"It is kept as “{kept}”.")

    def save_plan(self, view: View, name: str, request: gr.Request) -> str:
        """The plan at hand as a file."""
        path = self.studio.recipes.export(view.project, plan_of(view), name or "recipe")
        return html.saved(self.offer(session_of(request), path), path.name)

    def list_kept(self, view: View) -> Any:
        """The recipes there are now."""
        return gr.update(choices=self.studio.recipes.names(view.project) if view.project else [])

    def compare(self, view: View, name: str) -> str:
        """What would change."""
        return self.told(plan_of(view), self.recipe_of(view, name), name)

    def forget_kept(self, view: View, name: str, request: gr.Request) -> tuple[Any, str]:
        """Into the trash."""
        self.studio.recipes.forget(view.project, name or "", by=person_of(request))
        choices = gr.update(choices=self.studio.recipes.names(view.project), value=None)
        return choices, html.sentences(f"“{name}” lies in the trash now.")

    # For the tab, whose plan changes

    def recipe_of(self, view: View, name: str) -> Recipe:
        """A kept one."""
        if not name:
            raise StudioError("No recipe was chosen.", hint="Pick one of those that are kept.")
        return self.studio.recipes.kept(view.project, name)

    def recipe_in(self, path: str) -> Recipe:
        """One that she brings."""
        return self.studio.recipes.read(Path(path))

    def told(self, before: Recipe | None, after: Recipe, name: str) -> str:
        """The differences as a small table."""
        found = differences([before, after]) if before else []
        if not found:
            return html.sentences(say.SAME_RECIPE if before else say.TAKEN_RECIPE)
        rows = [(row.title, *(common.short(value, 120) for value in row.values)) for row in found]
        return html.wide(html.table(("What differs", "The plan before", common.short(name, 40)), rows))


def plan_of(view: View) -> Recipe:
    """The plan at hand."""
    if view.recipe is None:
        raise StudioError(common.NO_PLAN_YET)
    return view.recipe
