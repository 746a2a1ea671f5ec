"""The act “Make the next version”: what it will do, what has to be decided before, and one press."""

from dataclasses import replace

import gradio as gr

from studio.copy.accounts import names_somebody
from studio.copy.catalog import say
from studio.services.access import Right
from studio.services.studio import Studio
from studio.services.versions.corrections import Correction
from studio.services.versions.next_version import HOLDS, NextVersionPlan
from studio.services.versions.teaching_way import WAYS
from studio.web import html
from studio.web.copy import common
from studio.web.layout.drawer import Drawer
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Place, Updates
from studio.web.view import View, actor_of, person_of, request_key_of

SHOWN = 5  # contradictions and corrections of exam questions that are read out


class MakePanel:
    """A drawer under the inbox, read anew each time that it is opened."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, listen: Listeners, frame: Frame, view: View) -> gr.Accordion:
        """The closed drawer, whose head says how much waits in it."""
        self.frame = frame
        return Drawer(
            self.title(view), frame.view, lambda view: self.build_inside(listen, view), "card next-version-act"
        ).accordion

    def title(self, view: View) -> str:
        """With the number of accepted answers that no version has learned yet."""
        waiting = self.studio.within(view.project).feedback_inbox.accepted_waiting(view.project)
        return say("next_panel.title_waiting", count=waiting) if waiting else say("next_panel.title")

    def build_inside(self, listen: Listeners, view: View) -> None:
        """What will happen, and the press."""
        scope = self.studio.within(view.project)
        plan = scope.next_versions.plan(view.project)
        ready = plan.parent is not None and bool(plan.made or plan.new or plan.sorted.of_exam)
        taught = scope.examples.set_aside(scope.examples.view(view.project, plan.dataset)).train
        gr.Markdown(in_words(plan, taught))
        self.holds = gr.Radio(
            [(say(f"next_panel.holds_{one}"), one) for one in HOLDS], label=say("next_panel.holds"),
            visible=bool(plan.sorted.contradicting),
        )  # fmt: skip
        ways = [(say(f"next_panel.way_{one}"), one) for one in WAYS]
        self.way = gr.Radio(ways, value=plan.way.way, label=say("next_panel.way"), info=say("next_panel.way_help"),
                            visible=ready)  # fmt: skip
        with gr.Row(elem_classes="actions"):
            self.make = gr.Button(say("next_panel.make"), variant="primary", elem_classes="make-next",
                                  interactive=ready and scope.may(Right.CHANGE))  # fmt: skip
        listen.changes(self.make.click, self.begin, [self.frame.view, self.frame.place, self.holds, self.way])

    def begin(self, view: View, place: Place, holds: str | None, way: str | None, request: gr.Request) -> Updates:
        """Make it and let it be taught; the Teach tab shows how far it is."""
        service = self.studio.open(actor_of(request), view.project, Right.CHANGE).next_versions
        made = service.begin(view.project, by=person_of(request), contradictions=holds or "", way=way or "",
                             request_key=request_key_of(request))  # fmt: skip
        run = made.run.id if made.run else view.run
        after = replace(view, dataset=made.view.id, mark=made.view.mark, run=run, stamp=view.stamp + 1,
                        ran=view.ran + 1, recipe=None)  # fmt: skip
        return {self.frame.view: after, **self.frame.go(place, "teach")}


def in_words(plan: NextVersionPlan, taught: int) -> str:
    """What will happen, and the corrections that need a look before. `taught`: how many of the rows are learned, 0
    where that cannot be told."""
    if plan.parent is None:
        return html.none(say("next_panel.no_version"))
    if not plan.said:
        return html.none(say("next_panel.nothing"))
    found = plan.sorted
    lead = say(
        "next_panel.lead" if taught else "next_panel.lead_all", rows=plan.rows, taught=taught, others=plan.rows - taught
    )
    told = html.sentences(lead) + html.listing(map(str, plan.said))
    for name in ("contradicting", "disputed", "of_exam", "near_exam"):
        met: tuple[Correction, ...] = getattr(found, name)
        if met:
            told += html.title(say(f"next_panel.{name}_title")) + meetings(met, name)
            told += html.seen(say("next_panel.by_price")) if any(one.by_price for one in met) else ""
    return told


def meetings(corrections: tuple[Correction, ...], name: str) -> str:
    """Each correction beside what it meets."""
    by = any(author_of(one) for one in corrections)
    rows = [
        [common.short(one.feedback.question, 160), common.short(one.meets[0].answer if one.meets else "", 160),
         common.short(one.example.answer, 160)]
        + ([author_of(one)] if by else [])
        for one in corrections[:SHOWN]
    ]  # fmt: skip
    headers = [
        say(f"next_panel.{column}")
        for column in ("question", f"{name}_meets", "correction", *(["author"] if by else []))
    ]
    more = len(corrections) - SHOWN
    side_by_side = html.wide(html.block("stacks", html.table(headers, rows, named=True)))
    return side_by_side + (html.seen(say("next_panel.more", count=more)) if more > 0 else "")


def author_of(one: Correction) -> str:
    """Whose word it is, where that names a person at all."""
    return one.feedback.author if names_somebody(one.feedback.author) else ""
