"""Conversations of the page: kept at the server, shown in two panes, never read back from them."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studio.data.text.word_diff import difference
from studio.schemas.chat import ReplySettings, Turn
from studio.services.chats.chat_service import Conversation
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import compare as say

SIDES = ("base", "tuned")
MOST = 4
KEPT_TALKS = 32
Bubbles = list[dict[str, Any]]


@dataclass(frozen=True)
class ShownConversation:
    """What this page's chat looks at: the run, its conversation, and the exam question that comes next."""

    run: str = ""
    chat: str = ""
    next_exam: int = 0
    expert: str = ""
    asked: str = ""  # the exam question that the expert's answer belongs to
    who: tuple[str, ...] = SIDES
    place: int | None = None  # the turn that the next question replaces


@dataclass
class OpenConversation:
    """A conversation that goes on, with the event that ends an answer early."""

    conversation: Conversation
    stop: threading.Event = field(default_factory=threading.Event)


class Conversations:
    """The conversations that pages have open; the oldest is put away first, its file stays."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self._open: OrderedDict[str, OpenConversation] = OrderedDict()

    def open(self, talk: ShownConversation) -> OpenConversation:
        """The conversation of this page, or a new one; ready to be stopped."""
        found = self._open.get(talk.chat)
        if found is not None:
            conversation = found.conversation
        elif talk.chat:
            conversation = self.studio.chats.resume(talk.run, talk.chat)
        else:
            conversation = self.studio.chats.begin(talk.run)
        fresh = OpenConversation(conversation)
        self._open[conversation.id] = fresh
        self._open.move_to_end(conversation.id)
        while len(self._open) > KEPT_TALKS:
            self._open.popitem(last=False)
        return fresh

    def turns(self, talk: ShownConversation) -> list[Turn]:
        """What was said so far in this conversation."""
        found = self._open.get(talk.chat)
        if found is not None:
            return list(found.conversation.turns)
        return self.studio.chats.turns(talk.run, talk.chat) if talk.chat else []

    def stop(self, talk: ShownConversation) -> None:
        """End the answer that is being written, on both sides."""
        if talk.chat in self._open:
            self._open[talk.chat].stop.set()


def reply_settings(warmth: float, length: float, told: str, taught: str, seed: int = 0) -> ReplySettings:
    """One pane's settings; instructions only when they depart from the recipe's."""
    return ReplySettings(
        temperature=min(2.0, max(0.0, float(warmth))), max_new_tokens=min(4096, max(1, int(length))),
        instructions=None if told == taught else told[:8000], seed=seed,
    )  # fmt: skip


def panes_of(who: Sequence[str], turns: Sequence[Turn], question: str = "", texts: Mapping[str, str] | None = None,
             *, mark: bool = False) -> tuple[Bubbles, ...]:  # fmt: skip
    """Every pane: what was said, and what is being said; as many as there is room for."""
    shown = [bubbles(side, turns, question, (texts or {}).get(side), who[0] if mark else "") for side in who]
    return (*shown, *([] for _ in range(MOST - len(shown))))


def bubbles(side: str, turns: Sequence[Turn], question: str, being_said: str | None, beside: str = "") -> Bubbles:
    """One pane as the chat component wants it; every word spelt out so that none of it is markup.

    `beside` names the contestant from whose replies this one's differing words are marked.
    """
    shown: Bubbles = []
    for turn in turns:
        said = {reply.contestant: reply for reply in turn.replies}
        if (reply := said.get(side)) is None:
            continue  # it did not sit here then
        badge = say.taught(turn.taught) if turn.taught else ""
        shown.append({"role": "user", "content": html.asked(turn.question, badge)})
        note = reply.note if reply.stopped_by_itself else say.CUT_SHORT
        other = said.get(beside) if beside != side else None
        parts = difference(other.text, reply.text) if other is not None else []
        text = html.reply(reply.text or say.SAID_NOTHING, reply.fingerprint, note, parts)
        shown.append({"role": "assistant", "content": text})
    if question:
        shown.append({"role": "user", "content": html.safe(question)})
        shown.append({"role": "assistant", "content": html.safe(being_said or "…")})
    return shown


def turn_notes(turn: Turn) -> dict[str, str]:
    """Which panes departed from the instructions that were taught."""
    return {side: say.OTHER_INSTRUCTIONS for side, s in turn.settings.items() if s.instructions is not None}
