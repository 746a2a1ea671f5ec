"""COMPARE: one question, all answer at the same time, and nobody has to guess which weights wrote what."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from studio.errors import StudioError
from studio.schemas.chat import ReplySettings, Turn
from studio.schemas.example import Example
from studio.schemas.fallback import sentences_of
from studio.services.runs.run_service import RunView
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import common
from studio.web.copy import compare as say
from studio.web.errors import draw, wire
from studio.web.mounting import Frame, Place, fill
from studio.web.tabs.compare.conversations import (
    MOST,
    SIDES,
    Conversations,
    ShownConversation,
    panes_of,
    reply_settings,
    turn_notes,
)
from studio.web.tabs.compare.saved_conversations import SavedConversations
from studio.web.tabs.compare.vote_panel import VotePanel
from studio.web.tabs.examples.examples_tab import Offer
from studio.web.view import View, person_of

LISTED_RUNS = 40
PLACES = range(MOST)


class CompareTab:
    """The fourth tab."""

    def __init__(self, studio: Studio, offer: Offer, talks: Conversations) -> None:
        self.studio, self.talks = studio, talks
        self.saved, self.votes = SavedConversations(studio, offer), VotePanel(studio)

    # Layout

    def mount(self, frame: Frame, view: View, place: Place) -> None:
        """The tab as it is now, and what changes it."""
        self.build(frame.view)
        look, votes = frame.view, self.votes
        # not at a change of the view: Gradio's page would go on asking for that after the tab is gone
        draw(self.picked.then, self.paint, [look, self.talk], self.painted, self.notice)
        for shown in (self.picked.then, frame.page.load):
            drawn = draw(shown, votes.paint, [look, votes.seat, votes.name], votes.painted, self.notice)
            # a name that was written while the page was still being painted
            draw(drawn.then, votes.sit_down, [look, votes.seat, votes.name], votes.painted, self.notice)
        fill(dict(zip(self.painted, self.paint(view, ShownConversation()), strict=True)))

    def build(self, view: gr.State) -> None:
        """Layout first, then the events."""
        self.talk = gr.State(ShownConversation())
        self.notice = gr.Markdown(visible=False, elem_classes="said")
        self.headline = gr.Markdown(html.heading("Ask both", common.NOTHING_TAUGHT))
        with gr.Column(visible=False) as self.room:
            self.run = gr.Dropdown([], label="Your version", allow_custom_value=True,
                                   elem_classes="run-picker")  # fmt: skip
            with gr.Tabs(elem_classes="ways"):
                with gr.Tab(say.WAYS[0]):
                    self._build_talk()
                with gr.Tab(say.WAYS[1]):
                    self.votes.build(view, self.notice)
        self._connect(view)

    def _build_talk(self) -> None:
        self.who = gr.Dropdown([], value=[], label="Who answers", info=say.WHO_HELP, multiselect=True,
                               max_choices=MOST, allow_custom_value=True, elem_classes="who-picker")  # fmt: skip
        self.columns, self.heads, self.panes = [], [], []
        with gr.Row(elem_classes="panes"):
            for place in PLACES:
                shown = place < len(SIDES)
                with gr.Column(elem_classes=pane_classes(SIDES[place] if shown else "other"), visible=shown) as column:
                    self.heads.append(gr.Markdown(elem_classes="pane-head"))
                    self.panes.append(gr.Chatbot(
                        render_markdown=False, buttons=[], show_label=False, height=380, layout="bubble",
                        label=f"Replies {place + 1}", group_consecutive_messages=False, feedback_options=None,
                        placeholder=say.EMPTY_PANE, elem_classes="talk", min_width=0,
                    ))  # fmt: skip
                self.columns.append(column)
        with gr.Row(elem_classes="actions"):
            self.again = gr.Button("Ask again", size="sm")
            self.otherwise = gr.Button("Change the question", size="sm")
            self.mark = gr.Checkbox(False, label=say.MARK, container=False)
        self.expert = gr.Markdown(visible=False, elem_classes="card expert")
        with gr.Row(elem_classes="ask"):
            self.question = gr.Textbox(
                label="Your question", placeholder="Ask something, as one of your people would", lines=2, max_lines=8,
                scale=5, submit_btn=False, elem_classes="question",
            )  # fmt: skip
            with gr.Column(scale=1, min_width=170, elem_classes="ask-buttons"):
                self.send = gr.Button("Ask both", variant="primary")
                self.stop = gr.Button("Stop", visible=False)
                self.exam = gr.Button("From the exam")
        self._build_settings()
        with gr.Row(elem_classes="actions"):
            self.anew = gr.Button("Start a new conversation", elem_classes="quiet")
        self.saved.build(self.talk)

    def _build_settings(self) -> None:
        self.dial_columns, self.dial_titles, self.settings = [], [], []
        with gr.Accordion("How each of them answers", open=False, elem_classes="card"), gr.Row(elem_classes="panes"):
            for place in PLACES:
                with gr.Column(visible=place < len(SIDES)) as column:
                    self.dial_titles.append(gr.Markdown(html.title(say.SIDES[SIDES[place % 2]])))
                    self.settings.append([
                        gr.Slider(0, 1.5, value=0, step=0.1, label="Randomness (temperature)", buttons=[],
                                  info="0 always takes the likeliest words."),
                        gr.Slider(16, 1024, value=200, step=8, label="Longest answer (pieces of words)", buttons=[]),
                        gr.Textbox(label="Instructions", lines=3, info=say.SAME_INSTRUCTIONS),
                    ])  # fmt: skip
                self.dial_columns.append(column)

    def _connect(self, view: gr.State) -> None:
        dials = [self.mark, *(dial for three in self.settings for dial in three)]
        answering = [self.talk, *self.heads, *self.panes, self.question, self.send, self.stop, self.expert]
        as_one: dict[str, Any] = {"concurrency_limit": 4, "concurrency_id": "ask"}
        for trigger in (self.send.click, self.question.submit):
            wire(trigger, self.ask, [self.talk, self.question, *dials], answering, self.notice, **as_one)
        wire(self.again.click, self.ask_again, [self.talk, *dials], answering, self.notice, **as_one)
        wire(self.otherwise.click, self.ask_otherwise, [self.talk], [self.talk, self.question], self.notice)
        wire(self.mark.input, self.mark_words, [self.talk, self.mark], self.panes, self.notice)
        wire(self.stop.click, self.end, [self.talk], [self.stop], self.notice)
        wire(self.exam.click, self.from_exam, [self.talk], [self.talk, self.question, self.expert, self.exam],
             self.notice)  # fmt: skip
        self.picked = wire(self.run.input, self.choose, [view, self.run], [view], self.notice)
        wire(self.who.input, self.seat, [self.talk, self.who], self.seats, self.notice, trigger_mode="always_last")
        wire(self.anew.click, self.begin_anew, [self.talk], self.seats, self.notice)
        self.saved.connect(self.talk, self.reopen, self.seats, self.notice)
        for place, (_, _, told) in enumerate(self.settings):
            wire(told.blur, self._noter(place), [self.talk, told], [told], self.notice)

    # Painting

    @property
    def seats(self) -> list[Any]:
        """What `_seats` fills: who sits where, and what was said."""
        told = [three[2] for three in self.settings]
        return [self.talk, self.who, self.send, self.expert, *self.columns, *self.heads, *self.panes,
                *self.dial_columns, *self.dial_titles, *told]  # fmt: skip

    @property
    def painted(self) -> list[Any]:
        """What `paint` fills, in its order."""
        return [*self.seats, self.headline, self.room, self.run, self.exam]

    def paint(self, view: View, talk: ShownConversation) -> tuple[Any, ...]:
        """The run to chat with; a conversation with it goes on, also after a reload; another run has its own."""
        runs = (
            [run for run in self.studio.runs.all(view.project)[:LISTED_RUNS] if run.has_version] if view.project else []
        )
        kept = tuple(gr.skip() for _ in self.seats)  # the talk, too: a question may have begun one meanwhile
        if not runs:
            empty = html.heading("Ask both", common.NOTHING_TAUGHT)
            return (*kept, empty, gr.update(visible=False), gr.skip(), gr.skip())
        chosen = next((run for run in runs if run.id == view.run), runs[0])
        picker = gr.update(choices=[(common.run_line(run), run.id) for run in runs], value=chosen.id)
        lead = html.heading("Ask both", say.COMPARE_LEAD)
        if chosen.id == talk.run:
            return (*kept, lead, gr.update(visible=True), picker, gr.skip())
        last = self.studio.chats.conversations(view.project, run=chosen.id)[:1]
        talk = (
            self._reopened(ShownConversation(run=chosen.id), last[0].id) if last else ShownConversation(run=chosen.id)
        )
        total = len(self.studio.chats.exam(chosen.id))
        exam = gr.update(value=say.exam_button(0, total), interactive=bool(total))
        return (*self._seats(talk), lead, gr.update(visible=True), picker, exam)

    def _seats(self, talk: ShownConversation) -> tuple[Any, ...]:
        """Everybody at the table, each with her own words and settings."""
        names = self.studio.chats.contestants
        folder, turns = self.studio.home.run(talk.run), self.talks.turns(talk)
        run = self.studio.runs.view(talk.run)
        listed = [(self._title(name), name) for name in dict.fromkeys((*names.available(talk.run), *talk.who))]
        taken = [place < len(talk.who) for place in PLACES]
        titles = [gr.update(value=html.title(self._title(name))) for name in talk.who]
        told = [gr.update(value=names.instructions(folder, name), info=say.SAME_INSTRUCTIONS) for name in talk.who]
        empty = [gr.skip() for _ in range(MOST - len(talk.who))]
        classes = [*(pane_classes(name) for name in talk.who), *("card pane other" for _ in empty)]
        return (
            talk, gr.update(choices=listed, value=list(talk.who)), say.ask_button(len(talk.who)),
            gr.update(visible=False),
            *(gr.update(visible=here, elem_classes=kind) for here, kind in zip(taken, classes, strict=True)),
            *self._heads(run, talk, turns), *panes_of(talk.who, turns), *(gr.update(visible=here) for here in taken),
            *titles, *empty, *told, *empty,
        )  # fmt: skip

    def _title(self, name: str) -> str:
        said = say.SIDES.get(name) or self.studio.chats.contestants.title(name)
        return said[:1].upper() + said[1:]

    def _heads(self, run: RunView, talk: ShownConversation, turns: Sequence[Turn], note: str = "") -> tuple[str, ...]:
        note = note or " ".join(sentences_of(turns[-1].fallbacks if turns else ()))
        marks = {reply.contestant: reply.fingerprint for turn in turns for reply in turn.replies}
        notes = turn_notes(turns[-1]) if turns else {}
        which = say.WHICH | {"base": common.model_name(run.spec.recipe.base_model),
                             "tuned": f"{run.spec.created.astimezone():%d %b, %H:%M}"}  # fmt: skip
        heads = [
            html.pane_head(self._title(name), which.get(name, which["other"]), marks.get(name, ""),
                            " ".join(filter(None, (notes.get(name), note)))) for name in talk.who
        ]  # fmt: skip
        return (*heads, *("" for _ in range(MOST - len(heads))))

    # Events

    def ask(
        self, talk: ShownConversation, question: str, request: gr.Request, mark: bool, *dials: Any
    ) -> Iterator[tuple[Any, ...]]:
        """All answer, and the page follows; leaving the page or pressing Stop ends it for all."""
        run = self.studio.runs.view(talk.run)
        open_ = self.talks.open(talk)
        place, talk = talk.place, replace(talk, chat=open_.conversation.id, place=None)
        before = list(open_.conversation.turns)[:place]
        settings = self._settings(talk, dials, open_.conversation.turns[place] if place is not None else None)
        from_exam = bool(talk.asked) and question.strip() == talk.asked.strip()
        busy = gr.update(visible=False), gr.update(visible=True, interactive=True), gr.skip()
        idle = gr.update(visible=True), gr.update(visible=False), gr.skip()
        heads = self._heads(run, talk, before, common.LOADING)
        yield (talk, *heads, *panes_of(talk.who, before, question, dict.fromkeys(talk.who, "…")), "", *busy)
        try:
            for texts in self.studio.chats.ask(
                open_.conversation, question, by=person_of(request), settings=settings, contestants=talk.who,
                expert=talk.expert if from_exam else "", alone=from_exam, place=place, stop=open_.stop.is_set,
            ):  # fmt: skip
                heads = self._heads(run, talk, before, self._slower(talk))
                yield (gr.skip(), *heads, *panes_of(talk.who, before, question, texts), gr.skip(), *busy)
            after = open_.conversation.turns
            heads = self._heads(run, talk, after, self._slower(talk))
            yield (gr.skip(), *heads, *panes_of(talk.who, after, mark=mark), gr.skip(), *idle)
        except StudioError as error:
            turns = open_.conversation.turns
            yield (gr.skip(), *self._heads(run, talk, turns), *panes_of(talk.who, turns, mark=mark), question, *idle)
            raise error
        finally:
            open_.stop.set()

    def _settings(
        self, talk: ShownConversation, dials: Sequence[Any], replaced: Turn | None
    ) -> dict[str, ReplySettings]:
        """Each pane's own dials; a question that is asked again is asked with other dice."""
        folder, names = self.studio.home.run(talk.run), self.studio.chats.contestants
        seed = 1 + max((one.seed for one in replaced.settings.values()), default=0) if replaced else 0
        own = zip(talk.who, dials[0::3], dials[1::3], dials[2::3], strict=False)
        return {
            name: reply_settings(warmth, length, told or "", names.instructions(folder, name), seed)
            for name, warmth, length, told in own
        }

    def _slower(self, talk: ShownConversation) -> str:
        """What this kind of model cannot do, while it answers."""
        return " ".join(sentences_of(self.studio.chats.panes(talk.run, talk.who).fallbacks))

    def ask_again(
        self, talk: ShownConversation, request: gr.Request, mark: bool, *dials: Any
    ) -> Iterator[tuple[Any, ...]]:
        """The last question once more; its earlier replies stay in the file."""
        turns = self.talks.turns(talk)
        if not turns:
            raise StudioError(say.NOTHING_ASKED)
        if not any(float(warmth) for warmth in dials[0 : 3 * len(talk.who) : 3]) and turns[-1].settings.keys() == {
            *talk.who
        }:
            raise StudioError(say.GREEDY, hint="It is under “How each of them answers”.")
        yield from self.ask(replace(talk, place=len(turns) - 1), turns[-1].question, request, mark, *dials)

    def ask_otherwise(self, talk: ShownConversation) -> tuple[ShownConversation, str]:
        """The last question goes back into its field; what is asked next takes its place."""
        turns = self.talks.turns(talk)
        if not turns:
            raise StudioError(say.NOTHING_ASKED)
        return replace(talk, place=len(turns) - 1), turns[-1].question

    def mark_words(self, talk: ShownConversation, mark: bool) -> tuple[Any, ...]:
        """Which words of each reply the first one does not have."""
        return panes_of(talk.who, self.talks.turns(talk), mark=mark)

    def end(self, talk: ShownConversation) -> Any:
        """Stop all of them at the next word."""
        self.talks.stop(talk)
        return gr.update(interactive=False)

    def from_exam(self, talk: ShownConversation) -> tuple[Any, ...]:
        """The next exam question, with the expert's own answer beside it."""
        exam = self.studio.chats.exam(talk.run)
        if not exam:
            raise StudioError("This project has no exam yet.", hint="It is set aside when the first run starts.")
        place = talk.next_exam % len(exam)
        example: Example = exam[place]
        after = replace(talk, next_exam=place + 1, expert=example.answer, asked=example.question)
        shown = gr.update(value=html.expert(example.answer, place + 1, len(exam)), visible=True)
        return after, example.question, shown, say.exam_button((place + 1) % len(exam), len(exam))

    def choose(self, view: View, run: str) -> View:
        """Another version."""
        return replace(view, run=self.studio.within(view.project).runs.view(run).id)

    def seat(self, talk: ShownConversation, who: Sequence[str]) -> tuple[Any, ...]:
        """Others answer from now on; what was said stays."""
        chosen = tuple(dict.fromkeys(who))
        self.studio.chats.contestants.check(talk.run, chosen)
        return self._seats(replace(talk, who=chosen))

    def begin_anew(self, talk: ShownConversation) -> tuple[Any, ...]:
        """An empty conversation with the same ones; the old one stays in its file."""
        return self._seats(ShownConversation(run=talk.run, next_exam=talk.next_exam, who=talk.who))

    def reopen(self, talk: ShownConversation, chat: str) -> tuple[Any, ...]:
        """A saved conversation, to be read or gone on with."""
        return self._seats(self._reopened(talk, chat)) if chat else tuple(gr.skip() for _ in self.seats)

    def _reopened(self, talk: ShownConversation, chat: str) -> ShownConversation:
        """Those who answered last sit there again, unless one of them has gone."""
        names = self.studio.chats.contestants
        turns = self.studio.chats.turns(talk.run, chat)
        who = tuple(reply.contestant for reply in turns[-1].replies) if turns else ()
        here = set(names.available(talk.run))
        return ShownConversation(
            run=talk.run, chat=chat, next_exam=talk.next_exam, who=who if who and here >= {*who} else SIDES
        )

    def _noter(self, place: int) -> Any:
        def note(talk: ShownConversation, said: str) -> Any:
            return self.note_instructions(talk, place, said)

        return note

    def note_instructions(self, talk: ShownConversation, place: int, said: str) -> Any:
        """Whether this pane departs from what was taught."""
        if place >= len(talk.who):
            return gr.skip()
        taught = self.studio.chats.contestants.instructions(self.studio.home.run(talk.run), talk.who[place])
        return gr.update(info=say.SAME_INSTRUCTIONS if said == taught else say.OTHER_INSTRUCTIONS)


def pane_classes(name: str) -> str:
    """How a pane is known to the style sheet."""
    return f"card pane {name if name in say.SIDES else 'other'}"
