"""How long a run that goes on will still take, by the steps that were measured."""

from collections.abc import Mapping, Sequence
from typing import Any


def seconds_left(total_steps: int, metrics: Sequence[Mapping[str, Any]]) -> float | None:
    """By the pace of the last fifth of its steps (ten at least), with their practice checks: a computer that gets
    busy, or free again, is seen at once. None before it can be told. `total_steps`: 0 where only the curve knows."""
    timed = [(int(line["step"]), float(line["elapsed_seconds"])) for line in metrics
             if line.get("step") is not None and line.get("elapsed_seconds")]  # fmt: skip
    if not timed:
        return None
    step, passed = timed[-1]
    total = total_steps or int(metrics[-1].get("total_steps") or 0)
    if step < 3 or not total or step >= total:
        return None
    since = step - max(10, total // 5)
    began, before = next(((at, seconds) for at, seconds in timed if at >= since and at < step), (0, 0.0))
    if step - began < 3:
        began, before = 0, 0.0
    return (passed - before) / (step - began) * (total - step)
