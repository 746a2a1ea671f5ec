"""What a person with nothing yet sees first: what this is for, a place for her table, and two samples."""

import gradio as gr

from studio.copy.catalog import say
from studio.web import html
from studio.web.copy import examples as copy
from studio.web.listeners import Listeners
from studio.web.mounting import Frame
from studio.web.tabs.examples.distillation.asking_panel import DISTILLATION
from studio.web.tabs.examples.table_uploads import KINDS, TableUploads


class StartPanel:
    """The screen of a project without examples."""

    def __init__(self, uploads: TableUploads) -> None:
        self.uploads = uploads

    def build(self, listen: Listeners, frame: Frame) -> None:
        """Layout and listeners."""
        with gr.Column(elem_classes="start"):
            gr.Markdown(html.heading(say("start_panel.teach_small_model_answer")))
            gr.Markdown(html.sentences(say("examples.for"), say("examples.not_for")), elem_classes="purpose")
            with gr.Row(elem_classes="halves"):
                with gr.Column(elem_classes="card"):
                    gr.Markdown(html.title(say("start_panel.bring_table_good_answers"), say("examples.table_hint")))
                    self.file = gr.File(
                        label=say("start_panel.your_table"),
                        file_types=list(KINDS),
                        height=150,
                        elem_classes="drop",
                        show_label=False,
                    )
                    self.questions = gr.Button(say("teacher_screen.only_questions"), size="sm", elem_classes="quiet")
                with gr.Column(elem_classes="card"):
                    gr.Markdown(html.title(say("start_panel.or_try_with_sample"), say("examples.sample_hint")))
                    self.support = gr.Button(say("start_panel.support_desk_answers"), elem_classes="wide")
                    self.dirty = gr.Button(say("start_panel.same_made_dirty_on"), elem_classes="wide")
            gr.Markdown(
                html.block("best-here", html.safe(say("start_panel.best_is_asked")))
            )  # page.js asks /studio/best
            gr.Markdown(html.steps(copy.steps()), elem_classes="steps")
        at = [frame.view, frame.place]
        listen.on(self.file.upload, self.uploads.arrive, [*at, self.file], [frame.place])
        listen.leads(self.questions.click, lambda place: {frame.place: place.at("examples", DISTILLATION)})
        listen.on(self.support.click, self.uploads.try_support, at, [frame.place])
        listen.on(self.dirty.click, self.uploads.try_dirty, at, [frame.place])
