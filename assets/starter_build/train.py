"""Train the starter model on packed shards within a time budget; killing it at any moment costs a few minutes at most.

The learning rate rises briefly, stays flat, and falls to zero over the last part of the budget (warm-up, stable,
decay): with a budget of time instead of steps nobody has to know beforehand how fast the machine is.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from transformers import LlamaForCausalLM

WEIGHT_OF_PROMPT = 0.3  # what the user writes is also English worth learning, but answers count in full


@dataclass(frozen=True)
class TrainPlan:
    """Everything that decides a run; stored beside the checkpoints."""

    minutes: float = 75.0
    tokens_per_step: int = 4096
    muon_rate: float = 3e-3
    adam_rate: float = 3e-3
    warmup_steps: int = 60
    decay_share: float = 0.4
    checkpoint_minutes: float = 4.0
    compile: bool = True


def batches(
    shard_folder: Path, tokens_per_step: int, start: tuple[int, int]
) -> Iterator[tuple[tuple[int, int], tuple]]:
    """Batches from `start` on as ((shard, batch), (ids, kinds)); a shard is looked up only when it is reached,
    so later shards may still be written while the first ones train. After the last one it begins again."""
    shard, batch = start
    while True:
        path = shard_folder / f"shard-{shard:03d}.npz"
        if not path.exists():
            count = len(list(shard_folder.glob("shard-*.npz")))
            path = shard_folder / f"shard-{shard % max(count, 1):03d}.npz"
        data = np.load(path)
        plan: list[tuple[str, int, int]] = []
        for kind in ("short", "long"):
            rows = data[f"{kind}_ids"]
            size = max(1, tokens_per_step // rows.shape[1]) if len(rows) else 1
            plan += [(kind, at, size) for at in range(0, len(rows) - size + 1, size)]
        np.random.default_rng(shard).shuffle(plan)
        arrays = {key: data[key] for key in data.files}
        while batch < len(plan):
            kind, at, size = plan[batch]
            at, size = int(at), int(size)
            batch += 1
            ids = torch.from_numpy(arrays[f"{kind}_ids"][at : at + size].astype(np.int64))
            kinds = torch.from_numpy(arrays[f"{kind}_kinds"][at : at + size])
            yield (shard, batch), (ids, kinds)
        shard, batch = shard + 1, 0


def weighted_loss(model: LlamaForCausalLM, ids: torch.Tensor, kinds: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(loss to train on, plain loss on the assistant's tokens). Kinds: 0 = nothing, 1 = prompt, 2 = answer."""
    hidden = model.model(input_ids=ids, use_cache=False).last_hidden_state
    logits = model.lm_head(hidden[:, :-1]).float()
    losses = F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    target_kind = kinds[:, 1:].flatten()
    answer = (target_kind == 2).float()
    weights = answer + WEIGHT_OF_PROMPT * (target_kind == 1).float()
    return (losses * weights).sum() / weights.sum(), (losses * answer).sum() / answer.sum().clamp(min=1)


def make_optimizers(model: LlamaForCausalLM, plan: TrainPlan) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the layers (it needs clearly fewer steps), AdamW for embeddings and norms."""
    matrices = [
        p for n, p in model.named_parameters() if p.ndim == 2 and "embed_tokens" not in n and "lm_head" not in n
    ]
    chosen = {id(p) for p in matrices}
    others = [p for p in model.parameters() if id(p) not in chosen]
    muon = torch.optim.Muon(matrices, lr=plan.muon_rate, weight_decay=0.05, adjust_lr_fn="match_rms_adamw")
    adam = torch.optim.AdamW(others, lr=plan.adam_rate, betas=(0.9, 0.95), weight_decay=0.0)
    for optimizer in (muon, adam):
        for group in optimizer.param_groups:
            group["base_rate"] = group["lr"]
    return [muon, adam]


def rate_factor(step: int, elapsed: float, plan: TrainPlan) -> float:
    """Share of the full learning rate at this moment."""
    share = elapsed / (plan.minutes * 60)
    left = max(0.0, 1.0 - share) / plan.decay_share
    return min(1.0, (step + 1) / plan.warmup_steps, left)


def save_checkpoint(path: Path, state: dict) -> None:
    """Write beside, then rename: a kill in the middle leaves the previous checkpoint whole."""
    part = path.with_suffix(".part")
    torch.save(state, part)
    os.replace(part, path)


def train(model: LlamaForCausalLM, shard_folder: Path, run_folder: Path, plan: TrainPlan) -> dict:
    """Train until the budget is spent and return the last figures; continues from `run_folder` if it holds a state."""
    run_folder.mkdir(parents=True, exist_ok=True)
    latest, undecayed = run_folder / "latest.pt", run_folder / "undecayed.pt"
    optimizers = make_optimizers(model, plan)
    step, elapsed, tokens, position = 0, 0.0, 0, (0, 0)
    if latest.exists():
        state = torch.load(latest, weights_only=False)
        model.load_state_dict(state["model"])
        for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        step, elapsed, tokens, position = state["step"], state["elapsed"], state["tokens"], tuple(state["position"])
        print(f"continue at step {step}, {elapsed / 60:.1f} min", flush=True)

    def snapshot() -> dict:
        return {
            "model": model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in optimizers],
            "step": step,
            "elapsed": elapsed,
            "tokens": tokens,
            "position": position,
        }

    model.train()
    loss_of = torch.compile(weighted_loss, dynamic=False) if plan.compile else weighted_loss
    log = (run_folder / "metrics.jsonl").open("a", encoding="utf-8")
    began, base, last_saved = time.monotonic(), elapsed, elapsed
    decay_begins = plan.minutes * 60 * (1 - plan.decay_share)
    sums = np.zeros(2)
    counted, mark, mark_tokens = 0, time.monotonic(), tokens
    for new_position, (ids, kinds) in batches(shard_folder, plan.tokens_per_step, position):
        if elapsed >= plan.minutes * 60:
            break
        factor = rate_factor(step, elapsed, plan)
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["base_rate"] * factor
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss, answer_loss = loss_of(model, ids, kinds)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        step, tokens, position = step + 1, tokens + ids.numel(), new_position
        before, elapsed = elapsed, base + time.monotonic() - began
        sums += (loss.item(), answer_loss.item())
        counted += 1
        if counted == 25:
            now = time.monotonic()
            row = {
                "step": step,
                "minutes": round(elapsed / 60, 2),
                "tokens": tokens,
                "loss": round(sums[0] / counted, 4),
                "answer_loss": round(sums[1] / counted, 4),
                "rate": round(factor, 3),
                "tokens_per_second": round((tokens - mark_tokens) / (now - mark)),
                "shard": position[0],
            }
            print(json.dumps(row), flush=True)
            log.write(json.dumps(row) + "\n")
            log.flush()
            sums, counted, mark, mark_tokens = np.zeros(2), 0, now, tokens
        if before < decay_begins <= elapsed:
            save_checkpoint(undecayed, snapshot())
        if elapsed - last_saved > plan.checkpoint_minutes * 60:
            save_checkpoint(latest, snapshot())
            last_saved = elapsed
    save_checkpoint(latest, snapshot())
    return {"step": step, "tokens": tokens, "minutes": round(elapsed / 60, 1)}
