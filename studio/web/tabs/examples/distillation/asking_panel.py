"""Distillation, first half of the screen: which teacher, why its answers may be taught, and which questions."""

from dataclasses import replace
from pathlib import Path

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.services.access import Right
from studio.services.distillation.distillation_service import DistillationService
from studio.services.studio import Studio
from studio.web import html
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Place, Updates
from studio.web.tabs.examples.table_uploads import KINDS
from studio.web.view import View, actor_of, request_key_of, session_of
from studio.web.waiting import WaitingTables

DISTILLATION = "teacher"  # the name of the screen; a waiting table's key or a teacher's name may follow after a colon


class AskingPanel:
    """Nothing is asked before she says why the teacher's answers may be taught."""

    def __init__(self, studio: Studio, tables: WaitingTables, begins_with: str) -> None:
        self.studio, self.tables, self.begins_with = studio, tables, begins_with

    def build(self, frame: Frame, view: View) -> None:
        """The layout, with the table that waits or the teacher that was named."""
        self.frame = frame
        waits = self.begins_with if self.tables.holds(self.begins_with, view.project) else ""
        choices = self._distillation(view).offered(view.project)
        known = [name for _, name in choices]
        first = self.begins_with if self.begins_with in known else known[0] if known else None
        self.key = gr.State(waits)
        with gr.Column(elem_classes="card") as self.card:
            lead = say("teacher_screen.lead", on_policy=say("distillation.not_on_policy"))
            gr.Markdown(html.title(say("teacher_screen.title"), lead))
            self.teacher = gr.Dropdown(choices, value=first, label=say("teacher_screen.teacher"), interactive=True,
                                       info=say("teacher_screen.teacher_info"))  # fmt: skip
            self.terms = gr.Markdown(self._terms(view, first))
            self.rights = gr.Textbox(label=say("teacher_screen.rights"), info=say("teacher_screen.rights_info"),
                                     max_lines=3, elem_classes="keep-draft")  # fmt: skip
            with gr.Row(elem_classes="buttons"):
                self.file = gr.UploadButton(say("teacher_screen.choose_questions"), file_types=list(KINDS), size="sm")
                self.chosen = gr.Markdown(self._chosen(waits))
            with gr.Row(elem_classes="actions"):
                self.begin = gr.Button(say("teacher_screen.let_it_answer"), variant="primary")

    def connect(self, listen: Listeners) -> None:
        """Its listeners."""
        view = self.frame.view
        listen.on(self.teacher.input, self.show_terms, [view, self.teacher], [self.terms])
        listen.on(self.file.upload, self.take, [view, self.file], [self.key, self.chosen, self.file])
        listen.changes(
            self.begin.click, self.ask, [view, self.frame.place, self.key, self.teacher, self.rights],
            [self.key, self.chosen],
        )  # fmt: skip

    @property
    def parts(self) -> list[Block]:
        """What `refresh` may change."""
        return [self.card]

    def show_terms(self, view: View, teacher: str | None) -> Updates:
        """What the chosen one's licence says."""
        return {self.terms: self._terms(view, teacher)}

    def take(self, view: View, path: str | None, request: gr.Request) -> Updates:
        """A table of questions was chosen; nothing is asked yet."""
        if not path:
            return {}
        file = Path(path)
        key = self.tables.take(file, file.name, session=session_of(request), project=view.project, ours=True)
        return {self.key: key, self.chosen: self._chosen(key), self.file: None}

    def ask(self, view: View, place: Place, key: str, teacher: str | None, rights: str, request: gr.Request
            ) -> Updates:  # fmt: skip
        """Everything is written down, and the teacher begins; a project that she has not yet is made for it."""
        if not key:
            raise StudioError(say("teacher_screen.no_questions"), hint=say("teacher_screen.choose_a_table"))
        waiting, actor = self.tables.get(key), actor_of(request)
        service = self.studio.distillation
        if view.project:
            service = self.studio.open(actor, view.project, Right.CHANGE).distillation
        made = service.prepare(
            view.project, teacher or "", by=actor.name, owner=actor.id, rights=rights, questions=waiting.path,
            name=waiting.name, request_key=request_key_of(request),
        )  # fmt: skip
        self.studio.open(actor, made.project, Right.CHANGE).distillation.begin(made.project, made.id, by=actor.name)
        self.tables.forget(key)
        seen: Updates = {self.frame.view: replace(view, project=made.project, ran=view.ran + 1), self.key: "",
                         self.chosen: self._chosen("")}  # fmt: skip
        if view.project:
            return seen
        there = replace(place, project=made.project).at("examples", DISTILLATION)
        return {**seen, self.frame.place: there, self.frame.chosen: gr.Tabs(selected="examples")}

    # Within

    def _distillation(self, view: View) -> DistillationService:
        return self.studio.within(view.project).distillation if view.project else self.studio.distillation

    def _terms(self, view: View, teacher: str | None) -> str:
        if not teacher:
            return html.notice(say("teacher_screen.no_teacher"), say("teacher_screen.get_a_model"), tone="warn")
        name, licence = self._distillation(view).terms(teacher)
        return html.sentences(say("teacher_screen.licence", name=name, licence=licence or say("card.not_stated")))

    def _chosen(self, key: str) -> str:
        if not key:
            return html.none(say("teacher_screen.no_table_yet"))
        waiting = self.tables.get(key)
        return html.sentences(say("teacher_screen.table", name=waiting.name, rows=len(waiting.table.rows)))
