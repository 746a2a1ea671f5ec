"""Conversations that were saved: found again, gone on with, and taken away as a file."""

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from studio.errors import StudioError
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import compare as say
from studio.web.errors import wire
from studio.web.tabs.compare.conversations import ShownConversation
from studio.web.tabs.examples.examples_tab import Offer
from studio.web.view import session_of

LISTED = 50
FORMS = {"csv": "Save as CSV", "jsonl": "Save as JSONL", "html": "Save a page to print"}


class SavedConversations:
    """The foot of the side by side: saving this conversation, and the list of all."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio, self.offer = studio, offer

    def build(self, talk: gr.State) -> None:
        """Three buttons and a list that is filled when it is opened."""
        with gr.Row(elem_classes="actions"):
            self.buttons = {form: gr.Button(text, size="sm") for form, text in FORMS.items()}
            self.saved = gr.Markdown(elem_classes="saved")
        with gr.Accordion(say.TALKS, open=False, elem_classes="card") as self.fold:
            self.search = gr.Textbox(label="Search", info=say.SEARCH_HELP, max_lines=1)
            self.list = gr.Dropdown([], label="Open again", allow_custom_value=True)
            self.found = gr.Markdown(elem_classes="soft")

    def connect(self, talk: gr.State, reopen: Callable[..., Any], seats: Sequence[Any], notice: gr.Markdown) -> None:
        """The list opens a conversation in the panes above."""
        for form, button in self.buttons.items():
            wire(button.click, getattr(self, f"export_{form}"), [talk], [self.saved], notice)
        for asked in (self.fold.expand, self.search.input, self.list.focus):
            wire(asked, self.find, [talk, self.search], [self.list, self.found], notice, trigger_mode="always_last")
        wire(self.list.input, reopen, [talk, self.list], seats, notice)

    def find(self, talk: ShownConversation, search: str) -> tuple[Any, str]:
        """The newest first; those of this version."""
        project = self.studio.home.run(talk.run).spec.project
        lines = self.studio.chats.conversations(project, search or "", talk.run)[:LISTED]
        choices = [(say.talk_line(line), line.id) for line in lines]
        return gr.update(choices=choices, value=talk.chat or None), "" if lines else html.none(say.NO_TALKS)

    def export_csv(self, talk: ShownConversation, request: gr.Request) -> str:
        """The conversation, one reply a line."""
        return self._export(talk, request, "csv")

    def export_jsonl(self, talk: ShownConversation, request: gr.Request) -> str:
        """The conversation with every setting and fingerprint."""
        return self._export(talk, request, "jsonl")

    def export_html(self, talk: ShownConversation, request: gr.Request) -> str:
        """The conversation as a page to print."""
        return self._export(talk, request, "html")

    def _export(self, talk: ShownConversation, request: gr.Request, form: str) -> str:
        if not talk.chat:
            raise StudioError("There is nothing to save yet.", hint="Ask a question first.")
        path = self.studio.chats.export(talk.run, talk.chat, form)
        return html.saved(self.offer(session_of(request), path), path.name)
