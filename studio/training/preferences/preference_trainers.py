"""TRL's DPOTrainer and KTOTrainer as the studio runs them: same losses, own batches, a reference that is asked once.

The version that a run begins with is the reference. It answers for every reply before anything is learned, and its
log-probabilities stay with the rows: no second adapter lies beside the one that learns, so none can be saved with it.

Imported late: this module imports the heavy libraries.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from transformers import PrinterCallback, Trainer
from trl import DPOConfig, DPOTrainer, KTOConfig, KTOTrainer

from studio.models.chat_template import ChatTemplate
from studio.schemas.fallback import Fallback
from studio.training.losses import BatchOrder
from studio.training.methods import adapter_config, layers_left_out
from studio.training.preferences.judged_batches import Places, Referenced, ReplayedBatches, WholeBatches
from studio.training.preferences.judged_tokens import Completion, JudgedRow, PairRow, ThumbRow
from studio.training.tokenization import TokenizedExample
from studio.training.trainer import RunPlan, RunTrainer, arguments_of

JudgedPlan = RunPlan[ChatTemplate, JudgedRow]
REFERENCE = "ref"  # what TRL calls the second adapter
BETTER_REPLIES = 1.0  # weight of their own loss beside DPO's


class JudgedTrainer(RunTrainer):
    """What both have in common."""

    plan: JudgedPlan
    accelerator: Any
    precompute_ref_logps: bool
    _metrics: dict[str, dict[str, list[float]]]

    @property
    def taught_weight(self) -> float:
        """Of the mean loss of the taught rows that are learned again."""
        return 1.0

    def begin(self, model: Any, plan: JudgedPlan, progress: Any, args: Any) -> None:
        """Set TRL's trainer up on this plan, and ask the reference."""
        import datasets

        self.plan, self.progress = plan, progress
        self.tokens = 0
        learns_on = hasattr(model, "peft_config")
        self.fallbacks: list[Fallback] = [] if learns_on else layers_left_out(model, plan.recipe)
        args.router_aux_loss_coef = 0.0  # the preferences alone are learned
        super().__init__(  # type: ignore[call-arg]
            model=model,
            args=args,
            train_dataset=datasets.Dataset.from_dict({"prompt_ids": [[0]]}),  # the plan's rows are read instead
            processing_class=plan.layout.tokenizer,
            peft_config=None if learns_on else adapter_config(model, plan),
            callbacks=[progress],
        )
        self.callback_handler.remove_callback(PrinterCallback)
        if REFERENCE in self.model.peft_config:
            self.model.delete_adapter(REFERENCE)
        self.precompute_ref_logps = True
        self.referenced = self.with_reference(plan.train)
        self.checked_rows = self.with_reference(plan.validation)
        progress.trainer = self

    def _prepare_dataset(self, dataset: Any, *_: Any) -> Any:
        return dataset

    def with_reference(self, rows: Sequence[JudgedRow]) -> list[Referenced]:
        """The rows with what the model says of them as it is now."""
        logps = self.log_probabilities(rows)
        return [Referenced(row, tuple(numbers.tolist())) for row, numbers in zip(rows, logps, strict=True)]

    def log_probabilities(self, rows: Sequence[JudgedRow]) -> list[Tensor]:
        """For each row, of each of its completions: the summed log-probability, without learning."""
        order = sorted(range(len(rows)), key=lambda place: len(rows[place].ids))
        found: list[Tensor] = [torch.empty(0)] * len(rows)
        was_learning = self.model.training
        self.model.eval()
        with torch.no_grad():
            for first in range(0, len(order), self.plan.batch):
                places = order[first : first + self.plan.batch]
                count = len(rows[places[0]].completions)
                completions = [one for place in places for one in rows[place].completions]
                batch = self._prepare_inputs(padded(completions, self.padding))
                labels = batch["input_ids"].masked_fill(batch.pop("completion_mask") == 0, -100)
                with self.progress.step_lock(), self.autocast():
                    logps = self.model(**batch, labels=labels, fused_lm_head=True).log_probs.float().sum(-1)
                for place, numbers in zip(places, logps.double().cpu().view(-1, count), strict=True):
                    found[place] = numbers
        self.model.train(was_learning)
        return found

    @property
    def padding(self) -> int:
        """What fills rows up on the right; nothing looks at it."""
        return int(self.plan.layout.tokenizer.pad_token_id or 0)

    def gains(self) -> Tensor:
        """By how much each completion of the validation rows became likelier than for the reference, in nats:
        (rows, completions), for this process's share."""
        mine = self.checked_rows[self.plan.rank :: self.plan.world]
        now = self.log_probabilities([one.row for one in mine])
        before = torch.tensor([one.logps for one in mine], dtype=torch.float64)
        return torch.stack(now) - before if mine else torch.zeros(0, 2, dtype=torch.float64)

    def everywhere(self, *numbers: Tensor) -> list[Tensor]:
        """Sums over all processes."""
        total = torch.stack([number.double() for number in numbers]).to(self.args.device)
        if self.plan.world > 1:
            torch.distributed.all_reduce(total)
        return list(total.cpu())

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """TRL's own, in the plan's precision, and that of the taught rows beside them."""
        taught = inputs.pop("replayed", None)
        if self.model.training:
            self.tokens += sum(int(read["attention_mask"].sum()) for read in (inputs, taught) if read)
        with self.autocast():
            loss = super().compute_loss(model, inputs)
            return loss if taught is None else loss + self.taught_weight * self.mean_loss(model, taught)

    def mean_loss(self, model: Any, batch: dict[str, Any]) -> Tensor:
        """The mean loss over the replies' tokens, in nats."""
        mask = batch.pop("completion_mask")
        labels = batch["input_ids"].masked_fill(mask == 0, -100)
        logps = model(**batch, use_cache=False, labels=labels, fused_lm_head=True).log_probs.float()
        loss: Tensor = -logps.sum() / mask[:, 1:].sum().clamp(min=1)
        return loss

    def judged_batches(self, order: BatchOrder) -> Any:
        """The judgements in this order, with the taught rows of each batch beside them."""
        plan, places = self.plan, Places(self.referenced, self.plan.replayed)
        beside = plan.recipe.replayed_beside(plan.batch)
        if plan.replayed and beside:
            order = ReplayedBatches(order, len(plan.replayed), beside)
        return self.batches(places, self.collate_both, order)

    def collate(self, rows: Sequence[Referenced]) -> dict[str, Any]:
        """Judgements as TRL takes them."""
        raise NotImplementedError

    def collate_both(self, rows: Sequence[Referenced | TokenizedExample]) -> dict[str, Any]:
        """Judgements as TRL takes them; taught rows filled up on the right under `replayed`."""
        batch = self.collate([row for row in rows if isinstance(row, Referenced)])
        taught = [Completion(row.ids, row.start) for row in rows if isinstance(row, TokenizedExample)]
        return {**batch, "replayed": padded(taught, self.padding)} if taught else batch

    def checked_taught(self) -> float:
        """What the loss of taught rows adds to a practice check: nothing where none are learned again."""
        if not self.plan.replay_checked:
            return 0.0
        mine = self.plan.replay_checked[self.plan.rank :: self.plan.world]
        lost, learned = torch.zeros(()), torch.tensor(sum(row.learned for row in mine))
        was_learning = self.model.training
        self.model.eval()
        with torch.no_grad():
            for first in range(0, len(mine), self.plan.batch):
                rows = [Completion(row.ids, row.start) for row in mine[first : first + self.plan.batch]]
                batch = self._prepare_inputs(padded(rows, self.padding))
                count = batch["completion_mask"][:, 1:].sum()
                with self.progress.step_lock(), self.autocast():
                    lost += (self.mean_loss(self.model, batch) * count).cpu()
        self.model.train(was_learning)
        lost, learned = self.everywhere(lost, learned)
        return self.taught_weight * float(lost / learned.clamp(min=1))

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """The mean reward margin and accuracy since the last line stand beside the loss."""
        if "eval_loss" not in logs:
            logs |= self.rewards(self._metrics["train"])
            self._metrics["train"].clear()
        Trainer.log(self, logs, start_time)

    def rewards(self, metrics: dict[str, list[float]]) -> dict[str, float]:
        """Of TRL's numbers those that are shown."""
        names = {"rewards/margins": "reward_margin", "rewards/accuracies": "reward_accuracy"}
        return {shown: sum(metrics[name]) / len(metrics[name]) for name, shown in names.items() if metrics.get(name)}


class StudioDPOTrainer(JudgedTrainer, DPOTrainer):  # type: ignore[misc]
    """Direct preference optimization (Rafailov et al. 2023) on pairs, with the loss of the better replies beside it.

    Alone it only widens the gap: both replies may become unlikely, and a third, broken one likely, while every pair is
    told apart (measured: `tests/benchmarks/README.md`). The second term holds the better reply up (Pang et al. 2024).
    """

    def __init__(self, model: Any, plan: JudgedPlan, progress: Any) -> None:
        recipe = plan.recipe
        self.begin(model, plan, progress, DPOConfig(
            **arguments_of(plan), activation_checkpointing=recipe.gradient_checkpointing, beta=recipe.beta,
            max_length=None, loss_type=["sigmoid", "sft"], loss_weights=[1.0, BETTER_REPLIES],
        ))  # fmt: skip

    def get_train_dataloader(self) -> Any:
        """The pairs in the order of the seed."""
        plan = self.plan
        return self.judged_batches(BatchOrder(len(plan.train), plan.batch, self.args.seed, plan.rank, plan.world))

    def collate(self, pairs: Sequence[Referenced]) -> dict[str, Any]:
        """As TRL takes them: all better replies, then all worse ones, filled up on the right."""
        rows = [pair.row for pair in pairs if isinstance(pair.row, PairRow)]
        batch = padded([*(row.chosen for row in rows), *(row.rejected for row in rows)], self.padding)
        chosen, rejected = torch.tensor([pair.logps for pair in pairs]).T
        return {**batch, "ref_chosen_logps": chosen, "ref_rejected_logps": rejected}

    def checked(self) -> dict[str, float]:
        """The mean loss of the pairs of the validation part, by how much they are ahead, and in which share."""
        gains = self.gains()
        margins = self.plan.recipe.beta * (gains[:, 0] - gains[:, 1])
        right = (margins > 0).double() + 0.5 * (margins == 0).double()
        mine = self.checked_rows[self.plan.rank :: self.plan.world]
        said = gains[:, 0].sum() + sum(one.logps[0] for one in mine)
        length = sum(len(one.row.completions[0].ids) - one.row.completions[0].start for one in mine)
        loss, ahead, won, count, said, tokens = self.everywhere(
            -functional.logsigmoid(margins).sum(), margins.sum(), right.sum(), torch.tensor(len(margins)), said,
            torch.tensor(length),
        )  # fmt: skip
        whole = loss / count - BETTER_REPLIES * said / tokens.clamp(min=1)
        return {"eval_loss": float(whole) + self.checked_taught(), "eval_reward_margin": float(ahead / count),
                **({"eval_reward_accuracy": float(won / count)} if self.state.global_step else {})}  # fmt: skip


class StudioKTOTrainer(JudgedTrainer, KTOTrainer):  # type: ignore[misc]
    """Kahneman-Tversky optimization (Ethayarajh et al. 2024) on replies with a thumb."""

    def __init__(self, model: Any, plan: JudgedPlan, progress: Any) -> None:
        recipe, (up, down) = plan.recipe, thumb_weights(plan.train)
        self.begin(model, plan, progress, KTOConfig(
            **arguments_of(plan), activation_checkpointing=recipe.gradient_checkpointing, beta=recipe.beta,
            max_length=None, desirable_weight=up, undesirable_weight=down,
        ))  # fmt: skip

    @property
    def taught_weight(self) -> float:
        """As many as they are beside the judgements: a thumb pulls less than a pair, and would lose (measured)."""
        recipe = self.plan.recipe
        return recipe.replayed_beside(self.plan.batch) / self.plan.batch

    def get_train_dataloader(self) -> Any:
        """The replies in the one order that they were shuffled into, in whole batches."""
        plan = self.plan
        return self.judged_batches(WholeBatches(len(plan.train), plan.batch, plan.rank, plan.world))

    def collate(self, thumbs: Sequence[Referenced]) -> dict[str, Any]:
        """As TRL takes them: replies with their labels, and the other replies that the divergence is measured on."""
        rows = [thumb.row for thumb in thumbs if isinstance(thumb.row, ThumbRow)]
        others = padded([row.other for row in rows], self.padding)
        replies, divergence = torch.tensor([thumb.logps for thumb in thumbs]).T
        return {
            **padded([row.reply for row in rows], self.padding),
            **{f"KL_{name}": value for name, value in others.items()},
            "label": torch.tensor([row.good for row in rows]),
            "ref_logps": replies,
            "ref_KL_logps": divergence,
        }

    def rewards(self, metrics: dict[str, list[float]]) -> dict[str, float]:
        """How far good replies are ahead of those that are not, since the last line."""
        up, down = metrics.get("rewards/chosen"), metrics.get("rewards/rejected")
        return {"reward_margin": sum(up) / len(up) - sum(down) / len(down)} if up and down else {}

    def checked(self) -> dict[str, float]:
        """The mean loss of the validation part; how far good replies are ahead, and how often one is ahead of one that
        is not good (the area under the curve, Mann and Whitney 1947) among the replies of this process."""
        beta, gains = self.plan.recipe.beta, self.gains()
        mine = self.checked_rows[self.plan.rank :: self.plan.world]
        good = torch.tensor([isinstance(one.row, ThumbRow) and one.row.good for one in mine], dtype=torch.bool)
        apart, count = self.everywhere(gains[:, 1].sum(), torch.tensor(len(gains)))
        divergence = (apart / count.clamp(min=1)).clamp(min=0)
        sign = good.double() * 2 - 1
        weight = torch.where(good, self.desirable_weight, self.undesirable_weight).double()
        losses = weight * (1 - torch.sigmoid(beta * sign * (gains[:, 0] - divergence)))
        up, down = beta * gains[good, 0], beta * gains[~good, 0]
        apart = up[:, None] - down[None, :]
        won = (apart > 0).double().sum() + 0.5 * (apart == 0).double().sum()
        loss, ahead, won, twos = self.everywhere(losses.sum(), apart.sum(), won, torch.tensor(apart.numel()))
        checked = {"eval_loss": float(loss / count) + self.checked_taught()}
        if twos:
            checked["eval_reward_margin"] = float(ahead / twos)
        if twos and self.state.global_step:
            checked["eval_reward_accuracy"] = float(won / twos)
        return checked


def thumb_weights(rows: Sequence[JudgedRow]) -> tuple[float, float]:
    """Weights for good replies and for the others, so that both sides weigh the same in all (TRL's range for the ratio
    is 1 to 4/3): the rarer side is raised."""
    up = sum(isinstance(row, ThumbRow) and row.good for row in rows)
    down = len(rows) - up
    return max(1.0, down / max(up, 1)), max(1.0, up / max(down, 1))


def padded(completions: Sequence[Completion], padding: int) -> dict[str, Any]:
    """Filled up on the right to the longest one, as (B, T); masks say where a token is, and where it is the reply's."""
    length = max(len(one.ids) for one in completions)
    input_ids = torch.full((len(completions), length), padding)
    attention_mask, completion_mask = torch.zeros_like(input_ids), torch.zeros_like(input_ids)
    for line, one in enumerate(completions):
        input_ids[line, : len(one.ids)] = torch.tensor(one.ids)
        attention_mask[line, : len(one.ids)] = 1
        completion_mask[line, one.start : len(one.ids)] = 1
    return {"input_ids": input_ids, "attention_mask": attention_mask, "completion_mask": completion_mask}
