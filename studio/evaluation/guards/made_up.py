"""Made-up facts: questions that nobody can answer, and whether they are still left open."""

import tomllib
from collections.abc import Sequence

from studio.evaluation.guards.check import AnsweredProbes, GuardInputs, GuardProbe, RegressionCheck, columns, share
from studio.evaluation.metrics.style_metrics import says_it_does_not_know
from studio.schemas.report import GuardResult
from studio.schemas.sentence import Sentence


def made_up(questions: Sequence[str], before: Sequence[str], after: Sequence[str], level: float) -> GuardResult:
    """Questions that nobody can answer: does it answer them more often, instead of saying that it does not know?"""
    right = ([*map(says_it_does_not_know, before)], [*map(says_it_does_not_know, after)])
    guard = share("made_up", questions, before, after, right, "add_unknowns", level,
                  counts_faults=True)  # fmt: skip
    if sum(right[1]) >= len(questions) / 2 or guard.state != "pass":
        return guard
    told = guard.telling(*guard.said, Sentence.of("guard.made_up.most"))
    return told.model_copy(update={"state": "warn", "next_action": "add_unknowns"})


def _probes(material: GuardInputs) -> list[GuardProbe]:
    asked = tomllib.loads((material.folder / "unanswerable.toml").read_text(encoding="utf-8"))["question"]
    return [GuardProbe("made_up", (question,)) for question in asked]


def _judge(answered: Sequence[AnsweredProbes], material: GuardInputs, level: float) -> GuardResult:
    return made_up(*columns(answered), level)


MADE_UP = RegressionCheck(name="made_up", probes=_probes, judge=_judge)
