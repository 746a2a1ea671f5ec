"""Teach on or afresh: a rule of thumb. Its numbers were chosen; they were tried with one seed and few
questions only, which decides nothing (`tests/benchmarks/bench_teach_on.py`, `bench_next_version.py`).

To teach on means: begin with the weights of the last version, and go through all rows, old and new, in fewer passes.
"""

from typing import Literal, NamedTuple

from studio.schemas.recipe import Recipe, recipe_from
from studio.schemas.sentence import Sentence
from studio.services.runs.usable_version import goes_on

Way = Literal["teach-on", "afresh"]
WAYS: tuple[Way, ...] = ("teach-on", "afresh")
MOST_NEW = 0.2  # share of the rows that are new: beyond it teaching on was not measured
MOST_IN_A_ROW = 4  # versions that were taught on, one from the other: beyond it was not measured
SHARE = 1 / 3  # of the passes that teaching afresh takes


class ChosenWay(NamedTuple):
    """How the next version is taught, and why, in a sentence."""

    way: Way
    said: Sentence


def choose_way(recipe: Recipe, *, rows: int, new: int, taught_on: int, same_start: bool = True) -> ChosenWay:
    """`rows` in all, of which `new` were added or rewritten; `taught_on`: how many versions before were, in a row."""
    if not goes_on(recipe):
        return ChosenWay("afresh", Sentence.of("next.afresh_method"))
    if not same_start:
        return ChosenWay("afresh", Sentence.of("next.afresh_start"))
    if taught_on >= MOST_IN_A_ROW:
        return ChosenWay("afresh", Sentence.of("next.afresh_in_a_row", versions=taught_on))
    if new > MOST_NEW * rows:
        return ChosenWay("afresh", Sentence.of("next.afresh_many", new=new))
    return ChosenWay("teach-on", Sentence.of("next.teach_on_few", new=new))


def recipe_for(recipe: Recipe, way: Way) -> Recipe:
    """The last version's recipe for examples, with fewer passes where it is taught on."""
    if recipe.learn_from != "answers" or recipe.replay_share:  # smaller steps, and settings of judgements
        recipe = recipe.model_copy(update={"learn_from": "answers", "replay_share": 0.0})
    if way == "afresh":
        return recipe
    changes: dict[str, float] = {"num_train_epochs": max(1.0, round(recipe.num_train_epochs * SHARE, 1))}
    if recipe.max_steps > 0:
        steps = max(1, round(recipe.max_steps * SHARE))
        changes |= {"max_steps": steps, "warmup_steps": min(recipe.warmup_steps, steps)}
    return recipe_from(recipe.model_dump() | changes)
