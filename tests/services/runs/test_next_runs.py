"""The report's buttons change one thing of the last recipe, or teach it again with other seeds."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from studio.cli.answers import next_in_words
from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.schemas.report import Advice, Cause, Conclusion, GuardResult, Report
from studio.schemas.sentence import Sentence
from studio.services.runs.next_runs import changed, siblings, words_of
from studio.services.studio import Studio
from tests.services.conftest import table


@pytest.fixture
def run(studio: Studio, upload: Callable[[str], tuple[str, str]]) -> str:
    project, dataset = upload(table(120))
    made = studio.runs.launch(project, dataset, Recipe(num_train_epochs=9, seed=7), by="ana").id
    studio.runs.carry_out(made)
    return made


@pytest.mark.parametrize(("action", "knobs"), [
    ("teach_bolder", {"learning_rate", "max_steps", "num_train_epochs"}), ("fewer_rounds", {"num_train_epochs"}),
    ("teach_stop", {"max_length"}), ("mix_general", {"general_share"}),
])  # fmt: skip
def test_a_next_step_changes_what_it_is_about_and_nothing_else(action: str, knobs: set[str]) -> None:
    before = Recipe(learning_rate=1e-9, max_steps=20, num_train_epochs=1)
    after = changed(before, action)
    assert after is not None
    differs = {name for name in Recipe.model_fields if getattr(before, name) != getattr(after, name)}
    assert differs <= knobs and (differs or action == "fewer_rounds")


def test_a_step_that_is_not_about_the_recipe_is_refused(studio: Studio, run: str) -> None:
    assert studio.next_runs.recipe(run, "fewer_rounds").num_train_epochs == 3
    with pytest.raises(StudioError, match="not about the recipe"):
        studio.next_runs.recipe(run, "add_examples")


def test_one_click_teaches_twice_more_with_other_seeds_and_a_second_click_nothing(studio: Studio, run: str) -> None:
    made = studio.next_runs.seeds(run, by="ana")
    assert [view.spec.recipe.seed for view in made] == [8, 9]
    assert {view.spec.recipe.model_copy(update={"seed": 7}) for view in made} == {studio.home.run(run).spec.recipe}
    with pytest.raises(StudioError, match="on their way"):
        studio.next_runs.seeds(run, by="ana")


def test_the_report_uses_the_spread_of_three_seeds_and_says_so(studio: Studio, run: str) -> None:
    first = studio.evaluation.evaluate(run, by="ana", quick=True)
    assert first.seeds is None and any("teach 2 more" in limit for limit in first.limits)
    for view in studio.next_runs.seeds(run, by="ana"):
        studio.runs.carry_out(view.id)
    assert len(siblings(studio.home, studio.home.run(run).spec)) == 2
    report = studio.evaluation.evaluate(run, by="ana", quick=True)
    assert report.seeds is not None and report.seeds.runs[0] == run and len(report.seeds.values) == 3
    assert "called the same" in report.seeds.sentence


def test_a_run_that_saved_a_whole_model_tells_skill_from_luck_too(studio: Studio, run: str) -> None:
    (second, *_) = studio.next_runs.seeds(run, by="ana")
    studio.runs.carry_out(second.id)
    adapter = studio.home.run(second.id).adapter
    (adapter / "adapter_config.json").rename(adapter / "config.json")  # as full and last-layers runs leave it
    assert siblings(studio.home, studio.home.run(run).spec) == [second.id]


def test_another_recipe_or_another_dataset_is_no_sibling(studio: Studio, run: str) -> None:
    spec = studio.home.run(run).spec
    other = studio.runs.launch(spec.project, spec.dataset, Recipe(num_train_epochs=9, seed=8, r=8), by="ana").id
    studio.runs.carry_out(other)
    assert siblings(studio.home, spec) == []


def test_a_next_run_is_said_as_words_for_the_command_line() -> None:
    assert words_of(Recipe(), "mix_general") == ["general_share=0.4"]
    assert words_of(Recipe(), "fewer_rounds") == ["num_train_epochs=1.0"]
    assert words_of(Recipe(), "add_unknowns") == []


def test_the_command_names_what_would_help_with_its_setting() -> None:
    told = Sentence.of("cause.too_few.found", count=3)
    causes = (Cause(name="forgot", found=True, next_action="mix_general", said=(told,)),
              Cause(name="too_few", found=True, next_action="add_examples", said=(told,)))  # fmt: skip
    guard = GuardResult(name="forgetting", state="fail", sentence="Worse.", next_action="mix_general")
    report = Report(id="p1", created=datetime(2026, 11, 26, tzinfo=UTC), by="ana", project="p", run="r", questions=40,
                    exam_sha256="ab", work="free text", main_metric="chrf", contestants=("base", "tuned"),
                    probes=(guard,), diagnosis=causes, verdict=Conclusion(advice=Advice.USE, said=(told,)))  # fmt: skip
    *steps, tried = next_in_words(report, Recipe())
    assert steps == [
        "Next: Teach again, with general examples mixed in (studio train --set general_share=0.4).",
        "Next: Add examples.",
    ]
    assert tried.startswith("Tried with SmolLM2 135M: of general questions it answered")
