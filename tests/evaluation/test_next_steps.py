"""What a report proposes to do next, and what that came to where it was tried."""

import re
from pathlib import Path

import pytest

from studio.evaluation.next_steps import TRIED, proposing, steps_of, tried
from studio.evaluation.report_html import report_page, to_look_at
from studio.schemas.report import Advice, Conclusion, GuardResult, Report
from tests.evaluation.test_report_html import report

FIGURES = Path(__file__).resolve().parents[1] / "benchmarks" / "README.md"


def forgetful(**recipe: object) -> Report:
    """A report whose only finding is that texts outside the work surprise the version more."""
    guard = GuardResult(name="general_text", state="fail", sentence="Worse.", next_action="mix_general")
    return report().model_copy(update={"probes": (guard,), "diagnosis": (), "recipe": recipe})


def test_the_remedy_for_forgetting_stands_with_what_it_came_to() -> None:
    whole = forgetful(general_share=0.0)
    assert steps_of(whole) == ["mix_general"]
    (told,) = to_look_at(whole)
    assert "tried (SmolLM2 135M)" in told and told in report_page(whole)


@pytest.mark.parametrize("recipe", [{"general_share": 0.2}, {"learn_from": "preferences"}])
def test_a_run_that_had_the_remedy_or_has_another_one_is_not_told_of_that_trial(recipe: dict[str, object]) -> None:
    assert steps_of(forgetful(**recipe)) == ["mix_general"] and not tried(forgetful(**recipe))


def test_who_is_told_not_to_teach_is_not_told_how_teaching_again_went() -> None:
    assert not tried(forgetful().model_copy(update={"verdict": Conclusion(advice=Advice.PROMPT, sentence="Do not.")}))


def test_fewer_times_are_not_proposed_where_more_were_measured_to_be_better() -> None:
    memorised = GuardResult(name="memorised", state="warn", sentence="It repeats.", next_action="fewer_rounds")
    forgetting = GuardResult(name="forgetting", state="fail", sentence="Worse.", next_action="mix_general")
    for longer, steps in ((False, ["mix_general", "fewer_rounds"]), (True, ["mix_general", "add_examples"])):
        guards = proposing([memorised, forgetting], longer_was_better=longer)
        assert steps_of(report().model_copy(update={"probes": guards, "diagnosis": ()})) == steps


def test_the_figures_of_a_trial_are_those_that_were_measured() -> None:
    facts = TRIED["mix_general"]
    written = " ".join(FIGURES.read_text(encoding="utf-8").split())
    assert re.search(rf"surprise {facts['before']} before, \*\*{facts['now']}\*\*", written)
    assert f"from {facts['before']} to {facts['without']}" in written
