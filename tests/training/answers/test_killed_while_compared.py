"""A run that ended early and is killed while its saved points are compared goes on with that, and teaches no more."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.schemas.run import Activity, Status
from studio.storage.run_folder import RunFolder
from studio.training.train import run_training
from tests.model_fixtures import losses
from tests.training.answers.test_answer_check import STRANGE, TAUGHT

Prepare = Callable[..., RunFolder]
ROOT = Path(__file__).resolve().parents[3]

# killed where the comparison begins
DIES_COMPARING = """
import os, signal, sys
from pathlib import Path
from studio.storage.run_folder import RunFolder
from studio.training.answers.answer_check import AnswerCheck
from studio.training.train import run_training

folder = RunFolder(Path(sys.argv[1]))

def dying(check, until):
    print(folder.state.activity, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

AnswerCheck._ask = dying
run_training(folder.path, lambda: False)
"""


def early(prepare: Prepare) -> RunFolder:
    """A run that may take 200 steps and ends after the second practice check in a row that is not better."""
    return prepare(train=TAUGHT, validation=STRANGE, max_steps=200, eval_steps=4, learning_rate=2e-2,
                   early_stopping_patience=2, save_total_limit=10)  # fmt: skip


@pytest.mark.slow
def test_it_goes_on_with_the_comparison_and_teaches_no_further_step(prepare: Prepare) -> None:
    whole, killed = early(prepare), early(prepare)
    outcome = run_training(whole.path, lambda: False)
    assert outcome.status is Status.DONE and outcome.steps < 200 and outcome.compared is not None

    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    line = [sys.executable, "-c", DIES_COMPARING, str(killed.path)]
    died = subprocess.run(line, env=environment, capture_output=True, text=True, timeout=240)
    assert died.returncode == -signal.SIGKILL and died.stdout.strip() == Activity.CHECKING, died.stderr[-2000:]
    assert killed.seen_state().status is Status.INTERRUPTED and not killed.adapter.is_dir()

    resumed = run_training(killed.path, lambda: False)
    assert (resumed.status, resumed.steps, resumed.best_step) == (Status.DONE, outcome.steps, outcome.best_step)
    assert list(losses(killed)) == list(losses(whole)), "not one step more"
    assert resumed.compared is not None and resumed.compared.questions == outcome.compared.questions
    assert resumed.reason == outcome.reason and "not better" in resumed.reason
    assert resumed.eval_loss == pytest.approx(outcome.eval_loss)
