"""How near to the limit a step of teaching is: `OMP_NUM_THREADS=1 python tests/benchmarks/bench_products.py`.

A few steps of the studio's trainer are timed; the same steps are taken once more, and every matrix product in them is
written down with its sizes and strides. Each is then done alone, on numbers that lie there already, as often as in the
step, at its fastest of several tries: `share` is that time's share of the step's, all in processor seconds of one
process. Attention within rows is counted apart. `operations` are the largest parts of a step by torch's own profiler.
Options: `--shape starter|handbook|135M`, `--precision float32|bfloat16`, `--steps N`, `--no-profile`.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch
from torch.profiler import ProfilerActivity, profile
from torch.utils._python_dispatch import TorchDispatchMode
from transformers import TrainerCallback

from tests.benchmarks.bench_training import LENGTHS, SHAPES, make_model, make_rows, recipe_of, studio
from tests.benchmarks.machine import instruction_set

SHAPES["135M"] = {"vocab_size": 49_152, "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30,
                  "num_attention_heads": 9, "num_key_value_heads": 3}  # fmt: skip
LENGTHS["135M"] = (4.6, 0.4)
PRODUCTS = ("mm", "addmm", "addmm_", "bmm", "baddbmm")
ATTENTION = ("_scaled_dot_product_flash_attention_for_cpu", "_scaled_dot_product_flash_attention_for_cpu_backward")
TRIES = 7


class Recorder(TorchDispatchMode):
    """Every product with the sizes and strides of what goes in, and how often."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[tuple[Any, ...]] = Counter()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func.overloadpacket.__name__ in (*PRODUCTS, *ATTENTION):
            shapes = tuple(
                (tuple(one.shape), one.stride(), one.dtype) if isinstance(one, torch.Tensor) else one for one in args
            )
            self.seen[func, shapes, tuple(sorted((kwargs or {}).items()))] += 1
        return func(*args, **(kwargs or {}))


class During(TrainerCallback):  # type: ignore[misc]
    """Something that is open during every step but the first, which warms up."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make, self.open, self.all = make, None, []

    def on_step_begin(self, args: Any, state: Any, *_: Any, **__: Any) -> None:
        if state.global_step:
            self.open = self.make()
            self.all.append(self.open)
            self.open.__enter__()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        if self.open is not None:
            self.open.__exit__(None, None, None)
        self.open = None


def alone(func: Any, shapes: tuple[Any, ...], words: tuple[Any, ...]) -> float:
    """Processor seconds of this product by itself, at its fastest."""
    made = [
        torch.randn(max(1, sum((n - 1) * s for n, s in zip(one[0], one[1], strict=True)) + 1), dtype=torch.float32)
        .to(one[2]).as_strided(one[0], one[1])
        if isinstance(one, tuple) and len(one) == 3 else one
        for one in shapes
    ]  # fmt: skip
    best = 1e9
    for _ in range(TRIES):
        began = time.process_time()
        func(*made, **dict(words))
        best = min(best, time.process_time() - began)
    return best


def compare(shape: str, precision: str, steps: int, *, profiled: bool) -> dict[str, Any]:
    """Time the steps, write their products down, and do these alone."""
    recorders, profiles = During(Recorder), During(lambda: profile(activities=[ProfilerActivity.CPU]))
    with tempfile.TemporaryDirectory() as place:
        folder, recipe = make_model(shape, Path(place) / "model"), recipe_of(precision, steps)
        rows = make_rows(shape, 8 * steps)
        timed = studio(folder, rows, recipe, Path(place) / "timed")
        studio(folder, rows, recipe, Path(place) / "written", recorders)
        if profiled:
            studio(folder, rows, recipe, Path(place) / "profiled", profiles)
    seconds, spent = sum(timed.seconds[1:]), {"products": 0.0, "attention": 0.0}
    for (func, shapes, words), times in sum((one.seen for one in recorders.all), Counter()).items():
        kind = "attention" if func.overloadpacket.__name__ in ATTENTION else "products"
        spent[kind] += times * alone(func, shapes, words)
    by_name: Counter[str] = Counter()
    for one in profiles.all:
        by_name.update({event.key: event.self_cpu_time_total / 1e6 for event in one.key_averages()})
    whole = sum(by_name.values())
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "shape": shape, "precision": precision,
        "processor": instruction_set(), "threads": torch.get_num_threads(), "steps": steps - 1,
        "tokens_per_second": round(timed.tokens * (1 - 1 / steps) / seconds, 1),
        "seconds": round(seconds, 2), "alone": {kind: round(found, 2) for kind, found in spent.items()},
        "share": round(spent["products"] / seconds, 3), "share_with_attention": round(sum(spent.values()) / seconds, 3),
        "operations": {name: round(found / whole, 3) for name, found in by_name.most_common(14)},
    }  # fmt: skip


def main() -> int:
    """Print one JSON object."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shape", choices=sorted(SHAPES), default="starter")
    options.add_argument("--precision", choices=["bfloat16", "float32"], default="float32")
    options.add_argument("--steps", type=int, default=8)
    options.add_argument("--no-profile", dest="profiled", action="store_false")
    given = options.parse_args()
    print(json.dumps(compare(given.shape, given.precision, given.steps, profiled=given.profiled), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
