"""A real encoder learns labels: the label sample, and the 77 intents of banking77 with its own test split.

    python -m tests.benchmarks.bench_labels FOLDER_OF_AN_ENCODER [sample] [banking77] [--set knob=value …]

Without --set the recipe is the one that the studio proposes. One line of JSON for each table: seconds of the run and of
the processor (which other load does not change), how
often it is right on the exam with its limits, macro F1, and for banking77 also on all 3,080 rows of its test split.
"""

import argparse
import csv
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from studio.models.devices import processor_name
from studio.schemas.chat import ReplySettings
from studio.schemas.example import Message
from studio.services.studio import Studio
from studio.settings import Settings
from studio.training.local_engine import LocalEngine
from tests.benchmarks.machine import instruction_set

ROOT = Path(__file__).resolve().parents[2]
BANKING = ROOT.parent / "shared" / "material" / "datasets" / "banking77"
TABLES = {"sample": ROOT / "sample_data" / "label.csv", "banking77": BANKING / "train.csv"}


def measured(studio: Studio, model: str, name: str, sets: list[str]) -> dict[str, Any]:
    """One table from import to exam."""
    project = studio.imports.import_file(TABLES[name], name, by="bench", fixes=["exact_duplicate"]).project
    began = time.perf_counter()
    run = studio.launch_from_words(project, None, model=model, sets=sets, recipe_file=None, preset="balanced",
                                   by="bench").id  # fmt: skip
    prepared = time.perf_counter() - began
    worked = time.process_time()
    studio.runs.carry_out_when_free(run)
    worked = time.process_time() - worked
    view = studio.runs.view(run)
    if view.outcome is None:
        raise SystemExit(view.state.reason)
    report = studio.evaluation.evaluate(run, by="bench", quick=True)
    found: dict[str, Any] = {
        "table": name, "rows": view.outcome.rows_learned, "steps": view.outcome.steps,
        "best_step": view.outcome.best_step,
        "prepared_seconds": round(prepared, 1), "seconds": round(view.outcome.elapsed_seconds, 1),
        "cpu_seconds": round(worked, 1),
        "tokens_per_second": view.outcome.tokens_per_second, "eval_loss": view.outcome.eval_loss,
        "recipe": {key: getattr(view.spec.recipe, key) for key in
                   ("method", "learning_rate", "num_train_epochs", "per_device_train_batch_size")},
        "exam": {who: [round(100 * part, 1) for part in (it.value, it.low, it.high)]
                 for who, it in report.metrics["label_accuracy"].items()},
        "macro_f1": round(100 * report.metrics["macro_f1"]["tuned"].value, 1), "advice": report.advice.value,
    }  # fmt: skip
    if name == "banking77":
        with (BANKING / "test.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        loaded = studio.engine.load_adapters(Path(view.spec.model_folder), {"tuned": view.folder / "adapter"})
        chats = [[Message(role="user", content=row["text"])] for row in rows]
        began = time.perf_counter()
        replies = loaded.answer_all("tuned", chats, ReplySettings(), lambda: False)
        right = sum(reply.text == row["category"] for reply, row in zip(replies, rows, strict=True))
        found["test_split"] = round(100 * right / len(rows), 2)
        found["texts_per_second"] = round(len(rows) / (time.perf_counter() - began))
    return found


def main() -> None:
    """Each table in a home of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("tables", nargs="*", default=["sample"])
    parser.add_argument("--set", action="append", default=[], dest="sets")
    asked = parser.parse_args()
    print(json.dumps({"processor": processor_name(), "instructions": instruction_set()}))
    for name in asked.tables:
        with tempfile.TemporaryDirectory() as home:
            studio = Studio(Settings(home=Path(home), offline=True), LocalEngine())
            print(json.dumps(measured(studio, asked.model, name, asked.sets)), flush=True)
            studio.close()


if __name__ == "__main__":
    main()
