"""A starting model that is not here yet: what fetching or unpacking it takes, its progress, and a stop."""

from typing import Any

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.services.studio import Studio
from studio.web import html
from studio.web.layout.download_line import told
from studio.web.listeners import Listeners
from studio.web.mounting import Updates
from studio.web.view import View, person_of


class FetchPanel:
    """The card under the list of models, for as long as the chosen one is not here."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self) -> None:
        """Layout."""
        with gr.Column(elem_classes="card", visible=False) as self.card:
            self.told = gr.Markdown()
            self.token = gr.Textbox(label=say("fetching.token"), info=say("fetching.token_info"), type="password",
                                    max_lines=1, visible=False)  # fmt: skip
            with gr.Row(elem_classes="actions"):
                self.get = gr.Button(say("fetching.download"), variant="primary")
                self.stop = gr.Button(say("fetching.stop"), visible=False)
        # pressed by live.js when a download began or ended, and listened to by the tab
        self.pushed = gr.Button(say("fetching.look_again"), visible="hidden", elem_classes="refresh")

    @property
    def parts(self) -> list[Block]:
        """What `refresh` may change."""
        return [self.card, self.told, self.token, self.get, self.stop]

    def connect(self, listen: Listeners, view: gr.State) -> None:
        """Its two buttons."""
        listen.on(self.get.click, self.begin, [view, self.token], self.parts)
        listen.on(self.stop.click, self.cancel, [view], self.parts)

    def is_here(self, view: View) -> bool:
        """Whether the chosen model can be opened without fetching anything. What cannot be a model at all is not away:
        the plan says what is wrong with it."""
        try:
            self.studio.models.folder(view.model, revision_of(view))
        except StudioError:
            return not self._can_be_fetched(view)
        return True

    def _can_be_fetched(self, view: View) -> bool:
        try:
            self.studio.models.fetch_order(view.model, revision_of(view))
        except StudioError:
            return False
        return True

    def refresh(self, view: View) -> Updates:
        """Nothing for a model that is here; else what has to be done, how far it is, or why it ended."""
        job = self.studio.downloads.job(view.model, revision_of(view))
        if self.is_here(view):
            return {self.card: gr.update(visible=False), self.token: gr.update(value="", visible=False)}
        going = job is not None and not job.is_over
        gated = job is not None and job.error is not None and job.error.where == "token"
        key = "unpack" if self._is_unpacking(view) else "download"
        barred = self.studio.settings.offline and key == "download" and not going
        return {
            self.card: gr.update(visible=True),
            self.told: html.title(say(f"fetching.{key}_title")) + told(job) + (started_offline() if barred else ""),
            self.token: gr.update(visible=gated and not going),
            self.get: gr.update(value=say(f"fetching.{key}"), visible=not going, interactive=not barred),
            self.stop: gr.update(visible=self._may_stop(view)),
        }

    def _may_stop(self, view: View) -> bool:
        return self.studio.downloads.may_stop(view.model, revision_of(view), by=self.studio.person)

    def _is_unpacking(self, view: View) -> bool:
        return "gguf" in self.studio.models.fetch_order(view.model, revision_of(view)).facts

    # Events

    def begin(self, view: View, token: str, request: gr.Request) -> Updates:
        """Fetch it in the background; the token goes to the child alone, and out of the field."""
        self.studio.downloads.begin(view.model, revision_of(view), by=person_of(request), token=token.strip())
        return {**self.refresh(view), self.token: gr.update(value="", visible=False)}

    def cancel(self, view: View, request: gr.Request) -> Updates:
        """End it; what arrived whole is kept."""
        self.studio.downloads.stop(view.model, revision_of(view), by=person_of(request))
        return self.refresh(view)


def revision_of(view: View) -> str:
    """The revision that was asked for beside the model."""
    last: Any = view.recipe or view.last_recipe
    return str(view.draft.get("revision", last.revision if last else ""))


def started_offline() -> str:
    """Why the button cannot be pressed."""
    return html.notice(say("downloads.studio_was_started_offline"), say("downloads.start_online_or_copy"), tone="warn")
