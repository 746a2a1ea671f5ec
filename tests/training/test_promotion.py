"""A person keeps the saved point that she likes, and it is written down that she did."""

from collections.abc import Callable

import pytest

from studio.errors import NotFound
from studio.schemas.run import Status
from studio.storage.checkpoints import Checkpoints
from studio.storage.files import write_json
from studio.storage.run_folder import RunFolder
from studio.training.promotion import finish_promotion, kept_step, promotable_steps, promote_checkpoint
from studio.training.train import run_training
from tests.training.test_train import never, same

Prepare = Callable[..., RunFolder]


def test_a_point_of_a_run_that_is_over_becomes_the_version(prepare: Prepare) -> None:
    folder = prepare(max_steps=6, eval_steps=2)
    run_training(folder.path, never)
    assert kept_step(folder) == 6
    chosen = promote_checkpoint(folder.path, 2, by="ana", questions=["Do you ship?"])
    assert folder.chosen == chosen and chosen.questions == ("Do you ship?",)
    assert kept_step(folder) == 2
    assert same(folder.adapter, folder.checkpoints / "checkpoint-2")
    assert (folder.adapter / "tokenizer.json").is_file()


def test_a_run_that_is_going_stops_and_keeps_the_chosen_one(prepare: Prepare) -> None:
    folder = prepare(max_steps=400, eval_steps=2, save_total_limit=2)
    steps: list[int] = []

    def choosing() -> bool:
        steps.append(1)
        if len(steps) == 5:
            promote_checkpoint(folder.path, 2, by="ana")
        return False

    outcome = run_training(folder.path, choosing)
    assert outcome.status is Status.STOPPED and outcome.steps == 5
    assert "ana chose to keep the version of step 2" in outcome.reason
    assert kept_step(folder) == 2


def test_a_choice_made_in_the_last_moment_is_put_in_place_by_whoever_ended_the_run(prepare: Prepare) -> None:
    folder = prepare(max_steps=4, eval_steps=2)
    run_training(folder.path, never)
    lock = folder.lock
    assert lock.take()
    promote_checkpoint(folder.path, 2, by="ana")
    assert kept_step(folder) == 4
    lock.release()
    finish_promotion(folder)
    assert kept_step(folder) == 2


@pytest.mark.parametrize("step", [3, 2])
def test_a_point_that_is_not_there_or_damaged_leaves_everything_as_it_was(prepare: Prepare, step: int) -> None:
    folder = prepare(max_steps=4, eval_steps=2)
    run_training(folder.path, never)
    (folder.checkpoints / "checkpoint-2" / "adapter_model.safetensors").write_bytes(b"torn")
    with pytest.raises(NotFound, match="no whole saved point"):
        promote_checkpoint(folder.path, step, by="ana")
    assert folder.chosen is None and kept_step(folder) == 4


def test_a_resumed_run_forgets_the_choice(prepare: Prepare) -> None:
    folder = prepare()
    write_json(folder.path / "chosen.json", {"step": 2, "by": "ana", "at": "2026-01-01T00:00:00Z"})
    folder.forget_stop()
    assert folder.chosen is None


def test_with_live_questions_every_point_can_be_kept_and_old_ones_are_thin(prepare: Prepare) -> None:
    folder = prepare(max_steps=8, eval_steps=2, save_total_limit=2)
    write_json(folder.path / "questions.json", ["how do I mend the coat?"])
    run_training(folder.path, never)
    assert promotable_steps(folder.path) == [2, 4, 6, 8]
    points = Checkpoints(folder.checkpoints)
    assert [point.is_thin for point in points.all()] == [True, True, False, False]
    assert all(point.is_whole() for point in points.all())
    assert points.at(2).size_bytes < points.at(8).size_bytes / 2
    promote_checkpoint(folder.path, 2, by="ana")
    assert same(folder.adapter, folder.checkpoints / "checkpoint-2")


def test_nobody_goes_on_from_a_thin_point(prepare: Prepare) -> None:
    folder = prepare(max_steps=8, eval_steps=2)
    run_training(folder.path, never)
    points = Checkpoints(folder.checkpoints)
    points.all()[-1].thin()
    point, broken = points.newest_whole()
    assert point is not None and (point.step, broken) == (6, [])
