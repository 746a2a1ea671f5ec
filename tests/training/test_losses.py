"""Speed without another result: losses and gradients equal plain TRL's, step by step."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from studio.models.chat_template import load_chat_template
from studio.schemas.example import Example
from studio.storage.run_folder import RunFolder
from studio.training import losses
from studio.training.lora_forward import LoRAFunction
from studio.training.tokenization import as_columns, make_rows
from studio.training.train import run_training
from tests.model_fixtures import read_json

Prepare = Callable[..., RunFolder]


def plain_trl(model: Path, examples: list[Example], out: Path, bf16: bool) -> list[tuple[float, float]]:
    """The losses and gradient norms of the script that a knowledgeable person would write."""
    from datasets import Dataset
    from peft import LoraConfig
    from trl import SFTConfig, SFTTrainer

    chat_template = load_chat_template(model)
    trainer = SFTTrainer(
        str(model),
        SFTConfig(str(out), use_cpu=True, bf16=bf16, max_steps=6, learning_rate=5e-3, per_device_train_batch_size=4,
                  lr_scheduler_type="cosine", warmup_steps=0.05, logging_steps=1, seed=42, report_to="none",
                  gradient_accumulation_steps=2, disable_tqdm=True, save_strategy="no"),
        train_dataset=Dataset.from_dict(as_columns(make_rows(chat_template, examples, 128).rows)),
        processing_class=chat_template.tokenizer,
        peft_config=LoraConfig(r=4, lora_alpha=8, target_modules="all-linear", task_type="CAUSAL_LM"),
    )  # fmt: skip
    trainer.train()
    return [(line["loss"], line["grad_norm"]) for line in trainer.state.log_history if "loss" in line]


@pytest.mark.parametrize(("precision", "near"), [("float32", 1e-5), ("bfloat16", 1e-2)])
def test_every_step_has_the_loss_of_plain_trl(
    prepare: Prepare, tiny: Path, examples: list[Example], tmp_path: Path, precision: str, near: float
) -> None:
    folder = prepare(max_steps=6, gradient_accumulation_steps=2, precision=precision)
    run_training(folder.path, lambda: False)
    machine = read_json(folder.path / "machine.json")
    assert (machine["lean_loss"], machine["rows_laid_out"]) == (True, "end_to_end")
    theirs = plain_trl(tiny, examples[:32], tmp_path / "trl", precision == "bfloat16")
    ours = [(line["loss"], line["grad_norm"]) for line in folder.metrics() if "loss" in line]
    assert len(ours) == len(theirs) == 6
    for (loss, norm), (their_loss, their_norm) in zip(ours, theirs, strict=True):
        assert loss == pytest.approx(their_loss, rel=near)
        assert norm == pytest.approx(their_norm, rel=max(near * 10, 1e-4))


def test_rows_end_to_end_hold_the_same_as_side_by_side() -> None:
    rows = [([1, 2, 3, 4], 2), ([5, 6, 7], 1), ([8, 9], 0)]
    line, block = losses.collate_flattened(rows), losses.collate_padded(rows)
    assert line["input_ids"].tolist() == [[1, 2, 3, 4, 5, 6, 7, 8, 9]]
    assert line["position_ids"].tolist() == [[0, 1, 2, 3, 0, 1, 2, 0, 1]]
    assert line["labels"].tolist() == [[-100, -100, 3, 4, -100, 6, 7, -100, 9]]
    assert block["labels"][block["labels"] != -100].tolist() == [3, 4, 6, 7, 9]


def test_the_order_is_trls_shuffle_shared_among_processes() -> None:
    whole = losses.BatchOrder(10, 4, seed=3)
    halves = [losses.BatchOrder(10, 2, seed=3, rank=rank, world=2) for rank in (0, 1)]
    for epoch in (0, 1):
        for order in (whole, *halves):
            order.set_epoch(epoch)
        shuffled = torch.randperm(10, generator=torch.Generator().manual_seed(3 + epoch)).tolist()
        assert [number for step in whole for number in step] == shuffled
        dealt = [[*one, *other] for one, other in zip(*halves, strict=True)]
        assert dealt[:2] == list(whole)[:2]
        assert sorted(n for step in dealt for n in step if n >= 0) == list(range(10))
        assert len(dealt[-1]) == 3, "an empty share is filled by one that teaches nothing"


@pytest.mark.parametrize("length", [30, 200])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_attention_within_rows_is_attention_of_each_row(length: int, dtype: torch.dtype) -> None:
    draw = torch.Generator().manual_seed(0)
    query = torch.randn(1, 4, length + 7, 16, generator=draw)
    key, value = (torch.randn(1, 2, length + 7, 16, generator=draw) for _ in range(2))
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype is torch.bfloat16):
        found, _ = losses.row_attention(None, query, key, value, None, row_lengths=[7, length])
    alone = torch.nn.functional.scaled_dot_product_attention(
        query[:, :, 7:], key[:, :, 7:].repeat_interleave(2, 1), value[:, :, 7:].repeat_interleave(2, 1), is_causal=True
    )
    assert torch.allclose(found[:, 7:].float(), alone.transpose(1, 2), atol=1e-5 if dtype is torch.float32 else 5e-2)


def test_the_short_way_of_lora_has_the_same_gradients() -> None:
    draw = torch.Generator().manual_seed(0)
    x, weight, bias = torch.randn(2, 5, 6, generator=draw), torch.randn(7, 6, generator=draw), torch.randn(7)
    down, up = torch.randn(3, 6, generator=draw), torch.randn(7, 3, generator=draw)

    def gradients(way: Callable[..., Any]) -> list[torch.Tensor]:
        parts = [part.clone().requires_grad_() for part in (x, down, up)]
        (way(*parts) ** 2).sum().backward()
        return [part.grad for part in parts if part.grad is not None]

    long = gradients(lambda x, a, b: torch.nn.functional.linear(x, weight, bias) + (x @ a.T @ b.T) * 0.5)
    short = gradients(lambda x, a, b: LoRAFunction.apply(x, weight, bias, a, b, 0.5))
    assert all(torch.allclose(one, other, rtol=1e-5) for one, other in zip(long, short, strict=True))


def test_a_capped_and_scaled_head_is_scored_as_its_architecture_does(tiny: Path) -> None:
    from transformers import Gemma2Config, Gemma2ForCausalLM

    config = Gemma2Config(vocab_size=50, hidden_size=16, intermediate_size=16, num_hidden_layers=2, head_dim=8,
                          num_attention_heads=2, num_key_value_heads=1, final_logit_softcapping=3.0)  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = Gemma2ForCausalLM(config).eval()
    batch = losses.collate_padded([([3, 4, 5, 6, 7], 2), ([8, 9, 10], 1)])
    plain = losses.loss_of_scores(model(batch["input_ids"], attention_mask=batch["attention_mask"]).logits,
                                    batch["labels"])  # fmt: skip
    losses.fused_loss_forward(model, model.get_output_embeddings())
    lean = model(input_ids=batch["input_ids"], labels=batch["labels"], fused=True)
    assert lean.item() == pytest.approx(plain.item(), rel=1e-5)


def test_a_long_line_is_filled_up_by_at_most_a_sixteenth_and_learns_the_same(tiny: Path) -> None:
    assert [losses.rounded(count) for count in (0, 1, 9, 31, 33, 440, 441, 900)] == [0, 1, 9, 31, 34, 448, 448, 928]
    rows = [(list(range(5, 5 + length)), 3) for length in (97, 41, 120)]
    line = losses.collate_flattened(rows)
    assert line["input_ids"].shape == line["position_ids"].shape == (1, 272) and sum(line["row_lengths"]) == 258
    assert set(line["labels"][0, 258:].tolist()) == {-100}
    filled = torch.randn(1, 2, 272, 8, generator=torch.Generator().manual_seed(0))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found, _ = losses.row_attention(None, filled, filled, filled, None, row_lengths=line["row_lengths"])
    assert found.shape == (1, 272, 2, 8) and not found[:, 258:].any()


def test_on_a_processor_every_row_of_a_line_is_read_by_itself() -> None:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert not losses.has_varlen_kernel(torch.zeros(1, 2, 6, 16, dtype=torch.bfloat16), 0.0)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="one kernel for all rows needs an NVIDIA card")
def test_one_kernel_reads_all_rows_of_a_line_as_each_by_itself() -> None:
    lengths, heads = [5, 300, 1, 77], (16, 8, 8)
    parts = [torch.randn(1, count, sum(lengths) + 9, 128, device="cuda", dtype=torch.bfloat16) for count in heads]
    for part in parts:
        part.requires_grad_()
    found = []
    for narrow in (False, True):
        given = [part if narrow else part.float() for part in parts]
        with torch.autocast("cuda", dtype=torch.bfloat16, enabled=narrow):
            assert losses.has_varlen_kernel(given[0], 0.0) is narrow
            said, _ = losses.row_attention(None, *given, None, row_lengths=lengths)
        assert not said[:, sum(lengths) :].any()
        found.append([said, *torch.autograd.grad(said.float().square().sum(), parts)])
    for slow, fast in zip(*found, strict=True):
        assert float((fast.float() - slow.float()).norm() / slow.float().norm()) < 1e-2
