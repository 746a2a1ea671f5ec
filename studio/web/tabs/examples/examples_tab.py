"""EXAMPLES: a table comes in, is looked at, mended and shared out; every row stays accounted for."""

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import gradio as gr

from studio.errors import UnusableModel
from studio.services.datasets.dataset_view import DatasetView, export_warnings
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import examples as say
from studio.web.errors import draw, wire
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Place, fill
from studio.web.tabs.examples.columns_panel import KINDS, ColumnsPanel
from studio.web.tabs.examples.decisions_panel import DecisionsPanel
from studio.web.tabs.examples.findings_panel import FindingsPanel
from studio.web.tabs.examples.leakage_panel import LeakagePanel
from studio.web.tabs.examples.profile_panel import ProfilePanel
from studio.web.tabs.examples.review.conflicts_panel import ConflictsPanel
from studio.web.tabs.examples.review.copies_panel import CopiesPanel
from studio.web.tabs.examples.review.review_screen import ReviewState
from studio.web.tabs.examples.row_listing import RowListing
from studio.web.tabs.examples.table_panel import TablePanel
from studio.web.tabs.examples.versions_panel import VersionsPanel
from studio.web.view import View, changed, person_of, session_of
from studio.web.waiting import WaitingTables

Offer = Callable[[str, Path], str]
SHOWN_PAIRS = 2
ALL = RowListing()
FORMS = {"csv": "CSV", "csv_for_excel": "CSV for Excel", "xlsx": "Excel file", "jsonl": "JSONL"}
MORE_FORMS = {
    "csv_for_excel_semicolons": "CSV for Excel with semicolons",
    "report": "Data report to print", "prompt_completion": "JSONL as prompt and completion", "parquet": "Parquet",
}  # fmt: skip


class ExamplesTab:
    """The first tab."""

    def __init__(self, studio: Studio, offer: Offer, tables: WaitingTables) -> None:
        self.studio, self.offer = studio, offer
        self.columns = ColumnsPanel(studio, tables)
        self.findings, self.table = FindingsPanel(studio), TablePanel(studio)
        self.versions = VersionsPanel(studio)
        self.picture, self.testing = ProfilePanel(studio), LeakagePanel(studio)
        self.conflicts, self.copies, self.decisions = (
            ConflictsPanel(studio),
            CopiesPanel(studio),
            DecisionsPanel(studio),
        )

    def mount(self, frame: Frame, view: View, place: Place) -> None:
        """The tab as it is now, and what changes it."""
        self.build(frame.view)
        look, notice = frame.view, self.notice
        draw(look.change, self.paint, [look, self.waiting, self.listing], self.painted, notice)
        listen = Listeners(frame, notice)
        listen.on(self.next.click, lambda place: frame.go(place, "model"), [frame.place], [frame.place, frame.chosen])
        fill(dict(zip(self.painted, self.paint(view, "", ALL), strict=True)))
        if view.dataset:
            fill({self.seen: (view.project, view.dataset, view.stamp), self.screen: ReviewState(project=view.project)})
            fill(dict(zip(self.table.painted, self.table.paint(view, ALL), strict=True)))

    def build(self, view: gr.State) -> None:
        """Layout first, then the events."""
        waiting, listing = gr.State(""), gr.State(RowListing())
        seen, screen = gr.State(()), gr.State(ReviewState())  # which examples are looked at as of when; list or screen
        self.waiting, self.listing, self.notice = waiting, listing, gr.Markdown(visible=False, elem_classes="said")
        self.seen, self.screen = seen, screen
        self.columns.build_start()
        self.columns.build_confirm()
        with gr.Column(visible=False) as self.rest:
            self.headline = gr.Markdown()
            with gr.Row(elem_classes="two-thirds"):
                with gr.Column(scale=3):
                    self.findings.build(view, seen, listing, screen, self.notice)
                    self.conflicts.build(view, screen, self.notice)
                    self.copies.build(view, screen, self.notice)
                with gr.Column(scale=2) as self.side:
                    self._build_side()
            self.table.build(view, seen, listing, self.notice)
            with gr.Column(elem_classes="card drawers"):
                self.picture.build(view, self.notice)
                self.testing.build(view, self.notice)
                self.decisions.build(view, self.notice)
                self.versions.build(view, seen, self.notice)
            with gr.Row(elem_classes="actions end"):
                self.again = gr.Button("Choose other columns", elem_classes="quiet")
                self.another = gr.UploadButton("Bring another table", file_types=list(KINDS), elem_classes="quiet")
                self.next = gr.Button("Next: choose a model", variant="primary")
        # pressed by live.js once the full examination of a large table, which was put off, is done
        self.refresh = gr.Button("Look again", visible="hidden", elem_classes="refresh-examined")
        draw(self.refresh.click, self.look_again, [view], [view], self.notice)
        draw(view.change, self.look, [view, screen, seen, listing],
             [seen, screen, listing, self.table.search, self.saved], self.notice)  # fmt: skip
        for change in (screen.change, seen.change):
            draw(change, self.turn, [view, screen], self.turned, self.notice)
        self.columns.connect(view, waiting, self.notice, self.rest)
        shown = [waiting, self.rest, *self.columns.panel]
        wire(self.again.click, self.columns.reopen, [view], shown, self.notice)
        wire(self.another.upload, self.columns.arrive, [view, self.another], [*shown, self.another], self.notice)
        for form, button in self.exports.items():
            wire(button.click, getattr(self, f"export_{form}"), [view], [self.saved], self.notice)
        wire(self.sheet.click, self.save_sheet, [view], [self.saved], self.notice)
        wire(self.decided.upload, self.bring_sheet, [view, self.decided], [view, self.decided], self.notice)

    def _build_side(self) -> None:
        with gr.Column(elem_classes="card"):
            self.preview = gr.Markdown(html.title("How the model will read it"))
            self.parts = gr.Markdown(elem_classes="soft")
        with gr.Column(elem_classes="card"):
            self.account = gr.Markdown(html.title("Every row accounted for"))
            with gr.Row(elem_classes="buttons"):
                self.exports = {form: gr.Button(f"Save as {label}", size="sm") for form, label in FORMS.items()}
            with gr.Accordion("More ways to save", open=False), gr.Row(elem_classes="buttons"):
                self.exports |= {form: gr.Button(label, size="sm") for form, label in MORE_FORMS.items()}
            with gr.Accordion("Let a colleague decide", open=False):
                gr.Markdown(html.sentences(say.COLLEAGUE), elem_classes="soft")
                with gr.Row(elem_classes="buttons"):
                    self.sheet = gr.Button("Save the findings as a sheet", size="sm")
                    self.decided = gr.UploadButton(
                        "Bring the decided sheet back", size="sm", file_types=[".csv", ".xlsx"]
                    )
            self.saved = gr.Markdown(elem_classes="saved")

    # Painting

    @property
    def painted(self) -> list[Any]:
        """What `paint` fills, in its order."""
        return [
            self.columns.start, self.columns.confirm, self.rest, self.headline, self.preview, self.parts, self.account,
            *self.findings.frame, *self.decisions.painted,
        ]  # fmt: skip

    @property
    def turned(self) -> list[Any]:
        """What `turn` shows, hides and fills."""
        places = [self.findings.card, self.side, self.conflicts.card, self.copies.card]
        return [*places, *self.conflicts.painted, *self.copies.painted]

    def turn(self, view: View, screen: ReviewState) -> tuple[Any, ...]:
        """A deciding screen takes the place of the list and of what stands beside it."""
        conflicts, copies = self.conflicts.is_open(view, screen), self.copies.is_open(view, screen)
        listed = not conflicts and not copies
        places = tuple(gr.update(visible=here) for here in (listed, listed, conflicts, copies))
        return (*places, *self.conflicts.paint(view, screen), *self.copies.paint(view, screen))

    def paint(self, view: View, waiting: str, listing: RowListing) -> tuple[Any, ...]:
        """The tab for what is looked at: the start, the dataset as it stands, or the question that is still open."""
        asking = self.columns.tables.holds(waiting, view.project)
        place = tuple(
            gr.update(visible=here)
            for here in (not view.dataset and not asking, asking, bool(view.dataset) and not asking)
        )
        if not view.dataset:
            return (*place, *(gr.skip() for _ in self.painted[3:]))
        shown = self.studio.examples.view(view.project, view.dataset)
        return (
            *place, html.heading(*say.examples_headline(shown.card, shown.findings, len(shown.examples))),
            *self._side(shown, view), *self.findings.repaint(shown), *self.decisions.repaint(shown),
        )  # fmt: skip

    def _side(self, shown: DatasetView, view: View) -> tuple[str, str, str]:
        good = islice((e for e in shown.examples if e.question.strip() and e.answer.strip()), SHOWN_PAIRS)
        pairs = "".join(
            html.pair(e.question, e.answer, label=f"Row {e.id.removeprefix('r')}", longest=260) for e in good
        )
        aside = self.studio.examples.set_aside(shown)
        parts = html.sentences(
            say.parts(aside.train, aside.validation, aside.exam), say.PARTS_HINT, *self._read_by(shown, view)
        )
        return (
            html.title("How the model will read it") + (pairs or html.none("No row has both.")),
            html.sentences(aside.why) if aside.why else parts,
            html.title("Every row accounted for", say.account(shown.card, len(shown.examples)))
            + "".join(html.seen(line) for line in say.left_out(shown.drops, shown.card.dropped)),
        )

    def _read_by(self, shown: DatasetView, view: View) -> list[str]:
        """What a chosen model does not read, once its plan was made on the next tab; findings tell of the built-in one.
        Nothing where it is no longer there."""
        if view.model == "starter" or view.proposed != view.model:
            return []
        try:
            facts = self.studio.models.inspect(view.model, view.recipe.revision if view.recipe else "")
        except UnusableModel:
            return []
        return self.studio.examples.lengths.said_of(Path(view.model).name, facts, shown)

    # Events

    def look(
        self, view: View, screen: ReviewState, before: tuple[Any, ...] = (), listing: RowListing = ALL
    ) -> tuple[Any, ...]:
        """Which examples are looked at, as of when; another project begins with its list, with all its rows, and with
        nothing saved. No other painting takes the link to a file away: the browser may not have pressed it yet."""
        seen = (view.project, view.dataset, view.stamp)
        rows = (RowListing(size=listing.size), "", "") if before[:1] != seen[:1] else (gr.skip(), gr.skip(), gr.skip())
        return seen, screen if screen.project == view.project else ReviewState(), *rows

    def look_again(self, view: View) -> Any:
        """Once all rows were examined, their findings are shown; until then the look, which may be older, is let be."""
        if not view.dataset or not self.studio.examples.view(view.project, view.dataset).exact:
            return gr.skip()
        return replace(view, stamp=view.stamp + 1)

    def export_csv(self, view: View, request: gr.Request) -> str:
        """The cleaned table as it is."""
        return self._export(view, request, "csv")

    def export_csv_for_excel(self, view: View, request: gr.Request) -> str:
        """The cleaned table, safe to open in Excel."""
        return self._export(view, request, "csv_for_excel")

    def export_csv_for_excel_semicolons(self, view: View, request: gr.Request) -> str:
        """The same where Excel writes 1,5 for one and a half."""
        return self._export(view, request, "csv_for_excel_semicolons")

    def export_xlsx(self, view: View, request: gr.Request) -> str:
        """The cleaned table as a workbook of text cells."""
        return self._export(view, request, "xlsx")

    def export_jsonl(self, view: View, request: gr.Request) -> str:
        """The lossless twin for other programs."""
        return self._export(view, request, "jsonl")

    def export_report(self, view: View, request: gr.Request) -> str:
        """What was uploaded, found and decided, on a page to print."""
        return self._export(view, request, "report")

    def export_prompt_completion(self, view: View, request: gr.Request) -> str:
        """As trainers elsewhere take it."""
        return self._export(view, request, "prompt_completion")

    def export_parquet(self, view: View, request: gr.Request) -> str:
        """For large tables elsewhere."""
        return self._export(view, request, "parquet")

    def save_sheet(self, view: View, request: gr.Request) -> str:
        """All findings, for somebody without the studio."""
        path = self.studio.colleagues.save(view.project, view.dataset)
        return html.saved(self.offer(session_of(request), path), path.name)

    def bring_sheet(self, view: View, path: str, request: gr.Request) -> tuple[View, None]:
        """The decided sheet becomes decisions."""
        sheet = Path(path)
        try:
            done = self.studio.colleagues.bring(
                view.project, view.dataset, sheet, sheet.name, by=person_of(request)
            )  # fmt: skip
        finally:
            sheet.unlink(missing_ok=True)  # her words lie in the decisions now, not in an upload folder
        return changed(view, done), None

    def _export(self, view: View, request: gr.Request, form: str) -> str:
        path = self.studio.examples.export(view.project, view.dataset, form)
        told = export_warnings(self.studio.examples.view(view.project, view.dataset), form)
        return html.saved(self.offer(session_of(request), path), path.name) + html.sentences(*told)
