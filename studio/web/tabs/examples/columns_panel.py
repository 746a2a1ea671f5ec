"""A table arrived: its columns are guessed and shown as the model would read them, and she confirms.

Nothing is stored in a project before she does; a file that cannot be read leaves a sentence and nothing else.
"""

import contextlib
from dataclasses import replace
from typing import Any, Literal

import gradio as gr

from studio.copy.catalog import say as tell
from studio.data.columns.column_mapping import is_part_column
from studio.data.columns.file_notes import notes_of
from studio.data.columns.named_columns import WITHOUT_QUESTIONS
from studio.data.table import LEAVE_OUT
from studio.errors import StudioError
from studio.schemas.dataset import ColumnMapping
from studio.schemas.example import Example
from studio.services.datasets.dataset_view import DatasetView
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import examples as say
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Place, Updates, fill
from studio.web.view import View, person_of
from studio.web.waiting import Waiting, WaitingTables

ENCODINGS = ("utf-8", "cp1252", "cp1250", "cp1251", "utf-16", "mac_roman", "cp932", "gb18030", "big5", "cp949")
SHOWN_PAIRS = 3
NONE = "(none)"
Choice = str | None  # of a dropdown; None: nothing is chosen yet


class ColumnsPanel:
    """The screen after every file: is this right?"""

    def __init__(self, studio: Studio, tables: WaitingTables, key: str) -> None:
        self.studio, self.tables, self.key = studio, tables, key

    def build(self, listen: Listeners, frame: Frame) -> None:
        """Layout, listeners and what is known of the file."""
        self.frame = frame
        with gr.Column(elem_classes="confirm"):
            self.head = gr.Markdown()
            with gr.Row(elem_classes="two-thirds"):
                with gr.Column(scale=3, elem_classes="card"):
                    self.preview = gr.Markdown(html.title("How the model will read it"))
                with gr.Column(scale=2, elem_classes="card"):
                    self._build_choices()
            with gr.Row(elem_classes="actions"):
                self.yes = gr.Button("Yes, this is right", variant="primary")
                self.back = gr.Button("No, take another file", elem_classes="quiet")
        self._connect(listen)
        fill(self.ask())

    def _build_choices(self) -> None:
        self.doubt = gr.Markdown(visible=False)
        self.hidden = gr.Radio(
            list(say.HIDDEN_CHOICES), value=LEAVE_OUT, label="Hidden rows", visible=False, elem_classes="hidden-rows",
        )  # fmt: skip
        self.tool_calls = gr.Radio(
            [(tell("tool_calls.leave_out"), "leave_out"), (tell("tool_calls.keep"), "keep")], value="leave_out",
            info=tell("tool_calls.why"), visible=False, elem_classes="tool-calls",
        )  # fmt: skip
        self.question = self._column("Questions are in", "What a person asks or writes.")
        self.answer = self._column("Answers are in", "What the model is to learn.")
        self.context = self._column("Background is in", "Text that belongs to the question, if any.")
        with gr.Accordion(say.TOGETHER, open=False):
            gr.Markdown(html.sentences(say.TOGETHER_WHY), elem_classes="soft")
            self.group = self._column("Rows that belong together", "The column that names the customer, "
                                      "case or document.")  # fmt: skip
            self.part = self._column("Already shared out in", "A column that says train, validation or "
                                     "test; kept as it says.")  # fmt: skip
        self.sheet = self._column("Sheet", "Which sheet of the spreadsheet.", visible=False)
        self.encoding = self._column(
            "Letters are written as", "Change it when letters look wrong (encoding).", visible=False
        )

    def _column(self, label: str, info: str, *, visible: bool = True) -> gr.Dropdown:
        return gr.Dropdown([], label=label, info=info, visible=visible, allow_custom_value=True, interactive=True)

    @property
    def parts(self) -> list[Any]:
        """What follows when the file is read otherwise."""
        return [
            self.head, self.preview, self.question, self.answer, self.context, self.sheet, self.encoding, self.group,
            self.part, self.hidden, self.doubt, self.tool_calls,
        ]  # fmt: skip

    def _connect(self, listen: Listeners) -> None:
        chosen = [self.question, self.answer, self.context]
        for choice in chosen:
            listen.on(choice.input, self.show_pairs, chosen, [self.preview])
        for choice in (self.group, self.part):
            listen.on(choice.input, self.tie, [self.group, self.part], [self.head])
        for choice in (self.sheet, self.encoding):
            listen.on(choice.input, self.read_again, [self.sheet, self.encoding], self.parts)
        listen.on(self.hidden.input, self.read_hidden, [self.hidden, *chosen], self.parts)
        listen.on(self.tool_calls.input, self.keep_calls, [self.tool_calls, *chosen], [self.head, self.preview])
        listen.changes(self.yes.click, self.accept, [self.frame.view, self.frame.place, *chosen])
        listen.on(self.back.click, self.leave, [self.frame.place], [self.frame.place])

    # Events

    def show_pairs(self, question: Choice, answer: Choice, context: Choice) -> Updates:
        """The preview with these columns."""
        waiting = self.tables.get(self.key)
        return {self.preview: self._preview(waiting, self._columns(waiting, question, answer, context))}

    def tie(self, group: str, part: str) -> Updates:
        """The columns that tie rows together and that share them out; kept until her yes."""
        before = self.tables.get(self.key)
        names = set(before.table.columns)
        if part in names and not is_part_column(part, before.table):
            raise StudioError(f"“{part[:40]}” does not say train, validation or test.",
                              hint="Choose the column that does, or (none).", where="part")  # fmt: skip
        tied = replace(before, tied=(group if group in names else "", part if part in names else ""))
        self.tables.put(self.key, tied)
        return {self.head: self._head(tied, self._guess(tied))}

    def read_again(self, sheet: str, encoding: str) -> Updates:
        """Another sheet or another encoding."""
        before = self.tables.get(self.key)
        table = self.studio.examples.read(before.path, before.name, sheet=sheet or None, encoding=encoding or None,
                                          hidden=before.hidden)  # fmt: skip
        self.tables.put(self.key, replace(before, table=table, tied=None, mapping=None))
        return self.ask()

    def read_hidden(self, hidden: str, question: Choice, answer: Choice, context: Choice) -> Updates:
        """Hidden rows used or left out; the columns that she chose stay chosen."""
        before = self.tables.get(self.key)
        table = self.studio.examples.read(before.path, before.name, sheet=before.table.sheet or None, hidden=hidden)
        self.tables.put(self.key, replace(before, table=table, hidden=hidden))
        columns = None
        with contextlib.suppress(StudioError):  # not all are chosen yet
            columns = self._columns(before, question, answer, context)
        return self.ask(columns)

    def keep_calls(self, choice: Literal["leave_out", "keep"], question: Choice, answer: Choice,
                   context: Choice) -> Updates:  # fmt: skip
        """Calls of tools taught as text, or read over; the preview shows which."""
        waiting = replace(self.tables.get(self.key), tool_calls=choice)
        self.tables.put(self.key, waiting)
        columns = self._columns(waiting, question, answer, context)
        return {self.head: self._head(waiting, columns), self.preview: self._preview(waiting, columns)}

    def accept(self, view: View, place: Place, question: Choice, answer: Choice, context: Choice,
               request: gr.Request) -> Updates:  # fmt: skip
        """Her yes: now it becomes a dataset. The same yes once more finds what the first one made."""
        request_key = f"import {self.key}"
        made = None if self.tables.holds(self.key) else self.studio.examples.uploaded(request_key)
        if made is None:
            made = self._import(self.tables.get(self.key), request_key, question, answer, context, person_of(request))
            self.tables.forget(self.key)
        opened = replace(view, project=made.project, dataset=made.id, mark=made.mark, stamp=view.stamp + 1, recipe=None)
        return {self.frame.view: opened, **self.frame.go(replace(place, project=made.project), "examples")}

    def _import(self, waiting: Waiting, request_key: str, question: Choice, answer: Choice, context: Choice,
                by: str) -> DatasetView:  # fmt: skip
        columns = self._columns(waiting, question, answer, context)
        sheet, encoding = waiting.table.sheet or None, waiting.table.encoding or None
        if waiting.parent:
            return self.studio.examples.remap(waiting.project, waiting.parent, by=by, columns=columns, sheet=sheet,
                                              encoding=encoding, hidden=waiting.hidden,
                                              request_key=request_key)  # fmt: skip
        return self.studio.examples.upload(waiting.path, waiting.name, by=by, project=waiting.project, sheet=sheet,
                                           encoding=encoding, columns=columns, hidden=waiting.hidden,
                                           request_key=request_key)  # fmt: skip

    def leave(self, place: Place) -> Updates:
        """Back to where she came from."""
        return {self.frame.place: place.at("examples")}

    # Within

    def _columns(self, waiting: Waiting, question: Choice, answer: Choice, context: Choice) -> ColumnMapping:
        """What the dropdowns say; a known shape (chats, preferences) stays one while its columns are untouched."""
        guessed = self._guess(waiting)
        group, part = waiting.tied or (guessed.group, guessed.part)
        without = question == NONE
        question, answer, context = ("" if name in (None, NONE) else name for name in (question, answer, context))
        tied = {"group": group, "part": part, "doubt": "", "tool_calls": waiting.tool_calls}
        if (question, answer, context) == (guessed.question, guessed.answer, guessed.context) and (question or without):
            texts = {} if question else {"schema_name": "text", "sentence": WITHOUT_QUESTIONS}
            return guessed.model_copy(update={**tied, **texts})
        if not answer:
            raise StudioError(say.NO_ANSWER_YET, hint=say.CHOOSE_ANSWER)
        if without:
            return ColumnMapping(schema_name="text", answer=answer, **tied, sentence=WITHOUT_QUESTIONS)
        if not question:
            raise StudioError(say.NO_QUESTION_YET, hint=say.CHOOSE_QUESTION)
        if question == answer:
            raise StudioError("Question and answer need two different columns.", hint="Choose both on the right.")
        if context in (question, answer) and context != guessed.context:
            raise StudioError(say.in_two_roles(context), hint=say.CHOOSE_BACKGROUND)
        context = "" if context in (question, answer) else context  # guessed before she chose
        tied |= {role: "" for role in ("group", "part") if tied[role] in (question, answer)}
        sentence = f"“{question}” holds the questions and “{answer}” the answers."
        return ColumnMapping(question=question, answer=answer, context=context, **tied, sentence=sentence)

    def _guess(self, waiting: Waiting) -> ColumnMapping:
        return self.studio.examples.preview(waiting.table, rows=1)[0]

    def ask(self, columns: ColumnMapping | None = None) -> Updates:
        """The question as it stands."""
        waiting = self.tables.get(self.key)
        table = waiting.table
        guess = columns or waiting.mapping or self._guess(waiting)
        try:
            preview = self._preview(waiting, guess) if guess.answer else html.title(say.CHOOSE_COLUMNS)
        except StudioError as error:
            preview = html.notice(error.message, error.hint)
        names = say.column_choices(table.columns, table.hidden_columns)
        without = guess.schema_name == "text" and not guess.doubt
        encodings = list(dict.fromkeys([*([table.encoding] if table.encoding else []), *ENCODINGS]))
        doubt = html.notice(guess.doubt, say.ANSWER_THE_DOUBT, tone="warn") if guess.doubt else ""
        return {
            self.head: self._head(waiting, guess), self.preview: preview,
            self.question: gr.update(choices=[NONE, *names], value=guess.question or (NONE if without else None)),
            self.answer: gr.update(choices=names, value=guess.answer or None),
            self.context: gr.update(choices=[NONE, *names], value=guess.context or NONE),
            self.sheet: gr.update(choices=list(table.sheets), value=table.sheet, visible=len(table.sheets) > 1),
            self.encoding: gr.update(choices=encodings, value=table.encoding, visible=bool(table.encoding)),
            self.group: gr.update(choices=[NONE, *names], value=guess.group or NONE),
            self.part: gr.update(choices=[NONE, *names], value=guess.part or NONE),
            self.hidden: gr.update(value=waiting.hidden or LEAVE_OUT, label=say.hidden_rows(table.hidden_rows),
                                   visible=table.hidden_rows > 0),
            self.tool_calls: gr.update(value=waiting.tool_calls, visible=table.tool_calls > 0,
                                       label=tell("tool_calls.question", count=table.tool_calls)),
            self.doubt: gr.update(value=doubt, visible=bool(doubt)),
        }  # fmt: skip

    def _head(self, waiting: Waiting, columns: ColumnMapping) -> str:
        table = waiting.table
        group, part = waiting.tied or (columns.group, columns.part)
        columns = columns.model_copy(update={"tool_calls": waiting.tool_calls})
        told = [*notes_of(table, columns), *say.tied(group, part)]
        lead = say.file_lead(waiting.name, table.rows_read, table.format, columns.sentence)
        return html.heading("Is this right?", lead) + (html.listing(told) if told else "")

    def _preview(self, waiting: Waiting, columns: ColumnMapping) -> str:
        _, examples = self.studio.examples.preview(waiting.table, columns)
        texts = columns.schema_name == "text" and not columns.question  # shown as what they are: answers alone
        shown: list[Example] = [
            example for example in examples if example.answer.strip() and (example.question.strip() or texts)
        ]
        pairs = "".join(shown_as_read(example) for example in shown[:SHOWN_PAIRS])
        return html.title("How the model will read it") + (pairs or html.none("No row has both."))


def shown_as_read(example: Example) -> str:
    """One example as a card: question and answer, or all turns of a conversation."""
    label = f"Row {example.row:,}"
    if sum(message.role == "assistant" for message in example.messages) < 2:
        return html.pair(example.question or say.NOTHING_ASKED, example.answer, label=label, longest=400)
    turns = [
        (tell(f"conversation.{message.role}"), message.content, message.role == "assistant" and message.learn)
        for message in example.messages
    ]
    return html.conversation(turns, label=label, longest=400)
