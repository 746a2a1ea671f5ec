"""What a report proposes to do next, in the order in which it is to be done."""

from collections.abc import Sequence

from studio.schemas.report import Advice, GuardResult, Report

RECIPE_STEPS = frozenset({"teach_bolder", "fewer_rounds", "teach_stop", "mix_general"})
TEACHING_STEPS = RECIPE_STEPS | {"larger_model"}
STEPS = TEACHING_STEPS | {
    "restore_layout", "settle_contradictions", "add_examples", "hide_details", "add_refusals", "look_at_refusals",
    "add_unknowns", "look_at_names",
}  # fmt: skip
MOST_STEPS = 4


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
