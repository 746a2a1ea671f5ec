"""VOTE: two replies without names, four buttons, and the reveal. The sides are known to the desk alone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from studio.errors import StudioError
from studio.schemas.vote import Ballot
from studio.services.jobs import BackgroundJob
from studio.services.studio import Studio
from studio.services.votes.vote_service import (
    BallotPaper,
    BallotResult,
    VoteService,
    VotingProgress,
    questions_of,
    read_questions,
)
from studio.web import html
from studio.web.copy import common
from studio.web.copy import votes as say
from studio.web.copy.progress import doing
from studio.web.errors import draw, wire
from studio.web.tabs.compare.second_opinion_panel import SecondOpinionPanel
from studio.web.view import View, VotingState, person_of, request_key_of

COMMON = 12  # so many exam questions are proposed
HIDDEN = {"visible": False}
FORM = "form"  # what is told of a set that is still to be made


class VotePanel:
    """The blind vote inside the Compare tab."""

    def __init__(self, studio: Studio) -> None:
        self.studio, self.second = studio, SecondOpinionPanel(studio)

    # Layout

    def build(self, view: gr.State, notice: gr.Markdown) -> None:
        """Layout first, then the events."""
        self.seat, self.notice = gr.State(VotingState()), notice
        gr.Markdown(html.title(say.TITLE, say.LEAD))
        with gr.Row(elem_classes="vote-top"):
            self.sets = gr.Dropdown([(say.NEW_SET, "")], value="", label="Set of questions", allow_custom_value=True)
            self.name = gr.Textbox(
                label="Your name", info=say.NAME_HELP.format(name=self.studio.person), max_length=60,
                visible=not self.studio.settings.people,
            )  # fmt: skip
        self._build_new()
        self.progress = gr.Markdown(visible=False)
        self._build_paper()
        with gr.Column(visible=False, elem_classes="card") as self.outcome:
            self.result = gr.Markdown(elem_classes="vote-result")
        self.second.build(self.seat, notice)
        self.refresh = gr.Button("Look again", visible="hidden", elem_classes="refresh")  # pressed by live.js
        self._connect(view)

    def _build_new(self) -> None:
        with gr.Column(elem_classes="card") as self.new:
            self.source = gr.Radio(list(say.SOURCES), value=say.FROM_EXAM, label="Which questions")
            self.number = gr.Slider(1, 200, value=COMMON, step=1, label="How many", buttons=[])
            with gr.Column(visible=False) as self.own:
                self.typed = gr.Textbox(
                    label="Your questions", info=say.OWN_HELP, lines=6, max_lines=14, elem_classes="keep-draft"
                )
                self.file = gr.UploadButton("Take them from a file", size="sm", file_types=[".txt", ".csv", ".xlsx"])
            with gr.Row(elem_classes="halves"):
                self.one = gr.Dropdown([], label="One", allow_custom_value=True)
                self.other = gr.Dropdown([], label="The other", allow_custom_value=True)
            self.power = gr.Markdown(html.sentences(say.can_tell(COMMON)), elem_classes="soft")
            with gr.Row(elem_classes="actions"):
                self.make = gr.Button(say.MAKE, variant="primary", interactive=False)  # until it is known of whom

    def _build_paper(self) -> None:
        with gr.Column(visible=False, elem_classes="card ballot") as self.paper:
            self.shown = gr.Markdown(elem_classes="vote-paper")
            self.reason = gr.Textbox(label="Why", info=say.REASON_HELP, lines=1, max_lines=4, max_length=2000)
            with gr.Row(elem_classes="actions choices-of-two"):
                self.choices = {choice: gr.Button(text) for choice, text in say.CHOICES.items()}
            with gr.Row(elem_classes="actions"):
                self.earlier, self.later = (
                    gr.Button("Earlier question", size="sm"),
                    gr.Button("Later question", size="sm"),
                )
                self.reveal = gr.Button(say.REVEAL, size="sm")
            self.under = gr.Markdown(elem_classes="soft")

    def _connect(self, view: gr.State) -> None:
        who, all_parts = [view, self.seat, self.name], self.painted
        for choice, button in self.choices.items():
            wire(button.click, self._chooser(choice), [*who, self.reason], all_parts, self.notice)
        wire(self.earlier.click, self.step_back, who, all_parts, self.notice)
        wire(self.later.click, self.step_on, who, all_parts, self.notice)
        wire(self.reveal.click, self.show, who, all_parts, self.notice)
        for named in (self.name.submit, self.name.blur):
            wire(named, self.sit_down, who, all_parts, self.notice)
        wire(self.sets.input, self.choose, [*who, self.sets], all_parts, self.notice)
        draw(self.refresh.click, self.look, who, all_parts, self.notice, concurrency_limit=None)
        asked = [self.source, self.number, self.typed]
        wire(self.make.click, self.begin, [*who, self.one, self.other, *asked], all_parts, self.notice)
        for changed in (self.source.input, self.number.release, self.typed.blur):
            wire(changed, self.weigh, asked, [self.number, self.own, self.power], self.notice)
        wire(self.file.upload, self.take_file, [self.file], [self.typed, self.power], self.notice)

    # Painting

    @property
    def painted(self) -> list[Any]:
        """What `draw` fills, in its order."""
        return [
            self.seat, self.sets, self.new, self.number, self.one, self.other, self.power, self.make,
            self.progress, self.paper, self.shown, self.reason, *self.choices.values(), self.earlier, self.later,
            self.reveal, self.under, self.outcome, self.result,
        ]  # fmt: skip

    def paint(self, view: View, seat: VotingState, name: str, request: gr.Request) -> tuple[Any, ...]:
        """The newest set about this run, where this person left it; what she is writing on what stands there stays."""
        run, voter = self._run(view), self._voter(name, request)
        if not run:
            return tuple(gr.skip() for _ in self.painted)
        if seat.run == run and self._stands(view, seat, voter):
            return self._listed_again(view, seat)
        if seat.run != run:
            mine = [ballot for ballot in self._votes(view).ballots(view.project) if ballot.run == run]
            seat = VotingState(run=run, ballot=mine[0].id if mine else "")
        return self.draw(view, seat, voter)

    def _stands(self, view: View, seat: VotingState, voter: str) -> bool:
        if not seat.ballot:
            return seat.told == FORM
        now = told_of(self._votes(view).standing(seat.ballot, voter), self._votes(view).job(seat.ballot))
        return (now, voter) == (seat.told, seat.voter)

    def _listed_again(self, view: View, seat: VotingState) -> tuple[Any, ...]:
        lists = {self.sets._id: self._sets(view, seat)}
        if not seat.ballot:
            lists |= dict.fromkeys((self.one._id, self.other._id), gr.update(choices=self._offered(seat.run)))
        return tuple(lists.get(part._id, gr.skip()) for part in self.painted)

    def _sets(self, view: View, seat: VotingState) -> Any:
        ballots = [ballot for ballot in self._votes(view).ballots(view.project) if ballot.run == seat.run]
        choices = [*((say.set_line(ballot), ballot.id) for ballot in ballots), (say.NEW_SET, "")]
        return gr.update(choices=choices, value=seat.ballot, visible=bool(ballots))

    def draw(self, view: View, seat: VotingState, voter: str) -> tuple[Any, ...]:
        """The set that is looked at, as this person may see it now."""
        sets = self._sets(view, seat)
        if not seat.ballot:
            return (
                replace(seat, told=FORM), sets, gr.update(visible=True),
                *self._offer(seat.run), gr.update(**HIDDEN), *self._no_paper(), gr.update(**HIDDEN), "",
            )  # fmt: skip
        standing = self._votes(view).standing(seat.ballot, voter)
        sitting = self._votes(view).job(seat.ballot)
        going = not standing.ready and sitting is not None and not sitting.is_over
        said = "" if standing.ready else progress_of(sitting)
        again = not standing.ready and not going
        seat = replace(seat, voter=voter, told=told_of(standing, sitting))
        if not standing.ready or standing.revealed:
            middle = (gr.update(**HIDDEN), *self._no_paper()[1:])
        else:
            paper = self._votes(view).paper(seat.ballot, voter, seat.place)
            seat, middle = replace(seat, place=paper.place), self._paper(paper, standing)
        result = self._result(self._votes(view).result(seat.ballot, voter)) if standing.revealed else ""
        return (
            seat, sets, gr.update(visible=again), *(gr.skip() for _ in range(4)),
            gr.update(interactive=again), gr.update(value=said, visible=bool(said)), *middle,
            gr.update(visible=bool(result)), result,
        )  # fmt: skip

    def _offer(self, run: str) -> tuple[Any, ...]:
        exam = len(self.studio.chats.exam(run))
        proposed, offered = max(1, min(COMMON, exam)), self._offered(run)
        return (
            gr.update(maximum=max(2, min(200, exam)), value=proposed),
            gr.update(choices=offered, value="tuned"), gr.update(choices=offered, value="base"),
            html.sentences(say.can_tell(proposed)), gr.update(interactive=True),
        )  # fmt: skip

    def _offered(self, run: str) -> list[tuple[str, str]]:
        names = self.studio.chats.contestants
        return [(name_with_capital(names.title(name)), name) for name in names.available(run)]

    def _no_paper(self) -> tuple[Any, ...]:
        rest = tuple(gr.skip() for _ in range(len(self.choices) + 4))
        return (gr.update(**HIDDEN), "", "", *rest)

    def _paper(self, paper: BallotPaper, standing: VotingProgress) -> tuple[Any, ...]:
        buttons = (gr.update(variant="primary" if paper.choice == choice else "secondary") for choice in self.choices)
        line = say.place_line(standing.person, paper.place, paper.total, standing.voted)
        return (
            gr.update(visible=True), html.ballot_paper(line, paper.question, paper.expert, paper.left, paper.right),
            paper.reason, *buttons, gr.update(interactive=paper.place > 0),
            gr.update(interactive=paper.place + 1 < paper.total),
            gr.update(interactive=standing.voted > 0, variant="primary" if standing.finished else "secondary"),
            html.sentences(*filter(None, (say.under_the_paper(standing), say.REVEAL_WARNS))),
        )  # fmt: skip

    def _result(self, found: BallotResult) -> str:
        one, other = (self.studio.voting.title(name) for name in (found.ballot.one, found.ballot.other))
        marks = [
            f"{name_with_capital(name)}: weights {mark}"
            for name, mark in zip((one, other), found.fingerprints.values(), strict=True)
            if mark
        ]
        top = html.title(found.tally.sentence)
        headers = ["Question", name_with_capital(one), name_with_capital(other), "Votes"]
        rows = [
            [*say.row(asked.question, asked.one, asked.other),
             " · ".join(filter(None, (say.votes_of(asked.votes, one, other), *asked.reasons)))]
            for asked in found.questions
        ]  # fmt: skip
        said = html.listing([*say.result_lines(found), *marks])
        return top + said + html.wide(html.table(headers, rows))

    # Events

    def begin(
        self, view: View, seat: VotingState, name: str, one: str, other: str, source: str, number: float, typed: str,
        request: gr.Request,
    ) -> tuple[Any, ...]:  # fmt: skip
        """Fix the questions and have both answer them, in the background; a set that was begun goes on."""
        voter = self._voter(name, request)
        by = person_of(request)
        ballot = seat.ballot or self._new(view, seat.run, one or "", other or "", source, number, typed, by).id
        self._votes(view).begin(ballot, by=by)
        return self.draw(view, replace(seat, ballot=ballot, place=None), voter)

    def _new(self, view: View, run: str, one: str, other: str, source: str, number: float, typed: str,
             by: str) -> Ballot:  # fmt: skip
        if source != say.OWN:
            return self._votes(view).make(run, one, other, by=by, count=max(1, int(number or 1)))
        questions = questions_of(typed)
        if not questions:
            raise StudioError("There are no questions yet.", hint=say.OWN_HELP)
        return self._votes(view).make(run, one, other, by=by, questions=questions)

    def _chooser(self, choice: str) -> Callable[..., tuple[Any, ...]]:
        def choose(view: View, seat: VotingState, name: str, reason: str, request: gr.Request) -> tuple[Any, ...]:
            return self.vote(view, seat, name, reason, choice, request)

        return choose

    def vote(
        self, view: View, seat: VotingState, name: str, reason: str, choice: str, request: gr.Request
    ) -> tuple[Any, ...]:
        """Kept at once; then the next question that has no vote yet."""
        voter = self._voter(name, request)
        if voter == seat.voter:  # else the name was changed since: she has not seen her own paper yet
            self._votes(view).vote(seat.ballot, voter, seat.place or 0, choice, reason,
                                   request_key=request_key_of(request))  # fmt: skip
        return self.draw(view, replace(seat, place=None), voter)

    def step_back(self, view: View, seat: VotingState, name: str, request: gr.Request) -> tuple[Any, ...]:
        """The question before, in her own order."""
        return self.draw(view, replace(seat, place=max(0, (seat.place or 0) - 1)), self._voter(name, request))

    def step_on(self, view: View, seat: VotingState, name: str, request: gr.Request) -> tuple[Any, ...]:
        """The question after."""
        return self.draw(view, replace(seat, place=(seat.place or 0) + 1), self._voter(name, request))

    def show(self, view: View, seat: VotingState, name: str, request: gr.Request) -> tuple[Any, ...]:
        """Who was who, and what it came to."""
        voter = self._voter(name, request)
        if voter == seat.voter:
            self._votes(view).reveal(seat.ballot, voter)
        return self.draw(view, seat, voter)

    def choose(self, view: View, seat: VotingState, name: str, ballot: str, request: gr.Request) -> tuple[Any, ...]:
        """Another set, or a new one."""
        return self.draw(view, replace(seat, ballot=ballot or "", place=None), self._voter(name, request))

    def sit_down(self, view: View, seat: VotingState, name: str, request: gr.Request) -> tuple[Any, ...]:
        """Another person: her own order, sides and votes."""
        voter = self._voter(name, request)
        if not seat.ballot or voter == seat.voter:
            return tuple(gr.skip() for _ in self.painted)
        return self.draw(view, replace(seat, place=None), voter)

    def look(self, view: View, seat: VotingState, name: str, request: gr.Request) -> tuple[Any, ...]:
        """A tick while replies are made: nothing is drawn while nothing has changed."""
        voter = self._voter(name, request)
        if not seat.ballot:
            return tuple(gr.skip() for _ in self.painted)
        now = told_of(self._votes(view).standing(seat.ballot, voter), self._votes(view).job(seat.ballot))
        return tuple(gr.skip() for _ in self.painted) if now == seat.told else self.draw(view, seat, voter)

    def weigh(self, source: str, number: float, typed: str) -> tuple[Any, ...]:
        """What so many questions can tell."""
        own = source == say.OWN
        many = len(questions_of(typed)) if own else max(1, int(number or 1))
        said = html.sentences(say.can_tell(many)) if many else ""
        return gr.update(visible=not own), gr.update(visible=own), said

    def take_file(self, file: str) -> tuple[str, str]:
        """Questions from a file, to be looked through before the replies are made."""
        path = Path(file)
        lines = [" ".join(example.question.split()) for example in read_questions(path, path.name)]
        if not lines:
            raise StudioError("There are no questions in this file.", hint=say.OWN_HELP, where=path.name)
        return "\n".join(lines), html.sentences(say.can_tell(len(lines)))

    # Within

    def _votes(self, view: View) -> VoteService:
        """The votes of the project that is looked at: a set of another one is not found."""
        return self.studio.within(view.project).voting

    def _voter(self, name: str, request: gr.Request) -> str:
        """Who votes: whoever is signed in; on a box without sign-in whoever writes her name."""
        person = person_of(request) or self.studio.person
        return person if self.studio.settings.people else (name or "").strip() or person

    def _run(self, view: View) -> str:
        runs = [run for run in self.studio.runs.all(view.project) if run.has_version] if view.project else []
        return next((run.id for run in runs if run.id == view.run), runs[0].id if runs else "")


def told_of(standing: VotingProgress, sitting: BackgroundJob | None) -> str:
    """All that can change what the page shows of a set."""
    made = (sitting.what, sitting.done, sitting.is_over) if sitting is not None and not standing.ready else ()
    return repr((standing.ballot.id, standing.ready, standing.voted, standing.revealed, made))


def progress_of(sitting: BackgroundJob | None) -> str:
    """How far the replies are, or why they are not made."""
    if sitting is not None and sitting.error is not None:
        return html.notice(sitting.error.message, sitting.error.hint, where=sitting.error.where)
    if sitting is None or sitting.is_over:
        return html.notice("The replies were not made to the end.", f"Press “{say.MAKE}”: what is there is kept.")
    return html.progress(sitting.record.id, doing(sitting), sitting.done, sitting.total, common.CLOSE)


def name_with_capital(name: str) -> str:
    """As a label begins."""
    return name[:1].upper() + name[1:]
