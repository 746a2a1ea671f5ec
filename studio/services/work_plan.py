"""How far a work of several parts is as a whole: each part takes its own share, and the parts are known beforehand."""

from collections.abc import Mapping

LOADING = "loading"  # models come into memory: nothing of it can be counted but the models
LOADS_IN = 20.0  # seconds in which the half of a model's share is passed, so that the bar moves while one is loaded


def is_loading(part: str) -> bool:
    """Whether this part of a work loads models, those of all or of one who is asked first."""
    return part == LOADING or part.endswith(f", {LOADING}")


def loaded(done: int, total: int, seconds: float) -> float:
    """Which share of loading is told `seconds` after the last of `done` models (of `total`) was there: it grows all the
    time, slower and slower, and only a model that is there makes its share whole."""
    return (done + seconds / (seconds + LOADS_IN)) / total if done < total else 1.0


class WorkPlan:
    """The parts of one work in the order in which they come, and what each takes (in any one unit: only the proportions
    count).

    Whoever comes to a part has the ones before it behind it, so that a part that was left out leaves no hole. A part
    that nobody planned takes nothing of the whole: what it does is told, and the share stays.
    """

    def __init__(self, takes: Mapping[str, float]) -> None:
        self._takes, self._names = dict(takes), list(takes)
        self.whole = sum(self._takes.values())
        self.behind = 0.0
        self.number = 0  # of the part that goes on, counted from 1; 0 before the first one

    def __len__(self) -> int:
        """How many parts there are."""
        return len(self._names)

    def reach(self, part: str, done: float, total: float) -> None:
        """`done` of `total` pieces of this part are behind it. What was told before never shrinks."""
        if part not in self._takes:
            return
        place = self._names.index(part)
        self.number = max(self.number, place + 1)
        before = sum(self._takes[name] for name in self._names[:place])
        here = self._takes[part] * (min(1.0, done / total) if total else 1.0)
        self.behind = max(self.behind, before + here)
