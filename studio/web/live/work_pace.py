"""How long background work will still take: by its last pieces, told calmly."""

from collections import deque
from dataclasses import dataclass, field
from statistics import median

RECENT = 20  # looks at which something was done
STILL_SECONDS = 10.0  # an end that was told stands at least so long
ENOUGH = 5  # looks at which something was done, before an end is told at all
OTHER = 0.25  # and until it is off by such a share of what is left, and by as many seconds


@dataclass
class WorkPace:
    """Watched since `at` (seconds of a clock), when `done` units were behind it.

    Each unit takes as long as the middle one of the last looks did, so a single slow answer moves nothing. What is told
    counts down to one end; another end is told only when the old one is clearly off, and not every second. Another
    `part` of the work counts from nothing and takes its own time.
    """

    at: float
    done: float
    part: str = ""
    each: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT))  # seconds of a unit, look by look
    ends: float | None = None
    told: float = 0.0
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.at

    def seconds_left(self, done: float, total: float, now: float, part: str = "") -> float | None:
        """None before enough was timed: the first answers of an exam tell nothing of the others."""
        if part != self.part or done < self.done:
            self.each.clear()
            self.at = self.began = now
            self.part, self.done, self.ends = part, done, None
        if done > self.done:
            self.each.append((now - self.at) / (done - self.done))
            self.at, self.done = now, done
        if not self.each or not total:
            return None
        if done >= total:
            return 0.0
        if len(self.each) < ENOUGH or now - self.began < STILL_SECONDS:
            return None
        usual = median(self.each)
        ends = max(self.at + usual, now) + usual * (total - done - 1)
        if self.ends is None or (now - self.told >= STILL_SECONDS and self._is_off(ends, now)):
            self.ends, self.told = ends, now
        return max(0.0, self.ends - now)

    def _is_off(self, ends: float, now: float) -> bool:
        assert self.ends is not None
        return abs(ends - self.ends) > max(STILL_SECONDS, OTHER * max(self.ends - now, ends - now))
