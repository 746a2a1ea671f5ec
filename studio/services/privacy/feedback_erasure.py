"""What people said of answers goes for good, with all that was made of it: the rows that were taught by it, the exam's
answers, pairs, drafts, exports. Weights hold no words that could be taken out, so a version that learned them stays.

Three things take feedback away: a row that is withdrawn, a text that is forgotten (`forgetting`), and a person who is
removed. Of others nothing goes: words that somebody else said, too, or that stand in a row which is kept, stay there.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.loop.feedback import Feedback
from studio.schemas.loop.served_use import ServedUse
from studio.services.datasets.dataset_service import DatasetService
from studio.services.feedback.rows_about import asked, said_in
from studio.services.privacy.forgetting import LEARNED, ForgettingPlan, files_under, write_derived
from studio.services.privacy.redaction import LEAST_OF_WHOLE, Redactor
from studio.storage.database import Database
from studio.storage.drafts import DraftStore
from studio.storage.home import Home, read_card
from studio.storage.loop.feedback_store import FILE, FeedbackStore, erase_lines, ever_said
from studio.storage.loop.use_log import UseLog


@dataclass(frozen=True)
class Erased:
    """How much went from one project. `served`: answers to her of which the watch had kept a line."""

    project: str
    feedback: int
    rows: int
    files: int
    served: int = 0


class FeedbackErasure:
    """The verbs. A kill in the middle leaves whole files, and the same call again ends it: the feedback, by which the
    rest is found, goes last."""

    def __init__(self, home: Home, ledger: Database, examples: DatasetService) -> None:
        self._home, self._ledger, self._examples = home, ledger, examples
        self._store = FeedbackStore(home)

    def forget_author(self, project: str, author: str, *, by: str) -> Erased:
        """All that this person said of answers in this project, what was made of it, and what the watch keeps of her
        questions where an application named her."""
        log = UseLog(self._home)
        served = log.of_person(project, author)
        gone = [one for one in self._ever(project) if one.author == author]
        rows = self._withdraw(project, gone, by) if gone else 0
        files = self._clear(project, gone, served) if gone or served else 0
        ids, lines = {one.id for one in gone}, {one.id for one in served}
        if gone:
            self._store.erase(project, lambda one: one.id in ids)
        if served:
            log.erase(project, lambda use: use.id in lines)
        if gone or served:
            self._ledger.note(by, "forget feedback", f"{project} {len(ids)}")
        return Erased(project, len(ids), rows, files, len(served))

    def of_person(self, id: str, name: str, *, by: str) -> tuple[Erased, ...]:
        """The same in every project and in the trash, with what she typed there and did not send: she is removed."""
        drafts = DraftStore(self._home)
        done = []
        for project in self._home.all_projects():
            done.append(self.forget_author(project.id, name, by=by))
            drafts.forget(id, project.id)
        drafts.forget(id, "")
        for path in sorted((self._home.path / "trash").rglob(FILE)):
            clear_folder(path, name)
            erase_lines(path, lambda one: one.author == name)
        return tuple(one for one in done if one.feedback or one.served)

    # Within

    def _ever(self, project: str) -> list[Feedback]:
        """With every correction that each ever had."""
        return list(ever_said(self._home.project_folder(project) / FILE))

    def _withdraw(self, project: str, gone: Sequence[Feedback], by: str) -> int:
        """The rows that say what it taught, out of the examples and the exam."""
        taught = {(asked(one.question), one.correction.strip()) for one in gone if one.correction}
        exam = self._home.exam(project)
        held = [one.id for one in exam.examples if said_in(one) in taught] if exam else []
        self._home.withdraw_from_exam(project, held, by=by, reason="forgotten")
        try:
            newest = self._examples.newest(project)
        except StudioError:
            return 0  # no examples yet
        ids = [one.id for one in self._examples.view(project, newest).examples if said_in(one) in taught]
        if ids:
            said = say("feedback.forgotten", count=len(ids))
            self._examples.remove(project, newest, ids, by=by, sentence=said)
        return len(ids)

    def _clear(self, project: str, gone: Sequence[Feedback], served: Sequence[ServedUse]) -> int:
        """Its words, out of every file of the project: from twelve letters on, as everywhere. What an application said
        that she asked may have been asked of another model, too."""
        ids, lines = {one.id for one in gone}, {one.id for one in served}
        kept = [text for one in self._ever(project) if one.id not in ids for text in (*words_of(one), one.reply)]
        kept += [use.question for use in UseLog(self._home).all(project) if use.id not in lines]
        try:
            view = self._examples.view(project, self._examples.newest(project), exact=True)
        except StudioError:
            return 0
        kept += [message.content for example in view.examples for message in example.messages]
        removed = only_in({text for one in gone for text in words_of(one)} | {use.question for use in served}, kept)
        if not removed:
            return 0
        with self._examples.cache.lock:
            plan = ForgettingPlan(self._home, read_card(self._home.dataset_folder(project, view.id)),
                                  Redactor((), removed))  # fmt: skip
            places = [place for place in plan.places() if place.path.name != FILE]
            for place in places:
                plan.clear(place)
            for id in self._home.datasets(project):
                self._examples.cache.reopen(project, id)
            self._examples.view(project, view.id, exact=True)
        return len(places)


def clear_folder(feedback: Path, author: str) -> None:
    """Her words, out of every file beside this list of feedback: of a project in the trash, which may come back."""
    said = list(ever_said(feedback))
    kept = [text for one in said if one.author != author for text in (*words_of(one), one.reply)]
    removed = only_in({text for one in said if one.author == author for text in words_of(one)}, kept)
    eraser = Redactor((), removed)
    for path in files_under(feedback.parent) if removed else ():
        inside = path.relative_to(feedback.parent).parts
        if path != feedback and not set(inside) & LEARNED and eraser.stands_in(path):
            eraser.clear(path)
            write_derived(path)


def words_of(one: Feedback) -> Iterator[str]:
    """What she wrote herself: the correction, the reason, and in a conversation what she asked."""
    yield from filter(None, (one.correction, one.reason))
    if one.origin == "chat":
        yield from (turn.content for turn in one.turns if turn.role == "user")


def only_in(texts: Collection[str], kept: Iterable[str]) -> set[str]:
    """Those that stand in none of the texts that are kept, not even as a part of one."""
    found = {text.casefold(): text for text in texts if len(text) >= LEAST_OF_WHOLE}
    for other in kept:
        low = other.casefold()
        for small in [small for small in found if small in low]:
            del found[small]
    return set(found.values())
