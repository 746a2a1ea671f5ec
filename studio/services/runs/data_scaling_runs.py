"""Would more examples help? The same plan on a quarter, a half and all of the rows, one run after the other."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.evaluation.statistics.data_scaling import judge_more_examples
from studio.schemas.example import Example
from studio.schemas.recipe import Recipe
from studio.services.runs.run_service import RunService, RunView
from studio.storage.files import new_id
from studio.storage.run_folder import RunFolder

PARTS = ((1, 4, "quarter"), (1, 2, "half"), (1, 1, "whole"))
PATIENCE = 3  # worse practice checks in a row after which such a run ends
FEWEST = 10  # rows of the smallest part


@dataclass(frozen=True)
class DataScalingSeries:
    """Three runs that differ in their rows alone: what is known of them, and what it says."""

    id: str
    runs: tuple[RunView, ...]
    points: tuple[tuple[int, float], ...]
    sentence: str

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return all(run.state.status.is_over for run in self.runs)


class DataScalingRuns:
    """Launches such a series and reads it."""

    def __init__(self, runs: RunService, clock: Callable[[], datetime]) -> None:
        self._runs, self._clock = runs, clock

    def launch(self, project: str, dataset: str, recipe: Recipe, *, by: str) -> DataScalingSeries:
        """Three runs into the queue, unless such a series waits or runs already. Exam and practice check are shared."""
        newest = self.newest(project)
        if newest is not None and not newest.is_over:
            return newest
        series = f"more-examples-{new_id(self._clock())}"
        shorter = recipe.model_copy(update={"early_stopping_patience": recipe.early_stopping_patience or PATIENCE})
        for share, whole, name in PARTS:

            def choose(train: list[Example], share: int = share, whole: int = whole) -> list[Example]:
                return part_of(train, share, whole)

            self._runs.launch(
                project, dataset, shorter, by=by, name=say(f"scaling_part.{name}"), series=series, choose=choose
            )
        found = self.newest(project)
        assert found is not None  # three runs were launched just now
        return found

    def newest(self, project: str) -> DataScalingSeries | None:
        """The last series of this project, the smallest part first."""
        runs = [run for run in self._runs.all(project) if run.spec.series]
        if not runs:
            return None
        together = [run for run in runs if run.spec.series == runs[0].spec.series]
        points = tuple(
            (sum(1 for _ in RunFolder(run.folder).train), run.outcome.eval_loss)
            for run in reversed(together) if run.outcome is not None and run.outcome.eval_loss is not None
        )  # fmt: skip
        return DataScalingSeries(runs[0].spec.series, tuple(reversed(together)), points, judge_more_examples(points))


def part_of(train: Sequence[Example], share: int, whole: int) -> list[Example]:
    """A part of the rows drawn by their content alone, in their order; each part holds the smaller ones."""
    wanted = len(train) * share // whole
    if wanted < FEWEST:
        raise StudioError(
            say('data_scaling_runs.there_examples_learn_from', train=len(train)),
            hint=say('data_scaling_runs.come_back_with_or', fewest=FEWEST * 4),
        )  # fmt: skip

    def drawn(example: Example) -> str:
        return hashlib.sha256(f"part {example.id} {example.content_hash}".encode()).hexdigest()

    chosen = {example.id for example in sorted(train, key=drawn)[:wanted]}
    return [example for example in train if example.id in chosen]
