"""Values of a report as one reads them: names, labels, and numbers with their limits."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from studio.copy.catalog import has, say
from studio.evaluation.metrics.task_kinds import TaskKind
from studio.schemas.report import Advice, Estimate, Report


def label_of(advice: Advice) -> str:
    """The verdict in a few words."""
    return say(f"advice.{advice.name}")


class ScoreTable(NamedTuple):
    """Measures of one unit, which its heading names, and whoever has a value in any of them."""

    heading: str
    metrics: tuple[str, ...]
    contestants: tuple[str, ...]


def score_tables(report: Report) -> Iterator[ScoreTable]:
    """What is counted in points of 100, and apart from it what has numbers of its own."""
    for unit, lower in (("points", False), ("own_numbers", True)):
        metrics = tuple(name for name in report.metrics if (name in report.lower_is_better) is lower)
        who = tuple(one for one in report.contestants if any(one in report.metrics[name] for name in metrics))
        if metrics:
            yield ScoreTable(say(f"report.scores_in_{unit}"), metrics, who)


def notes_on(report: Report) -> list[str]:
    """What a measure looks at, where its name alone could be read as contradicting an answer."""
    return [say(f"note.{name}") for name in report.metrics if has(f"note.{name}")]


def shown(report: Report, metric: str, measured: Estimate) -> str:
    """A value with its limits: points of 100, or the score's own numbers where less is better."""
    if metric in report.lower_is_better:
        places = 0 if measured.value >= 100 else 1 if measured.value >= 10 else 2
        value, low, high = (f"{number:,.{places}f}" for number in (measured.value, measured.low, measured.high))
        return say("report.value", value=value, low=low, high=high)
    value, low, high = (f"{100 * number:.1f}" for number in (measured.value, measured.low, measured.high))
    return say("report.value", value=value, low=low, high=high)


def in_text(value: Any) -> str:
    """A value of a recipe or a file as one reads it."""
    if value is None:
        return say("report.not_set")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def name_of(contestant: str) -> str:
    """The interface word, without an article."""
    return say(f"name.{contestant}") if has(f"name.{contestant}") else contestant


def work_in_words(work: str) -> str:
    """The kind of work, as the choices of the page call it."""
    kind = next((kind for kind in TaskKind if kind.value == work), None)
    return say(f"kind_of_work.{kind.name}") if kind is not None else work
