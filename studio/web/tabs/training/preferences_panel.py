"""Teach what people preferred: what was voted, corrected and thumbed here, or a table of it, taught to a version."""

from dataclasses import replace
from pathlib import Path

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.data.preferences.judgement_rows import JudgedRows
from studio.errors import NotFound, StudioError
from studio.services.feedback.judgements import EXAM, TIE
from studio.services.studio import Studio
from studio.web import html
from studio.web.listeners import Listeners
from studio.web.mounting import Updates
from studio.web.tabs.examples.table_uploads import KINDS
from studio.web.view import View, person_of, request_key_of


class PreferencesPanel:
    """A card on the Teach tab, once there is a version that could learn from it."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self) -> None:
        """The layout."""
        with gr.Column(elem_classes="card", visible=False) as self.container:
            gr.Markdown(html.title(say("preferences_panel.title"), say("preferences_panel.lead")))
            self.rows = gr.State(None)  # of a table that was brought; None: what was given here
            self.counted = gr.Markdown()
            with gr.Row(elem_classes="actions"):
                self.teach_ = gr.Button(say("preferences_panel.teach"), size="sm")
                self.plainly = gr.Button(say("preferences_panel.plainly"), size="sm")
                self.file = gr.UploadButton(say("preferences_panel.bring"), size="sm", file_types=list(KINDS))

    def connect(self, listen: Listeners) -> None:
        """What is heard."""
        view = listen.frame.view
        shown = [self.rows, self.counted, self.teach_, self.plainly, self.file]
        listen.on(self.file.upload, self.bring, [view, self.file], shown)
        listen.changes(self.teach_.click, self.teach, [view, self.rows])
        listen.changes(self.plainly.click, self.teach_plainly, [view, self.rows])

    @property
    def parts(self) -> list[Block]:
        """What `refresh` may change."""
        return [self.container, self.rows, self.counted, self.teach_, self.plainly]

    def refresh(self, view: View) -> Updates:
        """What was given in this project; a table that was brought is forgotten."""
        if not view.project:
            return {self.container: gr.update(visible=False), self.rows: None}
        preferences = self.studio.within(view.project).preferences
        try:
            preferences.newest_version(view.project)
        except NotFound:
            return {self.container: gr.update(visible=False), self.rows: None}
        rows = preferences.given(view.project)
        return {self.container: gr.update(visible=True), self.rows: None, **self._told(view, rows, "given_none")}

    def bring(self, view: View, path: str) -> Updates:
        """A table of pairs or thumbs; the uploaded copy is not kept."""
        file = Path(path)
        try:
            rows = self.studio.within(view.project).preferences.read(view.project, file, file.name)
        finally:
            file.unlink(missing_ok=True)
        return {self.rows: rows, self.file: None, **self._told(view, rows, "table_none")}

    def teach(self, view: View, rows: JudgedRows | None, request: gr.Request) -> View:
        """Into the queue; the run is looked at."""
        return self._begin(view, rows, request, plainly=False)

    def teach_plainly(self, view: View, rows: JudgedRows | None, request: gr.Request) -> View:
        """Only the better replies, as examples: the report of the other run says whether that did as well."""
        return self._begin(view, rows, request, plainly=True)

    def _begin(self, view: View, rows: JudgedRows | None, request: gr.Request, *, plainly: bool) -> View:
        preferences = self.studio.within(view.project).preferences
        given = preferences.given(view.project) if rows is None else rows
        parent = preferences.parent_for(view.project, view.run)
        plan = preferences.plan(view.project, given, parent=parent, plainly=plainly)
        run = preferences.teach(view.project, plan, by=person_of(request), request_key=request_key_of(request))
        return replace(view, run=run.id, ran=view.ran + 1)

    def _nothing(self, view: View, nothing: str) -> list[str]:
        """Why there is nothing; votes that were given and teach nothing are told with their reason."""
        left = self.studio.within(view.project).judgements.of(view.project).left_out if nothing == "given_none" else {}
        votes = [
            say(f"preferences_panel.votes_{reason}", count=left[reason]) for reason in (EXAM, TIE) if left.get(reason)
        ]
        return [*votes, say("preferences_panel.given_other")] if votes else [say(f"preferences_panel.{nothing}")]

    def _told(self, view: View, rows: JudgedRows, nothing: str) -> Updates:
        """The plan in sentences, or why there is none; the buttons follow it."""
        preferences = self.studio.within(view.project).preferences
        if not rows.rows_in:
            told, can = html.sentences(*self._nothing(view, nothing)), False
        else:
            try:
                plan = preferences.plan(view.project, rows, parent=preferences.parent_for(view.project, view.run))
                told, can = html.listing(plan.notes), True
            except StudioError as why:
                account = rows.said[1:] if rows.given else rows.said  # that some can be used would be said in vain
                told, can = html.listing([*account, *rows.notes, why.message, *filter(None, [why.hint])]), False
        return {self.counted: told, self.teach_: gr.update(interactive=can), self.plainly: gr.update(interactive=can)}
