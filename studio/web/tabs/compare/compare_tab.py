"""COMPARE: side by side, a blind vote, and a second opinion on it. Only the screen that is looked at is made."""

from dataclasses import dataclass, replace

import gradio as gr

from studio.copy.catalog import say
from studio.services.runs.run_service import RunView
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import common
from studio.web.copy import compare as copy
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Offer, Place, Updates
from studio.web.tabs.compare.chat_screen import ChatScreen
from studio.web.tabs.compare.conversations import Conversations
from studio.web.tabs.compare.second_opinion_screen import SecondOpinionScreen
from studio.web.tabs.compare.vote_screen import OPINION, VOTES, VoteScreen
from studio.web.tabs.report.report_side import looked_at
from studio.web.view import View

LISTED_RUNS = 40
CHAT = ""


class CompareTab:
    """The fourth tab."""

    def __init__(self, studio: Studio, offer: Offer, conversations: Conversations) -> None:
        self.studio = studio
        self.chat = ChatScreen(studio, offer, conversations)
        self.votes, self.opinion = VoteScreen(studio), SecondOpinionScreen(studio)

    def mount(self, frame: Frame, view: View, place: Place) -> None:
        """The screen that the place names, as it is now, and what changes it."""
        self.frame = frame
        self.notice = gr.Markdown(visible=False, elem_classes="said")
        self.listen = Listeners(frame, self.notice)
        runs = self._runs(view)
        if not runs:
            self._build_for_nobody(view)
            return
        run = (looked_at(self.studio, view) or runs[0]).id
        if place.screen == OPINION and self.opinion.may_be_seen(view, place):
            self.opinion.build(self.listen, view, place)
            return
        self._build_top(runs, run, place)
        if place.screen:
            self.votes.build(self.listen, view, place, run)
        else:
            self.chat.build(self.listen, view, place, run)

    def _build_for_nobody(self, view: View) -> None:
        """Why there is nobody to ask. The page's script presses the button when a run begins or ends."""
        self.head = gr.Markdown(html.heading(say("compare.title"), self.why_nobody(view)))
        pushed = gr.Button(say("compare_tab.look_again"), visible="hidden", elem_classes="refresh")
        frame = self.frame
        self.listen.on(pushed.click, self.look_again, [frame.view, frame.anew], [frame.anew, self.head], by_itself=True)

    def look_again(self, view: View, anew: int) -> Updates:
        """The whole tab, once there is a version; until then how it stands now."""
        if self._runs(view):
            return {self.frame.anew: anew + 1}
        return {self.head: html.heading(say("compare.title"), self.why_nobody(view))}

    def _build_top(self, runs: list[RunView], run: str, place: Place) -> None:
        """Which version, and which of the two ways to compare."""
        frame, screen = self.frame, place.screen and VOTES
        chooses = any(one.id == run and one.spec.recipe.task == "labels" for one in runs)
        gr.Markdown(
            html.heading(say("compare.title"), say("labels.compare_lead" if chooses else "compare.compare_lead"))
            if screen == CHAT
            else html.heading(say("votes.title"), say("votes.lead"))
        )
        self.run = gr.Dropdown([(common.run_line(run), run.id) for run in runs], value=run, allow_custom_value=True,
                               label=say('compare_tab.your_version'), elem_classes="run-picker")  # fmt: skip
        with gr.Tabs(selected=screen or "chat", elem_classes="ways"):
            ways = {name: gr.Tab(title, id=name or "chat")
                    for name, title in zip((CHAT, VOTES), copy.WAYS.values(), strict=True)}  # fmt: skip
        self.listen.changes(self.run.input, self.choose, [frame.view, frame.place, self.run])
        for name, way in ways.items():
            self.listen.leads(way.select, Showing(frame, name).show)

    def _runs(self, view: View) -> list[RunView]:
        runs = self.studio.within(view.project).runs.all(view.project)[:LISTED_RUNS] if view.project else []
        return [run for run in runs if run.has_version]

    def why_nobody(self, view: View) -> str:
        """Why there is nobody to ask: nothing was taught, or the first run has not ended yet."""
        runs = self.studio.within(view.project).runs.all(view.project) if view.project else []
        is_under_way = any(not run.state.status.is_over for run in runs)
        return say("common.still_learning" if is_under_way else "common.nothing_taught")

    def choose(self, view: View, place: Place, run: str) -> Updates:
        """Another version, with conversations and votes of its own."""
        chosen = self.studio.within(view.project).runs.view(run).id
        return {
            self.frame.view: replace(view, run=chosen, picked=chosen),
            self.frame.place: place.at("compare", place.screen),
        }


@dataclass(frozen=True)
class Showing:
    """The press on one of the two ways."""

    frame: Frame
    screen: str

    def show(self, place: Place) -> Updates:
        """That screen. Gradio selects the one that is there by itself, too."""
        return (
            {}
            if place.screen == self.screen or place.tab != "compare"
            else {self.frame.place: place.at("compare", self.screen)}
        )
