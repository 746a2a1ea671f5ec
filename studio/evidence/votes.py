"""Blind votes: who is preferred, how sure, when counting may stop, and whether people agree.

A tie and "both bad" prefer nobody: the win rate is wins / (wins + losses), the others are counted beside it.
"""

import math
import random
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Literal, NamedTuple

from studio.evidence.intervals import Interval, rate_interval

Choice = Literal["left", "right", "tie", "both_bad"]
Outcome = Literal["one", "other", "tie", "both_bad"]


class Tally(NamedTuple):
    """The reveal. `even` is how likely so lopsided a vote would be between equals, however often it was looked at."""

    wins: int
    losses: int
    ties: int
    both_bad: int
    win_rate: Interval | None
    even: float
    may_stop: bool
    sentence: str


class Blind(NamedTuple):
    """Which contestant stands left for one question. Never sent to the page before the reveal."""

    question: int
    left: str
    right: str


def blind_plan(questions: int, one: str, other: str, seed: int) -> list[Blind]:
    """Questions in random order, each contestant left half the time (to within one), the same for the same seed."""
    dice = random.Random(seed)
    order = list(range(questions))
    dice.shuffle(order)
    sides = [place % 2 == 0 for place in range(questions)]
    if dice.random() < 0.5:
        sides = [not side for side in sides]
    dice.shuffle(sides)
    return [Blind(q, one, other) if side else Blind(q, other, one) for q, side in zip(order, sides, strict=True)]


def unblind(choice: Choice, blind: Blind, one: str) -> Outcome:
    """What a choice of a side meant."""
    if choice in ("tie", "both_bad"):
        return choice
    chosen = blind.left if choice == "left" else blind.right
    return "one" if chosen == one else "other"


def always_valid_p(wins: int, losses: int) -> float:
    """A p-value that may be looked at after every vote.

    The likelihood ratio of "any win rate, all alike" to "even" starts at 1 and is a martingale between equals; by
    Ville's inequality (1939) it ever exceeds 20 with a chance of at most 5% (mixture sequential probability ratio
    test, Robbins 1970). The smallest value seen so far counts; `sequential_p` keeps it.
    """
    total = wins + losses
    log_ratio = math.lgamma(wins + 1) + math.lgamma(losses + 1) - math.lgamma(total + 2) + total * math.log(2)
    return min(1.0, math.exp(-log_ratio))


def sequential_p(outcomes: Sequence[Outcome]) -> float:
    """The running minimum of `always_valid_p` over the votes in the order in which they came."""
    wins = losses = 0
    least = 1.0
    for outcome in outcomes:
        wins, losses = wins + (outcome == "one"), losses + (outcome == "other")
        least = min(least, always_valid_p(wins, losses))
    return least


def tally(outcomes: Sequence[Outcome], one: str, other: str) -> Tally:
    """Count, weigh and say it."""
    counts = Counter(outcomes)
    wins, losses = counts["one"], counts["other"]
    decided = wins + losses
    rate = rate_interval(wins, decided) if decided else None
    even = sequential_p(outcomes)
    rest = f"{counts['tie']} ties, {counts['both_bad']} both bad"
    if rate is None:
        said = f"Nobody was preferred yet ({rest})."
    else:
        share = f"{100 * rate.value:.0f}% (95%: {100 * rate.low:.0f} to {100 * rate.high:.0f}) of {decided} votes"
        if even <= 0.05:
            ahead = one if wins > losses else other
            said = f"{ahead} is preferred: {one} won {share}; {rest}."
        else:
            more = votes_needed(wins, losses)
            ask = f" About {more} more votes would tell." if more else ""
            said = f"Not enough votes to tell: {one} won {share}; {rest}.{ask}"
    return Tally(wins, losses, counts["tie"], counts["both_bad"], rate, even, even <= 0.05, said)


def votes_needed(wins: int, losses: int, most: int = 2000) -> int:
    """How many more decided votes at this rate would settle it; 0 when even `most` would not (or it is settled)."""
    if always_valid_p(wins, losses) <= 0.05 or wins == losses:
        return 0
    rate = (wins + 1) / (wins + losses + 2)
    for more in range(1, most + 1):
        if always_valid_p(wins + round(more * rate), losses + more - round(more * rate)) <= 0.05:
            return more
    return 0


def cohen_kappa(one: Sequence[Hashable], other: Sequence[Hashable]) -> float | None:
    """Agreement of two people beyond chance (Cohen 1960); None when chance alone would agree always."""
    if len(one) != len(other) or not one:
        raise ValueError("both must have voted on the same questions")
    agreed = sum(a == b for a, b in zip(one, other, strict=True)) / len(one)
    first, second = Counter(one), Counter(other)
    chance = sum(first[kind] * second[kind] for kind in first) / len(one) ** 2
    return None if math.isclose(chance, 1.0) else (agreed - chance) / (1 - chance)


def fleiss_kappa(votes: Sequence[Mapping[Hashable, int]]) -> float | None:
    """Agreement of several people (Fleiss 1971): per question, how many chose what; the same number on each."""
    people = {sum(question.values()) for question in votes}
    if len(people) != 1 or people == {0} or people == {1}:
        raise ValueError("the same two or more people must have voted on every question")
    number = people.pop()
    agreed = sum((sum(c * c for c in q.values()) - number) / (number * (number - 1)) for q in votes) / len(votes)
    shares: Counter[Hashable] = Counter()
    for question in votes:
        shares.update(question)
    chance = sum((count / (number * len(votes))) ** 2 for count in shares.values())
    return None if math.isclose(chance, 1.0) else (agreed - chance) / (1 - chance)


def agreement_in_words(kappa: float | None) -> str:
    """Landis and Koch's names (1977)."""
    if kappa is None:
        return "everybody gave one and the same answer, so agreement cannot be measured"
    for least, name in ((0.8, "almost full"), (0.6, "substantial"), (0.4, "moderate"), (0.2, "fair"), (0.0, "slight")):
        if kappa > least:
            return f"{name} agreement (kappa {kappa:.2f})"
    return f"no agreement beyond chance (kappa {kappa:.2f})"
