"""The deciding screens: one group of rows at a time, in the place of the findings list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import gradio as gr

from studio.copy.catalog import say
from studio.schemas.example import Example
from studio.schemas.finding import Kind
from studio.services.datasets.dataset_view import DatasetView
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import decisions as copy
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Place, Updates, fill
from studio.web.tabs.examples.row_listing import rows_named
from studio.web.view import View, changed, person_of, request_key_of

REVIEWS: Mapping[Kind, str] = {  # the screen for each kind of finding that is decided group by group
    "conflicting_answers": "conflicts", "near_duplicate": "copies:near_duplicate",
    "exact_duplicate": "copies:exact_duplicate",
}  # fmt: skip


@dataclass(frozen=True)
class ReviewState:
    """Where in the groups she is.

    `left` and `right` are rows that she chose among more than two; a row that is not in the group means the first.
    """

    at: int = 0
    left: int = 0
    right: int = 0


class ReviewScreen:
    """The frame that both screens share: the way back, the place, the steps, and what was decided so far.

    Every part is there once and is filled anew, so a thousand groups cost no more than one.
    """

    kinds: ClassVar[tuple[Kind, ...]]
    name: ClassVar[str]

    def __init__(self, studio: Studio, kind: Kind) -> None:
        self.studio, self.kind = studio, kind

    def build(self, listen: Listeners, frame: Frame, view: View) -> None:
        """Layout, listeners and the first group."""
        self.frame = frame
        self.state, self.rows = gr.State(ReviewState()), gr.State(())
        with gr.Column(elem_classes=f"card screen {self.name}"):
            with gr.Row(elem_classes="screen-head"):
                self.back = gr.Button(say("decisions.back"), size="sm", elem_classes="back")
                self.place = gr.Markdown(elem_classes="place-of")
                self.earlier = gr.Button(say("review_screen.previous"), size="sm", elem_classes="quiet")
                self.skip = gr.Button(say("review_screen.skip_for_now"), size="sm", elem_classes="quiet")
            self.build_group()
            with gr.Accordion(say("review_screen.decided_so_far"), open=True, elem_classes="decided") as self.so_far:
                self.log = gr.Markdown()
                with gr.Row(elem_classes="buttons"):
                    self.undo = gr.Button(say("review_screen.undo"), size="sm", elem_classes="quiet")
        parts = self.parts
        listen.repaints(parts, self.state_of, [self.state])
        listen.leads(self.back.click, self.close)
        steps = [self.state, *parts]
        listen.on(self.earlier.click, self.step_back, [frame.view, self.state], steps)
        listen.on(self.skip.click, self.step_on, [frame.view, self.state], steps)
        listen.changes(self.undo.click, self.take_back, [frame.view])
        # pressed by live.js when a large table's examination ended: what an undo brought back is found only then
        self.refresh = gr.Button(
            say("review_screen.look_again"), visible="hidden", elem_classes="refresh refresh-examined"
        )
        listen.changes(self.refresh.click, self.look_again, [frame.view], by_itself=True)
        self.connect_group(listen)
        fill(self.state_of(view, ReviewState()))

    def build_group(self) -> None:
        """What one group needs."""
        raise NotImplementedError

    def connect_group(self, listen: Listeners) -> None:
        """The listeners of it."""
        raise NotImplementedError

    @property
    def group_parts(self) -> list[Any]:
        """What `group_of` and `none_left` fill."""
        raise NotImplementedError

    def group_of(self, view: View, state: ReviewState, group: Sequence[Example]) -> Updates:
        """The rows in their order for the buttons, and the group's parts."""
        raise NotImplementedError

    def none_left(self, shown: DatasetView) -> Updates:
        """The same when no group is left."""
        raise NotImplementedError

    # State

    @property
    def parts(self) -> list[Any]:
        """What follows from the dataset and the place in it."""
        return [self.place, self.earlier, self.skip, self.so_far, self.log, self.undo, self.rows, *self.group_parts]

    def state_of(self, view: View, state: ReviewState) -> Updates:
        """The group that is looked at."""
        shown = self.studio.within(view.project).examples.view(view.project, view.dataset)
        groups = groups_of(shown, self.kind)
        head = {**self._head(state, len(groups), decided_in(shown, self.kind)), **self._decided(shown)}
        if not groups:
            return {**head, self.rows: (), **self.none_left(shown)}
        group = groups[state.at % len(groups)]
        found = rows_named(shown.examples, group)
        return {**head, **self.group_of(view, state, [found[row] for row in group if row in found])}

    def _head(self, state: ReviewState, left: int, done: int) -> Updates:
        at = copy.place_of(state.at % left, left, done, say(f"place.{self.name}")) if left else ""
        steps = gr.update(visible=left > 1)
        return {self.place: html.place(at), self.earlier: steps, self.skip: steps}

    def _decided(self, shown: DatasetView) -> Updates:
        mine = [decision for decision in shown.decisions if decision.kinds & set(self.kinds)]
        lines, more = copy.decided(mine, shown.examples)
        return {
            self.so_far: gr.update(label=say("review_screen.decided_so_far_2", mine=len(mine)), visible=bool(mine)),
            self.log: html.log(lines, more),
            self.undo: gr.update(value=copy.undo_label(shown.decisions), visible=bool(shown.decisions)),
        }

    # Events

    def close(self, place: Place) -> Updates:
        """The list again."""
        return {self.frame.place: place.at("examples")}

    def step_back(self, view: View, state: ReviewState) -> Updates:
        """The group before."""
        return self.moved(view, ReviewState(at=state.at - 1))

    def step_on(self, view: View, state: ReviewState) -> Updates:
        """The next group; this one stays open."""
        return self.moved(view, ReviewState(at=state.at + 1))

    def choose_left(self, view: View, state: ReviewState, row: int) -> Updates:
        """Another row on the left, or the one to keep."""
        return self.moved(view, replace(state, left=int(row)))

    def choose_right(self, view: View, state: ReviewState, row: int) -> Updates:
        """Another row on the right."""
        return self.moved(view, replace(state, right=int(row)))

    def moved(self, view: View, state: ReviewState) -> Updates:
        """Another place in the groups, with what is there."""
        return {self.state: state, **self.state_of(view, state)}

    def look_again(self, view: View) -> View:
        """The same rows, after all of them were examined."""
        return replace(view, stamp=view.stamp + 1)

    def take_back(self, view: View, request: gr.Request) -> View:
        """The last decision, taken back."""
        return changed(
            view,
            self.studio.within(view.project).examples.undo(
                view.project, view.dataset, by=person_of(request), seen=view.mark, request_key=request_key_of(request)
            ),
        )


def groups_of(shown: DatasetView, kind: str) -> tuple[tuple[int, ...], ...]:
    """The groups that a finding still holds."""
    return next((finding.groups for finding in shown.findings if finding.kind == kind), ())


def decided_in(shown: DatasetView, kind: str) -> int:
    """How many decisions stand about this kind alone, each of them about one group."""
    return sum(decision.kind == kind for decision in shown.decisions)
