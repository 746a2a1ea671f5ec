"""Times and sizes as a person says them."""

import math

from studio.copy.catalog import say

DAYS_FROM = 36 * 3600
LEAST_FREE = 0.05  # of a computer that others keep busy: a run always gets a little


def duration(seconds: float | None) -> str:
    """`about 40 seconds`, `about 6 minutes`, `about 2 hours`, `about 3 days`; what is not known is said so."""
    if seconds is None:
        return say("common.not_known_yet")
    if seconds < 90:
        return say("common.about_seconds", value=max(5, round(seconds / 5) * 5))
    if seconds < 5400:
        return say("common.about", seconds=round(seconds / 60))
    if seconds < DAYS_FROM:
        return say("common.about_hours", seconds=seconds / 3600)
    return say("common.about_days", days=max(2, round(seconds / 86400)))


def roughly(seconds: float) -> str:
    """What is told from sizes alone, before anything was measured: not finer than it is known."""
    if seconds < 60:
        return say("common.under_a_minute")
    if seconds < 180:
        return say("common.minute_or_two")
    if seconds < 600:
        return say("common.few_minutes")
    if seconds < 5400:
        return say("common.about", seconds=round(seconds / 300) * 5)
    return duration(seconds)


def rough_size(amount: int) -> str:
    """The same for memory: `less than 1 GB`, `about 1.5 GB`."""
    if amount < 1e9:
        return say("common.under_a_gigabyte")
    halves = math.ceil(amount / 5e8) / 2
    return say("common.about_gigabytes", value=f"{halves if halves < 10 else round(amount / 1e9):g}")


def took(seconds: float) -> str:
    """What was measured: `40 s`, `6 min 10 s`, `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return say("common.took_seconds", seconds=whole)
    if whole < 3600:
        return say("common.took_minutes", minutes=whole // 60, seconds=whole % 60)
    return say("common.took_hours", hours=whole // 3600, minutes=whole % 3600 // 60)


def size(amount: int) -> str:
    """Bytes as a person says them."""
    return f"{amount / 1e9:.1f} GB" if amount >= 1e8 else f"{max(1, round(amount / 1e6))} MB"


def beside_others(seconds: float, free: float, *, measured: bool) -> str:
    """What a time is that was told on a busy computer, in the same words wherever it stands: one that was `measured`
    holds beside what else runs, one told from sizes holds alone; and what the other one is."""
    if measured:
        return say("foretold.beside", free=free, other=duration(seconds * free))
    return say("foretold.alone", free=free, other=roughly(seconds / max(free, LEAST_FREE)))
