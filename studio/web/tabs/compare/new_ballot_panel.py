"""A new set of questions to vote on: which questions, and whose replies."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.example import Example
from studio.services.chats.chat_service import ChatService
from studio.services.votes.vote_service import questions_of, read_questions
from studio.web import html
from studio.web.copy import votes as copy
from studio.web.listeners import Listeners
from studio.web.mounting import Updates

COMMON = 12  # so many exam questions are proposed
MOST = 200


class NewBallotPanel:
    """A form; what it came to is made by the screen."""

    def build(self, chats: ChatService, run: str) -> None:
        """The layout, with what this run offers."""
        exam = len(chats.exam(run))
        proposed = max(1, min(COMMON, exam))
        names = [(name_with_capital(chats.contestants.title(name)), name) for name in chats.contestants.available(run)]
        with gr.Column(elem_classes="card", visible=False) as self.container:
            self.source = gr.Radio(
                [(words, name) for name, words in copy.SOURCES.items()],
                value=copy.FROM_EXAM,
                label=say("new_ballot_panel.which_questions"),
            )
            self.number = gr.Slider(
                1, max(2, min(MOST, exam)), value=proposed, step=1, label=say("new_ballot_panel.how_many"), buttons=[]
            )
            with gr.Column(visible=False) as self.own:
                self.typed = gr.Textbox(
                    "",
                    label=say("new_ballot_panel.your_questions"),
                    info=say("votes.own_help"),
                    lines=6,
                    max_lines=14,
                    elem_classes="keep-draft",
                )
                self.file = gr.UploadButton(
                    say("new_ballot_panel.take_them_from_file"), size="sm", file_types=[".txt", ".csv", ".xlsx"]
                )
            with gr.Row(elem_classes="halves"):
                self.one = gr.Dropdown(names, value="tuned", label=say("new_ballot_panel.one"), allow_custom_value=True)
                self.other = gr.Dropdown(
                    names, value="base", label=say("new_ballot_panel.other"), allow_custom_value=True
                )
            self.power = gr.Markdown(html.sentences(copy.can_tell(proposed)), elem_classes="soft")
            with gr.Row(elem_classes="actions"):
                self.make = gr.Button(say("votes.make"), variant="primary")

    def connect(self, listen: Listeners) -> None:
        """What is heard while it is filled in."""
        for changed in (self.source.input, self.number.release, self.typed.input):
            listen.on(changed, self.weigh, [self.source, self.number, self.typed], [self.number, self.own, self.power],
                      trigger_mode="always_last")  # fmt: skip
        listen.on(self.file.upload, self.take_file, [self.file], [self.typed, self.power])

    @property
    def fields(self) -> list[Any]:
        """What a new set is made of."""
        return [self.one, self.other, self.source, self.number, self.typed]

    def weigh(self, source: str, number: float, typed: str) -> Updates:
        """What so many questions can tell."""
        own = source == copy.OWN
        many = len(questions_of(typed)) if own else max(1, int(number or 1))
        return {
            self.number: gr.update(visible=not own), self.own: gr.update(visible=own),
            self.power: html.sentences(copy.can_tell(many)) if many else "",
        }  # fmt: skip

    def take_file(self, file: str) -> Updates:
        """Questions from a file, to be looked through before the replies are made."""
        path = Path(file)
        lines = [" ".join(example.question.split()) for example in read_questions(path, path.name)]
        if not lines:
            raise StudioError(
                say("new_ballot_panel.there_no_questions_file"), hint=say("votes.own_help"), where=path.name
            )
        return {self.typed: "\n".join(lines), self.power: html.sentences(copy.can_tell(len(lines)))}


def own_questions(source: str, typed: str) -> Sequence[Example]:
    """The questions that she wrote; none when those of the exam are taken."""
    if source != copy.OWN:
        return ()
    questions = questions_of(typed)
    if not questions:
        raise StudioError(say("new_ballot_panel.there_no_questions_yet"), hint=say("votes.own_help"))
    return questions


def name_with_capital(name: str) -> str:
    """As a label begins."""
    return name[:1].upper() + name[1:]
