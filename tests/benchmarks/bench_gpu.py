"""How fast the studio teaches on a GPU, beside plain TRL: `python tests/benchmarks/bench_gpu.py` (under ten minutes).

Shapes of 0.6B and 8B parameters with random weights (nothing is downloaded), synthetic rows as long as people's
mails, equal rows in every optimizer step. Arms in turns: TRL's defaults; TRL's best flags for equal rows in
every step (padding-free, no checkpointing, fused optimizer); the studio. Real tokens per second over the seconds of
optimizer steps, peak memory, and the share of the limit of 4N floating-point operations per token (LoRA: forward, and
backward through activations; N without the input embedding). Without a GPU it says so and ends with status 0;
`--shape tiny --cpu` walks the same code on a processor, for whoever changes it.
"""

import argparse
import contextlib
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM, TrainerCallback
from trl import SFTConfig, SFTTrainer

from studio.models.chat_template import ChatTemplate
from studio.schemas.recipe import Recipe
from studio.storage.run_folder import RunFolder
from studio.training.callback import ProgressCallback
from studio.training.tokenization import TokenizedExample, as_columns
from studio.training.trainer import StudioSFTTrainer, TrainerPlan
from tests.model_fixtures import make_tokenizer

SHAPES: dict[str, dict[str, int]] = {
    "0.6B": {"hidden_size": 1024, "intermediate_size": 3072, "num_hidden_layers": 28, "num_attention_heads": 16,
             "num_key_value_heads": 8, "head_dim": 128, "vocab_size": 151_936},
    "8B": {"hidden_size": 4096, "intermediate_size": 12_288, "num_hidden_layers": 36, "num_attention_heads": 32,
           "num_key_value_heads": 8, "head_dim": 128, "vocab_size": 151_936},
    "tiny": {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4,
             "num_key_value_heads": 2, "head_dim": 16, "vocab_size": 512},
}  # fmt: skip
ROWS_AT_ONCE = {"0.6B": 64, "8B": 32, "tiny": 8}
WARM_STEPS = 3
GPU_FLOPS = 790e12  # bfloat16 matrix products as read on one H200; another card: --flops


@dataclass
class Stopwatch(TrainerCallback):  # type: ignore[misc]
    """Seconds and losses of every optimizer step, the device waited for."""

    seconds: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    began: float = 0.0

    def on_step_begin(self, *_: Any, **__: Any) -> None:
        wait()
        self.began = time.perf_counter()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        wait()
        self.seconds.append(time.perf_counter() - self.began)

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any], **_: Any) -> None:
        if "loss" in logs:
            self.losses.append(logs["loss"])


@dataclass(frozen=True)
class Arm:
    """What one arm did; `peak_bytes` is what the device held at most, weights included."""

    tokens_per_second: float
    peak_bytes: int
    losses: list[float]


def wait() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def make_rows(vocabulary: int, count: int) -> list[TokenizedExample]:
    """Lengths lognormal(4.6, 0.7) between 8 and 2,048; the second half of each row is learned."""
    draw = torch.Generator().manual_seed(1)
    rows = []
    for number in range(count):
        length = int(torch.exp(torch.randn((), generator=draw) * 0.7 + 4.6).clamp(8, 2_048))
        rows.append(
            TokenizedExample(
                f"r{number}", torch.randint(5, vocabulary, (length,), generator=draw).tolist(), length // 2, length
            )
        )
    return rows


def make_model(shape: str) -> Any:
    """Random weights in bfloat16, made where they are used."""
    torch.manual_seed(0)
    config = Qwen3Config(**SHAPES[shape], max_position_embeddings=2_048, tie_word_embeddings=shape != "8B")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    with torch.device(device):
        return Qwen3ForCausalLM(config).to(torch.bfloat16)


def lora() -> LoraConfig:
    return LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")


def timed(rows: list[TokenizedExample], batch: int, stopwatch: Stopwatch, run: Callable[[], Any]) -> Arm:
    """Run a trainer; the first steps only warm up."""
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    run()
    order = torch.randperm(len(rows), generator=torch.Generator().manual_seed(42)).tolist()
    counted = sum(len(rows[place].ids) for place in order[WARM_STEPS * batch :])
    peak = torch.cuda.max_memory_allocated() if torch.cuda.is_available() else 0
    return Arm(counted / sum(stopwatch.seconds[WARM_STEPS:]), peak, stopwatch.losses)


def trl(shape: str, rows: list[TokenizedExample], folder: Path, *, best: bool) -> Arm:
    """A plain script: TRL's defaults, or the flags that its documentation recommends for speed."""
    batch, stopwatch = ROWS_AT_ONCE[shape], Stopwatch()
    flags: dict[str, Any] = (
        {"padding_free": True, "max_length": None, "activation_checkpointing": False, "optim": "adamw_torch_fused"}
        if best
        else {}
    )
    trainer = SFTTrainer(
        model=make_model(shape),
        args=SFTConfig(
            str(folder / "out"), bf16=True, use_cpu=not torch.cuda.is_available(), num_train_epochs=1, seed=42,
            learning_rate=1e-4, per_device_train_batch_size=batch, lr_scheduler_type="constant", logging_steps=1,
            save_strategy="no", report_to="none", disable_tqdm=True, dataloader_pin_memory=False, **flags,
        ),
        train_dataset=Dataset.from_dict(as_columns(rows)),
        processing_class=PreTrainedTokenizerFast.from_pretrained(folder),
        peft_config=lora(),
        callbacks=[stopwatch],
    )  # fmt: skip
    return timed(rows, batch, stopwatch, trainer.train)


def studio(shape: str, rows: list[TokenizedExample], folder: Path) -> Arm:
    """The same through the studio's trainer."""
    batch, stopwatch = ROWS_AT_ONCE[shape], Stopwatch()
    recipe = Recipe(
        learning_rate=1e-4, lora_alpha=32, num_train_epochs=1, per_device_train_batch_size=batch, seed=42,
        precision="bfloat16", lr_scheduler_type="constant", warmup_steps=0, max_length=2_048,
    )  # fmt: skip
    layout = ChatTemplate(PreTrainedTokenizerFast.from_pretrained(folder), "")
    plan = TrainerPlan(recipe, layout, rows, [], folder / "run", torch.bfloat16, "random")
    watch = ProgressCallback(
        RunFolder(folder / "run"), recipe, plan.steps, 10**9, contextlib.nullcontext, lambda: False, {}
    )
    trainer = StudioSFTTrainer(make_model(shape), plan, watch)
    watch.save = lambda write: None  # type: ignore[method-assign]
    trainer.add_callback(stopwatch)
    return timed(rows, batch, stopwatch, trainer.train)


def compare(shape: str, steps: int, repeats: int, flops: float) -> dict[str, Any]:
    """The arms in turns; ratios against TRL's defaults."""
    rows = make_rows(SHAPES[shape]["vocab_size"], (steps + WARM_STEPS) * ROWS_AT_ONCE[shape])
    arms: dict[str, Callable[[Path], Arm]] = {
        "trl": lambda place: trl(shape, rows, place, best=False),
        "trl_best_flags": lambda place: trl(shape, rows, place, best=True),
        "studio": lambda place: studio(shape, rows, place),
    }
    found: dict[str, list[Arm]] = {name: [] for name in arms}
    with tempfile.TemporaryDirectory() as name_of_place:
        place = Path(name_of_place)
        make_tokenizer(place)
        for _ in range(repeats):
            for name, arm in arms.items():
                found[name].append(arm(place))
                gc.collect()
                if torch.cuda.is_available():
                    torch.cuda.empty_cache()
    return report(shape, found, flops)


def report(shape: str, found: dict[str, list[Arm]], flops: float) -> dict[str, Any]:
    """Tokens per second, the share of the limit, peak memory, and how far the losses lie apart."""
    size = SHAPES[shape]
    attention = size["head_dim"] * (2 * size["num_attention_heads"] + 2 * size["num_key_value_heads"])
    layer = size["hidden_size"] * (attention + 3 * size["intermediate_size"])
    parameters = size["num_hidden_layers"] * layer + size["hidden_size"] * size["vocab_size"]
    limit = flops / (4 * parameters)
    plain = found["trl"]
    lines: dict[str, Any] = {"shape": shape, "parameters_without_embedding": parameters, "limit": round(limit)}
    for name, runs in found.items():
        ratios = [ours.tokens_per_second / theirs.tokens_per_second for ours, theirs in zip(runs, plain, strict=True)]
        pairs = zip(runs[0].losses, plain[0].losses, strict=False)
        lines[name] = {
            "tokens_per_second": [round(run.tokens_per_second) for run in runs],
            "times_trl": [round(ratio, 2) for ratio in ratios],
            "share_of_limit": round(max(run.tokens_per_second for run in runs) / limit, 3),
            "peak_memory_of_trl": round(runs[0].peak_bytes / plain[0].peak_bytes, 2) if plain[0].peak_bytes else None,
            "largest_loss_difference": round(max((abs(a - b) / abs(b) for a, b in pairs), default=0.0), 5),
        }
    return lines


def main() -> int:
    """Print one JSON object."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shape", choices=sorted(SHAPES), action="append")
    options.add_argument("--steps", type=int, default=8)
    options.add_argument("--repeats", type=int, default=2)
    options.add_argument("--flops", type=float, default=GPU_FLOPS)
    options.add_argument("--cpu", action="store_true", help="walk the code without a GPU; no figure of it counts")
    given = options.parse_args()
    if not torch.cuda.is_available() and not given.cpu:
        print(json.dumps({"said": "There is no GPU here: nothing was measured. The figures for processors stand."}))
        return 0
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "processor"
    shapes = given.shape or ["0.6B", "8B"]
    found = [compare(shape, given.steps, given.repeats, given.flops) for shape in shapes]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    print(json.dumps({"at": now, "device": device, "torch": torch.__version__, "shapes": found}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
