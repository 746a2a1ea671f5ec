"""A table arrived: its columns are guessed and shown as the model would read them, and she confirms.

Nothing is stored in a project before she does; a file that cannot be read leaves a sentence and nothing else.
"""

import contextlib
from dataclasses import replace
from typing import Any, Literal

import gradio as gr

from studio.copy.catalog import say
from studio.data.columns.column_mapping import is_part_column
from studio.data.columns.file_notes import notes_of
from studio.data.split.group_check import MOST_LOOKED_AT, groups_in_the_way
from studio.data.table import LEAVE_OUT, Table, text_of
from studio.errors import StudioError
from studio.schemas.dataset import ColumnMapping
from studio.schemas.example import Example
from studio.services.access import Actor
from studio.services.datasets.dataset_view import DatasetView
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import examples as copy
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Place, Updates, fill
from studio.web.tabs.examples.distillation.asking_panel import DISTILLATION
from studio.web.view import View, actor_of
from studio.web.waiting import Waiting, WaitingTables

ENCODINGS = ("utf-8", "cp1252", "cp1250", "cp1251", "utf-16", "mac_roman", "cp932", "gb18030", "big5", "cp949")
SHOWN_PAIRS = 3
SHOWN_COLUMNS, SHOWN_LETTERS = 12, 120  # of a table whose columns are still to be chosen
NONE = "(none)"
NO_LOSS = ("blank_row", "repeated_header", "not_a_row")  # lines that hold nothing to learn
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
            self.doubt = gr.Markdown(visible=False)  # over her yes, also on a phone, where the choices stand far below
            self.losing = gr.Markdown(visible=False)
            with gr.Row(elem_classes="actions"):
                self.yes = gr.Button(say("columns_panel.yes_right"), variant="primary")
                self.back = gr.Button(say("columns_panel.no_take_another_file"), elem_classes="quiet")
                self.only_questions = gr.Button(
                    say("teacher_screen.only_questions"), elem_classes="quiet", visible=self._lacks_answers()
                )
            with gr.Row(elem_classes="two-thirds"):
                with gr.Column(scale=3, elem_classes="card"):
                    self.preview = gr.Markdown(html.title(say("columns_panel.how_model_will_read")))
                with gr.Column(scale=2, elem_classes="card"):
                    self._build_choices()
        self._connect(listen)
        fill(self.ask())

    def _build_choices(self) -> None:
        self.headings = gr.Dropdown([], label=say("columns_panel.headings"), visible=False, interactive=True)
        self.hidden = gr.Radio(
            copy.hidden_choices(),
            value=LEAVE_OUT,
            label=say("columns_panel.hidden_rows"),
            visible=False,
            elem_classes="hidden-rows",
        )
        self.tool_calls = gr.Radio(
            [(say("tool_calls.leave_out"), "leave_out"), (say("tool_calls.keep"), "keep")], value="leave_out",
            info=say("tool_calls.why"), visible=False, elem_classes="tool-calls",
        )  # fmt: skip
        self.bars = gr.Markdown(visible=False)
        self.untie = gr.Button(say("examples.untie"), visible=False, size="sm")
        self.question = self._column(say("columns_panel.questions"), say("columns_panel.what_person_asks_or"))
        self.answer = self._column(say("columns_panel.answers"), say("columns_panel.what_model_learn"))
        self.context = self._column(say("columns_panel.background"), say("columns_panel.text_belongs_question_if"))
        with gr.Accordion(say("examples.together"), open=False):
            gr.Markdown(html.sentences(say("examples.together_why")), elem_classes="soft")
            self.group = self._column(
                say("columns_panel.rows_belong_together"), say("columns_panel.column_names_customer_case")
            )
            self.part = self._column(
                say("columns_panel.already_shared_out"), say("columns_panel.column_says_train_validation")
            )
        self.sheet = self._column(
            say("columns_panel.sheet"), say("columns_panel.which_sheet_spreadsheet"), visible=False
        )
        self.encoding = self._column(
            say("columns_panel.letters_written_as"), say("columns_panel.change_when_letters_look"), visible=False
        )

    def _column(self, label: str, info: str, *, visible: bool = True) -> gr.Dropdown:
        return gr.Dropdown([], label=label, info=info, visible=visible, allow_custom_value=True, interactive=True)

    @property
    def parts(self) -> list[Any]:
        """What follows when the file is read otherwise."""
        return [
            self.head, self.preview, self.question, self.answer, self.context, self.sheet, self.encoding, self.group,
            self.part, self.hidden, self.doubt, self.tool_calls, self.bars, self.untie, self.headings, *self.ends,
        ]  # fmt: skip

    @property
    def ends(self) -> list[Any]:
        """The buttons under the question, in view however long the examples are, and what is said over them."""
        return [self.losing, self.yes, self.back]

    def _connect(self, listen: Listeners) -> None:
        chosen = [self.question, self.answer, self.context]
        for choice in chosen:
            listen.on(choice.input, self.show_pairs, chosen, [self.preview, self.doubt, *self.ends])
        for choice in (self.group, self.part):
            listen.on(choice.input, self.tie, [self.group, self.part], [self.head, self.bars, self.untie])
        listen.on(self.untie.click, self.untied, [self.part], [self.head, self.bars, self.untie, self.group])
        for choice in (self.sheet, self.encoding):
            listen.on(choice.input, self.read_again, [self.sheet, self.encoding], self.parts)
        listen.on(self.hidden.input, self.read_hidden, [self.hidden, *chosen], self.parts)
        listen.on(self.headings.input, self.read_headings, [self.headings], self.parts)
        listen.on(self.tool_calls.input, self.keep_calls, [self.tool_calls, *chosen], [self.head, self.preview])
        listen.changes(self.yes.click, self.accept, [self.frame.view, self.frame.place, *chosen])
        listen.leads(self.back.click, self.leave)
        listen.leads(
            self.only_questions.click,
            lambda place: {self.frame.place: place.at("examples", f"{DISTILLATION}:{self.key}")},
        )

    # Events

    def show_pairs(self, question: Choice, answer: Choice, context: Choice) -> Updates:
        """The preview with these columns; what was unclear is settled by them."""
        waiting = self.tables.get(self.key)
        columns = self._columns(waiting, question, answer, context)
        doubt = gr.update(value="", visible=False)
        return {self.preview: self._preview(waiting, columns), self.doubt: doubt, **self._end(waiting, columns)}

    def tie(self, group: str, part: str) -> Updates:
        """The columns that tie rows together and that share them out; kept until her yes."""
        before = self.tables.get(self.key)
        names = set(before.table.columns)
        if part in names and not is_part_column(part, before.table):
            raise StudioError(say('columns_panel.does_not_say_train', part=part[:40]),
                              hint=say('columns_panel.choose_column_does_or'), where="part")  # fmt: skip
        tied = replace(before, tied=(group if group in names else "", part if part in names else ""))
        self.tables.put(self.key, tied)
        columns = self._guess(tied).model_copy(update={"group": tied.tied[0] if tied.tied else "", "part": ""})
        return {self.head: self._head(tied, self._guess(tied)), **self._barred(tied, columns)}

    def untied(self, part: str) -> Updates:
        """Rows are not kept together after all."""
        return {**self.tie(NONE, part), self.group: gr.update(value=NONE)}

    def read_again(self, sheet: str, encoding: str) -> Updates:
        """Another sheet or another encoding."""
        before = self.tables.get(self.key)
        table = self.studio.examples.read(before.path, before.name, sheet=sheet or None, encoding=encoding or None,
                                          hidden=before.hidden)  # fmt: skip
        self.tables.put(self.key, replace(before, table=table, headings=None, tied=None, mapping=None))
        return self.ask()

    def read_headings(self, row: int) -> Updates:
        """Another row holds the headings, or none does: the columns are others, and are guessed anew."""
        before = self.tables.get(self.key)
        table = self.studio.examples.read(before.path, before.name, sheet=before.table.sheet or None,
                                          encoding=before.table.encoding or None, hidden=before.hidden,
                                          headings=int(row))  # fmt: skip
        self.tables.put(self.key, replace(before, table=table, headings=int(row), tied=None, mapping=None))
        return self.ask()

    def read_hidden(self, hidden: str, question: Choice, answer: Choice, context: Choice) -> Updates:
        """Hidden rows used or left out; the columns that she chose stay chosen."""
        before = self.tables.get(self.key)
        table = self.studio.examples.read(before.path, before.name, sheet=before.table.sheet or None, hidden=hidden,
                                          headings=before.headings)  # fmt: skip
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
            made = self._import(self.tables.get(self.key), request_key, question, answer, context, actor_of(request))
            self.tables.forget(self.key)
        opened = replace(view, project=made.project, dataset=made.id, mark=made.mark, stamp=view.stamp + 1, recipe=None)
        return {self.frame.view: opened, **self.frame.go(replace(place, project=made.project), "examples")}

    def _import(self, waiting: Waiting, request_key: str, question: Choice, answer: Choice, context: Choice,
                by: Actor) -> DatasetView:  # fmt: skip
        columns = self._columns(waiting, question, answer, context)
        sheet, encoding = waiting.table.sheet or None, waiting.table.encoding or None
        if waiting.parent:
            scope = self.studio.within(waiting.project)
            return scope.examples.remap(waiting.project, waiting.parent, by=by.name, columns=columns, sheet=sheet,
                                        encoding=encoding, hidden=waiting.hidden,
                                        headings=waiting.headings, request_key=request_key)  # fmt: skip
        examples = self.studio.within(waiting.project).examples if waiting.project else self.studio.examples
        return examples.upload(waiting.path, waiting.name, by=by.name, owner=by.id, project=waiting.project,
                               sheet=sheet, encoding=encoding, columns=columns, hidden=waiting.hidden,
                               headings=waiting.headings, request_key=request_key)  # fmt: skip

    def leave(self, place: Place) -> Updates:
        """Back to where she came from, and a sentence about what she sees there."""
        told = ""
        if self.tables.holds(self.key):
            waiting = self.tables.get(self.key)
            told = copy.left_alone(waiting.name, bool(waiting.project), bool(waiting.parent))
        return {self.frame.place: place.at("examples", state=told)}

    # Within

    def _columns(self, waiting: Waiting, question: Choice, answer: Choice, context: Choice) -> ColumnMapping:
        """What the dropdowns say; a known shape (chats, preferences) stays one while its columns are untouched."""
        guessed = self._guess(waiting)
        group, part = waiting.tied or (guessed.group, guessed.part)
        without = question == NONE
        question, answer, context = ("" if name in (None, NONE) else name for name in (question, answer, context))
        tied = {"group": group, "part": part, "doubt": "", "tool_calls": waiting.tool_calls}
        is_guess = (question, answer, context) == (guessed.question, guessed.answer, guessed.context)
        if answer and is_guess and (question or without):
            texts = {} if question else {"schema_name": "text", "sentence": say("named_columns.without_questions")}
            return guessed.model_copy(update={**tied, **texts})
        if not answer:
            raise StudioError(say("examples.no_answer_yet"), hint=say("examples.choose_answer"))
        if without:
            return ColumnMapping(
                schema_name="text", answer=answer, **tied, sentence=say("named_columns.without_questions")
            )
        if not question:
            raise StudioError(say("examples.no_question_yet"), hint=say("examples.choose_question"))
        if question == answer:
            raise StudioError(
                say("columns_panel.question_answer_need_two"), hint=say("columns_panel.choose_both_on_right")
            )
        if context in (question, answer) and context != guessed.context:
            raise StudioError(copy.in_two_roles(context), hint=say("examples.choose_background"))
        context = "" if context in (question, answer) else context  # guessed before she chose
        tied |= {role: "" for role in ("group", "part") if tied[role] in (question, answer)}
        sentence = say("columns_panel.holds_questions_answers", question=question, answer=answer)
        return ColumnMapping(question=question, answer=answer, context=context, **tied, sentence=sentence)

    def _lacks_answers(self) -> bool:
        """Whether no column looks like questions beside one of answers."""
        guessed = self._guess(self.tables.get(self.key))
        return not (guessed.question and guessed.answer)

    def _guess(self, waiting: Waiting) -> ColumnMapping:
        return self.studio.examples.preview(waiting.table, rows=1)[0]

    def ask(self, columns: ColumnMapping | None = None) -> Updates:
        """The question as it stands."""
        waiting = self.tables.get(self.key)
        table = waiting.table
        guess = columns or waiting.mapping or self._guess(waiting)
        try:
            preview = self._preview(waiting, guess) if guess.answer else cells_of(table)
        except StudioError as error:
            preview = html.notice(error.message, error.hint)
        names = copy.column_choices(table.columns, table.hidden_columns)
        without = guess.schema_name == "text" and not guess.doubt
        encodings = list(dict.fromkeys([*([table.encoding] if table.encoding else []), *ENCODINGS]))
        doubt = html.notice(guess.doubt, say("examples.answer_the_doubt"), tone="warn") if guess.doubt else ""
        return {
            self.head: self._head(waiting, guess), self.preview: preview,
            self.question: gr.update(choices=[NONE, *names], value=guess.question or (NONE if without else None)),
            self.answer: gr.update(choices=names, value=guess.answer or None),
            self.context: gr.update(choices=[NONE, *names], value=guess.context or NONE),
            self.sheet: gr.update(choices=list(table.sheets), value=table.sheet, visible=len(table.sheets) > 1),
            self.encoding: gr.update(choices=encodings, value=table.encoding, visible=bool(table.encoding)),
            self.group: gr.update(choices=[NONE, *names], value=guess.group or NONE),
            self.part: gr.update(choices=[NONE, *names], value=guess.part or NONE),
            self.hidden: gr.update(value=waiting.hidden or LEAVE_OUT, label=copy.hidden_rows(table.hidden_rows),
                                   visible=table.hidden_rows > 0),
            self.tool_calls: gr.update(value=waiting.tool_calls, visible=table.tool_calls > 0,
                                       label=say("tool_calls.question", count=table.tool_calls)),
            self.doubt: gr.update(value=doubt, visible=bool(doubt)),
            self.headings: gr.update(choices=copy.headings_choices(table.first_lines, table.headings),
                                     value=table.headings, visible=bool(table.first_lines)),
            **self._end(waiting, guess),
            **self._barred(waiting, guess.model_copy(update={"group": waiting.tied[0]}) if waiting.tied else guess),
        }  # fmt: skip

    def _barred(self, waiting: Waiting, columns: ColumnMapping) -> Updates:
        """That the column which ties rows together leaves no exam, and the way out: said where it is chosen."""
        groups = 0
        if columns.group and columns.answer:
            _, examples = self.studio.examples.preview(waiting.table, columns, rows=MOST_LOOKED_AT)
            groups = groups_in_the_way(examples)
        said = html.notice(copy.groups_bar(columns.group, groups), "", tone="warn") if groups else ""
        return {self.bars: gr.update(value=said, visible=bool(said)), self.untie: gr.update(visible=bool(said))}

    def _end(self, waiting: Waiting, columns: ColumnMapping) -> Updates:
        """The buttons: where most rows would be lost, that stands over them and her yes is the lesser one."""
        table = waiting.table
        lost = sum(1 for drop in table.drops if drop.reason not in NO_LOSS)
        looked_at = min(len(table.rows), MOST_LOOKED_AT)
        if columns.answer and looked_at:
            _, made = self.studio.examples.preview(table, columns, rows=looked_at)
            lost += round(max(0, looked_at - len(made)) / looked_at * len(table.rows))
        most = 2 * lost > table.rows_read
        said = html.notice(copy.loses_most(lost, table.rows_read), say("columns_panel.look_at_headings"), tone="warn")
        kept = table.rows_read - lost
        yes = say("columns_panel.take_all_the_same", kept=kept) if most else say("columns_panel.yes_right")
        return {
            self.losing: gr.update(value=said if most else "", visible=most),
            self.yes: gr.update(value=yes, variant="secondary" if most or columns.doubt else "primary"),
            self.back: gr.update(variant="primary" if most else "secondary"),
        }

    def _head(self, waiting: Waiting, columns: ColumnMapping) -> str:
        table = waiting.table
        group, part = waiting.tied or (columns.group, columns.part)
        columns = columns.model_copy(update={"tool_calls": waiting.tool_calls})
        told = [*notes_of(table, columns), *copy.tied(group, part)]
        data = table.rows_read - sum(drop.reason == "not_a_row" for drop in table.drops)  # a total is none of her rows
        lead = copy.file_lead(waiting.name, data, table.format, "" if columns.doubt else columns.sentence)
        return html.heading(say("columns_panel.right"), lead) + (html.listing(told) if told else "")

    def _preview(self, waiting: Waiting, columns: ColumnMapping) -> str:
        _, examples = self.studio.examples.preview(waiting.table, columns)
        texts = columns.schema_name == "text" and not columns.question  # shown as what they are: answers alone
        shown: list[Example] = [
            example for example in examples if example.answer.strip() and (example.question.strip() or texts)
        ]
        pairs = "".join(shown_as_read(example) for example in shown[:SHOWN_PAIRS])
        return html.title(say("columns_panel.how_model_will_read")) + (
            pairs or html.none(say("columns_panel.no_row_has_both"))
        )


def cells_of(table: Table) -> str:
    """The first cells of every column, to choose by: what stands where, before anything is read as an example."""
    found = table.rows[:SHOWN_PAIRS]
    numbers = [say("columns_panel.row", row=table.file_row(row.number) or row.number) for row in found]
    columns = [column for column in table.columns if column not in table.hidden_columns][:SHOWN_COLUMNS]
    rows = [[column, *(short(row.cells.get(column)) for row in found)] for column in columns]
    more = len(table.columns) - len(columns)
    under = say("columns_panel.more_columns", more=more) if more else ""
    shown = html.block("wide", html.table([say("columns_panel.column"), *numbers], rows))
    return html.title(say("examples.choose_columns"), under) + shown


def short(cell: object) -> str:
    """The beginning of a cell, in one line."""
    line = " ".join(text_of(cell).split())
    return line if len(line) <= SHOWN_LETTERS else f"{line[:SHOWN_LETTERS]} …"


def shown_as_read(example: Example) -> str:
    """One example as a card: question and answer, or all turns of a conversation."""
    label = say("columns_panel.row", row=example.label)
    if sum(message.role == "assistant" for message in example.messages) < 2:
        return html.pair(example.question or copy.NOTHING_ASKED, example.answer, label=label, longest=400)
    turns = [
        (say(f"conversation.{message.role}"), message.content, message.role == "assistant" and message.learn)
        for message in example.messages
    ]
    return html.conversation(turns, label=label, longest=400)
