"""The inbox: feedback beside what the checks, the taught rows, the exam and other people say about it."""

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from studio.copy.catalog import say
from studio.data.checks.examination import examine
from studio.data.checks.registry import CHECKS
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.errors import NotFound, StudioError
from studio.schemas.example import Example, Message
from studio.schemas.loop.feedback import Feedback
from studio.schemas.loop.inbox import Inbox, InboxEntry, InboxNote
from studio.schemas.sentence import Sentence
from studio.services.datasets.dataset_cache import RulesOf
from studio.services.datasets.dataset_service import DatasetService
from studio.services.feedback.contradictions import Voices, author_notes, contradictions_in, exam_questions_in
from studio.services.feedback.private_words import KINDS, private_notes, without_details
from studio.services.versions.learned_feedback import learned_by_newest, learned_in, not_learned_yet
from studio.storage.home import Home
from studio.storage.loop.feedback_store import FeedbackStore

FIRST_ROW = 10_000_000  # no table has so many rows: corrections have numbers of their own while they are compared
ROOM = 8  # inboxes that stay in memory
ROW_CHECKS = tuple(check for check in CHECKS if check.scope == "row" and check.kind not in KINDS)


class FeedbackInbox:
    """Reads; the verbs that decide are those of `FeedbackService`."""

    def __init__(self, home: Home, examples: DatasetService, rules: RulesOf) -> None:
        self._home, self._examples, self._rules = home, examples, rules
        self._store = FeedbackStore(home)
        self._kept: OrderedDict[str, tuple[Any, Inbox]] = OrderedDict()  # by project, with what it was made of

    def inbox(self, project: str) -> Inbox:
        """As it stands now. Worked out anew when feedback, examples or exam have changed."""
        given, exam = self._store.all(project), self._home.exam(project)
        not_learned = not_learned_yet(given, learned_by_newest(self._home, project))
        view = self._newest(project)
        mark = (
            self._store.mark(project),
            view.id if view else "",
            view.mark if view else "",
            exam.sha256 if exam else "",
            not_learned,
        )
        known = self._kept.get(project)
        if known is not None and known[0] == mark:
            self._kept.move_to_end(project)
            return known[1]
        rows = view.examples if view else ()
        texts = self._examples.cache.texts(view) if view else None
        found = self._of(project, view.id if view else "", given, rows, texts, exam.examples if exam else ())
        found = found.model_copy(update={"not_learned": not_learned})
        self._kept[project] = mark, found
        self._kept.move_to_end(project)
        while len(self._kept) > ROOM:
            self._kept.popitem(last=False)
        return found

    def in_short(self, project: str) -> str:
        """In words, without what speaks against any: for a page that must not wait until all were compared."""
        given = self._store.all(project)
        not_learned = not_learned_yet(given, learned_by_newest(self._home, project))
        return in_counts(counts_of([one for one in given if one.state == "new"]), not_learned)

    def accepted_waiting(self, project: str) -> int:
        """How many accepted ones no version has learned yet."""
        return not_learned_yet(self._store.all(project), learned_by_newest(self._home, project))

    def hidden(self, project: str, ids: Sequence[str]) -> tuple[Feedback, ...]:
        """These with every private detail in question, reply and correction behind its placeholder. The reply too:
        where better and worse replies are compared it is learned from."""
        given = {one.id: one for one in self._store.all(project)}
        if missing := next((id for id in ids if id not in given), None):
            raise NotFound(say("feedback.there_is_none"), hint=say("feedback.list_names_them"), where=missing[:80])
        view = self._newest(project)
        texts = self._examples.cache.texts(view) if view else None
        rules = self._private(project, view.id if view else "")
        return tuple(hidden_in(given[id], texts, rules) for id in dict.fromkeys(ids))

    def _private(self, project: str, dataset: str) -> Rules:
        """As for the rows beside which it would be learned: who signs these is known by their dataset."""
        return self._examples.cache.rules(project, dataset) if dataset else self._rules(project, "")

    def _newest(self, project: str) -> Any:
        try:
            return self._examples.view(project, self._examples.newest(project))
        except StudioError:
            return None  # no examples yet: there is nothing that feedback could contradict

    def _of(
        self, project: str, dataset: str, given: Sequence[Feedback], rows: Sequence[Example],
        texts: ExampleTexts | None, exam: Sequence[Example],
    ) -> Inbox:  # fmt: skip
        examples = [example_of(one, FIRST_ROW + place) for place, one in enumerate(given)]
        alive = [(example, one) for example, one in zip(examples, given, strict=True) if one.state != "left"]
        teaching = {example.id: one for example, one in zip(examples, given, strict=True) if one.teaches}
        of_exam = exam_questions_in([example for example, _ in alive], exam)
        against = contradictions_in(rows, [e for e in examples if e.id in teaching], texts,
                                    self._voices(project, dataset, given, teaching))  # fmt: skip
        doctor = self._doctor(project, dataset, {e.id: (e, one) for e, one in alive if one.state == "new"})
        entries = []
        for example, one in alive:
            notes = [*of_exam.get(example.id, ()), *against.notes.get(example.id, ()), *doctor.get(example.id, ())]
            entries.append(InboxEntry(feedback=one, notes=tuple(notes)))
        return Inbox(
            waiting=tuple(one for one in entries if one.feedback.state == "new"),
            counting=tuple(one for one in entries if one.feedback.state != "new"),
            left=tuple(one for one in given if one.state == "left"),
            authors=author_notes(against, Counter(one.author for one in teaching.values())),
        )

    def _voices(self, project: str, dataset: str, given: Sequence[Feedback], teaching: Mapping[str, Feedback],
                ) -> Voices:  # fmt: skip
        """Whose corrections these are, with those that were left, and which taught rows were made of whose."""
        authors = {one.id: one.author for one in given}
        rows = learned_in(self._home.dataset_folder(project, dataset)).rows if dataset else {}
        return Voices(
            {id: one.author for id, one in teaching.items()},
            {row: authors[source] for row, source in rows.items() if source in authors},
            frozenset(id for id, one in teaching.items() if one.state == "left"),
            frozenset(id for id, one in teaching.items() if one.state in ("accepted", "changed")),
        )

    def _doctor(
        self, project: str, dataset: str, waiting: Mapping[str, tuple[Example, Feedback]]
    ) -> dict[str, list[InboxNote]]:  # fmt: skip
        """What the checks of single rows see in what each would teach, and the private details in all of it: a thumb
        teaches, too, where better and worse replies are compared."""
        rules = self._private(project, dataset)
        taught = [example for example, one in waiting.values() if one.teaches]
        findings = examine(taught, private=rules, checks=ROW_CHECKS)
        ids = {example.row: example.id for example in taught}
        replies = [example.with_pair(one.question, one.reply) for example, one in waiting.values() if one.correction]
        found = private_notes([example for example, _ in waiting.values()], replies, rules)
        for finding in findings:
            said = Sentence.of(
                f"inbox_note.doctor_{finding.severity}", kind=Sentence.of(f"examples.reasons.{finding.kind}")
            )
            for row in finding.rows:
                found.setdefault(ids[row], []).append(InboxNote(kind="doctor", said=said))
        return found


def example_of(one: Feedback, number: int) -> Example:
    """The row that it would be; what is only a thumb has the reply as its answer."""
    return Example(id=f"r{number}", messages=(*one.turns, Message(role="assistant", content=one.answer)))


def hidden_in(one: Feedback, texts: ExampleTexts | None, rules: Rules) -> Feedback:
    """The feedback with its details hidden as they are in the rows of `texts`."""
    said = [Message(role="assistant", content=text) for text in (one.reply, one.correction) if text is not None]
    whole = Example(id=f"r{FIRST_ROW}", messages=(*one.turns, *said))
    turns = without_details(whole, texts, rules).messages
    reply, *correction = [turn.content for turn in turns[len(one.turns) :]]
    words = {"correction": correction[0]} if correction else {}
    return one.model_copy(update={"turns": turns[: len(one.turns)], "reply": reply, **words})


def in_words(inbox: Inbox) -> str:
    """“37 corrections, 12 thumbs down without an answer, 5 contradict what you taught.”"""
    noticed = {name: inbox.noticed(name) for name in ("contradicts", "disputed", "exam", "private", "doctor")}
    return in_counts({**counts_of([one.feedback for one in inbox.waiting]), **noticed}, inbox.not_learned)


def counts_of(waiting: Sequence[Feedback]) -> dict[str, int]:
    """Corrections, and what came without one."""
    bare = [one for one in waiting if one.correction is None]
    return {
        "corrections": len(waiting) - len(bare),
        "bad": sum(one.opinion != "good" for one in bare),
        "good": sum(one.opinion == "good" for one in bare),
    }


def in_counts(counts: Mapping[str, int], not_learned: int) -> str:
    """One sentence of those that are not 0, and one of what was accepted and is not learned yet."""
    told = [say(f"inbox_counts.{name}", count=count) for name, count in counts.items() if count]
    waits = ", ".join(told) + "." if told else say("inbox_counts.nothing")
    return waits + (f" {say('inbox_counts.not_learned', count=not_learned)}" if not_learned else "")
