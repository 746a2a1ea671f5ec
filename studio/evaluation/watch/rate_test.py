"""A bet against "this share is no worse than it was at release", one yes or no at a time."""

import math
from functools import lru_cache
from typing import Literal, Self

from studio.evaluation.statistics.intervals import rate_interval
from studio.schemas.base import Record

SHIFTS = (0.4, 0.8, 1.6)  # alternatives that are betted on, in log-odds away from the rate at release
AT_ONCE = 0.5  # of the stake is on a change at the first bet, the rest on later ones:
HALF_LATER = 500  # half of that on the first so many bets
RAREST = 1e-3  # a rate nearer to 0 or 1 is taken for this one, so that one outcome is not everything
RICHEST = 1e100
Side = Literal["rise", "fall"]


class RateBets(Record):
    """The wealth so far, which starts at 1: what is staked on each alternative, and what is still kept in cash.

    A mixture of likelihood ratios over alternatives and over the moment of change (Wald 1947; Shiryaev 1963): a test
    supermartingale while the true rate is on the harmless side of `null` (Ramdas, Gruenwald, Vovk and Shafer 2023).
    """

    side: Side
    bets: int = 0
    staked: tuple[float, float, float] = (AT_ONCE / 3, AT_ONCE / 3, AT_ONCE / 3)
    highest: float = 1.0  # wealth at any time

    @property
    def cash(self) -> float:
        """Not yet staked: on changes that come after the bets so far."""
        return (1 - AT_ONCE) * HALF_LATER / (HALF_LATER + self.bets)

    @property
    def wealth(self) -> float:
        """At least 1/alpha at any time: with probability alpha at most where nothing has changed."""
        return self.cash + sum(self.staked)

    def after(self, outcome: bool, null: float) -> Self:
        """One more bet. `null` may change from bet to bet, but must be known before the outcome is."""
        later = self.model_copy(update={"bets": self.bets + 1})
        fresh = (self.cash - later.cash) / len(SHIFTS)
        ratios = likelihood_ratios(self.side, null, outcome)
        first, second, third = (
            min(staked * ratio + fresh, RICHEST) for staked, ratio in zip(self.staked, ratios, strict=True)
        )
        wealth = later.cash + first + second + third
        return later.model_copy(update={"staked": (first, second, third), "highest": max(self.highest, wealth)})


@lru_cache(maxsize=4096)
def likelihood_ratios(side: Side, null: float, outcome: bool) -> tuple[float, ...]:
    """Of each alternative against `null`. A null of 1 for a rise, or 0 for a fall, cannot be spoken against."""
    rate = max(null, RAREST) if side == "rise" else min(null, 1 - RAREST)
    if not 0 < rate < 1:
        return (1.0,) * len(SHIFTS)
    odds = [rate / (1 - rate) * math.exp(shift if side == "rise" else -shift) for shift in SHIFTS]
    return tuple((one / (1 + one)) / rate if outcome else (1 / (1 + one)) / (1 - rate) for one in odds)


@lru_cache(maxsize=4096)
def worst_harmless(yes: int, count: int, side: Side, share: float) -> float:
    """The rate at release with its own doubt: the one-sided limit of Clopper and Pearson (1934), wrong with probability
    `share` at most."""
    limits = rate_interval(yes, count, 1 - 2 * share)
    return limits.high if side == "rise" else limits.low


class EarlierRate(Record):
    """What the versions before were like, and the bets against this one's being worse. They go on from version to
    version: what nobody mended is worse than once, whichever version answers."""

    yes: int
    count: int
    versions: int = 1  # that are counted in it
    bets: RateBets

    def null(self, alpha: float) -> float:
        """The rate with its doubt. Each version that joins has its share of that: 1/2, 1/6, 1/12, …"""
        return worst_harmless(self.yes, self.count, self.bets.side, alpha / (self.versions * (self.versions + 1)))


class RateWatch(Record):
    """Learns the rate from the first outcomes after release, unless it is named; then bets against its getting worse.

    A fifth of `alpha` is for the doubt about the rate, the rest for the bets. Where versions before were watched, half
    of both is for a second bet, from the first outcome on: that this one is no worse than those. What is wrong from
    its first day on would otherwise be learned as what is usual.
    """

    side: Side
    alpha: float
    named: float | None = None  # the rate at release, where somebody knows it
    wanted: int = 100  # outcomes that stand for the release
    reference_yes: int = 0
    reference_count: int = 0
    yes: int = 0  # outcomes since
    bets: RateBets
    earlier: EarlierRate | None = None

    @classmethod
    def starting(cls, side: Side, alpha: float, *, named: float | None = None, wanted: int = 100,
                 before: Self | None = None) -> Self:  # fmt: skip
        """Before any outcome; `before` is how the version before stands. A rate that is named counts for both."""
        earlier = before.carried if before is not None and named is None else None
        return cls(side=side, alpha=alpha, named=named, wanted=wanted, bets=RateBets(side=side), earlier=earlier)

    @property
    def is_learning(self) -> bool:
        """Whether the rate at release is not yet known."""
        return self.named is None and self.reference_count < self.wanted

    @property
    def rate(self) -> float | None:
        """The rate at release, as far as it is known."""
        if self.named is not None:
            return self.named
        return self.reference_yes / self.reference_count if self.reference_count else None

    @property
    def earlier_rate(self) -> float | None:
        """The rate of the versions before, where they were watched."""
        return self.earlier.yes / self.earlier.count if self.earlier else None

    @property
    def carried(self) -> EarlierRate | None:
        """What the next version is held to: all outcomes of this one and those before. Of one that got worse only what
        it was at release counts, and of one that is worse than those before nothing: that is nobody's measure."""
        if self.is_worse_than_earlier and self.earlier is not None:
            return self.earlier.model_copy(update={"bets": RateBets(side=self.side)})
        if self.is_learning or self.named is not None:
            return self.earlier
        yes, count = (0, 0) if self.is_alarmed else (self.yes, self.bets.bets)
        before = self.earlier or EarlierRate(yes=0, count=0, versions=0, bets=RateBets(side=self.side))
        return EarlierRate(yes=before.yes + self.reference_yes + yes, count=before.count + self.reference_count + count,
                           versions=before.versions + 1, bets=before.bets)  # fmt: skip

    @property
    def is_worse_than_earlier(self) -> bool:
        """Whether the bets against the versions before have won enough at any time."""
        return self.earlier is not None and self.earlier.bets.highest * self._own_alpha * 0.8 >= 1

    @property
    def is_alarmed(self) -> bool:
        """Whether any bets have won enough at any time."""
        own = self.bets.highest * self._own_alpha * (1.0 if self.named is not None else 0.8) >= 1
        return own or self.is_worse_than_earlier

    def after(self, outcome: bool) -> Self:
        """One more outcome."""
        one = self._against_earlier(outcome)
        if one.is_learning:
            return one.model_copy(update={"reference_yes": one.reference_yes + outcome,
                                          "reference_count": one.reference_count + 1})  # fmt: skip
        null = one.named
        if null is None:
            null = worst_harmless(one.reference_yes, one.reference_count, one.side, one._own_alpha / 5)
        return one.model_copy(update={"yes": one.yes + outcome, "bets": one.bets.after(outcome, null)})

    @property
    def _own_alpha(self) -> float:
        return self.alpha / 2 if self.earlier else self.alpha

    def _against_earlier(self, outcome: bool) -> Self:
        if self.earlier is None:
            return self
        bets = self.earlier.bets.after(outcome, self.earlier.null(self._own_alpha / 5))
        return self.model_copy(update={"earlier": self.earlier.model_copy(update={"bets": bets})})
