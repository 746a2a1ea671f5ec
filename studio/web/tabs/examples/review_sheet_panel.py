"""Somebody without the studio decides: the findings go out as a sheet, and come back as decisions."""

from pathlib import Path

import gradio as gr

from studio.copy.catalog import say
from studio.services.studio import Studio
from studio.web import html
from studio.web.layout.drawer import Drawer
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Offer, Updates
from studio.web.view import View, changed, person_of, session_of


class ReviewSheetPanel:
    """A closed drawer."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio, self.offer = studio, offer

    def build(self, listen: Listeners, frame: Frame) -> None:
        """The drawer, closed."""
        self.frame = frame
        Drawer(say("examples.sheet_title"), frame.view, lambda view: self.build_sheet(listen))

    def build_sheet(self, listen: Listeners) -> None:
        """Layout and listeners."""
        view = self.frame.view
        gr.Markdown(html.sentences(say("examples.sheet_lead")), elem_classes="soft")
        with gr.Row(elem_classes="buttons"):
            self.sheet = gr.Button(say("review_sheet_panel.save_findings_as_sheet"), size="sm")
            self.decided = gr.UploadButton(
                say("review_sheet_panel.bring_decided_sheet_back"), size="sm", file_types=[".csv", ".xlsx"]
            )
        self.saved = gr.Markdown(elem_classes="saved")
        listen.on(self.sheet.click, self.save_sheet, [view], [self.saved])
        listen.changes(self.decided.upload, self.bring_sheet, [view, self.decided], [self.decided])

    def save_sheet(self, view: View, request: gr.Request) -> Updates:
        """All findings, for somebody without the studio."""
        path = self.studio.within(view.project).review_sheets.save(view.project, view.dataset)
        return {self.saved: html.saved(self.offer(session_of(request), path), path.name)}

    def bring_sheet(self, view: View, path: str, request: gr.Request) -> Updates:
        """The decided sheet becomes decisions."""
        sheet = Path(path)
        try:
            scope = self.studio.within(view.project)
            done = scope.review_sheets.bring(view.project, view.dataset, sheet, sheet.name, by=person_of(request))
        finally:
            sheet.unlink(missing_ok=True)  # her words lie in the decisions now, not in an upload folder
        return {self.frame.view: changed(view, done), self.decided: None}
