"""What the Report tab says and proposes, from the facts of a report."""

from collections.abc import Sequence

from studio.copy.catalog import say
from studio.evaluation.metrics.task_kinds import TaskKind
from studio.schemas.report import Advice, GuardResult, Report

RECIPE_STEPS = frozenset({"teach_bolder", "fewer_rounds", "teach_stop", "mix_general"})
TEACHING_STEPS = RECIPE_STEPS | {"larger_model"}
STEPS = TEACHING_STEPS | {
    "restore_layout", "settle_contradictions", "add_examples", "hide_details", "add_refusals", "look_at_refusals",
    "add_unknowns", "look_at_names",
}  # fmt: skip
MOST_STEPS = 4


def kinds_of_work() -> list[tuple[str, str]]:
    """The choices of a list: what is said, and what is meant."""
    return [(say("kind_of_work.detected"), ""), *((say(f"kind_of_work.{kind.name}"), kind.value) for kind in TaskKind)]


def exam_so_far(drawn: int, own: int, limits: str) -> str:
    """How large the exam would be, and what it could show."""
    return say(f"report.exam_so_far{'_own' if own else ''}", questions=drawn + own, own=own, limits=limits)


def steps_of(report: Report) -> list[str]:
    """The next actions in the order in which they are to be taken: causes first, then guards; each once."""
    wanted = [cause.next_action for cause in report.diagnosis if cause.found]
    wanted += [guard.next_action for guard in _worst_first(report.probes)]
    steps = [step for step in dict.fromkeys(wanted) if step in STEPS]
    if report.advice in (Advice.PROMPT, Advice.LOOKUP, Advice.BASE):  # “do not teach a model for this”: no button does
        steps = [step for step in steps if step not in TEACHING_STEPS]
    return steps[:MOST_STEPS]


def _worst_first(guards: Sequence[GuardResult]) -> list[GuardResult]:
    return sorted((guard for guard in guards if guard.state != "pass"), key=lambda guard: guard.state != "fail")
