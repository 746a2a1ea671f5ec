"""From everybody's answers to one exam: scores, intervals, comparisons in words, and answers to read."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from studio.copy.catalog import say
from studio.data.text.answer_equality import SameAnswer, rule_of
from studio.evaluation.guards.check import measured
from studio.evaluation.metrics import label_metrics
from studio.evaluation.metrics.task_kinds import (
    METRICS,
    DetectedTask,
    Scores,
    TaskKind,
    chosen,
    detect,
    lower_metrics,
    paired,
    per_piece,
    score,
    summary,
    yes_no_metrics,
)
from studio.evaluation.statistics.comparisons import (
    ALPHA,
    FEWEST,
    Comparison,
    compare,
    named,
)
from studio.evaluation.statistics.exam_power import expected_power, measured_power, smallest_visible
from studio.evaluation.statistics.intervals import Interval, difference_interval, yes_no_difference
from studio.schemas.report import ComparedRow, Estimate, ReadAnswer
from studio.schemas.sentence import Sentence

PAIRS = (("tuned", "base"), ("tuned", "prompted"), ("tuned", "lookup"), ("prompted", "base"),
         ("tuned", "commonest"), ("tuned", "chat"), ("tuned", "teacher"))  # fmt: skip
RIVALS = ("base", "prompted", "lookup", "commonest", "chat")
READ = 3


class ContestantAnswers(NamedTuple):
    """One contestant's replies in the order of the questions, and whether each ended by itself."""

    replies: tuple[str, ...]
    stopped: tuple[bool, ...]


class ExamResults(NamedTuple):
    """What an exam came to. `main` is the metric that decides; it is better when it is more.

    `same_answer`: in words, when two answers counted as the same.
    """

    work: TaskKind
    reason: str
    main: str
    scores: dict[str, Scores]
    metrics: dict[str, dict[str, Estimate]]
    comparisons: tuple[ComparedRow, ...]
    titles: dict[str, str]
    confusion: dict[str, dict[str, dict[str, int]]]
    same_answer: str

    @property
    def values(self) -> dict[str, Interval]:
        """Contestant -> the metric that decides."""
        return {name: Interval(m.value, m.low, m.high) for name, m in self.metrics.get(self.main, {}).items()}


class LabelTask(NamedTuple):
    """What a label model was taught to choose among."""

    labels: tuple[str, ...]
    separator: str
    rule: SameAnswer

    @property
    def task(self) -> DetectedTask:
        """Its measures."""
        return DetectedTask(TaskKind.LABELS, ("label_accuracy",), say("labels.task_reason", labels=len(self.labels)))

    def ordered(self, answer: str) -> str:
        """The labels of an answer in one order, each once; an answer that is no label as it is."""
        places = label_metrics.places_in(answer, self.labels, self.separator, self.rule) if self.separator else None
        return f"{self.separator} ".join(self.labels[place] for place in places) if places else answer


Losses = Mapping[str, Sequence[tuple[float, int]]]  # contestant -> the expert's answers as they surprise it


def results(experts: Sequence[str], answers: Mapping[str, ContestantAnswers], training_answers: Sequence[str],
            losses: Losses | None = None, kind: TaskKind | None = None, seed_spread: Mapping[str, float] | None = None,
            labels: LabelTask | None = None) -> ExamResults:  # fmt: skip
    """All metrics that fit the kind of work, for every contestant; each pair is corrected over its metrics.

    `kind` is a person's own choice; without it the kind is detected. `seed_spread`: see `compare.seed_spread`.
    `labels`: of an exam of a label model, which measures labels alone.
    """
    found = chosen(kind) if kind else detect(training_answers, experts)
    rule = rule_of((*training_answers, *experts))
    if labels:
        found = labels.task
        rule = labels.rule
        experts = [labels.ordered(expert) for expert in experts]
        answers = {
            name: given._replace(replies=tuple(map(labels.ordered, given.replies))) for name, given in answers.items()
        }
    scores: dict[str, Scores] = {}
    for name, given in answers.items():
        fitting = [metric for metric in found.metrics if name != "lookup" or metric != "stops"]
        scores[name] = score(fitting, given.replies, experts, given.stopped, training_answers, rule)
        if labels and labels.separator:
            scores[name]["label_f1"] = [label_metrics.label_f1(reply, expert, labels.separator, rule)
                                        for reply, expert in zip(given.replies, experts, strict=True)]  # fmt: skip
    for name, lost in (losses or {}).items():
        scores[name]["loss"] = per_piece(lost)
    metrics = in_metrics(scores)
    titles = {metric: say(f"metric.{metric}") for metric in metrics}
    confusion: dict[str, dict[str, dict[str, int]]] = {}
    if found.kind is TaskKind.LABELS:
        separator = labels.separator if labels else ""
        known = label_metrics.labels_of(training_answers, rule)
        titles["macro_f1"] = say("metric.macro_f1")
        metrics["macro_f1"] = {
            name: measured(label_metrics.macro_f1_interval(given.replies, experts, rule=rule, separator=separator))
            for name, given in answers.items()
        }
        confusion = {
            name: label_metrics.confusion(given.replies, experts, known, rule)
            for name, given in answers.items() if not separator
        }  # fmt: skip
    rows = [
        compared(row, (seed_spread or {}).get(row.metric, 0.0) if one == "tuned" else 0.0)
        for one, other in PAIRS
        if one in scores and other in scores
        for row in compare(one, other, paired(scores[one], scores[other]), yes_no_metrics(), lower=lower_metrics(),
                           seed_spread=seed_spread if one == "tuned" else None)
    ]  # fmt: skip
    return ExamResults(
        found.kind, found.reason, found.metrics[0], scores, metrics, tuple(rows), titles, confusion, rule.sentence
    )


def in_metrics(scores: Mapping[str, Scores]) -> dict[str, dict[str, Estimate]]:
    """Metric -> contestant -> value and limits; perplexity is the mistakes score on another scale."""
    metrics: dict[str, dict[str, Estimate]] = {}
    for name, mine in scores.items():
        for metric, interval in summary(mine).items():
            metrics.setdefault(metric, {})[name] = measured(interval)
    if "loss" in metrics:
        metrics["perplexity"] = {
            name: Estimate(value=math.exp(it.value), low=math.exp(max(0.0, it.low)), high=math.exp(min(50.0, it.high)))
            for name, it in metrics["loss"].items()
        }
    return metrics


def compared(row: Comparison, spread: float = 0.0) -> ComparedRow:
    """As a record."""
    better = {"": "", "one": row.one, "other": row.other}[row.better]
    gap = row.difference
    return ComparedRow(
        metric=row.metric, one=row.one, other=row.other, better=better, difference=gap.value, low=gap.low,
        high=gap.high, p=row.corrected_p, questions=row.questions, spread=spread, said=(row.said,),
        together=row.together,
    )  # fmt: skip


def gain(metric: str, one: Scores, other: Scores) -> Interval | None:
    """One's lead over the other on the questions that both could be scored on."""
    both = paired(one, other).get(metric)
    if both is None:
        return None
    if METRICS[metric].lower:
        return difference_interval(both[1], both[0], None)
    return yes_no_difference(*both) if METRICS[metric].yes_no else difference_interval(*both)


def in_words(found: ExamResults, questions: int) -> list[Sentence]:
    """What each contestant reached, and what this exam can show at all."""
    values = sorted(found.values.items(), key=lambda pair: -pair[1].value)
    scores = tuple(
        Sentence.of("exam.score", contestant=named("contestant", name), value=100 * it.value, low=100 * it.low,
                    high=100 * it.high)
        for name, it in values
    )  # fmt: skip
    said = [Sentence.of("exam.reached", metric=named("metric", found.main), questions=questions, scores=scores)]
    if questions < FEWEST:
        return [*said, *expected_power(questions).said]
    leads = [Interval(row.difference, row.low, row.high) for row in found.comparisons
             if row.metric == found.main and row.one == "tuned"]  # fmt: skip
    power = measured_power(questions, [points for _, points in visible(found)], found.main, leads)
    return [*said, *power.said] if power else said


def visible(found: ExamResults) -> list[tuple[str, float]]:
    """Rival -> the smallest lead or lag of the tuned version, in points, that is decided four times out of five.

    By how much their difference varied from question to question, at the level that Holm's correction leaves to the
    first of the measures. A rival from whom it differed alike on every question is left out: nothing varied.
    """
    seen = []
    for rival in RIVALS:
        measures = paired(found.scores.get("tuned", {}), found.scores.get(rival, {}))
        both = measures.get(found.main)
        if both and len(both[0]) > 1 and (deviation := float(np.std(np.subtract(*both), ddof=1))):
            seen.append((rival, 100 * smallest_visible(len(both[0]), deviation, ALPHA / len(measures))))
    return seen


def quoted(reply: str, stopped: bool) -> str:
    """As it is shown to a reader: what did not end by itself ends in “…”."""
    return reply if stopped else f"{reply.rstrip()}…"


def to_read(
    found: ExamResults, questions: Sequence[str], experts: Sequence[str], answers: Mapping[str, ContestantAnswers]
) -> tuple[tuple[ReadAnswer, ...], tuple[ReadAnswer, ...]]:
    """The tuned version's best and worst answers with everybody else's; no question stands on both sides."""
    known = [(value, place) for place, value in enumerate(found.scores["tuned"][found.main]) if value is not None]
    known.sort(key=lambda pair: (-pair[0], pair[1]))
    shown = min(READ, len(known) // 2)

    def read(value: float, place: int) -> ReadAnswer:
        replies = {name: quoted(given.replies[place], given.stopped[place]) for name, given in answers.items()}
        return ReadAnswer(question=questions[place], expert=experts[place], replies=replies, score=value)

    best = tuple(read(*pair) for pair in known[:shown])
    return best, tuple(read(*pair) for pair in reversed(known[len(known) - shown :]))
