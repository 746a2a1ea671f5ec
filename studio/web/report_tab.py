"""REPORT: is it better, how sure is that, and what did it cost. The exam goes on when the page is closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from studio.desk.runs import RunView
from studio.desk.sittings import Sitting
from studio.desk.studio import Studio
from studio.errors import StudioError
from studio.evidence.report_page import GUARDS, name_of
from studio.records.report import Advice, Guard, Measured, ReadAnswer, Report
from studio.web import paint, words
from studio.web.errors import wire
from studio.web.examples_tab import Offer
from studio.web.view import View, person_of, session_of

NAME = "Report"
LOOK_EVERY_SECONDS = 1.0
READY = "Everybody answers the questions that were set aside, and the report says what that shows and what it does not."
GUARDS_HELP = "Asks general, improper and unanswerable questions before and after. Takes about two minutes more."
CAPTION = (
    "Points of 100, in brackets the range that holds the true value in 95 of 100 exams. Start: the starting model. "
    "Shown: the same with a good prompt. Look-up: the nearest answer of your table. Yours: your version."
)
SHORT = {"base": "Start", "prompted": "Shown", "lookup": "Look-up", "tuned": "Yours"}
BEST, WORST = "Your version at its best.", "Your version at its worst."
TONES = {Advice.USE: "good", Advice.USE_FOR: "warn", Advice.PROMPT: "warn", Advice.NOT_YET: "bad"}
STATES = {"pass": "as before", "warn": "worth a look", "fail": "worse"}


@dataclass(frozen=True)
class Glance:
    """What this page has already drawn."""

    run: str = ""
    report: str = ""
    whom: str = ""
    done: int = 0
    going: bool = False


class ReportTab:
    """The fifth tab."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio, self.offer = studio, offer

    def build(self, view: gr.State) -> None:
        """Layout first, then the events."""
        self.seen = gr.State(Glance())
        self.timer = gr.Timer(LOOK_EVERY_SECONDS, active=False)
        self.notice = gr.Markdown(visible=False, elem_classes="said")
        self.headline = gr.Markdown(paint.heading(NAME, words.NOTHING_TAUGHT))
        self.guarded = gr.Checkbox(True, label="Also look at what teaching cost", info=GUARDS_HELP, visible=False,
                                   container=False)  # fmt: skip
        with gr.Row(elem_classes="actions"):
            self.ask = gr.Button("Ask the exam", variant="primary", interactive=False)
            self.stop = gr.Button("Stop", visible=False)
            self.save = gr.Button("Save the report", visible=False)
            self.saved = gr.Markdown(elem_classes="saved")
        self.progress = gr.Markdown(visible=False)
        with gr.Column(visible=False) as self.room:
            with gr.Column(elem_classes="card"):
                self.results = gr.Markdown()
            with gr.Row(elem_classes="two-thirds"):
                with gr.Column(scale=3), gr.Column(elem_classes="card"):
                    self.guards = gr.Markdown()
                with gr.Column(scale=2), gr.Column(elem_classes="card"):
                    self.why = gr.Markdown()
            with gr.Accordion("Answers to read", open=False, elem_classes="card"):
                self.reading = gr.Markdown()
        wire(self.ask.click, self.begin, [view, self.guarded], self.painted, self.notice)
        wire(self.stop.click, self.end, [view], [self.stop], self.notice)
        wire(self.save.click, self.export, [view], [self.saved], self.notice)
        wire(self.timer.tick, self.look, [view, self.seen], self.painted, self.notice, concurrency_limit=None)

    # Painting

    @property
    def painted(self) -> list[Any]:
        """What `paint` fills, in its order."""
        return [
            self.seen, self.timer, self.headline, self.guarded, self.ask, self.stop, self.save, self.progress,
            self.room, self.results, self.guards, self.why, self.reading,
        ]  # fmt: skip

    def look(self, view: View, seen: Glance) -> tuple[Any, ...]:
        """A tick: nothing is drawn while nothing has changed."""
        if self._glance(view) == seen:
            return tuple(gr.skip() for _ in self.painted)
        return self.paint(view)

    def paint(self, view: View) -> tuple[Any, ...]:
        """The report on the run that is looked at, or how far its exam is."""
        run = self._run(view)
        hidden = gr.update(visible=False)
        if run is None:
            rest = tuple(gr.skip() for _ in self.painted[9:])
            return (Glance(), gr.update(active=False), paint.heading(NAME, words.NOTHING_TAUGHT), hidden,
                    gr.update(interactive=False), hidden, hidden, hidden, hidden, *rest)  # fmt: skip
        report, sitting = self.studio.evaluation.report(run.id), self.studio.evaluation.sittings.of(run.id)
        going = sitting is not None and not sitting.over
        ready = run.state.status.is_over and not going
        asking = gr.update(value="Ask the exam again" if report else "Ask the exam", interactive=ready,
                           variant="secondary" if report else "primary")  # fmt: skip
        told = progress_of(sitting) if sitting is not None else ""
        drawn = drawing(report) if report else tuple(gr.skip() for _ in self.painted[9:])
        return (
            self._glance(view), gr.update(active=going), headline(report), gr.update(visible=ready), asking,
            gr.update(visible=going, interactive=True), gr.update(visible=report is not None),
            gr.update(value=told, visible=bool(told)), gr.update(visible=report is not None), *drawn,
        )  # fmt: skip

    # Events

    def begin(self, view: View, guarded: bool, request: gr.Request) -> tuple[Any, ...]:
        """Everybody answers, in the background; a second press finds the exam that goes on."""
        run = self._run(view)
        if run is None:
            raise StudioError(words.NOTHING_TAUGHT)
        self.studio.evaluation.sittings.begin(run.id, by=person_of(request), quick=not guarded)
        return self.paint(view)

    def end(self, view: View) -> Any:
        """Stop after the answers that are being written."""
        run = self._run(view)
        if run is not None:
            self.studio.evaluation.sittings.stop(run.id)
        return gr.update(interactive=False)

    def export(self, view: View, request: gr.Request) -> str:
        """The page to print."""
        run = self._run(view)
        if run is None:
            raise StudioError(words.NOTHING_TAUGHT)
        path = self.studio.evaluation.page(run.id)
        return paint.saved(self.offer(session_of(request), path), path.name)

    # Within

    def _run(self, view: View) -> RunView | None:
        runs = [run for run in self.studio.runs.all(view.project) if run.has_version] if view.project else []
        return next((run for run in runs if run.id == view.run), runs[0] if runs else None)

    def _glance(self, view: View) -> Glance:
        run = self._run(view)
        if run is None:
            return Glance()
        report, sitting = self.studio.evaluation.report(run.id), self.studio.evaluation.sittings.of(run.id)
        made = report.id if report else ""
        if sitting is None:
            return Glance(run.id, made)
        return Glance(run.id, made, sitting.whom, sitting.done, not sitting.over)


def headline(report: Report | None) -> str:
    """The verdict in words."""
    if report is None:
        return paint.heading(NAME, READY)
    advice = report.verdict.advice
    return paint.heading(NAME, report.verdict.sentence, advice.value, TONES[advice])


def progress_of(sitting: Sitting) -> str:
    """Who answers now, or why nobody does."""
    if sitting.error is not None:
        return paint.notice(sitting.error.message, sitting.error.hint, where=sitting.error.where)
    if sitting.over:
        return ""
    name, _, what = sitting.whom.partition(", ")
    said = f"{name_of(name)}, {what}: {sitting.done} of {sitting.total} answers" if name else words.LOADING
    return paint.notice(said[0].upper() + said[1:] + ".", "You can close this page.", tone="good")


def drawing(report: Report) -> tuple[str, str, str, str]:
    """Results, guards, causes and answers to read."""
    return results(report), guards(report.probes), causes(report), reading(report)


def points(value: Measured | None) -> str:
    """A value with its range."""
    return f"{100 * value.value:.0f} ({100 * value.low:.0f} to {100 * value.high:.0f})" if value else "–"


def results(report: Report) -> str:
    """The table of the exam, and what may be said of it."""
    rows = [
        [report.titles.get(metric, metric), *(points(by.get(name)) for name in report.contestants)]
        for metric, by in report.metrics.items()
    ]
    main = [
        row.sentence
        for row in report.comparisons
        if row.metric == report.main_metric and "tuned" in (row.one, row.other)
    ]
    headers = ["Measure", *(SHORT[name] for name in report.contestants)]
    top = paint.title("The exam", f"{report.questions} questions that nobody learnt from.")
    elsewhere = {guard.sentence for guard in report.probes}
    said = [sentence for sentence in report.sentences if sentence not in elsewhere]
    return top + paint.table(headers, rows, CAPTION) + paint.listing([*said, *main])


def guards(probes: Sequence[Guard]) -> str:
    """One card for each guard."""
    top = paint.title("What it cost", "The same questions before and after teaching.")
    if not probes:
        return top + paint.none("The guards were left out.")
    return top + "".join(
        paint.block("finding", paint.finding(GUARDS[guard.name], guard.sentence, STATES[guard.state]))
        for guard in probes
    )


def causes(report: Report) -> str:
    """What to look at before the next run."""
    found = [cause.sentence for cause in report.diagnosis if cause.found]
    better = report.verdict.advice is not Advice.NOT_YET
    top = paint.title("Before the next run" if better else "Why not better")
    return top + (paint.listing(found) if found else paint.none("Nothing was found."))


def reading(report: Report) -> str:
    """The best and the worst, as tables."""

    def rows(answers: Sequence[ReadAnswer]) -> list[list[str]]:
        return [[it.question, it.expert, it.replies.get("base", ""), it.replies.get("tuned", "")] for it in answers]

    headers = ["Question", "Your answer", "Starting model", "Your version"]
    return paint.table(headers, rows(report.best), BEST) + paint.table(headers, rows(report.worst), WORST)
