"""Contradicting answers, one question at a time: two of them side by side, and the person says which holds."""

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from studio.copy.catalog import say
from studio.data.history.conflict_resolution import answers_of
from studio.data.text.word_diff import difference
from studio.errors import StudioError
from studio.schemas.example import Example
from studio.services.datasets.dataset_view import DatasetView
from studio.services.datasets.uploaded_columns import Cells
from studio.web import html
from studio.web.copy import decisions as copy
from studio.web.listeners import Listeners
from studio.web.mounting import Updates
from studio.web.tabs.examples.review.review_screen import ReviewScreen, ReviewState
from studio.web.view import View, changed, person_of

MOST_ANSWERS = 100


class ConflictsPanel(ReviewScreen):
    """The screen for `conflicting_answers`."""

    kinds = ("conflicting_answers",)
    name = "conflicts"

    def build_group(self) -> None:
        """The pair, which two of more than two, and the four ways to settle it."""
        self.pair = gr.Markdown(elem_classes="pair-to-settle")
        with gr.Row(visible=False, elem_classes="halves which") as self.which:
            self.left_one = gr.Dropdown([], label=say("conflicts_panel.on_left"), interactive=True)
            self.right_one = gr.Dropdown([], label=say("conflicts_panel.on_right"), interactive=True)
        with gr.Row(elem_classes="buttons settle") as self.choices:
            self.left = gr.Button(say("conflicts_panel.keep_left"), size="sm", variant="primary")
            self.right = gr.Button(say("conflicts_panel.keep_right"), size="sm", variant="primary")
            self.both = gr.Button(say("conflicts_panel.both_right"), size="sm")
        with gr.Column(elem_classes="write") as self.writing:
            self.mine = gr.Textbox(label=say("conflicts_panel.or_write_right_answer"), lines=2, max_lines=12)
            with gr.Row(elem_classes="buttons"):
                self.use = gr.Button(say("conflicts_panel.use_mine"), size="sm")
                self.from_left = gr.Button(say("conflicts_panel.start_from_left"), size="sm", elem_classes="quiet")
                self.from_right = gr.Button(say("conflicts_panel.start_from_right"), size="sm", elem_classes="quiet")

    def connect_group(self, listen: Listeners) -> None:
        """Each settling empties what was written for the question that is gone."""
        view = self.frame.view
        at, moved = [view, self.state], [self.state, *self.parts]
        listen.on(self.left_one.input, self.choose_left, [*at, self.left_one], moved)
        listen.on(self.right_one.input, self.choose_right, [*at, self.right_one], moved)
        listen.changes(self.left.click, self.keep_left, [view, self.rows])
        listen.changes(self.right.click, self.keep_right, [view, self.rows])
        listen.changes(self.both.click, self.keep_both, [view, self.rows])
        listen.changes(self.use.click, self.write, [view, self.rows, self.mine])
        listen.on(self.from_left.click, self.copy_left, [view, self.rows], [self.mine])
        listen.on(self.from_right.click, self.copy_right, [view, self.rows], [self.mine])

    @property
    def group_parts(self) -> list[Any]:
        """What `group_of` and `none_left` fill."""
        return [self.pair, self.which, self.left_one, self.right_one, self.choices, self.both, self.writing, self.mine]

    def moved(self, view: View, state: ReviewState) -> Updates:
        """What was written for one question is not for the next."""
        before = super().moved(view, state)
        return {**before, self.mine: ""}

    def group_of(self, view: View, state: ReviewState, group: Sequence[Example]) -> Updates:
        """The rows with the left one first and the right one last, and the pair."""
        answers = answers_of(group)
        left = next((one for one in answers if state.left in rows_of(one)), answers[0])
        others = [one for one in answers if one is not left] or [left]
        right = next((one for one in others if state.right in rows_of(one)), others[0])
        rest = [one for one in answers if one is not left and one is not right]
        several = len(answers) > 2
        rows = [*rows_of(left), *rows_of(right)]
        cells = self.studio.within(view.project).groups.beside(view.project, view.dataset, rows)
        choices = [(copy.answer_label(one), one[0].row) for one in answers[:MOST_ANSWERS]]
        return {
            self.rows: (*rows_of(left), *(row for one in rest for row in rows_of(one)), *rows_of(right)[::-1]),
            self.pair: pair_of(left, right, len(answers), cells),
            self.which: gr.update(visible=several),
            self.left_one: gr.update(choices=choices, value=left[0].row),
            self.right_one: gr.update(choices=choices, value=right[0].row),
            self.choices: gr.update(visible=True),
            self.writing: gr.update(visible=True),
            self.both: gr.update(
                value=say("conflicts_panel.all_right") if several else say("conflicts_panel.both_right")
            ),
        }

    def none_left(self, shown: DatasetView) -> Updates:
        """Everything is settled."""
        hidden = gr.update(visible=False)
        return {
            self.pair: html.none(say("decisions.all_settled")),
            self.which: hidden,
            self.choices: hidden,
            self.writing: hidden,
        }

    # Events

    def keep_left(self, view: View, rows: tuple[int, ...], request: gr.Request) -> Updates:
        """The left one is right."""
        return self._settle(view, rows, request, "left")

    def keep_right(self, view: View, rows: tuple[int, ...], request: gr.Request) -> Updates:
        """The right one is right."""
        return self._settle(view, rows, request, "right")

    def keep_both(self, view: View, rows: tuple[int, ...], request: gr.Request) -> Updates:
        """No contradiction."""
        return self._settle(view, rows, request, "both")

    def write(self, view: View, rows: tuple[int, ...], answer: str, request: gr.Request) -> Updates:
        """A better answer for all of them."""
        return self._settle(view, rows, request, "written", answer)

    def copy_left(self, view: View, rows: tuple[int, ...]) -> Updates:
        """The left answer, to be rewritten."""
        return {self.mine: self._answer(view, rows, 0)}

    def copy_right(self, view: View, rows: tuple[int, ...]) -> Updates:
        """The right answer, to be rewritten."""
        return {self.mine: self._answer(view, rows, -1)}

    def _settle(self, view: View, rows: tuple[int, ...], request: gr.Request, keep: str, answer: str = "") -> Updates:
        done = self.studio.within(view.project).groups.settle(
            view.project, view.dataset, rows, by=person_of(request), keep=keep, answer=answer, seen=view.mark
        )
        return {self.frame.view: changed(view, done), self.mine: ""}

    def _answer(self, view: View, rows: tuple[int, ...], place: int) -> str:
        shown = self.studio.within(view.project).examples.view(view.project, view.dataset)
        found = next((example for example in shown.examples if rows and example.row == rows[place]), None)
        if found is None:
            raise StudioError(
                say("conflicts_panel.answer_no_longer_there"), hint=say("conflicts_panel.press_skip_for_now")
            )
        return found.answer


def rows_of(examples: Sequence[Example]) -> list[int]:
    """Their rows."""
    return [example.row for example in examples]


def pair_of(
    left: Sequence[Example], right: Sequence[Example], answers: int, cells: Mapping[int, Cells]
) -> str:  # fmt: skip
    """Two answers side by side with what differs marked; the question once, or twice where it differs as well. `cells`
    are those of her other columns beside each row."""
    one, other = left[0], right[0]
    said = difference(one.answer, other.answer)
    asked = difference(one.question, other.question) if one.question != other.question else []
    head = html.title(
        say("conflicts_panel.which_answer_holds") if asked else one.question, say("decisions.how_to_settle")
    )
    more = html.sentences(copy.answers_left(answers)) if answers > 2 else ""
    shown = ((say("conflicts_panel.left"), "left", left), (say("conflicts_panel.right"), "right", right))
    sides = html.sides(
        (
copy.side_of(side, rows, cells),
            html.one_side(asked, where), html.one_side(said, where),
        )
        for side, where, rows in shown
    )  # fmt: skip
    return head + sides + more
