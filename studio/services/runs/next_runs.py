"""The next run: what the report's buttons start or prepare, always the last recipe with one thing changed."""

from typing import Any

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.recipe import Recipe, recipe_from
from studio.schemas.run import RunSpec
from studio.services.preferences.judged_parts import JUDGED
from studio.services.runs.run_service import RunService, RunView
from studio.storage.home import Home

SEEDS = 3  # runs of one recipe that tell skill from luck
GENERAL_SHARE = 0.4  # of general examples more: a fifth was measured to be too little (tests/benchmarks/README.md)
REPLAY_SHARE = 0.2  # of taught rows more


def same_recipe(one: RunSpec, other: RunSpec) -> bool:
    """The same rows, the same beginning and the same knobs; only the seed may differ."""
    if (one.teaches_on and one.parent) != (other.teaches_on and other.parent):
        return False
    judged = [spec.series for spec in (one, other) if spec.series.startswith(JUDGED)]
    if judged and (len(judged) < 2 or judged[0] != judged[1]):
        return False
    alike = one.recipe.model_copy(update={"seed": 0}) == other.recipe.model_copy(update={"seed": 0})
    return alike and (one.dataset_sha256, one.model_sha256) == (other.dataset_sha256, other.model_sha256)


def siblings(home: Home, spec: RunSpec) -> list[str]:
    """Finished runs of the same recipe with other seeds, oldest first; of one seed the newest."""
    by_seed: dict[int, str] = {}
    for folder in home.runs(spec.project):
        other = folder.spec
        if other.id == spec.id or other.recipe.seed == spec.recipe.seed or not same_recipe(spec, other):
            continue
        if folder.seen_state().status.is_over and folder.has_version:
            by_seed.setdefault(other.recipe.seed, other.id)
    return sorted(by_seed.values())


def changed(recipe: Recipe, action: str) -> Recipe | None:
    """The recipe with what this next action changes; None when the action is not about the recipe."""
    changes: dict[str, dict[str, Any]] = {
        "teach_bolder": {
            "learning_rate": min(1e-2, max(recipe.learning_rate * 3, 1e-4)),
            "num_train_epochs": max(recipe.num_train_epochs, 3.0), "max_steps": -1,
        },
        "fewer_rounds": {"num_train_epochs": max(1.0, recipe.num_train_epochs / 3)},
        "teach_stop": {"max_length": min(1_048_576, recipe.max_length * 2)},
        "mix_general": {"replay_share": min(0.5, recipe.replay_share + REPLAY_SHARE)}
        if recipe.learn_from != "answers"
        else {"general_share": min(0.5, recipe.general_share + GENERAL_SHARE)},
    }  # fmt: skip
    return recipe_from(recipe.model_dump() | changes[action]) if action in changes else None


def words_of(recipe: Recipe, action: str) -> list[str]:
    """What this next action changes of the recipe, as `studio train --set` takes it; empty when it is not about it."""
    before, after = recipe.model_dump(), (changed(recipe, action) or recipe).model_dump()
    return [f"{name}={value}" for name, value in after.items() if value != before[name]]


class NextRuns:
    """The verbs behind the report's buttons."""

    def __init__(self, home: Home, runs: RunService) -> None:
        self._home, self._runs = home, runs

    def recipe(self, run: str, action: str) -> Recipe:
        """What the next run would be taught with."""
        found = changed(self._home.run(run).spec.recipe, action)
        if found is None:
            raise StudioError(
                say("next_runs.step_not_about_recipe"), hint=say("next_runs.look_at_examples"), where=action
            )
        return found

    def seeds(self, run: str, *, by: str) -> list[RunView]:
        """As many runs of the same recipe with other seeds as are missing to three; they wait in the queue.

        With one that waits or runs already none is started twice.
        """
        folder = self._home.run(run)
        spec, judgements = folder.spec, folder.frozen_judgements
        plainly = judgements and spec.recipe.learn_from == "answers"  # its rows were picked, and are picked again
        exists = [
            view
            for view in self._runs.all(spec.project)
            if view.id != run and same_recipe(spec, view.spec) and view.spec.recipe.seed != spec.recipe.seed
            and (view.has_version or not view.state.status.is_over)
        ]  # fmt: skip
        used = {spec.recipe.seed, *(view.spec.recipe.seed for view in exists)}
        made = []
        seed = spec.recipe.seed
        while len(used) < SEEDS:
            seed = (seed + 1) % 2**32
            if seed in used:
                continue
            used.add(seed)
            recipe = spec.recipe.model_copy(update={"seed": seed})
            name = f"{spec.name} seed {seed}".strip()
            made.append(self._runs.launch(spec.project, spec.dataset, recipe, by=by, name=name, parent=spec.parent,
                                          teach_on=spec.teaches_on, key=f"seed-{run}-{seed}",
                                          judgements=judgements, series=spec.series if judgements else "",
                                          choose=lambda train: folder.train if plainly else train))  # fmt: skip
        if not made:
            raise StudioError(say('next_runs.three_runs_recipe_there'),
                              hint=say('next_runs.ask_exam_again_when'), where=run)  # fmt: skip
        return made
