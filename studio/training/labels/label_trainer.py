"""The Trainer of transformers for label models: cross-entropy over labels, or one yes or no for each of several.

Imported late: this module imports the heavy libraries.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch.nn import functional
from transformers import PrinterCallback, Trainer, TrainingArguments, set_seed

from studio.models.encoders import LabelLayout
from studio.schemas.fallback import Fallback
from studio.schemas.recipe import ADAPTERS
from studio.training.labels.label_rows import LabelRow
from studio.training.labels.length_order import LengthOrder
from studio.training.methods import adapter_config
from studio.training.trainer import RunPlan, RunTrainer, arguments_of

LabelPlan = RunPlan[LabelLayout, LabelRow]


class LabelTrainer(RunTrainer, Trainer):  # type: ignore[misc]
    """A Trainer whose rows are texts with labels."""

    plan: LabelPlan

    def __init__(self, model: Any, plan: LabelPlan, progress: Any) -> None:
        self.plan, self.progress = plan, progress
        self.tokens = 0
        self.fallbacks: list[Fallback] = []
        recipe = plan.recipe
        if recipe.method in ADAPTERS:
            from peft import get_peft_model

            set_seed(recipe.seed)  # PEFT draws the adapter's first numbers, before the Trainer seeds anything
            model = get_peft_model(model, adapter_config(model, plan))
        if recipe.gradient_checkpointing:
            model.enable_input_require_grads()
        arguments = TrainingArguments(**arguments_of(plan), activation_checkpointing=recipe.gradient_checkpointing)
        super().__init__(model=model, args=arguments, train_dataset=list(plan.train), callbacks=[progress])
        self.remove_callback(PrinterCallback)
        self.model_accepts_loss_kwargs = True
        progress.trainer = self

    def get_train_dataloader(self) -> Any:
        """The rows in the order of the seed, those of about one length in one step."""
        plan = self.plan
        lengths = [len(row.ids) for row in plan.train]
        order = LengthOrder(lengths, plan.batch, self.args.seed, plan.rank, plan.world)
        return self.batches(Rows(plan.train), self.batch_of, order)

    def batch_of(self, rows: Sequence[LabelRow]) -> dict[str, Any]:
        """Filled up on the right to the longest one, as (B, T), with labels of (B,), or of (B, labels) for several."""
        return collate(rows, self.plan.layout)

    def learned_in(self, batch: dict[str, Any]) -> torch.Tensor:
        """One for each text, or for each text and label."""
        return torch.tensor(batch["labels"].numel(), device=self.args.device)

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """The mean loss over the texts of the whole step, as a model for classification computes it itself."""
        labels = inputs.pop("labels")
        if self.model.training:
            self.tokens += int(inputs["attention_mask"].sum())
        with self.autocast():
            scores = model(**inputs).logits
        loss = loss_of_labels(scores.float(), labels)
        items = labels.numel() if num_items_in_batch is None else num_items_in_batch
        return loss / torch.as_tensor(items).clamp(min=1) * self.plan.world


class Rows:
    """The rows by their numbers; -1 is an empty share of a step: the first row, of which nothing is learned."""

    def __init__(self, rows: Sequence[LabelRow]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: int) -> LabelRow:
        first = self.rows[0]
        return LabelRow(first.example, first.ids, (), first.whole) if place == -1 else self.rows[place]


def collate(rows: Sequence[LabelRow], layout: LabelLayout) -> dict[str, Any]:
    """Tokens, which of them are the text's, and the labels; -100 where nothing is to be learned."""
    length = max(len(row.ids) for row in rows)
    input_ids = torch.full((len(rows), length), layout.tokenizer.pad_token_id)
    attention_mask = torch.zeros_like(input_ids)
    for line, row in enumerate(rows):
        input_ids[line, : len(row.ids)] = torch.tensor(row.ids)
        attention_mask[line, : len(row.ids)] = 1
    if layout.several:
        labels = torch.zeros(len(rows), len(layout.labels))
        for line, row in enumerate(rows):
            labels[line, list(row.labels)] = 1.0 if row.labels else 0.0
            if not row.labels:
                labels[line] = -100.0
    else:
        labels = torch.tensor([row.labels[0] if row.labels else -100 for row in rows])
    return {"input_ids": input_ids, "attention_mask": attention_mask, "labels": labels}


def loss_of_labels(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The summed loss: cross-entropy of one label each, or binary cross-entropy of every label on its own."""
    if labels.ndim == 1:
        return functional.cross_entropy(scores, labels, ignore_index=-100, reduction="sum")
    known = labels != -100
    return functional.binary_cross_entropy_with_logits(scores[known], labels[known], reduction="sum")
