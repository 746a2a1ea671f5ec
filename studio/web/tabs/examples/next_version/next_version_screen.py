"""The next version's screen: the inbox of feedback, in the place of the findings list."""

from pathlib import Path
from typing import Any

import gradio as gr

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.loop.feedback import Feedback
from studio.services.access import Right
from studio.services.feedback.feedback_table import TableRead
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy.common import short
from studio.web.layout.page_press import PagePress, press_field, read_press
from studio.web.layout.sent_box import SENT
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Place, Updates, fill
from studio.web.tabs.examples.next_version.feedback_lines import (
    ACCEPT,
    ACCEPT_ALL,
    CHANGE,
    HIDE,
    LEAVE,
    REOPEN,
    UNDO,
    answered,
    inbox_of_feedback,
)
from studio.web.tabs.examples.next_version.make_panel import MakePanel
from studio.web.tabs.examples.table_uploads import KINDS
from studio.web.view import View, person_of, request_key_of

NEXT_VERSION = "next"  # the screen's name
BOX = ["feedback-box"]


class NextVersionScreen:
    """What people said, decided about one line at a time."""

    def __init__(self, studio: Studio, make_panel: MakePanel) -> None:
        self.studio, self.make_panel = studio, make_panel

    def build(self, listen: Listeners, frame: Frame, view: View) -> None:
        """Layout, listeners and first values; below it the drawer that makes the version."""
        self.frame = frame
        self.presses, self.about = press_field(), gr.State("")
        may_change = self.studio.within(view.project).may(Right.CHANGE)
        with gr.Column(elem_classes="card screen next-version findings"):
            with gr.Row(elem_classes="screen-head"):
                self.back = gr.Button(say("decisions.back"), size="sm", elem_classes="back")
                gr.Markdown(html.heading(say("next_version.title"), say("next_version.lead")), elem_classes="place-of")
            with gr.Column(visible=False, elem_classes=BOX) as self.box:
                self.head = gr.Markdown()
                self.words = gr.Textbox("", label=say("reply_feedback.correction"), lines=4, max_lines=14,
                                        elem_classes="keep-draft")  # fmt: skip
                with gr.Row(elem_classes="actions"):
                    self.save = gr.Button(say("next_version.save"), variant="primary", size="sm")
                    self.close = gr.Button(say("reply_feedback.close"), size="sm", elem_classes="quiet")
            self.inbox = gr.Markdown()
            with gr.Row(elem_classes="actions"):
                self.table = gr.UploadButton(say("next_version.bring_table"), file_types=list(KINDS), size="sm",
                                             elem_classes="quiet", visible=may_change)  # fmt: skip
            self.came = gr.Markdown()
        self.act = self.make_panel.build(listen, frame, view)
        listen.leads(self.back.click, lambda place: {self.frame.place: place.at("examples")})
        at, parts = frame.view, self.parts
        listen.on(self.presses.change, self.press, [at, self.presses], parts, trigger_mode="multiple",
                  concurrency_limit=1)  # fmt: skip
        listen.on(self.save.click, self.change, [at, self.about, self.words], parts)
        listen.on(self.close.click, self.put_away, [], parts)
        listen.on(self.table.upload, self.bring, [at, self.table], [*parts, self.table])
        fill(self.state_of(view))

    @property
    def parts(self) -> list[Any]:
        """What a press changes."""
        return [self.inbox, self.about, self.box, self.head, self.words, self.came, self.act]

    def state_of(self, view: View) -> Updates:
        """The inbox as it stands now."""
        scope = self.studio.within(view.project)
        found = scope.feedback_inbox.inbox(view.project)
        return {self.inbox: inbox_of_feedback(found, may_change=scope.may(Right.CHANGE)), self.came: "",
                self.act: gr.update(label=self.make_panel.title(view))}  # fmt: skip

    # Events

    def press(self, view: View, text: str, request: gr.Request) -> Updates:
        """One press of a button of our own."""
        press, by, key = read_press(text), person_of(request), request_key_of(request)
        feedback, project, id = self.studio.within(view.project).feedback, view.project, press.word(0)
        if press.act == CHANGE:
            return self.show(self.named(view, id))
        if press.act == ACCEPT:
            feedback.accept(project, [id], by=by, request_key=key)
        elif press.act == HIDE:
            hidden = self.studio.within(project).feedback_inbox.hidden(project, [id])
            feedback.accept_hidden(project, hidden, by=by, request_key=key)
        elif press.act == LEAVE:
            feedback.leave(project, [id], by=by, request_key=key)
        elif press.act == REOPEN:
            feedback.reopen(project, [id], by=by, request_key=key)
        elif press.act == UNDO:
            feedback.undo(project, by=by, request_key=key)
        elif press.act == ACCEPT_ALL:
            feedback.accept(project, self.plain(view, press), by=by, request_key=key)
        else:
            raise StudioError(say("list_screen.button_not_known"), hint=say("list_screen.load_page_again"))
        return {**self.put_away(), **self.state_of(view)}

    def plain(self, view: View, press: PagePress) -> tuple[str, ...]:
        """What nothing speaks against, if it is as many as the button said: nobody accepts what she has not seen."""
        plain = self.studio.within(view.project).feedback_inbox.inbox(view.project).plain
        if press.seen != str(len(plain)):
            raise StudioError(say("list_screen.list_has_changed_since"), hint=say("list_screen.press_button_once_more"))
        return plain

    def change(self, view: View, id: str, words: str, request: gr.Request) -> Updates:
        """Her words are what should have been answered."""
        feedback = self.studio.within(view.project).feedback
        feedback.change(view.project, id, words, by=person_of(request), request_key=request_key_of(request))
        return {**self.hide(), **self.state_of(view)}

    def show(self, one: Feedback) -> Updates:
        """The box for one feedback, with what was said so far; its field is named after the question."""
        label = say("reply_feedback.correction_for", question=short(one.question, 60), author=one.author,
                    at=one.at.astimezone())  # fmt: skip
        return {
            self.about: one.id, self.box: gr.update(visible=True, elem_classes=BOX),
            self.head: html.title(one.question, answered(one, 400)),
            self.words: gr.update(value=one.correction or "", label=label),
        }  # fmt: skip

    def hide(self) -> Updates:
        """No box; its words were sent. The emptied field stays in the page, so that its script drops the draft."""
        return {self.about: "", self.box: gr.update(elem_classes=[*BOX, SENT]), self.words: ""}

    def put_away(self) -> Updates:
        """No box for now; what was typed stays as a draft."""
        return {self.about: "", self.box: gr.update(visible=False)}

    def bring(self, view: View, path: str, request: gr.Request) -> Updates:
        """A table of feedback; the uploaded copy is not kept."""
        file = Path(path)
        try:
            feedback = self.studio.within(view.project).feedback
            done = feedback.add_table(view.project, file, file.name, by=person_of(request))
        finally:
            file.unlink(missing_ok=True)
        return {**self.state_of(view), self.came: html.notice(account_of(done), tone="good"), self.table: None}

    def named(self, view: View, id: str) -> Feedback:
        """The feedback that a press names."""
        found = next((one for one in self.studio.within(view.project).feedback.all(view.project) if one.id == id), None)
        if found is None:
            raise StudioError(say("list_screen.list_has_changed_since"), hint=say("list_screen.press_button_once_more"))
        return found


def account_of(done: TableRead) -> str:
    """What became of every row."""
    reasons = ", ".join(say(f"feedback_dropped.{reason}", count=count) for reason, count in done.dropped.items())
    told = say("feedback_cli.table", rows_in=done.rows_in, kept=done.kept)
    return told + (f" {say('feedback_cli.table_dropped', reasons=reasons)}" if reasons else "")


def next_version_card(studio: Studio, project: str) -> str:
    """The way to this screen, beside the findings: what waits, in one sentence. Nothing before there is a version."""
    scope = studio.within(project)
    given = scope.feedback.all(project)
    if not given and not any(run.has_version for run in scope.runs.all(project)):
        return ""
    said = scope.feedback_inbox.in_short(project) if given else say("next_version.nobody_said")
    return html.title(say("next_version.title"), said) + html.press(
        say("next_version.open" if given else "next_version.open_none"), NEXT_VERSION
    )


def opened(place: Place, frame: Frame) -> Updates:
    """What leads to this screen."""
    return {frame.place: place.at("examples", NEXT_VERSION)}
