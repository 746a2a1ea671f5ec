"""MODEL: what to start from, how much to teach, and the plan, counted before anything starts."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gradio as gr

from studio.data.split.splitter import Split
from studio.errors import StudioError
from studio.schemas.model import ModelFacts
from studio.schemas.recipe import Recipe, recipe_from
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import common
from studio.web.copy import model as say
from studio.web.errors import draw, wire
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Place, fill
from studio.web.tabs.examples.examples_tab import Offer
from studio.web.tabs.model import knobs
from studio.web.tabs.model.recipe_panel import RecipePanel
from studio.web.view import View


class ModelTab:
    """The second tab."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio = studio
        self.recipes = RecipePanel(studio, offer)

    def mount(self, frame: Frame, view: View, place: Place) -> None:
        """The tab as it is now, and what changes it."""
        self.worked_out = frame.planned
        self.build(frame.view)
        look = frame.view
        draw(look.change, self.paint, [look], self.painted, self.notice)
        draw(frame.page.load, self.open, [look, self.preset, *self.dials], self.planned, self.notice,
             show_progress="full", show_progress_on=self.plan)  # fmt: skip
        listen = Listeners(frame, self.notice)
        listen.on(self.next.click, lambda place: frame.go(place, "teach"), [frame.place], [frame.place, frame.chosen])
        fill(dict(zip(self.painted, self.paint(view), strict=True)))

    def build(self, view: gr.State) -> None:
        """Layout first, then the events."""
        self.notice = gr.Markdown(visible=False, elem_classes="said")
        gr.Markdown(html.heading("Choose a starting model", say.MODEL_LEAD))
        self.models = gr.Radio([], label="Starting model", elem_classes="choices", show_label=False, container=False)
        with gr.Accordion("A model that is not in this list", open=False, elem_classes="card"):
            with gr.Row(elem_classes="write"):
                self.place = gr.Textbox(
                    label="A folder on this computer, or a hub id", placeholder="/models/my-model  or  owner/name",
                    max_lines=1, scale=3,
                )  # fmt: skip
                self.revision = gr.Textbox(label="Its revision, if you want a certain one", max_lines=1, scale=2)
            self.use = gr.Button("Look at this model")
        gr.Markdown(html.heading("How much to teach"))
        self.preset = gr.Radio(list(say.PRESETS), value="balanced", label="How much to teach", show_label=False,
                               elem_classes="choices three", container=False)  # fmt: skip
        self.knobs: dict[str, Any] = {}
        with gr.Column(elem_classes="card"):
            with gr.Row(elem_classes="halves"):
                self._place_knobs(advanced=False)
            with gr.Accordion(
                say.advanced_title(sum(map(knobs.is_advanced, knobs.NAMES))), open=False
            ) as self.advanced:
                gr.Markdown(html.sentences(say.ADVANCED_HINT), elem_classes="soft")
                with gr.Row(elem_classes="knobs"):
                    self._place_knobs(advanced=True)
                self.again = gr.Button("Work out the plan with these")
        with gr.Column(elem_classes="card plan"):
            self.plan = gr.Markdown(html.title("The plan") + html.none(common.NO_EXAMPLES_YET))
            with gr.Row(elem_classes="actions end"):
                self.next = gr.Button("Next: teach", variant="primary", interactive=False)
        with gr.Accordion("See what the model reads", open=False, elem_classes="card") as self.opened:
            self.row = gr.Textbox(label="Row", info=say.ROW_INFO, max_lines=1, elem_classes="row-number")
            self.rendered = gr.Markdown(html.none(common.NO_PLAN_YET))
        self.recipes.build(view, self.notice)
        self._connect(view)

    def _place_knobs(self, *, advanced: bool) -> None:
        for name in knobs.NAMES:
            if knobs.is_advanced(name) is advanced:
                self.knobs[name] = knobs.component_for(name)

    def _connect(self, view: gr.State) -> None:
        self.dials = dials = [self.knobs[name] for name in knobs.NAMES]
        self.planned = planned = [self.worked_out, self.plan, self.next, *dials]
        waiting: dict[str, Any] = {"show_progress": "full", "show_progress_on": self.plan}
        last = {**waiting, "trigger_mode": "always_last"}  # what was picked meanwhile counts
        told = self.knobs["instructions"]
        wire(self.models.input, self.choose, [view, self.models, self.preset, told], planned, self.notice, **last)
        wire(self.preset.input, self.choose_preset, [view, self.preset, told], planned, self.notice, **last)
        wire(self.use.click, self.choose_other, [view, self.place, self.revision, self.preset, told], planned,
             self.notice, **waiting)  # fmt: skip
        taken = [*planned, self.recipes.said]
        wire(self.recipes.use.click, self.use_recipe, [view, self.recipes.kept], taken, self.notice, **waiting)
        wire(self.recipes.bring.upload, self.bring_recipe, [view, self.recipes.bring], taken, self.notice, **waiting)
        wire(self.again.click, self.plan_again, [view, *dials], planned, self.notice, **waiting)
        for name, dial in self.knobs.items():
            advanced = knobs.is_advanced(name)
            leaving: Callable[..., Any] = (
                dial.blur if hasattr(dial, "blur") and not isinstance(dial, gr.Dropdown) else dial.input
            )
            wire(leaving, self.check, dials, dials, self.notice)
            if not advanced:
                wire(dial.blur, self.plan_again, [view, *dials], planned, self.notice, **last)
        wire(self.advanced.expand, self.show_methods, [], [self.knobs["method"]], self.notice)
        for event in (self.opened.expand, self.row.submit, self.row.blur):
            wire(event, self.see, [view, self.row], [self.rendered], self.notice, show_progress="minimal",
                 show_progress_on=self.rendered)  # fmt: skip

    # Painting

    @property
    def painted(self) -> list[Any]:
        """What `paint` fills, in its order."""
        return [self.models, self.plan, self.next]

    def paint(self, view: View) -> tuple[Any, ...]:
        """The list of models as it is now; a plan that no longer holds is taken away."""
        entries = self.studio.models.catalogue()
        known = {entry.id for entry in entries}
        choices = [(say.model_choice(entry), entry.id) for entry in entries]
        if view.model not in known:
            choices.append((say.other_choice(view.model), view.model))
        listed = gr.update(choices=choices, value=view.model)
        if view.recipe is not None:
            return listed, gr.skip(), gr.update(interactive=True)
        return listed, *self._no_plan(view)

    # Events: each gives back the view with its plan, the plan in words, whether she may go on, and the knobs

    def open(self, view: View, preset: str, *values: Any) -> tuple[Any, ...]:
        """She came to this tab: the plan that stands is shown, a missing one is worked out."""
        if not view.dataset:
            return (gr.skip(), gr.skip(), gr.skip(), *(gr.skip() for _ in values))
        if view.recipe is not None:
            return self.take(view, view.recipe)
        if view.proposed == view.model:
            return self.plan_again(view, *values)
        return self.propose(view, preset, "")

    def choose(self, view: View, model: str, preset: str, told: str | None = None) -> tuple[Any, ...]:
        """Another starting model; the recipe that suits it."""
        return self.propose(replace(view, model=model), preset, "", told)

    def choose_preset(self, view: View, preset: str, told: str | None = None) -> tuple[Any, ...]:
        """More patience or less."""
        return self.propose(view, preset, view.recipe.revision if view.recipe else "", told)

    def choose_other(
        self, view: View, place: str, revision: str, preset: str, told: str | None = None
    ) -> tuple[Any, ...]:
        """A folder or a hub id of her own."""
        return self.propose(replace(view, model=place.strip()), preset, revision.strip(), told)

    def use_recipe(self, view: View, name: str) -> tuple[Any, ...]:
        """A recipe that the project keeps."""
        recipe = self.recipes.recipe_of(view, name)
        return *self.take(view, recipe), self.recipes.told(view.recipe, recipe, name)

    def bring_recipe(self, view: View, path: str) -> tuple[Any, ...]:
        """A recipe from a file."""
        recipe = self.recipes.recipe_in(path)
        return *self.take(view, recipe), self.recipes.told(view.recipe, recipe, "The file")

    def propose(self, view: View, preset: str, revision: str, told: str | None = None) -> tuple[Any, ...]:
        """The studio's own recipe for this model and these rows; instructions that she typed stay hers."""

        def proposed() -> Recipe:
            facts = self.studio.models.inspect(view.model, revision, may_download=True)
            kept = view.recipe.instructions if view.recipe else ""
            instructions = kept if told is None else told
            learned = self._parts(view, facts, instructions).train
            recipe = self.studio.models.propose(facts, view.model, learned, preset)
            return recipe_from(recipe.model_dump() | {"revision": revision, "instructions": instructions})

        return self._planned(replace(view, proposed="", preset=preset), proposed)

    def take(self, view: View, recipe: Recipe) -> tuple[Any, ...]:
        """A recipe that is there already, on the examples at hand."""
        return self._planned(replace(view, model=recipe.base_model), lambda: recipe)

    def plan_again(self, view: View, *values: Any) -> tuple[Any, ...]:
        """The plan with the knobs as they stand; they are left alone, since she may be turning the next one."""
        planned = self._planned(view, lambda: knobs.recipe_of(view.model, self._revision(view), values))
        return *planned[:3], *(gr.skip() for _ in values)

    def plan_this(self, view: View, recipe: Recipe) -> tuple[Any, ...]:
        """A recipe that another tab prepared, such as the report's next step."""
        return self._planned(replace(view, model=recipe.base_model, recipe=recipe), lambda: recipe)

    def check(self, *values: Any) -> tuple[Any, ...]:
        """What is wrong or unusual, beside the field it is about."""
        return knobs.notes(values, self.studio.models.methods())

    def show_methods(self) -> Any:
        """Which ways of teaching cannot work on this computer, in the list itself."""
        return gr.update(choices=knobs.method_choices(self.studio.models.methods()))

    def see(self, view: View, row: str = "") -> str:
        """The row of this number as the model reads it; without one, the first that is learned."""
        if view.recipe is None:
            return html.none(common.NO_PLAN_YET)
        facts = self.studio.models.inspect(view.recipe.base_model, view.recipe.revision)
        wanted = row or self._parts(view, facts, view.recipe.instructions).train[0].id
        pieces = self.studio.picture.as_read(
            view.project, view.dataset, wanted, model=view.recipe.base_model, recipe=view.recipe
        )
        return html.sentences(say.SEE_HINT) + html.pieces((piece.text, piece.part) for piece in pieces)

    # Within

    def _no_plan(self, view: View) -> tuple[str, Any]:
        why = say.PLAN_COMES if view.dataset else common.NO_EXAMPLES_YET
        return html.title("The plan") + html.none(why), gr.update(interactive=False)

    def _revision(self, view: View) -> str:
        return view.recipe.revision if view.recipe else ""

    def _parts(self, view: View, facts: ModelFacts, instructions: str) -> Split:
        shown = self.studio.examples.view(view.project, view.dataset)
        return self.studio.examples.split(shown, facts, instructions)

    def _planned(self, view: View, make: Callable[[], Recipe]) -> tuple[Any, ...]:
        """The plan, or in its place the sentence that says why there is none."""
        left_alone = tuple(gr.skip() for _ in knobs.NAMES)
        if not view.dataset:
            none = html.title("The plan") + html.none(common.NO_EXAMPLES_YET)
            return (view, none, gr.update(interactive=False), *left_alone)
        try:
            recipe = make()
            facts = self.studio.models.inspect(recipe.base_model, recipe.revision)
            learned = self._parts(view, facts, recipe.instructions).train
            forecast = self.studio.models.forecast(facts, recipe, learned)
        except StudioError as error:
            none = html.title("The plan") + html.notice(error.message, error.hint)
            return (replace(view, recipe=None), none, gr.update(interactive=False), *left_alone)
        free = shutil.disk_usage(self.studio.settings.home).free
        cost = say.cost(forecast.seconds, self.studio.settings)
        text = html.title("The plan") + html.figures(say.plan_figures(forecast, free, cost))
        new_exam = not self.studio.exam_questions.is_frozen(view.project)
        said = say.plan_sentences(forecast, starter=recipe.base_model == "starter", new_exam=new_exam)
        text += html.listing([*said, *facts.notes])
        if forecast.blocked:
            text += html.notice(forecast.blocked)
            return (replace(view, recipe=None), text, gr.update(interactive=False), *left_alone)
        dials = tuple(gr.update(value=value) for value in knobs.values_of(recipe))
        ready = replace(view, recipe=recipe, proposed=view.model)
        return (ready, text, gr.update(interactive=True), *dials)
