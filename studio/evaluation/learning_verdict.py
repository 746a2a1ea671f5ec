"""Is it learning? A verdict in words over the lines of a run's curve, by rules that are the same for every run.

In this order: numbers that are none or mistakes far above the beginning (out of control); a leap far above what the
starting model knew, in the lines and in the practice check, from which it did not come back clearly (out of control:
it forgot, and learns anew what it had); many jumps (unstable); the practice check rises twice while the mistakes on the
examples fall (learning by heart; Prechelt 1998 calls it generalisation loss); the newest practice check is clearly
worse than the best one (risen; without practice checks the lines themselves are judged so); the practice check hardly
improves any more, its newest one is not the best, and it lies far above the mistakes on the examples, which go on
falling (learning by heart, too: while boldness fades it need not rise); no fall beyond the noise, or one on its own
examples only (not learning yet); no fall any more (levelled off); else learning.

What is no accident is said at once. All else is judged by the lines up to the newest practice check, so that it changes
with the next check only; before the first one nothing is advised. Where the mistakes fell within the noise, or the
practice check had risen meanwhile, nothing can be said yet: neither “more boldly” nor “less” follows from that.
"""

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from statistics import fmean, median, stdev
from typing import Any, Literal

from studio.copy.catalog import has, say
from studio.schemas.run import AnswerComparison
from studio.schemas.sentence import Fact, Sentence, SentenceText

ENOUGH_LINES = 8  # lines of the curve before anything is said
ENOUGH_SHARE = 0.1  # of all steps; the first of them are a warm-up
RISE = 0.02  # the practice check is worse when it is so much above its best
FALL = 0.03  # the mistakes fell when they are so much below the beginning
HARDLY_ANY = 0.1  # a mistakes score that leaves nothing to learn
FAR_ABOVE = 2.0  # times the beginning: out of control
JUMP = 2.0  # times the lines before it: a jump
JUMPS = 3  # jumps among the last lines that make a run unstable
RECENT = 20  # the last lines
LEAP_LINES, LEAP_CHECK = 1.25, 1.15  # times the starting model's mistakes: a leap, in the lines and in the check
COME_BACK = 0.75  # times the starting model's mistakes: clearly better than it after all
GAP, GAP_AT_LEAST = 0.6, 0.3  # the mistakes on the examples against the practice check: far below it
STILL_FALLS = 0.9  # times the lines halfway: those on the examples go on falling
STILL_HIGH = 0.5  # times the starting model's: levelled off, and yet far from knowing the answers
SLOW = 0.15  # the last three practice checks gained less than this share
SHOWN = 0.005  # a smaller gain is not seen in the two decimals that the page shows


class LearningState(StrEnum):
    """What the curve says."""

    EARLY = "too early to tell"
    LEARNING = "learning"
    LEVELLED = "levelled off"
    NOT_YET = "not learning yet"
    RISEN = "risen"
    BY_HEART = "learning by heart"
    UNSTABLE = "unstable"
    OUT_OF_CONTROL = "out of control"

    @property
    def light(self) -> Literal["good", "wait", "warn", "bad"]:
        """The colour beside the sentence, which never speaks alone."""
        lights: dict[LearningState, Literal["good", "wait", "warn", "bad"]] = {
            LearningState.EARLY: "wait", LearningState.LEARNING: "good", LearningState.LEVELLED: "good",
            LearningState.OUT_OF_CONTROL: "bad",
        }  # fmt: skip
        return lights.get(self, "warn")


# Where one of these was seen, going on is no remedy: the page says meanwhile that one can stop, or should.
THROUGH = frozenset({LearningState.LEVELLED, LearningState.RISEN, LearningState.BY_HEART, LearningState.UNSTABLE,
                     LearningState.OUT_OF_CONTROL})  # fmt: skip


class LearningVerdict(SentenceText):
    """A state, the step since which it holds (if that can be said), why, and what to do next."""

    state: LearningState
    since_step: int | None = None
    next_step: str = ""

    @property
    def in_the_past(self) -> str:
        """The same of a run that is over."""
        return " ".join(say(_past(one.key), **one.facts) for one in self.said)


def _past(key: str) -> str:
    return f"{key}_past" if has(f"{key}_past") else key


def _judged(state: LearningState, reason: str, *more: Sentence, since: int | None = None, advice: str = "",
            **facts: Fact) -> LearningVerdict:  # fmt: skip
    told = Sentence.of(f"learning.{reason}", **facts)
    next_step = say(f"learning.{advice or reason}_next", **facts)
    return LearningVerdict(state=state, since_step=since, said=(told, *more), next_step=next_step)


def judge_learning(
    metrics: Sequence[Mapping[str, Any]], total_steps: int = 0, *, teaches_on: bool = False
) -> LearningVerdict:
    """The verdict over `{"step", "loss", "eval_loss", …}`; lines without a step and repeated steps are allowed.

    `teaches_on`: the curve begins with the version that it goes on from, not with the starting model.
    """
    found = _verdict(metrics, total_steps)
    return _of_version(found) if teaches_on else found


def not_better(metrics: Sequence[Mapping[str, Any]], *, teaches_on: bool = False) -> tuple[Sentence, Sentence] | None:
    """That no step was better in the practice check than the beginning, and what to do; None where one was, or where
    nothing can be said yet."""
    checks = points(metrics, "eval_loss")
    if len(checks) < 2 or checks[0][0] > 0:
        return None
    before, (step, after) = checks[0][1], min(checks[1:], key=lambda point: (point[1], point[0]))
    if after < before:
        return None
    key = "learning.not_better_on" if teaches_on else "learning.not_better"
    return Sentence.of(key, before=before, after=after, step=step), Sentence.of(f"{key}_next")


def kept_last(compared: AnswerComparison) -> Sentence:
    """Why the last saved point is the version though an earlier one had fewer mistakes in the practice check."""
    key = "learning.kept_last" if compared.low > 0 else "learning.kept_last_luck"
    facts = compared.model_dump(exclude={"seconds", "low", "high"})
    gain = round(compared.last, 1) - round(compared.best, 1)  # of the two as they are shown beside it
    return Sentence.of(key, gain=gain, **facts)


def _of_version(found: LearningVerdict) -> LearningVerdict:
    """The same verdict in the words of a run that goes on from a version."""
    said = tuple(Sentence.of(f"{one.key}_on", **one.facts) if has(f"{one.key}_on") else one for one in found.said)
    advice = f"{said[0].key}_next"
    next_step = say(advice, **said[0].facts) if said[0] != found.said[0] and has(advice) else found.next_step
    return LearningVerdict(state=found.state, since_step=found.since_step, said=said, next_step=next_step)


def _verdict(metrics: Sequence[Mapping[str, Any]], total_steps: int) -> LearningVerdict:
    broken = next((int(line["step"]) for line in metrics if _is_broken(line)), None)
    if broken is not None:
        return _out_of_control(broken, "broken", step=broken)
    losses, checks = points(metrics, "loss"), points(metrics, "eval_loss")
    if len(losses) < ENOUGH_LINES or losses[-1][0] < ENOUGH_SHARE * total_steps:
        return _judged(LearningState.EARLY, "early")
    wild = _runaway(losses) or _leapt(losses, checks) or _shaky(losses, points(metrics, "grad_norm"))
    if wild is not None:
        return wild
    if checks and losses[-1][0] < total_steps:
        if len(checks) < 2:
            waits = _risen(losses, checks) is not None or not _fell(losses, checks)
            return _judged(LearningState.EARLY, "early") if waits else _learning(losses, checks)
        losses = [point for point in losses if point[0] <= checks[-1][0]]
        if len(losses) < ENOUGH_LINES:
            return _judged(LearningState.EARLY, "early")
    return (
        _by_heart(losses, checks)
        or _risen(losses, checks)
        or _far_apart(losses, checks)
        or _not_yet(losses, checks)
        or _on_examples_only(losses, checks)
        or _levelled(losses, checks)
        or _learning(losses, checks)
    )


def points(metrics: Sequence[Mapping[str, Any]], name: str) -> list[tuple[int, float]]:
    """Step and value in order of steps; of several lines for one step the last one counts."""
    found = {int(line["step"]): float(line[name]) for line in metrics if "step" in line and line.get(name) is not None}
    return sorted(found.items())


def _is_broken(line: Mapping[str, Any]) -> bool:
    """A line whose score is not finite, which the run folder may have written as nothing at all (JSON's null)."""
    values = [line[name] for name in ("loss", "eval_loss") if "step" in line and name in line]
    numbers = [value for value in values if value is not None]
    return bool(values) and (not numbers or not all(map(math.isfinite, numbers)))


def _ends(losses: Sequence[tuple[int, float]]) -> tuple[list[float], list[float]]:
    """The first and the last fifth of the lines (three to twenty)."""
    width = min(RECENT, max(3, len(losses) // 5))
    return [value for _, value in losses[:width]], [value for _, value in losses[-width:]]


def _out_of_control(since: int, reason: str, **facts: Fact) -> LearningVerdict:
    return _judged(LearningState.OUT_OF_CONTROL, reason, since=since, advice="out_of_control", **facts)


def _runaway(losses: Sequence[tuple[int, float]]) -> LearningVerdict | None:
    first, last = _ends(losses)
    began, now = median(first), median(last)
    if now <= FAR_ABOVE * began or now <= began + 0.5:
        return None
    since = next(step for step, value in losses if value > FAR_ABOVE * began)
    return _out_of_control(since, "runaway", before=began, after=now)


def _leapt(losses: Sequence[tuple[int, float]], checks: Sequence[tuple[int, float]]) -> LearningVerdict | None:
    """Three lines in a row and a practice check far above the starting model's, and not clearly below it since."""
    if len(checks) < 2 or checks[0][0] > 0:
        return None
    start = checks[0][1]
    steady = [(losses[n][0], median(value for _, value in losses[n - 1 : n + 2])) for n in range(1, len(losses) - 1)]
    since, peak = max(steady, key=lambda point: point[1])
    worst = max(value for _, value in checks)
    if peak < LEAP_LINES * start or worst < LEAP_CHECK * start or checks[-1][1] < COME_BACK * start:
        return None
    return _out_of_control(since, "leapt", before=start, after=max(peak, worst))


def _jumps(values: Sequence[tuple[int, float]], times: float, above: float) -> list[int]:
    """Steps whose value lies far above the median of the ten before it."""
    found = []
    for place in range(5, len(values)):
        usual = median(value for _, value in values[max(0, place - 10) : place])
        step, value = values[place]
        if value > times * usual and value > usual + above:
            found.append(step)
    return found


def _shaky(losses: Sequence[tuple[int, float]], norms: Sequence[tuple[int, float]]) -> LearningVerdict | None:
    recent = losses[-RECENT:][0][0]
    jumps = sorted({*_jumps(losses, JUMP, 0.5), *_jumps(norms, 10.0, 1.0)})
    late = [step for step in jumps if step >= recent]
    if len(late) < JUMPS:
        return None
    return _judged(LearningState.UNSTABLE, "jumps", since=late[0], jumps=len(late), step=late[0])


def _by_heart(losses: Sequence[tuple[int, float]], checks: Sequence[tuple[int, float]]) -> LearningVerdict | None:
    """Two practice checks in a row clearly above the best one, while the examples themselves are known ever better."""
    if len(checks) < 3:
        return None
    best_step, best = min(checks, key=lambda point: (point[1], point[0]))
    after = [value for step, value in checks if step > best_step]
    if len(after) < 2 or min(after[-2:]) <= _worse_than(best):
        return None
    before = [value for step, value in losses if step <= best_step][-RECENT:]
    since = [value for step, value in losses if step > best_step][-RECENT:]
    if not before or not since or fmean(since) >= fmean(before):
        return None
    return _judged(LearningState.BY_HEART, "rises", since=best_step, step=best_step, before=best, after=after[-1])


def _worse_than(best: float) -> float:
    return best + max(0.01, RISE * best)


def _risen(losses: Sequence[tuple[int, float]], checks: Sequence[tuple[int, float]]) -> LearningVerdict | None:
    """The newest practice check clearly above the best; with fewer than two of them, the newest lines above the lowest.

    Lines are noisy, and the lowest of many is low by chance: they must differ by three standard errors as well.
    """
    if len(checks) >= 2:
        best_step, best = min(checks, key=lambda point: (point[1], point[0]))
        if checks[-1][1] <= _worse_than(best):
            return None
        reason = "risen" if best_step else "risen_at_once"
        return _judged(LearningState.RISEN, reason, since=best_step, step=best_step, before=best, after=checks[-1][1])
    last = _ends(losses)[1]
    earlier = losses[: -len(last)]
    windows = [earlier[place : place + len(last)] for place in range(len(earlier) - len(last) + 1)]
    if not windows:
        return None
    lowest = min(windows, key=lambda window: fmean(value for _, value in window))
    known = [value for _, value in lowest]
    noise = math.sqrt((stdev(known) ** 2 + stdev(last) ** 2) / len(last))
    if fmean(last) - fmean(known) <= max(FALL * fmean(known), 3 * noise):
        return None
    return _judged(LearningState.RISEN, "risen_on_examples", since=lowest[-1][0], step=lowest[-1][0],
                   before=fmean(known), after=fmean(last))  # fmt: skip


def _on_examples_only(losses: Sequence[tuple[int, float]], checks: Sequence[tuple[int, float]],
                      ) -> LearningVerdict | None:  # fmt: skip
    """Two practice checks after the first, and none clearly below it: what it learns does not reach other questions."""
    if len(checks) < 3 or min(value for _, value in checks) < (1 - FALL) * checks[0][1]:
        return None
    first, last = _ends(losses)
    return _judged(LearningState.NOT_YET, "only_examples", since=losses[0][0], before=fmean(first), after=fmean(last),
                   check=checks[-1][1])  # fmt: skip


def _far_apart(losses: Sequence[tuple[int, float]], checks: Sequence[tuple[int, float]]) -> LearningVerdict | None:
    """The practice check has all but stopped, far above the mistakes on the examples. Not while its newest one is the
    best: that version is kept, and “by heart since” an earlier step would say that it should not be."""
    if len(checks) < 5:
        return None
    best_before, best = min(value for _, value in checks[:-3]), min(value for _, value in checks)
    if checks[-1][1] <= best:
        return None
    known = fmean(_ends(losses)[1])
    halfway = fmean(value for _, value in losses[2 * len(losses) // 5 : 3 * len(losses) // 5])
    apart = known <= GAP * best and best - known >= GAP_AT_LEAST
    if not apart or known > STILL_FALLS * halfway or best < (1 - SLOW) * best_before:
        return None
    since = next(step for step, value in checks if value <= (1 + SLOW) * best)
    advice = "at_once" if checks[0] == (0, best) else ""
    return _judged(LearningState.BY_HEART, "far_apart", since=since, advice=advice, step=since, known=known, best=best)


def _fell(losses: Sequence[tuple[int, float]], checks: Sequence[tuple[int, float]]) -> bool:
    """Beyond the noise: the practice check by 3%, or the lines by 3% and by two standard errors."""
    if len(checks) >= 2 and min(value for _, value in checks) < (1 - FALL) * checks[0][1]:
        return True
    first, last = _ends(losses)
    noise = math.sqrt((stdev(first) ** 2) / len(first) + (stdev(last) ** 2) / len(last))
    return fmean(first) - fmean(last) > max(FALL * fmean(first), 2 * noise)


def _not_yet(losses: Sequence[tuple[int, float]], checks: Sequence[tuple[int, float]]) -> LearningVerdict | None:
    if _fell(losses, checks):
        return None
    first, last = _ends(losses)
    if fmean(first) < HARDLY_ANY:
        return _judged(LearningState.LEVELLED, "nothing_left", since=losses[0][0])
    before, after = fmean(first), fmean(last)
    rose = any(value > _worse_than(checks[0][1]) for _, value in checks[1:])
    if rose or after < (1 - FALL) * before:
        return _judged(LearningState.EARLY, "unclear", before=before, after=after)
    reason = "not_yet" if after > (1 + FALL) * before else "stays"
    return _judged(LearningState.NOT_YET, reason, since=losses[0][0], advice="not_yet", before=before, after=after)


def _levelled(losses: Sequence[tuple[int, float]], checks: Sequence[tuple[int, float]]) -> LearningVerdict | None:
    """The best of the last three practice checks is hardly better than the best before them.

    A share alone would never say so of a label model that is right and sure: its mistakes halve from next to nothing.
    """
    if len(checks) < 5:
        return None
    before = min(value for _, value in checks[:-3])
    if min(value for _, value in checks[-3:]) < before - max(RISE / 2 * before, SHOWN):
        return None
    step = next(step for step, value in checks if value <= before + SHOWN)
    start = checks[0][1]
    high = (Sentence.of("learning.still_high", before=start),) if before > STILL_HIGH * start else ()
    return _judged(LearningState.LEVELLED, "levelled", *high, since=step, step=step, level=before)


def _learning(losses: Sequence[tuple[int, float]], checks: Sequence[tuple[int, float]]) -> LearningVerdict:
    if len(checks) >= 2 and checks[-1][1] < checks[0][1]:
        reason, first, last = "falls", checks[0][1], checks[-1][1]
    else:
        begin, end = _ends(losses)
        reason, first, last = "falls_on_examples", fmean(begin), fmean(end)
    return _judged(LearningState.LEARNING, reason, since=losses[0][0], before=first, after=last)
