"""TEACH: one button, and then only looking. The page reads the run's folder; closing it changes nothing."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from studio.desk.runs import RunView
from studio.desk.studio import Studio
from studio.errors import NotFound, StudioError
from studio.records.run import Status
from studio.web import paint, plots, words
from studio.web.errors import wire
from studio.web.view import View, person_of
from studio.web.words import teach as say

LOOK_EVERY_SECONDS = 1.0
LISTED_RUNS = 20


@dataclass(frozen=True)
class Seen:
    """What this page has already drawn: the same again needs no drawing."""

    run: str = ""
    size: int = -1
    status: str = ""
    ahead: int = 0


class TeachTab:
    """The third tab."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, view: gr.State) -> None:
        """Layout first, then the events."""
        self.seen = gr.State(Seen())
        self.timer = gr.Timer(LOOK_EVERY_SECONDS, active=False)
        self.notice = gr.Markdown(visible=False, elem_classes="said")
        self.headline = gr.Markdown(paint.heading("Teach", words.NO_PLAN_YET))
        with gr.Row(elem_classes="actions"):
            self.start = gr.Button("Start teaching", variant="primary", interactive=False)
            self.stop = gr.Button("Stop and keep the best", visible=False)
            self.resume = gr.Button("Resume", visible=False)
        with gr.Row(elem_classes="two-thirds", visible=False) as self.going:
            with gr.Column(scale=3), gr.Column(elem_classes="card"):
                self.plot = gr.Plot(show_label=False, container=False, elem_classes="curve")
                with gr.Accordion("The same as a table", open=False):
                    self.numbers = gr.Markdown()
            with gr.Column(scale=2):
                with gr.Column(elem_classes="card"):
                    self.figures = gr.Markdown()
                with gr.Column(elem_classes="card"):
                    gr.Markdown(paint.title("Runs", "Newest first. Choose one to look at it."))
                    self.runs = gr.Radio(
                        [], label="Runs", show_label=False, container=False, elem_classes="choices one"
                    )
        with gr.Row(elem_classes="actions end"):
            self.next = gr.Button("Next: ask both", variant="primary", visible=False)
        wire(self.start.click, self.begin, [view], [view], self.notice, show_progress="minimal",
             show_progress_on=self.headline)  # fmt: skip
        wire(self.stop.click, self.end, [view], [view], self.notice)
        wire(self.resume.click, self.go_on, [view], [view], self.notice)
        wire(self.runs.input, self.choose, [view, self.runs], [view], self.notice)
        wire(self.timer.tick, self.look, [view, self.seen], [view, *self.painted], self.notice, concurrency_limit=None)

    # Painting

    @property
    def painted(self) -> list[Any]:
        """What `paint` fills, in its order."""
        return [
            self.seen, self.timer, self.headline, self.start, self.stop, self.resume, self.going, self.plot,
            self.numbers,
            self.figures, self.runs, self.next,
        ]  # fmt: skip

    def look(self, view: View, seen: Seen) -> tuple[Any, ...]:
        """A tick: nothing is drawn while nothing has changed; when a run ends, the whole page is told."""
        run = self._run(view)
        if run is None or self._glance(run) == seen:
            return tuple(gr.skip() for _ in range(1 + len(self.painted)))
        ended = run.state.status.is_over and run.state.status.value != seen.status
        return replace(view, stamp=view.stamp + 1) if ended else gr.skip(), *self.paint(view)

    def paint(self, view: View) -> tuple[Any, ...]:
        """The run that is looked at, with its whole curve."""
        runs = self.studio.runs.all(view.project)[:LISTED_RUNS] if view.project else []
        run = self._run(view)
        start = gr.update(
            interactive=view.recipe is not None, visible=run is None or not self._is_this_plan(run, view),
            variant="primary" if run is None else "secondary",
            value="Start teaching" if run is None else "Start another run",
        )  # fmt: skip
        if run is None:
            lead = say.READY if view.recipe else words.NO_PLAN_YET if view.dataset else words.NO_EXAMPLES_YET
            hidden = gr.update(visible=False)
            return (Seen(), gr.update(active=False), paint.heading("Teach", lead), start, hidden, hidden, hidden,
                    gr.skip(), gr.skip(), gr.skip(), gr.skip(), hidden)  # fmt: skip
        metrics = self.studio.runs.metrics(run.id)
        status = run.state.status
        table = paint.table(say.METRIC_HEADERS, say.table_of_metrics(metrics), say.METRIC_CAPTION)
        return (
            self._glance(run), gr.update(active=not status.is_over),
            paint.heading(*say.run_headline(run, metrics)), start,
            gr.update(visible=status in (Status.QUEUED, Status.RUNNING), interactive=not self._is_stopping(run)),
            gr.update(visible=status.may_become(Status.QUEUED)), gr.update(visible=True),
            plots.learning_curve(metrics, run.state.total_steps), table, paint.figures(say.run_figures(run, metrics)),
            gr.update(choices=[(words.run_name(one), one.id) for one in runs], value=run.id),
            gr.update(visible=run.outcome is not None and bool(run.outcome.adapter)),
        )  # fmt: skip

    # Events

    def begin(self, view: View, request: gr.Request) -> View:
        """The one button. A second press while the same plan waits or runs finds the run that is there."""
        if view.recipe is None:
            raise StudioError(words.NO_PLAN_YET)
        key = hashlib.sha256(f"{view.dataset} {view.recipe.model_dump_json()}".encode()).hexdigest()[:12]
        run = self.studio.runs.launch(view.project, view.dataset, view.recipe, by=person_of(request), key=key)
        return replace(view, run=run.id, stamp=view.stamp + 1)

    def end(self, view: View, request: gr.Request) -> View:
        """Stop, with the best version kept."""
        self.studio.runs.stop(view.run, by=person_of(request))
        return replace(view, stamp=view.stamp + 1)

    def go_on(self, view: View, request: gr.Request) -> View:
        """Back into the queue."""
        self.studio.runs.resume(view.run, by=person_of(request))
        return replace(view, stamp=view.stamp + 1)

    def choose(self, view: View, run: str) -> View:
        """Another run."""
        return replace(view, run=run)

    # Within

    def _run(self, view: View) -> RunView | None:
        if not view.run:
            return None
        try:
            return self.studio.runs.view(view.run)
        except NotFound:
            return None

    def _is_this_plan(self, run: RunView, view: View) -> bool:
        """Whether the plan at hand is what already waits or runs: starting it again would mean nothing."""
        same = view.recipe in (None, run.ticket.recipe) and view.dataset == run.ticket.dataset
        return same and not run.state.status.is_over

    def _glance(self, run: RunView) -> Seen:
        return Seen(run.id, self.studio.runs.metrics_size(run.id), run.state.status.value, run.ahead)

    def _is_stopping(self, run: RunView) -> bool:
        return (run.folder / "stop").exists()
