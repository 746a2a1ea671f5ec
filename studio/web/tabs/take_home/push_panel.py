"""Sending what was made to a hub: asked for, confirmed, and private unless she says otherwise."""

from dataclasses import replace

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.exports.export import ExportKind, ExportManifest, PushedExport
from studio.services.access import Right
from studio.services.exports.export_service import kind_of
from studio.services.exports.hub_pushes import HubPushes
from studio.services.studio import Studio
from studio.web import html
from studio.web.listeners import Listeners
from studio.web.mounting import Updates
from studio.web.tabs.report.report_side import looked_at
from studio.web.tabs.take_home.take_home_html import progress_of
from studio.web.view import View, actor_of, person_of


class PushPanel:
    """A card of the Take home tab beside what is ready, for whoever owns the project."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self) -> None:
        """The layout."""
        with gr.Column(elem_classes="card push", visible=False) as self.card:
            self.told = gr.Markdown()
            with gr.Column(visible=False) as self.order:
                self.repository = gr.Textbox(label=say("take_home.push.repository"), max_lines=1,
                                             info=say("take_home.push.repository_help"))  # fmt: skip
                self.token = gr.Textbox(label=say("take_home.push.token"), type="password", max_lines=1,
                                        info=say("take_home.push.token_help"))  # fmt: skip
                self.public = gr.Checkbox(False, label=say("take_home.push.public"), container=False,
                                          info=say("take_home.push.public_help"))  # fmt: skip
                self.confirmed = gr.Checkbox(False, label=say("take_home.push.confirm", count=1), container=False)
            with gr.Row(elem_classes="actions"):
                self.send = gr.Button(say("take_home.push.send"), visible=False)
                self.stop = gr.Button(say("take_home.stop"), visible=False)

    @property
    def parts(self) -> list[Block]:
        """What `refresh` may change."""
        return [self.card, self.told, self.order, self.confirmed, self.send, self.stop]

    def listens(self, listen: Listeners, kind: gr.State) -> None:
        """The presses."""
        self.look = look = listen.frame.view
        given = [self.repository, self.token, self.public, self.confirmed]
        listen.changes(self.send.click, self.begin, [look, kind, *given], [self.token, self.confirmed])
        listen.on(self.stop.click, self.end, [look, kind], [self.stop])

    def refresh(self, view: View, run: str, made: ExportManifest | None, kind: ExportKind) -> Updates:
        """Nothing before something is ready; else what would go, how far it is, or where it went."""
        scope = self.studio.within(view.project)
        if made is None or not scope.may(Right.SHARE):
            return {self.card: gr.update(visible=False)}
        job = scope.pushes.job(run, kind)
        going = job is not None and not job.is_over
        sent = PushedExport.model_validate(job.record.result) if job is not None and job.record.result else None
        barred = scope.exports.converters.offline or made.with_examples
        parts = [html.title(say("take_home.push.title"), say("take_home.push.lead"))]
        if sent is not None:
            seen = say("push.private" if sent.private else "push.public")
            parts.append(html.notice(say("take_home.push.sent", count=sent.files, seen=seen), tone="good"))
            parts.append(html.script(sent.address))
        elif job is not None:
            parts.append(progress_of(job))
        if made.with_examples:
            parts.append(html.notice(say("push.examples"), say("push.examples_next"), tone="warn"))
        elif scope.exports.converters.offline:
            parts.append(html.notice(say("push.offline"), say("push.offline_next"), tone="warn"))
        asks = not going and not barred and sent is None
        return {
            self.card: gr.update(visible=True),
            self.told: "".join(parts),
            self.order: gr.update(visible=asks),
            self.confirmed: gr.update(label=say("take_home.push.confirm", count=len(made.files) + 1)),
            self.send: gr.update(visible=asks),
            self.stop: gr.update(visible=going, interactive=True),
        }

    # Events

    def begin(self, view: View, kind: str, repository: str, token: str, public: bool, confirmed: bool,
              request: gr.Request) -> Updates:  # fmt: skip
        """Send it in the background; the token is gone from the page at once."""
        self._pushes(view, request).begin(
            *self._looked_at(view, kind), repository or "", token or "", by=person_of(request), private=not public,
            confirmed=confirmed,
        )  # fmt: skip
        return {self.look: replace(view, ran=view.ran + 1), self.token: "", self.confirmed: False}

    def end(self, view: View, kind: str, request: gr.Request) -> Updates:
        """Stop it."""
        self._pushes(view, request).stop(*self._looked_at(view, kind))
        return {self.stop: gr.update(interactive=False)}

    # Within

    def _looked_at(self, view: View, kind: str) -> tuple[str, ExportKind]:
        run = looked_at(self.studio, view)
        if run is None:
            raise StudioError(say("take_home.nothing"))
        return run.id, kind_of(kind) if kind else self.studio.within(view.project).exports.offered(run.id)[0]

    def _pushes(self, view: View, request: gr.Request) -> HubPushes:
        found: HubPushes = self.studio.open(actor_of(request), view.project, Right.SHARE).pushes
        return found
