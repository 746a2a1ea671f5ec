"""Answers that are one of a few labels: accuracy, macro F1 and who is taken for whom."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from studio.evidence.intervals import Interval
from studio.evidence.metrics import normalised

OTHER = "(another answer)"


def labels_of(answers: Sequence[str]) -> tuple[str, ...]:
    """The labels as the training answers write them, most frequent first."""
    spelled: dict[str, str] = {}
    for answer in answers:
        spelled.setdefault(normalised(answer), answer.strip())
    return tuple(spelled[name] for name, _ in Counter(map(normalised, answers)).most_common())


def confusion(replies: Sequence[str], experts: Sequence[str], labels: Sequence[str] = ()) -> dict[str, dict[str, int]]:
    """Expert's label -> given label -> how often; what is no label counts as another answer."""
    known = {normalised(label): label for label in (*labels, *labels_of(experts))}
    table: dict[str, dict[str, int]] = {}
    for reply, expert in zip(replies, experts, strict=True):
        row = table.setdefault(known[normalised(expert)], {})
        given = known.get(normalised(reply), OTHER)
        row[given] = row.get(given, 0) + 1
    return table


def macro_f1(replies: Sequence[str], experts: Sequence[str]) -> float:
    """The mean over the expert's labels of their F1: rare labels weigh as much as frequent ones."""
    said, meant = [normalised(reply) for reply in replies], [normalised(expert) for expert in experts]
    if not meant:
        return 0.0
    right = Counter(s for s, m in zip(said, meant, strict=True) if s == m)
    given, wanted = Counter(said), Counter(meant)
    return sum(2 * right[label] / (given[label] + wanted[label]) for label in wanted) / len(wanted)


def macro_f1_interval(
    replies: Sequence[str], experts: Sequence[str], draws: int = 1000, seed: int = 20261120
) -> Interval:
    """Percentile bootstrap over questions, reflected at the value (Efron and Tibshirani 1993, ch. 13)."""
    value = macro_f1(replies, experts)
    random = np.random.default_rng(seed)
    places = random.integers(0, len(experts), size=(draws, len(experts)))
    drawn = [macro_f1([replies[k] for k in row], [experts[k] for k in row]) for row in places]
    low, high = (float(edge) for edge in np.quantile(drawn, (0.025, 0.975)))
    return Interval(value, min(low, value), max(high, value))
