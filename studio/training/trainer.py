"""The trainers of transformers and TRL as the studio runs them: same losses, own rhythm, checkpoints that are whole.

Imported late: this module imports the heavy libraries.
"""

import contextlib
import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import torch
from trl import SFTConfig, SFTTrainer

from studio.models.chat_template import ChatTemplate
from studio.schemas.fallback import Fallback
from studio.schemas.recipe import ADAPTERS, Recipe
from studio.schemas.run import Activity
from studio.training import losses
from studio.training.forecast import steps_of
from studio.training.packing import pack_sequences
from studio.training.tokenization import TokenizedExample, as_columns


class Layout(Protocol):
    """How a model reads, kept with every version of it: a chat template, or the labels of a label model."""

    def save(self, folder: Path) -> None:
        """Write what is no tokenizer's beside the weights."""

    def save_whole(self, folder: Path) -> None:
        """With the tokenizer, so that the folder can be used on its own."""


class Row(Protocol):
    """A row of tokens that is learned from."""

    @property
    def ids(self) -> list[int]:
        """What the model reads."""


L = TypeVar("L", bound=Layout)
R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class RunPlan(Generic[L, R]):
    """All that a trainer needs besides the model: worked out before anything is loaded."""

    recipe: Recipe
    layout: L
    train: Sequence[R]
    validation: Sequence[R]
    saved: Path
    dtype: torch.dtype
    base: str
    revision: str = ""
    world: int = 1
    rank: int = 0
    replayed: Sequence[TokenizedExample] = ()  # taught before: learned again beside the rows of each batch
    replay_checked: Sequence[TokenizedExample] = ()  # such rows of the validation part

    @property
    def batch(self) -> int:
        """Rows at once on one process: several processes share the recipe's batch."""
        return self.recipe.per_device_train_batch_size // self.sharing_batch

    @property
    def accumulation(self) -> int:
        """Batches per step on one process."""
        return self.recipe.gradient_accumulation_steps // (self.world // self.sharing_batch)

    @property
    def sharing_batch(self) -> int:
        """By how much the batch itself is divided: only when the accumulation cannot be."""
        return 1 if self.recipe.gradient_accumulation_steps % self.world == 0 else self.world

    @cached_property
    def places(self) -> list[list[int]]:
        """The rows of each place of the batch."""
        return pack_sequences(self.recipe, [len(row.ids) for row in self.train])

    @property
    def steps(self) -> int:
        """Optimizer steps of the whole run."""
        return steps_of(self.recipe, len(self.places))


TrainerPlan = RunPlan[ChatTemplate, TokenizedExample]


def arguments_of(plan: RunPlan[Any, Any]) -> dict[str, Any]:
    """The recipe in the words of transformers. Autocast, batches, saving and evaluation are `RunTrainer`'s own."""
    recipe = plan.recipe
    return {
        "output_dir": str(plan.saved),
        "per_device_train_batch_size": plan.batch,
        "gradient_accumulation_steps": plan.accumulation,
        "learning_rate": recipe.learning_rate,
        "lr_scheduler_type": recipe.lr_scheduler_type,
        "warmup_steps": recipe.warmup_steps,
        "num_train_epochs": recipe.num_train_epochs,
        "max_steps": recipe.max_steps,
        "weight_decay": recipe.weight_decay,
        "max_grad_norm": recipe.max_grad_norm,
        "optim": "adamw_torch_fused" if recipe.optim == "adamw_torch" else recipe.optim,
        "seed": recipe.seed,
        "logging_steps": recipe.logging_steps,
        "logging_nan_inf_filter": False,
        "bf16": False,
        "use_cpu": not torch.cuda.is_available(),
        "save_strategy": "no",
        "eval_strategy": "no",
        "report_to": "none",
        "disable_tqdm": True,
        "dataloader_pin_memory": False,
        "ddp_find_unused_parameters": False,
        "ddp_backend": "gloo" if plan.world > 1 and not torch.cuda.is_available() else None,
        "remove_unused_columns": False,
    }


class RunTrainer:
    """Stands before a trainer of transformers: an evaluation that leaves the random state alone, whole checkpoints."""

    plan: RunPlan[Any, Any]
    progress: Any
    control: Any
    optimizer: Any
    model: Any
    args: Any
    state: Any
    callback_handler: Any
    compute_loss: Callable[..., Any]
    log: Callable[..., None]
    get_optimizer_cls_and_kwargs: Callable[..., tuple[Any, dict[str, Any]]]
    _prepare_inputs: Callable[..., dict[str, Any]]
    _save_optimizer_and_scheduler: Callable[[str], None]
    _save_rng_state: Callable[[str], None]

    def batch_of(self, rows: Sequence[Any]) -> dict[str, Any]:
        """These rows of the plan as the model takes them."""
        raise NotImplementedError

    def learned_in(self, batch: dict[str, Any]) -> torch.Tensor:
        """Over how many numbers the loss of this batch is a mean."""
        raise NotImplementedError

    def batches(self, places: Any, collate: Any, order: losses.BatchOrder | None = None) -> Any:
        """The rows in the order of the seed (or in this one), without the detour over Arrow."""
        if order is None:
            order = losses.BatchOrder(len(places), self.plan.batch, self.args.seed, self.plan.rank, self.plan.world)
        return losses.OrderedDataLoader(places, batch_sampler=order, collate_fn=collate)

    def create_optimizer(self, model: Any = None) -> Any:
        """The trainer's own, or PEFT's LoRA+ (Hayou et al. 2024): its groups keep their ratio under every schedule."""
        ratio = self.plan.recipe.loraplus_lr_ratio
        if ratio == 1 or self.optimizer is not None:
            return super().create_optimizer(model)  # type: ignore[misc]
        from peft.optimizers import create_loraplus_optimizer

        learner = self.model if model is None else model
        kind, settings = self.get_optimizer_cls_and_kwargs(self.args, learner)
        self.optimizer = create_loraplus_optimizer(  # the recipe's weight decay has a name of its own there
            learner, kind, loraplus_lr_ratio=ratio, loraplus_weight_decay=self.args.weight_decay, **settings
        )
        return self.optimizer

    def autocast(self) -> AbstractContextManager[Any]:
        """Calculate in the plan's format; weights that learn stay float32."""
        if self.plan.dtype is torch.float32:
            return contextlib.nullcontext()
        return torch.autocast(self.args.device.type, dtype=self.plan.dtype)

    def floating_point_ops(self, inputs: Any) -> int:
        """Not counted: counting walks over every parameter at every step."""
        return 0

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """The mean loss over all that is learned in the validation part; leaves the random numbers as they were."""
        if not self.plan.validation:
            return {}
        self.progress.now_does(Activity.CHECKING)
        metrics = self.checked()
        first = self.state.best_metric is None
        if self.state.global_step and (first or metrics["eval_loss"] < self.state.best_metric):
            self.state.best_metric, self.state.best_global_step = metrics["eval_loss"], self.state.global_step
        self.log(dict(metrics))
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics

    def checked(self) -> dict[str, float]:
        """The numbers of a practice check; the one that decides is `eval_loss`."""
        rows = sorted(self.plan.validation, key=lambda row: len(row.ids))
        mine = rows[self.plan.rank :: self.plan.world]
        total = torch.zeros(2, dtype=torch.float64, device=self.args.device)
        self.model.eval()
        with torch.no_grad():
            for first in range(0, len(mine), self.plan.batch):
                batch = self._prepare_inputs(self.batch_of(mine[first : first + self.plan.batch]))
                count = self.learned_in(batch)  # before the loss takes the labels away
                with self.progress.step_lock():
                    mean = self.compute_loss(self.model, batch) / self.plan.world
                total += torch.stack([mean.double() * count, count])
        self.model.train()
        if self.plan.world > 1:
            torch.distributed.all_reduce(total)
        return {"eval_loss": float(total[0] / total[1].clamp(min=1))}

    def _run_epoch(self, *given: Any, **named: Any) -> None:
        """Nothing for a run that is through before its first step: transformers looks only after a step."""
        if not self.control.should_training_stop:
            super()._run_epoch(*given, **named)  # type: ignore[misc]

    def _evaluate(self, trial: Any, ignore_keys_for_eval: Any, skip_scheduler: bool = False) -> dict[str, float]:
        return self.evaluate()

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        if self.plan.rank == 0:
            self.progress.save(self.write_checkpoint)
        if self.plan.world > 1:
            torch.distributed.barrier()

    def write_checkpoint(self, folder: Path) -> None:
        """All that a resume needs: what was learned, the optimizer, the schedule, the random numbers, the state."""
        self.write_version(folder)
        self._save_optimizer_and_scheduler(str(folder))
        self._save_rng_state(str(folder))
        self.state.save_to_json(str(folder / "trainer_state.json"))

    def write_version(self, folder: Path) -> None:
        """What was learned, in PEFT's own format (or as a whole model), with the layout it was trained with."""
        if self.plan.recipe.method in ADAPTERS:
            self.model.save_pretrained(str(folder), save_embedding_layers=False)
            (folder / "README.md").unlink(missing_ok=True)
            described = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
            described["target_modules"] = sorted(described["target_modules"])
            described |= {"base_model_name_or_path": self.plan.base, "revision": self.plan.revision or None}
            (folder / "adapter_config.json").write_text(json.dumps(described, indent=2, sort_keys=True) + "\n")
        else:
            self.model.save_pretrained(str(folder))
        self.plan.layout.save(folder)


def config_of(plan: TrainerPlan) -> SFTConfig:
    """The same with TRL's own."""
    return SFTConfig(
        **arguments_of(plan),
        activation_checkpointing=plan.recipe.gradient_checkpointing,
        max_length=None,
        dataset_kwargs={"skip_prepare_dataset": True},
    )


class StudioSFTTrainer(RunTrainer, SFTTrainer):  # type: ignore[misc]
    """An SFTTrainer with a fused loss."""

    plan: TrainerPlan

    def __init__(self, model: Any, plan: TrainerPlan, progress: Any) -> None:
        import datasets
        from transformers import PrinterCallback

        from studio.training.methods import adapter_config, has_balance, layers_left_out, prepare

        self.plan, self.progress = plan, progress
        self.tokens = 0
        learns_on = hasattr(model, "peft_config")  # a version, whose adapter it has already
        peft_config = adapter_config(model, plan) if plan.recipe.method in ADAPTERS and not learns_on else None
        args = config_of(plan)
        # before the trainer writes into the model's description
        self.fallbacks = [] if learns_on else layers_left_out(model, plan.recipe)
        if not has_balance(model.config.get_text_config()):
            args.router_aux_loss_coef = 0.0
        super().__init__(
            model=model,
            args=args,
            train_dataset=datasets.Dataset.from_dict(as_columns(plan.train[:1])),
            data_collator=losses.collate_padded,
            processing_class=plan.layout.tokenizer,
            peft_config=peft_config,
            callbacks=[progress],
        )
        self.remove_callback(PrinterCallback)
        self.model_accepts_loss_kwargs = True
        self.uses_fused_loss, self.collate = prepare(self, plan)
        self.fallbacks += [] if self.uses_fused_loss else [Fallback.ALL_POSITIONS_SCORED]
        self.fallbacks += [] if self.collate is losses.collate_flattened else [Fallback.ROWS_PADDED]
        progress.trainer = self

    def get_train_dataloader(self) -> Any:
        """The rows in TRL's own order."""
        rows = losses.TokenizedDataset([(row.ids, row.start) for row in self.plan.train], self.plan.places)
        return self.batches(rows, losses.flat(self.collate))

    def batch_of(self, rows: Sequence[TokenizedExample]) -> dict[str, Any]:
        """Laid out as in training."""
        return self.collate([(row.ids, row.start) for row in rows])

    def learned_in(self, batch: dict[str, Any]) -> torch.Tensor:
        """The learned tokens."""
        learned: torch.Tensor = (batch["labels"][:, 1:] != -100).sum()
        return learned

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """The mean loss over the learned tokens of the whole step, as TRL's."""
        lengths = inputs.pop("row_lengths")
        self.tokens += sum(lengths) if self.model.training else 0
        if "position_ids" in inputs:
            inputs["row_lengths"] = lengths
        if self.aux_loss_enabled and self.model.training:  # the evaluation is about the answers alone
            return super().compute_loss(model, inputs, num_items_in_batch=num_items_in_batch)
        labels = inputs.pop("labels")
        with self.autocast():
            if self.uses_fused_loss:
                loss = model(**inputs, labels=labels, fused=True)
            else:
                loss = losses.loss_of_scores(model(**inputs).logits, labels)
        items = (labels[:, 1:] != -100).sum() if num_items_in_batch is None else num_items_in_batch
        return loss / torch.as_tensor(items).clamp(min=1) * self.plan.world

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """TRL averages numbers here that the lean loss does not make."""
        if self._metrics["train"] or self._metrics["eval"]:
            super().log(logs, start_time)
        else:
            super(SFTTrainer, self).log(logs, start_time)
