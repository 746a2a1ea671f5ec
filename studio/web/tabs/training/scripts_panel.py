"""Leaving with a run: as a plain TRL script, or as a script for a cluster."""

from dataclasses import replace
from pathlib import Path

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.services.studio import Studio
from studio.web import html
from studio.web.listeners import Listeners
from studio.web.mounting import Updates
from studio.web.tabs.examples.examples_tab import Offer
from studio.web.view import View, person_of, session_of


class ScriptsPanel:
    """A folded card at the end of the Teach tab."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio, self.offer = studio, offer

    def build(self) -> None:
        """The layout."""
        with gr.Accordion(
            say("scripts_panel.run_elsewhere"), open=False, elem_classes="card technical", visible=False
        ) as self.container:
            gr.Markdown(html.sentences(say("training.leave_lead")), elem_classes="soft")
            with gr.Row(elem_classes="actions"):
                self.script = gr.Button(say("scripts_panel.show_run_as_script"), size="sm")
                self.slurm = gr.Button(say("scripts_panel.write_plan_out_for"), size="sm")
                self.ray = gr.Button(say("scripts_panel.write_plan_out_for_ray"), size="sm")
            self.saved = gr.Markdown(elem_classes="saved")
            self.text = gr.Markdown(visible=False)

    def connect(self, listen: Listeners) -> None:
        """What is heard."""
        view = self._view = listen.frame.view
        listen.on(self.script.click, self.show_script, [view], [self.saved, self.text])
        for kind, button in (("slurm", self.slurm), ("ray", self.ray)):
            listen.changes(button.click, getattr(self, f"to_{kind}"), [view], [self.saved, self.text])

    @property
    def parts(self) -> list[Block]:
        """What `refresh` may change."""
        return [self.container, self.script, self.slurm, self.ray]

    def refresh(self, view: View) -> Updates:
        """What can be taken away now."""
        planned = gr.update(interactive=view.recipe is not None)
        return {
            self.container: gr.update(visible=bool(view.run) or view.recipe is not None),
            self.script: gr.update(interactive=bool(view.run)), self.slurm: planned, self.ray: planned,
        }  # fmt: skip

    def show_script(self, view: View, request: gr.Request) -> Updates:
        """The text to read, and the archive to run."""
        text, path = self.studio.within(view.project).runs.script(view.run)
        return self._shown(path, text, say("training.script_saved"), request)

    def to_slurm(self, view: View, request: gr.Request) -> Updates:
        """For `sbatch`."""
        return self._write_out(view, "slurm", request)

    def to_ray(self, view: View, request: gr.Request) -> Updates:
        """For a Ray cluster."""
        return self._write_out(view, "ray", request)

    def _write_out(self, view: View, kind: str, request: gr.Request) -> Updates:
        if view.recipe is None:
            raise StudioError(say("common.no_plan_yet"))
        by = person_of(request)
        scope = self.studio.within(view.project)
        run, path = scope.runs.write_out(view.project, view.dataset, view.recipe, kind, by=by)
        text = path.read_text(encoding="utf-8", errors="replace")
        after = replace(view, run=run.id, ran=view.ran + 1)
        return {self._view: after, **self._shown(path, text, say("training.cluster_saved"), request)}

    def _shown(self, path: Path, text: str, hint: str, request: gr.Request) -> Updates:
        saved = html.saved(self.offer(session_of(request), path), path.name) + html.sentences(hint)
        return {self.saved: saved, self.text: gr.update(value=html.script(text), visible=True)}
