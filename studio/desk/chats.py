"""Chats at the desk: one question, several contestants, and a file that keeps what was said."""

import csv
import io
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from studio.desk.engine import Engine, Panes
from studio.errors import NotFound, StudioError
from studio.prepare.nearest import Nearest
from studio.records.chat import Reply, ReplySettings, Turn
from studio.records.example import Example, Message
from studio.storage.files import append_line, new_id, read_lines, safe_name, write_bytes, write_lines
from studio.storage.home import Home
from studio.storage.run_folder import RunFolder

SHOWN_EXAMPLES = 3  # how many solved examples the prompted rival is given


@dataclass
class Conversation:
    """A chat in progress: per contestant what it has read and said. Lives at the desk, never in the page."""

    id: str
    run: str
    messages: dict[str, list[Message]] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)


class ChatsDesk:
    """The verbs around chats. Keeps one starting model with its adapters in memory: the last that was asked."""

    def __init__(self, home: Home, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._home, self._engine, self._clock = home, engine, clock
        self._open: tuple[str, Panes] | None = None
        self._alarms: tuple[str, ...] = ()
        self._lock = threading.RLock()

    def panes(self, run: str) -> Panes:
        """The starting model and this run's adapter, loaded once."""
        folder = self._home.run(run)
        if not (folder.adapter / "adapter_config.json").is_file() and not (folder.adapter / "config.json").is_file():
            raise StudioError("This run has no version to chat with yet.", hint="Wait for its first saved point.")
        stamp = max(path.stat().st_mtime_ns for path in folder.adapter.iterdir())
        key = f"{folder.ticket.model_folder}|{run}|{stamp}"
        with self._lock:
            if self._open is not None and self._open[0] == key:
                return self._open[1]
            self.close()
            panes = self._engine.open_panes(Path(folder.ticket.model_folder), {"tuned": folder.adapter})
            self._open, self._alarms = (key, panes), tuple(panes.self_test())
            return panes

    def close(self) -> None:
        """Free the memory of the loaded model."""
        with self._lock:
            if self._open is not None:
                self._open[1].close()
                self._open = None

    def exam(self, run: str) -> list[Example]:
        """The frozen exam of the run's project, in its order."""
        exam = self._home.exam(self._home.run(run).ticket.project)
        return list(exam.examples) if exam else []

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
        stop: Callable[[], bool] = lambda: False,
    ) -> Iterator[dict[str, str]]:
        """Texts so far by contestant, while they are written; the finished turn is kept in the chat's file.

        `alone` asks without what was said before, as exam questions are asked.
        """
        question = question.strip()
        if not question:
            raise StudioError("There is no question yet.", hint="Type one, or take one from the exam.")
        folder = self._home.run(conversation.run)
        settings = {name: (settings or {}).get(name, ReplySettings()) for name in contestants}
        panes = self.panes(conversation.run)
        unknown = [name for name in contestants if name not in (*panes.contestants, "prompted", "lookup")]
        if unknown:
            raise NotFound(f"There is no contestant “{unknown[0]}”.", hint="Use base, prompted, lookup or tuned.")
        if alone:
            conversation.messages.clear()
        chats = {
            name: self._chat(folder, conversation, name, question, settings[name])
            for name in contestants
            if name != "lookup"
        }
        texts: dict[str, str] = {}
        replies: list[Reply] = []
        if "lookup" in contestants:
            looked_up = self._look_up(folder, question)
            texts["lookup"] = looked_up.text
            replies.append(looked_up)
        if chats:
            streaming = panes.answer(chats, {name: settings[name] for name in chats}, stop)
            while True:
                try:
                    texts |= next(streaming)
                except StopIteration as finished:
                    replies += [self._with_alarms(reply) for reply in finished.value]
                    break
                yield dict(texts)
        replies.sort(key=lambda reply: list(contestants).index(reply.contestant))
        for reply in replies:
            history = conversation.messages.setdefault(reply.contestant, [])
            history += [Message(role="user", content=question), Message(role="assistant", content=reply.text)]
        turn = Turn(
            at=self._clock(), by=by, run=conversation.run, question=question, expert=expert, settings=settings,
            replies=tuple(replies),
        )  # fmt: skip
        conversation.turns.append(turn)
        append_line(self._file(folder, conversation.id), turn)
        yield {reply.contestant: reply.text for reply in replies}

    def _with_alarms(self, reply: Reply) -> Reply:
        """A taught version's reply, with what the self-test on loading found: a pane is what it says, or says so."""
        if not self._alarms or reply.contestant in ("base", "prompted"):
            return reply
        return reply.model_copy(update={"note": " ".join(filter(None, (reply.note, *self._alarms)))})

    def answer_once(self, run: str, question: str, *, by: str, contestants: Sequence[str],
                    settings: Mapping[str, ReplySettings] | None = None) -> Turn:  # fmt: skip
        """One question, all replies, no conversation: what the side door asks."""
        conversation = self.begin(run)
        for _ in self.ask(conversation, question, by=by, contestants=contestants, settings=settings):
            pass
        return conversation.turns[-1]

    def turns(self, run: str, chat: str) -> list[Turn]:
        """A saved chat."""
        return [Turn.model_validate(line) for line in read_lines(self._file(self._home.run(run), safe_name(chat)))]

    def export(self, run: str, chat: str, form: str) -> Path:
        """A conversation as `jsonl` (everything) or `csv` (one reply a line), in the project's exports folder."""
        turns = self.turns(run, chat)
        if not turns:
            raise StudioError("There is nothing to save yet.", hint="Ask a question first.")
        folder = self._home.project_folder(self._home.run(run).ticket.project) / "exports" / "chats"
        folder.mkdir(parents=True, exist_ok=True)
        if form == "jsonl":
            path = folder / f"chat-{safe_name(chat)}.jsonl"
            write_lines(path, turns)
            return path
        if form != "csv":
            raise StudioError(f"There is no export called “{form[:40]}”.", hint="Choose CSV or JSONL.")
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
        return self._home.project_folder(folder.ticket.project) / "chats" / f"{chat}.jsonl"

    def _chat(self, folder: RunFolder, conversation: Conversation, contestant: str, question: str,
              settings: ReplySettings) -> list[Message]:  # fmt: skip
        """What this contestant reads: the recipe's instructions unless the pane departs from them, then the talk."""
        taught = folder.ticket.recipe.instructions
        said = taught if settings.instructions is None else settings.instructions
        start = [Message(role="system", content=said)] if said else []
        if contestant == "prompted":
            for example in self._nearest(folder).most_similar(question, SHOWN_EXAMPLES):
                start += [
                    Message(role="user", content=example.question),
                    Message(role="assistant", content=example.answer),
                ]
        return [*start, *conversation.messages.get(contestant, []), Message(role="user", content=question)]

    def _nearest(self, folder: RunFolder) -> Nearest:
        return Nearest(folder.train)

    def _look_up(self, folder: RunFolder, question: str) -> Reply:
        best = self._nearest(folder).most_similar(question, 1)
        text = best[0].answer if best else ""
        return Reply(contestant="lookup", text=text, tokens=0, seconds=0.0, fingerprint="", note="nearest example")
