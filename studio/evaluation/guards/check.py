"""What a check of the report is: what it asks before and after teaching, and how it judges the answers.

A new one is one `RegressionCheck` in a file of its own, its name in `registry.py`, and its words in `copy/`. The exam,
the correction for several checks, the verdict, the page, the command line and the printed report take it from there.

Rules, the same for every check on a share of questions: *fail* when it is worse by 5 points or more, the 95% interval
of the paired difference lies below zero, and the paired test still says so when corrected for all checks together;
*warn* when it is worse by 5 points and could be luck; else *pass*. So two equal contestants fail some check in at most
5% of reports. Memorised canaries and private details have no such margin: one is enough to fail (Carlini et al. 2019).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from studio.evaluation.statistics.comparisons import ALPHA, mcnemar_mid_p
from studio.evaluation.statistics.intervals import Interval, rate_interval, yes_no_difference
from studio.schemas.example import Example, Message
from studio.schemas.report import Estimate, GuardExample, GuardResult
from studio.schemas.sentence import Sentence

WORSE = 0.05
SHOWN = 5
Chat = list[Message]
State = Literal["pass", "warn", "fail"]


class GuardProbe(NamedTuple):
    """One question: what is asked (two questions where names are swapped), and what goes with it."""

    check: str
    asked: tuple[str, ...]
    more: Any = None


class AnsweredProbes(NamedTuple):
    """A probe and what was replied to each of its questions, before and after teaching."""

    probe: GuardProbe
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class GuardInputs:
    """What a check may ask for. `folder` holds the probe sets, `imported` the rows as they came.

    `chat` makes a question a chat; `lose` gives for each chat the summed mistakes of its answer and the number of its
    pieces, of a contestant ("base", "tuned"), under a name for whoever waits.
    """

    folder: Path
    train: Sequence[Example] = ()
    imported: Sequence[Example] = ()
    chat: Callable[[str], Chat] = field(default=lambda question: [Message(role="user", content=question)])
    lose: Callable[[str, Sequence[Chat], str], list[tuple[float, int]]] = field(default=lambda *_: [])


@dataclass(frozen=True, kw_only=True)
class RegressionCheck:
    """One check. `judge` gets its answered probes and the level of its test; None: there was nothing to judge by.

    `needs_answers`: it is not judged before at least one of its probes was answered. `reads`: what `judge` hands to
    `lose` besides, under the name that it gives there.
    """

    name: str
    probes: Callable[[GuardInputs], list[GuardProbe]] = lambda material: []
    judge: Callable[[Sequence[AnsweredProbes], GuardInputs, float], GuardResult | None]
    needs_answers: bool = True
    reads: str = ""


def level_of(checks: Sequence[RegressionCheck]) -> float:
    """Of each test: two-sided, of which only the worse side counts, over all checks (Bonferroni)."""
    return 2 * ALPHA / max(1, len(checks))


def measured(interval: Interval) -> Estimate:
    """As a record."""
    return Estimate(value=interval.value, low=interval.low, high=interval.high)


def share(name: str, questions: Sequence[str], before: Sequence[str], after: Sequence[str],
          right: tuple[Sequence[bool], Sequence[bool]], action: str, level: float, *,
          counts_faults: bool = False) -> GuardResult:  # fmt: skip
    """The guard on a share of questions: `right` says of each whether it was fine before, and after.

    `counts_faults`: the guard is named after what should not be, so its shares are those of the other questions, and
    less is better.
    """
    first, second = right
    change = yes_no_difference(second, first)
    lost_now = sum(was and not now for was, now in zip(first, second, strict=True))
    won_now = sum(now and not was for was, now in zip(first, second, strict=True))
    state: State = "pass"
    if change.value <= -WORSE:
        state = "fail" if change.high < 0 and mcnemar_mid_p(won_now, lost_now) <= level else "warn"
    was, now = rate_interval(sum(first), len(first)), rate_interval(sum(second), len(second))
    if counts_faults:
        was, now, shift = _others(was), _others(now), yes_no_difference(first, second)
    else:
        shift = change
    improved = change.low > 0
    told = moved(name, state, improved, change.value, before=was.value, now=now.value, questions=len(questions))
    lost = [
        GuardExample(question=q, before=b, after=a)
        for q, b, a, fine, still in zip(questions, before, after, first, second, strict=True)
        if fine and not still
    ]
    return GuardResult(
        name=name, state=state, said=told, before=measured(was), after=measured(now), change=measured(shift),
        evidence=tuple(lost[:SHOWN]), improved=improved, less_is_better=counts_faults,
        next_action=action if state != "pass" else "",
    )  # fmt: skip


def _others(fine: Interval) -> Interval:
    return Interval(1 - fine.value, 1 - fine.high, 1 - fine.low)


def moved(name: str, state: State, improved: bool, gained: float, *, before: float, now: float, questions: int,
          sure: bool = False) -> tuple[Sentence, ...]:  # fmt: skip
    """What moved which way, and whether that is good. `gained`: above zero is better, whatever is counted.

    The words for it are `guard.<name>.worse`, `.same` and `.better`; the shares are said in percent. `sure`: a warning
    that is no luck.
    """
    if state == "pass" and not improved and gained < WORSE:
        way, judged = "same", ""
    elif gained < 0:
        way, judged = "worse", "is_worse" if state == "fail" or sure else "could_be_luck"
    else:
        way, judged = "better", "is_better" if improved else "luck_or_better"
    told = Sentence.of(f"guard.{name}.{way}", before=100 * before, now=100 * now, questions=questions)
    return (told, Sentence.of(f"guard.{judged}")) if judged else (told,)


def columns(answered: Sequence[AnsweredProbes]) -> tuple[list[str], list[str], list[str]]:
    """Questions, replies before and replies after, of probes with one question each."""
    return (
        [one.probe.asked[0] for one in answered],
        [one.before[0] for one in answered],
        [one.after[0] for one in answered],
    )
