"""The deciding screens: one group of rows at a time, in the place of the findings list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import gradio as gr

from studio.schemas.example import Example
from studio.schemas.finding import Kind
from studio.services.datasets.dataset_view import DatasetView
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import decisions as say
from studio.web.errors import wire
from studio.web.tabs.examples.row_listing import rows_named
from studio.web.view import View, changed, person_of, request_key_of


@dataclass(frozen=True)
class ReviewState:
    """Which kind of finding is open (none: the list), and where in its groups she is.

    `left` and `right` are rows that she chose among more than two; a row that is not in the group means the first.
    """

    kind: Kind | Literal[""] = ""
    project: str = ""
    at: int = 0
    left: int = 0
    right: int = 0


class ReviewScreen:
    """The frame that both screens share: the way back, the place, the steps, and what was decided so far.

    Every part is there once and is filled anew, so a thousand groups cost no more than one.
    """

    kinds: ClassVar[tuple[Kind, ...]]
    what: ClassVar[str]
    name: ClassVar[str]

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, view: gr.State, screen: gr.State, notice: gr.Markdown) -> None:
        """Layout first, then the events."""
        self.rows = gr.State(())
        with gr.Column(visible=False, elem_classes=f"card screen {self.name}") as self.card:
            with gr.Row(elem_classes="screen-head"):
                self.back = gr.Button(say.BACK, size="sm", elem_classes="back")
                self.place = gr.Markdown(elem_classes="place-of")
                self.earlier = gr.Button("Previous", size="sm", elem_classes="quiet")
                self.skip = gr.Button("Skip for now", size="sm", elem_classes="quiet")
            self.build_group(view, screen, notice)
            with gr.Accordion("Decided so far", open=True, elem_classes="decided") as self.so_far:
                self.log = gr.Markdown()
                with gr.Row(elem_classes="buttons"):
                    self.undo = gr.Button("Undo", size="sm", elem_classes="quiet")
        wire(self.back.click, self.close, [screen], [screen], notice)
        wire(self.earlier.click, self.step_back, [screen], [screen], notice)
        wire(self.skip.click, self.step_on, [screen], [screen], notice)
        wire(self.undo.click, self.take_back, [view], [view], notice)

    def build_group(self, view: gr.State, screen: gr.State, notice: gr.Markdown) -> None:
        """What one group needs."""
        raise NotImplementedError

    @property
    def group_parts(self) -> list[Any]:
        """What `paint_group` fills."""
        raise NotImplementedError

    def paint_group(self, shown: DatasetView, screen: ReviewState, group: Sequence[Example]) -> tuple[Any, ...]:
        """The rows in their order for the buttons, and the group's parts."""
        raise NotImplementedError

    def paint_none(self) -> tuple[Any, ...]:
        """The same when no group is left."""
        raise NotImplementedError

    # Painting

    @property
    def painted(self) -> list[Any]:
        """What `paint` fills, in its order."""
        return [self.place, self.earlier, self.skip, self.so_far, self.log, self.undo, self.rows, *self.group_parts]

    def paint(self, view: View, screen: ReviewState) -> tuple[Any, ...]:
        """The group that is looked at; nothing at all while the screen is closed."""
        if not self.is_open(view, screen):
            return tuple(gr.skip() for _ in self.painted)
        shown = self.studio.examples.view(view.project, view.dataset)
        groups = groups_of(shown, screen.kind)
        head = self._head(screen, len(groups)) + self._decided(shown)
        if not groups:
            return (*head, *self.paint_none())
        group = groups[screen.at % len(groups)]
        found = rows_named(shown.examples, group)
        return (*head, *self.paint_group(shown, screen, [found[row] for row in group if row in found]))

    def is_open(self, view: View, screen: ReviewState) -> bool:
        """Whether this screen stands in the place of the list."""
        return bool(view.dataset) and screen.kind in self.kinds and screen.project == view.project

    def _head(self, screen: ReviewState, total: int) -> tuple[Any, ...]:
        at = say.place_of(screen.at % total, total, self.what) if total else ""
        steps = gr.update(visible=total > 1)
        return html.place(at), steps, steps

    def _decided(self, shown: DatasetView) -> tuple[Any, ...]:
        mine = [decision for decision in shown.decisions if decision.kinds & set(self.kinds)]
        told, more = say.decided(mine)
        return (
            gr.update(label=f"Decided so far ({len(mine):,})", visible=bool(mine)), html.log(told, more),
            gr.update(value=say.undo_label(shown.decisions), visible=bool(shown.decisions)),
        )  # fmt: skip

    # Events

    def close(self, screen: ReviewState) -> ReviewState:
        """The list again."""
        return ReviewState()

    def step_back(self, screen: ReviewState) -> ReviewState:
        """The group before."""
        return replace(screen, at=screen.at - 1, left=0, right=0)

    def step_on(self, screen: ReviewState) -> ReviewState:
        """The next group; this one stays open."""
        return replace(screen, at=screen.at + 1, left=0, right=0)

    def choose_left(self, screen: ReviewState, row: int) -> ReviewState:
        """Another row on the left, or the one to keep."""
        return replace(screen, left=int(row))

    def choose_right(self, screen: ReviewState, row: int) -> ReviewState:
        """Another row on the right."""
        return replace(screen, right=int(row))

    def take_back(self, view: View, request: gr.Request) -> View:
        """The last decision, taken back."""
        return changed(
            view,
            self.studio.examples.undo(
                view.project, view.dataset, by=person_of(request), seen=view.mark, request_key=request_key_of(request)
            ),
        )


def groups_of(shown: DatasetView, kind: str) -> tuple[tuple[int, ...], ...]:
    """The groups that a finding still holds."""
    return next((finding.groups for finding in shown.findings if finding.kind == kind), ())
