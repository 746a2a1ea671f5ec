"""What the data doctor saw, as cards: how many, what it means, one example, and one button each."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from studio.data.checks.finding_preview import preview_of
from studio.data.checks.fixes import most_lost
from studio.data.checks.registry import by_rule, choices_for
from studio.data.text.word_diff import difference, shortened
from studio.schemas.example import Example
from studio.schemas.finding import Finding, Kind
from studio.services.datasets.dataset_view import DatasetView
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import decisions
from studio.web.copy import examples as say
from studio.web.copy.common import short
from studio.web.errors import draw, wire
from studio.web.tabs.examples.privacy_panel import PrivacyPanel, details_to_show
from studio.web.tabs.examples.review.review_screen import ReviewState
from studio.web.tabs.examples.row_listing import RowListing, rows_named
from studio.web.view import View, changed, person_of, request_key_of

URGENT = ("stop", "serious")
LOOKED_AT = 50  # rows of a finding among which the example is sought
AROUND = 60  # letters on either side of a change


class FindingsPanel:
    """The list of findings; the only part of the page whose number of parts varies, so it is drawn anew."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, view: gr.State, seen: gr.State, listing: gr.State, screen: gr.State, notice: gr.Markdown) -> None:
        """A card, and in it as many findings as there are; drawn anew when the examples changed, not with each plan."""
        with gr.Column(elem_classes="card findings") as self.card:
            self.title = gr.Markdown(html.title("What to look at"))
            with gr.Row(elem_classes="actions"):
                self.fix_all = gr.Button("Fix all that needs no decision", variant="primary")
                self.undo = gr.Button("Undo", elem_classes="quiet")

            said = gr.State("")  # what the list says; the same again is not drawn anew

            @gr.render(inputs=[view], triggers=[said.change], show_progress="hidden")  # type: ignore[untyped-decorator]
            def list_findings(look: View) -> None:
                if look.dataset:
                    shown = self.studio.examples.view(look.project, look.dataset)
                    self.draw(shown, FindingEvents(view, listing, screen, notice))

        draw(seen.change, self.said, [view], [said], notice)
        wire(self.fix_all.click, self.fix_everything, [view], [view], notice, show_progress="minimal",
             show_progress_on=self.title)  # fmt: skip
        wire(self.undo.click, self.take_back, [view], [view], notice)

    def said(self, view: View) -> str:
        """A fingerprint of all that the list would show. Drawing it anew takes the old buttons away, and a press on
        one of them in that moment may be lost; so it happens only when something else is to be read there."""
        if not view.dataset:
            return ""
        shown = self.studio.examples.view(view.project, view.dataset)
        examples = rows_named(shown.examples, rows_to_show(shown))
        listed = [(finding, shown_of(finding, examples), ways_offered(shown, finding)) for finding in shown.findings]
        settings = self.studio.allowed.all(view.project), self.studio.allowed.countries(view.project)
        words = repr((view.project, view.dataset, listed, details_to_show(shown), settings))
        return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()

    def repaint(self, shown: DatasetView) -> tuple[Any, ...]:
        """The card's frame for this dataset: whether anything is left, and how much can be undone."""
        fixable = bool(set(ruled(shown)) & {finding.kind for finding in shown.findings if finding.fix})
        done = len(shown.decisions)
        text = html.title("What to look at") if shown.findings else html.title("Nothing to mend", say.NO_FINDINGS)
        return (
            text,
            gr.update(visible=fixable),
            gr.update(value=f"Undo ({done})" if done else "Undo", interactive=bool(done)),
        )

    @property
    def frame(self) -> list[Any]:
        """What `repaint` fills."""
        return [self.title, self.fix_all, self.undo]

    # Drawing

    def draw(self, shown: DatasetView, events: "FindingEvents") -> None:
        """A card for each finding, worst first; those that can wait are folded away together."""
        examples = rows_named(shown.examples, rows_to_show(shown))
        urgent = [finding for finding in shown.findings if finding.severity in URGENT]
        others = [finding for finding in shown.findings if finding.severity not in URGENT]
        for finding in urgent:
            self._draw_one(shown, finding, examples, events)
        if others:
            # open where nothing else is left; a fold that she opened stays open when the list is drawn anew
            fold = gr.Accordion(
                decisions.fold_title(others), open=not urgent, elem_classes="fold", key=("others", bool(urgent)),
                preserved_by_key="open",
            )  # fmt: skip
            with fold:
                gr.Markdown(html.seen(decisions.fold_lead(others)), key="others-lead")
                for finding in others:
                    self._draw_one(shown, finding, examples, events)
        PrivacyPanel(self.studio).draw_settings(shown, events.view, events.notice)

    def _draw_one(
        self, shown: DatasetView, finding: Finding, examples: Mapping[int, Example], events: "FindingEvents"
    ) -> None:
        if finding.kind == "private_details":
            PrivacyPanel(self.studio).draw(shown, finding, events.view, events.listing, events.notice)
            return
        with gr.Row(elem_classes=f"finding {finding.severity}", key=finding.kind):
            sentence, severity = decisions.sentence_of(finding), say.SEVERITIES[finding.severity]
            lost = most_lost(finding, shown.examples) if finding.fix else 0
            warned = html.seen(say.most_lost(lost, len(shown.examples))) if lost else ""
            words = html.finding_with(sentence, severity, shown_of(finding, examples) + warned)
            gr.Markdown(words, key=("words", finding.kind), elem_classes="what")
            with gr.Row(elem_classes="buttons", key=("buttons", finding.kind)):
                self._buttons(shown, finding, events)

    def _buttons(self, shown: DatasetView, finding: Finding, events: "FindingEvents") -> None:
        kind = finding.kind
        if finding.groups and kind in decisions.OPEN:
            door = gr.Button(decisions.OPEN[kind], size="sm", key=("door", kind))
            one = OneFinding(self.studio, kind)
            wire(door.click, one.open, [events.view], [events.screen], events.notice)
        if finding.fix:
            self._fixes(finding, ways_offered(shown, finding), events)
        self._looks(finding, events)

    def _fixes(self, finding: Finding, choices: list[tuple[str, str]], events: "FindingEvents") -> None:
        for choice, label in choices:
            fix = gr.Button(label, size="sm", key=("fix", finding.kind, choice))
            one = OneFinding(self.studio, finding.kind, choice)
            wire(fix.click, one.fix, [events.view], [events.view], events.notice)

    def _looks(self, finding: Finding, events: "FindingEvents") -> None:
        one = OneFinding(self.studio, finding.kind)
        if finding.rows:
            rows = gr.Button("Show rows", size="sm", elem_classes="quiet", key=("rows", finding.kind))
            wire(rows.click, one.show_rows, [events.listing], [events.listing], events.notice)
        leave = gr.Button("Leave as is", size="sm", elem_classes="quiet", key=("leave", finding.kind))
        wire(leave.click, one.dismiss, [events.view], [events.view], events.notice)

    # Events

    def fix_everything(self, view: View, request: gr.Request) -> View:
        """All that needs no person."""
        shown = self.studio.examples.view(view.project, view.dataset)
        return changed(view, self.studio.examples.fix_all(
            view.project, view.dataset, by=person_of(request), seen=view.mark, kinds=ruled(shown)
        ))  # fmt: skip

    def take_back(self, view: View, request: gr.Request) -> View:
        """The last decision, taken back."""
        return changed(view, self.studio.examples.undo(
            view.project, view.dataset, by=person_of(request), seen=view.mark, request_key=request_key_of(request)
        ))  # fmt: skip


def ways_offered(shown: DatasetView, finding: Finding) -> list[tuple[str, str]]:
    """The choices of a fix with their labels, but for those that would leave out most of the rows."""
    choices = [(choice, decisions.CHOICES.get((finding.kind, choice), "")) for choice in choices_for(finding.kind)]
    named = [(choice, label) for choice, label in choices if label]
    ways = named or [("", say.BUTTONS.get(finding.kind, "Mend them"))]
    return [(choice, label) for choice, label in ways if not most_lost(finding, shown.examples, choice)]


def ruled(shown: DatasetView) -> list[Kind]:
    """What one press mends: all that needs no decision, and no fix that would leave out most of the rows."""
    losing = {finding.kind for finding in shown.findings if most_lost(finding, shown.examples)}
    return [kind for kind in by_rule() if kind not in losing]


def rows_to_show(shown: DatasetView) -> set[int]:
    """The rows that the cards may need: the first of each finding, and its first group."""
    rows = {row for finding in shown.findings for row in finding.rows[:LOOKED_AT]}
    return rows | {row for finding in shown.findings for group in finding.groups[:1] for row in group[:LOOKED_AT]}


def shown_of(finding: Finding, examples: Mapping[int, Example]) -> str:
    """What is meant, as markup: a pair that differs, words before and after, how long and where cut, or the row."""
    group = [examples[row] for row in (finding.groups[0] if finding.groups else ()) if row in examples]
    if finding.kind in decisions.OPEN and len(group) > 1:
        return pair_shown(finding.kind, group)
    seen = preview_of(finding, examples)
    if seen is None or finding.kind == "too_few":  # no row of a small table says more than another
        return ""
    label = decisions.row_name(seen.example).capitalize()
    if seen.before != seen.after:
        return html.changed_row(label, shortened(difference(seen.before, seen.after), AROUND))
    if finding.kind == "too_long":
        return html.seen(decisions.cut(seen))
    return html.seen(say.of_row(label, finding.kind, seen))


def pair_shown(kind: Kind, group: list[Example]) -> str:
    """The first two rows of a group, with what differs marked."""
    one = group[0]
    if kind == "exact_duplicate":
        return html.seen(say.copies(one, group))
    other = next((example for example in group[1:] if example.answer != one.answer), group[1])
    same = one.answer == other.answer
    texts = (one.question, other.question) if same else (one.answer, other.answer)
    parts = shortened(difference(*texts), AROUND)
    return html.seen(f"“{short(one.answer if same else one.question, 160)}”") + html.sides(
        (decisions.row_name(example).capitalize(), "", html.one_side(parts, side))
        for example, side in ((one, "left"), (other, "right"))
    )


@dataclass(frozen=True)
class FindingEvents:
    """What the drawn buttons act upon."""

    view: gr.State
    listing: gr.State
    screen: gr.State
    notice: gr.Markdown


@dataclass(frozen=True)
class OneFinding:
    """The buttons of one finding."""

    studio: Studio
    kind: Kind
    choice: str = ""

    def open(self, view: View) -> ReviewState:
        """Its own screen."""
        return ReviewState(kind=self.kind, project=view.project)

    def fix(self, view: View, request: gr.Request) -> View:
        """Her yes to the fix, in the way that she chose."""
        return changed(view, self.studio.examples.fix(
            view.project, view.dataset, self.kind, by=person_of(request), choice=self.choice, seen=view.mark
        ))  # fmt: skip

    def dismiss(self, view: View, request: gr.Request) -> View:
        """A false alarm, or something she can live with."""
        return changed(view, self.studio.examples.dismiss(
            view.project, view.dataset, self.kind, by=person_of(request), seen=view.mark
        ))  # fmt: skip

    def show_rows(self, listing: RowListing) -> RowListing:
        """Only the rows of this finding in the table below."""
        return replace(listing, kind=self.kind, page=0)
