"""Is the verdict in words right about runs whose fate was planted? `python tests/benchmarks/bench_verdicts.py`.

Five runs of the starter on the support sample, each for three seeds: far too timid, far too bold, ten passes over 30
rows, a healthy one, and one whose answers were dealt out to other questions. Options: `--seeds N`, `--short`.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from studio.errors import RunFailed
from studio.evaluation.learning_verdict import LearningState, LearningVerdict, judge_learning
from studio.schemas.example import Example, pair
from studio.schemas.recipe import Recipe
from studio.schemas.run import RunSpec
from studio.settings import keep_private, shared_folder
from studio.storage.run_folder import RunFolder
from studio.training.train import run_training

CHECKED = 30  # rows of the practice check


@dataclass(frozen=True)
class Fate:
    """A planted run: its rows, its knobs, and which verdicts a careful person would call right."""

    name: str
    rows: int
    right: tuple[LearningState, ...]
    knobs: dict[str, Any]
    shuffled: bool = False


def fates(short: bool) -> list[Fate]:
    """The five, with fewer rows and steps when short."""
    out = (LearningState.OUT_OF_CONTROL, LearningState.UNSTABLE)
    return [
        Fate("rate 1e-9", 120, (LearningState.NOT_YET,), {"learning_rate": 1e-9, "max_steps": 20 if short else 60}),
        Fate("rate 0.5", 120, out, {"learning_rate": 0.5, "max_steps": 20 if short else 60}),
        Fate("30 rows ten times", 30, (LearningState.BY_HEART,), {"num_train_epochs": 10.0}),
        Fate("healthy", 120 if short else 300, (LearningState.LEARNING,), {"num_train_epochs": 3.0}),
        Fate("shuffled answers", 30 if short else 120, (LearningState.BY_HEART, LearningState.NOT_YET),
             {"num_train_epochs": 14.0 if short else 8.0}, shuffled=True),
    ]  # fmt: skip


def rows_of(seed: int) -> list[Example]:
    """The support sample in an order of this seed."""
    import csv

    with (shared_folder("sample_data") / "support.csv").open(encoding="utf-8", newline="") as stream:
        rows = [pair(n, row["question"], row["answer"]) for n, row in enumerate(csv.DictReader(stream), start=1)]
    random.Random(seed).shuffle(rows)
    return rows


def dealt_out(rows: list[Example], seed: int) -> list[Example]:
    """The same questions, each with the answer of another."""
    answers = [row.answer for row in rows]
    random.Random(seed + 1000).shuffle(answers)
    return [row.with_pair(row.question, answer) for row, answer in zip(rows, answers, strict=True)]


def carried_out(fate: Fate, seed: int, place: Path) -> tuple[LearningVerdict, RunFolder]:
    """The run from its frozen rows to the verdict over its curve."""
    rows = rows_of(seed)
    if fate.shuffled:
        rows = dealt_out(rows, seed)
    model = shared_folder("assets") / "starter"
    knobs = {"learning_rate": 2e-3, "max_length": 128, "eval_steps": 0, "save_steps": 10**6, "seed": seed}
    recipe = Recipe(**{**knobs, **fate.knobs})
    spec = RunSpec(id=place.name, project="p", created=datetime.now(UTC), by="bench", recipe=recipe, dataset="d",
                    dataset_sha256="0", model_folder=str(model))  # fmt: skip
    folder = RunFolder(place)
    folder.create(spec, rows[CHECKED : CHECKED + fate.rows], rows[:CHECKED], [])
    try:
        total = run_training(folder.path, lambda: False).steps
    except RunFailed:
        total = folder.state.total_steps
    return judge_learning(folder.metrics(), total), folder


def planted(seeds: int, short: bool) -> Iterator[dict[str, Any]]:
    """One line for each run, as it ends."""
    for seed in range(seeds):
        for fate in fates(short):
            with tempfile.TemporaryDirectory() as place:
                began = time.monotonic()
                verdict, folder = carried_out(fate, seed, Path(place) / "run")
                checks = [round(line["eval_loss"], 3) for line in folder.metrics() if line.get("eval_loss") is not None]
                losses = [round(line["loss"], 3) for line in folder.metrics() if line.get("loss") is not None]
            yield {
                "seed": seed, "run": fate.name, "right": verdict.state in fate.right, "verdict": verdict.state.value,
                "sentence": verdict.sentence, "steps": len(losses), "seconds": round(time.monotonic() - began, 1),
                "losses": losses[:: max(1, len(losses) // 6)], "checks": checks,
            }  # fmt: skip


def main() -> int:
    """One JSON line a run, and at the end how many verdicts were right; exit status 1 unless all are."""
    keep_private(offline=True)
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--short", action="store_true")
    given = options.parse_args()
    found = []
    for line in planted(given.seeds, given.short):
        found.append(line["right"])
        print(json.dumps(line, ensure_ascii=False), flush=True)
    print(f"{sum(found)} of {len(found)} right")
    return 0 if all(found) else 1


if __name__ == "__main__":
    sys.exit(main())
