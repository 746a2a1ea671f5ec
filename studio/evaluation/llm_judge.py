"""A second opinion: what a model that judges prefers, and whether it may be listened to.

A judge is asked in both orders, since models like a place (Zheng et al. 2023, "Judging LLM-as-a-judge"); only what it
says in both is its opinion. Before its opinion counts, it is held against people's votes on the same questions:
at least `LEAST_QUESTIONS` that both decided, at least `LEAST_AGREED` of them alike, and more alike than the liking of
either for one side explains (Fisher's exact test, one-sided, at 5%, shared among all judges that were asked). So one
that chooses without reading counts in at most 5% of cases, however much it likes one side, and one that always names
the same side never counts. What a judge says is never added to people's votes.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from studio.copy.catalog import say
from studio.evaluation.statistics.intervals import Interval, rate_interval
from studio.evaluation.statistics.vote_statistics import ERROR, Outcome, cohen_kappa

Opinion = Literal["one", "other", "tie", "unread"]
Standing = Literal["counts", "too_few", "one_sided", "disagrees", "by_chance"]
Leans = tuple[float, float]  # towards one, in nats: where one stood first, and where the other did
LEAST_LEAN = 0.01  # below this it is the rounding of the weights
LEAST_QUESTIONS = 20
LEAST_AGREED = 0.8  # with twenty questions or more the lower limit is then above one half (16 of 20: 56%)
SIDES = ("one", "other")


class JudgeAgreement(NamedTuple):
    """A judge beside people. `both` questions were decided by people and by the judge, `agreed` of them alike."""

    standing: Standing
    both: int
    agreed: int
    agreement: Interval | None
    kappa: float | None
    by_chance: float
    ties: int
    unread: int
    questions: int

    @property
    def counts(self) -> bool:
        """Whether its opinion is told at all."""
        return self.standing == "counts"


class JudgeOnlyVotes(NamedTuple):
    """What a judge says where people did not decide."""

    wins: int
    losses: int


def leans_of(one_first: Leans, other_first: Leans) -> Leans:
    """From surprises at “the first is better” and “the second is better”, once in each order."""
    return one_first[1] - one_first[0], other_first[0] - other_first[1]


def opinion_of(leans: Leans | None) -> Opinion:
    """Whom it prefers in both orders; what it could not read whole, it has no opinion about."""
    if leans is None:
        return "unread"
    if min(leans) > LEAST_LEAN:
        return "one"
    return "other" if max(leans) < -LEAST_LEAN else "tie"


def check(people: Sequence[Outcome], judge: Sequence[Opinion], judges: int = 1) -> JudgeAgreement:
    """Hold it against people's outcomes, question by question. `judges`: how many were asked about these questions."""
    both = [(one, other) for one, other in zip(people, judge, strict=True) if one in SIDES and other in SIDES]
    agreed = sum(one == other for one, other in both)
    chance = by_chance(both)
    return JudgeAgreement(
        standing_of(both, agreed, chance, judges), len(both), agreed,
        rate_interval(agreed, len(both)) if both else None,
        cohen_kappa([one for one, _ in both], [other for _, other in both]) if both else None,
        chance, sum(said == "tie" for said in judge), sum(said == "unread" for said in judge), len(judge),
    )  # fmt: skip


def standing_of(both: Sequence[tuple[Outcome, Opinion]], agreed: int, chance: float, judges: int) -> Standing:
    """The rule, in its order."""
    if len(both) < LEAST_QUESTIONS:
        return "too_few"
    if len({one for one, _ in both}) == 1:
        return "one_sided"
    if agreed < LEAST_AGREED * len(both):
        return "disagrees"
    return "counts" if chance <= ERROR / max(1, judges) else "by_chance"


def by_chance(both: Sequence[tuple[Outcome, Opinion]]) -> float:
    """How likely so much agreement is for two who name each side as often as these do, and do not know each other."""
    from scipy.stats import hypergeom

    ones = sum(person == "one" for person, _ in both)
    said = sum(judge == "one" for _, judge in both)
    together = sum(person == judge == "one" for person, judge in both)
    return float(hypergeom.sf(together - 1, len(both), ones, said)) if both else 1.0


def beyond(people: Sequence[Outcome], judge: Sequence[Opinion]) -> JudgeOnlyVotes:
    """Its opinion about the questions that people left open."""
    left = [said for person, said in zip(people, judge, strict=True) if person not in SIDES]
    return JudgeOnlyVotes(left.count("one"), left.count("other"))


def in_words(judge: str, found: JudgeAgreement, rest: JudgeOnlyVotes, one: str, other: str) -> list[str]:
    """All that may be said: how it stands first, then what it left open, and what it adds only where it counts."""
    said = [say("judge.standing", judge=judge, standing=standing_in_words(found))]
    if 2 * found.ties > found.questions - found.unread:
        said.append(say("judge.ties", ties=found.ties, questions=found.questions))
    if found.unread:
        said.append(say("judge.unread", questions=found.unread))
    if found.counts:
        said.append(beyond_in_words(rest, one, other))
    return said


def standing_in_words(found: JudgeAgreement) -> str:
    """One documented sentence for each outcome of the check."""
    if found.agreement is None or found.standing == "too_few":
        return say("judge.too_few" if found.both else "judge.none_shared", both=found.both, needed=LEAST_QUESTIONS)
    agreement = found.agreement
    share = say(
        "judge.share" if found.kappa is None else "judge.share_kappa", agreed=found.agreed, both=found.both,
        share=100 * agreement.value, low=100 * agreement.low, high=100 * agreement.high, kappa=found.kappa,
    )  # fmt: skip
    return say(f"judge.{found.standing}", share=share, both=found.both, asked=100 * LEAST_AGREED)


def beyond_in_words(rest: JudgeOnlyVotes, one: str, other: str) -> str:
    """What it adds; apart from the votes, never among them."""
    total = rest.wins + rest.losses
    if not total:
        return say("judge.adds_nothing")
    ahead, often = (one, rest.wins) if rest.wins >= rest.losses else (other, rest.losses)
    limits = rate_interval(often, total)
    return say("judge.adds_all" if often == total else "judge.adds", total=total, ahead=ahead, often=often,
               share=100 * limits.value, low=100 * limits.low, high=100 * limits.high)  # fmt: skip
