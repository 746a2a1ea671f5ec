"""How much sooner another recipe is as good as the usual one.

    OMP_NUM_THREADS=1 python -m tests.benchmarks.bench_sooner

The starter learns the support sample by the recipe that people copy (LoRA of rank 16, 2e-4, three passes, cosine), and
by others in one pass each, three seeds: rows shared out anew, and another order. Each run is carried to its end, so
that its rate has come down. The practice check's loss, the exam (chrF of greedy answers), the surprise at the guard's
texts outside the work, steps and processor seconds stand side by side. The losses by step are those of plain TRL
(`bench_training.py`), which also says how many times as long TRL needs for a step. One line of JSON a run.
"""

import argparse
import json
import math
import sys
import tempfile
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from studio.data.split.splitter import split
from studio.evaluation.metrics.text_metrics import mean_chrf
from studio.schemas.chat import ReplySettings
from studio.schemas.example import Example, Message
from studio.schemas.recipe import Recipe
from studio.schemas.run import RunSpec
from studio.settings import keep_private, shared_folder
from studio.storage.run_folder import RunFolder
from studio.training.local_engine import LocalEngine
from tests.benchmarks.bench_estimates import support

ARMS: dict[str, dict[str, Any]] = {
    "usual": {"learning_rate": 2e-4, "num_train_epochs": 3.0},
    "bold": {"learning_rate": 2e-3, "num_train_epochs": 1.0},
    "bolder": {"learning_rate": 5e-3, "num_train_epochs": 1.0},
    "lora+": {"learning_rate": 2e-3, "num_train_epochs": 1.0, "loraplus_lr_ratio": 8.0},
    "rslora": {"learning_rate": 2e-3, "num_train_epochs": 1.0, "method": "rslora"},
}


def texts() -> list[list[Message]]:
    """Those by which the guard sees whether texts outside the work surprise it."""
    read = tomllib.loads((shared_folder("assets") / "probes" / "general.toml").read_text(encoding="utf-8"))["text"]
    return [[Message(role="assistant", content=it["text"])] for it in read]


def measure(arm: str, seed: int, rows: list[Example], place: Path) -> dict[str, Any]:
    """One run to its end, and what it came to."""
    parts, model = split(rows, seed=seed), shared_folder("assets") / "starter"
    recipe = Recipe(base_model=str(model), r=16, lora_alpha=32.0, max_length=512, seed=seed, **ARMS[arm])
    spec = RunSpec(id="run", project="p", created=datetime.now(UTC), by="bench", recipe=recipe, dataset="d",
                   dataset_sha256="0", model_folder=str(model))  # fmt: skip
    folder = RunFolder(place)
    folder.create(spec, parts.train, parts.validation, [])
    began = time.process_time()
    outcome = LocalEngine().train(folder.path, lambda: False)
    seconds = time.process_time() - began
    loaded = LocalEngine().load_adapters(model, {"tuned": folder.adapter})
    chats = [[Message(role="user", content=example.question)] for example in parts.exam]
    replies = loaded.answer_all("tuned", chats, ReplySettings(temperature=0.0, max_new_tokens=120), lambda: False)
    surprise = {
        name: math.exp(sum(lost / n for lost, n in found) / len(found))
        for name in ("base", "tuned") if (found := loaded.losses(name, texts()))
    }  # fmt: skip
    loaded.close()
    curve = [(line["step"], line["eval_loss"]) for line in folder.metrics() if line.get("eval_loss") is not None]
    return {
        "arm": arm, "seed": seed, "steps": outcome.steps, "processor_seconds": round(seconds, 1),
        "eval_loss": round(curve[-1][1], 4), "curve": [(step, round(loss, 3)) for step, loss in curve],
        "chrf": round(mean_chrf([one.text for one in replies], [e.answer for e in parts.exam]), 1),
        "surprise": {name: round(found, 1) for name, found in surprise.items()},
    }  # fmt: skip


def main() -> int:
    """Every arm with every seed, in turns."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--arms", nargs="+", default=list(ARMS), choices=list(ARMS))
    options.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    given = options.parse_args()
    keep_private(offline=True)
    for seed in given.seeds:
        for arm in given.arms:
            with tempfile.TemporaryDirectory() as place:
                print(json.dumps(measure(arm, seed, support(), Path(place) / "run")), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
