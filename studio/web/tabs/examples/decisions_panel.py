"""What was decided about these examples: newest first, by whom and when, and the last one can be taken back."""

from typing import Any

import gradio as gr

from studio.services.datasets.dataset_view import DatasetView
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import decisions as say
from studio.web.errors import wire
from studio.web.view import View, changed, person_of, request_key_of


class DecisionsPanel:
    """The log of decisions as a person reads it."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, view: gr.State, notice: gr.Markdown) -> None:
        """A list that opens on demand, and the way back."""
        with gr.Accordion("What was decided", open=False, visible=False, elem_classes="decided") as self.card:
            self.log = gr.Markdown()
            with gr.Row(elem_classes="buttons"):
                self.undo = gr.Button("Undo", size="sm", elem_classes="quiet")
        wire(self.undo.click, self.take_back, [view], [view], notice)

    @property
    def painted(self) -> list[Any]:
        """What `repaint` fills."""
        return [self.card, self.log, self.undo]

    def repaint(self, shown: DatasetView) -> tuple[Any, ...]:
        """The decisions that stand."""
        told, more = say.decided(shown.decisions)
        label = f"What was decided ({len(shown.decisions):,})"
        return (
            gr.update(label=label, visible=bool(shown.decisions)), html.log(told, more),
            say.undo_label(shown.decisions),
        )  # fmt: skip

    def take_back(self, view: View, request: gr.Request) -> View:
        """The last decision, taken back."""
        return changed(
            view,
            self.studio.examples.undo(
                view.project, view.dataset, by=person_of(request), seen=view.mark, request_key=request_key_of(request)
            ),
        )
