"""How fast this computer would train: a few real steps on real rows, measured, thrown away and remembered as a pace.

Imported late: this module imports the heavy libraries.
"""

import contextlib
import gc
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
import torch

from studio.copy.quantities import beside_others
from studio.models.devices import QUIET, OtherLoad, precision_of
from studio.schemas.model import Forecast, ModelFacts
from studio.schemas.recipe import Recipe
from studio.storage.run_folder import RunFolder
from studio.training.callback import ProgressCallback
from studio.training.job import load_model
from studio.training.trainer import Layout, Row, RunPlan, StudioSFTTrainer

STEPS = 24  # at most; the first one warms up
ENOUGH_STEPS, ENOUGH_SECONDS = 4, 4.0  # and no further once it took that long
Load = Callable[[Path, Recipe], Any]


@dataclass(frozen=True)
class Throughput:
    """What a run's time is made of, in seconds of this computer as busy as it was then."""

    tokens_per_second: float
    start: float = 2.0  # to load the model and make everything ready
    check: float = 1 / 3  # what a evaluation of a token takes, as a share of learning from it
    save: float = 0.05
    free: float = 1.0  # the share of the processor that was free for it while it was measured


def measure_throughput(
    facts: ModelFacts, recipe: Recipe, layout: Layout, rows: Sequence[Row],
    should_stop: Callable[[], bool] = bool, load: Load = load_model, teach: Any = StudioSFTTrainer,
) -> Throughput | None:  # fmt: skip
    """Train a copy for a few steps, evaluate it and save it once; None when it was stopped. Nobody's random numbers
    change. `load` and `teach` are how a run of this recipe makes its model and its trainer."""
    try:
        return _measured(facts, recipe, layout, rows, should_stop, load, teach)
    finally:  # model, trainer and callbacks know each other: until they are looked for, their memory is missing
        gc.collect()


def _measured(
    facts: ModelFacts, recipe: Recipe, layout: Layout, rows: Sequence[Row], should_stop: Callable[[], bool], load: Load,
    teach: Any,
) -> Throughput | None:  # fmt: skip
    step = recipe.per_device_train_batch_size * recipe.gradient_accumulation_steps
    every = max(1, len(rows) // (step * STEPS))
    sample = list(rows[::every])[: step * STEPS]
    short = recipe.model_copy(update={"max_steps": STEPS, "eval_steps": 10**6, "save_steps": 10**6})
    with tempfile.TemporaryDirectory() as place, untouched_random_numbers():
        began = time.monotonic()
        model = load(Path(facts.folder), short)
        dtype = precision_of(recipe.precision, facts.parameters)
        plan = RunPlan(short, layout, sample, sample[: 2 * step], Path(place), dtype, facts.folder)
        watch = MeasuringCallback(
            RunFolder(Path(place)), short, STEPS, facts.vocabulary, contextlib.nullcontext, should_stop, {}
        )
        trainer = teach(model, plan, watch)
        start = time.monotonic() - began
        others = OtherLoad()
        trainer.train()
        free = others.free()
    if watch.stopped:
        return None
    speed = (trainer.tokens - watch.warm_tokens) / max(watch.clock.learning - watch.warm_seconds, 1e-6)
    checked = sum(len(row.ids) for row in plan.validation)
    check = watch.check_seconds * speed / max(checked, 1)
    start += watch.warm_seconds - watch.warm_tokens / speed
    return Throughput(speed, start, check, watch.save_seconds, free)


def seconds_of(pace: Throughput, rows: Sequence[Row], forecast: Forecast, recipe: Recipe) -> float:
    """The whole run: making ready, learning, evaluations (the starting model's too) and checkpoints."""
    mean = sum(len(row.ids) for row in rows) / len(rows)
    learned = forecast.times_seen * forecast.read_tokens
    every = recipe.eval_steps or max(1, -(-forecast.steps // 10))
    checks = -(-forecast.steps // every)
    saves = checks + (forecast.steps // recipe.save_steps if recipe.save_steps and recipe.save_steps % every else 0)
    checked = (1 + checks) * max(5, min(200, len(rows) // 9)) * mean * pace.check
    return pace.start + (learned + checked) / pace.tokens_per_second + (saves + 1) * pace.save


def with_time(forecast: Forecast, pace: Throughput, rows: Sequence[Row], recipe: Recipe, *, measured: bool) -> Forecast:
    """The forecast with its time, and a sentence when it was told beside other work."""
    seconds = seconds_of(pace, rows, forecast, recipe)
    notes = forecast.notes
    if pace.free < QUIET:
        notes = (*notes, beside_others(seconds, pace.free, measured=measured))
    told = {"seconds": round(seconds, 1), "measured": measured, "free": pace.free, "notes": notes}
    return forecast.model_copy(update=told)


class MeasuringCallback(ProgressCallback):
    """Remembers where the first step ended, how long the last check and the saving took, and when it is enough."""

    warm_tokens, warm_seconds = 0, 0.0
    check_seconds, save_seconds, _ended = 0.0, 0.0, 0.0

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """After the first step, counting begins."""
        super().on_step_end(args, state, control, **kwargs)
        if state.global_step == 1:
            self.warm_tokens, self.warm_seconds = self.trainer.tokens, self.clock.learning
        counted = self.clock.learning - self.warm_seconds
        if state.global_step >= ENOUGH_STEPS and counted > ENOUGH_SECONDS:
            control.should_evaluate = control.should_save = control.should_training_stop = True
        self._ended = time.monotonic()

    def on_evaluate(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """The check is through."""
        self.check_seconds = time.monotonic() - self._ended

    def save(self, write: Any) -> None:
        """As a run does it, into a place that is thrown away."""
        began = time.monotonic()
        self.checkpoints.save(self.trainer.state.global_step, write, self.totals())
        self.save_seconds = time.monotonic() - began


@contextlib.contextmanager
def untouched_random_numbers() -> Iterator[None]:
    """Whatever happens inside, the generators that others share go on as if it had not."""
    states = random.getstate(), numpy.random.get_state()
    with torch.random.fork_rng():
        yield
    random.setstate(states[0])
    numpy.random.set_state(states[1])
