"""Would more examples help? One button, three runs, and a curve with a sentence."""

from dataclasses import replace
from typing import Any

import gradio as gr

from studio.errors import StudioError
from studio.services.studio import Studio
from studio.web import html, plots
from studio.web.copy import common
from studio.web.copy import training as say
from studio.web.errors import draw, wire
from studio.web.view import View, person_of


class DataScalingPanel:
    """A card on the Teach tab."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, view: gr.State, notice: gr.Markdown) -> None:
        """Layout first, then the events."""
        self.seen = gr.State(())
        with gr.Column(elem_classes="card", visible=False) as self.room:
            gr.Markdown(html.title("Would more examples help?", say.MORE_LEAD))
            with gr.Row(elem_classes="actions"):
                self.try_ = gr.Button("Find out", size="sm")
            self.said = gr.Markdown(visible=False)
            self.plot = gr.Plot(show_label=False, container=False, elem_classes="curve rows-curve", visible=False)
            self.table = gr.Markdown(visible=False)
        self.refresh = gr.Button("Look again", visible="hidden", elem_classes="refresh")  # pressed by live.js
        wire(self.try_.click, self.find_out, [view], [view], notice, show_progress="minimal")
        draw(self.refresh.click, self.look, [view, self.seen], self.painted, notice, concurrency_limit=None)

    @property
    def painted(self) -> list[Any]:
        """What `paint` fills, in its order."""
        return [self.seen, self.room, self.try_, self.said, self.plot, self.table]

    def look(self, view: View, seen: tuple[str, ...]) -> tuple[Any, ...]:
        """A tick: nothing is drawn while nothing has changed."""
        if self._glance(view) == tuple(seen):
            return tuple(gr.skip() for _ in self.painted)
        return self.paint(view)

    def paint(self, view: View) -> tuple[Any, ...]:
        """The newest series of this project."""
        series = self.studio.more_examples.newest(view.project) if view.project else None
        hidden, room = gr.update(visible=False), gr.update(visible=view.recipe is not None or series is not None)
        going = series is not None and not series.is_over
        button = gr.update(interactive=view.recipe is not None and not going)
        if series is None:
            return (), room, button, hidden, hidden, hidden
        rows = [(f"{rows:,}", f"{score:.3f}") for rows, score in series.points]
        drawn = len(rows) > 1
        return (
            self._glance(view), room, button,
            gr.update(value=html.sentences(say.more_examples_so_far(series)), visible=True),
            gr.update(value=plots.rows_curve(series.points), visible=True) if drawn else hidden,
            gr.update(value=html.table(("Examples", "Mistakes in the practice check"), rows), visible=drawn),
        )  # fmt: skip

    def find_out(self, view: View, request: gr.Request) -> View:
        """Three runs into the queue; the first of them is looked at."""
        if view.recipe is None:
            raise StudioError(common.NO_PLAN_YET)
        series = self.studio.more_examples.launch(view.project, view.dataset, view.recipe, by=person_of(request))
        return replace(view, run=series.runs[0].id, ran=view.ran + 1)

    def _glance(self, view: View) -> tuple[str, ...]:
        series = self.studio.more_examples.newest(view.project) if view.project else None
        return tuple(f"{run.id} {run.state.status.value}" for run in series.runs) if series else ()
