"""Beside the report: what it goes by, and an earlier version's report to compare it with."""

import gradio as gr

from studio.copy.catalog import say
from studio.services.access import Right
from studio.services.runs.run_service import RunView
from studio.services.studio import Studio
from studio.services.versions.shown_version import shown_version
from studio.web import html
from studio.web.copy import common
from studio.web.copy import report as copy
from studio.web.layout.drawer import Drawer
from studio.web.listeners import Listeners
from studio.web.mounting import Updates
from studio.web.tabs.report.report_html import versus
from studio.web.view import View, actor_of, person_of

LISTED = 40
USUAL_CERTAINTY = 0.9


def looked_at(studio: Studio, view: View) -> RunView | None:
    """The version of the view's run if it saved something that can answer, else the newest; the one before where that
    did worse and nobody picked it."""
    if not view.project:
        return None
    scope = studio.within(view.project)
    return shown_version(scope.runs.all(view.project), view.run, scope.runs.did_worse, picked=view.picked,
                         served=scope.family.served(view.project))  # fmt: skip


def with_version(studio: Studio, view: View) -> list[RunView]:
    """The runs that saved something that can answer, the newest first."""
    runs = studio.within(view.project).runs.all(view.project) if view.project else []
    return [run for run in runs if run.has_version]


class ReportSide:
    """Two drawers under the report, read anew each time that they are opened."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, listen: Listeners) -> None:
        """The two drawers, closed."""
        view = listen.frame.view
        Drawer(say("report.versus_title_all"), view, lambda now: self.build_versus(listen, now), "card")
        Drawer(say("report.choices_title"), view, lambda now: self.build_choices(listen, now), "card")

    def build_versus(self, listen: Listeners, view: View) -> None:
        """The other reports there are."""
        others = self._others(view)
        choices = [(common.run_line(one), one.id) for one in others]
        self.other = gr.Dropdown(choices, value=None, label=say("report.versus"), allow_custom_value=True,
                                 visible=bool(others))  # fmt: skip
        self.compared = gr.Markdown("" if others else html.none(say("report.versus_none")))
        listen.on(self.other.input, self.compare, [listen.frame.view, self.other], [self.compared])

    def build_choices(self, listen: Listeners, view: View) -> None:
        """What was chosen for this project."""
        kept = self.studio.within(view.project).evaluation.choices(view.project) if view.project else None
        with gr.Row(elem_classes="halves"):
            self.kind = gr.Dropdown(copy.kinds_of_work(), value=kept.kind if kept else "", label=say("report.kind"),
                                    info=say("report.kind_hint"))  # fmt: skip
            self.price = gr.Number((kept.price_per_million if kept else None) or 0, label=say("report.price"),
                                   info=say("report.price_hint"), minimum=0)  # fmt: skip
        certainty = kept.certainty if kept else USUAL_CERTAINTY
        handed = self._handed(view, certainty)
        self.certainty = gr.Slider(50, 99, value=round(100 * certainty), step=1, label=say("labels.slider"),
                                   info=say("labels.slider_hint"), visible=bool(handed))  # fmt: skip
        self.handed = gr.Markdown(html.sentences(handed) if handed else "")
        with gr.Row(elem_classes="actions"):
            self.keep = gr.Button(say("report.keep_choices"))
            self.done = gr.Markdown()
        now = listen.frame.view
        listen.on(self.certainty.release, self.hand_over, [now, self.certainty], [self.handed])
        listen.on(self.keep.click, self.choose, [now, self.kind, self.price, self.certainty], [self.done])

    def compare(self, view: View, other: str) -> Updates:
        """The report that is looked at, against another one."""
        run, reports = looked_at(self.studio, view), self.studio.within(view.project).evaluation
        new, old = (reports.report(run.id) if run else None), (reports.report(other) if other else None)
        return {self.compared: versus(new, old) if new and old else html.none(say("report.versus_none"))}

    def hand_over(self, view: View, percent: float) -> Updates:
        """What a person would decide at this certainty, by the report that is looked at."""
        return {self.handed: html.sentences(self._handed(view, percent / 100))}

    def choose(self, view: View, kind: str, price: float, request: gr.Request, percent: float | None = None) -> Updates:
        """The next report follows it."""
        evaluation = self.studio.open(actor_of(request), view.project, Right.CHANGE).evaluation
        certainty = percent / 100 if percent else None
        evaluation.choose(view.project, kind=kind or "", price_per_million=price or None, certainty=certainty,
                          by=person_of(request))  # fmt: skip
        return {self.done: html.sentences(say("report.choices_kept"))}

    def _handed(self, view: View, certainty: float) -> str:
        run = looked_at(self.studio, view)
        return self.studio.within(view.project).evaluation.handed_over(run.id, certainty) if run else ""

    def _others(self, view: View) -> list[RunView]:
        run = looked_at(self.studio, view)
        if run is None:
            return []
        scope = self.studio.within(view.project)
        runs = scope.runs.all(view.project)[:LISTED]
        return [one for one in runs if one.id != run.id and scope.evaluation.report(one.id)]
