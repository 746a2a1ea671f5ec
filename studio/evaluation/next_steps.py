"""What a report proposes to do next, in the order in which it is to be done."""

from collections.abc import Sequence

from studio.copy.catalog import say
from studio.evaluation.verdict import HALF, OFTEN_WRONG
from studio.schemas.report import Advice, GuardResult, Report, TaughtBy
from studio.schemas.sentence import Fact, Sentence

RECIPE_STEPS = frozenset({"teach_bolder", "fewer_rounds", "teach_stop", "mix_general"})
TO_END = "teach_to_end"  # the same run goes on from where it was stopped
TEACHER_STEPS = frozenset({"look_at_teacher", "other_teacher"})
TEACHING_STEPS = RECIPE_STEPS | TEACHER_STEPS | {"larger_model", TO_END}
STEPS = TEACHING_STEPS | {
    "restore_layout", "settle_contradictions", "add_examples", "hide_details", "add_refusals", "look_at_refusals",
    "add_unknowns", "look_at_names", "look_at_similar",
}  # fmt: skip
MOST_STEPS = 4
MOST_MIXED = 0.5  # share of general examples, or of rows learned again, above which none is proposed
# What general examples came to where they were tried with a real model, by the guard that measured it
# (tests/benchmarks/README.md): a trial of one measure says nothing of another.
TRIED: dict[str, tuple[str, dict[str, Fact]]] = {
    "forgetting": ("mix_general_skills", {"model": "SmolLM2 135M", "share": 40, "before_without": 55, "without": 21,
                                          "before": 62, "now": 55}),
    "general_text": ("mix_general", {"model": "SmolLM2 135M", "share": 40, "before": 61, "without": 303, "now": 59}),
}  # fmt: skip


def steps_of(report: Report) -> list[str]:
    """The next actions in the order in which they are to be taken: what was learned from first, then causes, then
    guards; each once."""
    wanted = [step for teacher in report.taught_by for step in steps_about(teacher)]
    wanted += [cause.next_action for cause in report.diagnosis if cause.found]
    wanted += [guard.next_action for guard in _worst_first(report.probes)]
    steps = [step for step in dict.fromkeys(wanted) if step in STEPS]
    if _mixed(report) >= MOST_MIXED:
        steps = [step for step in steps if step != "mix_general"]
    if report.advice in (Advice.PROMPT, Advice.LOOKUP, Advice.BASE):  # “do not teach a model for this”: no button does
        steps = [step for step in steps if step not in TEACHING_STEPS]
    return steps[:MOST_STEPS]


def steps_about(teacher: TaughtBy) -> list[str]:
    """What can be done about a teacher's answers (distillation): of mostly wrong ones another teacher comes
    first, of some wrong ones those are left out, and answers that nobody looked at are looked at."""
    if teacher.wrong is None:
        return ["look_at_teacher"] if teacher.answers else []
    if teacher.wrong.low < OFTEN_WRONG:
        return []
    return ["other_teacher", "look_at_teacher"] if teacher.wrong.low >= HALF else ["look_at_teacher", "other_teacher"]


def about_teachers(report: Report) -> list[Sentence]:
    """Why a step about a teacher is proposed."""
    told = []
    for one in report.taught_by:
        if steps_about(one):
            wrong = {"low": 100 * one.wrong.low, "high": 100 * one.wrong.high} if one.wrong else {}
            key = "cause.teacher.wrong" if wrong else "cause.teacher.not_checked"
            told.append(Sentence.of(key, teacher=one.teacher, **wrong))
    return told


def step_label(report: Report, step: str) -> str:
    """The words on its button; a run that had a remedy is not offered it as if it were new."""
    if step == "mix_general" and _learns_judgements(report):
        return say("step.mix_general_judged")
    return say("step.mix_general_more" if step == "mix_general" and _mixed(report) else f"step.{step}")


def tried(report: Report) -> list[Sentence]:
    """What the proposed remedy came to in a trial of this project, by the measure that got worse here and by no other:
    figures, where a promise would be all there is. Of a run that had it already: what is worse all the same."""
    if _learns_judgements(report) or report.advice in (Advice.PROMPT, Advice.LOOKUP, Advice.BASE):
        return []
    worse = [one for one in _worst_first(report.probes) if one.name in TRIED and one.next_action == "mix_general"]
    if not (share := _mixed(report)):
        if "mix_general" not in steps_of(report):
            return []
        return [Sentence.of(f"tried.{key}", **facts) for key, facts in (TRIED[guard.name] for guard in worse)]
    what = tuple(Sentence.of(f"guard.{guard.name}.title") for guard in worse if guard.state == "fail")
    return [Sentence.of("tried.mixed_already", share=share, what=what)] if what else []


def _learns_judgements(report: Report) -> bool:
    return bool(report.recipe.get("learn_from", "answers") != "answers")


def _mixed(report: Report) -> float:
    """The share of rows that was mixed in against forgetting."""
    return float(report.recipe.get("replay_share" if _learns_judgements(report) else "general_share") or 0.0)


def proposing(guards: Sequence[GuardResult], *, longer_was_better: bool) -> tuple[GuardResult, ...]:
    """The guards with what they propose: where more rounds were measured to be better none proposes fewer, but more
    examples, of which each is then learned less closely."""
    denied = "fewer_rounds" if longer_was_better else None
    instead = {"next_action": "add_examples"}
    return tuple(one.model_copy(update=instead) if one.next_action == denied else one for one in guards)


def _worst_first(guards: Sequence[GuardResult]) -> list[GuardResult]:
    return sorted((guard for guard in guards if guard.state != "pass"), key=lambda guard: guard.state != "fail")
