"""Would more examples help? One button, three runs, and a curve with a sentence."""

from dataclasses import replace

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.services.studio import Studio
from studio.web import html, plots
from studio.web.copy import training as copy
from studio.web.listeners import Listeners
from studio.web.mounting import Updates
from studio.web.view import View, person_of


class DataScalingPanel:
    """A card on the Teach tab."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self) -> None:
        """The layout."""
        with gr.Column(elem_classes="card", visible=False) as self.container:
            gr.Markdown(html.title(say("data_scaling_panel.would_more_examples_help"), say("training.more_lead")))
            with gr.Row(elem_classes="actions"):
                self.try_ = gr.Button(say("data_scaling_panel.find_out"), size="sm")
            self.sentence = gr.Markdown(visible=False)
            self.plot = gr.Plot(show_label=False, container=False, elem_classes="curve rows-curve", visible=False)
            self.table = gr.Markdown(visible=False)

    def connect(self, listen: Listeners) -> None:
        """What is heard."""
        listen.changes(self.try_.click, self.find_out, [listen.frame.view])

    @property
    def parts(self) -> list[Block]:
        """What `refresh` may change."""
        return [self.container, self.try_, self.sentence, self.plot, self.table]

    def refresh(self, view: View) -> Updates:
        """The newest series of this project."""
        series = self.studio.within(view.project).more_examples.newest(view.project) if view.project else None
        hidden = gr.update(visible=False)
        going = series is not None and not series.is_over
        frame: Updates = {
            self.container: gr.update(visible=view.recipe is not None or series is not None),
            self.try_: gr.update(interactive=view.recipe is not None and not going),
        }
        if series is None:
            return {**frame, self.sentence: hidden, self.plot: hidden, self.table: hidden}
        rows = [(f"{rows:,}", f"{score:.3f}") for rows, score in series.points]
        drawn = len(rows) > 1
        table = html.table(
            (say("data_scaling_panel.examples"), say("data_scaling_panel.mistakes_practice_check_loss")), rows
        )
        return {
            **frame,
            self.sentence: gr.update(value=html.sentences(copy.more_examples_so_far(series)), visible=True),
            self.plot: gr.update(value=plots.rows_curve(series.points), visible=True) if drawn else hidden,
            self.table: gr.update(value=table, visible=drawn),
        }

    def find_out(self, view: View, request: gr.Request) -> View:
        """Three runs into the queue; the first of them is looked at."""
        if view.recipe is None:
            raise StudioError(say("common.no_plan_yet"))
        scope = self.studio.within(view.project)
        series = scope.more_examples.launch(view.project, view.dataset, view.recipe, by=person_of(request))
        return replace(view, run=series.runs[0].id, ran=view.ran + 1)
