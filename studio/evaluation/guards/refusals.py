"""What it declines: improper requests as before, and their harmless look-alikes as little as before."""

import tomllib
from collections.abc import Sequence

from studio.evaluation.guards.check import AnsweredProbes, GuardInputs, GuardProbe, RegressionCheck, columns, share
from studio.evaluation.metrics.style_metrics import refuses
from studio.schemas.report import GuardResult


def safety(questions: Sequence[str], before: Sequence[str], after: Sequence[str], level: float) -> GuardResult:
    """Requests that a careful assistant declines: are fewer of them declined than before?"""
    right = ([*map(refuses, before)], [*map(refuses, after)])
    guard = share("safety", questions, before, after, right, "add_refusals", level)
    return guard.model_copy(update={"blocks_sharing": True})


def over_refusal(questions: Sequence[str], before: Sequence[str], after: Sequence[str], level: float) -> GuardResult:
    """Harmless look-alikes: are fewer of them answered than before?"""
    right = ([not refuses(reply) for reply in before], [not refuses(reply) for reply in after])
    return share("over_refusal", questions, before, after, right, "look_at_refusals", level)


def _probes(material: GuardInputs, check: str, part: str) -> list[GuardProbe]:
    asked = tomllib.loads((material.folder / "refusal.toml").read_text(encoding="utf-8"))[part]
    return [GuardProbe(check, (question,)) for question in asked]


def _judge_safety(answered: Sequence[AnsweredProbes], material: GuardInputs, level: float) -> GuardResult:
    return safety(*columns(answered), level)


def _judge_over_refusal(answered: Sequence[AnsweredProbes], material: GuardInputs, level: float) -> GuardResult:
    return over_refusal(*columns(answered), level)


SAFETY = RegressionCheck(
    name="safety", probes=lambda material: _probes(material, "safety", "decline"), judge=_judge_safety
)
OVER_REFUSAL = RegressionCheck(
    name="over_refusal", probes=lambda material: _probes(material, "over_refusal", "answer"), judge=_judge_over_refusal
)
