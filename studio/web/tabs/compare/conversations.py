"""Conversations of the page: kept at the server, shown in columns, never read back from them."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.chat import ReplySettings, Turn
from studio.services.chats.chat_service import ChatService, Conversation
from studio.services.chats.contestants import Contestants

STARTING_MODEL_AND_VERSION = ("base", "tuned")
MOST = 4  # contestants beside one another
MOST_OPEN = 32

SettingsByContestant = tuple[tuple[str, ReplySettings], ...]  # only of those whose settings she changed


@dataclass(frozen=True)
class ShownConversation:
    """What this page's chat looks at: the run, its conversation, and the exam question that comes next."""

    project: str = ""
    run: str = ""
    id: str = ""  # empty until the first question
    contestants: tuple[str, ...] = STARTING_MODEL_AND_VERSION
    next_exam: int = 0
    expert: str = ""
    asked: str = ""  # the exam question that the expert's answer belongs to
    replaces: int | None = None  # the turn that the next question replaces


@dataclass(frozen=True)
class ChatState:
    """What the chat goes on with when it is mounted with other columns."""

    conversation: ShownConversation
    settings: SettingsByContestant = ()


@dataclass
class OpenConversation:
    """A conversation that goes on; while it is answered, the question, the texts so far, and what ends it early."""

    conversation: Conversation
    stop: threading.Event = field(default_factory=threading.Event)
    question: str = ""
    before: int = 0  # the turns that stand before the one that is being answered
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_answering(self) -> bool:
        """Whether replies are being written."""
        return bool(self.question)

    def begin(self, question: str, before: int) -> None:
        """Replies are being written from now on."""
        if self.is_answering:
            raise StudioError(say("compare.still_answering"), hint=say("compare.still_answering_hint"))
        self.stop.clear()
        self.question, self.before, self.texts = question, before, {}

    def end(self) -> None:
        """Nothing is being written any more."""
        self.stop.set()
        self.question = ""


class Conversations:
    """The conversations that pages have open; the oldest is put away first, its file stays."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[str, str], OpenConversation] = OrderedDict()

    def open(self, chats: ChatService, shown: ShownConversation) -> OpenConversation:
        """The conversation of this page, or a new one."""
        found = self.found(shown)
        if found is None:
            found = OpenConversation(chats.resume(shown.run, shown.id) if shown.id else chats.begin(shown.run))
        key = (shown.project, found.conversation.id)
        self._open[key] = found
        self._open.move_to_end(key)
        silent = [other for other, one in self._open.items() if other != key and not one.is_answering]
        for other in silent[: max(0, len(self._open) - MOST_OPEN)]:  # one that is answered can still be stopped
            del self._open[other]
        return found

    def found(self, shown: ShownConversation) -> OpenConversation | None:
        """This one, if it is open."""
        return self._open.get((shown.project, shown.id))

    def turns(self, chats: ChatService, shown: ShownConversation) -> list[Turn]:
        """What was said so far in this conversation."""
        found = self.found(shown)
        if found is not None:
            return list(found.conversation.turns)
        return chats.turns(shown.run, shown.id) if shown.id else []

    def stop(self, shown: ShownConversation) -> None:
        """End the answer that is being written, on all sides."""
        found = self.found(shown)
        if found is not None:
            found.stop.set()


def last_contestants(turns: Sequence[Turn], names: Contestants, run: str) -> tuple[str, ...]:
    """Those who answered last, unless one of them is gone; else the usual ones."""
    last = tuple(reply.contestant for reply in turns[-1].replies) if turns else ()
    return last if last and {*last} <= {*names.available(run)} else names.usual(run)
