"""A table arrives: it is read, its columns are guessed and shown as the model would read them, and she confirms.

Nothing is stored in a project before she does; a file that cannot be read leaves a sentence and nothing else.
"""

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from studio.data.columns.column_mapping import is_part_column
from studio.data.columns.named_columns import WITHOUT_QUESTIONS
from studio.data.table import LEAVE_OUT
from studio.errors import StudioError
from studio.schemas.dataset import ColumnMapping as Columns
from studio.schemas.example import Example
from studio.services.datasets.dataset_view import DatasetView
from studio.services.studio import Studio
from studio.settings import shared_folder
from studio.web import html
from studio.web.copy import examples as say
from studio.web.errors import wire
from studio.web.view import View, person_of, session_of
from studio.web.waiting import Waiting, WaitingTables

KINDS = (
    ".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".json", ".jsonl", ".ndjson", ".parquet", ".gz",
)  # fmt: skip
ENCODINGS = ("utf-8", "cp1252", "cp1250", "cp1251", "utf-16", "mac_roman", "cp932", "gb18030", "big5", "cp949")
SHOWN_PAIRS = 3
NONE = "(none)"
Choice = str | None  # of a dropdown; None: nothing is chosen yet


class ColumnsPanel:
    """Where files come in, and where their columns are confirmed."""

    def __init__(self, studio: Studio, tables: WaitingTables) -> None:
        self.studio, self.tables = studio, tables

    # Layout

    def build_start(self) -> None:
        """What a person with nothing yet sees first."""
        with gr.Column(elem_classes="start", visible=True) as self.start:
            gr.Markdown(html.heading("Teach a small model to answer the way you do"))
            gr.Markdown(html.sentences(say.FOR, say.NOT_FOR), elem_classes="purpose")
            with gr.Row(elem_classes="halves"):
                with gr.Column(elem_classes="card"):
                    gr.Markdown(html.title("Bring a table of good answers", say.TABLE_HINT))
                    self.file = gr.File(
                        label="Your table", file_types=list(KINDS), height=150, elem_classes="drop", show_label=False
                    )
                with gr.Column(elem_classes="card"):
                    gr.Markdown(html.title("Or try it with a sample", say.SAMPLE_HINT))
                    self.support = gr.Button("A support desk’s answers", elem_classes="wide")
                    self.dirty = gr.Button("The same, made dirty on purpose", elem_classes="wide")
            gr.Markdown(html.steps(say.STEPS), elem_classes="steps")

    def build_confirm(self) -> None:
        """The question after every file: is this right?"""
        with gr.Column(visible=False, elem_classes="confirm") as self.confirm:
            self.head = gr.Markdown()
            with gr.Row(elem_classes="two-thirds"):
                with gr.Column(scale=3, elem_classes="card"):
                    self.preview = gr.Markdown(html.title("How the model will read it"))
                with gr.Column(scale=2, elem_classes="card"):
                    self.doubt = gr.Markdown(visible=False)
                    self.hidden = gr.Radio(
                        list(say.HIDDEN_CHOICES), value=LEAVE_OUT, label="Hidden rows", visible=False,
                        elem_classes="hidden-rows",
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
            with gr.Row(elem_classes="actions"):
                self.yes = gr.Button("Yes, this is right", variant="primary")
                self.back = gr.Button("No, take another file", elem_classes="quiet")

    def _column(self, label: str, info: str, *, visible: bool = True) -> gr.Dropdown:
        return gr.Dropdown([], label=label, info=info, visible=visible, allow_custom_value=True, interactive=True)

    @property
    def panel(self) -> list[Any]:
        """What is repainted together when a file arrives or its columns change."""
        return [
            self.start, self.confirm, self.head, self.preview, self.question, self.answer, self.context, self.sheet,
            self.encoding, self.group, self.part, self.hidden,
            self.doubt,
        ]  # fmt: skip

    def connect(self, view: gr.State, waiting: gr.State, notice: gr.Markdown, rest: gr.Column) -> None:
        """Events; `rest` is the part of the tab that gives way to the question."""
        shown = [waiting, rest, *self.panel]
        wire(self.file.upload, self.arrive, [view, self.file], [*shown, self.file], notice, show_progress="full",
             show_progress_on=self.file)  # fmt: skip
        wire(self.support.click, self.try_support, [view], shown, notice)
        wire(self.dirty.click, self.try_dirty, [view], shown, notice)
        choices = [self.question, self.answer, self.context, self.sheet, self.encoding]
        for choice in (self.question, self.answer, self.context):
            wire(choice.input, self.look, [waiting, *choices], [self.preview], notice)
        for choice in (self.group, self.part):
            wire(choice.input, self.tie, [waiting, self.group, self.part], [self.head], notice)
        for choice in (self.sheet, self.encoding):
            wire(choice.input, self.read_again, [waiting, self.sheet, self.encoding], shown, notice)
        wire(self.hidden.input, self.read_hidden, [waiting, self.hidden, *choices[:3]], shown, notice)
        wire(self.yes.click, self.accept, [view, waiting, *choices], [view, waiting], notice,
             show_progress="minimal", show_progress_on=self.preview)  # fmt: skip
        wire(self.back.click, self.leave, [view], shown, notice)

    # Events

    def arrive(self, view: View, path: str | None, request: gr.Request) -> tuple[Any, ...]:
        """A file was dropped."""
        if not path:
            return (*(gr.skip() for _ in range(2 + len(self.panel))), gr.skip())
        file = Path(path)
        try:
            key = self.tables.take(file, file.name, session=session_of(request), project=view.project, ours=True)
        except Exception:
            file.unlink(missing_ok=True)
            raise
        return (*self.ask(key), None)

    def try_support(self, view: View, request: gr.Request) -> tuple[Any, ...]:
        """The clean sample, as if it had been uploaded."""
        return self._sample("support", view, request)

    def try_dirty(self, view: View, request: gr.Request) -> tuple[Any, ...]:
        """The dirty sample, as if it had been uploaded."""
        return self._sample("dirty", view, request)

    def _sample(self, name: str, view: View, request: gr.Request) -> tuple[Any, ...]:
        found = sorted(shared_folder("sample_data").glob(f"*{name}*.csv"))
        if not found:
            raise StudioError("The sample is missing from this installation.", hint="Install the studio again.")
        return self.ask(self.tables.take(found[0], found[0].name, session=session_of(request), project=view.project))

    def reopen(self, view: View, request: gr.Request) -> tuple[Any, ...]:
        """The same upload once more, to choose other columns."""
        shown = self.studio.examples.view(view.project, view.dataset)
        path = self.studio.examples.source(view.project, view.dataset)
        source = shown.card.source
        mapping = shown.card.mapping
        key = self.tables.take(
            path, source.name, session=session_of(request), project=view.project, parent=view.dataset,
            sheet=source.sheet or None, encoding=source.encoding or None, hidden=source.hidden,
            tied=(mapping.group, mapping.part),
        )  # fmt: skip
        return self.ask(key, mapping)

    def look(self, key: str, question: Choice, answer: Choice, context: Choice, sheet: str, encoding: str) -> str:
        """The preview with these columns."""
        waiting = self.tables.get(key)
        return self._preview(waiting, self._columns(waiting, question, answer, context))

    def tie(self, key: str, group: str, part: str) -> str:
        """The columns that tie rows together and that share them out; kept until her yes."""
        before = self.tables.get(key)
        names = set(before.table.columns)
        if part in names and not is_part_column(part, before.table):
            raise StudioError(f"“{part[:40]}” does not say train, validation or test.",
                              hint="Choose the column that does, or (none).", where="part")  # fmt: skip
        tied = replace(before, tied=(group if group in names else "", part if part in names else ""))
        self.tables.put(key, tied)
        return self._head(tied, self._guess(tied))

    def read_again(self, key: str, sheet: str, encoding: str) -> tuple[Any, ...]:
        """Another sheet or another encoding."""
        before = self.tables.get(key)
        table = self.studio.examples.read(before.path, before.name, sheet=sheet or None, encoding=encoding or None,
                                          hidden=before.hidden)  # fmt: skip
        self.tables.put(key, replace(before, table=table, tied=None))
        return self.ask(key)

    def read_hidden(self, key: str, hidden: str, question: Choice, answer: Choice, context: Choice) -> tuple[Any, ...]:
        """Hidden rows used or left out; the columns that she chose stay chosen."""
        before = self.tables.get(key)
        table = self.studio.examples.read(before.path, before.name, sheet=before.table.sheet or None, hidden=hidden)
        self.tables.put(key, replace(before, table=table, hidden=hidden))
        columns = None
        with contextlib.suppress(StudioError):  # not all are chosen yet
            columns = self._columns(before, question, answer, context)
        return self.ask(key, columns)

    def accept(self, view: View, key: str, question: Choice, answer: Choice, context: Choice, sheet: str, encoding: str,
               request: gr.Request) -> tuple[View, str]:  # fmt: skip
        """Her yes: now it becomes a dataset. The same yes once more finds what the first one made."""
        request_key = f"import {key}" if key else ""
        if not self.tables.holds(key) and (made := self.studio.examples.uploaded(request_key)) is not None:
            return self._opened(view, made)
        waiting = self.tables.get(key)
        columns = self._columns(waiting, question, answer, context)
        by, sheet_of, encoded = person_of(request), waiting.table.sheet or None, waiting.table.encoding or None
        if waiting.parent:
            made = self.studio.examples.remap(waiting.project, waiting.parent, by=by, columns=columns, sheet=sheet_of,
                                              encoding=encoded, hidden=waiting.hidden,
                                              request_key=request_key)  # fmt: skip
        else:
            made = self.studio.examples.upload(waiting.path, waiting.name, by=by, project=waiting.project,
                                               sheet=sheet_of, encoding=encoded, columns=columns,
                                               hidden=waiting.hidden, request_key=request_key)  # fmt: skip
        self.tables.forget(key)
        return self._opened(view, made)

    def _opened(self, view: View, made: DatasetView) -> tuple[View, str]:
        return replace(view, project=made.project, dataset=made.id, mark=made.mark, stamp=view.stamp + 1,
                       recipe=None), ""  # fmt: skip

    def leave(self, view: View) -> tuple[Any, ...]:
        """Back to where she came from."""
        rest = [gr.skip() for _ in self.panel[2:]]
        there = bool(view.dataset)
        return ("", gr.update(visible=there), gr.update(visible=not there), gr.update(visible=False), *rest)

    # Within

    def _columns(self, waiting: Waiting, question: Choice, answer: Choice, context: Choice) -> Columns:
        """What the dropdowns say; a known shape (chats, preferences) stays one while its columns are untouched."""
        guessed = self._guess(waiting)
        group, part = waiting.tied or (guessed.group, guessed.part)
        without = question == NONE
        question, answer, context = ("" if name in (None, NONE) else name for name in (question, answer, context))
        tied = {"group": group, "part": part, "doubt": ""}
        if (question, answer, context) == (guessed.question, guessed.answer, guessed.context) and (question or without):
            texts = {} if question else {"schema_name": "text", "sentence": WITHOUT_QUESTIONS}
            return guessed.model_copy(update={**tied, **texts})
        if not answer:
            raise StudioError(say.NO_ANSWER_YET, hint=say.CHOOSE_ANSWER)
        if without:
            return Columns(schema_name="text", answer=answer, **tied, sentence=WITHOUT_QUESTIONS)
        if not question:
            raise StudioError(say.NO_QUESTION_YET, hint=say.CHOOSE_QUESTION)
        if question == answer:
            raise StudioError("Question and answer need two different columns.", hint="Choose both on the right.")
        if context in (question, answer) and context != guessed.context:
            raise StudioError(say.in_two_roles(context), hint=say.CHOOSE_BACKGROUND)
        context = "" if context in (question, answer) else context  # guessed before she chose
        tied |= {role: "" for role in ("group", "part") if tied[role] in (question, answer)}
        sentence = f"“{question}” holds the questions and “{answer}” the answers."
        return Columns(question=question, answer=answer, context=context, **tied, sentence=sentence)

    def _guess(self, waiting: Waiting) -> Columns:
        return self.studio.examples.preview(waiting.table, rows=1)[0]

    def ask(self, key: str, columns: Columns | None = None) -> tuple[Any, ...]:
        """The question, painted."""
        waiting = self.tables.get(key)
        table = waiting.table
        guess = columns or self._guess(waiting)
        try:
            preview = self._preview(waiting, guess) if guess.answer else html.title(say.CHOOSE_COLUMNS)
        except StudioError as error:
            preview = html.notice(error.message, error.hint)
        names = say.column_choices(table.columns, table.hidden_columns)
        without = guess.schema_name == "text" and not guess.doubt
        return (
            key, gr.update(visible=False), gr.update(visible=False), gr.update(visible=True),
            self._head(waiting, guess), preview,
            gr.update(choices=[NONE, *names], value=guess.question or (NONE if without else None)),
            gr.update(choices=names, value=guess.answer or None),
            gr.update(choices=[NONE, *names], value=guess.context or NONE),
            gr.update(choices=list(table.sheets), value=table.sheet, visible=len(table.sheets) > 1),
            gr.update(choices=list(dict.fromkeys([*([table.encoding] if table.encoding else []), *ENCODINGS])),
                      value=table.encoding, visible=bool(table.encoding)),
            gr.update(choices=[NONE, *names], value=guess.group or NONE),
            gr.update(choices=[NONE, *names], value=guess.part or NONE),
            gr.update(value=waiting.hidden or LEAVE_OUT, label=say.hidden_rows(table.hidden_rows),
                      visible=table.hidden_rows > 0),
            gr.update(value=html.notice(guess.doubt, say.ANSWER_THE_DOUBT, tone="warn") if guess.doubt else "",
                      visible=bool(guess.doubt)),
        )  # fmt: skip

    def _head(self, waiting: Waiting, columns: Columns) -> str:
        table = waiting.table
        group, part = waiting.tied or (columns.group, columns.part)
        told = [*table.notes, *say.tied(group, part)]
        lead = say.file_lead(waiting.name, table.rows_read, table.format, columns.sentence)
        return html.heading("Is this right?", lead) + (html.listing(told) if told else "")

    def _preview(self, waiting: Waiting, columns: Columns) -> str:
        _, examples = self.studio.examples.preview(waiting.table, columns)
        texts = columns.schema_name == "text" and not columns.question  # shown as what they are: answers alone
        shown: list[Example] = [
            example for example in examples if example.answer.strip() and (example.question.strip() or texts)
        ]
        pairs = (
            html.pair(e.question or say.NOTHING_ASKED, e.answer, label=f"Row {e.row:,}", longest=400)
            for e in shown[:SHOWN_PAIRS]
        )
        return html.title("How the model will read it") + ("".join(pairs) or html.none("No row has both."))
