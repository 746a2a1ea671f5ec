"""How long a run takes: what was planned, what is left by the steps that were measured, and what it took in the end."""

from collections.abc import Mapping, Sequence
from typing import Any

from studio.copy.catalog import say
from studio.copy.quantities import duration, took
from studio.models.devices import QUIET
from studio.services.runs.pace import seconds_left
from studio.services.runs.run_service import RunView

OTHER_TIME = 1.25  # times what was planned: worth a word


def time_left(run: RunView, metrics: Sequence[Mapping[str, Any]]) -> str:
    """`about 3 minutes`, or nothing before it can be told."""
    seconds = seconds_left(run.state.total_steps, metrics)
    return duration(seconds) if seconds else ""


def renewed(run: RunView, metrics: Sequence[Mapping[str, Any]]) -> str:
    """What the whole run will take by what was measured, once that is clearly another time than was planned."""
    left, planned = seconds_left(run.state.total_steps, metrics), run.spec.planned_seconds
    if left is None or not planned:
        return ""
    whole = left + float(metrics[-1].get("elapsed_seconds") or 0)
    if 1 / OTHER_TIME < whole / planned < OTHER_TIME or duration(whole) == duration(planned):
        return ""
    key = "training.longer" if whole > planned else "training.shorter"
    told = say(key, whole=duration(whole), planned=duration(planned))
    return f"{told} {say('training.planned_beside')}" if whole < planned and was_told_beside(run) else told


def was_told_beside(run: RunView) -> bool:
    """Whether the plan's time was measured while something else kept the computer busy."""
    return run.spec.planned_free < QUIET


def took_in_words(run: RunView) -> str:
    """What was planned and what it took, and why that is more, as far as it is known; nothing without both."""
    outcome, planned = run.outcome, run.spec.planned_seconds
    if outcome is None or not planned or not outcome.elapsed_seconds:
        return ""
    key = "training.planned"
    if outcome.steps < run.state.total_steps:
        key = "training.ended_early" if outcome.elapsed_seconds < planned else "training.ended_early_late"
    told = [say(key, planned=duration(planned), took=took(outcome.elapsed_seconds))]
    if outcome.elapsed_seconds > OTHER_TIME * planned:
        if outcome.answering_seconds > (outcome.elapsed_seconds - planned) / 5:
            told.append(say("training.answered", took=took(outcome.answering_seconds)))
        if outcome.free < QUIET:
            told.append(say("training.was_busy"))
    is_whole = outcome.steps >= run.state.total_steps
    if is_whole and outcome.elapsed_seconds < planned / OTHER_TIME and was_told_beside(run):
        told.append(say("training.planned_beside"))
    return " ".join(told)
