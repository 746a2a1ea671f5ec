"""Side by side: one question, all answer at the same time, and nobody has to guess which weights wrote what."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.chat import ReplySettings, Turn
from studio.schemas.fallback import sentences_of
from studio.services.access import Right
from studio.services.chats.chat_service import ChatService
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import common
from studio.web.copy import compare as copy
from studio.web.layout.drawer import Drawer
from studio.web.layout.page_press import read_press
from studio.web.listeners import Listeners
from studio.web.mounting import Offer, Place, Updates, fill
from studio.web.tabs.compare.conversations import (
    MOST,
    ChatState,
    Conversations,
    SettingsByContestant,
    ShownConversation,
    last_contestants,
)
from studio.web.tabs.compare.reply_columns import ReplyColumns, title_of
from studio.web.tabs.compare.reply_feedback import JudgedReply, ReplyFeedback
from studio.web.tabs.compare.reply_settings_panel import ReplySettingsPanel
from studio.web.tabs.compare.saved_conversations import SavedConversations
from studio.web.view import View, actor_of, person_of

FOLLOW_SECONDS = 0.3  # between two looks at what another page, or this one before, has asked


class ChatScreen:
    """The usual screen of the tab."""

    def __init__(self, studio: Studio, offer: Offer, conversations: Conversations) -> None:
        self.studio, self.conversations = studio, conversations
        self.columns, self.settings = ReplyColumns(), ReplySettingsPanel(studio)
        self.saved, self.feedback = SavedConversations(studio, offer), ReplyFeedback(studio)

    # Layout

    def build(self, listen: Listeners, view: View, place: Place, run: str) -> None:
        """Layout, listeners and first values for this run; what the place brings along goes on."""
        self.listen, self.frame = listen, listen.frame
        state = self._first(view, place, run)
        shown = state.conversation
        self.state, self.set = gr.State(shown), gr.State(state.settings)
        self.who = gr.Dropdown(
            [],
            value=[],
            label=say("chat_screen.who_answers"),
            info=say("compare.who_help"),
            multiselect=True,
            max_choices=MOST,
            allow_custom_value=True,
            elem_classes="who-picker",
        )
        self.columns.build(shown.contestants)
        self.feedback.build()
        with gr.Row(elem_classes="actions under-replies", visible=False) as self.under:
            self.again = gr.Button(say("chat_screen.ask_again"), size="sm")
            self.otherwise = gr.Button(say("chat_screen.change_question"), size="sm")
            self.mark = gr.Checkbox(False, label=say("compare.mark"), container=False)
        self.expert = gr.Markdown(visible=False, elem_classes="card expert")
        with gr.Row(elem_classes="ask"):
            self.question = gr.Textbox(
                "",
                label=say("chat_screen.your_question"),
                placeholder=say("chat_screen.ask_something_as_one"),
                lines=2,
                max_lines=8,
                scale=5,
                submit_btn=False,
                elem_classes=["question", "keep-draft"],
            )
            with gr.Column(scale=1, min_width=170, elem_classes="ask-buttons"):
                self.send = gr.Button(copy.ask_button(len(shown.contestants)), variant="primary")
                self.stop = gr.Button(say("chat_screen.stop"), visible=False)
                self.exam = gr.Button(say("chat_screen.from_exam"), elem_classes="from-exam")
        with gr.Row(elem_classes="actions"):
            self.anew = gr.Button(say("chat_screen.start_new_conversation"), size="sm")
            self.saved.build_saving(listen, self.state)
        Drawer(say("compare.settings"), self.set, lambda now: self.settings.build(listen, self.set, shown, now), "card")
        at = [self.frame.place, self.state, self.set]
        self.saved.build(listen, self.state, self.reopen, [self.frame.view, *at], self.parts)
        self._connect(at)
        fill(self.show(shown))
        if (going := self.conversations.found(shown)) is not None and going.is_answering:
            listen.on(self.frame.page.load, self.follow, [self.state], self.answering, by_itself=True,
                      concurrency_limit=None)  # fmt: skip

    def _connect(self, at: Sequence[Block]) -> None:
        listen = self.listen
        asked_with = [self.mark, self.set]
        # each press counts: the buttons are back before the browser has heard that the last answer is over, and Gradio
        # drops a press of the same button until then; whoever asks while replies are written is told so by `begin`
        as_one: dict[str, Any] = {"concurrency_limit": 4, "concurrency_id": "ask", "trigger_mode": "multiple"}
        for trigger in (self.send.click, self.question.submit):
            listen.on(trigger, self.ask, [self.state, self.question, *asked_with], self.answering, **as_one)
        listen.on(self.again.click, self.ask_again, [self.state, *asked_with], self.answering, **as_one)
        listen.on(self.otherwise.click, self.ask_otherwise, [self.state], [self.state, self.question])
        listen.on(self.mark.input, self.mark_words, [self.state, self.mark], self.columns.parts)
        listen.on(self.stop.click, self.end, [self.state], [self.stop])
        listen.on(self.exam.click, self.from_exam, [self.state], [self.state, self.question, self.exam])
        listen.on(self.who.input, self.choose, [*at, self.who], [self.frame.place], trigger_mode="always_last")
        said, box = self.feedback, [*self.columns.parts, *self.feedback.parts]
        # each press counts, also one made while the last one is still on its way; one after the other
        listen.on(said.presses.change, self.judge, [self.state, said.presses, self.mark], box, trigger_mode="multiple",
                  concurrency_limit=1)  # fmt: skip
        words = [self.state, said.about, said.correction, said.reason, self.mark]
        listen.on(said.save.click, self.keep_words, words, box)
        listen.on(said.close.click, said.put_away, [], said.parts)
        listen.on(self.anew.click, self.begin_anew, [self.state], self.parts)

    # Showing

    @property
    def parts(self) -> list[Block]:
        """What `show` writes: who answers, and what was said."""
        return [self.state, self.who, self.expert, self.exam, self.under, *self.columns.parts]

    @property
    def answering(self) -> list[Block]:
        """What changes while replies are written."""
        return [self.state, *self.columns.parts, self.question, self.send, self.stop, self.expert, self.who, self.anew,
                self.under]  # fmt: skip

    def _first(self, view: View, place: Place, run: str) -> ChatState:
        """What the place goes on with, or the last conversation with this version, also after a reload."""
        if isinstance(place.state, ChatState) and place.state.conversation.run == run:
            return place.state
        chats = self.studio.within(view.project).chats
        shown = ShownConversation(project=view.project, run=run, contestants=chats.contestants.usual(run))
        last = chats.conversations(view.project, run=run)[:1]
        return ChatState(self._reopened(shown, last[0].id) if last else shown)

    def show(self, shown: ShownConversation) -> Updates:
        """Everybody who answers, each with her own words."""
        scope = self.studio.within(shown.project)
        chats, run, turns = scope.chats, scope.runs.view(shown.run), self.conversations.turns(scope.chats, shown)
        names = dict.fromkeys((*chats.contestants.available(shown.run), *shown.contestants))
        listed = [(title_of(chats.contestants, name), name) for name in names]
        total = len(chats.exam(shown.run))
        exam = copy.exam_button(shown.next_exam % max(total, 1), total)
        return {
            self.state: shown, self.who: gr.update(choices=listed, value=list(shown.contestants)),
            self.expert: belongs(turns), self.exam: gr.update(value=exam, interactive=bool(total)),
            self.under: gr.update(visible=bool(turns)),
            **self.columns.show_heads(chats.contestants, run, turns), **self.said(shown, turns),
        }  # fmt: skip

    def said(self, shown: ShownConversation, turns: Sequence[Turn], mark: bool = False, person: str = "") -> Updates:
        """What was said, and what she says of it; `person` where a request tells who she is."""
        judged = self.feedback.judged(shown.project, shown.id, turns, person or self.studio.person)
        return self.columns.show(turns, mark=mark, judged=judged)

    def _buttons(self, *, busy: bool) -> Updates:
        return {
            self.send: gr.update(visible=not busy), self.stop: gr.update(visible=busy, interactive=True),
            self.who: gr.update(interactive=not busy), self.anew: gr.update(interactive=not busy),
        }  # fmt: skip

    # Asking

    def ask(self, shown: ShownConversation, question: str, request: gr.Request, mark: bool = False,
            settings: SettingsByContestant = ()) -> Iterator[Updates]:  # fmt: skip
        """All answer, and the page follows; leaving the page or pressing Stop ends it for all."""
        scope = self.studio.open(actor_of(request), shown.project, Right.CHANGE)
        chats, run, columns = scope.chats, scope.runs.view(shown.run), self.columns
        going = self.conversations.open(chats, shown)
        place, shown = shown.replaces, replace(shown, id=going.conversation.id, replaces=None)
        before = list(going.conversation.turns)[:place]
        asked_with = settings_of(settings, shown, going.conversation.turns[place] if place is not None else None)
        from_exam = bool(shown.asked) and question.strip() == shown.asked.strip()
        going.begin(question.strip() or " ", len(before))
        try:
            yield {
                self.state: shown, self.question: "", **self._buttons(busy=True), **columns.show(before, question),
                **columns.show_heads(chats.contestants, run, before, common.LOADING),
                self.expert: own_answer(question, shown.expert if from_exam else ""),
            }  # fmt: skip
            for texts in chats.ask(
                going.conversation, question, by=person_of(request), settings=asked_with,
                contestants=shown.contestants, expert=shown.expert if from_exam else "", alone=from_exam, place=place,
                stop=going.stop.is_set,
            ):  # fmt: skip
                loaded = {} if going.texts else columns.show_heads(chats.contestants, run, before,
                                                                   slower(chats, shown))  # fmt: skip
                going.texts = texts
                yield {**loaded, **columns.show(before, question, texts)}  # afterwards only words go to the page
            after = going.conversation.turns
            heads = columns.show_heads(chats.contestants, run, after, slower(chats, shown))
            going.end()  # before the buttons are back
            yield {
                **heads,
                **self.said(shown, after, mark, person_of(request)),
                **self._buttons(busy=False),
                self.expert: belongs(after),
                self.under: gr.update(visible=bool(after)),
            }
        except StudioError:
            turns = going.conversation.turns
            yield {**columns.show_heads(chats.contestants, run, turns), **self.said(shown, turns, mark),
                   self.question: question, self.expert: belongs(turns), self.under: gr.update(visible=bool(turns)),
                   **self._buttons(busy=False)}  # fmt: skip
            raise
        finally:
            going.end()

    def ask_again(self, shown: ShownConversation, request: gr.Request, mark: bool = False,
                  settings: SettingsByContestant = ()) -> Iterator[Updates]:  # fmt: skip
        """The last question once more; its earlier replies stay in the file."""
        turns = self._turns(shown)
        if not turns:
            raise StudioError(say("compare.nothing_asked"))
        random = any(one.temperature for name, one in settings if name in shown.contestants)
        if not random and turns[-1].settings.keys() == {*shown.contestants}:
            raise StudioError(say("compare.greedy"), hint=say("compare.greedy_hint"))
        last = turns[-1]
        shown = replace(shown, replaces=len(turns) - 1, expert=last.expert, asked=last.question if last.expert else "")
        yield from self.ask(shown, turns[-1].question, request, mark, settings)

    def ask_otherwise(self, shown: ShownConversation) -> Updates:
        """The last question goes back into its field; what is asked next takes its place."""
        turns = self._turns(shown)
        if not turns:
            raise StudioError(say("compare.nothing_asked"))
        return {self.state: replace(shown, replaces=len(turns) - 1), self.question: turns[-1].question}

    def follow(self, shown: ShownConversation) -> Iterator[Updates]:
        """What is still being answered when the tab is opened again."""
        going = self.conversations.found(shown)
        while going is not None and going.is_answering:
            before = going.conversation.turns[: going.before]
            yield {**self._buttons(busy=True), **self.columns.show(before, going.question, going.texts)}
            time.sleep(FOLLOW_SECONDS)
        turns = self._turns(shown)
        yield {**self._buttons(busy=False), **self.said(shown, turns), self.expert: belongs(turns),
               self.under: gr.update(visible=bool(turns))}  # fmt: skip

    def end(self, shown: ShownConversation) -> Updates:
        """Stop all of them at the next word."""
        self.conversations.stop(shown)
        return {self.stop: gr.update(interactive=False)}

    def mark_words(self, shown: ShownConversation, mark: bool) -> Updates:
        """Which words of each reply the first one does not have."""
        return self.said(shown, self._turns(shown), mark)

    # What she says of a reply

    def judge(self, shown: ShownConversation, text: str, mark: bool, request: gr.Request) -> Updates:
        """A press under a reply."""
        turns, person = self._turns(shown), person_of(request)
        told = self.feedback.press(shown.project, shown.id, turns, read_press(text), person)
        return {**self.said(shown, turns, mark, person), **told}

    def keep_words(self, shown: ShownConversation, about: JudgedReply, correction: str, reason: str, mark: bool,
                   request: gr.Request) -> Updates:  # fmt: skip
        """The words in the box."""
        turns, person = self._turns(shown), person_of(request)
        told = self.feedback.keep(shown.project, turns, about, correction, reason, person)
        return {**self.said(shown, turns, mark, person), **told}

    def from_exam(self, shown: ShownConversation) -> Updates:
        """The next exam question. The expert's own answer comes with the replies: those that are shown are to another
        question."""
        exam = self.studio.within(shown.project).chats.exam(shown.run)
        if not exam:
            raise StudioError(say("chat_screen.project_has_no_exam"), hint=say("chat_screen.set_aside_when_first"))
        place = shown.next_exam % len(exam)
        example = exam[place]
        return {
            self.state: replace(shown, next_exam=place + 1, expert=example.answer, asked=example.question),
            self.question: example.question,
            self.exam: copy.exam_button((place + 1) % len(exam), len(exam)),
        }

    # Other conversations

    def choose(self, place: Place, shown: ShownConversation, settings: SettingsByContestant, who: Sequence[str],
               ) -> Updates:  # fmt: skip
        """Others answer from now on, in columns of their own; what was said stays."""
        chosen = tuple(dict.fromkeys(who))
        self.studio.within(shown.project).chats.contestants.check(shown.run, chosen)
        state = ChatState(replace(shown, contestants=chosen), settings)
        return {self.frame.place: place.at("compare", state=state)}

    def begin_anew(self, shown: ShownConversation) -> Updates:
        """An empty conversation with the same ones; the old one stays in its file."""
        return self.show(replace(shown, id="", expert="", asked="", replaces=None))

    def reopen(
        self, view: View, place: Place, shown: ShownConversation, settings: SettingsByContestant, chosen: str
    ) -> Updates:
        """A saved conversation, to be read or gone on with; in the columns that are there, if the same ones answer. One
        with another version leads to that version."""
        if not chosen:
            return {}
        turns = self.studio.within(shown.project).chats.turns(shown.run, chosen)
        if turns and turns[0].run != shown.run:
            other = self._reopened(replace(shown, run=turns[0].run, next_exam=0), chosen)
            after = replace(view, run=other.run, picked=other.run)
            return {self.frame.view: after, self.frame.place: place.at("compare", state=ChatState(other))}
        opened = self._reopened(shown, chosen)
        if opened.contestants == shown.contestants:
            return self.show(opened)
        return {self.frame.place: place.at("compare", state=ChatState(opened, settings))}

    def _reopened(self, shown: ShownConversation, chosen: str) -> ShownConversation:
        chats = self.studio.within(shown.project).chats
        who = last_contestants(chats.resume(shown.run, chosen).turns, chats.contestants, shown.run)
        return ShownConversation(shown.project, shown.run, chosen, who, shown.next_exam)

    def _turns(self, shown: ShownConversation) -> list[Turn]:
        return self.conversations.turns(self.studio.within(shown.project).chats, shown)


def own_answer(question: str, answer: str) -> Updates:
    """The expert's own answer under the replies to the very question that it answers; hidden where there is none."""
    value = html.expert(answer, common.short(question, 120)) if answer else ""
    return dict(gr.update(value=value, visible=bool(answer)))


def belongs(turns: Sequence[Turn]) -> Updates:
    """The one that belongs to the last replies, as it was when they were made."""
    return own_answer(turns[-1].question, turns[-1].expert) if turns else own_answer("", "")


def settings_of(settings: SettingsByContestant, shown: ShownConversation, replaced: Turn | None,
                ) -> dict[str, ReplySettings]:  # fmt: skip
    """Each contestant's own; a question that is asked again is asked with another seed."""
    seed = 1 + max((one.seed for one in replaced.settings.values()), default=0) if replaced else 0
    known = dict(settings)
    return {name: known.get(name, ReplySettings()).model_copy(update={"seed": seed}) for name in shown.contestants}


def slower(chats: ChatService, shown: ShownConversation) -> str:
    """What this kind of model cannot do, while it answers."""
    return " ".join(sentences_of(chats.model(shown.run, shown.contestants).fallbacks))
