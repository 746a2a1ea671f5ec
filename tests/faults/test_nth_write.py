"""Whichever write of a run fails, nothing is called saved that cannot be loaded, and the run can go on.

A failing file layer stands under a tiny run in this process: it lets so many operations through (a file opened for
writing, a rename, a new folder, an fsync, a file of weights) and refuses every later one, as a full disk does.
"""

import builtins
import errno
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

import studio.training.job  # noqa: F401 - once, before anything is replaced: who imports later would keep it
from studio.errors import RunFailed
from studio.schemas.run import Status
from studio.storage.checkpoints import Checkpoints
from studio.storage.run_folder import RunFolder
from studio.training.train import run_training
from tests.model_fixtures import examples, prepare, tiny  # noqa: F401 - fixtures by name

Prepare = Callable[..., RunFolder]
EVERY = int(os.environ.get("STUDIO_EVERY_WRITE", "13"))  # 1 by hand: STUDIO_EVERY_WRITE=1 pytest -o timeout=0 …
FIRST = int(os.environ.get("STUDIO_FIRST_WRITE", "0"))


class FailingDisk:
    """Counts operations under a folder, and fails each one after the first so many."""

    def __init__(self, under: Path, good: int) -> None:
        self.under, self.good, self.seen = str(under), good, 0

    def let(self, path: object) -> None:
        """One more operation on this path."""
        if isinstance(path, str | os.PathLike) and str(path).startswith(self.under):
            self.seen += 1
            if self.seen > self.good:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    def opening(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """`open`, which fails for writing only."""

        def call(path: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            if set(mode) & set("wax+"):
                self.let(path)
            return real(path, mode, *args, **kwargs)

        return call

    def first_path(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """An operation whose first argument is the path."""

        def call(path: Any, *args: Any, **kwargs: Any) -> Any:
            self.let(path)
            return real(path, *args, **kwargs)

        return call

    def syncing(self, real: Callable[[int], None]) -> Callable[[int], None]:
        """`fsync`, which knows a handle only."""

        def call(handle: int) -> None:
            self.let(os.readlink(f"/proc/self/fd/{handle}"))
            real(handle)

        return call

    def weights(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Saving tensors, which writes half of the file before it fails."""

        def call(what: Any, path: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                self.let(path)
            except OSError:
                real(what, path, *args, **kwargs)
                os.truncate(path, os.path.getsize(path) // 2)
                raise
            return real(what, path, *args, **kwargs)

        return call

    def stand_under(self, patch: pytest.MonkeyPatch) -> None:
        """From now on."""
        patch.setattr(builtins, "open", self.opening(builtins.open))
        patch.setattr(io, "open", self.opening(io.open))
        for name in ("rename", "replace", "mkdir"):
            patch.setattr(os, name, self.first_path(getattr(os, name)))
        patch.setattr(os, "fsync", self.syncing(os.fsync))
        patch.setattr(torch, "save", self.weights(torch.save))
        patch.setattr(safetensors.torch, "save_file", self.weights(safetensors.torch.save_file))
        patch.setattr("peft.peft_model.safe_save_file", self.weights(safetensors.torch.save_file))


def loads(folder: Path, model: Path) -> bool:
    """Whether plain PEFT loads what is called the person's version."""
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(model), folder)
    return True


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs the system's list of open files")
def test_whichever_write_of_a_run_fails_what_is_called_saved_can_be_loaded(
    prepare: Prepare,  # noqa: F811
    tiny: Path,  # noqa: F811
) -> None:
    knobs = {"max_steps": 3, "eval_steps": 2, "save_total_limit": 2}
    good, failed = FIRST, 0
    done_all_the_same: list[int] = []
    while True:
        folder = prepare(**knobs)
        disk = FailingDisk(folder.path, good)
        ended = ""
        with pytest.MonkeyPatch.context() as patch:
            disk.stand_under(patch)
            try:
                outcome = run_training(folder.path, lambda: False)
            except (OSError, RunFailed) as error:
                ended = str(error)
        for point in Checkpoints(folder.checkpoints).all():
            assert point.is_whole(), (good, point)
        if folder.adapter.exists():
            assert loads(folder.adapter, tiny), good
        if not ended:
            assert outcome.status is Status.DONE and folder.state.status is Status.DONE
            break
        failed += 1
        if folder.seen_state().status is Status.DONE:
            assert folder.adapter.exists(), good
            done_all_the_same.append(good)
        else:
            assert run_training(folder.path, lambda: False).status is Status.DONE, "with room again it goes on"
        assert "disk is full" in ended or "No space left" in ended, ended
        assert loads(folder.adapter, tiny)
        good += EVERY
    assert disk.seen > 60 and failed >= (disk.seen - FIRST) // EVERY, "the disk counts too little"
    assert all(good == disk.seen - 1 for good in done_all_the_same), "only the fsync after the last rename is too late"
