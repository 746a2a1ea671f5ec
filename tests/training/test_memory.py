"""What a run takes of the memory: as it was said before, and no more with every step."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from studio.models.inspector_process import facts_of
from studio.schemas.model import ModelFacts
from studio.schemas.recipe import Recipe
from studio.storage.run_folder import RunFolder
from studio.training.forecast import memory_bytes, rows_for
from studio.training.tokenization import TokenizedExample
from tests.benchmarks.bench_estimates import in_child, make_model, prepare


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.skipif(sys.platform != "linux", reason="fitted to Linux's allocator")
def test_thirty_million_parameters_take_what_was_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    make_model("30M", tmp_path / "model")
    path = prepare(tmp_path / "model", tmp_path / "run", {"max_steps": 6, "eval_steps": 3}, 120)
    recipe, train = RunFolder(path).spec.recipe, RunFolder(path).train
    facts = facts_of(tmp_path / "model")
    said = memory_bytes(facts, recipe, rows_for(facts, recipe, train)[1].rows)
    assert said == pytest.approx(in_child("run", path)["bytes"], rel=0.15)


@pytest.mark.parametrize(
    ("parameters", "hidden", "layers", "batch", "pieces", "seen"),
    [(595_984_384, 1024, 28, 64, 9_730, 21_991_245_824), (8_190_427_136, 4096, 36, 32, 4_770, 54_103_367_168)],
)
def test_on_a_graphics_card_a_run_takes_no_more_than_was_said_and_little_less(
    parameters: int, hidden: int, layers: int, batch: int, pieces: int, seen: int
) -> None:
    facts = ModelFacts(folder="", sha256="", architecture="qwen3", parameters=parameters, context=2048,
                       vocabulary=151_936, hidden=hidden, layers=layers)  # fmt: skip
    recipe = Recipe(base_model="m", precision="bfloat16", r=16, per_device_train_batch_size=batch)
    lengths = [pieces // batch + (number < pieces % batch) for number in range(batch)]
    rows = [TokenizedExample(str(number), [7] * length, length // 2, length) for number, length in enumerate(lengths)]
    assert 0.95 * seen < memory_bytes(facts, recipe, rows, card=True) < 1.3 * seen


@pytest.mark.parametrize(
    ("parameters", "hidden", "layers", "vocabulary", "pieces", "learned", "seen"),
    [
        (7_475_456, 256, 8, 4_096, 603, 406, 269_000_000),
        (134_515_008, 576, 30, 49_152, 307, 151, 1_263_034_368),
        (361_821_120, 960, 32, 49_152, 307, 151, 2_604_806_144),
    ],
    ids=["starter", "135M", "360M"],
)
def test_in_float32_runs_that_were_seen_took_what_is_said(
    parameters: int, hidden: int, layers: int, vocabulary: int, pieces: int, learned: int, seen: int
) -> None:
    facts = ModelFacts(folder="", sha256="", architecture="llama", parameters=parameters, context=512,
                       vocabulary=vocabulary, hidden=hidden, layers=layers)  # fmt: skip
    row = TokenizedExample("r1", [7] * pieces, pieces - learned, pieces)
    recipe = Recipe(base_model="m", precision="float32", r=16, per_device_train_batch_size=1)
    assert memory_bytes(facts, recipe, [row], card=False) == pytest.approx(seen, rel=0.1)


def test_what_a_person_has_set_for_the_allocator_stays() -> None:
    told = "import os; from studio.training.memory import *; hold_little(); print(os.environ[NAME])".replace(
        "NAME", "'ONEDNN_PRIMITIVE_CACHE_CAPACITY'"
    )
    root = Path(__file__).resolve().parents[2]
    for given, kept in (({}, "128"), ({"ONEDNN_PRIMITIVE_CACHE_CAPACITY": "7"}, "7")):
        environment = {**os.environ, "PYTHONPATH": str(root), **given}
        if not given:
            environment.pop("ONEDNN_PRIMITIVE_CACHE_CAPACITY", None)
        done = subprocess.run([sys.executable, "-c", told], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == kept
