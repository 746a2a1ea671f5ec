"""Whether a version moved towards what people preferred: read off judgements that were kept aside, with its interval.

A version moved the right way on a pair when the better reply gained more likelihood, against the version that it began
with, than the worse one did; on two thumbs, when the reply with the thumb up did. One that learned nothing does so by
chance in half of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from studio.evaluation.statistics.intervals import Interval, rate_interval, yes_no_difference
from studio.schemas.loop.preference import Judgement, PreferencePair, ThumbedReply
from studio.schemas.loop.preference_report import Moved, Plain, PreferenceEvidence
from studio.schemas.sentence import Sentence

FEWEST_ASIDE = 6  # with fewer even moving the right way in all of them could be luck


@dataclass(frozen=True)
class MoveEvidence:
    """In how many of the judgements kept aside it moved the right way, of how many, and what follows."""

    right: int
    count: int
    rate: Interval
    verdict: Moved


def moves_in(judged: Sequence[Judgement], before: Sequence[float], after: Sequence[float]) -> list[float]:
    """By how many nats the better reply gained more than the worse one, for each pair, then for each two thumbs.

    `before`, `after`: the mistakes score of every reply, in order. Thumbs up and down are put together as they come,
    as far as the rarer ones reach.
    """
    gains = iter([one - other for one, other in zip(before, after, strict=True)])
    moves: list[float] = []
    ups: list[float] = []
    downs: list[float] = []
    for one in judged:
        if isinstance(one, PreferencePair):
            moves.append(next(gains) - next(gains))
        elif isinstance(one, ThumbedReply):
            (ups if one.good else downs).append(next(gains))
    return [*moves, *(up - down for up, down in zip(ups, downs, strict=False))]


def better_that_fell(judged: Sequence[Judgement], before: Sequence[float], after: Sequence[float]) -> tuple[int, int]:
    """In how many judgements the better reply itself became less likely, of how many that have one."""
    gains = iter([one - other for one, other in zip(before, after, strict=True)])
    each = [(one, [next(gains) for _ in one.replies]) for one in judged]
    better = [found[0] for one, found in each if isinstance(one, PreferencePair) or one.good]
    return sum(gain < 0 for gain in better), len(better)


def judge_moves(moves: Sequence[float]) -> MoveEvidence:
    """Better when even the lower end of the interval (exact, 95%) is above a half."""
    right, count = sum(move > 0 for move in moves), len(moves)
    rate = rate_interval(right, count) if count else Interval(0.5, 0.0, 1.0)
    if count < FEWEST_ASIDE:
        return MoveEvidence(right, count, rate, "too_few")
    return MoveEvidence(right, count, rate, "better" if rate.low > 0.5 else "worse" if rate.high < 0.5 else "no_better")


def evidence_of(
    moves: Sequence[float], plain: Sequence[float] | None, exam: Interval | None, plain_exam: Interval | None,
    fell: tuple[int, int] = (0, 0),
) -> PreferenceEvidence:  # fmt: skip
    """The record for the report. `exam`: its lead over the version that it began with; `plain_exam`: over the version
    that was plainly taught the better replies, whose own moves are `plain`. `fell`: as `better_that_fell` counts."""
    found = judge_moves(moves)
    said = [Sentence.of(f"moves.{found.verdict}", count=found.count, right=found.right, low=found.rate.low,
                        high=found.rate.high)]  # fmt: skip
    if 2 * fell[0] > fell[1]:  # told apart, and yet none of them is said: both replies may have become unlikely
        said.append(Sentence.of("moves.better_fell", fell=fell[0], count=fell[1]))
    if exam is not None:
        side = "better" if exam.low > 0 else "worse" if exam.high < 0 else "same"
        said.append(Sentence.of(f"moves.exam_{side}", **in_points(exam)))
    verdict: Plain = "untried"
    plain_right = None
    if plain:
        gap, plain_right = yes_no_difference([one > 0 for one in moves], [one > 0 for one in plain]), right_in(plain)
        verdict = "less" if gap.low > 0 else "more" if gap.high < 0 else "as_good"
        said.append(Sentence.of(f"moves.plain_{verdict}", plain=plain_right, count=len(plain), **in_points(gap)))
        if plain_exam is not None:
            said.append(Sentence.of("moves.plain_exam", **in_points(plain_exam)))
    else:
        said.append(Sentence.of("moves.plain_untried"))
    return PreferenceEvidence(
        said=tuple(said), verdict=found.verdict, right=found.right, count=found.count, low=found.rate.low,
        high=found.rate.high, plain=verdict, plain_right=plain_right,
    )  # fmt: skip


def right_in(moves: Sequence[float]) -> int:
    """In how many it moved the right way."""
    return sum(move > 0 for move in moves)


def in_points(gap: Interval) -> dict[str, float]:
    """A difference of shares in points of a hundred."""
    return {"value": 100 * gap.value, "low": 100 * gap.low, "high": 100 * gap.high}
