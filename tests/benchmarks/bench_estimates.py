"""Do the forecasts come true? `python tests/benchmarks/bench_estimates.py`: memory and time of real runs beside them.

Random weights of 30M and 110M parameters. Each run has a child of its own; its memory is the peak above the level after
the imports. The time is forecast after the studio's own calibration in that child and compared with the whole run.
Options: `--shape 30M|110M` (both without), `--method lora`, `--precision auto`, `--steps N`, `--length N`, `--batch N`,
`--eval-steps N` (0: ten practice checks a run, which few steps of a large model are lost beside),
`--six` for six sizes from the starter to 360M, `--starter` for the built-in model on the support sample, `--processor`
to count all times in processor seconds, for a machine whose load comes and goes; with `OMP_NUM_THREADS=1` they are one
thread's alone. Each time is also told by the sizes of the matrices, as a card does before anything is opened. On a GPU
the memory is what the allocator has reserved at most, without CUDA's own context; the large shapes are for it alone,
and no time is forecast for them.
"""

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from studio.schemas.example import Example, pair
from studio.schemas.recipe import Recipe
from studio.schemas.run import RunSpec
from studio.storage.run_folder import RunFolder

ROOT = Path(__file__).resolve().parents[2]
SHAPES: dict[str, dict[str, int]] = {
    "30M": {"vocab_size": 49_152, "hidden_size": 384, "intermediate_size": 1024, "num_hidden_layers": 6,
            "num_attention_heads": 6, "num_key_value_heads": 6},
    "60M": {"vocab_size": 49_152, "hidden_size": 512, "intermediate_size": 1536, "num_hidden_layers": 12,
            "num_attention_heads": 8, "num_key_value_heads": 4},
    "135M": {"vocab_size": 49_152, "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30,
             "num_attention_heads": 9, "num_key_value_heads": 3},
    "360M": {"vocab_size": 49_152, "hidden_size": 960, "intermediate_size": 2560, "num_hidden_layers": 32,
             "num_attention_heads": 15, "num_key_value_heads": 5},
    "110M": {"vocab_size": 32_000, "hidden_size": 768, "intermediate_size": 2048, "num_hidden_layers": 12,
             "num_attention_heads": 12, "num_key_value_heads": 12},
    "0.6B": {"vocab_size": 151_936, "hidden_size": 1024, "intermediate_size": 3072, "num_hidden_layers": 28,
             "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 128},
    "1.7B": {"vocab_size": 151_936, "hidden_size": 2048, "intermediate_size": 6144, "num_hidden_layers": 28,
             "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 128},
}  # fmt: skip
SMALL = ("30M", "110M")
ON_A_PROCESSOR = ("30M", "60M", "110M", "135M", "360M")


def make_model(shape: str, folder: Path) -> None:
    """Random weights under a tokenizer of few pieces; the table of words is as wide as the shape says."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from tests.model_fixtures import make_tokenizer

    make_tokenizer(folder)
    torch.manual_seed(0)
    config = LlamaConfig(**SHAPES[shape], max_position_embeddings=512, tie_word_embeddings=True, eos_token_id=1,
                         bos_token_id=None, pad_token_id=0)  # fmt: skip
    large = shape not in ON_A_PROCESSOR
    with torch.device("cuda" if large and torch.cuda.is_available() else "cpu"):
        LlamaForCausalLM(config).to(torch.bfloat16 if large else torch.float32).save_pretrained(folder)


def prepare(model: Path, place: Path, knobs: dict[str, Any], length: int) -> Path:
    """A run folder with rows of different lengths around this many pieces; half of each is learned."""
    chance = random.Random(1)

    def text() -> str:
        return "".join(chance.choices("abcdefgh ", k=chance.randint(length // 4, 3 * length // 4)))

    return freeze(model, place, knobs, [pair(n, text(), text()) for n in range(1, 221)])


def freeze(model: Path, place: Path, knobs: dict[str, Any], rows: list[Example]) -> Path:
    """A run folder; a tenth of the rows is for the practice checks."""
    many = len(rows) * 10 // 11
    recipe = Recipe(base_model=str(model), max_length=512, **knobs)
    spec = RunSpec(id="run", project="p", created=datetime.now(UTC), by="bench", recipe=recipe, dataset="d",
                    dataset_sha256="0", model_folder=str(model))  # fmt: skip
    folder = RunFolder(place)
    folder.create(spec, rows[:many], rows[many:], [])
    return folder.path


def in_child(what: str, folder: Path) -> dict[str, Any]:
    """This file in a process of its own; its last line is the answer."""
    places = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": places, "HF_HUB_OFFLINE": "1"}
    line = [sys.executable, "-W", "ignore", __file__, "--child", what, "--folder", str(folder)]
    said = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
    if said.returncode:
        raise SystemExit(said.stderr[-2000:])
    found: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return found


def child(what: str, path: Path) -> dict[str, Any]:
    """`run`: the peak above the imports and the seconds. `forecast`: what the studio says before the start."""
    import psutil
    import torch

    import studio.training.job
    import studio.training.throughput  # noqa: F401
    from studio.models.inspector_process import facts_of
    from studio.training.local_engine import LocalEngine

    if os.environ.get("STUDIO_BENCH_CLOCK"):
        time.monotonic = time.perf_counter = time.process_time
    folder = RunFolder(path)
    spec = folder.spec
    if what == "forecast":
        engine, facts = LocalEngine(), facts_of(Path(spec.model_folder))
        engine.warm()
        first = engine.forecast(facts, spec.recipe, folder.train, measured=False)
        found = engine.forecast(facts, spec.recipe, folder.train)
        return {"bytes": found.needs_bytes, "seconds": found.seconds, "parts": found.steps, "by_sizes": first.seconds}
    level = psutil.Process().memory_info().rss
    began = time.monotonic()
    outcome = LocalEngine().train(path, lambda: False)
    found = {"bytes": peak_bytes() - level, "seconds": time.monotonic() - began, "steps": outcome.steps}
    if torch.cuda.is_available():
        free, whole = torch.cuda.mem_get_info()
        found["bytes"] = torch.cuda.max_memory_reserved()
        found |= {"allocated": torch.cuda.max_memory_allocated(), "taken_from_card": whole - free}
        found["tokens_per_second"] = outcome.tokens_per_second
    return found


def peak_bytes() -> int:
    """The most this process alone has held. Linux hands `ru_maxrss` down from whoever started the process."""
    said = Path("/proc/self/status").read_text()
    return int(said.split("VmHWM:")[1].split()[0]) * 1024


def support() -> list[Example]:
    """The support sample's questions and answers."""
    with (ROOT / "sample_data" / "support.csv").open(encoding="utf-8", newline="") as stream:
        return [pair(n, row[0], row[1]) for n, row in enumerate(list(csv.reader(stream))[1:], start=1)]


def compare(shape: str, knobs: dict[str, Any], length: int) -> dict[str, Any]:
    """One shape: said and seen."""
    with tempfile.TemporaryDirectory() as place:
        model = Path(place) / "model"
        if shape == "starter":
            folder = freeze(ROOT / "assets" / "starter", Path(place) / "run", knobs, support())
        else:
            make_model(shape, model)
            folder = prepare(model, Path(place) / "run", knobs, length)
        said, seen = in_child("forecast", folder), in_child("run", folder)
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "shape": shape, **knobs, "length": length,
        "memory_said_mb": round(said["bytes"] / 1e6), "memory_seen_mb": round(seen["bytes"] / 1e6),
        "memory_off": round(said["bytes"] / seen["bytes"] - 1, 3),
        "seconds_said": said["seconds"], "seconds_seen": round(seen["seconds"], 1),
        "seconds_by_sizes": said["by_sizes"],
        "time_by_sizes_off": said["by_sizes"] and round(said["by_sizes"] / seen["seconds"] - 1, 3),
        "time_off": said["seconds"] and round(said["seconds"] / seen["seconds"] - 1, 3),
        **{name: seen[name] for name in ("allocated", "taken_from_card", "tokens_per_second") if name in seen},
    }  # fmt: skip


def main() -> int:
    """One JSON line a shape."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shape", choices=sorted(SHAPES))
    options.add_argument("--method", default="lora")
    options.add_argument("--precision", default="auto")
    options.add_argument("--steps", type=int, default=20)
    options.add_argument("--length", type=int, default=120)
    options.add_argument("--batch", type=int, default=8)
    options.add_argument("--eval-steps", type=int, default=0)
    options.add_argument("--starter", action="store_true")
    options.add_argument("--six", action="store_true")
    options.add_argument("--processor", action="store_true")
    options.add_argument("--child")
    options.add_argument("--folder", type=Path)
    given = options.parse_args()
    if given.child:
        print(json.dumps(child(given.child, given.folder)))
        return 0
    knobs = {"method": given.method, "precision": given.precision, "max_steps": given.steps,
             "per_device_train_batch_size": given.batch, "eval_steps": given.eval_steps}  # fmt: skip
    if given.processor:
        os.environ["STUDIO_BENCH_CLOCK"] = "processor"
    six = ("starter", *ON_A_PROCESSOR)
    for shape in six if given.six else ["starter"] if given.starter else [given.shape] if given.shape else SMALL:
        print(json.dumps(compare(shape, knobs, given.length)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
