"""One Recipe type: bounds, sentences beside the field, and the same refusal through every door."""

import pytest

from studio.errors import WrongSetting
from studio.schemas.recipe import Recipe, allowed, recipe_from

# The bad knobs of the fault list, each with the field that must be named.
BAD: list[tuple[dict[str, object], str]] = [
    ({"learning_rate": 0}, "learning_rate"), ({"learning_rate": -1}, "learning_rate"),
    ({"learning_rate": float("nan")}, "learning_rate"), ({"learning_rate": float("inf")}, "learning_rate"),
    ({"learning_rate": "abc"}, "learning_rate"), ({"learning_rate": 1e6}, "learning_rate"),
    ({"num_train_epochs": 0}, "num_train_epochs"), ({"num_train_epochs": -1}, "num_train_epochs"),
    ({"num_train_epochs": 1e9}, "num_train_epochs"),
    ({"per_device_train_batch_size": 0}, "per_device_train_batch_size"),
    ({"per_device_train_batch_size": -1}, "per_device_train_batch_size"),
    ({"per_device_train_batch_size": 4096}, "per_device_train_batch_size"),
    ({"per_device_train_batch_size": 1.5}, "per_device_train_batch_size"),
    ({"gradient_accumulation_steps": 0}, "gradient_accumulation_steps"),
    ({"beta": 0}, "beta"), ({"beta": 11}, "beta"), ({"learn_from": "likes"}, "learn_from"),
    ({"r": 0}, "r"), ({"r": -8}, "r"), ({"r": 100_000}, "r"), ({"r": 1.5}, "r"),
    ({"lora_alpha": 0}, "lora_alpha"), ({"lora_alpha": float("nan")}, "lora_alpha"),
    ({"lora_dropout": 1.0}, "lora_dropout"), ({"lora_dropout": -0.1}, "lora_dropout"),
    ({"lora_dropout": 2}, "lora_dropout"),
    ({"loraplus_lr_ratio": 0.5}, "loraplus_lr_ratio"), ({"loraplus_lr_ratio": 65}, "loraplus_lr_ratio"),
    ({"loraplus_lr_ratio": float("nan")}, "loraplus_lr_ratio"),
    ({"loraplus_lr_ratio": 4, "method": "full"}, "recipe"),
    ({"max_length": 0}, "max_length"), ({"max_length": 1}, "max_length"), ({"max_length": 10**9}, "max_length"),
    ({"warmup_steps": -1}, "warmup_steps"), ({"warmup_steps": 90, "max_steps": 10}, "recipe"),
    ({"seed": -1}, "seed"), ({"seed": 2**64}, "seed"), ({"seed": "x"}, "seed"),
    ({"target_modules": ""}, "target_modules"), ({"target_modules": r"(\w+\.?)+!"}, "target_modules"),
    ({"save_steps": -1}, "save_steps"), ({"save_steps": 10**9}, "save_steps"),
    ({"weight_decay": -1}, "weight_decay"), ({"lr_scheduler_type": "zigzag"}, "lr_scheduler_type"),
    ({"optim": None}, "optim"), ({"r": None}, "r"), ({"r": [1]}, "r"), ({"r": {"a": 1}}, "r"),
    ({"r": "1" * 1_000_000}, "r"), ({"max_steps": 0}, "recipe"), ({"base_model": ""}, "base_model"),
    ({"flux": 3}, "flux"), ({"general_share": 0.6}, "general_share"), ({"general_share": -0.1}, "general_share"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "where"), BAD, ids=lambda value: str(value)[:40])
def test_a_value_that_cannot_work_is_refused_beside_its_field(values: dict[str, object], where: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        recipe_from(values)
    assert refused.value.where == where
    assert len(refused.value.message) < 200


@pytest.mark.parametrize("name", sorted(Recipe.model_fields))
def test_nothing_is_not_a_value(name: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        recipe_from({name: None})
    assert refused.value.where == name


def test_the_command_line_reads_the_same_knobs_as_texts() -> None:
    recipe = recipe_from({"learning_rate": "2e-3", "packing": "true", "r": "8"}, strings=True)
    assert (recipe.learning_rate, recipe.packing, recipe.r) == (2e-3, True, 8)


def test_a_range_is_said_in_words() -> None:
    assert allowed("learning_rate") == "Use a number above 0 to 1."
    assert allowed("r") == "Use a whole number from 1 to 256."
    assert allowed("optim") == "Use one of: adamw_torch, adamw_torch_fused, adafactor, sgd."


def test_an_unusual_value_is_explained_not_refused() -> None:
    assert "forget" in Recipe(learning_rate=0.05).warnings()["learning_rate"]
    assert Recipe().warnings() == {}


def test_a_recipe_cannot_be_changed_after_launch() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Recipe().r = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"learn_from": "preferences", "method": "full"}, "learned with LoRA"),
        ({"learn_from": "preferences", "packing": True}, "without packing"),
        ({"learn_from": "preferences", "general_share": 0.2}, "hold no preference"),
        ({"learn_from": "thumbs", "per_device_train_batch_size": 1}, "at least two at once"),
    ],
)
def test_what_people_preferred_is_learned_in_fewer_ways(values: dict[str, object], said: str) -> None:
    with pytest.raises(WrongSetting, match=said):
        recipe_from(values)
