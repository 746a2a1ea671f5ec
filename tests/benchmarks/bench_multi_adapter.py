"""What two loaded cost: both together beside one alone, two loaded models, and one model whose adapter is toggled.

    python tests/benchmarks/bench_multi_adapter.py [--dtype bfloat16|float32] [--repeats 5] [--pieces 48] [--turns]

A random Llama of about 110M parameters with a LoRA of rank 16 on all layers; every arm writes the same number of
pieces for a question to the starting model and another to the tuned one. Arms are interleaved; only ratios of medians
are to be read, since other programs may be running. The last lines: the first word of a chat's eighth turn with and
without the memory of the turns before, and the parameters held by unique storage. `--turns` measures the turn alone.
"""

import argparse
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, LlamaConfig
from transformers.utils import logging

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from studio.inference.multi_adapter import MultiAdapterModel, load_multi_adapter  # noqa: E402
from studio.schemas.chat import ReplySettings  # noqa: E402
from studio.schemas.example import Message  # noqa: E402
from tests.benchmarks.machine import instruction_set  # noqa: E402
from tests.tiny_models import make_tokenizer  # noqa: E402

SENTENCE = "The tailor measures twice and cuts once, and the order leaves on Tuesday. "


def build(home: Path) -> tuple[Path, Path]:
    """The model and its adapter on disk."""
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=32_000, hidden_size=768, intermediate_size=2304, num_hidden_layers=12, num_attention_heads=12,
        num_key_value_heads=12, max_position_embeddings=4096, tie_word_embeddings=True, eos_token_id=1,
        bos_token_id=None,
    )  # fmt: skip
    model = AutoModelForCausalLM.from_config(config)
    model.save_pretrained(home / "base")
    make_tokenizer().save_pretrained(home / "base")
    lora = LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM", init_lora_weights=False)
    get_peft_model(model, lora).save_pretrained(home / "adapter")
    return home / "base", home / "adapter"


def asked(text: str) -> list[Message]:
    return [Message(role="user", content=text)]


def never() -> bool:
    return False


def write(loaded: MultiAdapterModel, chats: dict[str, list[Message]], pieces: int) -> list[str]:
    """Let these contestants answer; the texts, which a random model ends only at the limit."""
    loaded._prefix_caches.clear()
    settings = ReplySettings(max_new_tokens=pieces)
    going = loaded.answer(chats, dict.fromkeys(chats, settings), never)
    while True:
        try:
            next(going)
        except StopIteration as end:
            assert all(reply.tokens == pieces for reply in end.value), [reply.tokens for reply in end.value]
            return [reply.text for reply in end.value]


def generate(model: torch.nn.Module, ids: list[list[int]], pieces: int, **options: object) -> None:
    """As transformers does it."""
    longest = max(map(len, ids))
    mask = [[0] * (longest - len(row)) + [1] * len(row) for row in ids]
    padded = [[0] * (longest - len(row)) + row for row in ids]
    model.generate(
        input_ids=torch.tensor(padded), attention_mask=torch.tensor(mask), do_sample=False, max_new_tokens=pieces,
        min_new_tokens=pieces, pad_token_id=0, **options,
    )  # fmt: skip


def seconds(act: Callable[[], object]) -> float:
    """On one thread the processor's own seconds, which a busy machine does not stretch; else the wall's."""
    clock = time.process_time if torch.get_num_threads() == 1 else time.perf_counter
    began = clock()
    act()
    return clock() - began


def eighth_turn(loaded: MultiAdapterModel) -> tuple[float, float, int]:
    """Seconds to the first piece of the eighth turn with and without memory, and how long the conversation is."""
    chat: list[Message] = []
    settings = {"tuned": ReplySettings(max_new_tokens=8)}
    for _ in range(7):
        chat += asked(SENTENCE * 2)
        replies = yield_all(loaded, chat, settings)
        chat.append(Message(role="assistant", content=replies))
    chat += asked("And then?")
    first = {"tuned": ReplySettings(max_new_tokens=1)}
    length = len(loaded._layouts["tuned"].prompt_ids(chat))
    kept = list(loaded._prefix_caches)
    warm, cold = [], []
    for _ in range(5):
        loaded._prefix_caches = list(kept)
        warm.append(seconds(lambda: yield_all(loaded, chat, first)))
        loaded._prefix_caches = []
        cold.append(seconds(lambda: yield_all(loaded, chat, first)))
    return statistics.median(warm), statistics.median(cold), length


def yield_all(loaded: MultiAdapterModel, chat: list[Message], settings: dict[str, ReplySettings]) -> str:
    going = loaded.answer({"tuned": chat}, settings, never)
    while True:
        try:
            next(going)
        except StopIteration as end:
            return str(end.value[0].text)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--dtype", choices=("bfloat16", "float32"), default="bfloat16")
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--pieces", type=int, default=48)
    options.add_argument("--turns", action="store_true")
    given = options.parse_args()
    dtype, pieces = getattr(torch, given.dtype), given.pieces
    warnings.filterwarnings("ignore")
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    with tempfile.TemporaryDirectory() as home:
        base, adapter = build(Path(home))
        loaded = load_multi_adapter(base, {"tuned": adapter}, dtype=dtype)
        if given.turns:
            return say_eighth_turn(loaded, given.dtype)
        plain = AutoModelForCausalLM.from_pretrained(base, dtype=dtype).eval()
        tuned = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base, dtype=dtype), adapter).eval()
    one, two = asked(SENTENCE), asked(SENTENCE + "Why?")
    ids = [loaded._layouts["base"].prompt_ids(one), loaded._layouts["base"].prompt_ids(two)]

    def toggling() -> None:
        with tuned.disable_adapter():
            generate(tuned, ids[:1], pieces)
        generate(tuned, ids[1:], pieces)

    arms: dict[str, Callable[[], object]] = {
        "both loaded together": lambda: write(loaded, {"base": one, "tuned": two}, pieces),
        "tuned pane alone, unmerged": lambda: write(loaded, {"tuned": two}, pieces),
        "base pane alone": lambda: write(loaded, {"base": one}, pieces),
        "two loaded models": lambda: (generate(plain, ids[:1], pieces), generate(tuned, ids[1:], pieces)),
        "one model, adapter toggled": toggling,
        "PEFT's mixed batch": lambda: generate(tuned, ids, pieces, adapter_names=["__base__", "default"]),
    }
    for act in arms.values():
        act()
    times: dict[str, list[float]] = {name: [] for name in arms}
    for _ in range(given.repeats):
        for name, act in arms.items():
            times[name].append(seconds(act))
    medians = {name: statistics.median(values) for name, values in times.items()}
    alone = medians["tuned pane alone, unmerged"]
    print(f"{given.dtype}, {torch.get_num_threads()} threads, {pieces} pieces each, median of {given.repeats}")
    for name, value in medians.items():
        print(f"{name:30} {value:7.3f} s  {value / alone:5.2f} x the tuned pane alone")
    held = {p.data_ptr(): p.numel() for p in loaded._adapted.model.parameters()}
    extra = sum(t.numel() for t in loaded._adapted.tensors("tuned").values())
    print(f"parameters by unique storage   {(sum(held.values()) + extra) / plain.num_parameters():.3f} x one model")
    say_eighth_turn(loaded, given.dtype)


def say_eighth_turn(loaded: MultiAdapterModel, dtype: str) -> None:
    """With the versions and the instruction set that the figures belong to."""
    warm, cold, length = eighth_turn(loaded)
    said = f"first word {warm * 1e3:.0f} ms, re-read {cold * 1e3:.0f} ms, {cold / warm:.1f} x sooner"
    print(f"transformers {transformers.__version__}, {dtype}, {instruction_set()}")
    print(f"eighth turn, {length} pieces: {said}")


if __name__ == "__main__":
    main()
