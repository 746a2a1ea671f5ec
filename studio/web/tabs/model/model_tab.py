"""MODEL: what to start from, how much to teach, and the plan, counted before anything starts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from studio.copy.catalog import say
from studio.schemas.example import Example
from studio.services.datasets.profile_service import second_thought
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import model as copy
from studio.web.layout.drawer import Drawer
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Place, Updates, fill
from studio.web.tabs.drafts import draft_of
from studio.web.tabs.examples.examples_tab import Offer
from studio.web.tabs.model import knobs
from studio.web.tabs.model.fetch_panel import FetchPanel
from studio.web.tabs.model.knobs_panel import KnobsPanel
from studio.web.tabs.model.plan_panel import PlanPanel
from studio.web.tabs.model.recipe_panel import RecipePanel
from studio.web.view import View

LAST: dict[str, Any] = {"trigger_mode": "always_last"}  # what was picked meanwhile counts


class ModelTab:
    """The second tab."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio = studio
        self.plan, self.recipes = PlanPanel(studio), RecipePanel(studio, offer)
        self.fetching = FetchPanel(studio)
        self.main, self.advanced = KnobsPanel(studio, knobs.MAIN), KnobsPanel(studio, knobs.ADVANCED)

    def mount(self, frame: Frame, view: View, place: Place) -> None:
        """The tab as it is now, and what changes it."""
        self.frame = frame
        self.listen = listen = Listeners(frame, self.build(frame, view))
        plan = self.plan
        parts = [self.lead, self.models, self.preset, *self.fetching.parts, plan.plan, plan.pending, plan.again,
                 plan.next]  # fmt: skip
        listen.repaints(parts, self.refresh)
        self._connect(listen)
        fill({**self.refresh(view), self.plan.plan: self.plan.waiting(view)})

    def build(self, frame: Frame, view: View) -> gr.Markdown:
        """Layout; gives back the notice."""
        notice = gr.Markdown(visible=False, elem_classes="said")
        self.lead = gr.Markdown()
        self.models = gr.Radio(
            [], label=say("model_tab.starting_model"), elem_classes="choices", show_label=False, container=False
        )
        self.fetching.build()
        with gr.Accordion(say("model.other_model"), open=False, elem_classes="card"):
            with gr.Row(elem_classes="write"):
                self.folder = gr.Textbox(
                    label=say('model_tab.folder_on_computer_or'), placeholder="/models/my-model  or  owner/name",
                    max_lines=1, scale=3,
                )  # fmt: skip
                self.revision = gr.Textbox(label=say("model_tab.revision_if_you_want"), max_lines=1, scale=2)
            self.use = gr.Button(say("model_tab.look_at_model"))
        gr.Markdown(html.heading(say("model_tab.how_much_teach")))
        self.preset = gr.Radio(copy.presets(), label=say('model_tab.how_much_teach'), show_label=False,
                               elem_classes="choices three", container=False)  # fmt: skip
        with gr.Column(elem_classes="card plan"):
            self.plan.build(frame)
            with self.plan.settings:
                self.main.build(view)
        Drawer(copy.advanced_title(len(knobs.ADVANCED)), frame.view, self.build_advanced, "card")
        with gr.Accordion(say("model_tab.see_what_model_reads"), open=False, elem_classes="card") as self.opened:
            self.row = gr.Textbox(
                label=say("model_tab.row"), info=say("model.row_info"), max_lines=1, elem_classes="row-number"
            )
            self.rendered = gr.Markdown()
        Drawer(say("model_tab.recipes_keep_plan_or"), frame.view, self.build_recipes, "card")
        return notice

    def _connect(self, listen: Listeners) -> None:
        frame, plan = self.frame, self.plan
        view = frame.view
        plan.connect(listen, frame)
        self.fetching.connect(listen, view)
        pushed = listen.changes(self.fetching.pushed.click, self.look_again, [view], by_itself=True, stores=False)
        plan.work_out_at(listen, pushed.then, view, self.plan_when_here)
        choices = (
            listen.changes(self.models.input, self.choose, [view, self.models], **LAST),
            listen.changes(self.preset.input, self.choose_preset, [view, self.preset], **LAST),
            listen.changes(self.use.click, self.choose_other, [view, self.folder, self.revision]),
        )
        for chosen in choices:
            plan.work_out_at(listen, chosen.then, view)
        for turned in self.main.connect(listen, view):
            plan.work_out_at(listen, turned.then, view, self.plan_draft)
        self.main.follow(listen, plan.proposed, view)
        for event in (self.opened.expand, self.row.submit, self.row.blur):
            listen.on(event, self.see, [view, self.row], [self.rendered])

    def build_advanced(self, view: View) -> None:
        """The settings that nobody needs."""
        gr.Markdown(html.sentences(say("model.advanced_hint")), elem_classes="soft")
        with gr.Row(elem_classes="knobs"):
            self.advanced.build(view)
        self.advanced.connect(self.listen, self.frame.view)
        self.advanced.follow(self.listen, self.plan.proposed, self.frame.view)

    def build_recipes(self, _: View) -> None:
        """Plans as files and by name."""
        listen, view, card = self.listen, self.frame.view, self.recipes
        card.build(listen, view)
        for taken in (listen.changes(card.use.click, card.use_kept, [view, card.kept], [card.said]),
                      listen.changes(card.bring.upload, card.use_file, [view, card.bring], [card.said])):  # fmt: skip
            self.plan.work_out_at(listen, taken.then, view)

    # Painting

    def refresh(self, view: View) -> Updates:
        """The list of models as it is now, and the plan as far as it is known."""
        examples: Sequence[Example] = ()
        if view.dataset:
            examples = self.studio.within(view.project).examples.view(view.project, view.dataset).examples
        entries = self.studio.models.offered(examples, view.model, self.plan.lengths(view), view.preset)
        timed = any(entry.seconds is not None for entry in entries)  # else the largest would seem to be quick
        best = self.studio.models.best_for_here(entries, view.model).id if timed else ""
        choices = [(copy.model_choice(entry, best=entry.id == best), entry.id) for entry in entries]
        if view.model not in {entry.id for entry in entries}:
            choices.append((copy.other_choice(view.model), view.model))
        away = view.dataset and view.recipe is None and not self.fetching.is_here(view)
        lead = copy.models_lead(entries) if timed else say("model.bigger_writes_better")
        return {
            self.lead: html.heading(say("model_tab.choose_starting_model"), lead),
            self.models: gr.update(choices=choices, value=view.model),
            self.preset: gr.update(value=view.preset or "balanced"),
            **self.fetching.refresh(view), **self.plan.refresh(view),
            **({self.plan.plan: self.plan.away(view)} if away else {}),
        }  # fmt: skip

    # Events

    def choose(self, view: View, model: str) -> View:
        """Another starting model; the plan that suits it is worked out next."""
        return replace(view, model=model, recipe=None, last_recipe=None, draft=self._kept(view))

    def look_again(self, view: View) -> View:
        """Something was fetched, or its fetching ended: the page is told so."""
        return view

    def plan_when_here(self, view: View) -> Iterator[Updates]:
        """The plan that had to wait for the model."""
        if view.recipe is None and self.fetching.is_here(view):
            yield from self.plan.work_out(view)

    def choose_preset(self, view: View, preset: str) -> View:
        """More patience or less."""
        revision = {"revision": view.recipe.revision} if view.recipe and view.recipe.revision else {}
        return replace(view, preset=preset, recipe=None, last_recipe=None, draft={**self._kept(view), **revision})

    def choose_other(self, view: View, folder: str, revision: str) -> View:
        """A folder or a hub id of her own."""
        self.studio.models.refuse_unlisted(folder.strip())
        chosen = self.choose(view, folder.strip())
        if (path := Path(folder.strip()).expanduser()).exists():
            self.studio.models.remember(path.absolute())
        return replace(chosen, draft={**chosen.draft, "revision": revision.strip()})

    def _kept(self, view: View) -> dict[str, Any]:
        """What goes into the next proposal: what she turned, and the instructions, which are her own words."""
        last = view.recipe or view.last_recipe
        told = {"instructions": last.instructions} if last and last.instructions else {}
        return {**told, **{name: value for name, value in view.draft.items() if name != "revision"}}

    def plan_draft(self, view: View) -> Iterator[Updates]:
        """The plan with what she just turned; a field that was left as it was changes nothing."""
        last = view.recipe or view.last_recipe
        if last is not None and draft_of(view.draft, last):
            yield from self.plan.work_out(view)

    def see(self, view: View, row: str = "") -> Updates:
        """The row of this number as the model reads it; without one, the first that is learned."""
        if view.recipe is None:
            return {self.rendered: html.none(say("model.plan_comes"))}
        facts = self.studio.models.inspect(view.recipe.base_model, view.recipe.revision)
        wanted = row or self.plan.parts(view, facts, view.recipe.instructions).train[0].id
        pieces = self.studio.within(view.project).picture.as_read(
            view.project, view.dataset, wanted, model=view.recipe.base_model, recipe=view.recipe
        )
        shown = html.sentences(say("model.see_hint"), *second_thought(pieces)) + html.pieces(
            (piece.text, piece.part) for piece in pieces
        )
        return {self.rendered: shown}
