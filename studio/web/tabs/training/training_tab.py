"""TEACH: one button, and then only looking. The page reads the run's folder; closing it changes nothing."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from studio.errors import NotFound, StudioError
from studio.schemas.run import Status
from studio.services.runs.run_service import RunView
from studio.services.studio import Studio
from studio.web import html, plots
from studio.web.copy import common
from studio.web.copy import training as say
from studio.web.errors import draw, wire
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Place, Updates, fill
from studio.web.tabs.examples.examples_tab import Offer
from studio.web.tabs.training.data_scaling_panel import DataScalingPanel
from studio.web.tabs.training.live_questions_panel import LiveQuestionsPanel, asked_in
from studio.web.tabs.training.runs_panel import RunsPanel
from studio.web.tabs.training.scripts_panel import ScriptsPanel
from studio.web.view import View, person_of, request_key_of


@dataclass(frozen=True)
class RunSnapshot:
    """What this page has already drawn: the same again needs no drawing."""

    run: str = ""
    size: int = -1
    told: int = -1
    status: str = ""
    ahead: int = 0
    offered: str = ""  # the saved version that stood in the list; another one there is her own choice


NOTHING_SEEN = RunSnapshot()


class TrainingTab:
    """The third tab."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio = studio
        self.runs, self.live = RunsPanel(studio), LiveQuestionsPanel(studio)
        self.more, self.leave = DataScalingPanel(studio), ScriptsPanel(studio, offer)
        self.cards = (self.runs, self.more, self.leave)

    def mount(self, frame: Frame, view: View, place: Place) -> None:
        """The tab as it is now, and what changes it."""
        self.build(frame.view)
        look, listen = frame.view, Listeners(frame, self.notice)
        draw(look.change, self.paint, [look, *self.drawn], self.painted, self.notice)
        for card in self.cards:
            draw(look.change, card.paint, [look], card.painted, self.notice)
        wire(self.start.click, self.begin, [look, self.live.questions], [look], self.notice,
             show_progress="minimal", show_progress_on=self.headline)  # fmt: skip
        listen.on(self.runs.again.click, Repeating(self.studio, frame).repeat, [look, frame.place],
                  [look, frame.place, frame.chosen])  # fmt: skip
        listen.on(self.next.click, lambda place: frame.go(place, "compare"), [frame.place], [frame.place, frame.chosen])
        fill(dict(zip(self.painted, self.paint(view), strict=True)))
        for card in self.cards:
            fill(dict(zip(card.painted, card.paint(view), strict=True)))

    def build(self, view: gr.State) -> None:
        """Layout first, then the events."""
        self.seen = gr.State(RunSnapshot())
        self.notice = gr.Markdown(visible=False, elem_classes="said")
        self.headline = gr.Markdown(html.heading("Teach", common.NO_PLAN_YET))
        self.live.build_before(view, self.notice)
        with gr.Row(elem_classes="actions"):
            self.start = gr.Button("Start teaching", variant="primary", interactive=False)
            self.stop = gr.Button("Stop and keep the best", visible=False)
            self.resume = gr.Button("Resume", visible=False)
        with gr.Row(elem_classes="two-thirds", visible=False) as self.going:
            with gr.Column(scale=3), gr.Column(elem_classes="card"):
                self.plot = gr.Plot(show_label=False, container=False, elem_classes="curve live")
                with gr.Accordion("The same as a table", open=False):
                    self.numbers = gr.Markdown()
            with gr.Column(scale=2), gr.Column(elem_classes="card"):
                self.figures = gr.Markdown()
        self.live.build_after(view, self.notice)
        with gr.Row(elem_classes="actions end"):
            self.next = gr.Button("Next: ask both", variant="primary", visible=False)
        self.runs.build(view, self.notice)
        self.more.build(view, self.notice)
        self.leave.build(view, self.notice)
        self.refresh = gr.Button("Look again", visible="hidden", elem_classes="refresh")  # pressed by live.js
        wire(self.stop.click, self.end, [view], [view], self.notice)
        wire(self.resume.click, self.go_on, [view], [view], self.notice)
        draw(self.refresh.click, self.look, [view, *self.drawn], [view, *self.painted], self.notice,
             concurrency_limit=None)  # fmt: skip

    # Painting

    @property
    def painted(self) -> list[Any]:
        """What `paint` fills, in its order."""
        return [
            self.seen, self.headline, self.start, self.stop, self.resume, self.going, self.plot,
            self.numbers, self.figures, self.next, *self.live.shown,
        ]  # fmt: skip

    @property
    def drawn(self) -> list[Any]:
        """What `paint` has to know of the page as it is."""
        return [self.seen, self.live.version]

    def look(self, view: View, seen: RunSnapshot, version: str | None = None) -> tuple[Any, ...]:
        """A tick: nothing is drawn while nothing has changed; when a run ends, the whole page is told."""
        run = self._run(view)
        if run is None or self._glance(run) == replace(seen, offered=""):
            return tuple(gr.skip() for _ in range(1 + len(self.painted)))
        ended = run.state.status.is_over and run.state.status.value != seen.status
        return replace(view, ran=view.ran + 1) if ended else gr.skip(), *self.paint(view, seen, version)

    def paint(self, view: View, seen: RunSnapshot = NOTHING_SEEN, version: str | None = None) -> tuple[Any, ...]:
        """The run that is looked at, with its whole curve. A `version` that she chose meanwhile stays chosen."""
        run = self._run(view)
        fresh = view.recipe is not None and (run is None or run.spec.recipe != view.recipe)
        start = gr.update(
            interactive=view.recipe is not None, visible=run is None or not self._is_this_plan(run, view),
            variant="primary" if run is None else "secondary",
            value="Start teaching" if run is None else "Start another run",
        )  # fmt: skip
        offered = self.live.offer(run)
        hers = run is not None and seen.run == run.id and version not in (None, "", seen.offered)
        live = self.live.repaint(view, run, fresh=fresh, offered=None if hers else offered)
        if run is None:
            lead = say.READY if view.recipe else common.NO_PLAN_YET if view.dataset else common.NO_EXAMPLES_YET
            hidden = gr.update(visible=False)
            return (RunSnapshot(), html.heading("Teach", lead), start, hidden, hidden, hidden,
                    gr.skip(), gr.skip(), gr.skip(), hidden, *live)  # fmt: skip
        metrics = self.studio.runs.metrics(run.id)
        status = run.state.status
        table = html.wide(html.table(say.METRIC_HEADERS, say.table_of_metrics(metrics), say.METRIC_CAPTION))
        return (
            replace(self._glance(run), offered=offered),
            self._headline(run, metrics), start,
            gr.update(visible=status in (Status.QUEUED, Status.RUNNING), interactive=not self._is_stopping(run)),
            gr.update(visible=status.may_become(Status.QUEUED)), gr.update(visible=True),
            self._curve(run, metrics), table, self._figures(run, metrics),
            gr.update(visible=run.outcome is not None and bool(run.outcome.adapter)), *live,
        )  # fmt: skip

    # Events

    def begin(self, view: View, request: gr.Request, questions: str = "") -> View:
        """The one button. A second press while the same plan waits or runs finds the run that is there."""
        if view.recipe is None:
            raise StudioError(common.NO_PLAN_YET)
        lines = asked_in(questions)
        asked = self.studio.live_questions.check(view.project, view.dataset, lines) if lines else ()
        click = f"{view.dataset} {view.recipe.model_dump_json()} {asked}"
        run = self.studio.runs.launch(
            view.project, view.dataset, view.recipe, by=person_of(request), questions=asked,
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

    def _is_this_plan(self, run: RunView, view: View) -> bool:
        """Whether the plan at hand is what already waits or runs: starting it again would mean nothing."""
        same = view.recipe in (None, run.spec.recipe) and view.dataset == run.spec.dataset
        return same and not run.state.status.is_over

    def _figures(self, run: RunView, metrics: list[dict[str, Any]]) -> str:
        """Where it stands, and where it does less than promised."""
        figures = html.live_figures(say.run_figures(run, metrics))
        return figures + (html.listing(run.fallbacks) if run.fallbacks else "")

    def _curve(self, run: RunView, metrics: list[dict[str, Any]]) -> Any:
        return plots.learning_curve(metrics, run.state.total_steps, live=not run.state.status.is_over)

    def _headline(self, run: RunView, metrics: list[dict[str, Any]]) -> str:
        """How it goes, and while it goes how far it is: a bar from the first second on."""
        bar = (
            ""
            if run.state.status.is_over
            else html.progress(run.id, say.step_line(run, metrics), *say.steps_done(run, metrics))
        )
        return html.live_heading(run.id, *say.run_headline(run, metrics)) + bar

    def _glance(self, run: RunView) -> RunSnapshot:
        sizes = self.studio.runs.metrics_size(run.id), self.studio.runs.answers_size(run.id)
        return RunSnapshot(run.id, *sizes, run.state.status.value, run.ahead)

    def _is_stopping(self, run: RunView) -> bool:
        return (run.folder / "stop").exists()


@dataclass(frozen=True)
class Repeating:
    """The button that teaches again with one change."""

    studio: Studio
    frame: Frame

    def repeat(self, view: View, place: Place) -> Updates:
        """The recipe of the run that is looked at, on the Model tab, where one thing can be changed."""
        recipe = self.studio.within(view.project).runs.view(view.run).spec.recipe
        ready = replace(view, model=recipe.base_model, recipe=recipe, proposed="")
        return {self.frame.view: ready, **self.frame.go(place, "model")}
