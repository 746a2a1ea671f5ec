"""REPORT: is it better, how sure is that, and what did it cost. The exam goes on when the page is closed."""

from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.schemas.report import Report
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import common
from studio.web.copy import report as copy
from studio.web.errors import draw, wire
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Place, Updates, fill
from studio.web.tabs.examples.examples_tab import Offer
from studio.web.tabs.report.exam_panel import ExamPanel
from studio.web.tabs.report.report_html import drawing, headline, progress_of
from studio.web.tabs.report.report_side import ReportSide, looked_at
from studio.web.view import View, person_of, session_of


@dataclass(frozen=True)
class ReportSnapshot:
    """What this page has already drawn."""

    run: str = ""
    report: str = ""
    whom: str = ""
    done: int = 0
    going: bool = False


NOTHING_SEEN = ReportSnapshot()


class ReportTab:
    """The fifth tab."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio, self.offer = studio, offer
        self.exam, self.side = ExamPanel(studio), ReportSide(studio)

    def mount(self, frame: Frame, view: View, place: Place) -> None:
        """The tab as it is now, and what changes it."""
        self.build(frame.view)
        look, listen = frame.view, Listeners(frame, self.notice)
        for number, step in enumerate(self.steps):
            listen.on(step.click, NextStep(self, frame, number).take, [look, frame.place],
                      [look, frame.place, frame.chosen, self.saved])  # fmt: skip
        fill(dict(zip(self.painted, self.paint(view), strict=True)))

    def build(self, view: gr.State) -> None:
        """Layout first, then the events."""
        self.seen = gr.State(ReportSnapshot())
        self.notice = gr.Markdown(visible=False, elem_classes="said")
        self.headline = gr.Markdown(html.heading(common.TABS["report"], common.NOTHING_TAUGHT))
        self.guarded = gr.Checkbox(True, label=say("report.guarded"), info=say("report.guards_help"), visible=False,
                                   container=False, elem_classes="guarded")  # fmt: skip
        with gr.Row(elem_classes="actions"):
            self.ask = gr.Button(say("report.ask"), variant="primary", interactive=False)
            self.stop = gr.Button(say("report.stop"), visible=False)
            self.save = gr.Button(say("report.save"), visible=False)
            self.save_json = gr.Button(say("report.save_json"), visible=False, elem_classes="quiet")
            self.saved = gr.Markdown(elem_classes="saved")
        self.progress = gr.Markdown(visible=False)
        self.before = gr.Markdown(visible=False, elem_classes="soft")
        self.exam.build(view, self.notice)
        with gr.Column(visible=False) as self.room:
            self.results = gr.Markdown(elem_classes="card")
            with gr.Row(elem_classes="two-thirds"):
                with gr.Column(scale=3):
                    self.guards = gr.Markdown(elem_classes="card")
                with gr.Column(scale=2):
                    with gr.Column(elem_classes="card"):
                        self.why = gr.Markdown()
                        with gr.Column(elem_classes="next-steps"):
                            self.steps = [gr.Button(visible=False) for _ in range(copy.MOST_STEPS)]
                    with gr.Column(elem_classes="card"):
                        self.luck = gr.Markdown()
                        self.seeds = gr.Button(say("report.seeds"))
            self.reading = gr.Markdown(elem_classes="card reading")
            self.side.build(view, self.notice)
        self.refresh = gr.Button(
            say("report_tab.look_again"), visible="hidden", elem_classes="refresh"
        )  # pressed by live.js
        wire(self.ask.click, self.begin, [view, self.guarded], self.painted, self.notice)
        wire(self.stop.click, self.end, [view], [self.stop], self.notice)
        wire(self.save.click, self.export, [view], [self.saved], self.notice)
        wire(self.save_json.click, self.export_json, [view], [self.saved], self.notice)
        wire(self.seeds.click, self.teach_seeds, [view], [self.luck, self.seeds], self.notice)
        draw(self.refresh.click, self.look, [view, self.seen], self.painted, self.notice, concurrency_limit=None)

    # Painting

    @property
    def painted(self) -> list[Any]:
        """What `paint` fills, in its order."""
        return [
            self.seen, self.headline, self.guarded, self.ask, self.stop, self.save, self.progress,
            self.room, self.results, self.guards, self.why, self.reading, self.save_json, self.before, self.luck,
            self.seeds, *self.steps, *self.exam.painted, *self.side.painted,
        ]  # fmt: skip

    def look(self, view: View, seen: ReportSnapshot) -> tuple[Any, ...]:
        """A tick: nothing is drawn while nothing has changed."""
        if self._glance(view) == seen:
            return tuple(gr.skip() for _ in self.painted)
        return self.paint(view, seen)

    def paint(self, view: View, seen: ReportSnapshot = NOTHING_SEEN) -> tuple[Any, ...]:
        """The report on the run that is looked at, or how far its exam is. `seen` stands on the page already."""
        run = looked_at(self.studio, view)
        hidden = gr.update(visible=False)
        if run is None:
            kept = tuple(gr.skip() for _ in range(4))
            steps = tuple(hidden for _ in self.steps)
            return (ReportSnapshot(), html.heading(common.TABS["report"], common.NOTHING_TAUGHT), hidden,
                    gr.update(interactive=False), hidden, hidden, hidden, hidden, *kept, hidden, hidden, "", hidden,
                    *steps, *self.exam.paint(view), *self.side.paint(view, None))  # fmt: skip
        report, sitting = self.studio.evaluation.report(run.id), self.studio.evaluation.job(run.id)
        going = sitting is not None and not sitting.is_over
        ready = run.state.status.is_over and not going
        asking = gr.update(value=say("report.ask_again" if report else "report.ask"), interactive=ready,
                           variant="secondary" if report else "primary")  # fmt: skip
        told = progress_of(sitting) if sitting is not None else ""
        drawn = drawing(report) if report else tuple(gr.skip() for _ in range(4))
        limits = self.studio.evaluation.before(view.project)
        there = gr.update(visible=report is not None)
        now = self._glance(view)
        same = (now.run, now.report) == (seen.run, seen.report)
        return (
            now, headline(report), gr.update(visible=ready), asking,
            gr.update(visible=going, interactive=True), there, gr.update(value=told, visible=bool(told)), there,
            *drawn, there, gr.update(value=html.sentences(limits), visible=report is None), *self._luck(report),
            *self._step_buttons(report), *self.exam.paint(view), *self.side.paint(view, run, same=same),
        )  # fmt: skip

    def _luck(self, report: Report | None) -> tuple[str, Any]:
        """What the seeds said, or the button that finds out."""
        said = report.seeds.text if report and report.seeds else say("report.seeds_hint")
        enough = bool(report and report.seeds and report.seeds.by_luck)
        return html.title(say("report.luck_title")) + html.sentences(said), gr.update(
            visible=not enough, interactive=True
        )

    def _step_buttons(self, report: Report | None) -> tuple[Any, ...]:
        """One button for each next action, the first cause's first."""
        steps = copy.steps_of(report) if report else []
        labels = [say(f"step.{step}") for step in steps]
        return tuple(
            gr.update(value=labels[place], visible=True, variant="secondary")
            if place < len(steps) else gr.update(visible=False)
            for place in range(len(self.steps))
        )  # fmt: skip

    # Events

    def begin(self, view: View, guarded: bool, request: gr.Request) -> tuple[Any, ...]:
        """Everybody answers, in the background; a second press finds the exam that goes on."""
        run = looked_at(self.studio, view)
        if run is None:
            raise StudioError(common.NOTHING_TAUGHT)
        self.studio.evaluation.begin(run.id, by=person_of(request), quick=not guarded)
        return self.paint(view)

    def end(self, view: View) -> Any:
        """Stop after the answers that are being written."""
        run = looked_at(self.studio, view)
        if run is not None:
            self.studio.evaluation.stop(run.id)
        return gr.update(interactive=False)

    def export(self, view: View, request: gr.Request) -> str:
        """The page to print."""
        run = looked_at(self.studio, view)
        if run is None:
            raise StudioError(common.NOTHING_TAUGHT)
        path = self.studio.evaluation.page(run.id)
        return html.saved(self.offer(session_of(request), path), path.name)

    def export_json(self, view: View, request: gr.Request) -> str:
        """The same for a machine."""
        run = looked_at(self.studio, view)
        if run is None:
            raise StudioError(common.NOTHING_TAUGHT)
        path = self.studio.evaluation.json_file(run.id)
        return html.saved(self.offer(session_of(request), path), path.name)

    def teach_seeds(self, view: View, request: gr.Request) -> tuple[str, Any]:
        """Two more runs of the same recipe take their place in the queue."""
        run = looked_at(self.studio, view)
        if run is None:
            raise StudioError(common.NOTHING_TAUGHT)
        made = self.studio.next_runs.seeds(run.id, by=person_of(request))
        said = say("report.seeds_wait", runs=len(made))
        return html.title(say("report.luck_title")) + html.sentences(said), gr.update(interactive=False)

    def step(self, view: View, place: int, by: str) -> tuple[View, str, Recipe | None, str]:
        """The next action behind a button: the view, the tab to open, the recipe to plan with, and what is said."""
        run = looked_at(self.studio, view)
        report = self.studio.evaluation.report(run.id) if run else None
        steps = copy.steps_of(report) if report else []
        if run is None or place >= len(steps):
            raise StudioError(say("report.no_step"), hint=say("report.ask_again") + ".")
        if steps[place] == "restore_layout":
            self.studio.evaluation.restore_layout(run.id, by=by)
            return view, "report", None, say("report.restored")
        if steps[place] in copy.RECIPE_STEPS:
            recipe = self.studio.next_runs.recipe(run.id, steps[place])
            return replace(view, model=recipe.base_model), "model", recipe, ""
        return view, "model" if steps[place] == "larger_model" else "examples", None, ""

    # Within

    def _glance(self, view: View) -> ReportSnapshot:
        run = looked_at(self.studio, view)
        if run is None:
            return ReportSnapshot()
        report, sitting = self.studio.evaluation.report(run.id), self.studio.evaluation.job(run.id)
        made = report.id if report else ""
        if sitting is None:
            return ReportSnapshot(run.id, made)
        return ReportSnapshot(run.id, made, sitting.what, sitting.done, not sitting.is_over)


@dataclass(frozen=True)
class NextStep:
    """One of the report's buttons: it leads to the tab where the step is taken, with the changed recipe if need be."""

    tab: ReportTab
    frame: Frame
    number: int

    def take(self, view: View, place: Place, request: gr.Request) -> Updates:
        """The tab, and the plan or what is said."""
        view, tab, recipe, said = self.tab.step(view, self.number, person_of(request))
        if recipe:
            view = replace(view, model=recipe.base_model, recipe=recipe, proposed="", draft={})
        here = {self.tab.saved: html.sentences(said)} if tab == "report" else self.frame.go(place, tab)
        return {self.frame.view: view, **here}
