"""REPORT: is it better, how sure is that, and what did it cost. The exam goes on when the page is closed."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.evaluation import next_steps
from studio.evaluation.report_html import is_advised_against
from studio.schemas.recipe import Recipe
from studio.schemas.report import Advice, Report
from studio.services.access import Actor, Right
from studio.services.runs.run_service import RunView
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import common
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Offer, Place, Updates, fill
from studio.web.tabs.examples.distillation.asking_panel import DISTILLATION
from studio.web.tabs.report.exam_panel import ExamPanel
from studio.web.tabs.report.family_panel import FamilyPanel
from studio.web.tabs.report.report_html import drawing, headline, progress_of
from studio.web.tabs.report.report_side import LISTED, ReportSide, looked_at, with_version
from studio.web.view import View, actor_of, person_of, session_of


class ReportTab:
    """The fifth tab."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio, self.offer = studio, offer
        self.exam, self.side, self.family = ExamPanel(studio), ReportSide(studio), FamilyPanel(studio)

    def mount(self, frame: Frame, view: View, place: Place) -> None:
        """The tab as it is now, and what changes it."""
        self._frame = frame
        self.notice = gr.Markdown(visible=False, elem_classes="said")
        listen = Listeners(frame, self.notice)
        self.build(listen)
        look = frame.view
        listen.repaints(self.parts, self.refresh)
        listen.changes(self.run.input, self.choose, [look, self.run])
        listen.on(self.guarded.input, self.choose_guards, [look, self.guarded], [look])
        listen.changes(self.ask.click, self.begin, [look, self.guarded])
        listen.on(self.stop.click, self.end, [look], [self.stop])
        listen.on(self.save.click, self.export, [look], [self.saved])
        listen.on(self.save_json.click, self.export_json, [look], [self.saved])
        listen.on(self.seeds.click, self.teach_seeds, [look], [self.luck, self.seeds])
        listen.changes(self.pushed.click, lambda view: view, [look], by_itself=True, stores=False)
        for number, step in enumerate(self.steps):
            listen.changes(step.click, NextStep(self, frame, number).take, [look, frame.place], [self.saved])
        listen.on(self.teach_in.click, self.teach_prompt_in, [look, frame.place], [frame.place, frame.chosen])
        self.exam.connect(listen)
        fill(self.refresh(view))

    def build(self, listen: Listeners) -> None:
        """The layout."""
        self.run = gr.Dropdown([], label=say("report_tab.run"), allow_custom_value=True, visible=False,
                               elem_classes="run-picker")  # fmt: skip
        self.headline = gr.Markdown(html.heading(common.TABS["report"], say("common.nothing_taught")))
        self.guarded = gr.Checkbox(True, label=say("report.guarded"), info=say("report.guards_help"), visible=False,
                                   container=False, elem_classes="guarded")  # fmt: skip
        with gr.Row(elem_classes="actions"):
            self.ask = gr.Button(say("report.ask"), variant="primary", interactive=False)
            self.stop = gr.Button(say("report.stop"), visible=False)
            self.save = gr.Button(say("report.save"), visible=False)
            self.save_json = gr.Button(say("report.save_json"), visible=False, elem_classes="quiet")
            self.teach_in = gr.Button(say("teacher_screen.teach_prompt_in"), visible=False, elem_classes="quiet")
            self.saved = gr.Markdown(elem_classes="saved")
        self.progress = gr.Markdown(visible=False)
        self.before = gr.Markdown(visible=False, elem_classes="soft")
        self.exam.build()
        with gr.Column(visible=False) as self.container:
            self.results = gr.Markdown(elem_classes="card")
            with gr.Row(elem_classes="two-thirds"):
                with gr.Column(scale=3):
                    self.guards = gr.Markdown(elem_classes="card")
                with gr.Column(scale=2):
                    with gr.Column(elem_classes="card"):
                        self.why = gr.Markdown()
                        with gr.Column(elem_classes="next-steps"):
                            self.steps = [gr.Button(visible=False) for _ in range(next_steps.MOST_STEPS)]
                    with gr.Column(elem_classes="card") as self.luck_card:
                        self.luck = gr.Markdown()
                        self.seeds = gr.Button(say("report.seeds"))
            self.reading = gr.Markdown(elem_classes="card reading")
            self.side.build(listen)
        self.family.build(listen)
        self.pushed = gr.Button(
            say("report_tab.look_again"), visible="hidden", elem_classes="refresh"
        )  # pressed by live.js

    # Showing

    @property
    def parts(self) -> list[Block]:
        """What `refresh` may change."""
        return [
            self.run, self.headline, self.guarded, self.ask, self.stop, self.save, self.progress, self.container,
            self.results, self.guards, self.why, self.reading, self.save_json, self.before, self.luck, self.seeds,
            self.luck_card, self.teach_in, *self.steps, *self.exam.parts,
        ]  # fmt: skip

    def refresh(self, view: View) -> Updates:
        """The report on the run that is looked at, or how far its exam is."""
        run = looked_at(self.studio, view)
        hidden = gr.update(visible=False)
        if run is None:
            return {
                self.headline: html.heading(common.TABS["report"], say('common.nothing_taught')),
                self.ask: gr.update(interactive=False),
                **dict.fromkeys((self.run, self.guarded, self.stop, self.save, self.progress, self.container,
                                 self.save_json, self.before, self.teach_in), hidden), **self.exam.refresh(view),
            }  # fmt: skip
        evaluation = self.studio.within(view.project).evaluation
        report, job = evaluation.report(run.id), evaluation.job(run.id)
        going = job is not None and not job.is_over
        ready = run.state.status.is_over and not going
        progress = progress_of(job) if job is not None else ""
        there = gr.update(visible=report is not None)
        drawn: Updates = {}
        if report is not None:
            drawn = dict(zip((self.results, self.guards, self.why, self.reading), drawing(report), strict=True))
        return {
            self.run: self._choices(view, run), self.headline: headline(report),
            self.guarded: gr.update(value=self.is_guarded(view), visible=ready and run.spec.recipe.task != "labels"),
            self.ask: gr.update(value=say("report.ask_again" if report else "report.ask"), interactive=ready,
                                variant="secondary" if report else "primary"),
            self.stop: gr.update(visible=going, interactive=True), self.save: there, self.save_json: there,
            self.teach_in: gr.update(visible=report is not None and "prompted" in report.contestants
                                     and report.advice not in (Advice.LOOKUP, Advice.BASE)),
            self.progress: gr.update(value=progress, visible=bool(progress)), self.container: there, **drawn,
            self.before: gr.update(value=html.sentences(evaluation.before(view.project)), visible=report is None),
            **self._luck(report), **self._step_buttons(report), **self.exam.refresh(view),
        }  # fmt: skip

    def teach_prompt_in(self, view: View, place: Place) -> Updates:
        """The screen on which the model with the good prompt of this report is the teacher (distillation)."""
        run = looked_at(self.studio, view)
        screen = f"{DISTILLATION}:prompt:{run.id}" if run else DISTILLATION
        return {
            self._frame.place: place.at("examples", screen),
            self._frame.chosen: gr.Tabs(selected="examples"),
        }

    def _choices(self, view: View, looked: RunView) -> Any:
        """The versions there are, each with what its report stands at; no choice where there is one."""
        evaluation, choices = self.studio.within(view.project).evaluation, []
        for run in with_version(self.studio, view)[:LISTED]:
            job = evaluation.job(run.id)
            state = "going" if job is not None and not job.is_over else "there" if evaluation.report(run.id) else "none"
            choices.append((f"{common.run_line(run)} · {say(f'report_tab.report_{state}')}", run.id))
        return gr.update(choices=choices, value=looked.id, visible=len(choices) > 1)

    def _luck(self, report: Report | None) -> Updates:
        """What the seeds said, or the button that finds out."""
        sentence = report.seeds.text if report and report.seeds else say("report.seeds_hint")
        enough = bool(report and report.seeds and report.seeds.by_luck)
        if report and not enough and is_advised_against(report.advice):  # one advice at a time
            return {self.luck_card: gr.update(visible=False)}
        told = html.title(say("report.luck_title")) + html.sentences(sentence)
        return {self.luck_card: gr.update(visible=True), self.luck: told,
                self.seeds: gr.update(visible=not enough, interactive=True)}  # fmt: skip

    def _step_buttons(self, report: Report | None) -> Updates:
        """One button for each next action, the first cause's first."""
        labels = [next_steps.step_label(report, step) for step in next_steps.steps_of(report)] if report else []
        shown = [gr.update(value=label, visible=True, variant="secondary") for label in labels]
        hidden = [gr.update(visible=False)] * (len(self.steps) - len(shown))
        return dict(zip(self.steps, [*shown, *hidden], strict=True))

    # Events

    def choose(self, view: View, run: str) -> View:
        """The report on another version."""
        chosen = self.studio.within(view.project).runs.view(run).id
        return replace(view, run=chosen, picked=chosen)

    def is_guarded(self, view: View) -> bool:
        """Whether the next exam looks at what teaching cost, as she chose. A label model has nothing to forget."""
        last = self.studio.within(view.project).evaluation.choices(view.project).guarded
        return last if view.guarded is None else view.guarded

    def choose_guards(self, view: View, guarded: bool) -> Updates:
        """Her choice stays, wherever she goes before she asks; what is shown is as she pressed it."""
        return {self._frame.view: replace(view, guarded=guarded)}

    def begin(self, view: View, guarded: bool, request: gr.Request) -> View:
        """Everybody answers, in the background; a second press finds the exam that goes on."""
        run = self._run(view)
        evaluation = self.studio.open(actor_of(request), view.project, Right.CHANGE).evaluation
        evaluation.begin(run.id, by=person_of(request), quick=not guarded)
        return replace(view, ran=view.ran + 1, guarded=guarded)

    def end(self, view: View, request: gr.Request) -> Updates:
        """Stop after the answers that are being written."""
        self.studio.open(actor_of(request), view.project, Right.CHANGE).evaluation.stop(self._run(view).id)
        return {self.stop: gr.update(interactive=False)}

    def export(self, view: View, request: gr.Request) -> Updates:
        """The page to print."""
        return self._offered(self.studio.within(view.project).evaluation.page(self._run(view).id), request)

    def export_json(self, view: View, request: gr.Request) -> Updates:
        """The same for a machine."""
        return self._offered(self.studio.within(view.project).evaluation.json_file(self._run(view).id), request)

    def _offered(self, path: Path, request: gr.Request) -> Updates:
        return {self.saved: html.saved(self.offer(session_of(request), path), path.name)}

    def teach_seeds(self, view: View, request: gr.Request) -> Updates:
        """Two more runs of the same recipe take their place in the queue."""
        next_runs = self.studio.open(actor_of(request), view.project, Right.CHANGE).next_runs
        made = next_runs.seeds(self._run(view).id, by=person_of(request))
        sentence = html.sentences(say("report.seeds_wait", runs=len(made)))
        return {self.luck: html.title(say("report.luck_title")) + sentence, self.seeds: gr.update(interactive=False)}

    def step(self, view: View, place: int, by: Actor) -> tuple[View, str, Recipe | None, str]:
        """The next action behind a button: the view, the tab to open, the recipe to plan with, and what is said."""
        run, scope = looked_at(self.studio, view), self.studio.open(by, view.project, Right.CHANGE)
        report = scope.evaluation.report(run.id) if run else None
        steps = next_steps.steps_of(report) if report else []
        if run is None or place >= len(steps):
            raise StudioError(say("report.no_step"), hint=say("report.ask_again") + ".")
        if steps[place] == "restore_layout":
            scope.evaluation.restore_layout(run.id, by=by.name)
            return view, "report", None, say("report.restored")
        if steps[place] in next_steps.RECIPE_STEPS:
            recipe = scope.next_runs.recipe(run.id, steps[place])
            return replace(view, model=recipe.base_model), "model", recipe, ""
        if steps[place] == next_steps.TO_END:  # where “Resume” stands
            return replace(view, run=run.id, picked=run.id), "teach", None, ""
        if steps[place] == "other_teacher":
            return view, DISTILLATION, None, ""
        return view, "model" if steps[place] == "larger_model" else "examples", None, ""

    # Within

    def _run(self, view: View) -> RunView:
        run = looked_at(self.studio, view)
        if run is None:
            raise StudioError(say("common.nothing_taught"))
        return run


@dataclass(frozen=True)
class NextStep:
    """One of the report's buttons: it leads to the tab where the step is taken, with the changed recipe if need be."""

    tab: ReportTab
    frame: Frame
    number: int

    def take(self, view: View, place: Place, request: gr.Request) -> Updates:
        """The tab, and the plan or what is said."""
        view, tab, recipe, sentence = self.tab.step(view, self.number, actor_of(request))
        if recipe:
            view = replace(view, model=recipe.base_model, recipe=recipe, proposed="", draft={})
        if tab == DISTILLATION:  # a screen of the Examples tab
            here: Updates = {
                self.frame.place: place.at("examples", DISTILLATION),
                self.frame.chosen: gr.Tabs(selected="examples"),
            }
        else:
            here = {self.tab.saved: html.sentences(sentence)} if tab == "report" else self.frame.go(place, tab)
        return {self.frame.view: view, **here}
