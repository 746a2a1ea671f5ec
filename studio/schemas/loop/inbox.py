"""The inbox of feedback: what waits, what was noticed about each, and what was decided."""

from typing import Literal

from studio.schemas.base import Record
from studio.schemas.loop.feedback import Feedback
from studio.schemas.sentence import Sentence

NoteKind = Literal["contradicts", "disputed", "exam", "private", "doctor"]


class InboxNote(Record):
    """Something to know before a feedback is accepted. `doctor`: what the checks of every upload see; `private`: that
    it holds details of somebody."""

    kind: NoteKind
    said: Sentence

    @property
    def text(self) -> str:
        """In the language of the reader."""
        return str(self.said)


class InboxEntry(Record):
    """A feedback and what was noticed about it."""

    feedback: Feedback
    notes: tuple[InboxNote, ...] = ()

    @property
    def is_private(self) -> bool:
        """Whether it would teach details of somebody."""
        return any(note.kind == "private" for note in self.notes)


class AuthorNote(Record):
    """Somebody whose corrections contradict what more people say, or what is taught: so many of so many."""

    author: str
    contradicting: int
    corrections: int


class Inbox(Record):
    """All feedback of a project, oldest first, in three parts: what waits, what counts, and what was left.

    `not_learned`: how many of those that count and teach something no version has learned yet.
    """

    waiting: tuple[InboxEntry, ...] = ()
    counting: tuple[InboxEntry, ...] = ()
    left: tuple[Feedback, ...] = ()
    authors: tuple[AuthorNote, ...] = ()
    not_learned: int = 0

    @property
    def plain(self) -> tuple[str, ...]:
        """The ids of those that wait, say what to answer or whether it was good, and of which nothing was noticed."""
        return tuple(one.feedback.id for one in self.waiting if not one.notes)

    def noticed(self, kind: NoteKind) -> int:
        """Of how many that wait something of this kind was noticed."""
        return sum(any(note.kind == kind for note in one.notes) for one in self.waiting)
