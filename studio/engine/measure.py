"""How fast this computer would teach: a few real steps on real rows, measured, thrown away and remembered as a speed.

Imported late: this module imports the heavy libraries.
"""

import contextlib
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy
import torch

from studio.engine.devices import precision_of
from studio.engine.layout import Layout
from studio.engine.lesson import load_model
from studio.engine.rows import Row
from studio.engine.trainer import Plan, Teacher
from studio.engine.watch import Watch
from studio.records.model import Forecast, ModelFacts
from studio.records.recipe import Recipe
from studio.storage.run_folder import RunFolder

STEPS = 4
CHECKS = 11  # the starting model and about ten times in the run
FIXED_SECONDS = 2.0  # loading, and the last copy
SAVE_SECONDS = 0.05


def tokens_per_second(facts: ModelFacts, recipe: Recipe, layout: Layout, rows: Sequence[Row]) -> float:
    """Teach a copy for a few steps; the first, which warms up, is not counted. Nobody's random numbers change."""
    step = recipe.per_device_train_batch_size * recipe.gradient_accumulation_steps
    every = max(1, len(rows) // (step * STEPS))
    sample = list(rows[::every])[: step * STEPS]
    short = recipe.model_copy(update={"max_steps": STEPS, "eval_steps": 10**6, "save_steps": 10**6})
    with tempfile.TemporaryDirectory() as place, untouched_random_numbers():
        model = load_model(Path(facts.folder), short)
        dtype = precision_of(recipe.precision, facts.parameters)
        plan = Plan(short, layout, sample, [], Path(place), dtype, facts.folder)
        watch = Warmed(
            RunFolder(Path(place)), short, STEPS, facts.vocabulary, contextlib.nullcontext, lambda: False, {}
        )
        teacher = Teacher(model, plan, watch)
        teacher.train()
    return (teacher.tokens - watch.warm_tokens) / max(watch.clock.learning - watch.warm_seconds, 1e-6)


def seconds_of(speed: float, rows: Sequence[Row], found: Forecast, recipe: Recipe) -> float:
    """The whole run: learning, practice checks (forward only) and saving."""
    mean = sum(len(row.ids) for row in rows) / len(rows)
    learned = found.times_seen * found.read_tokens
    checked = CHECKS * max(5, min(200, len(rows) // 9)) * mean / 3
    return FIXED_SECONDS + (learned + checked) / speed + CHECKS * SAVE_SECONDS


class Warmed(Watch):
    """Saves nothing, and remembers where the first step ended."""

    warm_tokens, warm_seconds = 0, 0.0

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """After the first step, counting begins."""
        super().on_step_end(args, state, control, **kwargs)
        if state.global_step == 1:
            self.warm_tokens, self.warm_seconds = self.teacher.tokens, self.clock.learning

    def save(self, write: Any) -> None:
        """Nothing is kept."""


@contextlib.contextmanager
def untouched_random_numbers() -> Iterator[None]:
    """Whatever happens inside, the generators that others share go on as if it had not."""
    states = random.getstate(), numpy.random.get_state()
    with torch.random.fork_rng():
        yield
    random.setstate(states[0])
    numpy.random.set_state(states[1])
