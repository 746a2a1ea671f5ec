"""The engine of this computer: forecasts that come true, proposals that suit, pieces that colour what is learned."""

import gc
import random
import re
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from studio.models.chat_template import load_chat_template
from studio.models.inspector_process import facts_of
from studio.schemas.example import Example, pair
from studio.schemas.model import ModelFacts
from studio.schemas.recipe import Recipe
from studio.storage.run_folder import RunFolder
from studio.training.forecast import forecast, propose_knobs, steps_of
from studio.training.local_engine import LocalEngine
from studio.training.tokenization import make_rows
from tests.model_fixtures import make_model

Prepare = Callable[..., RunFolder]
OTHER_FAMILIES = ("gpt_neox", "mistral", "phi", "bloom")  # by hand: mistral learns in test_odd_models too


@pytest.fixture(scope="module")
def facts(tiny: Path) -> ModelFacts:
    return facts_of(tiny)


@pytest.mark.slow
def test_steps_are_those_of_the_trainer(prepare: Prepare, facts: ModelFacts, examples: list[Example]) -> None:
    knobs = {"max_steps": -1, "num_train_epochs": 1.5, "gradient_accumulation_steps": 3}
    folder = prepare(validation=[], **knobs)
    found = LocalEngine().forecast(facts, folder.spec.recipe, folder.train)
    assert LocalEngine().train(folder.path, lambda: False).steps == found.steps
    assert found.rows == 32
    assert (found.steps, found.times_seen) == (5, 1.75), "a pass of 12, 12 and 8 rows, and 24 of the next"


def test_what_is_cut_or_left_out_is_counted_and_nothing_left_blocks(facts: ModelFacts) -> None:
    rows = [pair(1, "why", "so"), pair(2, "why", "so " * 60), pair(3, "why " * 60, "so")]
    found = LocalEngine().forecast(facts, Recipe(base_model=facts.folder, max_length=32), rows)
    assert (found.rows, found.rows_cut, found.rows_left_out) == (2, 1, 1)
    assert (found.cut_ids, found.left_out_ids) == (("r2",), ("r3",))
    assert found.learned_tokens > 0
    assert not found.blocked
    empty = LocalEngine().forecast(facts, Recipe(base_model=facts.folder, max_length=8), rows[2:])
    assert "No row is left to learn from: the questions of 1 alone fill the 8 pieces that are read." in empty.blocked
    assert (found.rows_lost, found.limit, found.context) == (1, 32, facts.context)
    assert f"cannot read more than {facts.context} pieces, and the longest example has" in empty.blocked
    assert empty.seconds is None


def test_the_advice_names_a_larger_value_that_is_enough(facts: ModelFacts) -> None:
    rows = [pair(1, "why " * 20, "so")]
    short = LocalEngine().forecast(facts, Recipe(base_model=facts.folder, max_length=16), rows)
    raised = re.search(r"Raise “Longest example it reads” from 16 to (\d+)\.", short.blocked)
    assert raised and int(raised[1]) > 16
    assert not LocalEngine().forecast(facts, Recipe(base_model=facts.folder, max_length=int(raised[1])), rows).blocked


def test_an_empty_answer_is_never_taught(facts: ModelFacts) -> None:
    found = LocalEngine().forecast(
        facts, Recipe(base_model=facts.folder), [pair(1, "why", " \n"), pair(2, "why", "so")]
    )
    assert (found.rows, found.rows_left_out, found.rows_empty) == (1, 1, 1)
    alone = LocalEngine().forecast(facts, Recipe(base_model=facts.folder), [pair(1, "why", "")])
    assert "1 have no answer" in alone.blocked


def test_a_run_that_needs_more_memory_than_there_is_is_blocked(facts: ModelFacts, tiny: Path) -> None:
    huge = facts.model_copy(update={"parameters": 10**13})
    found = forecast(
        huge, Recipe(base_model=facts.folder), make_rows(load_chat_template(tiny), [pair(1, "why", "so")], 64)
    )
    assert "GB of memory" in found.blocked
    assert found.needs_bytes > found.free_bytes


def test_unknown_layers_are_named_before_the_start(facts: ModelFacts) -> None:
    recipe = Recipe(base_model=facts.folder, target_modules="q_proj,nonsense")
    assert "nonsense" in LocalEngine().forecast(facts, recipe, [pair(1, "why", "so")]).blocked


def test_the_time_comes_true_and_costs_nobody_a_random_number(facts: ModelFacts, examples: list[Example]) -> None:
    import studio.training.throughput  # noqa: F401 - some library takes a number when it is imported

    torch.manual_seed(1)
    random.seed(1)
    expected = torch.rand(3), random.random()
    torch.manual_seed(1)
    random.seed(1)
    engine = LocalEngine()
    recipe = Recipe(base_model=facts.folder, per_device_train_batch_size=4)
    began = time.monotonic()
    found = engine.forecast(facts, recipe, examples)
    assert found.seconds is not None
    assert torch.equal(torch.rand(3), expected[0])
    assert random.random() == expected[1]
    measured = time.monotonic() - began
    again = time.monotonic()
    assert engine.forecast(facts, recipe.model_copy(update={"num_train_epochs": 6.0}), examples).seconds is not None
    assert time.monotonic() - again < measured, "measured once"


def test_the_copy_that_was_timed_takes_no_memory_afterwards(facts: ModelFacts, examples: list[Example]) -> None:
    from studio.training.forecast import rows_for
    from studio.training.job import load_model
    from studio.training.throughput import measure_throughput

    copies: list[weakref.ref[Any]] = []

    def load(folder: Path, recipe: Recipe) -> Any:
        model = load_model(folder, recipe)
        copies.append(weakref.ref(model))
        return model

    recipe = Recipe(base_model=facts.folder, per_device_train_batch_size=4)
    layout, rows = rows_for(facts, recipe, examples)
    gc.disable()
    try:
        measure_throughput(facts, recipe, layout, rows.rows, load=load)
        assert copies[0]() is None, "it would lie beside the run's own model"
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("parameters", "count", "rate", "passes"),
    [
        (10**7, 400, 2e-3, 10),
        (10**7, 3000, 2e-3, 2),
        (135 * 10**6, 400, 1e-3, 3),
        (10**9, 400, 2e-4, 3),
        (10**9, 1500, 2e-4, 2),
        (10**9, 2500, 2e-4, 1),
    ],
)
def test_proposals_go_by_the_size_of_model_and_data(
    facts: ModelFacts, tiny: Path, parameters: int, count: int, rate: float, passes: float
) -> None:
    rows = make_rows(load_chat_template(tiny), [pair(n, "why", "so") for n in range(1, count + 1)], 128)
    knobs = propose_knobs(facts.model_copy(update={"parameters": parameters}), rows)
    assert (knobs["learning_rate"], knobs["num_train_epochs"]) == (rate, passes)
    assert rows.longest <= knobs["max_length"] <= facts.context
    Recipe(base_model="x", **knobs)


def test_steps_follow_passes_batches_and_accumulation() -> None:
    assert steps_of(Recipe(num_train_epochs=2, per_device_train_batch_size=8, gradient_accumulation_steps=3), 100) == 10
    assert steps_of(Recipe(max_steps=7), 100) == 7


def test_a_row_is_shown_in_parts(facts: ModelFacts) -> None:
    seen = LocalEngine().see(facts, Recipe(base_model=facts.folder, instructions="Be kind."), pair(1, "why", "so"))
    assert [piece.part for piece in seen] == ["read", "learned"]
    assert "Be kind." in seen[0].text


def test_devices_have_a_name_and_memory() -> None:
    (device, *_) = LocalEngine().devices()
    assert set(device) == {"name", "memory_bytes", "free_bytes"}


@pytest.mark.parametrize(
    "family",
    ["qwen3", "gemma3_text", "mamba", *(pytest.param(family, marks=pytest.mark.nightly) for family in OTHER_FAMILIES)],
)
def test_other_families_learn_too(tmp_path: Path, prepare: Prepare, family: str) -> None:
    from transformers import AutoConfig, AutoModelForCausalLM

    shape = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
             "num_key_value_heads": 2, "max_position_embeddings": 64, "head_dim": 8, "sliding_window": 16,
             "n_head": 4, "n_layer": 2, "state_size": 4, "initializer_range": 0.2}  # fmt: skip
    folder = make_model(tmp_path / "model")
    (folder / "model.safetensors").unlink()
    config = AutoConfig.for_model(family)
    usual = {name: value for name, value in shape.items() if hasattr(config, name)}
    if family == "gemma3_text":
        usual["layer_types"] = ["sliding_attention", "full_attention"]
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = AutoModelForCausalLM.from_config(
            AutoConfig.for_model(family, vocab_size=300, pad_token_id=0, eos_token_id=1, bos_token_id=None, **usual)
        )
    model.save_pretrained(folder)
    run = prepare(model=folder, max_steps=4)
    LocalEngine().train(run.path, lambda: False)
    curve = [line["loss"] for line in run.metrics() if "loss" in line]
    assert len(curve) == 4
    assert min(curve[1:]) < curve[0]


def test_general_rows_are_counted_apart_and_take_their_steps(prepare: Prepare, facts: ModelFacts) -> None:
    knobs = {"max_steps": -1, "num_train_epochs": 2.0}
    folder = prepare(**knobs)
    alone = LocalEngine().forecast(facts, folder.spec.recipe, folder.train)
    mixed = LocalEngine().forecast(facts, folder.spec.recipe.model_copy(update={"general_share": 0.2}), folder.train)
    assert (mixed.rows, mixed.rows_general, alone.rows_general) == (32, 8, 0)
    assert (alone.steps, mixed.steps) == (16, 20)
    assert mixed.learned_tokens > alone.learned_tokens
    assert alone.times_seen == mixed.times_seen == 2.0


def test_packing_says_how_many_rows_share_a_place_and_its_steps_come_true(prepare: Prepare, facts: ModelFacts) -> None:
    folder = prepare(max_steps=-1, num_train_epochs=2.0, packing=True, max_length=128)
    found = LocalEngine().forecast(facts, folder.spec.recipe, folder.train)
    assert any(note.startswith("Packed: 32 rows share") for note in found.notes)
    assert LocalEngine().train(folder.path, lambda: False).steps == found.steps


def test_a_method_that_this_computer_cannot_do_blocks_the_start(facts: ModelFacts) -> None:
    methods = LocalEngine().methods()
    assert methods["lora"] == "" and set(methods) == {"lora", "rslora", "dora", "qlora", "full", "last_layers"}
    found = LocalEngine().forecast(facts, Recipe(base_model=facts.folder, method="qlora"), [pair(1, "why", "so")])
    assert found.blocked == methods["qlora"]


def test_a_request_waits_for_a_warm_up_that_is_under_way(tiny: Path) -> None:
    """Two threads that import transformers at once find each other's modules half made."""
    engine = LocalEngine()
    counted: list[int] = []
    asking = threading.Thread(
        target=lambda: counted.extend(each.whole for each in engine.lengths(tiny, [pair(1, "why", "so")]))
    )
    with engine._importing:
        asking.start()
        asking.join(0.3)
        assert asking.is_alive() and not counted
    asking.join(30)
    assert counted


def test_closing_ends_what_is_measured_and_waits_for_it(facts: ModelFacts, examples: list[Example]) -> None:
    """Else Python ends under the measuring thread: "cannot schedule new futures after interpreter shutdown"."""
    long = [pair(n, "why " * 8, "so " * 60) for n in range(800)]
    recipe = Recipe(base_model=facts.folder, per_device_train_batch_size=64)
    engine, found = LocalEngine(), []
    asking = threading.Thread(target=lambda: found.append(engine.forecast(facts, recipe, long)), daemon=True)
    asking.start()
    end = time.monotonic() + 30
    while not engine._lock.locked() and time.monotonic() < end:
        time.sleep(0.005)
    assert engine._lock.locked()
    engine.close()
    assert not engine._lock.locked() and not engine._paces
    asking.join(10)
    engine.forecast(facts, recipe, examples)
    assert found and not engine._paces, "nothing new is measured"
