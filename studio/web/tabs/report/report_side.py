"""Beside the report: what it goes by, and an earlier version's report to compare it with."""

from typing import Any

import gradio as gr

from studio.copy.catalog import say
from studio.schemas.report import Report
from studio.services.runs.run_service import RunView
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import common
from studio.web.copy import report as copy
from studio.web.errors import wire
from studio.web.tabs.report.report_html import versus
from studio.web.view import View, person_of

LISTED = 40


def looked_at(studio: Studio, view: View) -> RunView | None:
    """The run whose report is shown: the one of the view if it saved something that can answer, else the newest."""
    runs = [run for run in studio.runs.all(view.project) if run.has_version] if view.project else []
    return next((run for run in runs if run.id == view.run), runs[0] if runs else None)


class ReportSide:
    """Two small cards under the report."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, view: gr.State, notice: gr.Markdown) -> None:
        """Layout first, then the events."""
        with gr.Accordion(say("report.versus_title_all"), open=False, elem_classes="card"):
            self.other = gr.Dropdown([], label=say("report.versus"), allow_custom_value=True)
            self.compared = gr.Markdown()
        with gr.Accordion(say("report.choices_title"), open=False, elem_classes="card"):
            with gr.Row(elem_classes="halves"):
                self.kind = gr.Dropdown(
                    copy.kinds_of_work(), value="", label=say("report.kind"), info=say("report.kind_hint")
                )
                self.price = gr.Number(0, label=say("report.price"), info=say("report.price_hint"), minimum=0)
            with gr.Row(elem_classes="actions"):
                self.keep = gr.Button(say("report.keep_choices"))
                self.kept = gr.Markdown()
        wire(self.other.input, self.compare, [view, self.other], [self.compared], notice)
        wire(self.keep.click, self.choose, [view, self.kind, self.price], [self.kept], notice)

    @property
    def painted(self) -> list[Any]:
        """What `paint` fills, in its order."""
        return [self.other, self.compared, self.kind, self.price, self.kept]

    def paint(self, view: View, run: RunView | None, *, same: bool = False) -> tuple[Any, ...]:
        """The other reports there are, and what was chosen; beside the same report what she picks and types stays."""
        if run is None:
            return tuple(gr.skip() for _ in self.painted)
        others = [one for one in self.studio.runs.all(view.project)[:LISTED] if one.id != run.id and self._report(one)]
        choices = [(common.run_line(one), one.id) for one in others]
        if same:
            return (gr.update(choices=choices, visible=bool(others)), *(gr.skip() for _ in self.painted[1:]))
        kept = self.studio.evaluation.choices(view.project)
        none = "" if others else html.none(say("report.versus_none"))
        return (gr.update(choices=choices, value=None, visible=bool(others)), none, kept.kind,
                kept.price_per_million or 0, "")  # fmt: skip

    def compare(self, view: View, other: str) -> str:
        """The report that is looked at, against another one."""
        run = looked_at(self.studio, view)
        reports = self.studio.within(view.project).evaluation
        new, old = (self._report(run) if run else None), (reports.report(other) if other else None)
        return versus(new, old) if new and old else html.none(say("report.versus_none"))

    def choose(self, view: View, kind: str, price: float, request: gr.Request) -> str:
        """The next report follows it."""
        self.studio.evaluation.choose(view.project, kind=kind or "", price_per_million=price or None,
                                      by=person_of(request))  # fmt: skip
        return html.sentences(say("report.choices_kept"))

    def _report(self, run: RunView) -> Report | None:
        return self.studio.evaluation.report(run.id)
