"""Copies, one group at a time: the row that is kept, and how each of the others differs from it."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from studio.copy.catalog import say
from studio.data.checks.pairs.copies import must_agree
from studio.data.text.word_diff import difference
from studio.schemas.example import Example
from studio.services.datasets.dataset_view import DatasetView
from studio.web import html
from studio.web.copy import decisions as copy
from studio.web.listeners import Listeners
from studio.web.mounting import Updates
from studio.web.tabs.examples.review.review_screen import ReviewScreen, ReviewState, groups_of
from studio.web.view import View, changed, person_of

MOST_DRAWN = 12
MOST_OFFERED = 200


class CopiesPanel(ReviewScreen):
    """The screen for `exact_duplicate` and `near_duplicate`."""

    kinds = ("exact_duplicate", "near_duplicate")
    name = "copies"

    def build_group(self) -> None:
        """The kept row, the others, and what to do with them; below, the same for all groups at once."""
        self.copies = gr.Markdown(elem_classes="group")
        with gr.Row(elem_classes="keep-which") as self.choosing:
            self.kept = gr.Dropdown([], label=say("copies_panel.keep"), interactive=True, scale=1)
        with gr.Row(elem_classes="buttons settle") as self.choices:
            self.keep = gr.Button(say("copies_panel.keep_one"), size="sm", variant="primary")
            self.neither = gr.Button(say("copies_panel.they_not_copies"), size="sm")
        with gr.Row(elem_classes="buttons all-at-once") as self.at_once:
            gr.Markdown(html.seen(say("copies_panel.all_groups_at_once")))
            self.first = gr.Button(say("copies_panel.keep_first_each"), size="sm")
            self.longest = gr.Button(say("copies_panel.keep_fullest_each"), size="sm")

    def connect_group(self, listen: Listeners) -> None:
        """One group, or all at once."""
        view = self.frame.view
        listen.on(self.kept.input, self.choose_left, [view, self.state, self.kept], [self.state, *self.parts])
        listen.changes(self.keep.click, self.keep_one, [view, self.rows])
        listen.changes(self.neither.click, self.not_copies, [view, self.rows])
        listen.changes(self.first.click, self.keep_first, [view])
        listen.changes(self.longest.click, self.keep_longest, [view])

    @property
    def group_parts(self) -> list[Any]:
        """What `group_of` and `none_left` fill."""
        return [self.copies, self.choosing, self.kept, self.choices, self.keep, self.at_once, self.longest]

    def group_of(self, view: View, state: ReviewState, group: Sequence[Example]) -> Updates:
        """The rows with the kept one first, and how the others differ from it."""
        kept = next((example for example in group if example.row == state.left), group[0])
        others = [example for example in group if example is not kept]
        first = min(group, key=lambda example: (example.row < 0, abs(example.row)))
        fullest = max(group, key=lambda example: len(example.answer))
        near, here = self.kind == "near_duplicate", gr.update(visible=True)
        longer = near and len(fullest.answer) > len(min(group, key=lambda example: len(example.answer)).answer)
        labels = [
            (copy.copy_label(example, first=example is first, fullest=longer and example is fullest), example.row)
            for example in group[:MOST_OFFERED]
        ]
        return {
            self.rows: (kept.row, *(example.row for example in others)),
            self.copies: drawn(kept, others, near=near), self.choosing: here, self.choices: here, self.at_once: here,
            self.kept: gr.update(choices=labels, value=kept.row), self.longest: gr.update(visible=near),
            self.keep: copy.keep_button(kept, len(others)),
        }  # fmt: skip

    def none_left(self, shown: DatasetView) -> Updates:
        """No copies of this kind are left; how many of the other kind are."""
        hidden = gr.update(visible=False)
        (other,) = (kind for kind in self.kinds if kind != self.kind)
        groups = len(groups_of(shown, other))
        said = say(f"decisions.none_but_{other}", groups=groups) if groups else say("decisions.no_copies")
        return {
            self.copies: html.none(said),
            self.choosing: hidden,
            self.choices: hidden,
            self.at_once: hidden,
        }

    # Events

    def keep_one(self, view: View, rows: tuple[int, ...], request: gr.Request) -> View:
        """The chosen one stays."""
        scope = self.studio.within(view.project)
        done = scope.groups.keep(view.project, view.dataset, self.kind, rows, by=person_of(request),
                                 keep=rows[0] if rows else 0, seen=view.mark)  # fmt: skip
        return changed(view, done)

    def not_copies(self, view: View, rows: tuple[int, ...], request: gr.Request) -> View:
        """A false alarm, for this group."""
        done = self.studio.within(view.project).groups.not_copies(
            view.project, view.dataset, self.kind, rows, by=person_of(request), seen=view.mark
        )  # fmt: skip
        return changed(view, done)

    def keep_first(self, view: View, request: gr.Request) -> View:
        """The first row of each group, or the one without thanks or a postscript."""
        return self._keep_all(view, request, "first")

    def keep_longest(self, view: View, request: gr.Request) -> View:
        """The longest answer of each group."""
        return self._keep_all(view, request, "longest")

    def _keep_all(self, view: View, request: gr.Request, choice: str) -> View:
        done = self.studio.within(view.project).examples.fix(
            view.project, view.dataset, self.kind, by=person_of(request), choice=choice, seen=view.mark
        )  # fmt: skip
        return changed(view, done)


def drawn(kept: Example, others: Sequence[Example], *, near: bool) -> str:
    """The kept row, and the others with what differs marked."""
    head = html.title(
        say("copies_panel.near_copies") if near else say("copies_panel.exact_copies"),
        say("decisions.near_lead") if near else say("decisions.exact_lead"),
    )
    first = html.pair(
        kept.question,
        kept.answer,
        label=say("copies_panel.kept", row_name=copy.row_name(kept)),
        longest=2_000,
        learned=False,
    )
    parts = [
        html.copy_of(
            copy.row_name(other).capitalize(), html.change(difference(kept.question, other.question)),
            html.change(difference(kept.answer, other.answer)),
            say('copies_panel.differs_number_sign_or') if near and differs(kept, other) else "",
        )
        for other in others[:MOST_DRAWN]
    ]  # fmt: skip
    rest = html.seen(copy.more_copies(len(others) - MOST_DRAWN)) if len(others) > MOST_DRAWN else ""
    return head + first + "".join(parts) + rest


def differs(one: Example, other: Example) -> bool:
    """In what the rule for copies never takes out."""
    return must_agree(one.question, one.answer) != must_agree(other.question, other.answer)
