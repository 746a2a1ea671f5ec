"""Questions that the expert writes for the exam, as long as it is not frozen, and what the exam can show at all."""

from typing import Any

import gradio as gr

from studio.copy.catalog import say
from studio.data.duplicates.number_series import series_in_words
from studio.errors import StudioError
from studio.evaluation.statistics.comparisons import before_the_run
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import report as copy
from studio.web.errors import wire
from studio.web.view import View, person_of


class ExamPanel:
    """A small form on the Report tab; it goes when the first run froze the exam."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, view: gr.State, notice: gr.Markdown) -> None:
        """Layout first, then the events."""
        with gr.Accordion(say("report.questions_title"), open=True, visible=False, elem_classes="card") as self.card:
            gr.Markdown(html.sentences(say("report.questions_lead")), elem_classes="soft")
            self.limits = gr.Markdown()
            with gr.Row(elem_classes="write"):
                self.question = gr.Textbox(label=say("report.asked"), lines=2, max_lines=6)
                self.answer = gr.Textbox(label=say("report.answered"), lines=2, max_lines=6)
            with gr.Row(elem_classes="actions"):
                self.add = gr.Button(say("exam_panel.put_into_exam"), variant="primary")
                self.back = gr.Button(say("exam_panel.take_last_one_back"), elem_classes="quiet", visible=False)
            self.listed = gr.Markdown()
        wire(self.add.click, self.write, [view, self.question, self.answer], self.changed, notice)
        wire(self.back.click, self.take_back, [view], self.changed, notice)

    @property
    def painted(self) -> list[Any]:
        """What `paint` fills, in its order."""
        return [self.card, self.limits, self.back, self.listed]

    @property
    def changed(self) -> list[Any]:
        """The same after a click, and the two fields."""
        return [*self.painted, self.question, self.answer]

    def paint(self, view: View) -> tuple[Any, ...]:
        """How large the exam would be now, and the questions of her own; nothing once it is frozen."""
        if not view.dataset or self.studio.exam_questions.is_frozen(view.project):
            return gr.update(visible=False), "", gr.update(visible=False), ""
        own = self.studio.exam_questions.all(view.project)
        aside = self.studio.examples.set_aside(self.studio.examples.view(view.project, view.dataset))
        can_show = " ".join(map(str, before_the_run(aside.exam)))
        limits = aside.why or copy.exam_so_far(aside.exam - len(own), len(own), can_show)
        alike = [said] if (said := series_in_words(aside.series, aside.exam)) else []
        rows = [[example.question, example.answer] for example in own]
        listed = (
            html.table([say("report.asked"), say("report.answered")], rows, say("report.own_questions")) if rows else ""
        )
        return gr.update(visible=True), html.sentences(limits, *alike), gr.update(visible=bool(own)), listed

    def write(self, view: View, question: str, answer: str, request: gr.Request) -> tuple[Any, ...]:
        """One more question."""
        self.studio.exam_questions.write(view.project, question, answer, by=person_of(request))
        return (*self.paint(view), "", "")

    def take_back(self, view: View, request: gr.Request) -> tuple[Any, ...]:
        """The last question goes back into its fields, to be written better."""
        own = self.studio.exam_questions.all(view.project)
        if not own:
            raise StudioError(say("exam_panel.no_question_your_own"), hint=say("exam_panel.was_taken_back_another"))
        last = own[-1]
        self.studio.exam_questions.remove(view.project, last.id, by=person_of(request))
        return (*self.paint(view), last.question, last.answer)
