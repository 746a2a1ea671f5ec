"""How many answers are wrong, told from a sample that a person looked at.

The interval is Clopper and Pearson's (1934): exact for draws with replacement, and too wide rather than too narrow for
a sample without. It holds when all that was drawn was looked at, however many of them were wrong: who stops in between,
because she likes what she sees, has no interval.
"""

from typing import NamedTuple

from studio.evaluation.statistics.intervals import rate_interval
from studio.schemas.sentence import Sentence

LEAST_DRAWN, USUAL_DRAWN = 10, 40


class SamplingCheck(NamedTuple):
    """`wrong` of `looked` answers, of `answers` in all: the limits of the share that is wrong, at 95%."""

    wrong: int
    looked: int
    answers: int
    low: float
    high: float


def sampling_check(wrong: int, looked: int, answers: int) -> SamplingCheck:
    """What a finished sample says. Who looked at all of them knows the share."""
    if not looked or looked >= answers:
        share = wrong / looked if looked else 0.0
        return SamplingCheck(wrong, looked, answers, share, share if looked else 1.0)
    found = rate_interval(wrong, looked)
    return SamplingCheck(wrong, looked, answers, found.low, found.high)


def more_to_look_at(found: SamplingCheck) -> int:
    """How many more answers make the interval about half as wide, if as large a share of them is wrong; 0: no number
    short of all does, or all were looked at."""
    wanted = (found.high - found.low) / 2
    if not found.looked or found.looked >= found.answers:
        return 0
    low, high = found.looked + 1, found.answers - 1
    while low < high:
        middle = (low + high) // 2
        limits = rate_interval(round(found.wrong * middle / found.looked), middle)
        low, high = (low, middle) if limits.high - limits.low <= wanted else (middle + 1, high)
    limits = rate_interval(round(found.wrong * low / found.looked), low)
    return low - found.looked if limits.high - limits.low <= wanted else 0


def in_words(found: SamplingCheck) -> tuple[Sentence, ...]:
    """“Of 40 looked at 3 were wrong: between 2% and 20% of all 400.” And how many more halve that span."""
    if not found.looked:
        return (Sentence.of("distillation.nobody_looked", answers=found.answers),)
    if found.looked >= found.answers:
        return (Sentence.of("distillation.all_looked_at", answers=found.answers, wrong=found.wrong),)
    said = Sentence.of("distillation.looked_at", looked=found.looked, wrong=found.wrong, low=found.low,
                       high=found.high, answers=found.answers)  # fmt: skip
    more = more_to_look_at(found)
    return (said, Sentence.of("distillation.look_at_more", more=more)) if more else (said,)
