"""EXAMPLES: a table comes in, is looked at, mended and shared out; every row stays accounted for."""

from collections.abc import Sequence

import gradio as gr

from studio.services.studio import Studio
from studio.web import html
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Offer, Place, fill
from studio.web.tabs.examples.columns_panel import ColumnsPanel
from studio.web.tabs.examples.distillation.asking_panel import DISTILLATION
from studio.web.tabs.examples.distillation.distillation_screen import DistillationScreen
from studio.web.tabs.examples.leakage_panel import LeakagePanel
from studio.web.tabs.examples.list_screen import ListScreen
from studio.web.tabs.examples.next_version.make_panel import MakePanel
from studio.web.tabs.examples.next_version.next_version_screen import NEXT_VERSION, NextVersionScreen
from studio.web.tabs.examples.privacy_panel import PrivacyPanel
from studio.web.tabs.examples.profile_panel import ProfilePanel
from studio.web.tabs.examples.review.conflicts_panel import ConflictsPanel
from studio.web.tabs.examples.review.copies_panel import CopiesPanel
from studio.web.tabs.examples.review.review_screen import REVIEWS, ReviewScreen
from studio.web.tabs.examples.review_sheet_panel import ReviewSheetPanel
from studio.web.tabs.examples.start_panel import StartPanel
from studio.web.tabs.examples.table_uploads import ASKING, TableUploads
from studio.web.tabs.examples.versions_panel import VersionsPanel
from studio.web.view import View
from studio.web.waiting import WaitingTables

__all__ = ("ExamplesTab", "Offer")


class ExamplesTab:
    """The first tab. Its screens: the start, the question about a file's columns, the list, one group at a
    time, and a teacher's answers (distillation).
    Only the parts of the screen that is looked at are made."""

    def __init__(self, studio: Studio, offer: Offer, tables: WaitingTables) -> None:
        self.studio, self.offer, self.tables = studio, offer, tables
        self.profile, self.leakage = ProfilePanel(studio), LeakagePanel(studio)
        self.versions, self.privacy = VersionsPanel(studio), PrivacyPanel(studio)
        self.review_sheet, self.make_panel = ReviewSheetPanel(studio, offer), MakePanel(studio)

    def mount(self, frame: Frame, view: View, place: Place) -> None:
        """The screen that the place names, as it is now, and what changes it."""
        self.notice = gr.Markdown(visible=False, elem_classes="said")
        self.listen = listen = Listeners(frame, self.notice)
        self.uploads = TableUploads(self.studio, self.tables, frame)
        key = place.screen.removeprefix(ASKING) if place.screen.startswith(ASKING) else ""
        review = self._review(place.screen)
        if place.screen.partition(":")[0] == DISTILLATION:
            self.teacher = DistillationScreen(self.studio, self.tables, place.screen)
            self.teacher.build(listen, frame, view)
        elif key and self.tables.holds(key, view.project):
            self.columns = ColumnsPanel(self.studio, self.tables, key)
            self.columns.build(listen, frame)
        elif not view.dataset:
            self.start = StartPanel(self.uploads)
            self.start.build(listen, frame)
        elif place.screen == NEXT_VERSION:
            self.next_version = NextVersionScreen(self.studio, self.make_panel)
            self.next_version.build(listen, frame, view)
        elif review is not None:
            self.review = review
            review.build(listen, frame, view)
        else:
            self.list = ListScreen(self.studio, self.offer, self.uploads)
            self.list.build(listen, frame, view, self._drawers)
        if isinstance(place.state, str) and place.state:
            fill({self.notice: gr.update(value=html.notice(place.state, "", tone="warn"), visible=True)})

    def _review(self, screen: str) -> ReviewScreen | None:
        kind = next((kind for kind, name in REVIEWS.items() if name == screen), "")
        if not kind:
            return None
        return ConflictsPanel(self.studio, kind) if kind == "conflicting_answers" else CopiesPanel(self.studio, kind)

    def _drawers(self, frame: Frame, revision: gr.State) -> Sequence[gr.Accordion]:
        self.profile.build(self.listen, frame, revision)
        self.leakage.build(self.listen, frame)
        self.privacy.build(self.listen, frame)
        put_away = self.versions.build(self.listen, frame, revision)
        self.review_sheet.build(self.listen, frame)
        return put_away
