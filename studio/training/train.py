"""Carrying out a prepared run folder, from its frozen rows to the person's version, and saying plainly what went wrong.

Reads and writes the run folder and reads the model's folder; knows no project, no queue and no page.
"""

import errno
import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.errors import RunFailed, StudioError
from studio.models.model_files import SOURCE
from studio.schemas.recipe import Recipe
from studio.schemas.run import RunResult, RunSpec, RunStatus, Status
from studio.storage.checkpoints import Checkpoint, Checkpoints
from studio.storage.files import FileLock, write_json
from studio.storage.parent_watch import watch_parent
from studio.storage.run_folder import RunFolder, interrupted
from studio.training.promotion import finish_promotion

StepLock = Callable[[], AbstractContextManager[Any]]
DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS)
DISK_WORDS = ("No space left", "unexpected pos", "Disk quota", "write failed", "PytorchStreamWriter failed")
MEMORY_WORDS = ("out of memory", "can't allocate memory", "not enough memory", "DefaultCPUAllocator", "bad_alloc")


def run_training(run_folder: Path, should_stop: Callable[[], bool], step_lock: StepLock = nullcontext) -> RunResult:
    """Carry out a run folder, or go on with one that was stopped, interrupted or failed.

    `step_lock` is entered around every optimizer step, so that a chat beside the run gets its turn in between.
    Raises RunFailed for what a person can understand; the run folder's status says the same.
    """
    folder, orphaned = RunFolder(run_folder), watch_parent(os.environ)

    def ends() -> bool:
        return should_stop() or orphaned()

    if int(os.environ.get("RANK", "0")) > 0:  # one of several processes on one run: the first one keeps the folder
        return carry_out(folder, ends, step_lock)
    with carried(folder):
        try:
            result = carry_out(folder, lambda: ends() or folder.stop_requested(), step_lock)
        except Exception as error:  # a fault of ours is written down, too, and raised as it is
            failure = explained(error, folder)
            known = failure or RunFailed(
                say("train.fault_studio_itself_ended", name=type(error).__name__),
                hint=say("train.please_report_with_run"),
            )
            end(folder, RunResult(status=Status.FAILED, reason=known.message, hint=known.hint, **progress(folder)))
            if failure is None:
                raise
            raise failure from error
        if orphaned() and result.status is Status.STOPPED and not folder.stop_requested():
            result = result.model_copy(update={"status": Status.INTERRUPTED, **interrupted()})
        end(folder, result)
    finish_promotion(folder)
    return result


@contextmanager
def carried(folder: RunFolder) -> Iterator[None]:
    """Hold the folder's lock and its status `running`."""
    before = folder.seen_state(by_lock_alone=True)
    lock: FileLock = folder.lock
    if not lock.take():
        raise StudioError(say("train.somebody_already_carrying_out"), hint=say("train.watch_list"), where=folder.id)
    try:
        if before.status is Status.INTERRUPTED:
            folder.write_state(before)
            folder.remove_partial_states()
        if before.status.is_over:
            folder.forget_stop()
        folder.move_to(Status.RUNNING, **({} if before.started else {"started": now()}))
        yield
    finally:
        lock.release()


def now() -> Any:
    """The time of day, for the record only: nothing is ordered by it."""
    from datetime import UTC, datetime

    return datetime.now(UTC)


def carry_out(folder: RunFolder, should_stop: Callable[[], bool], step_lock: StepLock) -> RunResult:
    """Load, learn, and put the best version in place."""
    from studio.training.job import TrainingJob
    from studio.training.labels.label_job import LabelJob
    from studio.training.preferences.preference_job import PreferenceJob

    recipe = folder.spec.recipe
    job = LabelJob if recipe.task == "labels" else TrainingJob if recipe.learn_from == "answers" else PreferenceJob
    return job(folder, should_stop, step_lock).run()


def end(folder: RunFolder, result: RunResult) -> None:
    """Write the result, then the status: whoever sees the status finds the result."""
    write_json(folder.path / "outcome.json", result)
    folder.move_to(result.status, reason=result.reason, hint=result.hint, step=result.steps, best_step=result.best_step)


def progress(folder: RunFolder) -> dict[str, Any]:
    """How far a run came that did not end well."""
    state: RunStatus = folder.state
    adapter = str(folder.adapter) if folder.adapter.is_dir() else ""
    return {"steps": state.step, "best_step": state.best_step, "adapter": adapter}


def explained(error: Exception, folder: RunFolder) -> RunFailed | None:
    """What a person can understand and mend; nothing for a fault of ours."""
    if isinstance(error, RunFailed):
        return error
    if isinstance(error, StudioError):
        return RunFailed(error.message, hint=error.hint, where=error.where)
    text = str(error)
    if (isinstance(error, OSError) and error.errno in DISK_ERRORS) or any(words in text for words in DISK_WORDS):
        return disk_full(folder)
    if isinstance(error, MemoryError) or any(words in text for words in MEMORY_WORDS):
        return out_of_memory(folder.spec.recipe)
    if isinstance(error, OSError):
        return RunFailed(
            say("train.file_could_not_be", strerror=error.strerror or text),
            hint=say("train.see_whether_disk_connected"),
            where=str(error.filename or folder.path),
        )
    return None


def disk_full(folder: RunFolder, needed: int = 0) -> RunFailed:
    """The sentence for a disk that took no more."""
    import shutil

    free = shutil.disk_usage(folder.path).free
    need = say("train.saved_point_needs", size=size(needed)) if needed else ""
    return RunFailed(
        say("train.disk_full_or_cannot", size=size(free), need=need),
        hint=say("train.make_room_resume_run"),
        where=str(folder.path),
    )


def out_of_memory(recipe: Recipe) -> RunFailed:
    """The sentence for too little memory, with three smaller settings."""
    batch, length = recipe.per_device_train_batch_size, recipe.max_length
    ways = []
    if batch > 1:
        ways.append(
            say(
                "train.examples_at_once_with",
                value=max(1, batch // 4),
                gradient_accumulation_steps=recipe.gradient_accumulation_steps * min(4, batch),
            )
        )
    ways.append(say("train.longest_example_pieces_instead", value=max(8, length // 2), length=length))
    if not recipe.gradient_checkpointing:
        ways.append(say("train.save_memory_work_longer"))
    if recipe.method in ("full", "last_layers"):
        ways.append(say("train.method_lora"))
    ways.append(say("train.rank_instead", value=max(1, recipe.r // 2), r=recipe.r))
    ways.append(say("train.smaller_starting_model"))
    return RunFailed(
        say("train.memory_was_not_enough"),
        hint=say("train.try_one") + "; ".join(ways[:3]) + ".",
        where="per_device_train_batch_size",
    )


def size(number: int) -> str:
    """Bytes as a person says them."""
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{max(number, 0) / 1e6:.1f} MB"


def named_base(spec: RunSpec) -> tuple[str, str]:
    """What the adapter calls its starting model: the hub id and revision it came from, or the folder."""
    source = Path(spec.model_folder) / SOURCE  # a download leaves it
    record = json.loads(source.read_text(encoding="utf-8")) if source.is_file() else {}
    if "revision" in record:  # a model of a package has none
        return str(record["id"]), str(record["revision"])
    return str(Path(spec.model_folder).absolute()), ""


def chosen_best_or_newest(checkpoints: Checkpoints, chosen: int | None, best: int | None) -> Checkpoint | None:
    """The point to give to the person: the one that she chose, else the best, else the newest."""
    whole = {checkpoint.step: checkpoint for checkpoint in checkpoints.all() if checkpoint.is_whole()}
    return next((whole[step] for step in (chosen, best, max(whole, default=None)) if step in whole), None)


def main() -> int:
    """`python -m studio.training.train RUN_FOLDER`: what a child, `torchrun`, Slurm and Ray start."""
    import signal
    import sys
    import warnings

    # PEFT still asks a model by the name that transformers 5.23 renamed: nobody who teaches can mend that.
    warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
    live: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: live.append(number))
    try:
        run_training(Path(sys.argv[1]), lambda: bool(live))
    except StudioError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
