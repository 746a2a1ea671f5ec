"""Votes, corrections and thumbs as what preference training takes: better and worse replies, and single ones with a
thumb.

Of feedback only what the inbox accepted counts. Of blind votes only those of people who have finished or seen who was
who: nobody learns from a paper that is still in somebody's hands. Votes on the exam's questions are left out, since the
exam must stay unknown to every version; near copies of its questions are for `data.preferences` to find.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from studio.errors import NotFound
from studio.schemas.example import Message
from studio.schemas.loop.feedback import Feedback
from studio.schemas.loop.preference import PreferencePair, ThumbedReply
from studio.services.feedback.feedback_service import FeedbackService
from studio.services.votes.vote_service import BallotResult, VoteService

Judged = PreferencePair | ThumbedReply
EXAM, TIE, NO_JUDGEMENT = "exam", "tie", "says_nothing"


@dataclass(frozen=True)
class Judgements:
    """What can be learned from, and what not by its reason: `exam` votes on the exam's questions, `tie` votes that
    prefer neither reply, `says_nothing` feedback without a reply. A vote that calls both bad is two thumbs."""

    pairs: tuple[PreferencePair, ...]
    thumbs: tuple[ThumbedReply, ...]
    left_out: Mapping[str, int]

    @property
    def all(self) -> tuple[Judged, ...]:
        """Pairs, then thumbs."""
        return (*self.pairs, *self.thumbs)


class JudgementService:
    """What people's judgements of a project come to."""

    def __init__(self, feedback: FeedbackService, voting: VoteService) -> None:
        self._feedback, self._voting = feedback, voting

    def of(self, project: str) -> Judgements:
        """All of them, feedback first, each in the order in which it was given."""
        found: list[Judged] = []
        left: Counter[str] = Counter()
        for one in self._feedback.accepted(project):
            made = of_feedback(one)
            found += [made] if made else []
            left.update([] if made else [NO_JUDGEMENT])
        for result in self._results(project):
            for judged in of_votes(result):
                found += [judged] if not isinstance(judged, str) else []
                left.update([judged] if isinstance(judged, str) else [])
        pairs = tuple(one for one in found if isinstance(one, PreferencePair))
        return Judgements(pairs, tuple(one for one in found if isinstance(one, ThumbedReply)), dict(left))

    def _results(self, project: str) -> Iterator[BallotResult]:
        """Of every set that somebody has revealed, but for those about a run that was deleted."""
        for run in sorted({ballot.run for ballot in self._voting.ballots(project)}):
            with suppress(NotFound):
                yield from self._voting.revealed(run)


def of_feedback(one: Feedback) -> Judged | None:
    """A correction is better than the reply that it corrects; without one a reply was good or not. None: no reply."""
    if not one.reply.strip():
        return None
    if one.correction is not None and one.correction.strip() != one.reply.strip():
        return PreferencePair(turns=one.turns, chosen=one.correction, rejected=one.reply, origin=one.origin)
    good = one.opinion == "good"
    return ThumbedReply(turns=one.turns, reply=one.reply, good=good, origin=one.origin)


def of_votes(result: BallotResult) -> Iterator[Judged | str]:
    """Each vote of a ballot: the reply that was chosen is the better one; the reason where none was."""
    if result.ballot.source == "exam":
        yield from (EXAM for asked in result.questions for _ in asked.votes)
        return
    for example, asked in zip(result.ballot.questions, result.questions, strict=True):
        turns = turns_of(example.messages)
        for _, outcome in asked.votes:
            if outcome == "both_bad":
                yield from (ThumbedReply(turns=turns, reply=text, good=False, origin="vote")
                            for text in (asked.one, asked.other) if text.strip())  # fmt: skip
            elif outcome == "tie" or asked.one.strip() == asked.other.strip():
                yield TIE
            else:
                chosen, rejected = (asked.one, asked.other) if outcome == "one" else (asked.other, asked.one)
                yield PreferencePair(turns=turns, chosen=chosen, rejected=rejected, origin="vote")


def turns_of(messages: Sequence[Message]) -> tuple[Message, ...]:
    """A question with what stands before it, without the answer that the expert gave."""
    last = max((place for place, one in enumerate(messages) if one.role == "user"), default=len(messages) - 1)
    return tuple(messages[: last + 1])
