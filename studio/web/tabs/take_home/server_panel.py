"""The switch of the server for other programs: which versions, on, off, and the keys of applications."""

from collections.abc import Sequence
from dataclasses import replace

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.services.access import Right
from studio.services.exports.how_to_use import vllm_together
from studio.services.runs.run_service import RunView
from studio.services.serving.version_server import PORT, VersionServer
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import common
from studio.web.listeners import Listeners
from studio.web.mounting import Updates
from studio.web.tabs.take_home.server_html import applications_of, key_of, state_of
from studio.web.tabs.take_home.take_home_html import progress_of
from studio.web.view import View, actor_of, person_of


class ServerPanel:
    """A card of the Take home tab, for whoever owns the project."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self) -> None:
        """The layout."""
        with gr.Column(elem_classes="card server", visible=False) as self.card:
            gr.Markdown(html.title(say("take_home.server.title"), say("take_home.server.lead")))
            self.told = gr.Markdown(visible=False)
            self.progress = gr.Markdown(visible=False)
            self.which = gr.Dropdown([], multiselect=True, label=say("take_home.server.which"),
                                     info=say("take_home.server.which_help"))  # fmt: skip
            self.port = gr.Number(PORT, precision=0, label=say("take_home.server.port"),
                                  info=say("take_home.server.port_help"))  # fmt: skip
            with gr.Row(elem_classes="actions"):
                self.start = gr.Button(say("take_home.server.start"))
                self.stop = gr.Button(say("take_home.server.stop"), visible=False)
            self.keys = gr.Markdown()
            with gr.Row(elem_classes="halves"):
                self.name = gr.Textbox(label=say("take_home.server.key_name"), max_lines=1,
                                       info=say("take_home.server.key_name_help"))  # fmt: skip
                self.budget = gr.Number(0, precision=0, minimum=0, label=say("take_home.server.budget"),
                                        info=say("take_home.server.budget_help"))  # fmt: skip
            with gr.Row(elem_classes="actions"):
                self.add = gr.Button(say("take_home.server.add_key"))
            self.secret = gr.Markdown()
            with gr.Row(elem_classes="actions", visible=False) as self.removing:
                self.known = gr.Dropdown([], label=say("take_home.server.take_back"))
                self.remove = gr.Button(say("take_home.server.remove_key"))

    @property
    def parts(self) -> list[Block]:
        """What `refresh` may change."""
        return [self.card, self.told, self.progress, self.which, self.port, self.start, self.stop, self.keys,
                self.removing, self.known]  # fmt: skip

    def listens(self, listen: Listeners) -> None:
        """The presses."""
        self.look = look = listen.frame.view
        listen.changes(self.start.click, self.begin, [look, self.which, self.port], [self.secret])
        listen.changes(self.stop.click, self.end, [look], [self.secret])
        listen.changes(self.add.click, self.add_key, [look, self.name, self.budget],
                       [self.secret, self.name, self.budget])  # fmt: skip
        listen.changes(self.remove.click, self.remove_key, [look, self.known], [self.secret])

    def refresh(self, view: View, runs: Sequence[RunView], chosen: str) -> Updates:
        """The server as it is now; `runs` are the versions of the project, `chosen` the one that is looked at."""
        scope = self.studio.within(view.project)
        if not scope.may(Right.SERVE):
            return {self.card: gr.update(visible=False)}
        serving: VersionServer = scope.serving
        state, job = serving.state(view.project), serving.job(view.project)
        lines = {run.id: common.run_line(run) for run in runs}
        served = [run.spec for run in runs if run.id in state.runs]
        names = [lines.get(run, run) for run in state.runs]
        told = state_of(state, names, vllm_together(served), people=self.studio.settings.people)
        starting = job is not None and not job.is_over
        said = progress_of(job) if job is not None and (starting or (job.error and state.status == "off")) else ""
        is_on = state.status == "ready" or starting
        known = serving.applications(view.project)
        return {
            self.card: gr.update(visible=True),
            self.told: gr.update(value=told, visible=bool(told)),
            self.progress: gr.update(value=said, visible=bool(said)),
            self.which: gr.update(choices=[(line, run) for run, line in lines.items()],
                                  value=list(state.runs) if is_on else [chosen], visible=not is_on),
            self.port: gr.update(visible=not is_on),
            self.start: gr.update(visible=not is_on, interactive=state.status != "elsewhere"),
            self.stop: gr.update(visible=is_on),
            self.keys: applications_of(known),
            self.removing: gr.update(visible=bool(known)),
            self.known: gr.update(choices=[one.name for one in known], value=known[0].name if known else None),
        }  # fmt: skip

    # Events

    def begin(self, view: View, which: Sequence[str], port: float, request: gr.Request) -> Updates:
        """Load them and answer, in a process of its own."""
        self._serving(view, request).begin(view.project, which or [], by=person_of(request), port=int(port or 0))
        return {self.secret: "", **self._again(view)}

    def end(self, view: View, request: gr.Request) -> Updates:
        """End it."""
        self._serving(view, request).stop(view.project, by=person_of(request))
        return {self.secret: "", **self._again(view)}

    def add_key(self, view: View, name: str, budget: float | None, request: gr.Request) -> Updates:
        """The one answer in which the key stands. `budget`: pieces of words a day, 0 for any number."""
        secret = self._serving(view, request).add_key(
            view.project, name or "", by=person_of(request), tokens_per_day=max(0, int(budget or 0))
        )
        return {self.secret: key_of(name.strip(), secret), self.name: "", self.budget: 0, **self._again(view)}

    def remove_key(self, view: View, name: str, request: gr.Request) -> Updates:
        """It opens nothing from now on."""
        self._serving(view, request).remove_key(view.project, name or "", by=person_of(request))
        return {self.secret: "", **self._again(view)}

    # Within

    def _serving(self, view: View, request: gr.Request) -> VersionServer:
        found: VersionServer = self.studio.open(actor_of(request), view.project, Right.SERVE).serving
        return found

    def _again(self, view: View) -> Updates:
        return {self.look: replace(view, ran=view.ran + 1)}
