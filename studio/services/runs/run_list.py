"""The runs that are there: what they are called, how they differ, and where deleted ones wait for seven days."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError
from studio.services.runs.run_service import RunService, RunView
from studio.services.versions.served_version import served_stack
from studio.storage.database import Database
from studio.storage.files import move_to_trash, safe_name, write_bytes
from studio.storage.home import Home
from studio.storage.recipe_text import KnobDifference, differences
from studio.storage.run_folder import NAME_FILE, RunFolder
from studio.storage.run_queue import RunQueue
from studio.storage.trash import Trash

LONGEST_NAME = 60
AT_MOST = 4  # lines on one plot that can still be told apart


@dataclass(frozen=True)
class RunComparison:
    """Two to four runs side by side: their curves by run id, and what differs between them. `same_check`: whether all
    sat the same practice check, so that their mistakes in it can be compared."""

    runs: tuple[RunView, ...]
    curves: dict[str, list[dict[str, Any]]]
    differences: tuple[KnobDifference, ...]
    same_check: bool = True


class RunList:
    """The verbs around runs that are there already."""

    def __init__(self, home: Home, ledger: Database, runs: RunService) -> None:
        self._home, self._ledger, self._runs, self._queue = home, ledger, runs, RunQueue(ledger)

    def rename(self, run: str, name: str, *, by: str) -> RunView:
        """Another name for a run; an empty one takes the name away. What was frozen at launch stays as it is."""
        folder = self._home.run(run)
        said = " ".join("".join(c for c in name if c.isprintable() or c.isspace()).split())[:LONGEST_NAME]
        write_bytes(folder.path / NAME_FILE, said.encode("utf-8", "replace"))
        self._ledger.note(by, "rename", run)
        return self._runs.view(run)

    def compare(self, runs: Sequence[str]) -> RunComparison:
        """Two to four runs of one project on one plot, with what differs between their recipes and rows."""
        chosen = tuple(self._runs.view(run) for run in dict.fromkeys(runs))
        if not 2 <= len(chosen) <= AT_MOST:
            raise StudioError(say("run_list.choose_two_runs_compare", at_most=AT_MOST), where="runs")
        if len({run.spec.project for run in chosen}) > 1:
            raise StudioError(
                say("run_list.these_runs_belong_different"), hint=say("run_list.their_practice_checks_differ")
            )
        found = differences([run.spec.recipe for run in chosen])
        rows = [f"{sum(1 for _ in RunFolder(run.folder).train):,}" for run in chosen]
        if len(set(rows)) > 1:
            found.append(KnobDifference(say("run_list.examples_learned_from"), tuple(rows)))
        if len({run.spec.dataset_sha256 for run in chosen}) > 1:
            found.append(KnobDifference(say("run_list.version_table"), tuple(run.spec.dataset for run in chosen)))
        curves = {run.id: self._runs.metrics(run.id) for run in chosen}
        same = len({practice_check_of(RunFolder(run.folder)) for run in chosen}) == 1
        return RunComparison(chosen, curves, tuple(found), same)

    def trash(self, run: str, *, by: str) -> None:
        """Delete a run: it lies in the trash for seven days, then it goes for good. Never one that is not over, nor one
        whose version is served."""
        folder = self._home.run(run)
        if served_stack(self._home, folder.spec.project)[-1:] == [run]:
            raise StudioError(say("family.is_served"), hint=say("family.is_served_next"), where=run)
        lock = folder.lock
        if not folder.seen_state().status.is_over or not lock.take():
            raise StudioError(
                say('run_list.run_cannot_be_deleted', value=folder.seen_state().status.value),
                hint=say('run_list.stop_first_what_has'), where=run,
            )  # fmt: skip
        try:
            self._queue.leave(run)
            move_to_trash(folder.path, self._home.path)
        finally:
            lock.release()
        self._ledger.note(by, "trash", f"{folder.path.parent.parent.name}/{run}")

    def restore(self, run: str, *, by: str) -> RunView:
        """Bring a deleted run back to where it was."""
        lying = self._in_trash(safe_name(run))
        if lying is None:
            raise NotFound(
                say("run_list.there_no_run_trash", run=run), hint=say("run_list.kept_there_for_seven"), where=run
            )
        project = lying.spec.project
        target = self._home.project_folder(project) / "runs" / run
        if target.exists():
            raise StudioError(say("run_list.run_name_there_already"), where=run)
        Trash(self._home.path).restore(lying.path.name, f"projects/{project}/runs/{run}")
        self._ledger.note(by, "restore", f"{project}/{run}")
        return self._runs.view(run)

    def deleted(self, project: str) -> list[RunView]:
        """What can still be brought back to this project, the last deleted first."""
        found = [RunFolder(path.parent) for path in self._trash.glob("*/recipe.json") if not path.parent.is_symlink()]
        ours = [folder for folder in found if folder.spec.project == project]
        ours.sort(key=lambda folder: folder.path.name, reverse=True)
        return [RunView(one.spec, one.seen_state(), 0, one.outcome, one.path) for one in ours]

    @property
    def _trash(self) -> Path:
        return self._home.path / "trash"

    def _in_trash(self, run: str) -> RunFolder | None:
        found = sorted(self._trash.glob(f"*-{run}/recipe.json"))
        return RunFolder(found[-1].parent) if found else None


def practice_check_of(folder: RunFolder) -> tuple[str, ...]:
    """What a run was checked by while it learned, for comparison: rows, or judgements that were kept aside."""
    learns = folder.spec.recipe.learn_from
    if learns == "answers":
        return (learns, *sorted(example.content_hash for example in folder.validation))
    return (learns, *sorted(judgement.model_dump_json() for judgement in folder.judgements("validation")))
