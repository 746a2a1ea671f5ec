"""What a run takes of the memory: as it was said before, and no more with every step."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from studio.engine.forecast import memory_bytes, rows_for
from studio.engine.inspect_child import facts_of
from studio.storage.run_folder import RunFolder
from tests.benchmarks.bench_estimates import in_child, make_model, prepare


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="fitted to Linux's allocator")
def test_thirty_million_parameters_take_what_was_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    make_model("30M", tmp_path / "model")
    path = prepare(tmp_path / "model", tmp_path / "run", {"max_steps": 6, "eval_steps": 3}, 120)
    recipe, train = RunFolder(path).ticket.recipe, RunFolder(path).train
    facts = facts_of(tmp_path / "model")
    said = memory_bytes(facts, recipe, rows_for(facts, recipe, train)[1].rows)
    assert said == pytest.approx(in_child("run", path)["bytes"], rel=0.15)


def test_what_a_person_has_set_for_the_allocator_stays() -> None:
    told = "import os; from studio.engine.memory import *; hold_little(); print(os.environ[NAME])".replace(
        "NAME", "'ONEDNN_PRIMITIVE_CACHE_CAPACITY'"
    )
    root = Path(__file__).resolve().parents[2]
    for given, kept in (({}, "128"), ({"ONEDNN_PRIMITIVE_CACHE_CAPACITY": "7"}, "7")):
        environment = {**os.environ, "PYTHONPATH": str(root), **given}
        if not given:
            environment.pop("ONEDNN_PRIMITIVE_CACHE_CAPACITY", None)
        done = subprocess.run([sys.executable, "-c", told], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == kept
