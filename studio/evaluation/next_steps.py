"""What a report proposes to do next, in the order in which it is to be done."""

from collections.abc import Sequence

from studio.schemas.report import Advice, GuardResult, Report
from studio.schemas.sentence import Fact, Sentence

RECIPE_STEPS = frozenset({"teach_bolder", "fewer_rounds", "teach_stop", "mix_general"})
TEACHING_STEPS = RECIPE_STEPS | {"larger_model"}
STEPS = TEACHING_STEPS | {
    "restore_layout", "settle_contradictions", "add_examples", "hide_details", "add_refusals", "look_at_refusals",
    "add_unknowns", "look_at_names", "look_at_similar",
}  # fmt: skip
MOST_STEPS = 4
# What a step came to where it was tried with a real model, as measured (tests/benchmarks/README.md)
TRIED: dict[str, dict[str, Fact]] = {
    "mix_general": {"model": "SmolLM2 135M", "share": 40, "before": 61, "without": 303, "now": 59},
}


def steps_of(report: Report) -> list[str]:
    """The next actions in the order in which they are to be taken: causes first, then guards; each once."""
    wanted = [cause.next_action for cause in report.diagnosis if cause.found]
    wanted += [guard.next_action for guard in _worst_first(report.probes)]
    steps = [step for step in dict.fromkeys(wanted) if step in STEPS]
    if report.advice in (Advice.PROMPT, Advice.LOOKUP, Advice.BASE):  # “do not teach a model for this”: no button does
        steps = [step for step in steps if step not in TEACHING_STEPS]
    return steps[:MOST_STEPS]


def tried(report: Report) -> list[Sentence]:
    """What the proposed steps came to in a trial of this project: figures, where a promise would be all there is.

    Not of a run that had the remedy already: what more of it does was another trial.
    """
    shared = report.recipe.get("general_share") or report.recipe.get("learn_from", "answers") != "answers"
    steps = [step for step in steps_of(report) if step in TRIED and not (step == "mix_general" and shared)]
    return [Sentence.of(f"tried.{step}", **TRIED[step]) for step in steps]


def proposing(guards: Sequence[GuardResult], *, longer_was_better: bool) -> tuple[GuardResult, ...]:
    """The guards with what they propose: where more rounds were measured to be better none proposes fewer, but more
    examples, of which each is then learned less closely."""
    denied = "fewer_rounds" if longer_was_better else None
    instead = {"next_action": "add_examples"}
    return tuple(one.model_copy(update=instead) if one.next_action == denied else one for one in guards)


def _worst_first(guards: Sequence[GuardResult]) -> list[GuardResult]:
    return sorted((guard for guard in guards if guard.state != "pass"), key=lambda guard: guard.state != "fail")
