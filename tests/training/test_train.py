"""Teaching: a prepared run folder becomes a curve, saved points and the person's version."""

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.errors import RunFailed, StudioError
from studio.evaluation.learning_verdict import not_better
from studio.models.chat_template import load_chat_template
from studio.schemas.example import pair
from studio.schemas.run import RunResult, Status
from studio.storage.files import write_json
from studio.storage.run_folder import RunFolder
from studio.training.train import run_training
from tests.model_fixtures import losses, read_json

Prepare = Callable[..., RunFolder]


def never() -> bool:
    return False


def after(steps: int) -> Callable[[], bool]:
    """Asks for a stop when it was looked at so many times: it is looked at once a step."""
    looks = iter(range(1, 1_000_000))
    return lambda: next(looks) >= steps


def outcome_of(folder: RunFolder) -> RunResult:
    """What `teach` returned, as it wrote it down."""
    return RunResult.model_validate(read_json(folder.path / "outcome.json"))


def tensors(folder: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return load_file(folder / "adapter_model.safetensors")


def same(one: Path, other: Path) -> bool:
    first, second = tensors(one), tensors(other)
    return first.keys() == second.keys() and all(bool((first[name] == second[name]).all()) for name in first)


@pytest.mark.slow
def test_a_run_learns_and_leaves_its_version(taught: Prepare) -> None:
    folder = taught()
    outcome = outcome_of(folder)
    assert outcome.status is Status.DONE
    assert folder.state.status is Status.DONE
    assert (outcome.steps, outcome.rows_learned) == (12, 32)
    curve = losses(folder)
    assert list(curve) == list(range(1, 13))
    assert curve[12] < curve[1]
    assert Path(outcome.adapter) == folder.adapter
    assert read_json(folder.path / "outcome.json")["best_step"] == outcome.best_step


def test_the_curve_has_every_key_that_the_page_draws(prepare: Prepare) -> None:
    folder = prepare(max_steps=3)
    run_training(folder.path, never)
    line = next(line for line in folder.metrics() if "loss" in line)
    assert set(line) == {"step", "epoch", "loss", "learning_rate", "grad_norm", "tokens_per_second", "tokens",
                         "elapsed_seconds", "memory_bytes"}  # fmt: skip
    assert 10**7 < line["memory_bytes"] < 10**11
    checks = [line["step"] for line in folder.metrics() if "eval_loss" in line]
    assert checks == [0, 1, 2, 3], "the starting model is checked too, and the end"


def test_the_version_is_plain_peft_and_answers_as_it_was_taught(taught: Prepare, tiny: Path) -> None:
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    folder = taught()
    outcome = outcome_of(folder)
    assert not list(folder.path.rglob("training_args.bin"))
    described = read_json(folder.adapter / "adapter_config.json")
    assert described["target_modules"] == sorted(
        ["down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"]
    )
    assert described["base_model_name_or_path"] == str(tiny)
    tuned = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(tiny), folder.adapter)
    total, count = 0.0, 0
    chat_template = load_chat_template(tiny, folder.adapter)
    for example in folder.validation:
        chat = chat_template.encode(example.messages)
        logits = tuned(torch.tensor([chat.ids])).logits[0, chat.start - 1 : -1]
        total += torch.nn.functional.cross_entropy(logits, torch.tensor(chat.ids[chat.start :]), reduction="sum").item()
        count += len(chat.ids) - chat.start
    assert total / count == pytest.approx(outcome.eval_loss, rel=1e-5), "the very numbers of the practice check"


def test_the_same_seed_gives_the_same_version_bit_for_bit(prepare: Prepare, taught: Prepare) -> None:
    first, second, other = taught(lora_dropout=0.1), prepare(lora_dropout=0.1), prepare(lora_dropout=0.1, seed=7)
    for folder in (second, other):
        run_training(folder.path, never)
    assert losses(first) == losses(second) != losses(other)
    assert same(first.adapter, second.adapter)


@pytest.mark.parametrize("stop_at", [5, *(pytest.param(step, marks=pytest.mark.long) for step in (1, 8))])
def test_a_stopped_run_goes_on_as_if_it_had_never_stopped(prepare: Prepare, taught: Prepare, stop_at: int) -> None:
    whole, parts = taught(lora_dropout=0.1), prepare(lora_dropout=0.1)
    stopped = run_training(parts.path, after(stop_at))
    assert (stopped.status, stopped.steps) == (Status.STOPPED, stop_at)
    assert parts.state.status is Status.STOPPED
    assert parts.adapter.is_dir(), "the best version so far is kept"
    assert run_training(parts.path, never).status is Status.DONE
    assert losses(parts) == losses(whole)
    assert same(parts.adapter, whole.adapter)
    assert [line["tokens"] for line in parts.metrics()][-1] == [line["tokens"] for line in whole.metrics()][-1]


def test_a_stop_note_in_the_folder_stops_and_a_resume_forgets_it(prepare: Prepare) -> None:
    folder = prepare()
    folder.ask_to_stop()
    assert run_training(folder.path, never).steps == 1
    assert run_training(folder.path, never).status is Status.DONE


def test_the_best_checked_version_is_kept_not_the_last(prepare: Prepare) -> None:
    folder = prepare(learning_rate=0.05, max_steps=40, lr_scheduler_type="constant", save_total_limit=2, eval_steps=4)
    outcome = run_training(folder.path, never)
    checks = {line["step"]: line["eval_loss"] for line in folder.metrics() if line["step"] and "eval_loss" in line}
    assert outcome.best_step == min(checks, key=lambda step: checks[step])
    assert outcome.eval_loss == pytest.approx(min(checks.values()))
    assert same(folder.adapter, folder.checkpoints / f"checkpoint-{outcome.best_step}")


def test_early_stopping_waits_for_so_many_worse_checks(prepare: Prepare) -> None:
    folder = prepare(learning_rate=0.05, max_steps=200, lr_scheduler_type="constant", eval_steps=2,
                     early_stopping_patience=3)  # fmt: skip
    outcome = run_training(folder.path, never)
    assert outcome.status is Status.DONE
    assert outcome.steps < 200
    assert outcome.steps == (outcome.best_step or 0) + 6
    assert "not better" in outcome.reason
    in_vain = not_better(folder.metrics()) is not None
    assert ("best version is kept" in outcome.reason) is not in_vain, "nothing is praised that is worse than before"


def test_a_newest_point_that_is_damaged_is_passed_over_with_a_word(prepare: Prepare, taught: Prepare) -> None:
    folder, whole = prepare(), taught()
    run_training(folder.path, after(8))
    (folder.checkpoints / "checkpoint-8" / "optimizer.pt").write_bytes(b"torn")
    assert run_training(folder.path, never).status is Status.DONE
    lines = [json.loads(line) for line in (folder.path / "metrics.jsonl").read_text().splitlines()]
    assert {"resumed_from": 6, "passed_over": [8]} in lines
    assert losses(folder) == losses(whole)


def test_numbers_that_run_away_end_in_a_sentence_and_keep_the_best(prepare: Prepare) -> None:
    folder = prepare(method="full", learning_rate=1.0, max_steps=60, lr_scheduler_type="constant")
    with pytest.raises(RunFailed, match="out of control") as failure:
        run_training(folder.path, never)
    assert "less boldly (learning rate): 0.1" in failure.value.hint
    assert folder.state.status is Status.FAILED
    assert folder.state.reason == failure.value.message
    assert folder.adapter.is_dir()


def test_rows_that_leave_nothing_to_learn_are_refused_before_the_model_is_loaded(prepare: Prepare) -> None:
    folder = prepare(train=[pair(1, "why " * 100, "so")], max_length=32)
    with pytest.raises(RunFailed, match="No row is left to learn from: the questions of 1 alone fill the 32 pieces"):
        run_training(folder.path, never)


def test_a_vanished_model_is_a_sentence(prepare: Prepare, tmp_path: Path) -> None:
    folder = prepare(model=tmp_path / "gone")
    with pytest.raises(RunFailed, match="starting model is gone"):
        run_training(folder.path, never)
    assert folder.state.status is Status.FAILED


def test_a_model_that_changed_since_the_run_was_prepared_is_not_taught(prepare: Prepare) -> None:
    folder = prepare()
    write_json(folder.path / "recipe.json", folder.spec.model_copy(update={"model_sha256": "other"}))
    with pytest.raises(RunFailed, match="has changed"):
        run_training(folder.path, never)


def test_a_fault_of_ours_is_written_down_and_raised(prepare: Prepare) -> None:
    folder = prepare()
    (folder.path / "train.jsonl").write_text('{"no": "example"}\n')
    with pytest.raises(ValueError, match="validation error"):
        run_training(folder.path, never)
    assert folder.state.status is Status.FAILED
    assert "fault in the studio" in folder.state.reason


def test_a_layer_that_the_model_does_not_have_is_named(prepare: Prepare) -> None:
    folder = prepare(target_modules="q_proj,nonsense")
    with pytest.raises(RunFailed, match="nonsense") as failure:
        run_training(folder.path, never)
    assert "q_proj" in failure.value.hint


def test_nobody_carries_out_what_somebody_else_carries_out(prepare: Prepare) -> None:
    folder = prepare()
    lock = folder.lock
    assert lock.take()
    with pytest.raises(StudioError, match="already"):
        run_training(folder.path, never)
    lock.release()


def test_a_chat_gets_its_turn_between_the_steps(prepare: Prepare) -> None:
    held: list[str] = []

    @contextlib.contextmanager
    def turn() -> Iterator[None]:
        held.append("in")
        yield
        held.append("out")

    folder = prepare(max_steps=3, validation=[])
    run_training(folder.path, never, turn)
    assert held == ["in", "out"] * 3


@pytest.mark.parametrize(
    "method", ["full", *(pytest.param(one, marks=pytest.mark.long) for one in ("rslora", "dora", "last_layers"))]
)
def test_every_method_learns_stops_and_goes_on(prepare: Prepare, method: str) -> None:
    folder, whole = prepare(method=method, max_steps=6), prepare(method=method, max_steps=6)
    run_training(whole.path, never)
    assert run_training(folder.path, after(3)).status is Status.STOPPED
    assert run_training(folder.path, never).status is Status.DONE
    assert losses(folder) == losses(whole)
    assert losses(whole)[6] < losses(whole)[1]


def rates(folder: RunFolder) -> list[tuple[float, float, set[str]]]:
    """The optimizer's groups in the newest saved point: rate, pull towards small changes, and which half is in it."""
    import torch

    newest = max(folder.checkpoints.glob("*/optimizer.pt"), key=lambda path: path.stat().st_mtime_ns)
    saved = torch.load(newest, weights_only=True)
    rank = folder.spec.recipe.r
    halves = {key: "A" if one["exp_avg"].shape[0] == rank else "B" for key, one in saved["state"].items()}
    return [
        (group["initial_lr"], group["weight_decay"], {halves[key] for key in group["params"]})
        for group in saved["param_groups"] if group["params"]
    ]  # fmt: skip


def test_with_a_ratio_b_learns_so_many_times_as_boldly(prepare: Prepare, taught: Prepare) -> None:
    bold = prepare(loraplus_lr_ratio=8, weight_decay=0.1, max_steps=4)
    run_training(bold.path, never)
    assert rates(bold) == [(5e-3, 0.1, {"A"}), (pytest.approx(8 * 5e-3), 0.1, {"B"})]
    assert next(line["learning_rate"] for line in bold.metrics() if "loss" in line) <= 5e-3, "the curve shows A's"
    plain = prepare(weight_decay=0.1, max_steps=4)
    run_training(plain.path, never)
    assert losses(bold)[1] == losses(plain)[1] and losses(bold)[4] != losses(plain)[4]


@pytest.mark.long
def test_a_ratio_of_1_is_plain_lora(prepare: Prepare, taught: Prepare) -> None:
    one, nearly = prepare(loraplus_lr_ratio=1), prepare(loraplus_lr_ratio=1 + 1e-9)
    for folder in (one, nearly):
        run_training(folder.path, never)
    assert losses(one) == losses(taught()) and same(one.adapter, taught().adapter)
    assert rates(one) == rates(taught()) == [(5e-3, 0.0, {"A", "B"})]
    assert losses(nearly) == pytest.approx(losses(one), rel=1e-5), "and so is the other way of grouping"


@pytest.mark.long
def test_a_run_with_a_ratio_goes_on_as_if_it_had_never_stopped(prepare: Prepare) -> None:
    knobs = {"loraplus_lr_ratio": 8, "weight_decay": 0.1, "learning_rate": 1e-3, "lora_dropout": 0.1}
    whole, parts = prepare(**knobs), prepare(**knobs)
    run_training(whole.path, never)
    assert run_training(parts.path, after(5)).status is Status.STOPPED
    assert run_training(parts.path, never).status is Status.DONE
    assert losses(parts) == losses(whole) and same(parts.adapter, whole.adapter)
    assert rates(parts) == rates(whole)


def test_general_examples_are_learned_beside_the_rows_and_counted_apart(prepare: Prepare) -> None:
    from studio.storage.general_examples import mixed_in

    recipe = prepare(max_steps=-1, num_train_epochs=1.0, general_share=0.2).spec.recipe
    folder = prepare(general=mixed_in(recipe, 32), max_steps=-1, num_train_epochs=1.0, general_share=0.2)
    outcome = run_training(folder.path, never)
    assert (outcome.rows_learned, outcome.rows_general, outcome.steps) == (32, 8, 10)


@pytest.mark.parametrize("accumulation", [2, pytest.param(1, marks=pytest.mark.long)])
def test_packed_rows_learn_in_fewer_fuller_steps_and_resume_alike(prepare: Prepare, accumulation: int) -> None:
    knobs = {"max_steps": -1, "num_train_epochs": 2.0, "gradient_accumulation_steps": accumulation, "eval_steps": 1,
             "per_device_train_batch_size": 2, "lora_dropout": 0.1}  # fmt: skip
    plain, whole, parts = prepare(**knobs), prepare(packing=True, **knobs), prepare(packing=True, **knobs)
    single = run_training(plain.path, never)
    done = run_training(whole.path, never)
    assert done.rows_learned == single.rows_learned
    assert done.steps < single.steps / 2
    assert plain.metrics()[-1]["tokens"] == whole.metrics()[-1]["tokens"], "every row is learned as often"
    run_training(parts.path, after(done.steps // 2))
    run_training(parts.path, never)
    assert losses(parts) == losses(whole)


def test_four_bits_without_a_graphics_card_are_refused_in_a_sentence(prepare: Prepare) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is one")
    with pytest.raises(RunFailed, match="graphics card") as refused:
        run_training(prepare(method="qlora").path, never)
    assert refused.value.where == "method"


def test_settings_that_refuse_to_be_saved_end_no_run(prepare: Prepare, tmp_path: Path) -> None:
    from tests.model_fixtures import make_model

    model = make_model(tmp_path / "model")
    write_json(model / "generation_config.json", {"do_sample": False, "temperature": 0.6, "eos_token_id": 1})
    run = prepare(model, method="full", max_steps=2)
    assert run_training(run.path, never).status is Status.DONE
    told = read_json(run.adapter / "generation_config.json")
    assert "temperature" not in told and told["eos_token_id"] == 1
