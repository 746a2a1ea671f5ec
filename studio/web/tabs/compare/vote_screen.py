"""The blind vote: a set of questions is made, voted on by each person on her own, and revealed."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.services.access import Right
from studio.services.jobs import BackgroundJob
from studio.services.studio import Studio
from studio.services.votes.vote_service import BallotResult, VoteService
from studio.web import html
from studio.web.copy import votes as copy
from studio.web.copy.progress import doing
from studio.web.listeners import Listeners
from studio.web.mounting import Place, Updates, fill
from studio.web.tabs.compare.ballot_paper_panel import BallotPaperPanel
from studio.web.tabs.compare.new_ballot_panel import NewBallotPanel, name_with_capital, own_questions
from studio.web.view import View, actor_of, person_of, request_key_of

VOTES, OPINION = "votes", "opinion"  # the screens of a set of questions


@dataclass(frozen=True)
class VotingState:
    """What a page votes on: the set, whose paper it shows, and the place in her own order. `name` is what she wrote."""

    run: str = ""
    ballot: str = ""
    voter: str = ""
    place: int | None = None
    name: str = ""


class VoteScreen:
    """A form, a bar while replies are made, a paper, or what it came to: one at a time."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.new, self.paper = NewBallotPanel(), BallotPaperPanel()

    # Layout

    def build(self, listen: Listeners, view: View, place: Place, run: str) -> None:
        """Layout, listeners and first values: the newest set about this run, where this person left it."""
        self.frame = listen.frame
        state = self._first(view, place, run)
        self.state = gr.State(state)
        with gr.Row(elem_classes="vote-top"):
            self.sets = gr.Dropdown([], label=say("vote_screen.set_questions"), allow_custom_value=True)
            self.name = gr.Textbox(
                state.name,
                label=say("vote_screen.your_name"),
                info=copy.name_help(self.studio.person),
                max_length=60,
                visible=not self.studio.settings.people,
            )
        self.new.build(self.studio.within(view.project).chats, run)
        self.progress = gr.Markdown(visible=False)
        self.paper.build()
        with gr.Column(visible=False, elem_classes="card") as self.outcome:
            self.result = gr.Markdown(elem_classes="vote-result")
            with gr.Row(elem_classes="actions"):
                self.second = gr.Button(say("votes.second_opinion"))
        self.refresh = gr.Button(
            say("vote_screen.look_again"), visible="hidden", elem_classes="refresh"
        )  # pressed by live.js
        self._connect(listen)
        fill(self.show(view, state, state.voter))

    def _connect(self, listen: Listeners) -> None:
        view, place = self.frame.view, self.frame.place
        who, paper = [view, self.state, self.name], self.paper
        for choice, button in paper.choices.items():
            listen.on(button.click, self._chooser(choice), [*who, paper.reason], self.parts)
        listen.on(paper.earlier.click, self.step_back, who, self.parts)
        listen.on(paper.later.click, self.step_on, who, self.parts)
        listen.on(paper.reveal.click, self.reveal, who, self.parts)
        for named in (self.name.submit, self.name.blur):
            listen.on(named, self.change_voter, who, self.parts)
        listen.on(self.sets.input, self.choose, [*who, self.sets], self.parts)
        listen.on(self.refresh.click, self.look_again, who, self.parts, by_itself=True, concurrency_limit=None)
        listen.on(self.new.make.click, self.begin, [*who, *self.new.fields], self.parts)
        listen.on(self.second.click, self.open_second_opinion, [place, self.state, self.name], [place])
        self.new.connect(listen)

    # Showing

    @property
    def parts(self) -> list[Block]:
        """What `show` writes."""
        return [self.state, self.sets, self.new.container, self.new.make, self.progress, *self.paper.parts,
                self.outcome, self.result]  # fmt: skip

    def _first(self, view: View, place: Place, run: str) -> VotingState:
        if isinstance(place.state, VotingState) and place.state.run == run:
            return place.state
        mine = [one for one in self.studio.within(view.project).voting.ballots(view.project) if one.run == run]
        return VotingState(run, mine[0].id if mine else "", place.person or self.studio.person)

    def show(self, view: View, state: VotingState, voter: str) -> Updates:
        """The set that is looked at, as this person may see it now."""
        scope = self.studio.within(view.project)
        votes = scope.voting
        ballots = [ballot for ballot in votes.ballots(view.project) if ballot.run == state.run]
        choices = [*((copy.set_line(ballot), ballot.id) for ballot in ballots), (say("votes.new_set"), "")]
        hidden = gr.update(visible=False)
        base: Updates = {
            self.state: replace(state, voter=voter),
            self.sets: gr.update(choices=choices, value=state.ballot, visible=bool(ballots)),
            self.new.container: hidden, self.new.make: gr.update(interactive=True), self.progress: hidden,
            **self.paper.hide(), self.outcome: hidden, self.result: "",
        }  # fmt: skip
        if not state.ballot:
            return {**base, self.new.container: gr.update(visible=True)}
        progress = votes.standing(state.ballot, voter)
        if progress.revealed:
            return {**base, self.outcome: gr.update(visible=True),
                    self.result: result_of(votes.result(state.ballot, voter), votes)}  # fmt: skip
        if not scope.may(Right.VOTE):
            told = html.none(say("access.not_vote", title=scope.project.title))
            return {**base, self.progress: gr.update(value=told, visible=True)}
        if progress.ready:
            paper = votes.paper(state.ballot, voter, state.place)
            placed = replace(state, voter=voter, place=paper.place)
            return {**base, self.state: placed, **self.paper.show(paper, progress)}
        return {**base, **self._making(votes.job(state.ballot))}

    def _making(self, job: BackgroundJob | None) -> Updates:
        """How far the replies are; the button that goes on with them when nobody does."""
        going = job is not None and not job.is_over
        return {self.progress: gr.update(value=progress_of(job), visible=True),
                self.new.container: gr.update(visible=not going)}  # fmt: skip

    # Making a set

    def begin(self, view: View, state: VotingState, name: str, one: str, other: str, source: str, number: float,
              typed: str, request: gr.Request) -> Updates:  # fmt: skip
        """Fix the questions and have both answer them, in the background; a set that was begun goes on."""
        votes, by = self._changing(view, request), person_of(request)
        ballot = state.ballot
        if not ballot:
            questions = own_questions(source, typed)
            count = 0 if questions else max(1, int(number or 1))
            ballot = votes.make(state.run, one or "", other or "", by=by, questions=questions, count=count).id
        votes.begin(ballot, by=by)
        return self.show(view, replace(state, ballot=ballot, place=None), self._voter(name, request))

    def choose(self, view: View, state: VotingState, name: str, ballot: str, request: gr.Request) -> Updates:
        """Another set, or a new one."""
        return self.show(view, replace(state, ballot=ballot or "", place=None), self._voter(name, request))

    def look_again(self, view: View, state: VotingState, name: str, request: gr.Request) -> Updates:
        """Something went on: nothing is written over that she is filling in, or voting on."""
        voter = self._voter(name, request)
        votes = self.studio.within(view.project).voting
        progress = votes.standing(state.ballot, voter) if state.ballot else None
        if progress is None or (progress.ready and not progress.revealed and state.place is not None):
            return {self.sets: self.show(view, state, voter)[self.sets]}
        return self.show(view, state, voter)

    # Voting

    def _chooser(self, choice: str) -> Callable[..., Updates]:
        def choose(view: View, state: VotingState, name: str, reason: str, request: gr.Request) -> Updates:
            return self.vote(view, state, name, reason, choice, request)

        return choose

    def vote(self, view: View, state: VotingState, name: str, reason: str, choice: str, request: gr.Request,
             ) -> Updates:  # fmt: skip
        """Kept at once; then the next question that has no vote yet."""
        voter = self._voter(name, request)
        if voter == state.voter:  # else the name was changed since: she has not seen her own paper yet
            self._changing(view, request).vote(state.ballot, voter, state.place or 0, choice, reason,
                                               request_key=request_key_of(request))  # fmt: skip
        return self.show(view, replace(state, place=None), voter)

    def step_back(self, view: View, state: VotingState, name: str, request: gr.Request) -> Updates:
        """The question before, in her own order."""
        return self.show(view, replace(state, place=max(0, (state.place or 0) - 1)), self._voter(name, request))

    def step_on(self, view: View, state: VotingState, name: str, request: gr.Request) -> Updates:
        """The question after."""
        return self.show(view, replace(state, place=(state.place or 0) + 1), self._voter(name, request))

    def reveal(self, view: View, state: VotingState, name: str, request: gr.Request) -> Updates:
        """Who was who, and what it came to."""
        voter = self._voter(name, request)
        if voter == state.voter:
            self._changing(view, request).reveal(state.ballot, voter)
        return self.show(view, state, voter)

    def change_voter(self, view: View, state: VotingState, name: str, request: gr.Request) -> Updates:
        """Another person: her own order, sides and votes."""
        voter = self._voter(name, request)
        return {} if voter == state.voter else self.show(view, replace(state, place=None), voter)

    def open_second_opinion(self, place: Place, state: VotingState, name: str) -> Updates:
        """A screen of its own."""
        return {self.frame.place: place.at("compare", OPINION, replace(state, name=name or ""))}

    # Within

    def _changing(self, view: View, request: gr.Request) -> VoteService:
        """The votes of the project that is looked at: a set of another one is not found."""
        return self.studio.open(actor_of(request), view.project, Right.VOTE).voting

    def _voter(self, name: str, request: gr.Request) -> str:
        """Who votes: whoever is signed in; on a box without sign-in whoever writes her name."""
        person = person_of(request) or self.studio.person
        return person if self.studio.settings.people else (name or "").strip() or person


def progress_of(job: BackgroundJob | None) -> str:
    """How far the replies are, or why they are not made."""
    if job is not None and job.error is not None:
        return html.notice(job.error.message, job.error.hint, where=job.error.where)
    if job is None or job.is_over:
        return html.notice(
            say("vote_screen.replies_were_not_made"), say("vote_screen.press_what_there_kept", make=say("votes.make"))
        )
    return html.progress(job.record.id, doing(job), *job.behind, say("common.close"))


def result_of(found: BallotResult, votes: VoteService) -> str:
    """What a set came to: the sentence, how it was counted, whose weights wrote what, and each question."""
    one, other = (votes.title(name) for name in (found.ballot.one, found.ballot.other))
    marks = [
        say("vote_screen.weights", name_with_capital=name_with_capital(name), mark=mark)
        for name, mark in zip((one, other), found.fingerprints.values(), strict=True)
        if mark
    ]
    headers = [say("vote_screen.question"), name_with_capital(one), name_with_capital(other), say("vote_screen.votes")]
    rows = [
        [*copy.row(asked.question, asked.one, asked.other),
         " · ".join(filter(None, (copy.votes_of(asked.votes, one, other), *asked.reasons)))]
        for asked in found.questions
    ]  # fmt: skip
    technical = html.block("technical", html.listing(marks)) if marks else ""
    lines = html.listing(copy.result_lines(found)) + technical
    return html.title(found.tally.sentence) + lines + html.wide(html.table(headers, rows))
