"""The runs of a project: chosen, named, compared, repeated with one change, deleted and brought back."""

from dataclasses import replace

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.services.studio import Studio
from studio.web import html, plots
from studio.web.copy import common
from studio.web.copy import training as copy
from studio.web.listeners import Listeners
from studio.web.mounting import Updates
from studio.web.view import View, person_of

LISTED_RUNS = 40


class RunsPanel:
    """A card with the list and what can be done with the chosen run, and one that compares."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self) -> None:
        """The layout."""
        self.lying = gr.State("")
        with gr.Column(elem_classes="card runs", visible=False) as self.container:
            gr.Markdown(html.title(say("runs_panel.runs"), say("runs_panel.newest_first_choose_one")))
            self.runs = gr.Radio(
                [], label=say("runs_panel.runs"), show_label=False, container=False, elem_classes="choices run-list"
            )
            with gr.Row(elem_classes="actions"):
                self.name = gr.Textbox(label=say('runs_panel.name_for'), max_lines=1, max_length=60, min_width=220,
                                       elem_classes="run-name")  # fmt: skip
                self.rename = gr.Button(say("runs_panel.save_name"), size="sm")
                self.again = gr.Button(say("runs_panel.teach_again_with_one"), size="sm")
                self.delete = gr.Button(say("runs_panel.delete_run"), size="sm", elem_classes="quiet")
                self.bring = gr.Button(say("runs_panel.bring_back"), size="sm", visible=False)
        with gr.Column(elem_classes="card", visible=False) as self.beside:
            gr.Markdown(html.title(say("runs_panel.compare_runs"), say("training.compare_lead")))
            self.picks = gr.Dropdown([], label=say('runs_panel.runs_compare'), multiselect=True, max_choices=4,
                                     allow_custom_value=True)  # fmt: skip
            self.verdict = gr.Markdown(visible=False)
            self.plot = gr.Plot(show_label=False, container=False, elem_classes="curve beside", visible=False)
            self.table = gr.Markdown(visible=False)

    def connect(self, listen: Listeners) -> None:
        """What is heard."""
        view = listen.frame.view
        self._view = view
        listen.changes(self.runs.input, self.choose, [view, self.runs])
        for save in (self.rename.click, self.name.submit):
            listen.changes(save, self.call, [view, self.name])
        listen.changes(self.delete.click, self.throw_away, [view])
        listen.changes(self.bring.click, self.bring_back, [view, self.lying])
        listen.on(self.picks.input, self.compare, [view, self.picks], [self.verdict, self.plot, self.table],
                  trigger_mode="always_last")  # fmt: skip

    # Showing

    @property
    def parts(self) -> list[Block]:
        """What `refresh` may change, and the name's field."""
        return [self.container, self.runs, self.name, self.again, self.delete, self.bring, self.lying, self.beside,
                self.picks]  # fmt: skip

    def refresh(self, view: View) -> Updates:
        """The list as it is now. What she is typing is left alone: this is painted whenever something changes."""
        runs = self.studio.within(view.project).runs.all(view.project)[:LISTED_RUNS] if view.project else []
        deleted = self.studio.within(view.project).run_list.deleted(view.project) if view.project else []
        chosen = next((run for run in runs if run.id == view.run), None)
        over = chosen is not None and chosen.state.status.is_over
        bring = (
            say("runs_panel.bring_back_2", short=common.short(common.run_title(deleted[0]), 40))
            if deleted
            else say("runs_panel.bring_back")
        )
        listed = [(common.run_name(run), run.id) for run in runs]
        name = (chosen.name if chosen else "") or say("runs_panel.no_name_yet")
        return {
            self.container: gr.update(visible=bool(runs or deleted)),
            self.runs: gr.update(choices=listed, value=chosen.id if chosen else None),
            self.name: gr.update(placeholder=name, interactive=chosen is not None),
            self.again: gr.update(interactive=chosen is not None and bool(view.dataset)),
            self.delete: gr.update(interactive=over),
            self.bring: gr.update(visible=bool(deleted), value=bring),
            self.lying: deleted[0].id if deleted else "",
            self.beside: gr.update(visible=len(runs) > 1),
            self.picks: gr.update(choices=[(common.run_line(run), run.id) for run in runs]),
        }

    # Events

    def choose(self, view: View, run: str) -> Updates:
        """Another run; half a name that she typed for the last one goes."""
        chosen = self.studio.within(view.project).runs.view(run).id
        return self._emptied(replace(view, run=chosen, picked=chosen))

    def _emptied(self, view: View) -> Updates:
        return {self._view: view, self.name: gr.update(value="", placeholder=self._name_of(view))}

    def _name_of(self, view: View) -> str:
        return self.studio.within(view.project).runs.view(view.run).name or say("runs_panel.no_name_yet")

    def call(self, view: View, name: str, request: gr.Request) -> Updates:
        """Its name from now on."""
        self.studio.within(view.project).run_list.rename(view.run, name, by=person_of(request))
        return self._emptied(replace(view, ran=view.ran + 1))

    def throw_away(self, view: View, request: gr.Request) -> View:
        """Into the trash; the next newest run is looked at."""
        self.studio.within(view.project).run_list.trash(view.run, by=person_of(request))
        left = self.studio.within(view.project).runs.all(view.project)
        return replace(view, run=left[0].id if left else "", ran=view.ran + 1)

    def bring_back(self, view: View, run: str, request: gr.Request) -> View:
        """Out of the trash, and looked at."""
        self.studio.within(view.project).run_list.restore(run, by=person_of(request))
        return replace(view, run=run, ran=view.ran + 1)

    def compare(self, view: View, picked: list[str]) -> Updates:
        """One plot, a sentence, and what differs."""
        if len(picked or []) < 2:
            return {part: gr.update(visible=False) for part in (self.verdict, self.plot, self.table)}
        found = self.studio.within(view.project).run_list.compare(picked)
        named = [(common.run_title(run), found.curves[run.id]) for run in found.runs]
        headers, rows = copy.what_differs(found.runs, found.differences)
        return {
            self.verdict: gr.update(
                value=html.sentences(copy.best_of(found.runs, same_check=found.same_check)), visible=True
            ),
            self.plot: gr.update(value=plots.comparison(named), visible=True),
            self.table: gr.update(value=html.wide(html.table(headers, rows)), visible=True),
        }
