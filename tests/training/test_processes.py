"""Runs in processes of their own: several on one run, and ones that are killed at any moment."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.schemas.recipe import Recipe
from studio.schemas.run import Status
from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.checkpoints import Checkpoints
from studio.storage.run_folder import RunFolder
from studio.training.local_engine import LocalEngine
from studio.training.train import run_training
from tests.model_fixtures import losses, read_json
from tests.services.conftest import table

Prepare = Callable[..., RunFolder]
ROOT = Path(__file__).resolve().parents[2]


def body(folder: RunFolder, *before: str) -> subprocess.Popen[bytes]:
    """`python -m studio.training.train RUN_FOLDER`, as a child or a cluster starts it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, *before, "-m", "studio.training.train", str(folder.path)]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)


def assert_alike(two: RunFolder, one: RunFolder) -> None:
    """The run of two processes has the curve, the checks and the version of the run of one."""
    import torch
    from safetensors.torch import load_file

    assert losses(two) == pytest.approx(losses(one), rel=1e-5)
    norms = [[line["grad_norm"] for line in folder.metrics() if "loss" in line] for folder in (one, two)]
    assert norms[1] == pytest.approx(norms[0], rel=1e-4)
    checks = [[line["eval_loss"] for line in folder.metrics() if "eval_loss" in line] for folder in (one, two)]
    assert checks[1] == pytest.approx(checks[0], rel=1e-5)
    first, second = (load_file(folder.adapter / "adapter_model.safetensors") for folder in (one, two))
    assert all(torch.allclose(first[name], second[name], atol=1e-5) for name in first)


@pytest.mark.slow
@pytest.mark.nightly
def test_a_server_may_give_a_run_to_several_processes_that_do_what_one_does(tmp_path: Path, tiny: Path) -> None:
    (tmp_path / "tickets.csv").write_text(table(60), encoding="utf-8")
    studio = Studio(Settings(home=tmp_path / "home", offline=True, processes=2), LocalEngine())
    view = studio.imports.import_file(tmp_path / "tickets.csv", "shop", by="ana")
    knobs = {"max_steps": 6, "eval_steps": 3, "per_device_train_batch_size": 4, "gradient_accumulation_steps": 1}
    recipe = Recipe(base_model=str(tiny), learning_rate=5e-3, r=4, lora_alpha=8, **knobs)
    run = studio.runs.launch(view.project, view.id, recipe, by="ana").id
    one = RunFolder(Path(shutil.copytree(studio.home.run(run).path, tmp_path / "one")))
    studio.runs.carry_out(run)
    folder = studio.home.run(run)
    assert folder.state.status is Status.DONE, folder.log.read_text()[-2000:]
    assert list(losses(folder)) == [1, 2, 3, 4, 5, 6] and read_json(folder.path / "machine.json")["processes"] == 2
    studio.close()
    run_training(one.path, lambda: False)
    assert_alike(folder, one)


@pytest.mark.slow
@pytest.mark.nightly  # by hand or by a cluster; so are the same processes behind a server
def test_two_processes_do_what_one_does(prepare: Prepare) -> None:
    one, two = (prepare(max_steps=9, eval_steps=3, gradient_accumulation_steps=1) for _ in range(2))
    run_training(one.path, lambda: False)
    started = body(two, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--standalone")
    _, said = started.communicate(timeout=240)
    assert started.returncode == 0, said.decode()[-2000:]
    assert_alike(two, one)


NURSERY = """
import os, sys
from pathlib import Path
import studio.training.job  # once, before forking
from studio.training.train import run_training

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        run_training(Path(line.strip()), lambda: False)
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""
KILLS = int(os.environ.get("STUDIO_KILLS", "8"))  # by hand: STUDIO_KILLS=200 STUDIO_CURVES=20 pytest -m nightly …
CURVES = int(os.environ.get("STUDIO_CURVES", "1"))  # at least so many killed runs are taught to their end


@pytest.fixture
def nursery() -> Iterator["subprocess.Popen[str]"]:
    """A process with the libraries loaded: for every run folder it is told, it starts a child and says its number."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    line = [sys.executable, "-c", NURSERY]
    with subprocess.Popen(line, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize(
    ("least", "steps"),
    [pytest.param(2, 60, marks=pytest.mark.long), pytest.param(KILLS, 200, marks=pytest.mark.nightly)],
)
def test_a_kill_at_any_moment_loses_nothing_beyond_the_last_saved_point(
    prepare: Prepare, nursery: "subprocess.Popen[str]", least: int, steps: int
) -> None:
    chance = random.Random(int(os.environ.get("STUDIO_KILL_SEED", "1")))
    kills = runs = 0
    while kills < least or runs < CURVES:
        runs += 1
        knobs = {"max_steps": steps, "eval_steps": 5, "save_total_limit": 2, "lora_dropout": 0.1, "seed": runs}
        whole, killed = prepare(**knobs), prepare(**knobs)
        deaths = 0
        while deaths < max(1, min(12, least - kills)) and killed.state.status is not Status.DONE:
            killed_once(killed, nursery, chance)
            deaths += 1
        kills += deaths
        if killed.state.status is not Status.DONE:
            assert run_training(killed.path, lambda: False).status is Status.DONE
        run_training(whole.path, lambda: False)
        assert losses(killed) == pytest.approx(losses(whole), abs=1e-6)
        print(f"{kills} kills, {runs} runs")


def killed_once(folder: RunFolder, nursery: "subprocess.Popen[str]", chance: random.Random) -> None:
    """Carry on with the run in a child and kill it: at any moment, or when it has saved something new."""
    assert nursery.stdin is not None and nursery.stdout is not None
    before = newest_step(folder)
    print(folder.path, file=nursery.stdin, flush=True)
    child = int(nursery.stdout.readline())
    news = chance.random() < 0.6
    if news:
        wait_for(lambda: newest_step(folder) > before or folder.state.status is Status.DONE)
    time.sleep(chance.random() * 0.5)
    seen = newest_step(folder)
    with contextlib.suppress(ProcessLookupError):  # it was through already
        os.kill(child, signal.SIGKILL)
    assert nursery.stdout.readline() == "gone\n"
    point, broken = Checkpoints(folder.checkpoints).newest_whole()
    assert not broken
    assert (point.step if point else 0) >= seen >= before
    assert not news or seen > before
    waiting = () if point else (Status.QUEUED,)  # it had not begun
    assert folder.seen_state().status in (Status.INTERRUPTED, Status.DONE, *waiting)


def newest_step(folder: RunFolder) -> int:
    """The newest finished point, or 0."""
    return max((point.step for point in Checkpoints(folder.checkpoints).all()), default=0)


def wait_for(happened: Callable[[], bool], seconds: float = 120) -> None:
    """Until it happened."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


@pytest.mark.slow
def test_a_polite_end_saves_and_leaves(prepare: Prepare) -> None:
    folder = prepare(max_steps=4000, eval_steps=5)
    child = body(folder)
    wait_for(lambda: newest_step(folder) > 0)
    child.send_signal(signal.SIGTERM)
    _, said = child.communicate(timeout=60)
    assert child.returncode == 0
    assert b"FutureWarning" not in said, "what PEFT has to follow, no person can mend"
    assert folder.state.status is Status.STOPPED
    assert folder.adapter.is_dir()
    assert folder.state.step == newest_step(folder)
