"""Skill or luck: how far runs of one recipe differ that differ in nothing but the seed."""

from collections.abc import Sequence
from typing import NamedTuple

from studio.evaluation.metrics.task_kinds import Scores
from studio.evaluation.statistics.comparisons import named, seed_spread
from studio.schemas.sentence import Sentence

ENOUGH = 3


class SeedVariation(NamedTuple):
    """Metric -> the mean of every run; and the difference below which two runs are the same (empty: too few runs)."""

    values: dict[str, tuple[float, ...]]
    spread: dict[str, float]


def seed_variation(runs: Sequence[Scores]) -> SeedVariation:
    """From every run's scores on the same questions; with fewer than three runs no spread is claimed."""
    values: dict[str, tuple[float, ...]] = {}
    for metric in runs[0]:
        known = [[value for value in run.get(metric, []) if value is not None] for run in runs]
        if all(known):
            values[metric] = tuple(sum(scores) / len(scores) for scores in known)
    spread = {metric: seed_spread(means) for metric, means in values.items()} if len(runs) >= ENOUGH else {}
    return SeedVariation(values, spread)


def spread_sentence(found: SeedVariation, metric: str) -> Sentence:
    """What the seeds say about the metric that decides, or what is missing to say it."""
    values = found.values.get(metric, ())
    if metric not in found.spread:
        more = ENOUGH - max(1, len(values))
        if len(values) < 2:
            return Sentence.of("luck.one_run", more=more)
        return Sentence.of("luck.few_runs", runs=len(values), more=more)
    reached = ", ".join(f"{100 * value:.0f}" for value in values)
    return Sentence.of("luck.spread", runs=len(values), reached=reached, metric=named("metric", metric),
                       points=100 * found.spread[metric])  # fmt: skip
