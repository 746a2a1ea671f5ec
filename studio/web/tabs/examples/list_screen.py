"""The examples as they stand: the inbox of findings, how the model reads them, the account, the table and the drawers.

Whatever is pressed in the inbox arrives as one message in one hidden field, and is looked up in what is offered.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from studio.copy.catalog import say
from studio.errors import StudioError, UnusableModel
from studio.schemas.finding import Finding
from studio.services.datasets.dataset_view import DatasetView
from studio.services.datasets.fix_all import FixAllPreview
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import examples as copy
from studio.web.copy.privacy import stays
from studio.web.layout.page_press import PagePress, press_field, read_press
from studio.web.layout.status_bar import status_bar, status_text
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Offer, Place, Updates, fill
from studio.web.tabs.examples.distillation.asking_panel import DISTILLATION
from studio.web.tabs.examples.inbox import (
    ASKED_FIRST,
    MOST_FOR_PREVIEW,
    inbox,
    is_fixable,
    priced_rows,
    ruled,
    ways_of,
)
from studio.web.tabs.examples.list_side import account_of, preview_of_reading, save_presses, why_no_exam
from studio.web.tabs.examples.next_version.next_version_screen import NEXT_VERSION, next_version_card, opened
from studio.web.tabs.examples.private_lines import choice_of, detail_kind
from studio.web.tabs.examples.review.review_screen import REVIEWS
from studio.web.tabs.examples.row_listing import RowListing
from studio.web.tabs.examples.table_panel import TablePanel
from studio.web.tabs.examples.table_uploads import KINDS, TableUploads
from studio.web.tabs.untying import untied
from studio.web.view import View, again, changed, person_of, session_of

Drawers = Callable[[Frame, gr.State], Sequence[gr.Accordion]]  # builds them; those that are put away after a change
ALL = RowListing()


class ListScreen:
    """The usual screen of the tab."""

    def __init__(self, studio: Studio, offer: Offer, uploads: TableUploads) -> None:
        self.studio, self.offer, self.uploads = studio, offer, uploads
        self.table = TablePanel(studio)

    # Layout

    def build(self, listen: Listeners, frame: Frame, view: View, drawers: Drawers) -> None:
        """Layout, listeners and first values; `drawers` builds the card of what is opened on demand."""
        self.frame = frame
        self.listing, self.revision, self.presses = gr.State(ALL), gr.State(revision_of(view)), press_field()
        self.examined = gr.State(True)  # whether all rows were examined when the list was made
        # pressed by live.js when something changed elsewhere, or when a large table's examination ended
        self.refresh = gr.Button(
            say("list_screen.look_again"), visible="hidden", elem_classes="refresh refresh-examined"
        )
        self.headline = gr.Markdown()
        with gr.Row(elem_classes="two-thirds list-top"):
            with gr.Column(scale=3, elem_classes="card findings"):
                self.inbox = gr.Markdown()
            with gr.Column(scale=2, elem_classes="beside"):
                self._build_side()
            with gr.Column(scale=2, elem_classes="card account-card"):
                self.account = gr.Markdown()
                gr.Markdown(save_presses())
                self.saved = gr.Markdown(elem_classes="saved")
        self.table.build(listen, frame, self.listing)
        with gr.Column(elem_classes="card drawers"):
            self.put_away = drawers(frame, self.revision)
        with gr.Row(elem_classes="actions end"):
            self.again = gr.Button(say("list_screen.choose_other_columns"), elem_classes="quiet")
            self.another = gr.UploadButton(
                say("list_screen.bring_another_table"), file_types=list(KINDS), elem_classes="quiet"
            )
            self.questions = gr.Button(say("teacher_screen.only_questions"), elem_classes="quiet")
        self.bar = status_bar("", say("examples.next"))
        self._connect(listen)
        fill(self.state_of(view, ALL))

    def _build_side(self) -> None:
        self.next_version = gr.Markdown(visible=False, elem_classes="card next-version-card")
        with gr.Column(elem_classes="card"):
            self.preview = gr.Markdown()
            self.split = gr.Markdown(elem_classes="soft")

    def _connect(self, listen: Listeners) -> None:
        listen.leads(self.questions.click, lambda place: {self.frame.place: place.at("examples", DISTILLATION)})
        frame, at = self.frame, [self.frame.view, self.frame.place]
        listen.repaints([*self.parts, *self.table.parts, *self.put_away], self.state_of, [self.listing, self.revision])
        pressed = [*at, self.listing, self.presses]
        # each press counts, also one made while the last one is still on its way; one after the other
        listen.changes(self.presses.change, self.press, pressed, [self.saved, self.listing, self.table.search],
                       trigger_mode="multiple", concurrency_limit=1)  # fmt: skip
        listen.changes(self.refresh.click, self.look_again, [frame.view, self.examined], by_itself=True)
        self.table.connect(listen)
        listen.on(self.again.click, self.uploads.reopen, at, [frame.place])
        listen.on(self.another.upload, self.uploads.arrive, [*at, self.another], [frame.place])
        listen.leads(self.bar.next.click, lambda place: frame.go(place, "model"))

    @property
    def parts(self) -> list[Any]:
        """What follows from the dataset, besides the table."""
        return [
            self.headline,
            self.inbox,
            self.preview,
            self.split,
            self.account,
            self.next_version,
            self.bar.text,
            self.revision,
            self.examined,
        ]

    # State

    def state_of(self, view: View, listing: RowListing, before: str = "") -> Updates:
        """All that the screen tells of the dataset as it stands. Drawers that speak of the rows as they were, which
        `before` names, are put away: they are read anew when they are opened again."""
        if not view.dataset:
            return {}
        changed_since = before not in ("", revision_of(view))
        examples = self.studio.within(view.project).examples
        shown, card = examples.view(view.project, view.dataset), next_version_card(self.studio, view.project)
        aside = examples.set_aside(shown)
        parts = html.sentences(
            copy.parts(aside.train, aside.validation, aside.exam, shown.findings),
            say("examples.parts_hint"),
            *self._read_by(shown, view),
        )
        return {
            self.headline: html.heading(*copy.examples_headline(shown.card, shown.findings, len(shown.examples))),
            self.inbox: self.inbox_of(shown, None), self.preview: preview_of_reading(shown, aside.taught),
            self.split: why_no_exam(shown, aside) if aside.why else parts,
            self.account: account_of(shown),
            self.next_version: gr.update(value=card, visible=bool(card)),
            self.bar.text: status_text(copy.status(len(shown.examples), shown.findings)),
            self.revision: revision_of(view), self.examined: shown.exact, **self.table.rows_of(shown, listing),
            **{part: gr.Accordion(open=False) for part in self.put_away if changed_since},
        }  # fmt: skip

    def inbox_of(self, shown: DatasetView, preview: FixAllPreview | None, told: str = "") -> str:
        """The list; what “Fix all” would do is worked out with it unless the table is large. `told` stands over it."""
        if preview is None and len(shown.examples) <= MOST_FOR_PREVIEW and is_fixable(shown):
            preview = self.preview_of(shown)
        scope = self.studio.within(shown.project)
        rows = priced_rows(shown)
        cells = scope.groups.beside(shown.project, shown.id, rows) if rows else {}
        return inbox(shown, preview, scope.allowed.finds_names, told, scope.allowed.all(shown.project), cells)

    def preview_of(self, shown: DatasetView) -> FixAllPreview:
        """What one press would do."""
        scope = self.studio.within(shown.project)
        return scope.examples.fix_all_preview(shown.project, shown.id, kinds=ruled(shown), choices=ASKED_FIRST)

    def _read_by(self, shown: DatasetView, view: View) -> list[str]:
        """What a chosen model does not read, once its plan was made on the next tab; findings tell of the built-in one.
        Nothing where it is no longer there."""
        if view.model == "starter" or view.proposed != view.model:
            return []
        try:
            facts = self.studio.models.inspect(view.model, view.recipe.revision if view.recipe else "")
        except UnusableModel:
            return []
        return self.studio.within(view.project).examples.lengths.said_of(Path(view.model).name, facts, shown)

    # Events

    def look_again(self, view: View, examined: bool) -> View | None:
        """How it stands now, if it is not what the list tells: nothing is drawn under her hand without need."""
        shown = self.studio.within(view.project).examples.view(view.project, view.dataset)
        if shown.mark == view.mark:
            return None if shown.exact == examined else replace(view, stamp=view.stamp + 1)
        return changed(view, shown)

    def press(self, view: View, place: Place, listing: RowListing, text: str, request: gr.Request) -> Updates:
        """One press of a button of our own."""
        press = read_press(text)
        acts: Mapping[str, Callable[[], Updates]] = {
            "fix": lambda: self.fix(view, press, request), "leave": lambda: self.leave(view, press, request),
            "hide": lambda: self.hide(view, press, request), "hide_all": lambda: self.hide(view, press, request),
            "hide_others": lambda: self.hide(view, press, request),
            "allow": lambda: self.allow(view, press, request), "fix_all": lambda: self.fix_all(view, press, request),
            "undo": lambda: self.undo(view, press, request), "disallow": lambda: self.disallow(view, press, request),
            "preview": lambda: self.show_preview(view),
            "rows": lambda: self.show_rows(view, listing, press), "open": lambda: self.open(view, place, press),
            "save": lambda: self.save(view, press, request), "untie": lambda: self.untie(view, request),
            NEXT_VERSION: lambda: opened(place, self.frame),
            "columns": lambda: self.uploads.reopen(view, place, request),
        }  # fmt: skip
        if press.act not in acts:
            raise StudioError(say("list_screen.button_not_known"), hint=say("list_screen.load_page_again"))
        return acts[press.act]()

    def fix(self, view: View, press: PagePress, request: gr.Request) -> Updates:
        """Her yes to a fix, in the way that she chose."""
        finding = self.finding(view, press)
        scope = self.studio.within(view.project)
        offered = [act for _, act in ways_of(scope.examples.view(view.project, view.dataset), finding)]
        if " ".join(("fix", *press.words)) not in offered:
            raise StudioError(say("list_screen.not_offered_any_more"), hint=say("list_screen.choose_one_buttons_stand"))
        scope = self.studio.within(view.project)
        done = scope.examples.fix(view.project, view.dataset, finding.kind, by=person_of(request),
                                  choice=press.word(1), seen=press.seen)  # fmt: skip
        return {self.frame.view: changed(view, done)}

    def leave(self, view: View, press: PagePress, request: gr.Request) -> Updates:
        """A false alarm, or something she can live with."""
        scope = self.studio.within(view.project)
        done = scope.examples.dismiss(view.project, view.dataset, self.finding(view, press).kind,
                                      by=person_of(request), seen=press.seen)  # fmt: skip
        return {self.frame.view: changed(view, done)}

    def hide(self, view: View, press: PagePress, request: gr.Request) -> Updates:
        """Private details, or what may be personal: all masked, all but what may be ours, or each kind as picked."""
        finding = self.finding(view, PagePress("hide", (detail_kind(press.word(0)),)))
        choice = choice_of(finding, press.picked if press.act == "hide" else {}, asks=press.act == "hide_others")
        scope = self.studio.within(view.project)
        done = scope.allowed.decide(view.project, view.dataset, choice, person_of(request), seen=press.seen,
                                    kind=finding.kind)  # fmt: skip
        return {self.frame.view: changed(view, done)}

    def allow(self, view: View, press: PagePress, request: gr.Request) -> Updates:
        """This detail is nobody's secret, in no row and no later table; what came of it is told over the list."""
        finding = self.finding(view, PagePress("allow", (detail_kind(press.word(1)),)))
        place = int(press.word(0)) if press.word(0).isdecimal() else -1
        if view.mark != press.seen or not 0 <= place < len(finding.spots):
            raise StudioError(say("list_screen.list_has_changed_since"), hint=say("list_screen.press_button_once_more"))
        spot = finding.spots[place]
        shown = self.studio.within(view.project).examples.view(view.project, view.dataset)
        example = next(example for example in shown.examples if example.row == spot.row)
        value = example.messages[spot.turn].content[spot.start : spot.end]
        self.studio.within(view.project).allowed.add(view.project, value, person_of(request), kind=spot.kind)
        now = self.studio.within(view.project).examples.view(view.project, view.dataset)
        after = next((one.count for one in now.findings if one.kind == finding.kind), 0)
        told = stays(value, spot.rows, finding.count, after)
        return {self.frame.view: again(view), self.inbox: self.inbox_of(now, None, told)}

    def disallow(self, view: View, press: PagePress, request: gr.Request) -> Updates:
        """This detail is private after all."""
        allowed = self.studio.within(view.project).allowed
        named = next((one for one in allowed.all(view.project) if one.at.isoformat() == press.word(0)), None)
        if named is None:
            raise StudioError(say("list_screen.list_has_changed_since"), hint=say("list_screen.press_button_once_more"))
        allowed.remove(view.project, named.value, person_of(request))
        now = self.studio.within(view.project).examples.view(view.project, view.dataset)
        return {self.frame.view: again(view), self.inbox: self.inbox_of(now, None)}

    def fix_all(self, view: View, press: PagePress, request: gr.Request) -> Updates:
        """All that needs no person, as one decision."""
        shown = self.studio.within(view.project).examples.view(view.project, view.dataset)
        scope = self.studio.within(view.project)
        done = scope.examples.fix_all(view.project, view.dataset, by=person_of(request), seen=press.seen,
                                      kinds=ruled(shown), choices=ASKED_FIRST)  # fmt: skip
        return {self.frame.view: changed(view, done)}

    def untie(self, view: View, request: gr.Request) -> Updates:
        """The same rows, of which none are kept together; what was decided about them stays."""
        return {self.frame.view: changed(view, untied(self.studio, view, person_of(request)))}

    def show_preview(self, view: View) -> Updates:
        """What “Fix all” would do to a large table."""
        shown = self.studio.within(view.project).examples.view(view.project, view.dataset)
        return {self.inbox: self.inbox_of(shown, self.preview_of(shown))}

    def undo(self, view: View, press: PagePress, request: gr.Request) -> Updates:
        """One decision taken back. The same press sent twice is one."""
        key = f"undo {view.dataset} {press.word(0)} {press.seen}"
        scope = self.studio.within(view.project)
        done = scope.examples.undo(view.project, view.dataset, by=person_of(request), decision=press.word(0),
                                   seen=press.seen, request_key=key)  # fmt: skip
        return {self.frame.view: changed(view, done)}

    def show_rows(self, view: View, listing: RowListing, press: PagePress) -> Updates:
        """Only the rows of this finding in the table; the page's script goes there."""
        kind = self.finding(view, press).kind
        return {**self.table.listed(view, RowListing(kind=kind, size=listing.size)), self.table.search: ""}

    def open(self, view: View, place: Place, press: PagePress) -> Updates:
        """The screen on which the groups of this finding are decided one at a time."""
        kind = self.finding(view, press).kind
        if kind not in REVIEWS:
            raise StudioError(say("list_screen.there_no_such_screen"))
        return {self.frame.place: place.at("examples", REVIEWS[kind])}

    def save(self, view: View, press: PagePress, request: gr.Request) -> Updates:
        """The rows as a file; what opens it badly is told beside the link."""
        form = press.word(0)
        path = self.studio.within(view.project).examples.export(view.project, view.dataset, form)
        told = self.studio.within(view.project).examples.export_warnings(view.project, view.dataset, form)
        link = html.saved(self.offer(session_of(request), path), path.name)
        return {self.saved: link + html.sentences(*told)}

    def finding(self, view: View, press: PagePress) -> Finding:
        """The finding that a press names; StudioError when it is not there any more."""
        shown = self.studio.within(view.project).examples.view(view.project, view.dataset)
        found = next((one for one in shown.findings if one.kind == press.word(0)), None)
        if found is None:
            raise StudioError(say("list_screen.there_nothing_kind_left"), hint=say("list_screen.list_shows_what_left"))
        return found


def revision_of(view: View) -> str:
    """What names the rows as they are; an examination that ended changes none."""
    return f"{view.dataset} {view.mark}"
