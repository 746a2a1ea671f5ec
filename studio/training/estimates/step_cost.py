"""What a step costs, foretold from the sizes of the matrices and from how fast this computer multiplies them.

Nothing of the model is needed but its sizes, so this holds for models that are not here and for those too large to be
tried. How far it is off was measured for six sizes (`tests/benchmarks/README.md`); `ERROR` is what is promised.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from studio.models.devices import OtherLoad, has_accelerator, precision_of, wait
from studio.schemas.model import Foretold, Length, ModelEntry, ModelFacts
from studio.schemas.recipe import ADAPTERS, Recipe, recipe_from
from studio.training.estimates.entry_sizes import facts_of_entry
from studio.training.forecast import adapter_parameters, forecast, propose_knobs
from studio.training.labels.label_forecast import forecast_rows, label_knobs
from studio.training.throughput import Throughput, seconds_of
from studio.training.tokenization import TokenizedExample, TokenizedExamples

ERROR = 0.3
WIDTH, ROWS = 512, 512
TRIES, TRYING_SECONDS = 8, 0.06
THREADS_MULTIPLY, THREADS_PASS = 0.9, 0.8  # exponents: two threads are 1.87 times one in products, 1.74 in passes
# Fitted to runs of 7M to 135M parameters on one thread, bfloat16, in processor seconds (tests/benchmarks/README.md);
# those of a card to two shapes of `bench_gpu.py`.
OVER_PRODUCT = 1.17  # a step's products against the fastest one alone
BYTES_PER_NUMBER, BYTES_PER_NUMBER_ON_CARD = 7000, 1700  # passed between products, a token, layer and hidden number
BYTES_PER_SCORE = 350  # the same for each piece that a learned token is scored against
LAYER_SECONDS, LAYER_SECONDS_ON_CARD = 0.004, 0.0004  # of each layer in each step, whatever its size
FILLED_UP = 1.06  # an encoder reads every row of a step as long as the longest one
STARTING_SECONDS, STARTING_PER_PARAMETER = 1.0, 45e-9
WRITTEN_PER_SECOND = 400e6  # bytes of a checkpoint


@dataclass(frozen=True)
class ProductRate:
    """How fast this computer multiplies matrices and passes over numbers. `free`: the share that nobody else used."""

    flops: float
    bytes_per_second: float
    free: float = 1.0


def measure_rate(dtype: Any) -> ProductRate:
    """The fastest of many short products, and of passes over 8 million numbers.

    On a processor one thread is timed by the seconds that it had of it, which other work does not lengthen, and the
    others are counted as `THREADS_MULTIPLY` and `THREADS_PASS` say.
    """
    import torch

    card = has_accelerator()
    scale, device = (8, "cuda") if card else (1, "cpu")
    one = torch.ones(scale * ROWS, scale * WIDTH, dtype=dtype, device=device)
    weights = torch.ones(scale * WIDTH, scale * WIDTH, dtype=dtype, device=device)
    numbers = torch.ones(scale * 8_000_000, device=device)
    threads, load = torch.get_num_threads(), OtherLoad()
    clock = time.perf_counter if card else time.thread_time
    try:
        if not card:
            torch.set_num_threads(1)
        product = fastest(lambda: one @ weights, clock)
        passing = fastest(lambda: numbers.mul_(1.0), clock)
    finally:
        torch.set_num_threads(threads)
    flops, passed = 2 * one.numel() * weights.shape[1] / product, 8 * numbers.numel() / passing
    if not card:
        flops, passed = flops * threads**THREADS_MULTIPLY, passed * threads**THREADS_PASS
    return ProductRate(flops, passed, load.free())


def better(one: ProductRate | None, other: ProductRate) -> ProductRate:
    """The fastest that both saw of the same computer, and how free it is now."""
    if one is None:
        return other
    return ProductRate(max(one.flops, other.flops), max(one.bytes_per_second, other.bytes_per_second), other.free)


def fastest(work: Callable[[], object], clock: Callable[[], float]) -> float:
    """Seconds of the fastest of as many tries as `TRYING_SECONDS` allow, at least `TRIES`; the first one warms up."""
    best, end, tries = 1e9, time.perf_counter() + TRYING_SECONDS, 0
    while tries < TRIES or time.perf_counter() < end:
        began = clock()
        work()
        wait()
        best, tries = min(best, max(clock() - began, 1e-9)), tries + 1
    return best


def foretell(
    entry: ModelEntry, lengths: Sequence[Length], rate: Callable[[Any], ProductRate], passes: float = 1.0
) -> Foretold:
    """What the proposed recipe would take with rows of these lengths, for a model of which only the sizes are known;
    `passes`: with so many times as many passes."""
    facts, labels = facts_of_entry(entry), entry.task == "labels"
    rows = TokenizedExamples([tokens_of(one, facts, labels=labels) for one in lengths])
    knobs = label_knobs([row.whole for row in rows.rows], facts.context) if labels else propose_knobs(facts, rows)
    knobs["num_train_epochs"] = max(1.0, round(float(knobs["num_train_epochs"]) * passes))
    recipe = recipe_from({**knobs, "base_model": entry.id})
    told = forecast_rows(facts, recipe, rows.rows) if labels else forecast(facts, recipe, rows)
    pace = throughput_of_sizes(facts, recipe, rows.rows, rate)
    return Foretold(
        seconds=seconds_of(pace, rows.rows, told, recipe), needs_bytes=told.needs_bytes, free_bytes=told.free_bytes,
        on_card=has_accelerator(), error=ERROR, free=pace.free,
    )  # fmt: skip


def tokens_of(length: Length, facts: ModelFacts, *, labels: bool) -> TokenizedExample:
    """A row of this length; a label model reads what stands before the answer, and learns no token of it."""
    whole = length.asked if labels else length.whole
    ids = [0] * min(whole, facts.context)
    return TokenizedExample("", ids, len(ids) if labels else min(length.asked, facts.context), whole)


def throughput_of_sizes(
    facts: ModelFacts, recipe: Recipe, rows: Sequence[TokenizedExample], rate: Callable[[Any], ProductRate]
) -> Throughput:
    """The pace of a run by its sizes alone. `rate` gives the measured speed for a number format."""
    tokens = sum(len(row.ids) for row in rows) or 1
    learned = 0.0 if recipe.task == "labels" else sum(row.learned for row in rows) / tokens
    mean = sum(len(row.ids) ** 2 for row in rows) / tokens  # length of the row in which a token stands
    speed = rate(precision_of(recipe.precision, facts.parameters))
    card = has_accelerator()
    step_tokens = tokens / max(len(rows), 1) * recipe.per_device_train_batch_size * recipe.gradient_accumulation_steps
    forward, backward = flops_of_token(facts, recipe, learned, mean)
    layers, filled = max(facts.layers, 1), FILLED_UP if recipe.task == "labels" else 1.0
    passed = (BYTES_PER_NUMBER_ON_CARD if card else BYTES_PER_NUMBER) * layers * facts.hidden
    scored = BYTES_PER_SCORE * facts.vocabulary * learned
    calls = (LAYER_SECONDS_ON_CARD if card else LAYER_SECONDS) * layers / step_tokens
    learns = adapter_parameters(facts, recipe)
    updated = 28 * learns / step_tokens  # AdamW reads and writes each number, its gradient and its states
    seconds = (
        OVER_PRODUCT * (forward + backward) / speed.flops
        + (passed + scored + updated) / speed.bytes_per_second
        + calls
    ) * filled  # fmt: skip
    check = OVER_PRODUCT * forward / speed.flops + (passed / 3 + scored / 2) / speed.bytes_per_second + calls / 3
    check *= filled
    start = STARTING_SECONDS + STARTING_PER_PARAMETER * facts.parameters
    save = 0.05 + 12 * learns / WRITTEN_PER_SECOND
    return Throughput(1 / seconds, start, check / seconds, save, speed.free)


def flops_of_token(facts: ModelFacts, recipe: Recipe, learned: float, mean: float) -> tuple[float, float]:
    """Forward and backward, for a token of a row of `mean` tokens of which the share `learned` is scored.

    A product costs 2 FLOPs a weight forwards, 2 backwards for what came in, and 2 more where the weight itself learns.
    """
    table = facts.vocabulary * facts.hidden
    inner = max(facts.parameters - table, facts.parameters // 10)
    attention = 4 * mean * facts.hidden * max(facts.layers, 1)
    head = 2 * table * (1.0 if recipe.method == "full" and recipe.task == "answers" else learned)
    forward = 2 * inner + attention + head
    adapted = 6 * adapter_parameters(facts, recipe) if recipe.method in ADAPTERS else 0
    if recipe.method == "full":
        backward = 2 * forward
    elif recipe.method == "last_layers":
        share = min(1.0, recipe.trained_layers / max(facts.layers, 1))
        backward = share * (4 * inner + 2 * attention) + head
    else:
        backward = 2 * inner + 2 * attention + head
    if recipe.gradient_checkpointing:
        backward += 2 * inner + attention
    return forward, backward + adapted
