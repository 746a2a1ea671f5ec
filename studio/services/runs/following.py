"""Following one run on the command line: carried out here or watched elsewhere, and what it came to."""

import sys
import threading
from typing import TYPE_CHECKING, Any

from studio.errors import StudioError
from studio.evaluation.learning_verdict import kept_last, not_better
from studio.storage.run_folder import RunFolder

if TYPE_CHECKING:
    from studio.services.runs.run_service import RunView
    from studio.services.studio import Studio

NUMBERS = (
    "steps", "train_loss", "eval_loss", "best_step", "adapter", "elapsed_seconds", "tokens_per_second", "rows_learned",
    "rows_cut", "rows_left_out",
)  # fmt: skip


def follow(studio: "Studio", run: str) -> None:
    """Carry the run out here, or watch the server that does, until it is over; progress on standard error."""
    worker = threading.Thread(target=studio.runs.carry_out_when_free, args=(run,), daemon=True)
    worker.start()
    shown = -1
    while worker.is_alive():
        worker.join(timeout=0.5)
        view = studio.runs.view(run)
        if view.state.step != shown and view.state.total_steps:
            shown = view.state.step
            print(f"step {shown} of {view.state.total_steps}", file=sys.stderr)


def came_to(view: "RunView") -> dict[str, Any]:
    """The numbers of a run that is over, and sentences on where it did less than promised; StudioError if it failed."""
    if view.state.status.value == "failed":
        raise StudioError(view.state.reason, hint=view.state.hint, where=view.id)
    kept = RunFolder(view.folder).kept_last
    worse = [kept_last(kept)] if kept else not_better(RunFolder(view.folder).metrics(), teaches_on=view.spec.teaches_on)
    numbers = {key: getattr(view.outcome, key) if view.outcome else None for key in NUMBERS}
    return {
        "run": view.id, "status": view.state.status.value, **numbers, "planned_seconds": view.spec.planned_seconds,
        "notes": [*view.fallbacks, *map(str, worse or ())],
    }  # fmt: skip
