"""A second opinion after the reveal: a model reads what people voted on, and is checked against their votes."""

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.services.access import Right
from studio.services.jobs import BackgroundJob
from studio.services.studio import Studio
from studio.services.votes.second_opinion import SecondOpinion
from studio.web import html
from studio.web.copy import second_opinion as copy
from studio.web.copy.progress import doing
from studio.web.listeners import Listeners
from studio.web.mounting import Place, Updates, fill
from studio.web.tabs.compare.vote_screen import VOTES, VotingState
from studio.web.view import View, actor_of, person_of


class SecondOpinionScreen:
    """For whoever has seen who was who; the place says which set she looks at, and under which name."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    # Layout

    def may_be_seen(self, view: View, place: Place) -> bool:
        """Only by somebody who has seen who was who."""
        state = place.state
        votes = self.studio.within(view.project).voting
        return isinstance(state, VotingState) and votes.standing(state.ballot, state.voter).revealed

    def build(self, listen: Listeners, view: View, place: Place) -> None:
        """Layout, listeners and first values."""
        self.frame = listen.frame
        state = place.state if isinstance(place.state, VotingState) else VotingState()
        self.state = gr.State(state)
        with gr.Row(elem_classes="screen-head"):
            self.back = gr.Button(say("second_opinion.back"), size="sm")
        gr.Markdown(html.heading(say("second_opinion.title"), say("second_opinion.lead")))
        with gr.Column(elem_classes="card"):
            self.judge = gr.Dropdown(
                [],
                label=say("second_opinion.judge"),
                info=say("second_opinion.judge_help"),
                allow_custom_value=True,
                elem_classes="run-picker",
            )
            with gr.Row(elem_classes="actions"):
                self.ask = gr.Button(say("second_opinion.ask"), variant="primary")
                self.stop = gr.Button(say("second_opinion.stop"), visible=False)
            self.progress = gr.Markdown(visible=False)
            self.opinions = gr.Markdown()
            gr.Markdown(html.sentences(copy.rule()), elem_classes="soft")
        self.refresh = gr.Button(
            say("second_opinion_screen.look_again"), visible="hidden", elem_classes="refresh"
        )  # pressed by live.js
        look, at = self.frame.view, self.frame.place
        listen.leads(self.back.click, lambda place, state: {at: place.at("compare", VOTES, state)}, [self.state])
        listen.on(self.ask.click, self.begin, [look, self.state, self.judge], self.parts)
        listen.on(self.stop.click, self.end, [look, self.state], [self.stop])
        listen.on(self.refresh.click, self.show, [look, self.state], self.parts, by_itself=True,
                  concurrency_limit=None)  # fmt: skip
        choices = self._judges(view, state)
        fill({**self.show(view, state), self.judge: gr.update(choices=choices, value=first_of(choices))})

    # Showing

    @property
    def parts(self) -> list[Block]:
        """What `show` writes."""
        return [self.judge, self.ask, self.stop, self.progress, self.opinions]

    def show(self, view: View, state: VotingState) -> Updates:
        """Who can be asked, how far it is, and what was said. Whom she picked stays."""
        second = self.studio.within(view.project).second_opinions
        opinions, choices = second.opinions(state.ballot, state.voter), self._judges(view, state)
        job = second.job(state.ballot)
        going = job is not None and not job.is_over
        reading = progress_of(job)
        return {
            self.judge: gr.update(choices=choices),
            self.ask: gr.update(interactive=not going),
            self.stop: gr.update(visible=going, interactive=True),
            self.progress: gr.update(value=reading, visible=bool(reading)),
            self.opinions: "".join(map(opinion_of, opinions))
            or ("" if choices else html.none(say("second_opinion.nobody"))),
        }

    def _judges(self, view: View, state: VotingState) -> list[tuple[str, str]]:
        return self.studio.within(view.project).second_opinions.may_judge(state.ballot)

    # Events

    def begin(self, view: View, state: VotingState, judge: str | None, request: gr.Request) -> Updates:
        """Have it read everything, in the background."""
        if not (judge or "").strip():
            raise StudioError(say("second_opinion.not_chosen"), hint=say("second_opinion.not_chosen_hint"))
        second = self.studio.open(actor_of(request), view.project, Right.CHANGE).second_opinions
        second.begin(state.ballot, str(judge).strip(), state.voter, by=person_of(request))
        return self.show(view, state)

    def end(self, view: View, state: VotingState, request: gr.Request) -> Updates:
        """Stop after what is being read."""
        self.studio.open(actor_of(request), view.project, Right.CHANGE).second_opinions.stop(state.ballot)
        return {self.stop: gr.update(interactive=False)}


def first_of(choices: list[tuple[str, str]]) -> str | None:
    """Who is proposed."""
    return choices[0][1] if choices else None


def progress_of(job: BackgroundJob | None) -> str:
    """How far it has read, or why it ended early."""
    if job is None or (job.is_over and job.error is None):
        return ""
    if job.is_over and job.is_cancelled():
        return html.notice(say("second_opinion.ended_early"), say("second_opinion.ended_hint"), tone="warn")
    if job.error is not None:
        return html.notice(job.error.message, job.error.hint, where=job.error.where)
    return html.progress(job.record.id, doing(job), *job.behind, say("common.close"))


def opinion_of(opinion: SecondOpinion) -> str:
    """One judge: how it stands, and what it adds if it may."""
    weights = html.block("technical", html.seen(say("html.weights", fingerprint=opinion.judged.fingerprint)))
    return html.listing(opinion.sentences) + html.seen(copy.asked_line(opinion)) + weights
