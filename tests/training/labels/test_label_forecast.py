"""What a run of a label model would take, and what of a row it reads: said before anything starts."""

from pathlib import Path

import pytest

from studio.schemas.example import Example, pair
from studio.schemas.model import ModelFacts
from studio.schemas.recipe import Recipe
from studio.training.local_engine import LocalEngine


@pytest.fixture(scope="module")
def engine() -> LocalEngine:
    return LocalEngine()


@pytest.fixture(scope="module")
def facts(engine: LocalEngine, encoder: Path) -> ModelFacts:
    return engine.inspect(encoder)


@pytest.fixture(scope="module")
def recipe(engine: LocalEngine, facts: ModelFacts, labelled: list[Example]) -> Recipe:
    return Recipe(base_model=facts.folder, **engine.propose_knobs(facts, labelled))


def test_the_proposal_teaches_labels_and_reads_every_text_whole(recipe: Recipe, facts: ModelFacts) -> None:
    assert recipe.task == "labels" and not recipe.problems() and recipe.max_length <= facts.context


def test_rows_steps_memory_and_time_are_foretold(
    engine: LocalEngine, facts: ModelFacts, recipe: Recipe, labelled: list[Example]
) -> None:
    counted = engine.forecast(facts, recipe, labelled, measured=False)
    assert counted.rows == len(labelled) and not counted.blocked
    assert counted.seconds is not None and not counted.measured, "told by sizes at once, before steps were tried"
    assert counted.needs_bytes > 0 and counted.disk_bytes > 0 and "among 3 labels" in counted.notes[0]
    timed = engine.forecast(facts, recipe, labelled)
    assert timed.seconds is not None and timed.seconds > 0


def test_a_table_without_a_choice_is_blocked_in_a_sentence(
    engine: LocalEngine, facts: ModelFacts, recipe: Recipe
) -> None:
    found = engine.forecast(facts, recipe, [pair(number, f"text {number}", "same") for number in range(1, 30)])
    assert "same label, “same”" in found.blocked and "at least two" in found.blocked


def test_answers_that_look_like_several_labels_are_named_with_their_sign(
    engine: LocalEngine, facts: ModelFacts, recipe: Recipe
) -> None:
    rows = [pair(n, f"text {n}", ("red; large", "red", "large; blue", "blue")[n % 4]) for n in range(1, 41)]
    notes = engine.forecast(facts, recipe, rows, measured=False).notes
    assert any("set the sign between them to “;”" in note for note in notes)
    told = engine.forecast(facts, recipe.model_copy(update={"label_separator": ";"}), rows, measured=False)
    assert "among 3 labels" in told.notes[0] and not any("set the sign" in note for note in told.notes)


def test_of_a_long_text_the_beginning_is_read_and_the_rest_is_shown_as_cut(
    engine: LocalEngine, facts: ModelFacts, recipe: Recipe
) -> None:
    example = pair(1, "mend the red coat " * 40, "repair")
    seen = {
        piece.part: piece.text for piece in engine.see(facts, recipe.model_copy(update={"max_length": 10}), example)
    }
    assert seen["read"].startswith("mend the red coat") and seen["learned"] == "repair"
    assert seen["read"] + seen["cut"] == example.question
    found = engine.forecast(facts, recipe.model_copy(update={"max_length": 10}), [example, pair(2, "hat", "price")],
                            measured=False)  # fmt: skip
    assert found.rows_cut == 1 and found.cut_ids == ("r1",)
