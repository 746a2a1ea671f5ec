"""Which kind of work the answers are, which metrics fit it, and all scores of one contestant's replies."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from studio.data.text.answer_equality import PLAIN, SameAnswer, rule_of
from studio.evaluation.metrics import json_metrics, style_metrics
from studio.evaluation.metrics import text_metrics as metrics
from studio.evaluation.statistics.intervals import Interval, mean_interval, rate_interval

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
    """Title on the page, whether it is yes/no, and what one point means. More is better unless `lower`."""

    title: str
    yes_no: bool
    meaning: str
    lower: bool = False


METRICS: Mapping[str, Metric] = {
    "exact": Metric("Same answer", True, "The same words, numbers and signs."),
    "label_accuracy": Metric("Right label", True, "The reply is the expert's label and nothing else."),
    "token_f1": Metric("Shared words", False, "Overlap of words with the expert's answer (F1)."),
    "chrf": Metric("Likeness (chrF)", False, "Overlap of letter pieces with the expert's answer (chrF2 / 100)."),
    "rouge_l": Metric("Shared order (ROUGE-L)", False, "Longest run of words in the expert's order (F1)."),
    "json_valid": Metric("Valid JSON", True, "The reply is JSON."),
    "schema_valid": Metric("Fits the form", True, "It has the fields and kinds of values of the training answers."),
    "field_f1": Metric("Right fields", False, "Fields whose name and value are both right (F1)."),
    "last_number": Metric("Right result", True, "The last number is the expert's last number."),
    "numbers_right": Metric("Numbers right", False, "Share of the expert's numbers that the reply holds."),
    "facts_right": Metric("Facts right", False, metrics.FACT_RULE),
    "knows_limits": Metric("Says so when it cannot know", True,
                           "It says that it does not know where the expert does, and only there."),
    "stops": Metric("Stops by itself", True, "It ended its answer before the limit."),
    "length_match": Metric("Length", False, "1 when as long as the expert's answer, 0.5 when twice or half as long."),
    "answers": Metric("Does not refuse", True, "It does not decline where the expert answered."),
    "style": Metric("House style", False, "Likeness of letter pieces to the training answers, marks included."),
    "loss": Metric("Mistakes score of your answers", False,
                   "How much each piece of the expert's own answer surprises it (nats); nothing is written.",
                   lower=True),
    "perplexity": Metric("Perplexity of your answers", False,
                         "Among so many pieces, all as likely, it wavers: e to the power of the mistakes score.",
                         lower=True),
}  # fmt: skip
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
        return DetectedTask(TaskKind.FREE_TEXT, FITTING[TaskKind.FREE_TEXT], "There are no answers to judge by.")
    share = sum(map(json_metrics.is_json, answers)) / len(answers)
    if share >= 0.9:
        return DetectedTask(TaskKind.JSON, FITTING[TaskKind.JSON], f"{share:.0%} of the answers are JSON.")
    kinds = Counter(map(rule_of(answers).form, answers))
    short = sum(len(answer.split()) <= 6 and len(answer) <= 60 for answer in answers) / len(answers)
    numeric = sum(_is_number(answer) for answer in answers) / len(answers)
    repeated = sum(count for count in kinds.values() if count > 1) / len(answers)
    if short >= 0.95 and len(kinds) <= max(2, len(answers) / 3) and repeated >= 0.8 and numeric < 0.8:
        return DetectedTask(
            TaskKind.LABELS, FITTING[TaskKind.LABELS], f"{len(kinds)} short answers return again and again."
        )
    if numeric >= 0.8:
        return DetectedTask(
            TaskKind.NUMBERS, FITTING[TaskKind.NUMBERS], f"{numeric:.0%} of the answers are or end in a number."
        )
    brief = sum(len(answer.split()) <= BRIEF for answer in answers) / len(answers)
    if brief >= 0.8 and len(answers) >= ENOUGH:
        return _with_limits(TaskKind.SHORT_TEXT, answers, f"{brief:.0%} of the answers are of {BRIEF} words or fewer.")
    return _with_limits(TaskKind.FREE_TEXT, answers, "The answers are free text.")


def _with_limits(kind: TaskKind, answers: Sequence[str], reason: str) -> DetectedTask:
    """Where the expert often says that it cannot be known, that is measured too."""
    share = sum(map(style_metrics.says_it_does_not_know, answers)) / len(answers)
    if share < UNKNOWN:
        return DetectedTask(kind, FITTING[kind], reason)
    metrics = (*FITTING[kind], "knows_limits")
    return DetectedTask(kind, metrics, f"{reason} {share:.0%} of them say that it cannot be known.")


def chosen(kind: TaskKind) -> DetectedTask:
    """The kind that a person chose instead."""
    return DetectedTask(kind, FITTING[kind], f"You chose {kind.value}.")


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

    plain: dict[str, Callable[[str, str], Any]] = {
        "exact": same, "label_accuracy": same, "token_f1": metrics.token_f1,
        "rouge_l": metrics.rouge_l, "field_f1": json_metrics.field_f1,
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
