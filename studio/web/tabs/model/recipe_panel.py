"""Recipes as files and by name: kept for reuse, taken away, brought back, with what differs from the plan at hand."""

from dataclasses import replace
from pathlib import Path

import gradio as gr

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.storage.recipe_text import differences
from studio.web import html
from studio.web.copy import common
from studio.web.listeners import Listeners
from studio.web.mounting import Updates
from studio.web.tabs.drafts import planned_recipe
from studio.web.tabs.examples.examples_tab import Offer
from studio.web.view import View, person_of, session_of


class RecipePanel:
    """What stands in the Model tab's last drawer."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio, self.offer = studio, offer

    def build(self, listen: Listeners, view: gr.State) -> None:
        """Layout, and the events that leave the plan alone."""
        self.view = view
        gr.Markdown(html.sentences(say("model.recipe_lead")), elem_classes="soft")
        with gr.Row(elem_classes="halves"):
            with gr.Column():
                self.name = gr.Textbox(
                    label=say("recipe_panel.name_for_plan"),
                    placeholder=say("recipe_panel.our_tone_careful"),
                    max_lines=1,
                )
                with gr.Row(elem_classes="actions"):
                    self.keep = gr.Button(say("recipe_panel.keep"), size="sm")
                    self.save = gr.Button(say("recipe_panel.save_as_file"), size="sm")
            with gr.Column():
                self.kept = gr.Dropdown([], label=say("recipe_panel.recipes_kept"), allow_custom_value=True)
                with gr.Row(elem_classes="actions"):
                    self.use = gr.Button(say("recipe_panel.use"), size="sm")
                    self.compared = gr.Button(say("recipe_panel.what_differs"), size="sm")
                    self.forget = gr.Button(say("recipe_panel.delete"), size="sm", elem_classes="quiet")
                    self.bring = gr.UploadButton(
                        say("recipe_panel.bring_recipe_file"), file_types=[".toml", ".json"], size="sm"
                    )
        self.said = gr.Markdown()
        listen.on(self.keep.click, self.keep_plan, [view, self.name], [self.kept, self.said])
        listen.on(self.save.click, self.save_plan, [view, self.name], [self.said])
        listen.on(self.kept.focus, self.list_kept, [view], [self.kept])
        listen.on(self.compared.click, self.compare, [view, self.kept], [self.said])
        listen.on(self.forget.click, self.forget_kept, [view, self.kept], [self.kept, self.said])

    # Events

    def keep_plan(self, view: View, name: str, request: gr.Request) -> Updates:
        """The plan at hand, for reuse in this project."""
        scope = self.studio.within(view.project)
        kept = scope.recipes.keep(view.project, name, planned_recipe(view), by=person_of(request))
        choices = gr.update(choices=self.studio.within(view.project).recipes.names(view.project), value=kept)
        return {self.kept: choices, self.said: html.sentences(say("recipe_panel.kept_as", kept=kept))}

    def save_plan(self, view: View, name: str, request: gr.Request) -> Updates:
        """The plan at hand as a file."""
        path = self.studio.within(view.project).recipes.export(view.project, planned_recipe(view), name or "recipe")
        return {self.said: html.saved(self.offer(session_of(request), path), path.name)}

    def list_kept(self, view: View) -> Updates:
        """The recipes there are now."""
        names = self.studio.within(view.project).recipes.names(view.project) if view.project else []
        return {self.kept: gr.update(choices=names)}

    def compare(self, view: View, name: str) -> Updates:
        """What would change."""
        return {self.said: self.differences(planned_recipe(view), self.recipe_of(view, name), name)}

    def forget_kept(self, view: View, name: str, request: gr.Request) -> Updates:
        """Into the trash."""
        self.studio.within(view.project).recipes.forget(view.project, name or "", by=person_of(request))
        choices = gr.update(choices=self.studio.within(view.project).recipes.names(view.project), value=None)
        return {self.kept: choices, self.said: html.sentences(say("recipe_panel.lies_trash_now", name=name))}

    # What changes the plan, which is worked out next

    def use_kept(self, view: View, name: str) -> Updates:
        """A recipe that the project keeps."""
        return self._taken(view, self.recipe_of(view, name), name)

    def use_file(self, view: View, path: str) -> Updates:
        """A recipe that she brings."""
        return self._taken(view, self.studio.within(view.project).recipes.read(Path(path)), say("recipe_panel.file"))

    def _taken(self, view: View, recipe: Recipe, name: str) -> Updates:
        after = replace(view, model=recipe.base_model, recipe=None, last_recipe=recipe, draft={})
        return {self.view: after, self.said: self.differences(view.recipe, recipe, name)}

    def recipe_of(self, view: View, name: str) -> Recipe:
        """A kept one."""
        if not name:
            raise StudioError(say("recipe_panel.no_recipe_was_chosen"), hint=say("recipe_panel.pick_one_those_kept"))
        return self.studio.within(view.project).recipes.kept(view.project, name)

    def differences(self, before: Recipe | None, after: Recipe, name: str) -> str:
        """What differs, as a small table."""
        found = differences([before, after]) if before else []
        if not found:
            return html.sentences(say("model.same_recipe") if before else say("model.taken_recipe"))
        rows = [(row.title, *(common.short(value, 120) for value in row.values)) for row in found]
        return html.wide(
            html.table(
                (say("recipe_panel.what_differs_2"), say("recipe_panel.plan_before"), common.short(name, 40)), rows
            )
        )
