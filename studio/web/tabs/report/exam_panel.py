"""Questions that the expert writes for the exam, as long as it is not frozen, and what the exam can show at all."""

from dataclasses import replace

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.data.duplicates.number_series import series_in_words
from studio.errors import StudioError
from studio.evaluation.statistics.exam_power import expected_power
from studio.services.access import Right
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import report as copy
from studio.web.listeners import Listeners
from studio.web.mounting import Updates
from studio.web.view import View, actor_of, person_of


class ExamPanel:
    """A small form on the Report tab; it goes when the first run froze the exam."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self) -> None:
        """The layout."""
        with gr.Accordion(say("report.questions_title"), open=True, visible=False, elem_classes="card") as self.card:
            gr.Markdown(html.sentences(say("report.questions_lead")), elem_classes="soft")
            self.limits = gr.Markdown()
            with gr.Row(elem_classes="write"):
                self.question = gr.Textbox(
                    "", label=say("report.asked"), lines=2, max_lines=6, elem_classes="keep-draft"
                )
                self.answer = gr.Textbox(
                    "", label=say("report.answered"), lines=2, max_lines=6, elem_classes="keep-draft"
                )
            with gr.Row(elem_classes="actions"):
                self.add = gr.Button(say("exam_panel.put_into_exam"), variant="primary")
                self.back = gr.Button(say("exam_panel.take_last_one_back"), elem_classes="quiet", visible=False)
            self.listed = gr.Markdown()

    def connect(self, listen: Listeners) -> None:
        """What is heard."""
        view = self._view = listen.frame.view
        listen.changes(self.add.click, self.write, [view, self.question, self.answer], [self.question, self.answer])
        listen.changes(self.back.click, self.take_back, [view], [self.question, self.answer])

    @property
    def parts(self) -> list[Block]:
        """What `refresh` may change."""
        return [self.card, self.limits, self.back, self.listed]

    def refresh(self, view: View) -> Updates:
        """How large the exam would be now, and the questions of her own; nothing once it is frozen."""
        if not view.dataset or (scope := self.studio.within(view.project)).exam_questions.is_frozen(view.project):
            hidden = gr.update(visible=False)
            return {self.card: hidden, self.limits: "", self.back: hidden, self.listed: ""}
        own = scope.exam_questions.all(view.project)
        aside = scope.examples.set_aside(scope.examples.view(view.project, view.dataset))
        can_show = " ".join(map(str, expected_power(aside.exam).said))
        limits = aside.why or copy.exam_so_far(aside.exam - len(own), len(own), can_show)
        alike = [alike] if (alike := series_in_words(aside.series, aside.exam)) else []
        rows = [[example.question, example.answer] for example in own]
        headers = [say("report.asked"), say("report.answered")]
        return {
            self.card: gr.update(visible=True), self.limits: html.sentences(limits, *alike),
            self.back: gr.update(visible=bool(own)),
            self.listed: html.table(headers, rows, say("report.own_questions")) if rows else "",
        }  # fmt: skip

    def write(self, view: View, question: str, answer: str, request: gr.Request) -> Updates:
        """One more question."""
        exam = self.studio.open(actor_of(request), view.project, Right.CHANGE).exam_questions
        exam.write(view.project, question, answer, by=person_of(request))
        return {self._view: replace(view, ran=view.ran + 1), self.question: "", self.answer: ""}

    def take_back(self, view: View, request: gr.Request) -> Updates:
        """The last question goes back into its fields, to be written better."""
        exam = self.studio.open(actor_of(request), view.project, Right.CHANGE).exam_questions
        own = exam.all(view.project)
        if not own:
            raise StudioError(say("exam_panel.no_question_your_own"), hint=say("exam_panel.was_taken_back_another"))
        last = own[-1]
        exam.remove(view.project, last.id, by=person_of(request))
        return {self._view: replace(view, ran=view.ran + 1), self.question: last.question, self.answer: last.answer}
