"""TEACH: one button, and then only looking. The page reads the run's folder; closing it changes nothing."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.errors import NotFound
from studio.schemas.recipe import Recipe
from studio.schemas.run import Status
from studio.services.runs.run_service import RunView
from studio.services.studio import Studio
from studio.web import html, plots
from studio.web.copy import training as copy
from studio.web.copy.common import run_title
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Place, Updates, fill
from studio.web.tabs.drafts import planned_recipe
from studio.web.tabs.examples.examples_tab import Offer
from studio.web.tabs.training.data_scaling_panel import DataScalingPanel
from studio.web.tabs.training.live_questions_panel import LiveQuestionsPanel, asked_in
from studio.web.tabs.training.preferences_panel import PreferencesPanel
from studio.web.tabs.training.runs_panel import RunsPanel
from studio.web.tabs.training.scripts_panel import ScriptsPanel
from studio.web.view import View, person_of, request_key_of


class TrainingTab:
    """The third tab."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio = studio
        self.runs, self.live = RunsPanel(studio), LiveQuestionsPanel(studio)
        self.more, self.leave = DataScalingPanel(studio), ScriptsPanel(studio, offer)
        self.preferences = PreferencesPanel(studio)
        self.panels = (self.runs, self.preferences, self.more, self.leave)

    def mount(self, frame: Frame, view: View, place: Place) -> None:
        """The tab as it is now, and what changes it."""
        self.build()
        look, listen = frame.view, Listeners(frame, self.notice)
        listen.repaints(self.parts, self.refresh)
        listen.changes(self.start.click, self.begin, [look, self.live.questions])
        listen.changes(self.another.click, self.show_plan, [look])
        listen.changes(self.stop.click, self.end, [look])
        listen.changes(self.resume.click, self.go_on, [look])
        listen.changes(self.runs.again.click, Repeating(self.studio, frame).repeat, [look, frame.place])
        listen.leads(self.next.click, lambda place: frame.go(place, "compare"))
        listen.changes(self.pushed.click, Pushed(self, frame).read,
                       [look, self.live.version, self.live.suggested], by_itself=True, stores=False)  # fmt: skip
        self.live.connect(listen)
        for panel in self.panels:
            panel.connect(listen)
        fill(self.refresh(view))

    def build(self) -> None:
        """The layout: what is to be done stands beside how it goes, above the curve."""
        self.notice = gr.Markdown(visible=False, elem_classes="said")
        self.headline = gr.Markdown(html.heading(say("training_tab.teach"), say("common.no_plan_yet")))
        with gr.Row(elem_classes="actions"):
            self.next = gr.Button(say("training_tab.next_ask_both"), variant="primary", visible=False)
            self.start = gr.Button(say("training_tab.start_teaching"), variant="primary", interactive=False)
            self.another = gr.Button(say("training_tab.start_another_run"), visible=False)
            self.stop = gr.Button(say("training_tab.stop_keep_best"), visible=False)
            self.resume = gr.Button(say("training_tab.resume"), visible=False)
        self.live.build_before()
        with gr.Row(elem_classes="two-thirds", visible=False) as self.going:
            with gr.Column(scale=3), gr.Column(elem_classes="card"):
                self.plot = gr.Plot(show_label=False, container=False, elem_classes="curve live")
                with gr.Accordion(say("training_tab.same_as_table"), open=False):
                    self.numbers = gr.Markdown()
            with gr.Column(scale=2), gr.Column(elem_classes="card"):
                self.figures = gr.Markdown()
        self.live.build_after()
        for panel in self.panels:
            panel.build()
        self.pushed = gr.Button(
            say("training_tab.look_again"), visible="hidden", elem_classes="refresh"
        )  # pressed by live.js

    # Showing

    @property
    def parts(self) -> list[Block]:
        """What `refresh` may change."""
        own = [self.headline, self.start, self.another, self.stop, self.resume, self.going, self.plot, self.numbers,
               self.figures, self.next]  # fmt: skip
        return [*own, *self.live.parts, *(part for panel in self.panels for part in panel.parts)]

    def refresh(self, view: View) -> Updates:
        """The run that is looked at, with its whole curve, and all that stands around it."""
        run = self._run(view)
        fresh = view.recipe is not None and (run is None or not self._is_of_plan(run, view))
        is_next = fresh and run is not None and run.state.status.is_over
        again = view.recipe is not None and run is not None and run.state.status.is_over and not fresh
        asked = again and run is not None and view.repeats == run.id
        updates: dict[Block, Any] = {
            self.start: gr.update(
                interactive=view.recipe is not None, visible=run is None or fresh or asked,
                variant="primary" if run is None or is_next or asked else "secondary",
            ),
            self.another: gr.update(visible=again and not asked),
            **self.live.refresh(run, fresh=fresh or asked),
        }  # fmt: skip
        for panel in self.panels:
            updates |= panel.refresh(view)
        if run is None:
            return updates | self._of_plan(view)
        updates |= self._of_run(run)
        if view.recipe and (is_next or asked):
            updates |= self._of_next_plan(run, view.recipe, "training.same_plan" if asked else "training.next_plan")
        if view.recipe is None and run.state.status is Status.DONE:
            updates[self.headline] += html.seen(say("training.another"))
        return updates

    def _of_plan(self, view: View) -> dict[Block, Any]:
        lead = (
            f"{copy.plan_in_short(view.recipe)} {say('training.ready')}"
            if view.recipe
            else say("common.no_plan_yet")
            if view.dataset
            else say("common.no_examples_yet")
        )
        hidden = gr.update(visible=False)
        return {
            self.headline: html.heading(say("training_tab.teach"), lead),
            self.stop: hidden,
            self.resume: hidden,
            self.going: hidden,
            self.next: hidden,
        }

    def _of_next_plan(self, run: RunView, recipe: Recipe, title: str) -> dict[Block, Any]:
        """A plan for after this run: it comes first, and the run is named as the one before."""
        lead = f"{copy.plan_in_short(recipe)} {say('training.next_plan_lead', title=run_title(run))}"
        heading = html.heading(say(title), lead)
        has_version = run.outcome is not None and bool(run.outcome.adapter)
        return {
            self.headline: heading + self._headline(run, self.studio.within(run.spec.project).runs.metrics(run.id)),
            self.next: gr.update(visible=has_version, variant="secondary"),
        }

    def _of_run(self, run: RunView) -> dict[Block, Any]:
        metrics, status = self.studio.within(run.spec.project).runs.metrics(run.id), run.state.status
        table = html.wide(
            html.table(copy.metric_headers(), copy.table_of_metrics(metrics), say("training.metric_caption"))
        )
        can_stop = status in (Status.QUEUED, Status.RUNNING)
        return {
            self.headline: self._headline(run, metrics),
            self.stop: gr.update(visible=can_stop, interactive=not run.is_stopping),
            self.resume: gr.update(visible=status.may_become(Status.QUEUED)),
            self.going: gr.update(visible=True),
            self.plot: plots.learning_curve(metrics, run.state.total_steps, live=not status.is_over),
            self.numbers: table,
            self.figures: self._figures(run, metrics),
            self.next: gr.update(visible=run.outcome is not None and bool(run.outcome.adapter), variant="primary"),
        }

    # Events

    def show_plan(self, view: View) -> View:
        """What another run would do, before it starts: as after a plan was made, and by the same button."""
        return replace(view, repeats=view.run)

    def begin(self, view: View, request: gr.Request, questions: str = "") -> View:
        """The one button. A second press while the same plan waits or runs finds the run that is there."""
        recipe = planned_recipe(view)
        lines = asked_in(questions)
        scope = self.studio.within(view.project)
        asked = scope.live_questions.check(view.project, view.dataset, lines) if lines else ()
        click = f"{view.dataset} {recipe.model_dump_json()} {asked}"
        run = self.studio.within(view.project).runs.launch(
            view.project, view.dataset, recipe, by=person_of(request), questions=asked,
            key=hashlib.sha256(click.encode("utf-8", "replace")).hexdigest()[:12], request_key=request_key_of(request),
        )  # fmt: skip
        return replace(view, run=run.id, ran=view.ran + 1)

    def end(self, view: View, request: gr.Request) -> View:
        """Stop, with the best version kept."""
        self.studio.within(view.project).runs.stop(view.run, by=person_of(request), request_key=request_key_of(request))
        return replace(view, ran=view.ran + 1)

    def go_on(self, view: View, request: gr.Request) -> View:
        """Back into the queue."""
        self.studio.within(view.project).runs.resume(
            view.run, by=person_of(request), request_key=request_key_of(request)
        )
        return replace(view, ran=view.ran + 1)

    # Within

    def _run(self, view: View) -> RunView | None:
        if not view.run:
            return None
        try:
            return self.studio.within(view.project).runs.view(view.run)
        except NotFound:
            return None

    def _is_of_plan(self, run: RunView, view: View) -> bool:
        """Whether this run is what the plan at hand would teach."""
        return view.recipe == run.spec.recipe and view.dataset == run.spec.dataset

    def _figures(self, run: RunView, metrics: list[dict[str, Any]]) -> str:
        """Where it stands, and where it does less than promised."""
        figures = html.live_figures(copy.run_figures(run, metrics))
        return figures + (html.listing(run.fallbacks) if run.fallbacks else "")

    def _headline(self, run: RunView, metrics: list[dict[str, Any]]) -> str:
        """How it goes, and while it goes how far it is: a bar from the first second on."""
        heading = html.live_heading(run.id, *copy.run_headline(run, metrics))
        if run.state.status.is_over:
            return heading
        return heading + html.progress(run.id, copy.step_line(run, metrics), *copy.steps_done(run, metrics))


@dataclass(frozen=True)
class Repeating:
    """The button that teaches again with one change."""

    studio: Studio
    frame: Frame

    def repeat(self, view: View, place: Place) -> Updates:
        """The recipe of the run that is looked at, on the Model tab, where one thing can be changed."""
        recipe = self.studio.within(view.project).runs.view(view.run).spec.recipe
        taught = {"learn_from": "answers", "replay_share": 0.0}
        recipe = recipe.model_copy(update=taught)  # judgements are brought anew, on this tab
        ready = replace(view, model=recipe.base_model, recipe=recipe, proposed="", draft={})
        return {self.frame.view: ready, **self.frame.go(place, "model")}


@dataclass(frozen=True)
class Pushed:
    """The hidden button that the page's script presses when the server says that something began or ended."""

    tab: TrainingTab
    frame: Frame

    def read(self, view: View, version: str | None, suggested: str) -> Updates:
        """Everything as it is now; a version that she chose in the list stays chosen."""
        updates: Updates = {self.frame.view: view}
        listed = self.tab.refresh(view).get(self.tab.live.version)
        if version and version != suggested and listed and version in [value for _, value in listed["choices"]]:
            updates = {**updates, self.tab.live.version: {**listed, "value": version}}
        return updates
