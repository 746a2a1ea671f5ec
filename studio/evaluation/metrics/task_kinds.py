"""Which kind of work the answers are, which metrics fit it, and all scores of one contestant's replies."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from studio.copy.catalog import say
from studio.data.text.answer_equality import PLAIN, SameAnswer, rule_of
from studio.evaluation.metrics import json_metrics, style_metrics
from studio.evaluation.metrics import text_metrics as metrics
from studio.evaluation.metrics.label_metrics import parts_of
from studio.evaluation.statistics.intervals import Interval, mean_interval, rate_interval

LABEL_SIGNS = (";", "|", ",")  # that may stand between several labels of one answer
SEVERAL = 0.1  # of the answers hold the sign, where it is one
BRIEF, ENOUGH = 8, 20  # words of a short answer, and answers before that is said of them
UNKNOWN = 0.05  # of the answers say that they do not know: then it counts whether the reply does
Scores = dict[str, list[float | None]]


class TaskKind(StrEnum):
    """What kind of answer the expert gives."""

    LABELS = "labels"
    JSON = "json"
    NUMBERS = "numbers"
    SHORT_TEXT = "short answers"
    FREE_TEXT = "free text"


class Metric(NamedTuple):
    """Whether it is yes or no, else by degrees; more is better unless `lower`. Its name: `metric.<name>` in `copy`."""

    yes_no: bool
    lower: bool = False


METRICS: Mapping[str, Metric] = {
    "exact": Metric(yes_no=True),
    "label_accuracy": Metric(yes_no=True),
    "label_f1": Metric(yes_no=False),
    "token_f1": Metric(yes_no=False),
    "chrf": Metric(yes_no=False),
    "rouge_l": Metric(yes_no=False),
    "json_valid": Metric(yes_no=True),
    "schema_valid": Metric(yes_no=True),
    "field_f1": Metric(yes_no=False),
    "last_number": Metric(yes_no=True),
    "numbers_right": Metric(yes_no=False),
    "facts_right": Metric(yes_no=False),
    "knows_limits": Metric(yes_no=True),
    "stops": Metric(yes_no=True),
    "length_match": Metric(yes_no=False),
    "answers": Metric(yes_no=True),
    "style": Metric(yes_no=False),
    "loss": Metric(yes_no=False, lower=True),
    "perplexity": Metric(yes_no=False, lower=True),
}
FITTING: Mapping[TaskKind, tuple[str, ...]] = {
    TaskKind.LABELS: ("label_accuracy", "stops"),
    TaskKind.JSON: ("field_f1", "exact", "json_valid", "schema_valid", "stops"),
    TaskKind.NUMBERS: ("last_number", "numbers_right", "stops"),
    TaskKind.SHORT_TEXT: ("token_f1", "exact", "chrf", "facts_right", "stops", "length_match", "answers"),
    TaskKind.FREE_TEXT: (
        "chrf",
        "token_f1",
        "rouge_l",
        "exact",
        "facts_right",
        "stops",
        "length_match",
        "answers",
        "style",
    ),
}


class DetectedTask(NamedTuple):
    """The kind, the metrics that fit (the first one decides), and why; a person may choose others."""

    kind: TaskKind
    metrics: tuple[str, ...]
    reason: str


def detect(training_answers: Sequence[str], exam_answers: Sequence[str] = ()) -> DetectedTask:
    """By fixed rules over all known answers: nine in ten are JSON; few short answers that repeat; mostly numbers."""
    answers = [answer for answer in (*training_answers, *exam_answers) if answer.strip()]
    if not answers:
        return DetectedTask(TaskKind.FREE_TEXT, FITTING[TaskKind.FREE_TEXT], say("task_kinds.there_no_answers_judge"))
    share = sum(map(json_metrics.is_json, answers)) / len(answers)
    if share >= 0.9:
        return DetectedTask(TaskKind.JSON, FITTING[TaskKind.JSON], say("task_kinds.answers_json", share=share))
    kinds = Counter(map(rule_of(answers).form, answers))
    short = sum(len(answer.split()) <= 6 and len(answer) <= 60 for answer in answers) / len(answers)
    numeric = sum(_is_number(answer) for answer in answers) / len(answers)
    repeated = sum(count for count in kinds.values() if count > 1) / len(answers)
    if short >= 0.95 and len(kinds) <= max(2, len(answers) / 3) and repeated >= 0.8 and numeric < 0.8:
        return DetectedTask(
            TaskKind.LABELS, FITTING[TaskKind.LABELS], say("task_kinds.short_answers_return_again", kinds=len(kinds))
        )
    if numeric >= 0.8:
        return DetectedTask(
            TaskKind.NUMBERS, FITTING[TaskKind.NUMBERS], say("task_kinds.answers_or_end_number", numeric=numeric)
        )
    brief = sum(len(answer.split()) <= BRIEF for answer in answers) / len(answers)
    if brief >= 0.8 and len(answers) >= ENOUGH:
        return _with_limits(
            TaskKind.SHORT_TEXT, answers, say("task_kinds.answers_words_or_fewer", brief=brief, brief_2=BRIEF)
        )
    return _with_limits(TaskKind.FREE_TEXT, answers, say("task_kinds.answers_free_text"))


def sign_between_labels(answers: Sequence[str]) -> str | None:
    """The sign that parts the labels of these answers; empty where each is one label, None where they are none."""
    known = [answer for answer in answers if answer.strip()]
    if detect(known).kind is TaskKind.LABELS:
        several = [sign for sign in LABEL_SIGNS if sum(sign in answer for answer in known) >= SEVERAL * len(known)]
        return next((sign for sign in several if len(parts_in(known, sign)) < len(set(known))), "")
    for sign in LABEL_SIGNS:
        if sum(sign in answer for answer in known) >= SEVERAL * len(known) > 0:
            parts = [part for answer in known for part in parts_of(answer, sign)]
            if detect(parts).kind is TaskKind.LABELS:
                return sign
    return None


def parts_in(answers: Sequence[str], sign: str) -> set[str]:
    """The different labels that this sign would part."""
    return {part for answer in answers for part in parts_of(answer, sign)}


def _with_limits(kind: TaskKind, answers: Sequence[str], reason: str) -> DetectedTask:
    """Where the expert often says that it cannot be known, that is measured too."""
    share = sum(map(style_metrics.says_it_does_not_know, answers)) / len(answers)
    if share < UNKNOWN:
        return DetectedTask(kind, FITTING[kind], reason)
    metrics = (*FITTING[kind], "knows_limits")
    return DetectedTask(kind, metrics, say("task_kinds.them_say_cannot_be", reason=reason, share=share))


def chosen(kind: TaskKind) -> DetectedTask:
    """The kind that a person chose instead."""
    return DetectedTask(kind, FITTING[kind], say("task_kinds.you_chose", value=kind.value))


def _is_number(answer: str) -> bool:
    """A bare number with its unit, or a worked sum that ends in `#### 42`."""
    found = PLAIN.numbers_of(answer)
    return bool(found) and ("####" in answer or len(answer.split()) <= 3)


def score(names: Sequence[str], replies: Sequence[str], experts: Sequence[str], stopped: Sequence[bool],
          training_answers: Sequence[str] = (), rule: SameAnswer | None = None) -> Scores:  # fmt: skip
    """Metric -> one score for each question (None: this question has nothing to score).

    `rule`: when two answers are the same; without it the rule of these columns.
    """
    if not len(replies) == len(experts) == len(stopped):
        raise ValueError("one reply and one stop flag for each of the expert's answers")
    schema = json_metrics.schema_of(training_answers or experts) if "schema_valid" in names else {}
    house = style_metrics.profile(training_answers or experts) if "style" in names else {}
    rule = rule or rule_of((*training_answers, *experts))

    def same(reply: str, expert: str) -> bool | None:
        return rule.same(reply, expert) if rule.form(expert) else None

    def by_words(metric: Callable[[str, str], float]) -> Callable[[str, str], float | bool | None]:
        """An answer of marks alone, such as “?”, shares no words: it is the same or it is not."""
        return lambda reply, expert: metric(reply, expert) if rule.words(expert) else same(reply, expert)

    plain: dict[str, Callable[[str, str], Any]] = {
        "exact": same, "label_accuracy": same, "token_f1": by_words(metrics.token_f1),
        "rouge_l": by_words(metrics.rouge_l), "field_f1": json_metrics.field_f1,
        "last_number": lambda r, e: metrics.last_number_right(r, e, rule),
        "numbers_right": lambda r, e: metrics.numbers_right(r, e, rule), "facts_right": metrics.facts_right,
        "length_match": style_metrics.length_match, "chrf": lambda r, e: metrics.chrf(r, e) / 100,
        "json_valid": lambda r, e: json_metrics.is_json(r), "schema_valid": lambda r, e: json_metrics.fits(r, schema),
        "answers": lambda r, e: not style_metrics.refuses(r) if not style_metrics.refuses(e) else None,
        "knows_limits": lambda r, e: style_metrics.says_it_does_not_know(r) == style_metrics.says_it_does_not_know(e),
        "style": lambda r, e: style_metrics.style_similarity(r, house),
    }  # fmt: skip
    found: Scores = {}
    for name in names:
        if name == "stops":
            found[name] = [float(flag) for flag in stopped]
            continue
        values = [plain[name](reply, expert) for reply, expert in zip(replies, experts, strict=True)]
        found[name] = [None if value is None else float(value) for value in values]
    return found


def summary(scores: Scores) -> dict[str, Interval]:
    """Metric -> value and 95% limits over the questions that could be scored."""
    found = {}
    for name, values in scores.items():
        known = [value for value in values if value is not None]
        if known:
            yes_no, ends = METRICS[name].yes_no, None if METRICS[name].lower else (0.0, 1.0)
            found[name] = rate_interval(round(sum(known)), len(known)) if yes_no else mean_interval(known, ends)
    return found


def paired(one: Scores, other: Scores) -> dict[str, tuple[list[float], list[float]]]:
    """The questions that both could be scored on, metric by metric: what `compare.compare` takes."""
    found = {}
    for name in one.keys() & other.keys():
        both = [(a, b) for a, b in zip(one[name], other[name], strict=True) if a is not None and b is not None]
        if both:
            found[name] = ([a for a, _ in both], [b for _, b in both])
    return {name: found[name] for name in one if name in found}


def per_piece(losses: Sequence[tuple[float, int]]) -> list[float | None]:
    """The mistakes score of each answer; None for one that the model cannot read to its end."""
    return [lost / pieces if pieces else None for lost, pieces in losses]


def lower_metrics() -> frozenset[str]:
    """Those of which less is better."""
    return frozenset(name for name, metric in METRICS.items() if metric.lower)


def yes_no_metrics() -> frozenset[str]:
    """Those that `compare.compare` tests as yes/no."""
    return frozenset(name for name, metric in METRICS.items() if metric.yes_no)
