"""What a report proposes to do next, and what that came to where it was tried."""

import re
from pathlib import Path

import pytest

from studio.evaluation.next_steps import TRIED, proposing, step_label, steps_of, tried
from studio.evaluation.report_html import report_page, to_look_at
from studio.evaluation.verdict import heeding_teachers
from studio.schemas.report import Advice, Conclusion, Estimate, GuardResult, Report, TaughtBy
from studio.schemas.sentence import Sentence
from tests.evaluation.test_report_html import report

FIGURES = Path(__file__).resolve().parents[1] / "benchmarks" / "README.md"


def forgetful(*worse: str, state: str = "fail", **recipe: object) -> Report:
    """A report whose only findings are these guards of general skills; by default that texts surprise it more."""
    guards = [
        GuardResult.model_validate({"name": name, "state": state if name in (worse or ("general_text",)) else "pass",
                                    "sentence": "So.", "next_action": "mix_general"})
        for name in ("forgetting", "general_text")
    ]  # fmt: skip
    return report().model_copy(update={"probes": tuple(guards), "diagnosis": (), "recipe": recipe})


def test_the_remedy_stands_with_what_it_came_to_by_the_measure_that_got_worse_and_by_no_other() -> None:
    whole = forgetful(general_share=0.0)
    assert steps_of(whole) == ["mix_general"]
    (told,) = to_look_at(whole)
    assert told.startswith("Tried with SmolLM2 135M: texts outside the work") and told in report_page(whole)
    (told,) = to_look_at(forgetful("forgetting"))
    assert "in its own words" in told and "surprised" not in told, "general text is as before or better here"
    assert len(to_look_at(forgetful("forgetting", "general_text", state="warn"))) == 2
    assert not to_look_at(forgetful("none"))


@pytest.mark.parametrize("state", ["fail", "warn"])
def test_a_run_that_had_the_remedy_is_told_what_is_worse_all_the_same_and_offered_more_of_it(state: str) -> None:
    had = forgetful(state=state, general_share=0.4)
    assert steps_of(had) == ["mix_general"] and "more general examples" in step_label(had, "mix_general")
    told = ["General examples were mixed in already (40% of all rows), and this got worse all the same: General text."]
    assert to_look_at(had) == (told if state == "fail" else []), "what could be luck is not called worse"
    most = forgetful(state=state, general_share=0.5)
    assert not steps_of(most), "the same run once more is no step"


def test_a_version_that_learned_judgements_is_offered_rows_of_before_and_not_told_of_another_trial() -> None:
    judged = forgetful(learn_from="preferences", replay_share=0.2)
    assert not tried(judged) and "rows of before" in step_label(judged, *steps_of(judged))


def taught(low: float, high: float, *, checked: bool = True) -> Report:
    """A report on a distillation, of whose teacher's answers this share is wrong."""
    wrong = Estimate(value=(low + high) / 2, low=low, high=high) if checked else None
    teacher = TaughtBy(teacher="Old desk", kind="version", answers=81, looked_at=40, wrong=wrong, sentence="Of.")
    use = Conclusion(advice=Advice.USE, said=(Sentence.of("verdict.use"),))
    changes = {"taught_by": (teacher,), "diagnosis": (), "probes": (), "verdict": heeding_teachers(use, [teacher])}
    return report().model_copy(update=changes)


def test_what_is_not_better_for_its_teacher_proposes_a_step_about_the_teacher() -> None:
    mostly = taught(0.64, 0.84)
    assert mostly.advice is Advice.NOT_YET and steps_of(mostly) == ["other_teacher", "look_at_teacher"]
    (why,) = to_look_at(mostly)
    assert why == "Of all answers of Old desk, from which it learned, between 64 and 84 of 100 are wrong."
    assert why in report_page(mostly) and step_label(mostly, "other_teacher") == "Let another teacher answer"
    often = taught(0.12, 0.3)
    assert often.advice is Advice.USE_FOR and steps_of(often) == ["look_at_teacher", "other_teacher"]
    assert not steps_of(taught(0.0, 0.09)) and not to_look_at(taught(0.0, 0.09))
    unseen = taught(0, 0, checked=False)
    assert steps_of(unseen) == ["look_at_teacher"] and "nobody knows how many are wrong" in to_look_at(unseen)[0]
    told = Conclusion(advice=Advice.LOOKUP, sentence="Do not.")
    assert not steps_of(mostly.model_copy(update={"verdict": told}))


def test_who_is_told_not_to_teach_is_not_told_how_teaching_again_went() -> None:
    assert not tried(forgetful().model_copy(update={"verdict": Conclusion(advice=Advice.PROMPT, sentence="Do not.")}))


def test_fewer_times_are_not_proposed_where_more_were_measured_to_be_better() -> None:
    memorised = GuardResult(name="memorised", state="warn", sentence="It repeats.", next_action="fewer_rounds")
    forgetting = GuardResult(name="forgetting", state="fail", sentence="Worse.", next_action="mix_general")
    for longer, steps in ((False, ["mix_general", "fewer_rounds"]), (True, ["mix_general", "add_examples"])):
        guards = proposing([memorised, forgetting], longer_was_better=longer)
        assert steps_of(report().model_copy(update={"probes": guards, "diagnosis": ()})) == steps


def test_the_figures_of_a_trial_are_those_that_were_measured() -> None:
    facts, skills = TRIED["general_text"][1], TRIED["forgetting"][1]
    written = " ".join(FIGURES.read_text(encoding="utf-8").split())
    assert re.search(rf"surprise {facts['before']} before, \*\*{facts['now']}\*\*", written)
    assert f"from {facts['before']} to {facts['without']}" in written
    assert f"General questions right: {skills['before_without']}% before" in written
    assert f"{skills['without']}% (support)" in written
    assert f"{skills['before']}%, {skills['now']}%: could be luck" in written
