"""Chats: one question, several contestants, and a file that keeps what was said."""

import csv
import io
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from studio.copy.catalog import say
from studio.data.duplicates.training_overlap import training_match
from studio.errors import NotFound, StudioError
from studio.schemas.chat import Reply, ReplySettings, Turn
from studio.schemas.example import Example, Message
from studio.services.chats.answering import SHOWN_EXAMPLES, opening
from studio.services.chats.chat_html import chat_page
from studio.services.chats.contestants import FROM_ROWS, Contestants, chooses
from studio.services.chats.several_models import load_all
from studio.services.engine import Engine, LoadedModel
from studio.storage.files import append_line, new_id, read_lines, safe_name, write_bytes, write_lines
from studio.storage.home import Home
from studio.storage.run_folder import RunFolder


@dataclass
class Conversation:
    """A chat in progress: what was asked and what each contestant said. Lives in the service, never in the page."""

    id: str
    run: str
    turns: list[Turn] = field(default_factory=list)

    @property
    def messages(self) -> dict[str, list[Message]]:
        """Per contestant what it has read and said since the last question that stood alone."""
        found: dict[str, list[Message]] = {}
        for turn in self.turns:
            if turn.alone:
                found.clear()
            for reply in turn.replies:
                found.setdefault(reply.contestant, []).extend([
                    Message(role="user", content=turn.question), Message(role="assistant", content=reply.text)
                ])  # fmt: skip
        return found


@dataclass
class Loaded:
    """The starting model in memory with its adapters, which of them, and what its self-test found."""

    model: LoadedModel | None = None
    marks: frozenset[str] = frozenset()
    alarms: tuple[str, ...] = ()
    lock: threading.RLock = field(default_factory=threading.RLock)


@dataclass(frozen=True)
class ChatLine:
    """A saved conversation in a list."""

    id: str
    run: str
    began: datetime
    by: str
    questions: int
    first: str


class ChatService:
    """The verbs around chats. Keeps one starting model with its adapters in memory: the last that was asked."""

    def __init__(self, home: Home, engine: Engine, clock: Callable[[], datetime], contestants: Contestants) -> None:
        self._home, self._engine, self._clock, self.contestants = home, engine, clock, contestants
        self._loaded = Loaded()

    def model(self, run: str, names: Sequence[str] = ("tuned",)) -> LoadedModel:
        """The starting model and these contestants' adapters, loaded once: more of them only when they are asked."""
        folder = self._home.run(run)
        wanted = self.contestants.by_model(folder, list(dict.fromkeys(("tuned", *names))))
        marks = {f"{base}|{run}|{name}|{stamp(path)}" for base, adapters in wanted.items()
                 for name, path in adapters.items()}  # fmt: skip
        loaded = self._loaded
        with loaded.lock:
            if loaded.model is not None and marks <= loaded.marks:
                return loaded.model
            self.close()
            model = load_all(self._engine, wanted)
            loaded.model, loaded.marks, loaded.alarms = model, frozenset(marks), tuple(model.self_test())
            return model

    def close(self) -> None:
        """Free the memory of the loaded model."""
        with self._loaded.lock:
            if self._loaded.model is not None:
                self._loaded.model.close()
                self._loaded.model = None

    def exam(self, run: str) -> list[Example]:
        """The frozen exam of the run's project, in its order."""
        exam = self._home.exam(self._home.run(run).spec.project)
        return list(exam.examples) if exam else []

    def instructions(self, run: str, contestant: str) -> str:
        """What this contestant is told unless its settings say otherwise."""
        return self.contestants.instructions(self._home.run(run), contestant)

    def begin(self, run: str) -> Conversation:
        """A new, empty conversation."""
        return Conversation(id=new_id(self._clock()), run=self._home.run(run).id)

    def ask(
        self,
        conversation: Conversation,
        question: str,
        *,
        by: str,
        contestants: Sequence[str] = ("base", "tuned"),
        settings: Mapping[str, ReplySettings] | None = None,
        expert: str = "",
        alone: bool = False,
        place: int | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> Iterator[dict[str, str]]:
        """Texts so far by contestant, while they are written; the finished turn is kept in the chat's file.

        `alone` asks without what was said before, as exam questions are asked, and as a label model always is: it was
        taught texts, and would read its own last label as part of one. `place` asks again at an earlier turn: that one
        and what came after it leave the conversation, and stay in its file.
        """
        question = question.strip("\r\n").rstrip()  # spaces before the first word are hers: a piece of code
        if not question:
            raise StudioError(say("chat_service.there_no_question_yet"), hint=say("chat_service.type_one_or_take"))
        folder = self._home.run(conversation.run)
        alone = alone or chooses(folder)
        self.contestants.check(conversation.run, contestants)
        settings = {name: (settings or {}).get(name, ReplySettings()) for name in contestants}
        model = self.model(conversation.run, contestants)
        place = len(conversation.turns) if place is None else min(max(0, place), len(conversation.turns))
        kept = Conversation(conversation.id, conversation.run, conversation.turns[:place])
        said = {} if alone else kept.messages
        chats = {
            name: self._chat(folder, said.get(name, []), name, question, settings[name])
            for name in contestants
            if name not in FROM_ROWS
        }
        replies = [self.contestants.from_rows(folder, name, question) for name in contestants if name in FROM_ROWS]
        texts = {reply.contestant: reply.text for reply in replies}
        if chats:
            streaming = model.answer(chats, {name: settings[name] for name in chats}, stop)
            while True:
                try:
                    texts |= next(streaming)
                except StopIteration as finished:
                    replies += [self._with_alarms(reply) for reply in finished.value]
                    break
                yield dict(texts)
        replies.sort(key=lambda reply: list(contestants).index(reply.contestant))
        turn = Turn(
            at=self._clock(), by=by, run=conversation.run, question=question, expert=expert, settings=settings,
            replies=tuple(replies), place=place, alone=alone, taught=self.taught(conversation.run, question),
            fallbacks=tuple(model.fallbacks) if chats else (),
        )  # fmt: skip
        conversation.turns[place:] = [turn]
        append_line(self._file(folder, conversation.id), turn)
        yield {reply.contestant: reply.text for reply in replies}

    def taught(self, run: str, question: str) -> str:
        """Which row taught this question: `row 17`, `nearly row 17`, or nothing when it is new to the run's version."""
        found = training_match(question, self.contestants.neighbours.of(self._home.run(run)))
        if found is None:
            return ""
        return say("chat_service.row", exact="" if found.exact else "nearly ", label=found.example.label)

    def _with_alarms(self, reply: Reply) -> Reply:
        """A taught version's reply, with what the self-test on loading found: it is who it is named, or says so."""
        if not self._loaded.alarms or reply.contestant in ("base", "prompted"):
            return reply
        return reply.model_copy(update={"note": " ".join(filter(None, (reply.note, *self._loaded.alarms)))})

    def answer_once(self, run: str, question: str, *, by: str, contestants: Sequence[str],
                    settings: Mapping[str, ReplySettings] | None = None) -> Turn:  # fmt: skip
        """One question, all replies, no conversation: for the command line."""
        conversation = self.begin(run)
        for _ in self.ask(conversation, question, by=by, contestants=contestants, settings=settings):
            pass
        return conversation.turns[-1]

    def turns(self, run: str, chat: str) -> list[Turn]:
        """A saved chat as it stands: what was asked again counts, not what it replaced."""
        return standing(self._file(self._home.run(run), safe_name(chat)))

    def resume(self, run: str, chat: str) -> Conversation:
        """A saved conversation, to be read or gone on with."""
        turns = self.turns(run, chat)
        if not turns or turns[0].run != run:
            raise NotFound(
                say("chat_service.there_no_such_conversation"), hint=say("chat_service.choose_one_from_list")
            )
        return Conversation(chat, run, turns)

    def conversations(self, project: str, search: str = "", run: str = "") -> list[ChatLine]:
        """Saved conversations of a project, newest first; those that hold all words that are searched for."""
        words = search.casefold().split()
        found = []
        for path in sorted((self._home.project_folder(project) / "chats").glob("*.jsonl"), reverse=True):
            turns = standing(path)
            if not turns or (run and turns[0].run != run):
                continue
            said = "\n".join(text for turn in turns for text in (turn.question, *(r.text for r in turn.replies)))
            if all(word in said.casefold() for word in words):
                first = turns[0]
                found.append(ChatLine(path.stem, first.run, first.at, first.by, len(turns), first.question))
        return found

    def export(self, run: str, chat: str, form: str) -> Path:
        """A conversation in the exports folder: `jsonl` (everything), `csv` (one reply a line), `html` (to print)."""
        turns = self.turns(run, chat)
        if not turns:
            raise StudioError(say("chat_service.there_nothing_save_yet"), hint=say("chat_service.ask_question_first"))
        folder = self._home.project_folder(self._home.run(run).spec.project) / "exports" / "chats"
        folder.mkdir(parents=True, exist_ok=True)
        if form == "jsonl":
            path = folder / f"chat-{safe_name(chat)}.jsonl"
            write_lines(path, turns)
            return path
        if form == "html":
            path = folder / f"chat-{safe_name(chat)}.html"
            names = {
                reply.contestant: self.contestants.title(reply.contestant) for turn in turns for reply in turn.replies
            }
            write_bytes(path, chat_page(turns, names).encode("utf-8", "replace"))
            return path
        if form != "csv":
            raise StudioError(
                say("chat_service.there_no_export_called", form=form[:40]), hint=say("chat_service.choose_csv_jsonl_or")
            )
        path = folder / f"chat-{safe_name(chat)}.csv"
        text = io.StringIO(newline="")
        rows = csv.writer(text)
        rows.writerow(["asked", "question", "expert", "contestant", "reply", "fingerprint", "temperature"])
        for turn in turns:
            for reply in turn.replies:
                warmth = turn.settings[reply.contestant].temperature if reply.contestant in turn.settings else ""
                rows.writerow([turn.at.isoformat(), turn.question, turn.expert, reply.contestant, reply.text,
                               reply.fingerprint, warmth])  # fmt: skip
        write_bytes(path, text.getvalue().encode("utf-8-sig", "replace"))
        return path

    def _file(self, folder: RunFolder, chat: str) -> Path:
        return self._home.project_folder(folder.spec.project) / "chats" / f"{chat}.jsonl"

    def _chat(self, folder: RunFolder, said: Sequence[Message], contestant: str, question: str,
              settings: ReplySettings) -> list[Message]:  # fmt: skip
        """What this contestant reads: the instructions it was taught with, or its settings' own, then what was said."""
        taught = self.contestants.instructions(folder, contestant)
        told = taught if settings.instructions is None else settings.instructions
        start = opening(told)
        if contestant == "prompted":
            for example in self.contestants.neighbours.of(folder).most_similar(question, SHOWN_EXAMPLES):
                start += [
                    Message(role="user", content=example.question),
                    Message(role="assistant", content=example.answer),
                ]
        return [*start, *said, Message(role="user", content=question)]


def standing(path: Path) -> list[Turn]:
    """The turns of a chat's file after what was asked again has replaced what it replaces."""
    turns: list[Turn] = []
    for line in read_lines(path):
        turn = Turn.model_validate(line)
        turns[turn.place if 0 <= turn.place <= len(turns) else len(turns) :] = [turn]
    return turns


def stamp(adapter: Path) -> str:
    """Which folder, and whether it is still the one that was loaded."""
    return f"{adapter} {max(path.stat().st_mtime_ns for path in adapter.iterdir())}"
