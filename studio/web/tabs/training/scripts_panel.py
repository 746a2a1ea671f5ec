"""Leaving with a run: as a plain TRL script, or as a script for a cluster."""

from dataclasses import replace
from typing import Any

import gradio as gr

from studio.errors import StudioError
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import common
from studio.web.copy import training as say
from studio.web.errors import wire
from studio.web.tabs.examples.examples_tab import Offer
from studio.web.view import View, person_of, session_of


class ScriptsPanel:
    """A folded card at the end of the Teach tab."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio, self.offer = studio, offer

    def build(self, view: gr.State, notice: gr.Markdown) -> None:
        """Layout first, then the events."""
        with gr.Accordion("Run it elsewhere", open=False, elem_classes="card", visible=False) as self.room:
            gr.Markdown(html.sentences(say.LEAVE_LEAD), elem_classes="soft")
            with gr.Row(elem_classes="actions"):
                self.script = gr.Button("Show this run as a script", size="sm")
                self.slurm = gr.Button("Write the plan out for Slurm", size="sm")
                self.ray = gr.Button("Write the plan out for Ray", size="sm")
            self.saved = gr.Markdown(elem_classes="saved")
            self.text = gr.Markdown(visible=False)
        wire(self.script.click, self.show_script, [view], [self.saved, self.text], notice, show_progress="minimal")
        for kind, button in (("slurm", self.slurm), ("ray", self.ray)):
            wire(button.click, getattr(self, f"to_{kind}"), [view], [view, self.saved, self.text], notice,
                 show_progress="minimal")  # fmt: skip

    @property
    def painted(self) -> list[Any]:
        """What `paint` fills, in its order."""
        return [self.room, self.script, self.slurm, self.ray]

    def paint(self, view: View) -> tuple[Any, ...]:
        """What can be taken away now."""
        planned = gr.update(interactive=view.recipe is not None)
        shown = gr.update(visible=bool(view.run) or view.recipe is not None)
        return shown, gr.update(interactive=bool(view.run)), planned, planned

    def show_script(self, view: View, request: gr.Request) -> tuple[str, Any]:
        """The text to read, and the archive to run."""
        text, path = self.studio.within(view.project).runs.script(view.run)
        return self._saved(path, say.SCRIPT_SAVED, request), gr.update(value=html.script(text), visible=True)

    def to_slurm(self, view: View, request: gr.Request) -> tuple[View, str, Any]:
        """For `sbatch`."""
        return self._write_out(view, "slurm", request)

    def to_ray(self, view: View, request: gr.Request) -> tuple[View, str, Any]:
        """For a Ray cluster."""
        return self._write_out(view, "ray", request)

    def _write_out(self, view: View, kind: str, request: gr.Request) -> tuple[View, str, Any]:
        if view.recipe is None:
            raise StudioError(common.NO_PLAN_YET)
        by = person_of(request)
        run, path = self.studio.runs.write_out(view.project, view.dataset, view.recipe, kind, by=by)
        shown = gr.update(value=html.script(path.read_text(encoding="utf-8", errors="replace")), visible=True)
        after = replace(view, run=run.id, ran=view.ran + 1)
        return after, self._saved(path, say.CLUSTER_SAVED, request), shown

    def _saved(self, path: Any, said: str, request: gr.Request) -> str:
        return html.saved(self.offer(session_of(request), path), path.name) + html.sentences(said)
