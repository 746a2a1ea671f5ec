"""Conversations that were saved: found again, gone on with, and taken away as a file."""

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from studio.copy.catalog import Phrases, say
from studio.errors import StudioError
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import common
from studio.web.copy import compare as copy
from studio.web.layout.drawer import Drawer
from studio.web.listeners import Listeners
from studio.web.mounting import Offer, Updates, fill
from studio.web.tabs.compare.conversations import ShownConversation
from studio.web.view import actor_of, session_of

LISTED = 50
FORMS = Phrases("saved_conversations.forms")


class SavedConversations:
    """The foot of the side by side: saving this conversation, and a drawer with all of them."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio, self.offer = studio, offer

    def build_saving(self, listen: Listeners, state: gr.State) -> None:
        """A button for each kind of file."""
        exports = {"csv": self.export_csv, "jsonl": self.export_jsonl, "html": self.export_html}
        self.buttons = {form: gr.Button(text, size="sm") for form, text in FORMS.items()}
        self.saved = gr.Markdown(elem_classes="saved")
        for form, button in self.buttons.items():
            listen.on(button.click, exports[form], [state], [self.saved])

    def build(self, listen: Listeners, state: gr.State, reopen: Callable[..., Updates], inputs: Sequence[Any],
              outputs: Sequence[Any]) -> None:  # fmt: skip
        """The drawer; `reopen` is given `inputs`, and after them the conversation that was chosen."""

        def contents(shown: ShownConversation) -> None:
            self.search = gr.Textbox(
                "", label=say("saved_conversations.search"), info=say("compare.search_help"), max_lines=1
            )
            self.list = gr.Dropdown([], label=say("saved_conversations.open_again"), allow_custom_value=True)
            self.none = gr.Markdown(elem_classes="soft")
            for asked in (self.search.input, self.list.focus):
                listen.on(asked, self.find, [state, self.search], [self.list, self.none], trigger_mode="always_last")
            listen.changes(self.list.input, reopen, [*inputs, self.list], outputs)
            fill(self.find(shown, ""))

        Drawer(say("compare.conversations"), state, contents, "card")

    def find(self, shown: ShownConversation, search: str) -> Updates:
        """The newest first, those with other versions as well: each names the version that it was with."""
        scope = self.studio.within(shown.project)
        names = {run.id: common.run_title(run) for run in scope.runs.all(shown.project) if run.has_version}
        every = scope.chats.conversations(shown.project, search or "")
        lines = [line for line in every if line.run in names][:LISTED]
        several = len(names) > 1
        choices = [(copy.conversation_line(line, names[line.run] if several else ""), line.id) for line in lines]
        return {self.list: gr.update(choices=choices, value=shown.id or None),
                self.none: "" if lines else html.none(say('compare.no_conversations'))}  # fmt: skip

    def export_csv(self, shown: ShownConversation, request: gr.Request) -> Updates:
        """The conversation, one reply a line."""
        return self._export(shown, request, "csv")

    def export_jsonl(self, shown: ShownConversation, request: gr.Request) -> Updates:
        """The conversation with every setting and fingerprint."""
        return self._export(shown, request, "jsonl")

    def export_html(self, shown: ShownConversation, request: gr.Request) -> Updates:
        """The conversation as a page to print."""
        return self._export(shown, request, "html")

    def _export(self, shown: ShownConversation, request: gr.Request, form: str) -> Updates:
        if not shown.id:
            raise StudioError(
                say("saved_conversations.there_nothing_save_yet"), hint=say("saved_conversations.ask_question_first")
            )
        path = self.studio.open(actor_of(request), shown.project).chats.export(shown.run, shown.id, form)
        return {self.saved: html.saved(self.offer(session_of(request), path), path.name)}
