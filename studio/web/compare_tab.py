"""COMPARE: one question, both answer at the same time, and nobody has to guess which weights wrote what."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from studio.desk.runs import RunView
from studio.desk.studio import Studio
from studio.errors import StudioError
from studio.records.chat import Turn
from studio.records.example import Example
from studio.web import paint, words
from studio.web.errors import wire
from studio.web.examples_tab import Offer
from studio.web.talks import SIDES, Talk, Talks, panes_of, reply_settings, turn_notes
from studio.web.view import View, person_of, session_of
from studio.web.words import compare as say

LISTED_RUNS = 40


class CompareTab:
    """The fourth tab."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio, self.offer = studio, offer
        self.talks = Talks(studio)

    # Layout

    def build(self, view: gr.State) -> None:
        """Layout first, then the events."""
        self.talk = gr.State(Talk())
        self.notice = gr.Markdown(visible=False, elem_classes="said")
        self.headline = gr.Markdown(paint.heading("Ask both", words.NOTHING_TAUGHT))
        with gr.Column(visible=False) as self.room:
            self.run = gr.Dropdown([], label="Your version", allow_custom_value=True,
                                   elem_classes="run-picker")  # fmt: skip
            with gr.Row(elem_classes="halves panes"):
                self.heads, self.panes = {}, {}
                for side in SIDES:
                    with gr.Column(elem_classes=f"card pane {side}"):
                        self.heads[side] = gr.Markdown(elem_classes="pane-head")
                        self.panes[side] = gr.Chatbot(
                            render_markdown=False, buttons=[], show_label=False, height=380, layout="bubble",
                            label=say.SIDES[side], group_consecutive_messages=False, feedback_options=None,
                            placeholder=say.EMPTY_PANE, elem_classes="talk",
                        )  # fmt: skip
            self.expert = gr.Markdown(visible=False, elem_classes="card expert")
            with gr.Row(elem_classes="ask"):
                self.question = gr.Textbox(
                    label="Your question", placeholder="Ask something, as one of your people would", lines=2,
                    max_lines=8,
                    scale=5, submit_btn=False, elem_classes="question",
                )  # fmt: skip
                with gr.Column(scale=1, min_width=170, elem_classes="ask-buttons"):
                    self.send = gr.Button("Ask both", variant="primary")
                    self.stop = gr.Button("Stop", visible=False)
                    self.exam = gr.Button("From the exam")
            self._build_settings()
            with gr.Row(elem_classes="actions"):
                self.anew = gr.Button("Start a new conversation", elem_classes="quiet")
                self.save_csv = gr.Button("Save as CSV", size="sm")
                self.save_jsonl = gr.Button("Save as JSONL", size="sm")
                self.saved = gr.Markdown(elem_classes="saved")
        self._connect(view)

    def _build_settings(self) -> None:
        self.settings: dict[str, list[Any]] = {}
        with gr.Accordion("How each of them answers", open=False, elem_classes="card"), gr.Row(elem_classes="halves"):
            for side in SIDES:
                with gr.Column():
                    gr.Markdown(paint.title(say.SIDES[side]))
                    self.settings[side] = [
                        gr.Slider(0, 1.5, value=0, step=0.1, label="Randomness (temperature)", buttons=[],
                                  info="0 always takes the likeliest words."),
                        gr.Slider(16, 1024, value=200, step=8, label="Longest answer (pieces of words)", buttons=[]),
                        gr.Textbox(label="Instructions", lines=3, info=say.SAME_INSTRUCTIONS),
                    ]  # fmt: skip

    def _connect(self, view: gr.State) -> None:
        dials = [*self.settings["base"], *self.settings["tuned"]]
        panes = [self.heads["base"], self.heads["tuned"], self.panes["base"], self.panes["tuned"]]
        answering = [self.talk, *panes, self.question, self.send, self.stop, self.expert]
        for trigger in (self.send.click, self.question.submit):
            wire(trigger, self.ask, [self.talk, self.question, *dials], answering, self.notice, concurrency_limit=4,
                 concurrency_id="ask")  # fmt: skip
        wire(self.stop.click, self.end, [self.talk], [self.stop], self.notice)
        wire(
            self.exam.click,
            self.from_exam,
            [self.talk],
            [self.talk, self.question, self.expert, self.exam],
            self.notice,
        )
        wire(self.run.input, self.choose, [view, self.run], [view], self.notice)
        wire(self.anew.click, self.begin_anew, [self.talk], [self.talk, *panes, self.expert], self.notice)
        wire(self.save_csv.click, self.export_csv, [self.talk], [self.saved], self.notice)
        wire(self.save_jsonl.click, self.export_jsonl, [self.talk], [self.saved], self.notice)
        for side in SIDES:
            told = self.settings[side][2]
            wire(told.blur, self.note_instructions, [self.talk, told], [told], self.notice)

    # Painting

    @property
    def painted(self) -> list[Any]:
        """What `paint` fills, in its order."""
        return [
            self.talk, self.headline, self.room, self.run, self.heads["base"], self.heads["tuned"], self.panes["base"],
            self.panes["tuned"], self.expert, self.exam, self.settings["base"][2], self.settings["tuned"][2],
        ]  # fmt: skip

    def paint(self, view: View, talk: Talk) -> tuple[Any, ...]:
        """The run to chat with; a conversation with it goes on, another run begins a new one."""
        runs = (
            [run for run in self.studio.runs.all(view.project)[:LISTED_RUNS] if run.has_version] if view.project else []
        )
        if not runs:
            rest = tuple(gr.skip() for _ in self.painted[3:])
            return (talk, paint.heading("Ask both", words.NOTHING_TAUGHT), gr.update(visible=False), *rest)
        chosen = next((run for run in runs if run.id == view.run), runs[0])
        picker = gr.update(choices=[(words.run_line(run), run.id) for run in runs], value=chosen.id)
        lead = paint.heading("Ask both", say.COMPARE_LEAD)
        if chosen.id == talk.run:
            return (talk, lead, gr.update(visible=True), picker, *(gr.skip() for _ in self.painted[4:]))
        exam = self.studio.chats.exam(chosen.id)
        told = chosen.ticket.recipe.instructions
        return (
            Talk(run=chosen.id), lead, gr.update(visible=True), picker, *self._heads(chosen, ()), [], [],
            gr.update(visible=False), gr.update(value=say.exam_button(0, len(exam)), interactive=bool(exam)), told,
            told,
        )  # fmt: skip

    def _heads(self, run: RunView, turns: Sequence[Turn], note: str = "") -> tuple[str, str]:
        marks = {reply.contestant: reply.fingerprint for turn in turns for reply in turn.replies}
        notes = turn_notes(turns[-1]) if turns else {}
        return (
            paint.pane_head(say.SIDES["base"], words.model_name(run.ticket.recipe.base_model), marks.get("base", ""),
                            notes.get("base", note)),
            paint.pane_head(say.SIDES["tuned"], f"{run.ticket.created.astimezone():%d %b, %H:%M}",
            marks.get("tuned", ""),
                            notes.get("tuned", note)),
        )  # fmt: skip

    # Events

    def ask(
        self, talk: Talk, question: str, base_warmth: float, base_length: float, base_told: str, warmth: float,
        length: float, told: str, request: gr.Request,
    ) -> Iterator[tuple[Any, ...]]:  # fmt: skip
        """Both answer, and the page follows; leaving the page or pressing Stop ends it for both."""
        run = self.studio.runs.view(talk.run)
        open_ = self.talks.open(talk)
        talk = replace(talk, chat=open_.conversation.id)
        taught = run.ticket.recipe.instructions
        settings = {
            "base": reply_settings(base_warmth, base_length, base_told, taught),
            "tuned": reply_settings(warmth, length, told, taught),
        }
        before = list(open_.conversation.turns)
        from_exam = bool(talk.asked) and question.strip() == talk.asked.strip()
        busy = gr.update(visible=False), gr.update(visible=True, interactive=True), gr.skip()
        heads = self._heads(run, before, words.LOADING)
        yield (talk, *heads, *panes_of(before, question, dict.fromkeys(SIDES, "…")), "", *busy)
        try:
            for texts in self.studio.chats.ask(
                open_.conversation, question, by=person_of(request), settings=settings,
                expert=talk.expert if from_exam else "", alone=from_exam, stop=open_.stop.is_set,
            ):  # fmt: skip
                heads = self._heads(run, before, self._in_turn(talk.run))
                yield (gr.skip(), *heads, *panes_of(before, question, texts), gr.skip(), *busy)
            after = open_.conversation.turns
            idle = gr.update(visible=True), gr.update(visible=False), gr.skip()
            yield (gr.skip(), *self._heads(run, after, self._in_turn(talk.run)), *panes_of(after), gr.skip(), *idle)
        except StudioError as error:
            idle = gr.update(visible=True), gr.update(visible=False), gr.skip()
            yield (gr.skip(), *self._heads(run, before), *panes_of(before), question, *idle)
            raise error
        finally:
            open_.stop.set()

    def _in_turn(self, run: str) -> str:
        return "" if self.studio.chats.panes(run).together else say.TOGETHER_NOT

    def end(self, talk: Talk) -> Any:
        """Stop both at the next word."""
        self.talks.stop(talk)
        return gr.update(interactive=False)

    def from_exam(self, talk: Talk) -> tuple[Any, ...]:
        """The next exam question, with the expert's own answer beside it."""
        exam = self.studio.chats.exam(talk.run)
        if not exam:
            raise StudioError("This project has no exam yet.", hint="It is set aside when the first run starts.")
        place = talk.next_exam % len(exam)
        example: Example = exam[place]
        after = replace(talk, next_exam=place + 1, expert=example.answer, asked=example.question)
        shown = paint.expert(example.answer, place + 1, len(exam))
        return (
            after,
            example.question,
            gr.update(value=shown, visible=True),
            say.exam_button((place + 1) % len(exam), len(exam)),
        )

    def choose(self, view: View, run: str) -> View:
        """Another version."""
        return replace(view, run=run)

    def begin_anew(self, talk: Talk) -> tuple[Any, ...]:
        """An empty conversation with the same run; the old one stays in its file."""
        run = self.studio.runs.view(talk.run)
        return Talk(run=talk.run, next_exam=talk.next_exam), *self._heads(run, ()), [], [], gr.update(visible=False)

    def note_instructions(self, talk: Talk, said: str) -> Any:
        """Whether this pane departs from what was taught."""
        taught = self.studio.runs.view(talk.run).ticket.recipe.instructions
        return gr.update(info=say.SAME_INSTRUCTIONS if said == taught else say.OTHER_INSTRUCTIONS)

    def export_csv(self, talk: Talk, request: gr.Request) -> str:
        """The conversation, one reply a line."""
        return self._export(talk, request, "csv")

    def export_jsonl(self, talk: Talk, request: gr.Request) -> str:
        """The conversation with every setting and fingerprint."""
        return self._export(talk, request, "jsonl")

    def _export(self, talk: Talk, request: gr.Request, form: str) -> str:
        if not talk.chat:
            raise StudioError("There is nothing to save yet.", hint="Ask a question first.")
        path: Path = self.studio.chats.export(talk.run, talk.chat, form)
        return paint.saved(self.offer(session_of(request), path), path.name)
