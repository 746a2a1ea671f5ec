"""A test file is held against the examples, and one row is shown as the model reads it: two small doors of a card."""

from pathlib import Path

import gradio as gr

from studio.copy.catalog import say
from studio.services.datasets.leakage import LeakageResult
from studio.services.datasets.profile_service import second_thought
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import profile as copy
from studio.web.layout.drawer import Drawer
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Updates
from studio.web.tabs.examples.table_uploads import KINDS
from studio.web.view import View, changed, person_of


class LeakagePanel:
    """Two drawers beside each other under the picture."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, listen: Listeners, frame: Frame) -> None:
        """Two closed drawers."""
        self.frame = frame
        Drawer(say("profile.test_title"), frame.view, lambda view: self.build_test(listen))
        Drawer(say("profile.see_row"), frame.view, lambda view: self.build_row(listen, view))

    def build_test(self, listen: Listeners) -> None:
        """A test file, and what it shares with the examples."""
        view = self.frame.view
        self.overlap = gr.State(None)
        gr.Markdown(html.sentences(say("profile.test_lead")), elem_classes="soft")
        with gr.Row(elem_classes="buttons"):
            self.file = gr.UploadButton(say("leakage_panel.choose_test_file"), size="sm", file_types=list(KINDS))
            self.take = gr.Button(say("profile.take_out"), size="sm", visible=False)
        self.shared = gr.Markdown()
        parts = [self.overlap, self.shared, self.take]
        listen.on(self.file.upload, self.compare, [view, self.file], [*parts, self.file])
        listen.changes(self.take.click, self.take_out, [view, self.overlap], parts)

    def build_row(self, listen: Listeners, view: View) -> None:
        """One row as the model reads it; at first the table's own first one, whatever its number is."""
        asked = [self.frame.view]
        rows = self.studio.within(view.project).examples.view(view.project, view.dataset).examples
        with gr.Row(elem_classes="write"):
            self.row = gr.Textbox(
                label=say("leakage_panel.row"),
                info=say("profile.see_row_info"),
                value=rows[0].label if rows else "",
                max_lines=1,
            )
            self.see = gr.Button(say("leakage_panel.show"), size="sm")
        self.read = gr.Markdown()
        for event in (self.see.click, self.row.submit):
            listen.on(event, self.show, [*asked, self.row], [self.read])

    def compare(self, view: View, path: str) -> Updates:
        """What the test file shares with the examples; the uploaded copy is not kept."""
        file = Path(path)
        try:
            scope = self.studio.within(view.project)
            overlap = scope.leakage.overlap_with_file(view.project, view.dataset, file, file.name)
        finally:
            file.unlink(missing_ok=True)
        return {self.overlap: overlap, self.shared: overlapping(overlap),
                self.take: gr.update(visible=bool(overlap.pairs)), self.file: None}  # fmt: skip

    def take_out(self, view: View, overlap: LeakageResult | None, request: gr.Request) -> Updates:
        """Those rows out of the examples."""
        hidden = {self.overlap: None, self.take: gr.update(visible=False)}
        if overlap is None:
            return {**hidden, self.shared: ""}
        leakage = self.studio.within(view.project).leakage
        done = leakage.take_out(overlap, view.project, view.dataset, by=person_of(request))
        return {self.frame.view: changed(view, done), **hidden,
                self.shared: html.notice(say('profile.taken_out'), tone="good")}  # fmt: skip

    def show(self, view: View, row: str) -> Updates:
        """One row as the chosen model reads it."""
        scope = self.studio.within(view.project)
        parts = scope.picture.as_read(view.project, view.dataset, row, model=view.model, recipe=view.recipe)
        return {
            self.read: html.sentences(say("model.see_hint"), *second_thought(parts))
            + html.pieces((p.text, p.part) for p in parts)
        }


def overlapping(found: LeakageResult) -> str:
    """The sentence, and the first pairs side by side."""
    text = html.notice(found.sentence, tone="bad" if found.pairs else "good")
    for pair in found.pairs[: copy.SHOWN_PAIRS]:
        label = copy.pair_label(pair.example.label, pair.other.label, pair.how)
        text += html.side_by_side(
            label, (say("leakage_panel.examples"), pair.example), (say("leakage_panel.test_file"), pair.other)
        )
    more = copy.more_pairs(len(found.pairs) - copy.SHOWN_PAIRS)
    text += html.none(more) if more else ""
    return text + html.sentences(say("leakage.looked_for"))
