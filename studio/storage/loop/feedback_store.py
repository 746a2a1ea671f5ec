"""`feedback.jsonl` of a project: what was said about answers, and what became of it in the inbox.

A line is a feedback or a decision about one. Lines are only added, on disk before this returns, so a kill leaves each
whole or absent; the one exception is an erasure, which writes the file anew without what is to go.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from studio.copy.catalog import say
from studio.schemas.loop.feedback import Feedback, FeedbackDecision
from studio.storage.file_cache import Stamp, stamp_of
from studio.storage.files import FileLock, append_line, json_line, read_lines, write_bytes
from studio.storage.home import Home

FILE = "feedback.jsonl"
GIVEN, DECIDED = "given", "decided"


class FeedbackStore:
    """Paths and moves; what several lines mean together is worked out here, and remembered while the file stays."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def all(self, project: str) -> tuple[Feedback, ...]:
        """Each as it stands now, in the order in which they were given first."""
        return self._home.files.read(self._path(project), "feedback", standing)

    def mark(self, project: str) -> Stamp | None:
        """Another one after every write; None before the first."""
        return stamp_of(self._path(project))

    def decisions(self, project: str) -> tuple[FeedbackDecision, ...]:
        """The inbox's lines, in the order in which they came."""
        return self._home.files.read(self._path(project), "decisions about feedback", decisions)

    @contextmanager
    def held(self, project: str) -> Iterator[None]:
        """Nobody else, in whatever process, adds a line meanwhile."""
        lock = FileLock(self._path(project).with_suffix(".lock"))
        with lock.held(say("feedback.somebody_else_writes"), say("feedback.try_again")):
            yield

    def add(self, project: str, fresh: Sequence[Feedback]) -> None:
        """Further lines; one with the id of an earlier feedback stands in its place. The caller holds the file."""
        for one in fresh:
            append_line(self._path(project), {GIVEN: one.model_dump(mode="json", exclude_defaults=True)}, sync=True)

    def decide(self, project: str, fresh: Sequence[FeedbackDecision]) -> None:
        """Further lines of the inbox. The caller holds the file."""
        for one in fresh:
            append_line(self._path(project), {DECIDED: one.model_dump(mode="json", exclude_defaults=True)}, sync=True)

    def erase(self, project: str, goes: Callable[[Feedback], bool]) -> tuple[Feedback, ...]:
        """Every line of each feedback of which any line says what is to go; gives back what they were."""
        with self.held(project):
            return erase_lines(self._path(project), goes)

    def _path(self, project: str) -> Path:
        return self._home.project_folder(project) / FILE


def erase_lines(path: Path, goes: Callable[[Feedback], bool]) -> tuple[Feedback, ...]:
    """The file without every feedback that was ever so, whole or as it was before. The caller holds it."""
    gone = {one.id: one for one in ever_said(path) if goes(one)}
    if gone:
        lines = [line for line in read_lines(path) if subject_of(line) not in gone]
        write_bytes(path, b"".join(map(json_line, lines)))
    return tuple(gone.values())


def erase_with(path: Path, holds: Callable[[str], bool]) -> None:
    """The file without every feedback in which such a text stands: what would be left of it teaches nothing."""
    erase_lines(path, lambda one: any(map(holds, texts_of(one))))


def texts_of(one: Feedback) -> tuple[str, ...]:
    """All that people and models wrote in it."""
    return (*(turn.content for turn in one.turns), one.reply, one.correction or "", one.reason, one.author)


def ever_said(path: Path) -> Iterator[Feedback]:
    """Every feedback with every correction that it ever had, also those that were replaced since."""
    known: dict[str, Feedback] = {}
    for line in read_lines(path):
        if GIVEN in line:
            one = Feedback.model_validate(line[GIVEN])
        else:
            decision = FeedbackDecision.model_validate(line[DECIDED])
            if decision.feedback not in known:
                continue
            one = after(known[decision.feedback], decision)
        known[one.id] = one
        yield one


def subject_of(line: dict[str, dict[str, str]]) -> str:
    """Which feedback a line is about."""
    return line[GIVEN]["id"] if GIVEN in line else line[DECIDED]["feedback"]


def standing(path: Path) -> tuple[Feedback, ...]:
    """Each with its last words, and with the last decision since they were said."""
    found: dict[str, Feedback] = {}
    as_given: dict[str, Feedback] = {}
    for line in read_lines(path):
        if GIVEN in line:
            one = Feedback.model_validate(line[GIVEN])
            found[one.id] = as_given[one.id] = one
        else:
            decision = FeedbackDecision.model_validate(line[DECIDED])
            if decision.feedback in as_given:
                found[decision.feedback] = after(as_given[decision.feedback], decision)
    return tuple(found.values())


def after(given: Feedback, decision: FeedbackDecision) -> Feedback:
    """A feedback with what the inbox made of it."""
    words = {"correction": decision.correction} if decision.state == "changed" else {}
    turns = {"turns": decision.turns} if decision.turns else {}
    reply = {} if decision.reply is None else {"reply": decision.reply}
    return given.model_copy(update={"state": decision.state, **words, **turns, **reply})


def decisions(path: Path) -> tuple[FeedbackDecision, ...]:
    """All lines of the inbox."""
    return tuple(FeedbackDecision.model_validate(line[DECIDED]) for line in read_lines(path) if DECIDED in line)
