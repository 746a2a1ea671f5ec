"""How much faster the studio teaches than plain TRL, at equal losses: `python tests/benchmarks/bench_training.py`.

Both arms run in this process, in turns (A B A B …), on the same rows in the same order, with the same model, seed, LoRA
and tokens per optimizer step. Speed counts real tokens (no padding) over the processor time of optimizer steps.
Options: `--shape starter|handbook`, `--precision bfloat16|float32`, `--repeats N`, `--steps N`. With `--prepare ROWS`
it measures instead how fast examples become rows of tokens: by TRL, by the studio, and from the studio's token file.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import LlamaConfig, LlamaForCausalLM, TrainerCallback
from trl import SFTConfig, SFTTrainer

from studio.models.chat_template import ChatTemplate
from studio.schemas.example import Example, pair
from studio.schemas.recipe import Recipe
from studio.storage.run_folder import RunFolder
from studio.training.callback import ProgressCallback
from studio.training.tokenization import TokenizedExample, as_columns
from studio.training.trainer import StudioSFTTrainer, TrainerPlan
from tests.model_fixtures import make_tokenizer

SHAPES: dict[str, dict[str, Any]] = {
    "starter": {"vocab_size": 4096, "hidden_size": 256, "intermediate_size": 704, "num_hidden_layers": 8,
                "num_attention_heads": 4, "num_key_value_heads": 4},
    "handbook": {"vocab_size": 49152, "hidden_size": 384, "intermediate_size": 1024, "num_hidden_layers": 8,
                 "num_attention_heads": 6, "num_key_value_heads": 6},
}  # fmt: skip
LENGTHS = {
    "starter": (4.0, 0.35),
    "handbook": (4.6, 0.7),
}  # mean and spread of the logarithm, as people write mails


@dataclass(frozen=True)
class Arm:
    """What one arm did: loss by step, seconds and real tokens of its optimizer steps."""

    losses: list[float]
    seconds: list[float]
    tokens: int


class Stopwatch(TrainerCallback):  # type: ignore[misc]
    """Processor seconds of every optimizer step."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.losses: list[float] = []

    def on_step_begin(self, *_: Any, **__: Any) -> None:
        self.began = time.process_time()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        self.seconds.append(time.process_time() - self.began)

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any], **_: Any) -> None:
        if "loss" in logs:
            self.losses.append(logs["loss"])


def make_rows(shape: str, count: int, context: int = 512) -> list[TokenizedExample]:
    """Rows of random pieces; half of each is prompt."""
    draw = torch.Generator().manual_seed(1)
    mean, spread = LENGTHS[shape]
    rows = []
    for number in range(count):
        length = int(torch.exp(torch.randn((), generator=draw) * spread + mean).clamp(8, context))
        ids = torch.randint(5, SHAPES[shape]["vocab_size"], (length,), generator=draw).tolist()
        rows.append(TokenizedExample(f"r{number}", ids, length // 2, length))
    return rows


def make_model(shape: str, folder: Path) -> Path:
    """Random weights, the same for both arms."""
    torch.manual_seed(0)
    config = LlamaConfig(**SHAPES[shape], max_position_embeddings=512, tie_word_embeddings=True)
    LlamaForCausalLM(config).save_pretrained(folder)
    make_tokenizer(folder)
    return folder


def recipe_of(precision: str, steps: int) -> Recipe:
    return Recipe(learning_rate=1e-3, r=16, lora_alpha=32, max_steps=steps, per_device_train_batch_size=8,
                  precision=precision, warmup_steps=0)  # fmt: skip


def plain_trl(folder: Path, rows: Sequence[TokenizedExample], recipe: Recipe, out: Path) -> Arm:
    """The script that a knowledgeable person would write: TRL's defaults."""
    from transformers import AutoTokenizer

    watch = Stopwatch()
    trainer = SFTTrainer(
        model=str(folder),
        args=SFTConfig(
            str(out), use_cpu=True, bf16=recipe.precision == "bfloat16", max_steps=recipe.max_steps,
            learning_rate=recipe.learning_rate, per_device_train_batch_size=8, lr_scheduler_type="cosine",
            logging_steps=1, save_strategy="no", report_to="none", disable_tqdm=True,
            dataloader_pin_memory=False,
        ),
        train_dataset=Dataset.from_dict(as_columns(rows)),
        processing_class=AutoTokenizer.from_pretrained(folder),
        peft_config=LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM"),
        callbacks=[watch],
    )  # fmt: skip
    trainer.train()
    return Arm(watch.losses, watch.seconds, trainer._total_train_tokens)


def studio(folder: Path, rows: Sequence[TokenizedExample], recipe: Recipe, out: Path, *beside: TrainerCallback) -> Arm:
    """The same through the studio's own trainer; `beside` are callbacks that look on."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    stopwatch = Stopwatch()
    chat_template = ChatTemplate(AutoTokenizer.from_pretrained(folder), "")
    dtype = torch.bfloat16 if recipe.precision == "bfloat16" else torch.float32
    plan = TrainerPlan(recipe, chat_template, list(rows), [], out, dtype, str(folder))
    run = RunFolder(out)
    watch = ProgressCallback(
        run, recipe, plan.steps, 10**9, lambda: __import__("contextlib").nullcontext(), lambda: False, {}
    )
    trainer = StudioSFTTrainer(AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32), plan, watch)
    watch.save = lambda write: None  # type: ignore[method-assign]
    for callback in (stopwatch, *beside):
        trainer.add_callback(callback)
    trainer.train()
    print("   ", trainer.uses_fused_loss, trainer.collate.__name__, file=sys.stderr)
    return Arm(stopwatch.losses, stopwatch.seconds, trainer.tokens)


def compare(shape: str, precision: str, repeats: int, steps: int) -> dict[str, Any]:
    """Run the arms in turns and put their figures side by side."""
    arms: dict[str, list[Arm]] = {"plain_trl": [], "studio": []}
    with tempfile.TemporaryDirectory() as place:
        folder = make_model(shape, Path(place) / "model")
        rows = make_rows(shape, 8 * steps)
        recipe = recipe_of(precision, steps)
        for turn in range(repeats):
            for name, arm in (("plain_trl", plain_trl), ("studio", studio)):
                arms[name].append(arm(folder, rows, recipe, Path(place) / f"{name}-{turn}"))
    speeds = {
        name: [arm.tokens / sum(arm.seconds[1:]) * (1 - 1 / steps) for arm in found] for name, found in arms.items()
    }
    pairs = list(zip(arms["plain_trl"][0].losses, arms["studio"][0].losses, strict=True))
    ratios = [ours / theirs for ours, theirs in zip(speeds["studio"], speeds["plain_trl"], strict=True)]
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "shape": shape,
        "precision": precision,
        "threads": torch.get_num_threads(),
        "tokens_per_second": {name: round(statistics.median(found), 1) for name, found in speeds.items()},
        "ratio": round(statistics.median(ratios), 2),
        "ratios": [round(ratio, 2) for ratio in ratios],
        "largest_loss_difference": max(abs(one - other) / abs(one) for one, other in pairs),
        "losses": [[round(one, 5), round(other, 5)] for one, other in pairs][:4],
    }


def conversations(count: int) -> list[Example]:
    """Questions and answers of about a hundred pieces each, in words of the sample data."""
    import random

    chance = random.Random(1)
    words = (Path(__file__).resolve().parents[2] / "sample_data" / "support.csv").read_text(encoding="utf-8").split()

    def text() -> str:
        return " ".join(chance.choices(words, k=chance.randint(30, 70)))

    return [pair(number, text(), text()) for number in range(1, count + 1)]


def compare_preparation(count: int, repeats: int) -> dict[str, Any]:
    """Processor seconds of each arm in turns, from examples in memory to rows to learn from."""
    from studio.models.chat_template import load_chat_template
    from studio.settings import shared_folder
    from studio.training.token_cache import kept_rows
    from studio.training.tokenization import make_rows as ours

    chat_template = load_chat_template(shared_folder("assets") / "starter")
    examples, seconds = conversations(count), {"trl": [], "studio": [], "token_file": []}
    model = LlamaForCausalLM(LlamaConfig(vocab_size=len(chat_template.tokenizer), hidden_size=8, intermediate_size=8,
                                         num_hidden_layers=1, num_attention_heads=1))  # fmt: skip
    data = [
        {
            "prompt": [{"role": "user", "content": e.question}],
            "completion": [{"role": "assistant", "content": e.answer}],
        }
        for e in examples
    ]
    with tempfile.TemporaryDirectory() as place:
        kept_rows(Path(place), chat_template, "", examples, 512)
        for turn in range(repeats):
            began = time.process_time()
            dataset = Dataset.from_list([{**row, "turn": turn} for row in data])  # a new one: nothing is remembered
            trainer = SFTTrainer(
                model=model, args=SFTConfig(place, use_cpu=True, bf16=False, max_length=512, report_to="none",
                                            disable_tqdm=True),
                train_dataset=dataset, processing_class=chat_template.tokenizer,
            )  # fmt: skip
            seconds["trl"].append(time.process_time() - began)
            began = time.process_time()
            made = ours(chat_template, examples, 512)
            seconds["studio"].append(time.process_time() - began)
            began = time.process_time()
            read = kept_rows(Path(place), chat_template, "", examples, 512)
            seconds["token_file"].append(time.process_time() - began)
            assert read == made
            assert [row["input_ids"] for row in trainer.train_dataset] == [row.ids for row in made.rows]
    medians = {name: statistics.median(found) for name, found in seconds.items()}
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": count,
        "tokens": made.read_tokens,
        "seconds": {name: round(found, 3) for name, found in medians.items()},
        "studio_times_trl": round(medians["trl"] / medians["studio"], 1),
        "token_file_times_trl": round(medians["trl"] / medians["token_file"], 1),
    }


def main() -> int:
    """Print one JSON object."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shape", choices=sorted(SHAPES), default="starter")
    options.add_argument("--precision", choices=["bfloat16", "float32"], default="bfloat16")
    options.add_argument("--repeats", type=int, default=3)
    options.add_argument("--steps", type=int, default=6)
    options.add_argument("--prepare", type=int, default=0, metavar="ROWS")
    given = options.parse_args()
    if given.prepare:
        print(json.dumps(compare_preparation(given.prepare, given.repeats), indent=2))
        return 0
    print(json.dumps(compare(given.shape, given.precision, given.repeats, given.steps), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
