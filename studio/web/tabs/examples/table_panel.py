"""The cleaned table, edited in place: one page of rows at a time, and only the edited cell comes back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.example import Example
from studio.services.datasets.dataset_view import DatasetView
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import examples as copy
from studio.web.layout.drawer import Drawer
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Updates
from studio.web.tabs.examples.row_listing import PAGE_ROWS, RowListing, page_of
from studio.web.view import View, changed, person_of


def headers() -> list[str]:
    """Of the table."""
    return [say("table_panel.row"), say("table_panel.question"), say("table_panel.answer")]


QUESTION, ANSWER = 1, 2
SIZES = (50, 100, PAGE_ROWS)


class TablePanel:
    """Rows to read, search, rewrite, add and take out."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, listen: Listeners, frame: Frame, listing: gr.State) -> None:
        """Layout. `connect` follows, once the whole screen stands."""
        self.frame, self.listing = frame, listing
        self.ids, self.marked = gr.State(()), gr.State("")
        with gr.Column(elem_classes="card table-card"):
            with gr.Row(elem_classes="table-head"):
                self.title = gr.Markdown(html.title(say("table_panel.all_examples")))
                self.kind = gr.Dropdown(
                    [copy.all_rows()], value="", label=say('table_panel.show'), interactive=True, elem_classes="by-kind"
                )  # fmt: skip
                self.search = gr.Textbox(
                    label=say("table_panel.search"),
                    placeholder=say("table_panel.word_question_or_answer"),
                    max_lines=1,
                    elem_classes="search",
                )
            self.table = gr.Dataframe(
                headers=headers(), datatype="str", type="array", interactive=True, static_columns=[0], wrap=True,
                column_count=3, column_widths=["8%", "37%", "55%"], max_height=296, buttons=[], show_label=False,
                label=say('table_panel.examples'), elem_classes="rows",
            )  # fmt: skip
            with gr.Row(elem_classes="actions"):
                self.earlier = gr.Button(say("table_panel.earlier_rows"), size="sm")
                self.later = gr.Button(say("table_panel.later_rows"), size="sm")
                self.number = gr.Number(
                    1,
                    label=say("table_panel.page"),
                    precision=0,
                    minimum=1,
                    visible=False,
                    min_width=120,
                    elem_classes="page-number",
                )
                self.size = gr.Dropdown(
                    list(SIZES),
                    value=PAGE_ROWS,
                    label=say("table_panel.rows_on_page"),
                    interactive=True,
                    visible=False,
                    min_width=120,
                    elem_classes="page-number",
                )
                self.every = gr.Button(say("table_panel.show_all_rows"), size="sm", visible=False)
                self.take_out = gr.Button(say("table_panel.take_out_row"), size="sm", visible=False)
            self.adding = Drawer(say("examples.add_or_take_out"), frame.view, lambda view: self.build_adding(listen))

    def build_adding(self, listen: Listeners) -> None:
        """Rows of her own, and rows to take out by number; built when the drawer is opened."""
        view = self.frame.view
        with gr.Row(elem_classes="halves"):
            with gr.Column():
                self.new_question = gr.Textbox(
                    label=say("table_panel.new_question"), lines=2, elem_classes="keep-draft"
                )
                self.new_answer = gr.Textbox(label=say("table_panel.answer_2"), lines=3, elem_classes="keep-draft")
                self.add = gr.Button(say("table_panel.add"))
            with gr.Column():
                self.gone = gr.Textbox(
                    label=say("table_panel.rows_take_out"),
                    placeholder="17, 23",
                    info=say("table_panel.their_numbers_as_first"),
                    max_lines=1,
                )
                self.withdrawn = gr.Checkbox(label=say("examples.withdrawn"), info=say("examples.withdrawn_why"))
                self.remove = gr.Button(say("table_panel.take_them_out"))
        written = [self.new_question, self.new_answer]
        listen.changes(self.add.click, self.add_row, [view, *written], written)
        named = [self.gone, self.withdrawn]
        listen.changes(self.remove.click, self.remove_rows, [view, *named], named)

    def connect(self, listen: Listeners) -> None:
        """Listeners. Whatever changes the listing repaints the table in the same answer."""
        view, listing = self.frame.view, self.listing
        shown = [listing, *self.parts]
        listen.on(self.search.input, self.find, [view, listing, self.search], shown, trigger_mode="always_last")
        listen.on(self.earlier.click, self.step_back, [view, listing], shown)
        listen.on(self.later.click, self.step_on, [view, listing], shown)
        listen.on(self.number.submit, self.turn_to, [view, listing, self.number], shown)
        listen.on(self.size.input, self.resize, [view, listing, self.size], shown)
        listen.on(self.kind.input, self.filter_by, [view, listing, self.kind], shown)
        listen.on(self.every.click, self.show_all, [view, listing], [*shown, self.search])
        listen.on(self.table.select, self.mark, [view, self.ids], [self.marked, self.take_out])
        listen.changes(self.take_out.click, self.remove_marked, [view, self.marked])
        # every cell counts, also one that was rewritten while the last one was still on its way; one after the other
        listen.changes(self.table.edit, self.edit, [view, self.ids, listing], [listing], trigger_mode="multiple",
                       concurrency_limit=1)  # fmt: skip

    @property
    def parts(self) -> list[Any]:
        """What follows from the dataset and the listing."""
        return [
            self.table, self.ids, self.title, self.earlier, self.later, self.number, self.every, self.size, self.kind,
            self.marked, self.take_out,
        ]  # fmt: skip

    def rows_of(self, shown: DatasetView, listing: RowListing) -> Updates:
        """The page of the table that is looked at. Cells of a plain table are drawn as text: nothing is escaped."""
        page = page_of(shown, listing)
        cells = [[example.label, example.question, example.answer] for example in page.rows]
        several = page.pages > 1
        what, lead = copy.table_title(page.first, len(page.rows), page.total, listing.kind, listing.search)
        if (listing.kind or listing.search) and listing.rewritten:
            lead = f"{say('table_panel.rewritten_stay')} {lead}"
        return {
            self.table: gr.update(value=cells, visible=bool(cells)),
            self.ids: tuple(example.id for example in page.rows),
            self.title: html.title(what, f"{lead} {copy.row_numbers(shown.examples)}"),
            self.earlier: gr.update(visible=several, interactive=page.page > 0),
            self.later: gr.update(visible=several, interactive=page.page + 1 < page.pages),
            self.number: gr.update(visible=several, value=page.page + 1,
                                   label=say('table_panel.page_then_enter', pages=page.pages)),
            self.every: gr.update(visible=bool(listing.kind or listing.search)),
            self.size: gr.update(visible=len(shown.examples) > SIZES[0]),
            self.kind: gr.update(choices=copy.kinds_to_show(shown.findings, listing.kind), value=listing.kind),
            self.marked: "", self.take_out: gr.update(visible=False),
        }  # fmt: skip

    def listed(self, view: View, listing: RowListing) -> Updates:
        """Another listing, and the rows of it."""
        scope = self.studio.within(view.project)
        return {self.listing: listing, **self.rows_of(scope.examples.view(view.project, view.dataset), listing)}

    # Events

    def find(self, view: View, listing: RowListing, search: str) -> Updates:
        """Rows that hold these words."""
        return self.listed(view, replace(listing, search=search, page=0, rewritten=()))

    def step_back(self, view: View, listing: RowListing) -> Updates:
        """The page before."""
        return self.listed(view, replace(listing, page=max(0, listing.page - 1)))

    def step_on(self, view: View, listing: RowListing) -> Updates:
        """The page after."""
        return self.listed(view, replace(listing, page=listing.page + 1))

    def turn_to(self, view: View, listing: RowListing, number: float | None) -> Updates:
        """The page of this number; the last one when there are fewer."""
        return self.listed(view, replace(listing, page=max(0, int(number or 1) - 1)))

    def resize(self, view: View, listing: RowListing, size: int) -> Updates:
        """More or fewer rows on a page, and still the row that stood first."""
        return self.listed(view, resized(listing, int(size)))

    def filter_by(self, view: View, listing: RowListing, kind: str) -> Updates:
        """Only the rows of one finding."""
        return self.listed(view, replace(listing, kind=kind or "", page=0, rewritten=()))

    def show_all(self, view: View, listing: RowListing) -> Updates:
        """Every row again."""
        return {**self.listed(view, RowListing(size=listing.size)), self.search: ""}

    def mark(self, view: View, ids: tuple[str, ...], event: gr.SelectData) -> Updates:
        """The row whose cell was chosen can be taken out, called by the number that stands before it."""
        place = event.index[0]
        if place >= len(ids):
            return {self.marked: "", self.take_out: gr.update(visible=False)}
        shown = self.studio.within(view.project).examples.view(view.project, view.dataset)
        row = next((one.label for one in shown.examples if one.id == ids[place]), ids[place])
        label = say("table_panel.take_out_row_2", row=row)
        return {self.marked: ids[place], self.take_out: gr.update(value=label, visible=True)}

    def remove_marked(self, view: View, id: str, request: gr.Request) -> View:
        """That row out."""
        if not id:
            raise StudioError(say("table_panel.no_row_chosen"), hint=say("table_panel.press_cell_row_first"))
        examples = self.studio.within(view.project).examples
        return changed(view, examples.remove(view.project, view.dataset, [id], by=person_of(request), seen=view.mark))

    def edit(self, view: View, ids: tuple[str, ...], listing: RowListing, event: gr.EditData,
             request: gr.Request) -> Updates | None:  # fmt: skip
        """One cell; its row stays in the list, also when it no longer holds what was looked for.

        Gradio may tell it twice; the second time nothing changes, and nothing is given back: the look that came with
        it may be older than the one that the first time left behind."""
        place, column = event.index
        said, before = str(event.value), str(event.previous_value)
        if column not in (QUESTION, ANSWER) or said == before:
            return None
        shown = self.studio.within(view.project).examples.view(view.project, view.dataset)
        if view.mark and place < len(ids) and said not in cells_of(shown.examples, ids[place]):
            scope = self.studio.within(view.project)
            scope.examples.deciding.must_stand(view.project, view.dataset, ids[place : place + 1], seen=view.mark,
                                               by=person_of(request))  # fmt: skip
        example = edited(shown.examples, ids, place, column, before, said)
        if example is None:
            return None
        question, answer = (said, example.answer) if column == QUESTION else (example.question, said)
        after = self.studio.within(view.project).examples.edit(
            view.project, view.dataset, example.id, by=person_of(request), question=question, answer=answer,
            seen=view.mark,
        )  # fmt: skip
        if after is shown:
            return None
        stays = replace(listing, rewritten=(*listing.rewritten, example.id))
        return {self.frame.view: changed(view, after), self.listing: stays}

    def add_row(self, view: View, question: str, answer: str, request: gr.Request) -> Updates:
        """One more example of her own."""
        if not question.strip() or not answer.strip():
            raise StudioError(say("table_panel.new_row_needs_question"))
        after = self.studio.within(view.project).examples.add(
            view.project, view.dataset, by=person_of(request), question=question, answer=answer
        )
        return {self.frame.view: changed(view, after), self.new_question: "", self.new_answer: ""}

    def remove_rows(self, view: View, numbers: str, withdrawn: bool, request: gr.Request) -> Updates:
        """Rows out, by the numbers that she reads in the first column; withdrawn ones leave the exam, too."""
        wanted = [word.strip() for word in numbers.replace(";", ",").split(",") if word.strip()]
        scope = self.studio.within(view.project)
        named = {one.label: one.id for one in scope.examples.view(view.project, view.dataset).examples}
        unknown = [word for word in wanted if word not in named]
        if unknown:
            raise StudioError(
                say("dataset_view.there_no_row", missing=unknown[0][:20]),
                hint=say("dataset_view.write_numbers_first_column"),
            )
        ids = [named[word] for word in wanted]
        at = (view.project, view.dataset, ids)
        by, seen = person_of(request), view.mark
        if withdrawn:
            done = scope.versions.withdraw(*at, by=by, reason="", seen=seen)
        else:
            done = scope.examples.remove(*at, by=by, seen=seen)
        return {self.frame.view: changed(view, done), self.gone: "", self.withdrawn: False}


def resized(listing: RowListing, size: int) -> RowListing:
    """Pages of another size, and still the row that stood first."""
    return replace(listing, size=size, page=listing.page * listing.size // size)


def cells_of(examples: Sequence[Example], id: str) -> tuple[str, ...]:
    """What a row says now; nothing when it is gone."""
    return next(((example.question, example.answer) for example in examples if example.id == id), ())


def edited(
    examples: Sequence[Example], ids: tuple[str, ...], place: int, column: int, before: str, said: str
) -> Example | None:
    """Whose cell was rewritten: known by what stood in it, since the browser counts rows as it has sorted them.

    None when the cell holds the new words already. StudioError when no row, or more than one, held the old ones.
    """
    wanted = set(ids)
    rows = {example.id: example for example in examples if example.id in wanted}
    on_page = [rows[id] for id in ids if id in rows]

    def cell(example: Example) -> str:
        return example.question if column == QUESTION else example.answer

    expected = rows.get(ids[place]) if place < len(ids) else None
    if expected is not None and cell(expected) in (before, said):
        return None if cell(expected) == said else expected
    held = [example for example in on_page if cell(example) == before]
    if len(held) == 1:
        return held[0]
    if not held and any(cell(example) == said for example in on_page):
        return None
    raise StudioError(
        say("table_panel.not_clear_which_row"),
        hint=say("table_panel.search_for_row_so"),
    )
