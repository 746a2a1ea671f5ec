"""Teaching on: a run begins with the weights of a version, which lie in its own folder, and goes on through kills."""

import shutil
from collections.abc import Callable

import pytest

from studio.errors import RunFailed
from studio.schemas.run import Status
from studio.storage.run_folder import RunFolder
from studio.training.train import run_training
from tests.training.test_train import after, never, outcome_of, same

Prepare = Callable[..., RunFolder]


def begun(prepare: Prepare, version: RunFolder, **knobs: object) -> RunFolder:
    """A prepared run that goes on from this version."""
    folder = prepare(**knobs)
    shutil.copytree(version.adapter, folder.start)
    return folder


def test_it_begins_where_the_version_stood_and_leaves_a_version_of_its_own(prepare: Prepare, taught: Prepare) -> None:
    version = taught()
    folder = begun(prepare, version, max_steps=3)
    run_training(folder.path, never)
    checks = [line["eval_loss"] for line in folder.metrics() if "eval_loss" in line]
    assert checks[0] == pytest.approx(outcome_of(version).eval_loss, rel=1e-4), "the version, not the starting model"
    assert not same(folder.adapter, version.adapter) and same(folder.start, version.adapter)
    assert folder.state.status is Status.DONE


def test_a_stopped_run_goes_on_as_if_it_had_never_stopped(prepare: Prepare, taught: Prepare) -> None:
    whole, parts = (begun(prepare, taught(), max_steps=4, save_steps=1) for _ in range(2))
    run_training(whole.path, never)
    assert run_training(parts.path, after(2)).steps == 2
    parts.forget_stop()
    parts.move_to(Status.QUEUED)
    run_training(parts.path, never)
    assert same(whole.adapter, parts.adapter)


def test_what_is_no_adapter_cannot_be_gone_on_from(prepare: Prepare) -> None:
    folder = prepare(max_steps=2)
    folder.start.mkdir()
    with pytest.raises(RunFailed, match="cannot be taught on"):
        run_training(folder.path, never)
