"""A test file is held against the examples, and one row is shown as the model reads it: two small doors of a card."""

from pathlib import Path
from typing import Any

import gradio as gr

from studio.services.datasets.leakage import LeakageResult
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import model as say_model
from studio.web.copy import profile as say
from studio.web.errors import wire
from studio.web.tabs.examples.columns_panel import KINDS
from studio.web.view import View, changed, person_of


class LeakagePanel:
    """Both stand beside each other under the picture."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, view: gr.State, notice: gr.Markdown) -> None:
        """Layout and events."""
        self.found = gr.State(None)
        with gr.Accordion(say.TEST_TITLE, open=False):
            gr.Markdown(html.sentences(say.TEST_LEAD), elem_classes="soft")
            with gr.Row(elem_classes="buttons"):
                self.file = gr.UploadButton("Choose the test file", size="sm", file_types=list(KINDS))
                self.take = gr.Button(say.TAKE_OUT, size="sm", visible=False)
            self.said = gr.Markdown()
        with gr.Accordion(say.SEE_ROW, open=False):
            with gr.Row(elem_classes="write"):
                self.row = gr.Textbox(label="Row", info=say.SEE_ROW_INFO, value="1", max_lines=1)
                self.see = gr.Button("Show it", size="sm")
            self.read = gr.Markdown()
        shown = [self.found, self.said, self.take]
        wire(self.file.upload, self.compare, [view, self.file], [*shown, self.file], notice, show_progress="minimal",
             show_progress_on=self.said)  # fmt: skip
        wire(self.take.click, self.take_out, [view, self.found], [view, *shown], notice)
        wire(self.see.click, self.show, [view, self.row], [self.read], notice, show_progress="minimal",
             show_progress_on=self.read)  # fmt: skip
        wire(self.row.submit, self.show, [view, self.row], [self.read], notice)

    def compare(self, view: View, path: str) -> tuple[Any, ...]:
        """What the test file shares with the examples; the uploaded copy is not kept."""
        file = Path(path)
        try:
            found = self.studio.leakage.overlap_with_file(view.project, view.dataset, file, file.name)
        finally:
            file.unlink(missing_ok=True)
        return found, overlapping(found), gr.update(visible=bool(found.pairs)), None

    def take_out(self, view: View, found: LeakageResult | None, request: gr.Request) -> tuple[Any, ...]:
        """Those rows out of the examples."""
        if found is None:
            return gr.skip(), None, "", gr.update(visible=False)
        done = self.studio.leakage.take_out(found, view.project, view.dataset, by=person_of(request))
        return changed(view, done), None, html.notice(say.TAKEN_OUT, tone="good"), gr.update(visible=False)

    def show(self, view: View, row: str) -> str:
        """One row as the chosen model reads it."""
        parts = self.studio.picture.as_read(view.project, view.dataset, row, model=view.model, recipe=view.recipe)
        return html.sentences(say_model.SEE_HINT) + html.pieces((piece.text, piece.part) for piece in parts)


def overlapping(found: LeakageResult) -> str:
    """The sentence, and the first pairs side by side."""
    text = html.notice(found.sentence, tone="bad" if found.pairs else "good")
    for pair in found.pairs[: say.SHOWN_PAIRS]:
        label = say.pair_label(pair.example.row, pair.other.row, pair.how)
        text += html.side_by_side(label, ("In the examples", pair.example), ("In the test file", pair.other))
    more = say.more_pairs(len(found.pairs) - say.SHOWN_PAIRS)
    return text + (html.none(more) if more else "")
