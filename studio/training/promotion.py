"""A person keeps a checkpoint as her version, whatever the evaluation thinks of it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError
from studio.schemas.run import ChosenVersion
from studio.storage.checkpoints import MANIFEST, Checkpoint, Checkpoints, publish
from studio.storage.run_folder import RunFolder


def promotable_steps(run_folder: Path) -> list[int]:
    """The steps of the checkpoints that are there, oldest first."""
    return [point.step for point in Checkpoints(RunFolder(run_folder).checkpoints).all()]


def promote_checkpoint(run_folder: Path, step: int, *, by: str, questions: Sequence[str] = ()) -> ChosenVersion:
    """Make the point of this step the person's version, and write down who chose it and by which questions.

    A run that is going is asked to stop and puts it in place as it ends; a run that is over gets it at once.
    """
    folder = RunFolder(run_folder)
    before = folder.chosen
    chosen = ChosenVersion(step=step, by=by, at=datetime.now(UTC), questions=tuple(questions))
    folder.choose(chosen)  # first: from now on no rotation takes the point away
    try:
        point = Checkpoints(folder.checkpoints).at(step)
        if not point.is_whole():
            raise NotFound(
                say("promotion.there_no_whole_saved", step=step),
                hint=say(
                    "promotion.choose_one",
                    map=", ".join(map(str, promotable_steps(run_folder))) or say("promotion.none_was_saved_yet"),
                ),
                where=folder.id,
            )
        lock = folder.lock
        if not lock.take():
            folder.ask_to_stop()
            return chosen
        try:
            put_in_place(folder, point)
        finally:
            lock.release()
    except BaseException:
        folder.choose(before)
        raise
    return chosen


def put_in_place(folder: RunFolder, point: Checkpoint) -> None:
    """Copy the point to where the version lies, with the tokenizer that a checkpoint does not carry."""
    from studio.models.chat_template import load_chat_template
    from studio.models.encoders import load_label_layout

    model = Path(folder.spec.model_folder)
    if not model.is_dir():
        raise StudioError(
            say("promotion.folder_starting_model_gone"), hint=say("promotion.put_back_then_choose"), where=str(model)
        )
    load = load_label_layout if folder.spec.recipe.task == "labels" else load_chat_template
    publish(point, folder.adapter, load(model, point.path).save_whole)


def finish_promotion(folder: RunFolder) -> None:
    """A choice that was made while a run was ending is put in place by whoever ended it."""
    step = folder.chosen_step
    if step is None or step == kept_step(folder):
        return
    lock = folder.lock
    if lock.take():  # otherwise somebody goes on with the run, or keeps a version now
        try:
            put_in_place(folder, Checkpoints(folder.checkpoints).at(step))
        finally:
            lock.release()


def kept_step(folder: RunFolder) -> int | None:
    """Of which step the person's version is."""
    manifest = folder.adapter / MANIFEST
    return int(json.loads(manifest.read_bytes())["step"]) if manifest.is_file() else None
