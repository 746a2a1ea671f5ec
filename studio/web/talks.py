"""Conversations of the page: kept at the server, shown in two panes, never read back from them."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studio.desk.chats import Conversation
from studio.desk.studio import Studio
from studio.records.chat import ReplySettings, Turn
from studio.web import paint
from studio.web.words import compare as say

SIDES = ("base", "tuned")
KEPT_TALKS = 32
Bubbles = list[dict[str, Any]]


@dataclass(frozen=True)
class Talk:
    """What this page's chat looks at: the run, its conversation, and the exam question that comes next."""

    run: str = ""
    chat: str = ""
    next_exam: int = 0
    expert: str = ""
    asked: str = ""  # the exam question that the expert's answer belongs to


@dataclass
class Open:
    """A conversation that goes on, with the event that ends an answer early."""

    conversation: Conversation
    stop: threading.Event = field(default_factory=threading.Event)


class Talks:
    """The conversations that pages have open; the oldest is put away first, its file stays."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self._open: OrderedDict[str, Open] = OrderedDict()

    def open(self, talk: Talk) -> Open:
        """The conversation of this page, or a new one; ready to be stopped."""
        found = self._open.get(talk.chat)
        conversation = found.conversation if found else self.studio.chats.begin(talk.run)
        fresh = Open(conversation)
        self._open[conversation.id] = fresh
        self._open.move_to_end(conversation.id)
        while len(self._open) > KEPT_TALKS:
            self._open.popitem(last=False)
        return fresh

    def stop(self, talk: Talk) -> None:
        """End the answer that is being written, on both sides."""
        if talk.chat in self._open:
            self._open[talk.chat].stop.set()


def reply_settings(warmth: float, length: float, told: str, taught: str) -> ReplySettings:
    """One pane's settings; instructions only when they depart from the recipe's."""
    return ReplySettings(
        temperature=min(2.0, max(0.0, float(warmth))), max_new_tokens=min(4096, max(1, int(length))),
        instructions=None if told == taught else told[:8000],
    )  # fmt: skip


def panes_of(turns: Sequence[Turn], question: str = "", texts: Mapping[str, str] | None = None) -> tuple[Bubbles, ...]:
    """Both panes: what was said, and what is being said."""
    return tuple(bubbles(side, turns, question, (texts or {}).get(side)) for side in SIDES)


def bubbles(side: str, turns: Sequence[Turn], question: str, being_said: str | None) -> Bubbles:
    """One pane as the chat component wants it; every word spelt out so that none of it is markup."""
    shown: Bubbles = []
    for turn in turns:
        shown.append({"role": "user", "content": paint.safe(turn.question)})
        for reply in turn.replies:
            if reply.contestant == side:
                note = reply.note if reply.stopped_by_itself else say.CUT_SHORT
                text = paint.reply(reply.text or say.SAID_NOTHING, reply.fingerprint, note)
                shown.append({"role": "assistant", "content": text})
    if question:
        shown.append({"role": "user", "content": paint.safe(question)})
        shown.append({"role": "assistant", "content": paint.safe(being_said or "…")})
    return shown


def turn_notes(turn: Turn) -> dict[str, str]:
    """Which panes departed from the instructions that were taught."""
    return {side: say.OTHER_INSTRUCTIONS for side, s in turn.settings.items() if s.instructions is not None}
