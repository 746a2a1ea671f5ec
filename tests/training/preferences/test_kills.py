"""A run of preferences that is killed at any moment goes on as if nothing had happened, with nothing half-made left."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from studio.schemas.run import Status
from studio.training.train import run_training
from tests.model_fixtures import losses
from tests.training.preferences.conftest import PrepareJudged
from tests.training.preferences.test_preference_job import never, tensors

ROOT = Path(__file__).resolve().parents[3]
KILLS = int(os.environ.get("STUDIO_KILLS", "1"))  # more by hand: STUDIO_KILLS=20 pytest -m "" …/test_kills.py


@pytest.mark.long
@pytest.mark.parametrize("seed", range(KILLS))
@pytest.mark.parametrize("kind", ["preferences", "thumbs"])
def test_a_killed_run_goes_on_to_the_same_version(kind: str, seed: int, prepare_judged: PrepareJudged) -> None:
    whole = prepare_judged(learn_from=kind, max_steps=30, eval_steps=3, replay_share=0.25)
    parts = prepare_judged(learn_from=kind, max_steps=30, eval_steps=3, replay_share=0.25)
    run_training(whole.path, never)
    line = [sys.executable, "-m", "studio.training.train", str(parts.path)]
    with subprocess.Popen(line, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as going:
        began = time.monotonic()
        while not any("loss" in one for one in parts.metrics()):
            assert going.poll() is None and time.monotonic() - began < 120
            time.sleep(0.02)
        time.sleep(random.Random(f"{kind} {seed}").uniform(0.0, 2.0))
        going.send_signal(signal.SIGKILL)
        going.wait()
    if parts.state.status is not Status.DONE:  # a quick machine was through already
        assert parts.seen_state().status is Status.INTERRUPTED
        assert run_training(parts.path, never).status is Status.DONE
    assert losses(parts) == losses(whole)
    one, other = tensors(whole.adapter), tensors(parts.adapter)
    assert all(bool((one[name] == other[name]).all()) for name in one)
    assert not [
        path for path in parts.path.rglob("*") if path.name in ("ref", ".adapter-new") or path.suffix == ".part"
    ]
