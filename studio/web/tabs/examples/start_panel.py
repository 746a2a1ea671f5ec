"""What a person with nothing yet sees first: what this is for, a place for her table, and two samples."""

import gradio as gr

from studio.web import html
from studio.web.copy import examples as say
from studio.web.listeners import Listeners
from studio.web.mounting import Frame
from studio.web.tabs.examples.table_uploads import KINDS, TableUploads


class StartPanel:
    """The screen of a project without examples."""

    def __init__(self, uploads: TableUploads) -> None:
        self.uploads = uploads

    def build(self, listen: Listeners, frame: Frame) -> None:
        """Layout and listeners."""
        with gr.Column(elem_classes="start"):
            gr.Markdown(html.heading("Teach a small model to answer the way you do"))
            gr.Markdown(html.sentences(say.FOR, say.NOT_FOR), elem_classes="purpose")
            with gr.Row(elem_classes="halves"):
                with gr.Column(elem_classes="card"):
                    gr.Markdown(html.title("Bring a table of good answers", say.TABLE_HINT))
                    self.file = gr.File(
                        label="Your table", file_types=list(KINDS), height=150, elem_classes="drop", show_label=False
                    )
                with gr.Column(elem_classes="card"):
                    gr.Markdown(html.title("Or try it with a sample", say.SAMPLE_HINT))
                    self.support = gr.Button("A support desk’s answers", elem_classes="wide")
                    self.dirty = gr.Button("The same, made dirty on purpose", elem_classes="wide")
            gr.Markdown(html.steps(say.STEPS), elem_classes="steps")
        at = [frame.view, frame.place]
        listen.on(self.file.upload, self.uploads.arrive, [*at, self.file], [frame.place])
        listen.on(self.support.click, self.uploads.try_support, at, [frame.place])
        listen.on(self.dirty.click, self.uploads.try_dirty, at, [frame.place])
