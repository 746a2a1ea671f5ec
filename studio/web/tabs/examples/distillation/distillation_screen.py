"""Distillation: a teacher answers questions without answers, she looks at a sample, and they join the examples."""

from typing import Any

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.example import Example
from studio.services.access import Right
from studio.services.distillation.distillation_view import DistillationView
from studio.services.jobs import BackgroundJob
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy.progress import doing
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Place, Updates, fill
from studio.web.tabs.examples.distillation.asking_panel import DISTILLATION, AskingPanel
from studio.web.view import View, actor_of, changed, person_of
from studio.web.waiting import WaitingTables

USUAL_DRAWN = 40


class DistillationScreen:
    """In the place of the list: the newest teacher's answers as they stand, or the question for another teacher."""

    def __init__(self, studio: Studio, tables: WaitingTables, screen: str) -> None:
        self.studio = studio
        self.asking = AskingPanel(studio, tables, screen.removeprefix(DISTILLATION).removeprefix(":"))

    def build(self, listen: Listeners, frame: Frame, view: View) -> None:
        """Layout, listeners and what is true now."""
        self.frame = frame
        with gr.Column(elem_classes="screen teacher"):
            with gr.Row(elem_classes="screen-head"):
                self.back = gr.Button(say("decisions.back"), size="sm", elem_classes="back")
            self.progress = gr.Markdown(visible=False)
            with gr.Row(elem_classes="buttons"):
                self.stop = gr.Button(say("teacher_screen.stop"), size="sm", visible=False)
                self.go_on = gr.Button(say("teacher_screen.go_on"), size="sm", visible=False)
            with gr.Column(elem_classes="card", visible=False) as self.answers:
                self._build_answers()
            self.asking.build(frame, view)
        # pressed by live.js when the teacher is done
        self.pushed = gr.Button(say("list_screen.look_again"), visible="hidden", elem_classes="refresh")
        self._connect(listen)
        fill(self.refresh(view))

    def _build_answers(self) -> None:
        self.said = gr.Markdown()
        with gr.Row(elem_classes="actions keep") as self.drawing:
            self.count = gr.Number(USUAL_DRAWN, label=say("teacher_screen.how_many"), precision=0, minimum=1)
            self.draw = gr.Button(say("teacher_screen.draw"), size="sm")
        with gr.Column(visible=False) as self.looking:
            self.shown = gr.Markdown()
            self.row = gr.State("")
            with gr.Row(elem_classes="buttons settle"):
                self.right = gr.Button(say("teacher_screen.right"), size="sm", variant="primary")
                self.wrong = gr.Button(say("teacher_screen.wrong"), size="sm")
            self.correction = gr.Textbox(label=say("teacher_screen.correction"), lines=2, max_lines=12)
            with gr.Row(elem_classes="actions"):
                self.correct = gr.Button(say("teacher_screen.use_mine"), size="sm")
        with gr.Row(elem_classes="actions"):  # also when all were looked at
            self.undo = gr.Button(say("teacher_screen.take_back"), size="sm", elem_classes="quiet", visible=False)
        with gr.Column() as self.using:
            with gr.Row(elem_classes="actions"):
                self.unchecked = gr.Checkbox(False, label=say("teacher_screen.unchecked"), container=False)
            with gr.Row(elem_classes="actions"):
                self.use = gr.Button(say("teacher_screen.use"), variant="primary")

    def _connect(self, listen: Listeners) -> None:
        view = self.frame.view
        listen.repaints(self.parts, self.refresh)
        listen.leads(self.back.click, lambda place: {self.frame.place: place.at("examples")})
        listen.changes(self.pushed.click, lambda now: now, [view], by_itself=True, stores=False)
        listen.changes(self.stop.click, self.end, [view])
        listen.changes(self.go_on.click, self.resume, [view])
        listen.changes(self.draw.click, self.draw_more, [view, self.count])
        listen.changes(self.right.click, self.call_right, [view, self.row])
        listen.changes(self.wrong.click, self.call_wrong, [view, self.row])
        listen.changes(self.correct.click, self.rewrite, [view, self.row, self.correction])
        listen.changes(self.undo.click, self.take_back, [view])
        listen.changes(self.use.click, self.put_among, [view, self.frame.place, self.unchecked])
        self.asking.connect(listen)

    # Showing

    @property
    def parts(self) -> list[Block]:
        """What `refresh` may change."""
        return [
            self.progress, self.stop, self.go_on, self.answers, self.said, self.drawing, self.count, self.looking,
            self.shown, self.row, self.correction, self.undo, self.using, self.unchecked, *self.asking.parts,
        ]  # fmt: skip

    def refresh(self, view: View) -> Updates:
        """The newest teacher's answers as they stand."""
        hidden, found = gr.update(visible=False), self._newest(view)
        if found is None:
            return {**dict.fromkeys((self.progress, self.stop, self.go_on, self.answers), hidden)}
        job = self.studio.within(view.project).distillation.job(view.project, found.made.id)
        going = job is not None and not job.is_over
        waits = not found.made.finished and not going
        told = progress_of(job) if going or job is None or job.error is None else why_not(job)
        if waits and not told:
            asked = found.made.questions_in - sum(found.made.left_out.values())
            told = html.title(say("teacher_screen.waits", teacher=found.made.teacher.name, questions=asked),
                              say("teacher_screen.waits_for", source=found.made.source))  # fmt: skip
        is_open = bool(found.made.finished) and not found.made.used
        next_one = next((one for one in found.drawn if one.id not in found.marks), None)
        return {
            self.progress: gr.update(value=told, visible=bool(told) and not found.made.finished),
            self.stop: gr.update(visible=going), self.go_on: gr.update(visible=waits),
            self.answers: gr.update(visible=bool(found.made.finished)),
            self.said: summary(found), self.drawing: gr.update(visible=is_open),
            self.count: gr.update(value=self._suggested(found)),
            self.looking: gr.update(visible=is_open and next_one is not None),
            self.shown: shown_row(found, next_one) if next_one else "", self.row: next_one.id if next_one else "",
            self.correction: next_one.answer if next_one else "",
            self.undo: gr.update(visible=is_open and bool(found.marks)), self.using: gr.update(visible=is_open),
            self.unchecked: gr.update(visible=not found.is_checked),
            self.asking.card: gr.update(visible=bool(found.made.used)),
        }  # fmt: skip

    def _suggested(self, found: DistillationView) -> int:
        drawn, answers = found.made.drawn, found.made.answers
        return min(answers, 2 * drawn if drawn and found.is_checked else drawn or USUAL_DRAWN) or 1

    def _newest(self, view: View) -> DistillationView | None:
        if not view.project:
            return None
        service = self.studio.within(view.project).distillation
        made = next(iter(service.all(view.project)), None)
        found: DistillationView | None = service.view(view.project, made.id) if made else None
        return found

    # Acting

    def end(self, view: View, request: gr.Request) -> View:
        """Stop after the answers that are being written."""
        self._service(view, request).stop(view.project, self._id(view))
        return view

    def resume(self, view: View, request: gr.Request) -> View:
        """Go on with the questions that are left."""
        self._service(view, request).begin(view.project, self._id(view), by=person_of(request))
        return view

    def draw_more(self, view: View, count: float | None, request: gr.Request) -> View:
        """Draw answers to look at, by luck."""
        self._service(view, request).draw(view.project, self._id(view), int(count or 0), by=person_of(request))
        return view

    def call_right(self, view: View, row: str, request: gr.Request) -> View:
        """It is as she would have answered."""
        return self._mark(view, row, "right", request)

    def call_wrong(self, view: View, row: str, request: gr.Request) -> View:
        """It is left out."""
        return self._mark(view, row, "wrong", request)

    def rewrite(self, view: View, row: str, correction: str, request: gr.Request) -> View:
        """Her own words instead."""
        return self._mark(view, row, "corrected", request, correction)

    def take_back(self, view: View, request: gr.Request) -> View:
        """What was said last is open again."""
        found = self._newest(view)
        marks = sorted(found.marks.values(), key=lambda mark: mark.at) if found else []
        if not marks:
            raise StudioError(say("teacher_screen.nothing_to_take_back"))
        return self._mark(view, marks[-1].row, "open", request)

    def put_among(self, view: View, place: Place, unchecked: bool, request: gr.Request) -> Updates:
        """The answers are examples now."""
        done = self._service(view, request).use(view.project, self._id(view), by=person_of(request),
                                                unchecked=bool(unchecked))  # fmt: skip
        return {self.frame.view: changed(view, done), self.frame.place: place.at("examples"),
                self.frame.chosen: gr.Tabs(selected="examples")}  # fmt: skip

    def _mark(self, view: View, row: str, mark: str, request: gr.Request, correction: str = "") -> View:
        self._service(view, request).mark(view.project, self._id(view), row, mark, by=person_of(request),
                                          correction=correction)  # fmt: skip
        return view

    def _service(self, view: View, request: gr.Request) -> Any:
        return self.studio.open(actor_of(request), view.project, Right.CHANGE).distillation

    def _id(self, view: View) -> str:
        found = self._newest(view)
        if found is None:
            raise StudioError(say("distil_cli.none"), hint=say("teacher_screen.choose_a_table"))
        return found.made.id


def progress_of(job: BackgroundJob | None) -> str:
    """How far it is."""
    if job is None or job.is_over:
        return ""
    return html.progress(job.record.id, doing(job), *job.behind, say("report.close_page"))


def why_not(job: BackgroundJob) -> str:
    """Why it ended early."""
    error = job.error
    return html.notice(error.message, error.hint, where=error.where) if error else ""


def summary(found: DistillationView) -> str:
    """What came of the questions, what the sample says, and what was left out."""
    left = [say(f"distillation.left_out.{reason}", count=count) for reason, count in found.made.left_out.items()]
    told = [str(one) for one in found.said]
    listed = html.seen(say("teacher_screen.left_out", reasons=", ".join(left))) if left else ""
    doubts = "".join(html.seen(finding.text) for finding in found.findings[:5])
    used = html.notice(say("teacher_screen.used"), "", tone="good") if found.made.used else ""
    return html.title(told[0] if told else "") + html.sentences(*told[1:]) + used + listed + doubts


def shown_row(found: DistillationView, example: Example) -> str:
    """One drawn answer, and which of how many it is."""
    label = say("teacher_screen.which", number=found.looked_at + 1, drawn=len(found.drawn))
    return html.pair(example.question, example.answer, label=label, longest=4_000, learned=False)
