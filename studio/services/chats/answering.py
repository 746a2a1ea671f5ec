"""Asks contestants many questions; what was answered once is kept in the run's folder and never asked again."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from studio.copy.catalog import say
from studio.data.duplicates.retrieval import NearestExamples
from studio.errors import StudioError
from studio.schemas.chat import Reply, ReplySettings
from studio.schemas.example import Example, Message
from studio.services.engine import LoadedModel
from studio.storage.files import append_line, read_lines

AT_ONCE = 16  # questions in one batch: after each of them progress is told and the answers are kept
READ_AT_ONCE = 64  # given answers that are read, not written, are quick
READ_ONLY = 0  # the room for an answer that nobody writes
SHOWN_EXAMPLES = 3  # solved examples that the prompted rival is given
Progress = Callable[[str, int, int], None]  # whom, how many answers, of how many
Plan = Callable[[Mapping[str, float]], None]  # which parts will be asked, and what each takes beside the others


def unplanned(takes: Mapping[str, float]) -> None:
    """Nobody looks at the whole."""


@dataclass
class AnswerSession:
    """One loaded model that is asked, and the file of its answers so far."""

    model: LoadedModel
    file: Path
    on_progress: Progress
    stop: Callable[[], bool]
    stopped: str = "answering.exam_was_stopped"  # what is said when somebody stops it
    known: dict[str, Reply] = field(default_factory=dict)
    lost: dict[str, tuple[float, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for line in read_lines(self.file):
            if "lost" in line:
                self.lost[str(line["key"])] = (float(line["lost"]), int(line["pieces"]))
            else:
                self.known[str(line["key"])] = Reply.model_validate(line["reply"])

    def ask(self, contestant: str, chats: Sequence[Sequence[Message]], limit: int, what: str) -> list[Reply]:
        """One reply for each chat, always the likeliest words; StudioError when somebody stops it."""
        settings = ReplySettings(max_new_tokens=limit)
        mark = self.model.fingerprint(contestant)
        keys = [key_of(contestant, mark, chat, limit) for chat in chats]
        wanted = {key: chat for key, chat in zip(keys, chats, strict=True) if key not in self.known}
        self.on_progress(what, len(chats) - len(wanted), len(chats))
        for start in range(0, len(wanted), AT_ONCE):
            group = list(wanted)[start : start + AT_ONCE]
            replies = self.model.answer_all(contestant, [wanted[key] for key in group], settings, self.stop)
            if self.stop():
                raise StudioError(say(self.stopped), hint=say("answering.ask_again_what_was"))
            for key, reply in zip(group, replies, strict=True):
                self.known[key] = reply
                append_line(self.file, {"key": key, "contestant": contestant, "fingerprint": mark,
                                        "question": wanted[key][-1].content, "reply": reply.model_dump()})  # fmt: skip
            self.on_progress(what, len(chats) - len(wanted) + start + len(group), len(chats))
        return [self.known[key] for key in keys]

    def lose(self, contestant: str, conversations: Sequence[Sequence[Message]], what: str) -> list[tuple[float, int]]:
        """How much the answer that ends each conversation surprises it: the sum over its pieces, and their number."""
        mark = self.model.fingerprint(contestant)
        keys = [key_of(contestant, mark, turns, READ_ONLY) for turns in conversations]
        wanted = {key: turns for key, turns in zip(keys, conversations, strict=True) if key not in self.lost}
        for start in range(0, len(wanted), READ_AT_ONCE):
            if self.stop():
                raise StudioError(say(self.stopped), hint=say("answering.ask_again_what_was"))
            group = list(wanted)[start : start + READ_AT_ONCE]
            self.on_progress(what, len(conversations) - len(wanted) + start, len(conversations))
            for key, (lost, pieces) in zip(
                group, self.model.losses(contestant, [wanted[key] for key in group]), strict=True
            ):
                self.lost[key] = (lost, pieces)
                append_line(self.file, {"key": key, "contestant": contestant, "fingerprint": mark, "lost": lost,
                                        "pieces": pieces})  # fmt: skip
        self.on_progress(what, len(conversations), len(conversations))
        return [self.lost[key] for key in keys]

    def lacks(self, contestant: str, chats: Sequence[Sequence[Message]], limit: int) -> bool:
        """Whether something of it would have to be asked."""
        mark = self.model.fingerprint(contestant)
        return any(key_of(contestant, mark, chat, limit) not in self.known for chat in chats)


@dataclass(frozen=True)
class Deadline:
    """When asking more is too much."""

    clock: Callable[[], datetime]
    began: datetime
    seconds: float

    def is_over(self) -> bool:
        """Whether the time is up."""
        return (self.clock() - self.began).total_seconds() > self.seconds


def key_of(contestant: str, fingerprint: str, chat: Sequence[Message], limit: int) -> str:
    """Same contestant, same weights, same words to read, same room to answer: the same reply."""
    words = json.dumps([contestant, fingerprint, limit, *([m.role, m.content] for m in chat)])
    return hashlib.sha256(words.encode()).hexdigest()[:24]


def plain_chat(instructions: str, question: str) -> list[Message]:
    """A question as it is asked in a new chat."""
    return [*opening(instructions), Message(role="user", content=question)]


def exam_chat(instructions: str, example: Example) -> list[Message]:
    """Everything before the expert's last answer, with the instructions in front unless it brings its own."""
    last = max((place for place, m in enumerate(example.messages) if m.role == "assistant"), default=None)
    asked = list(example.messages[:last])
    return asked if asked and asked[0].role == "system" else [*opening(instructions), *asked]


def answered(chats: Sequence[Sequence[Message]], examples: Sequence[Example]) -> list[list[Message]]:
    """Each chat with the expert's own answer at its end."""
    return [
        [*chat, Message(role="assistant", content=example.answer)]
        for chat, example in zip(chats, examples, strict=True)
    ]


def prompted_chat(instructions: str, example: Example, nearest: NearestExamples, shown_examples: int = SHOWN_EXAMPLES,
                  ) -> list[Message]:  # fmt: skip
    """The same after the nearest solved examples: the fair rival of teaching."""
    chat = exam_chat(instructions, example)
    shown = [
        message
        for solved in (nearest.most_similar(example.question, shown_examples) if shown_examples else ())
        for message in (Message(role="user", content=solved.question), Message(role="assistant", content=solved.answer))
    ]
    return [*chat[:1], *shown, *chat[1:]] if chat[0].role == "system" else [*shown, *chat]


def opening(instructions: str) -> list[Message]:
    """The instructions for every chat, if there are any."""
    return [Message(role="system", content=instructions)] if instructions else []


def texts_of(chats: Mapping[str, Sequence[Sequence[Message]]]) -> dict[str, list[str]]:
    """What each contestant has to read, as plain texts."""
    return {name: ["\n".join(message.content for message in chat) for chat in asked] for name, asked in chats.items()}
