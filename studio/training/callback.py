"""What happens around the steps of a run: the curve, the evaluations, the checkpoints, and when it is over.

Imported late: this module imports the heavy libraries.
"""

import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from studio.copy.catalog import say
from studio.errors import RunFailed
from studio.models.devices import used_bytes, wait
from studio.schemas.recipe import Recipe
from studio.schemas.run import Activity
from studio.storage.checkpoints import Checkpoints
from studio.storage.run_folder import RunFolder

StepLock = Callable[[], AbstractContextManager[Any]]
BLIND = 1.5  # times the loss of guessing blindly
PATIENCE = 5  # steps in a row


class StepClock:
    """Seconds inside optimizer steps, apart from checking and saving; and since the run began, resumed parts too."""

    def __init__(self, learning: float = 0.0, elapsed: float = 0.0) -> None:
        self.learning, self._began = learning, time.monotonic() - elapsed
        self._step_began = 0.0

    @property
    def elapsed(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._began

    def step_begins(self) -> None:
        """Start counting."""
        self._step_began = time.monotonic()

    def step_ends(self) -> None:
        """Stop counting, once the work is done: an accelerator is only told what to do, and goes on by itself."""
        wait()
        self.learning += time.monotonic() - self._step_began


class ProgressCallback(TrainerCallback):  # type: ignore[misc]
    """Writes the curve and decides, between steps, about checking, saving and ending."""

    def __init__(
        self,
        folder: RunFolder,
        recipe: Recipe,
        total: int,
        vocabulary: int,
        step_lock: StepLock,
        should_stop: Callable[[], bool],
        before: dict[str, Any],
    ) -> None:
        self.folder, self.recipe, self.total, self.step_lock, self.should_stop = (
            folder,
            recipe,
            total,
            step_lock,
            should_stop,
        )
        self.checkpoints = Checkpoints(folder.checkpoints)
        self.clock = StepClock(before.get("learning_seconds", 0.0), before.get("elapsed_seconds", 0.0))
        self.tokens_before: int = before.get("tokens", 0)
        self.blind = math.log(vocabulary)
        self.first_loss: float | None = before.get("first_loss")
        self.train_loss: float | None = before.get("train_loss")
        self.wild = 0
        self.stopped = False
        self.early = False
        self.every = recipe.eval_steps or max(1, -(-total // 10))
        self.save_every = recipe.save_steps or self.every
        self.trainer: Any = None
        self.after_saving: Callable[[int], None] | None = None
        self.thin = False
        self._held = ExitStack()
        self._activity: Activity | None = None
        self._logged = (self.clock.learning, self.tokens_before)

    @property
    def tokens(self) -> int:
        """Real tokens learned with so far, padding not counted."""
        return self.tokens_before + int(self.trainer.tokens)

    @property
    def speed(self) -> float | None:
        """Tokens per second of learning over the whole run."""
        return self.tokens / self.clock.learning if self.clock.learning else None

    def totals(self) -> dict[str, Any]:
        """What a resumed run goes on counting from."""
        return {
            "tokens": self.tokens,
            "learning_seconds": self.clock.learning,
            "elapsed_seconds": self.clock.elapsed,
            "first_loss": self.first_loss,
            "train_loss": self.train_loss,
        }

    def release(self) -> None:
        """Let others have their turn, also after an error."""
        self._held.close()

    def now_does(self, activity: Activity | None) -> None:
        """Into the run's status, by the first process alone; nothing is written while step follows step."""
        if activity is not self._activity and self.trainer.plan.rank == 0:
            self._activity = activity
            self.folder.now_does(activity)

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """A run that had ended early and was killed after its last step, while its saved points were compared: it is
        through, and `RunTrainer` takes no further step."""
        self.early = control.should_training_stop = self.has_run_out(state)

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """The step takes its turn."""
        self.now_does(None)
        self._held.enter_context(self.step_lock())
        self.clock.step_begins()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Decide what follows this step."""
        self.clock.step_ends()
        self.release()
        step = state.global_step
        self.stopped = self.everyone(self.should_stop())
        last = self.stopped or step >= state.max_steps
        control.should_evaluate = last or step % self.every == 0
        control.should_save = control.should_evaluate or step % self.save_every == 0
        control.should_training_stop = control.should_training_stop or last
        control.should_log = control.should_log or last

    def everyone(self, flag_of_first: bool) -> bool:
        """What the first process says, on every process."""
        if self.trainer.plan.world == 1:
            return flag_of_first
        import torch

        flag = torch.tensor([int(flag_of_first)], device=self.trainer.args.device)
        torch.distributed.broadcast(flag, 0)
        return bool(flag.item())

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **_: Any) -> None:
        """One line of the curve, and the alarm when numbers run away."""
        logs = logs or {}
        step = state.global_step
        if "loss" in logs:
            state.log_history.pop()  # the curve is in the run folder; checkpoints carry the evaluations alone
            seconds, tokens = self.clock.learning, self.tokens
            passed = seconds - self._logged[0]
            speed = (tokens - self._logged[1]) / passed if passed > 0 else None
            self._logged = (seconds, tokens)
            self.train_loss = finite(logs["loss"])
            self.write(
                step=step,
                epoch=state.epoch,
                loss=self.train_loss,
                learning_rate=logs.get("learning_rate"),
                grad_norm=finite(logs.get("grad_norm")),
                tokens_per_second=speed and round(speed, 1),
                tokens=tokens,
                elapsed_seconds=round(self.clock.elapsed, 3),
                memory_bytes=used_bytes(),
                **rewards_in(logs),
            )
            self.raise_if_diverging(step, float(logs["loss"]), float(logs.get("grad_norm") or 0.0))
        if "eval_loss" in logs:
            self.write(
                step=step,
                epoch=state.epoch or 0.0,
                eval_loss=finite(logs["eval_loss"]),
                tokens=self.tokens,
                elapsed_seconds=round(self.clock.elapsed, 3),
                **rewards_in(logs, "eval_"),
            )
            if step == 0 and not math.isfinite(logs["eval_loss"]):
                raise unfit()

    def write(self, **values: Any) -> None:
        """Into the run folder, by the first process alone."""
        if self.trainer.plan.rank == 0:
            self.folder.append_metric(**values)

    def raise_if_diverging(self, step: int, loss: float, grad_norm: float) -> None:
        """RunFailed when the loss is no number any more, or stays worse than blind guessing."""
        if self.first_loss is None:
            if step == 1 and not math.isfinite(loss + grad_norm):
                raise unfit()
            self.first_loss = loss
        if not (math.isfinite(loss) and math.isfinite(grad_norm)):
            raise self.diverged(say("callback.at_step_mistakes_score", step=step))
        self.wild = self.wild + 1 if loss > BLIND * self.blind and loss > 2 * self.first_loss else 0
        if self.wild >= PATIENCE:
            raise self.diverged(say("callback.since_step_answers_worse", step=step - PATIENCE + 1))

    def diverged(self, seen: str) -> RunFailed:
        """The sentence and the way out."""
        rate = self.recipe.learning_rate
        return RunFailed(
            say("callback.learning_went_out_control", seen=seen),
            hint=say("callback.start_again_with_smaller", rate=rate / 10, rate_2=rate),
            where="learning_rate",
        )

    def on_evaluate(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Early stopping."""
        if self.has_run_out(state):
            self.early = control.should_training_stop = True

    def has_run_out(self, state: Any) -> bool:
        """Whether there were so many evaluations in a row without a better one."""
        patience = self.recipe.early_stopping_patience
        checks = [line["step"] for line in state.log_history if "eval_loss" in line and line["step"] > 0]
        return patience > 0 and sum(step > (state.best_global_step or 0) for step in checks) >= patience

    def save(self, write: Callable[[Path], None]) -> None:
        """A checkpoint of this step; older ones make room; the state tells how far the run is."""
        state = self.trainer.state
        self.now_does(Activity.SAVING)
        self.checkpoints.save(state.global_step, write, self.totals())
        protected = (state.best_global_step, state.global_step, self.folder.chosen_step)
        self.checkpoints.rotate(self.recipe.save_total_limit, protected, thin=self.thin)
        now = self.folder.state
        self.folder.write_state(
            now.model_copy(
                update={
                    "step": state.global_step,
                    "total_steps": self.total,
                    "best_step": state.best_global_step or None,
                }
            )
        )
        if self.after_saving is not None:
            self.now_does(Activity.ASKING)
            self.after_saving(state.global_step)


def rewards_in(logs: dict[str, Any], part: str = "") -> dict[str, float | None]:
    """How far the better replies are ahead by now, and in which share of them, where that is learned."""
    names = (f"{part}reward_margin", f"{part}reward_accuracy")
    return {name: finite(logs[name]) for name in names if name in logs}


def unfit() -> RunFailed:
    """For a model whose scores are no numbers before anything was learned: no learning rate mends that."""
    return RunFailed(
        say("callback.starting_model_itself_gives"),
        hint=say("callback.choose_another_starting_model"),
        where="base_model",
    )


def finite(number: float | None) -> float | None:
    """The number, or nothing when JSON cannot hold it."""
    return None if number is None or not math.isfinite(number) else float(number)
