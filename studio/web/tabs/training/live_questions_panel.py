"""Live questions: chosen before the start, their answers followed while it learns, and a version kept by them."""

from dataclasses import replace

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.run import Status
from studio.services.runs.run_service import RunView
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import training as copy
from studio.web.listeners import Listeners
from studio.web.mounting import Updates
from studio.web.view import View, person_of


class LiveQuestionsPanel:
    """One card before the start, one while it learns and after."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build_before(self) -> None:
        """What to follow in the run that comes."""
        with gr.Column(elem_classes="card", visible=False) as self.before:
            gr.Markdown(
                html.title(say("live_questions_panel.questions_follow_while_learns"), say("training.questions_lead"))
            )
            with gr.Row(elem_classes="halves"):
                self.questions = gr.Textbox(
                    label=say("live_questions_panel.your_questions_one_on"),
                    lines=3,
                    max_lines=5,
                    info=say("live_questions_panel.you_can_leave_empty"),
                    elem_classes="keep-draft",
                )
                self.offered = gr.Dropdown(
                    [],
                    label=say("live_questions_panel.add_one_practice_check"),
                    allow_custom_value=True,
                    info=say("live_questions_panel.model_does_not_learn"),
                )

    def build_after(self) -> None:
        """The answers, and the button that keeps a version."""
        with gr.Column(elem_classes="card", visible=False) as self.after:
            gr.Markdown(html.title(say("live_questions_panel.how_answers_change"), say("training.answers_lead")))
            self.answers = gr.Markdown()
        with gr.Row(elem_classes="actions card keep", visible=False) as self.keeping:
            self.version = gr.Dropdown(
                [],
                label=say("live_questions_panel.saved_versions"),
                allow_custom_value=True,
                min_width=240,
                info=say("training.keep_help"),
                elem_classes="versions",
            )
            self.keep = gr.Button(say("live_questions_panel.keep_version"))
        self.suggested = gr.State("")  # what the list offered by itself; another version in it is her own choice

    def connect(self, listen: Listeners) -> None:
        """What is heard."""
        view = listen.frame.view
        listen.on(self.offered.focus, self.offer_questions, [view], [self.offered])
        listen.on(self.offered.input, self.add, [self.questions, self.offered], [self.questions, self.offered])
        listen.changes(self.keep.click, self.keep_version, [view, self.version])

    @property
    def parts(self) -> list[Block]:
        """What `refresh` may change."""
        return [self.before, self.after, self.answers, self.keeping, self.version, self.suggested, self.keep]

    def offer(self, run: RunView | None) -> str:
        """The saved version that would be kept: her choice, else the best one, else the newest."""
        if run is None or run.state.status is Status.QUEUED:
            return ""
        runs = self.studio.within(run.spec.project).runs
        steps, chosen = runs.saved_steps(run.id), runs.chosen(run.id)
        kept = chosen.step if chosen else run.state.best_step
        return str(kept if kept in steps else steps[0]) if steps else ""

    def refresh(self, run: RunView | None, *, fresh: bool) -> Updates:
        """The card before a `fresh` plan starts, the answers so far, the versions there are."""
        before: Updates = {self.before: gr.update(visible=fresh)}
        if run is None or run.state.status is Status.QUEUED:
            hidden = gr.update(visible=False)
            return {**before, self.after: hidden, self.keeping: hidden}
        runs = self.studio.within(run.spec.project).runs
        asked, steps, chosen = runs.questions(run.id), runs.saved_steps(run.id), runs.chosen(run.id)
        over = run.state.status.is_over
        kept = chosen.step if chosen else run.state.best_step
        headers, rows = copy.answer_table(asked, runs.answers(run.id), over=over, kept=kept,
                                          teaches_on=run.spec.teaches_on)  # fmt: skip
        none = html.none(say("training.never_asked") if over else say("training.no_answers_yet"))
        table = html.table(headers, rows, named=True) if len(headers) > 2 else none
        offered = self.offer(run)
        by_answers = run.outcome is not None and run.outcome.kept_last is not None
        choices = [
            (copy.version_name(step, run.state.best_step, chosen, by_answers=by_answers), str(step)) for step in steps
        ]
        button = say("live_questions_panel.keep_version") if over else say("live_questions_panel.stop_keep_version")
        return {
            **before,
            self.after: gr.update(visible=bool(asked)),
            self.answers: html.wide(html.block("live-answers stacks", table)),
            self.keeping: gr.update(visible=bool(steps)),
            self.version: gr.update(choices=choices, value=offered or None),
            self.suggested: offered,
            self.keep: gr.update(value=button, interactive=bool(steps)),
        }

    # Events

    def offer_questions(self, view: View) -> Updates:
        """Those of the practice check, as the split stands now."""
        if not view.dataset:
            raise StudioError(
                say("live_questions_panel.there_no_examples_yet"),
                hint=say("live_questions_panel.bring_them_on_examples"),
            )
        scope = self.studio.within(view.project)
        return {self.offered: gr.update(choices=scope.live_questions.offered(view.project, view.dataset))}

    def add(self, questions: str, picked: str | None) -> Updates:
        """One more line; a question that is there already stays once."""
        lines = asked_in(questions)
        question = " ".join((picked or "").split())
        together = [*lines, question] if question and question not in lines else lines
        return {self.questions: "\n".join(together), self.offered: gr.update(value=None)}

    def keep_version(self, view: View, step: str, request: gr.Request) -> View:
        """Her choice, by the answers she read."""
        if not str(step or "").isdigit():
            raise StudioError(
                say("live_questions_panel.no_version_was_chosen"), hint=say("live_questions_panel.pick_one_list")
            )
        self.studio.within(view.project).runs.keep(view.run, int(step), by=person_of(request))
        return replace(view, ran=view.ran + 1)


def asked_in(text: str) -> list[str]:
    """The questions of a box, one on each line."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
