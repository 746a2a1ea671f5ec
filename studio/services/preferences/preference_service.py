"""The verbs: which judgements there are, what a run of them would be, and the run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.data.preferences.judgement_checks import examine
from studio.data.preferences.judgement_rows import JudgedRows, handed_in, read_judgements
from studio.data.preferences.replayed_rows import rows_to_replay
from studio.errors import NotFound, StudioError
from studio.schemas.example import Example
from studio.schemas.loop.preference import Judgement
from studio.schemas.recipe import Recipe, recipe_from
from studio.services.feedback.judgements import JudgementService
from studio.services.preferences.judged_parts import (
    FEWEST,
    JUDGED,
    better_replies,
    of_kind,
    parted,
    series_of,
)
from studio.services.runs.run_service import RunService, RunView
from studio.storage.home import Home

ENOUGH = 15  # learned from, in the smallest trial that moved: `tests/benchmarks/README.md`, “Planted preferences”
SLOWER = 4  # times smaller steps than the examples were taught with
PASSES = 3.0
REPLAYED = 0.25  # share of a batch that was taught before: `tests/benchmarks/README.md`, “Planted preferences”


@dataclass(frozen=True)
class PreferencePlan:
    """What would be taught: the judgements that count, the account of the others, the kind, and the version it begins
    with."""

    parent: str
    kind: str  # preferences or thumbs
    rows: JudgedRows
    recipe: Recipe
    notes: tuple[str, ...] = ()

    @property
    def judgements(self) -> list[Judgement]:
        """Those of this kind."""
        return of_kind([row.judgement for row in self.rows.kept], self.kind)


class PreferenceService:
    """Judgements of a project, from a file or given in it, and the runs that learn from them."""

    def __init__(self, home: Home, runs: RunService, judgements: JudgementService) -> None:
        self._home, self._runs, self._judgements = home, runs, judgements

    def read(self, project: str, path: Path, name: str = "") -> JudgedRows:
        """The judgements of a file, examined; nothing is kept of it."""
        return self._examined(project, read_judgements(path, name or path.name))

    def given(self, project: str) -> JudgedRows:
        """What was voted, corrected and thumbed here, examined."""
        return self._examined(project, handed_in(self._judgements.of(project).all))

    def _examined(self, project: str, rows: JudgedRows) -> JudgedRows:
        exam = self._home.exam(project)
        return examine(rows, exam.examples if exam else ())

    def plan(
        self, project: str, rows: JudgedRows, *, parent: str = "", kind: str = "", plainly: bool = False,
        words: Sequence[tuple[str, str]] = (),
    ) -> PreferencePlan:  # fmt: skip
        """What teaching these judgements to a version would be; StudioError when it cannot be.

        `kind` (preferences or thumbs): that of which there are more. `plainly`: only the better replies, as examples.
        """
        folder = self._home.run(parent or self.newest_version(project))
        kind = kind or ("preferences" if len(rows.pairs) >= len(rows.thumbs) else "thumbs")
        count = len(rows.thumbs if kind == "thumbs" else rows.pairs)
        if count < FEWEST:
            key = "too_few_of_both" if rows.pairs and rows.thumbs else "too_few"
            counts = {"count": count, "pairs": len(rows.pairs), "thumbs": len(rows.thumbs)}
            raise StudioError(
                say(f"preference.{key}", least=FEWEST, **counts),
                hint=say("preference.too_few_next", enough=ENOUGH),
                where="preferences",
            )
        ups = sum(thumb.good for thumb in rows.thumbs)
        if kind == "thumbs" and ups in (0, count):
            raise StudioError(
                say("judged.one_kind_of_thumb"), hint=say("judged.one_kind_of_thumb_next"), where="preferences"
            )
        recipe = recipe_for(folder.spec.recipe, "answers" if plainly else kind, words)
        judged = of_kind([row.judgement for row in rows.kept], kind)
        notes = [*rows.said, *rows.notes, replay_note(recipe, folder.train, judged)]
        notes.append(say("preference.plan_thumbs", up=ups, down=count - ups) if kind == "thumbs" else
                     say("preference.plan_pairs", count=count))  # fmt: skip
        other = "preferences" if kind == "thumbs" else "thumbs"
        if others := len(rows.kept) - count:
            notes.append(say(f"preference.other_{other}", count=others))
        plan = PreferencePlan(folder.id, kind, rows, recipe)
        learned = sum(one.part == "train" for one in parted(plan.judgements))
        if learned < ENOUGH:
            notes.append(say("preference.few", count=count, learned=learned, enough=ENOUGH))
        return replace(plan, notes=tuple(notes))

    def teach(
        self, project: str, plan: PreferencePlan, *, by: str, name: str = "", questions: Sequence[str] = (),
        request_key: str = "",
    ) -> RunView:  # fmt: skip
        """Launch it. Both ways of teaching the same judgements keep the same ones aside."""
        spec = self._home.run(plan.parent).spec
        frozen = parted(plan.judgements)
        plainly = plan.recipe.learn_from == "answers"
        learned = better_replies([one.judgement for one in frozen if one.part == "train"])
        count = plan.recipe.replayed_beside(len(learned))

        def replayed(train: list[Example]) -> list[Example]:
            return rows_to_replay(train, plan.judgements, count, plan.recipe.seed)

        run = self._runs.launch(
            project, spec.dataset, plan.recipe, by=by, name=name or say(f"preference.name_{plan.kind}"),
            questions=questions or self._runs.questions(spec.id), parent=spec.id, teach_on=True, judgements=frozen,
            series=series_of(spec.id, plan.judgements), request_key=request_key,
            choose=lambda train: [*learned, *replayed(train)] if plainly else train,
        )  # fmt: skip
        return replace(run, notes=(*plan.notes, *run.notes))

    def parent_for(self, project: str, run: str) -> str:
        """The version to begin with for whoever looks at this run: it, or the one that it began with itself."""
        folder = next((one for one in self._home.runs(project) if one.id == run), None)
        if folder is None or folder.spec.recipe.task != "answers":
            return self.newest_version(project)
        if folder.spec.series.startswith(JUDGED):
            return folder.spec.parent
        over = folder.seen_state().status.is_over and folder.has_version
        return run if over else self.newest_version(project)

    def newest_version(self, project: str) -> str:
        """The newest run that left a version that writes; NotFound when there is none."""
        for folder in self._home.runs(project):
            spec = folder.spec
            if folder.seen_state().status.is_over and folder.has_version and spec.recipe.task == "answers":
                return folder.id
        raise NotFound(say("preference.no_version"), hint=say("preference.no_version_next"), where=project)


def replay_note(recipe: Recipe, taught: Sequence[Example], judgements: Sequence[Judgement]) -> str:
    """Whether rows that were taught are learned again beside the judgements."""
    if not recipe.replay_share:
        return say("preference.not_replayed")
    if not rows_to_replay(taught, judgements, 1, 0):
        return say("preference.nothing_to_replay")
    return say("preference.replayed", share=recipe.replay_share)


def recipe_for(before: Recipe, learn_from: str, words: Sequence[tuple[str, str]] = ()) -> Recipe:
    """The recipe of the version before, with what learning on from judgements changes, then with `knob=value` words."""
    changes: dict[str, Any] = {
        "learn_from": learn_from, "learning_rate": before.learning_rate / SLOWER, "num_train_epochs": PASSES,
        "max_steps": -1, "packing": False, "general_share": 0.0, "eval_steps": 0, "save_steps": 0, "warmup_steps": 0.1,
        "per_device_train_batch_size": max(2, before.per_device_train_batch_size), "replay_share": REPLAYED,
    }  # fmt: skip
    recipe = recipe_from(before.model_dump() | changes)
    if not words:
        return recipe
    texts = {name: str(value) for name, value in recipe.model_dump().items()}
    return recipe_from(texts | dict(words), strings=True)
