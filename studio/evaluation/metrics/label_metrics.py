"""Answers that are one of a few labels: accuracy, macro F1 and who is taken for whom."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from studio.copy.catalog import say
from studio.data.text.answer_equality import PLAIN, SameAnswer, rule_of
from studio.evaluation.statistics.intervals import Interval

F = TypeVar("F", str, frozenset[str])


def labels_of(answers: Sequence[str], rule: SameAnswer = PLAIN) -> tuple[str, ...]:
    """The labels as the training answers write them, most frequent first; an empty answer is none."""
    spelled: dict[str, str] = {}
    forms = [rule.form(answer) for answer in answers]
    for form, answer in zip(forms, answers, strict=True):
        spelled.setdefault(form, answer.strip())
    return tuple(spelled[form] for form, _ in Counter(filter(None, forms)).most_common())


def parts_of(answer: str, separator: str) -> list[str]:
    """The labels of an answer; without a separator it is one."""
    return [part.strip() for part in (answer.split(separator) if separator else [answer]) if part.strip()]


def places_in(answer: str, labels: Sequence[str], separator: str = "", rule: SameAnswer | None = None,
              ) -> tuple[int, ...] | None:  # fmt: skip
    """Which of these labels an answer holds, by their places; None where one of its labels is not among them."""
    rule = rule or rule_of(labels)
    places = {rule.form(label): place for place, label in enumerate(labels)}
    found = [places.get(rule.form(part)) for part in parts_of(answer, separator)]
    known = {place for place in found if place is not None}
    return None if None in found else tuple(sorted(known))


def confusion(
    replies: Sequence[str], experts: Sequence[str], labels: Sequence[str] = (), rule: SameAnswer = PLAIN
) -> dict[str, dict[str, int]]:
    """Expert's label -> given label -> how often; what is no label counts as another answer."""
    known = {rule.form(label): label for label in (*labels, *labels_of(experts, rule))}
    table: dict[str, dict[str, int]] = {}
    for reply, expert in zip(replies, experts, strict=True):
        if form := rule.form(expert):
            row = table.setdefault(known[form], {})
            given = known.get(rule.form(reply), say("label_metrics.other"))
            row[given] = row.get(given, 0) + 1
    return table


def macro_f1(replies: Sequence[str], experts: Sequence[str], rule: SameAnswer = PLAIN) -> float:
    """The mean over the expert's labels of their F1: rare labels weigh as much as frequent ones."""
    return macro_f1_of_forms([rule.form(reply) for reply in replies], [rule.form(expert) for expert in experts])


def macro_f1_of_forms(said: Sequence[str], meant: Sequence[str]) -> float:
    """The same of answers that are in the form in which they are compared."""
    if not meant:
        return 0.0
    right = Counter(s for s, m in zip(said, meant, strict=True) if s == m)
    given, wanted = Counter(said), Counter(meant)
    return sum(2 * right[label] / (given[label] + wanted[label]) for label in wanted) / len(wanted)


def macro_f1_of_sets(said: Sequence[frozenset[str]], meant: Sequence[frozenset[str]]) -> float:
    """The same where an answer may be several labels."""
    if not meant:
        return 0.0
    right = Counter(label for s, m in zip(said, meant, strict=True) for label in s & m)
    given, wanted = Counter(label for s in said for label in s), Counter(label for m in meant for label in m)
    return sum(2 * right[label] / (given[label] + wanted[label]) for label in wanted) / max(len(wanted), 1)


def forms_in(answer: str, separator: str, rule: SameAnswer) -> frozenset[str]:
    """The labels of an answer in the form in which they are compared."""
    return frozenset(rule.form(part) for part in parts_of(answer, separator))


def label_f1(reply: str, expert: str, separator: str, rule: SameAnswer) -> float | None:
    """F1 of the labels of one answer; None where the expert gave none."""
    said, meant = forms_in(reply, separator, rule), forms_in(expert, separator, rule)
    return 2 * len(said & meant) / (len(said) + len(meant)) if meant else None


def macro_f1_interval(
    replies: Sequence[str],
    experts: Sequence[str],
    draws: int = 1000,
    seed: int = 20261120,
    rule: SameAnswer = PLAIN,
    separator: str = "",
) -> Interval:
    """Percentile bootstrap over questions, reflected at the value (Efron and Tibshirani 1993, ch. 13)."""
    if separator:
        return _bootstrapped(
            [forms_in(reply, separator, rule) for reply in replies],
            [forms_in(expert, separator, rule) for expert in experts], macro_f1_of_sets, draws, seed,
        )  # fmt: skip
    pairs = [(rule.form(reply), rule.form(expert)) for reply, expert in zip(replies, experts, strict=True)]
    said, meant = [s for s, m in pairs if m], [m for _, m in pairs if m]
    if not meant:
        return Interval(0.0, 0.0, 1.0)
    return _bootstrapped(said, meant, macro_f1_of_forms, draws, seed)


def _bootstrapped(
    said: Sequence[F], meant: Sequence[F], score: Callable[[Sequence[F], Sequence[F]], float], draws: int, seed: int
) -> Interval:
    value = score(said, meant)
    random = np.random.default_rng(seed)
    places = random.integers(0, len(meant), size=(draws, len(meant)))
    drawn = [score([said[k] for k in row], [meant[k] for k in row]) for row in places]
    low, high = (float(edge) for edge in np.quantile(drawn, (0.025, 0.975)))
    return Interval(value, min(low, value), max(high, value))
