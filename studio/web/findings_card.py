"""What the data doctor saw, as cards: how many, what it means, one example, and one button each."""

from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from studio.desk.dataset_view import DatasetView
from studio.desk.studio import Studio
from studio.records.example import Example
from studio.records.finding import Finding, Kind
from studio.web import paint
from studio.web.errors import wire
from studio.web.listing import Listing
from studio.web.private_card import PrivateCard
from studio.web.view import View, person_of
from studio.web.words import examples as say


class FindingsCard:
    """The list of findings; the only part of the page whose number of parts varies, so it is drawn anew."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, view: gr.State, listing: gr.State, notice: gr.Markdown) -> None:
        """A card, and in it as many findings as there are."""
        with gr.Column(elem_classes="card findings"):
            self.title = gr.Markdown(paint.title("What to look at"))

            settling = gr.State(False)

            @gr.render(  # type: ignore[untyped-decorator]
                inputs=[view, settling], triggers=[view.change, settling.change], show_progress="hidden"
            )
            def draw(seen: View, opened: bool) -> None:
                if seen.dataset:
                    shown = self.studio.examples.view(seen.project, seen.dataset)
                    for finding in shown.findings:
                        self._finding(shown, finding, Events(view, listing, settling, notice, opened))
                    PrivateCard(self.studio).draw_settings(shown, view, notice)

            with gr.Row(elem_classes="actions"):
                self.fix_all = gr.Button("Fix all that needs no decision", variant="primary")
                self.undo = gr.Button("Undo", elem_classes="quiet")
        wire(self.fix_all.click, self.fix_everything, [view], [view], notice, show_progress="minimal",
             show_progress_on=self.title)  # fmt: skip
        wire(self.undo.click, self.take_back, [view], [view], notice)

    def repaint(self, shown: DatasetView) -> tuple[Any, ...]:
        """The card's frame for this dataset: whether anything is left, and how much can be undone."""
        fixable = any(finding.fix for finding in shown.findings)
        done = len(shown.decisions)
        text = paint.title("What to look at") if shown.findings else paint.title("Nothing to mend", say.NO_FINDINGS)
        return (
            text,
            gr.update(visible=fixable),
            gr.update(value=f"Undo ({done})" if done else "Undo", interactive=bool(done)),
        )

    @property
    def frame(self) -> list[Any]:
        """What `repaint` fills."""
        return [self.title, self.fix_all, self.undo]

    def _finding(self, shown: DatasetView, finding: Finding, events: "Events") -> None:
        if finding.kind == "private_details":
            return PrivateCard(self.studio).draw(shown, finding, events.view, events.listing, events.notice)
        by_row = {example.row: example for example in shown.examples if example.id[0] == "r"}
        kind, one, view, notice = finding.kind, OneFinding(self.studio, finding.kind), events.view, events.notice
        pairs = [[by_row[row] for row in group if row in by_row] for group in finding.groups]
        conflicts = [pair for pair in pairs if len(pair) > 1] if kind == "conflicting_answers" else []
        with gr.Row(elem_classes=f"finding {finding.severity}", key=kind):
            gr.Markdown(
                paint.finding(finding.sentence, say.glimpse(finding, by_row), say.SEVERITIES[finding.severity]),
                key=("words", kind), elem_classes="what",
            )  # fmt: skip
            with gr.Row(elem_classes="buttons", key=("buttons", kind)):
                if conflicts:
                    label = "Close" if events.opened else "Settle them"
                    door = gr.Button(label, size="sm", key=("door", events.opened))
                    wire(door.click, self.close if events.opened else self.open, [], [events.settling], notice)
                if finding.fix:
                    fix = gr.Button(say.BUTTONS.get(kind, "Mend them"), size="sm", key=("fix", kind))
                    wire(fix.click, one.fix, [view], [view], notice)
                if finding.rows:
                    rows = gr.Button("Show rows", size="sm", elem_classes="quiet", key=("rows", kind))
                    wire(rows.click, one.show_rows, [events.listing], [events.listing], notice)
                leave = gr.Button("Leave as is", size="sm", elem_classes="quiet", key=("leave", kind))
                wire(leave.click, one.dismiss, [view], [view], notice)
        if conflicts and events.opened:
            self._conflict(conflicts[0], len(conflicts), view, notice)

    def _conflict(self, group: list[Example], left_over: int, view: gr.State, notice: gr.Markdown) -> None:
        left, right = group[0], group[1]
        one = OneConflict(self.studio, [example.row for example in group])
        key = f"{left.id}-{right.id}"
        with gr.Column(elem_classes="conflict", key=key):
            gr.Markdown(
                paint.conflict(left.question, left.answer, right.answer, (left.row, right.row), left_over),
                key=("pair", key),
            )
            with gr.Row(elem_classes="buttons", key=("choices", key)):
                for handler, label in (
                    (one.left, "Keep the left"),
                    (one.right, "Keep the right"),
                    (one.both, "Both are right"),
                ):
                    button = gr.Button(label, size="sm", key=(label, key))
                    wire(button.click, handler, [view], [view], notice)
            with gr.Row(elem_classes="write", key=("write", key)):
                mine = gr.Textbox(label="Or write the right answer", key=("answer", key), lines=1, max_lines=6, scale=4)
                use = gr.Button("Use mine", size="sm", key=("use", key), scale=1)
                wire(use.click, one.written, [view, mine], [view], notice)

    # Events

    def open(self) -> bool:
        """Show the first pair."""
        return True

    def close(self) -> bool:
        """Put the pairs away."""
        return False

    def fix_everything(self, view: View, request: gr.Request) -> View:
        """All that needs no person."""
        return changed(view, self.studio.examples.fix_all(
            view.project, view.dataset, by=person_of(request), seen=view.mark
        ))  # fmt: skip

    def take_back(self, view: View, request: gr.Request) -> View:
        """The last decision, taken back."""
        return changed(view, self.studio.examples.undo(
            view.project, view.dataset, by=person_of(request), seen=view.mark
        ))  # fmt: skip


def changed(view: View, shown: DatasetView) -> View:
    """The same look at the dataset as it stands now; what was planned with the old rows is planned anew."""
    return replace(view, project=shown.project, dataset=shown.id, mark=shown.mark, stamp=view.stamp + 1, recipe=None)


@dataclass(frozen=True)
class Events:
    """What the drawn buttons act upon, and whether the contradictions are open."""

    view: gr.State
    listing: gr.State
    settling: gr.State
    notice: gr.Markdown
    opened: bool


@dataclass(frozen=True)
class OneFinding:
    """The buttons of one finding."""

    studio: Studio
    kind: Kind

    def fix(self, view: View, request: gr.Request) -> View:
        """Her yes to the fix."""
        return changed(view, self.studio.examples.fix(
            view.project, view.dataset, self.kind, by=person_of(request), seen=view.mark
        ))  # fmt: skip

    def dismiss(self, view: View, request: gr.Request) -> View:
        """A false alarm, or something she can live with."""
        return changed(view, self.studio.examples.dismiss(
            view.project, view.dataset, self.kind, by=person_of(request), seen=view.mark
        ))  # fmt: skip

    def show_rows(self, listing: Listing) -> Listing:
        """Only the rows of this finding in the table below."""
        return replace(listing, kind=self.kind, page=0)


@dataclass(frozen=True)
class OneConflict:
    """The buttons of one question with contradicting answers."""

    studio: Studio
    rows: list[int]

    def left(self, view: View, request: gr.Request) -> View:
        """The left one is right."""
        return self._settle(view, request, "left")

    def right(self, view: View, request: gr.Request) -> View:
        """The right one is right."""
        return self._settle(view, request, "right")

    def both(self, view: View, request: gr.Request) -> View:
        """No contradiction."""
        return self._settle(view, request, "both")

    def written(self, view: View, answer: str, request: gr.Request) -> View:
        """A better answer for all of them."""
        return self._settle(view, request, "written", answer)

    def _settle(self, view: View, request: gr.Request, keep: str, answer: str = "") -> View:
        done = self.studio.examples.settle(
            view.project, view.dataset, self.rows, by=person_of(request), keep=keep, answer=answer, seen=view.mark
        )
        return changed(view, done)
