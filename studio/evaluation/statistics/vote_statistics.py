"""Blind votes: who is preferred, how sure, when counting may stop, and whether people agree.

A tie and "both bad" prefer nobody: the win rate is wins / (wins + losses), the others are counted beside it.
Each question counts once, whoever voted on it: two people who agree on twelve questions have seen twelve, not
twenty-four. Test and interval hold however often they were looked at, so that counting may stop early.
"""

import math
import random
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Literal, NamedTuple

from studio.copy.catalog import say
from studio.evaluation.statistics.intervals import Interval
from studio.schemas.sentence import Sentence

Choice = Literal["left", "right", "tie", "both_bad"]
Outcome = Literal["one", "other", "tie", "both_bad"]
ERROR = 0.05  # how often equals may be called different, all looks together


class VoteTally(NamedTuple):
    """The reveal. `even` is how likely so lopsided a vote would be between equals, however often it was looked at."""

    wins: int
    losses: int
    ties: int
    both_bad: int
    win_rate: Interval | None
    even: float
    may_stop: bool
    said: tuple[Sentence, ...]

    @property
    def sentence(self) -> str:
        """In words."""
        return " ".join(map(str, self.said))


class BlindPair(NamedTuple):
    """Which contestant stands left for one question. Never sent to the page before the reveal."""

    question: int
    left: str
    right: str


def blind_plan(questions: int, one: str, other: str, seed: int) -> list[BlindPair]:
    """Questions in random order, each contestant left half the time (to within one), the same for the same seed."""
    dice = random.Random(seed)
    order = list(range(questions))
    dice.shuffle(order)
    sides = [place % 2 == 0 for place in range(questions)]
    if dice.random() < 0.5:
        sides = [not side for side in sides]
    dice.shuffle(sides)
    return [
        BlindPair(q, one, other) if side else BlindPair(q, other, one) for q, side in zip(order, sides, strict=True)
    ]


def unblind(choice: Choice, blind: BlindPair, one: str) -> Outcome:
    """What a choice of a side meant."""
    if choice in ("tie", "both_bad"):
        return choice
    chosen = blind.left if choice == "left" else blind.right
    return "one" if chosen == one else "other"


def log_evidence(wins: int, losses: int, rate: float) -> float:
    """Log of the likelihood ratio of "any win rate, all alike" to this one.

    It starts at 0; where the rate is the true one, the ratio is a martingale, so by Ville's inequality (1939) it ever
    exceeds 20 with a chance of at most 5% (mixture sequential probability ratio test, Robbins 1970).
    """
    mixture = math.lgamma(wins + 1) + math.lgamma(losses + 1) - math.lgamma(wins + losses + 2)
    given = (wins * math.log(rate) if wins else 0.0) + (losses * math.log1p(-rate) if losses else 0.0)
    return mixture - given


def always_valid_p(wins: int, losses: int) -> float:
    """A p-value of "they are equals" that may be looked at after every vote."""
    return min(1.0, math.exp(-log_evidence(wins, losses, 0.5)))


def always_valid_interval(wins: int, losses: int) -> Interval:
    """The win rates that the evidence does not speak against: a 95% interval that may be looked at after every vote.

    (Robbins' confidence sequence, 1970.) It leaves out one half exactly when `always_valid_p` is at most 5%.
    """
    middle, most = wins / (wins + losses), -math.log(ERROR)

    def limit(outer: float) -> float:
        inner = middle
        for _ in range(60):
            tried = (inner + outer) / 2
            if log_evidence(wins, losses, tried) < most:
                inner = tried
            else:
                outer = tried
        return inner

    return Interval(middle, limit(0.0) if wins else 0.0, limit(1.0) if losses else 1.0)


def majority(votes: Sequence[Outcome]) -> Outcome:
    """One question's outcome: what more people chose; nobody where the sides balance."""
    counts = Counter(votes)
    if counts["one"] != counts["other"]:
        return "one" if counts["one"] > counts["other"] else "other"
    return "both_bad" if counts["both_bad"] > counts["tie"] + counts["one"] + counts["other"] else "tie"


def first_choice(votes: Sequence[Outcome]) -> Outcome:
    """The first vote on a question that chose a side: later ones depend on it, so only this one is a fresh coin."""
    return next((vote for vote in votes if vote in ("one", "other")), majority(votes))


def tally(outcomes: Sequence[Outcome], one: str, other: str) -> VoteTally:
    """Count, weigh and say it: one person's votes, each on another question."""
    return tally_of_people([[outcome] for outcome in outcomes], one, other)


def tally_of_people(
    questions: Sequence[Sequence[Outcome]], one: str, other: str, exam_left: int | None = None
) -> VoteTally:
    """The same for several people: per question their votes in the order in which they came.

    `exam_left`: questions of the exam that nobody has voted on; None where that is not known.

    A preference is claimed when the first choices alone tell (this keeps the error rate whatever people copy from
    each other) and the majorities tell the same.
    """
    outcomes = [majority(votes) for votes in questions if votes]
    counts = Counter(outcomes)
    wins, losses = counts["one"], counts["other"]
    firsts = Counter(first_choice(votes) for votes in questions if votes)
    same_way = (wins - losses) * (firsts["one"] - firsts["other"]) > 0
    even = max(always_valid_p(wins, losses), always_valid_p(firsts["one"], firsts["other"])) if same_way else 1.0
    rate = always_valid_interval(wins, losses) if wins + losses else None
    told = even <= ERROR
    rest = Sentence.of("vote.rest", ties=counts["tie"], both_bad=counts["both_bad"])
    said = sentences(rate, wins, losses, rest, told, one, other, exam_left)
    return VoteTally(wins, losses, counts["tie"], counts["both_bad"], rate, even, told, said)


def sentences(rate: Interval | None, wins: int, losses: int, rest: Sentence, told: bool, one: str, other: str,
              exam_left: int | None = None) -> tuple[Sentence, ...]:  # fmt: skip
    """What may be said of it, and how many more votes would tell: never more than there are questions for."""
    if rate is None:
        return (Sentence.of("vote.nobody", rest=rest),)
    share = Sentence.of("vote.share", one=one, wins=wins, decided=wins + losses, rate=100 * rate.value,
                        low=100 * rate.low, high=100 * rate.high, rest=rest)  # fmt: skip
    if told:
        return Sentence.of("vote.told", ahead=one if wins > losses else other), share
    more = votes_needed(wins, losses)
    said = [Sentence.of("vote.not_told"), share]
    if more:
        said.append(Sentence.of("vote.more", more=more))
    if more and exam_left is not None and more > exam_left:
        said.append(Sentence.of("vote.exam_has", left=exam_left) if exam_left else Sentence.of("vote.exam_has_none"))
    return tuple(said)


def wins_needed(votes: int) -> int:
    """How many of so many decided votes one side has to win; 0 when even all would not be enough."""
    return next((wins for wins in range(votes // 2 + 1, votes + 1) if always_valid_p(wins, votes - wins) <= ERROR), 0)


def votes_needed(wins: int, losses: int, most: int = 2000) -> int:
    """How many more decided votes at this rate would settle it; 0 when even `most` would not (or it is settled)."""
    if always_valid_p(wins, losses) <= ERROR or wins == losses:
        return 0
    rate = (wins + 1) / (wins + losses + 2)
    for more in range(1, most + 1):
        if always_valid_p(wins + round(more * rate), losses + more - round(more * rate)) <= ERROR:
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
        return say("agreement.unmeasured")
    names = ((0.8, "almost_full"), (0.6, "substantial"), (0.4, "moderate"), (0.2, "fair"), (0.0, "slight"))
    name = next((name for least, name in names if kappa > least), "none")
    return say(f"agreement.{name}", kappa=kappa)
