"""A second opinion under the reveal: a model reads what people voted on, and is checked against their votes."""

from typing import Any

import gradio as gr

from studio.errors import StudioError
from studio.services.jobs import BackgroundJob
from studio.services.studio import Studio
from studio.services.votes.second_opinion import SecondOpinion
from studio.web import html
from studio.web.copy import common
from studio.web.copy import second_opinion as say
from studio.web.copy.progress import doing
from studio.web.errors import draw, wire
from studio.web.view import VotingState, person_of

HIDDEN = {"visible": False}


class SecondOpinionPanel:
    """Shown to whoever has seen who was who; `seat` says which set she looks at, and under which name."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    # Layout

    def build(self, seat: gr.State, notice: gr.Markdown) -> None:
        """Layout first, then the events."""
        self.told = gr.State("")
        with gr.Column(visible=False, elem_classes="card") as self.room:
            gr.Markdown(html.title(say.TITLE, say.LEAD))
            self.judge = gr.Dropdown([], label=say.JUDGE, info=say.JUDGE_HELP, allow_custom_value=True,
                                     elem_classes="run-picker")  # fmt: skip
            with gr.Row(elem_classes="actions"):
                self.ask = gr.Button(say.ASK)
                self.stop = gr.Button(say.STOP, visible=False)
            self.progress = gr.Markdown(visible=False)
            self.said = gr.Markdown()
            gr.Markdown(html.sentences(say.RULE), elem_classes="soft")
        self.refresh = gr.Button("Look again", visible="hidden", elem_classes="refresh")  # pressed by live.js
        wire(self.ask.click, self.begin, [seat, self.judge], self.painted, notice)
        wire(self.stop.click, self.end, [seat], [self.stop], notice)
        draw(seat.change, self.look, [seat, self.told], self.painted, notice)
        draw(self.refresh.click, self.look, [seat, self.told], self.painted, notice, concurrency_limit=None)

    # Painting

    @property
    def painted(self) -> list[Any]:
        """What `paint` fills, in its order."""
        return [self.told, self.room, self.judge, self.ask, self.stop, self.progress, self.said]

    def look(self, seat: VotingState, told: str) -> tuple[Any, ...]:
        """A tick, or another set: nothing is drawn while nothing has changed."""
        if self._told(seat) == told:
            return tuple(gr.skip() for _ in self.painted)
        return self.paint(seat, told)

    def paint(self, seat: VotingState, told: str = "") -> tuple[Any, ...]:
        """Who can be asked, how far it is, and what was said."""
        now = self._told(seat)
        if not now:
            return (now, gr.update(**HIDDEN), *(gr.skip() for _ in self.painted[2:]))
        sitting = self.studio.second_opinions.job(seat.ballot)
        going = sitting is not None and not sitting.is_over
        opinions = self.studio.second_opinions.opinions(seat.ballot, seat.voter)
        choices = self.studio.second_opinions.may_judge(seat.ballot)
        kept = told.startswith(f"{seat.ballot} ")  # the same set: what she picked stays
        first = {} if kept else {"value": choices[0][1] if choices else None}
        said = "".join(map(opinion_of, opinions)) or ("" if choices else html.none(say.NOBODY))
        reading = progress_of(sitting)
        return (
            now, gr.update(visible=True), gr.update(choices=choices, **first),
            gr.update(interactive=not going), gr.update(visible=going, interactive=True),
            gr.update(value=reading, visible=bool(reading)), said,
        )  # fmt: skip

    def _told(self, seat: VotingState) -> str:
        """All that can change what is shown, the set first; empty for whoever may not see it."""
        if not seat.ballot or not self.studio.voting.standing(seat.ballot, seat.voter).revealed:
            return ""
        sitting = self.studio.second_opinions.job(seat.ballot)
        return f"{seat.ballot} {seat.voter} {(sitting.done, sitting.total, sitting.is_over) if sitting else ()}"

    # Events

    def begin(self, seat: VotingState, judge: str | None, request: gr.Request) -> tuple[Any, ...]:
        """Have it read everything, in the background."""
        if not (judge or "").strip():
            raise StudioError(say.NOT_CHOSEN, hint=say.NOT_CHOSEN_HINT)
        self.studio.second_opinions.begin(seat.ballot, str(judge).strip(), seat.voter, by=person_of(request))
        return self.paint(seat, f"{seat.ballot} ")

    def end(self, seat: VotingState) -> Any:
        """Stop after what is being read."""
        self.studio.second_opinions.stop(seat.ballot)
        return gr.update(interactive=False)


def progress_of(sitting: BackgroundJob | None) -> str:
    """How far it has read, or why it ended early."""
    if sitting is None or (sitting.is_over and sitting.error is None):
        return ""
    if sitting.is_over and sitting.is_cancelled():
        return html.notice(say.ENDED_EARLY, say.ENDED_HINT, tone="warn")
    if sitting.error is not None:
        return html.notice(sitting.error.message, sitting.error.hint, where=sitting.error.where)
    return html.progress(sitting.record.id, doing(sitting), sitting.done, sitting.total, common.CLOSE)


def opinion_of(opinion: SecondOpinion) -> str:
    """One judge: how it stands, and what it adds if it may."""
    return html.listing(opinion.sentences) + html.seen(say.asked_line(opinion))
