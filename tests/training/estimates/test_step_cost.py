"""Time and memory told from the sizes of the matrices alone, for models that are here and for those that are not."""

import time

import pytest

from studio.schemas.model import Foretold, Length, ModelEntry, ModelFacts
from studio.schemas.recipe import Recipe
from studio.training.estimates.entry_sizes import facts_of_entry, rough_bytes
from studio.training.estimates.step_cost import (
    ProductRate,
    better,
    flops_of_token,
    foretell,
    measure_rate,
    throughput_of_sizes,
)
from studio.training.local_engine import LocalEngine
from studio.training.tokenization import TokenizedExample

# (parameters, hidden, layers, vocabulary, learned share, tokens a row) -> tokens a second and FLOPs of a product, as
# measured on one thread of an AMD EPYC with AVX512-BF16, in processor seconds; passes went at 44e9 bytes a second
MEASURED = {
    "7M": ((7_475_456, 256, 8, 4_096, 0.68, 71), 1411.0, 217e9),
    "30M": ((29_496_192, 384, 6, 49_152, 0.5, 120), 866.6, 203e9),
    "60M": ((60_000_000, 512, 12, 49_152, 0.5, 120), 379.5, 210e9),
    "110M": ((109_529_856, 768, 12, 32_000, 0.5, 120), 247.9, 213e9),
    "135M": ((134_515_008, 576, 30, 49_152, 0.5, 120), 163.2, 220e9),
}
SMALL = ModelEntry(id="s", title="S", licence="", parameters=134_515_008, source="hub", hidden=576, layers=30,
                   vocabulary=49_152)  # fmt: skip
LARGE = SMALL.model_copy(update={"id": "l", "parameters": 8_400_000_000, "hidden": 4096, "layers": 40})
ENCODER = ModelEntry(id="e", title="E", licence="", parameters=22_713_216, source="package", hidden=384, layers=6,
                     vocabulary=30_522, task="labels")  # fmt: skip
USUAL = [Length(40, 100)] * 300
STEADY = ProductRate(200e9, 40e9)


@pytest.mark.parametrize("name", MEASURED)
def test_the_pace_of_runs_that_were_measured_is_told_within_30_percent(name: str) -> None:
    (parameters, hidden, layers, vocabulary, learned, length), seen, flops = MEASURED[name]
    facts = ModelFacts(folder="", sha256="", architecture="", parameters=parameters, context=512, hidden=hidden,
                       layers=layers, vocabulary=vocabulary)  # fmt: skip
    rows = [TokenizedExample("r1", [0] * length, int(length * (1 - learned)), length)] * 100
    recipe = Recipe(per_device_train_batch_size=4)
    told = throughput_of_sizes(facts, recipe, rows, lambda _: ProductRate(flops, 44e9)).tokens_per_second
    assert 0.7 < told / seen < 1.3


def test_every_model_has_a_time_also_one_that_is_not_here_and_very_large() -> None:
    small, large = foretell(SMALL, USUAL, lambda _: STEADY), foretell(LARGE, USUAL, lambda _: STEADY)
    assert small.seconds and large.seconds and large.seconds > 20 * small.seconds
    assert large.needs_bytes > 2 * LARGE.parameters and large.error == 0.3


@pytest.mark.parametrize("entry", [SMALL, LARGE], ids=["135M", "8B"])
def test_what_is_said_before_anything_is_imported_is_near_what_is_said_after(entry: ModelEntry) -> None:
    after = foretell(entry, USUAL, lambda _: STEADY).needs_bytes
    assert 0.6 < rough_bytes(entry) / after < 1.4


def test_more_and_longer_rows_take_longer() -> None:
    def seconds(lengths: list[Length]) -> float:
        return foretell(SMALL, lengths, lambda _: STEADY).seconds or 0.0

    assert seconds(USUAL) < seconds([Length(40, 100)] * 450) and seconds(USUAL) < seconds([Length(80, 200)] * 300)


def test_a_quick_try_has_a_time_of_its_own() -> None:
    quick, balanced = (foretell(SMALL, USUAL, lambda _: STEADY, passes).seconds or 0.0 for passes in (0.3, 1.0))
    assert 0.2 * balanced < quick < 0.6 * balanced


def test_an_encoder_is_told_by_its_own_recipe_and_reads_no_answers() -> None:
    def told(entry: ModelEntry, whole: int) -> Foretold:
        foretold = foretell(entry, [Length(40, whole)] * 300, lambda _: STEADY)
        return foretold.model_copy(update={"free_bytes": 0})  # what others leave changes between two looks

    assert told(ENCODER, 100) == told(ENCODER, 400), "a label is no text that is read"
    chat = ENCODER.model_copy(update={"task": "answers"})
    seconds, other = told(ENCODER, 100).seconds, told(chat, 100).seconds
    assert seconds and other and seconds < other / 3


def test_sizes_that_are_not_told_are_taken_as_usual() -> None:
    facts = facts_of_entry(ModelEntry(id="x", title="X", licence="", parameters=600_000_000, source="hub"))
    assert 800 <= facts.hidden <= 2000 and 10 <= facts.layers <= 60


def test_full_teaching_costs_more_than_an_adapter_and_last_layers_less() -> None:
    facts = facts_of_entry(SMALL)

    def cost(**knobs: object) -> float:
        return sum(flops_of_token(facts, Recipe.model_validate(knobs), 0.5, 100))

    assert cost(method="last_layers", trained_layers=2) < cost() < cost(method="full")
    assert cost() < cost(gradient_checkpointing=True)


def test_others_make_a_computer_slower_and_nobody_makes_it_faster() -> None:
    busy, quiet = ProductRate(5e9, 30e9, 0.2), ProductRate(9e9, 20e9, 0.9)
    assert better(busy, quiet) == ProductRate(9e9, 30e9, 0.9) and better(quiet, busy) == ProductRate(9e9, 30e9, 0.2)
    assert better(None, busy) == busy


def test_measuring_takes_part_of_a_second() -> None:
    import torch

    began = time.process_time()
    rate = measure_rate(torch.float32)
    assert rate.flops > 1e8 and rate.bytes_per_second > 1e8 and 0 < rate.free <= 1
    assert time.process_time() - began < 2


def test_before_the_libraries_are_here_memory_is_told_and_time_is_not() -> None:
    told = LocalEngine().foretell(SMALL, USUAL)
    assert told.seconds is None and told.needs_bytes > 0 and told.free_bytes > 0
