"""Feedback: what people say about answers is kept, read in an inbox, and accepted, changed or left.

Nothing is taught by it until somebody with the right to change the project accepts it.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError
from studio.schemas.example import Message
from studio.schemas.loop.feedback import (
    JUDGEMENTS,
    LONGEST_REASON,
    LONGEST_TEXT,
    MOST_TURNS,
    Feedback,
    FeedbackDecision,
    FeedbackOrigin,
    FeedbackState,
    Judgement,
)
from studio.services.feedback.feedback_table import TableRead, read_table
from studio.storage.database import Database
from studio.storage.files import new_id
from studio.storage.home import Home
from studio.storage.loop.feedback_store import FeedbackStore, after


class FeedbackService:
    """The verbs around feedback."""

    def __init__(self, home: Home, ledger: Database, clock: Callable[[], datetime]) -> None:
        self._home, self._ledger, self._clock, self._store = home, ledger, clock, FeedbackStore(home)

    # Giving

    def add(
        self, project: str, *, by: str, key: str, origin: FeedbackOrigin, turns: Sequence[Message], reply: str,
        judgement: Judgement, version: str = "", fingerprint: str = "", contestant: str = "",
        correction: str | None = None, reason: str = "",
    ) -> Feedback:  # fmt: skip
        """One judgement, on disk before this returns. The same words with the same key are the same feedback; other
        words with it replace what was said before, until the inbox has decided: then DecidedAlready.
        """
        if version:
            self._of_project(project, version)
        fresh = made(
            new_id(self._clock()), key, origin, turns, reply, judgement, version, fingerprint, correction, reason, by,
            self._clock(), contestant,
        )  # fmt: skip
        with self._store.held(project):
            known = {one.key: one for one in self._store.all(project)}.get(fresh.key)
            if known is not None and said_again(known, fresh):
                return known
            if known is not None:
                refuse_decided(known)
                fresh = fresh.model_copy(update={"id": known.id})
            else:
                fresh = fresh.model_copy(update={"id": self._free_id(project, fresh.id)})
            self._store.add(project, [fresh])
        self._ledger.note(by, "feedback", f"{project}/{fresh.id}")
        return fresh

    def add_table(self, project: str, path: Path, name: str, *, by: str, version: str = "") -> TableRead:
        """Every row of a table (see `read_table`), each once however often the table comes."""
        if version:
            self._of_project(project, version)
        table = read_table(path, name)
        with self._store.held(project):
            known = {one.key for one in self._store.all(project)}
            fresh: list[Feedback] = []
            now = self._clock()
            for row in table.rows:
                if row.key not in known:
                    known.add(row.key)
                    fresh.append(
                        made(f"{new_id(now)}-{len(fresh) + 1}", row.key, "table", row.turns, row.reply, row.judgement,
                             version, "", row.correction, row.reason, row.author or by, now)
                    )  # fmt: skip
            self._store.add(project, fresh)
        if fresh:
            self._ledger.note(by, "feedback table", f"{project} {len(fresh)}")
        return table.account(kept=len(fresh))

    def take_back(self, project: str, id: str, *, by: str) -> None:
        """What she said herself is as if she had never said it; not once the inbox has decided."""
        mine = next((one for one in self._store.all(project) if one.id == id and one.author == by), None)
        if mine is None:
            raise NotFound(say("feedback.there_is_none"), hint=say("feedback.list_names_them"), where=id[:80])
        refuse_decided(mine)
        self._store.erase(project, lambda one: one.id == id)
        self._ledger.note(by, "feedback taken back", f"{project}/{id}")

    def find(self, project: str, key: str) -> Feedback | None:
        """What was said under this key; None: nothing yet."""
        return next((one for one in self._store.all(project) if one.key == key), None)

    # The inbox

    def all(self, project: str) -> tuple[Feedback, ...]:
        """Everything that was said, as it stands, oldest first."""
        self._home.project_folder(project)
        return self._store.all(project)

    def accepted(self, project: str) -> tuple[Feedback, ...]:
        """What the next version may learn from: accepted as it was given, or with other words."""
        return tuple(one for one in self.all(project) if one.state in ("accepted", "changed"))

    def accept(self, project: str, ids: Sequence[str], *, by: str, request_key: str = "") -> tuple[Feedback, ...]:
        """These count as they were given."""
        return self._decide(project, ids, "accepted", by=by, request_key=request_key)

    def accept_hidden(
        self, project: str, hidden: Sequence[Feedback], *, by: str, request_key: str = ""
    ) -> tuple[Feedback, ...]:  # fmt: skip
        """These count as they stand here: as `FeedbackInbox.hidden` made them, with every private detail hidden."""
        now = self._clock()
        return self._keep(project, [
            FeedbackDecision(id=new_id(now), feedback=one.id, state="accepted" if one.correction is None else "changed",
                             correction=one.correction, turns=one.turns, reply=one.reply, by=by, at=now,
                             key=request_key) for one in hidden
        ])  # fmt: skip

    def change(self, project: str, id: str, correction: str, *, by: str, request_key: str = "") -> Feedback:
        """This one counts, with these words as what should have been answered."""
        words = checked_text(correction, "correction")
        if not words:
            raise StudioError(say("feedback.correction_empty"), hint=say("feedback.write_answer"), where="correction")
        return self._decide(project, [id], "changed", by=by, correction=words, request_key=request_key)[0]

    def leave(self, project: str, ids: Sequence[str], *, by: str, request_key: str = "") -> tuple[Feedback, ...]:
        """Nothing is learned from these."""
        return self._decide(project, ids, "left", by=by, request_key=request_key)

    def reopen(self, project: str, ids: Sequence[str], *, by: str, request_key: str = "") -> tuple[Feedback, ...]:
        """Take the decision about these back: they are as they were given, and wait again."""
        return self._decide(project, ids, "new", by=by, request_key=request_key)

    def undo(self, project: str, *, by: str, request_key: str = "") -> tuple[Feedback, ...]:
        """Take the newest decision back that stands, with all that were decided by one press."""
        states = {one.id: one.state for one in self.all(project)}
        standing = [one for one in self._store.decisions(project) if states.get(one.feedback, "new") != "new"]
        if not standing:
            raise StudioError(say("feedback.nothing_decided"))
        last = standing[-1]
        ids = [one.feedback for one in standing if one.at == last.at and one.by == last.by]
        return self.reopen(project, list(dict.fromkeys(ids)), by=by, request_key=request_key)

    def _decide(
        self, project: str, ids: Sequence[str], state: FeedbackState, *, by: str, correction: str | None = None,
        request_key: str = "",
    ) -> tuple[Feedback, ...]:  # fmt: skip
        now = self._clock()
        return self._keep(project, [
            FeedbackDecision(id=new_id(now), feedback=id, state=state, correction=correction, by=by, at=now,
                             key=request_key) for id in dict.fromkeys(ids)
        ])  # fmt: skip

    def _keep(self, project: str, made: Sequence[FeedbackDecision]) -> tuple[Feedback, ...]:
        """The decisions that change anything, all at once, unless the press that they are of was heard before. What
        was hidden stays hidden whatever is decided next, until somebody takes the decision back."""
        with self._store.held(project):
            known = {one.id: one for one in self._store.all(project)}
            if missing := next((one.feedback for one in made if one.feedback not in known), None):
                raise NotFound(say("feedback.there_is_none"), hint=say("feedback.list_names_them"), where=missing[:80])
            before = self._store.decisions(project)
            keys, last = {one.key for one in before if one.key}, {one.feedback: one for one in before}
            wanted = [one.after(last.get(one.feedback)) for one in made if one.key not in keys]
            fresh = [one for one in wanted if changes(known[one.feedback], one)]
            self._store.decide(project, fresh)
            for state, count in Counter(one.state for one in fresh).items():
                self._ledger.note(fresh[0].by, f"feedback {state}", f"{project} {count}")
            now = {one.id: one for one in self._store.all(project)}
        return tuple(now[one.feedback] for one in made)

    # Within

    def _of_project(self, project: str, run: str) -> None:
        if self._home.run(run).spec.project != project:
            raise NotFound(say("home.there_no_run", run=run), hint=say("home.studio_runs_lists_runs"))

    def _free_id(self, project: str, id: str) -> str:
        taken = {one.id for one in self._store.all(project)}
        return next(name for name in (id, *(f"{id}-{n}" for n in range(1, len(taken) + 2))) if name not in taken)


def made(
    id: str, key: str, origin: FeedbackOrigin, turns: Sequence[Message], reply: str, judgement: str, version: str,
    fingerprint: str, correction: str | None, reason: str, author: str, at: datetime, contestant: str = "",
) -> Feedback:  # fmt: skip
    """A feedback whose texts were looked at: StudioError for what is empty, too long, or no judgement."""
    if judgement not in JUDGEMENTS:
        raise StudioError(say("feedback.no_judgement", judgement=str(judgement)[:40]),
                          hint=say("feedback.use_one_of", judgements=JUDGEMENTS), where="judgement")  # fmt: skip
    if not turns or not any(turn.role == "user" and turn.content.strip() for turn in turns):
        raise StudioError(say("feedback.no_question"), hint=say("feedback.say_question"), where="question")
    if len(turns) > MOST_TURNS:
        turns = [*(turn for turn in turns[:1] if turn.role == "system"), *turns[1 - MOST_TURNS :]]
    for turn in turns:
        checked_text(turn.content, "question")
    if not key.strip() or len(key) > 200:
        raise StudioError(say("feedback.key_unfit"), where="key")
    words = checked_text(correction or "", "correction") or None
    said = checked_text(reply, "reply")
    if words is not None and words == said.strip():
        words, judgement = None, "right"
    elif words is not None and judgement in ("right", "up"):
        judgement = "wrong"
    return Feedback(
        id=id, key=key, version=version, fingerprint=fingerprint, origin=origin, turns=tuple(turns), reply=reply,
        judgement=judgement, correction=words, reason=checked_text(reason, "reason", LONGEST_REASON), author=author,
        at=at, contestant=contestant,
    )  # fmt: skip


def checked_text(text: str, where: str, longest: int = LONGEST_TEXT) -> str:
    """The text without blanks around it; StudioError for one that is longer than anybody reads."""
    text = text.strip()
    if len(text) > longest:
        raise StudioError(say("feedback.too_long", count=len(text), longest=longest), hint=say("feedback.shorten"),
                          where=where)  # fmt: skip
    return text


def said_again(known: Feedback, fresh: Feedback) -> bool:
    """Whether both say the same of the same reply, whoever says it and when."""
    fields = {"judgement", "correction", "reason"}
    if known.state == "changed":
        return known.judgement == fresh.judgement and known.reason == fresh.reason
    return known.model_dump(include=fields) == fresh.model_dump(include=fields)


def changes(standing: Feedback, decision: FeedbackDecision) -> bool:
    """Whether the feedback is another one after this decision."""
    return after(standing, decision) != standing


class DecidedAlready(StudioError):
    """Its words stay as they are."""


def refuse_decided(known: Feedback) -> None:
    """DecidedAlready once the inbox has decided about it."""
    if known.state != "new":
        raise DecidedAlready(say("feedback.decided_already"), hint=say("feedback.reopen_first"), where=known.id)
