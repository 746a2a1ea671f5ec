"""What is true of every metric: it can be scored, has its words, and is known to intervals and correction."""

import pytest

from studio.copy.catalog import say
from studio.evaluation.metrics.task_kinds import FITTING, METRICS, TaskKind, score

ANSWERS = {
    TaskKind.LABELS: "refund", TaskKind.JSON: '{"colour": "red", "number": 3}', TaskKind.NUMBERS: "It is 42.",
    TaskKind.SHORT_TEXT: "At noon", TaskKind.FREE_TEXT: "The office opens at nine and closes at five.",
}  # fmt: skip
EACH = [(kind, name) for kind, names in FITTING.items() for name in names]


@pytest.mark.parametrize(("kind", "name"), EACH, ids=[f"{kind.name}-{name}" for kind, name in EACH])
def test_the_experts_own_answer_has_the_best_score_and_a_name(kind: TaskKind, name: str) -> None:
    answer = ANSWERS[kind]
    (value,) = score([name], [answer], [answer], [True], [answer, answer])[name]
    assert value is None or value == pytest.approx(1.0)
    assert name in METRICS
    assert say(f"metric.{name}")
