"""A recipe as a file: read back as it was written, explained in the interface's words, compared in plain words."""

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import WrongSetting
from studio.schemas.recipe import Recipe, title_of
from studio.storage.recipe_text import differences, recipe_of_text, recipe_toml


def test_a_written_recipe_is_read_back_as_it_was() -> None:
    recipe = Recipe(base_model="/models/mine", learning_rate=2e-5, instructions='Say "hello"\nand \\ bye\x7f 🙂', r=8)
    assert recipe_of_text(recipe_toml(recipe), toml=True) == recipe


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=50), st.floats(1e-300, 1.0))
def test_whatever_she_types_survives_the_file(instructions: str, rate: float) -> None:
    recipe = Recipe(instructions=instructions, learning_rate=rate)
    assert recipe_of_text(recipe_toml(recipe), toml=True) == recipe


def test_every_knob_stands_under_its_interface_word() -> None:
    text = recipe_toml(Recipe())
    for name in Recipe.model_fields:
        above = text.split(f"\n{name} = ")[0].rsplit("\n\n", 1)[-1]
        assert above.replace("\n# ", " ").startswith(f"# {title_of(name)}."), name
    assert set(tomllib.loads(text)) == set(Recipe.model_fields)


def test_json_is_read_too_and_what_is_left_out_takes_its_default() -> None:
    assert recipe_of_text(json.dumps({"r": 8}), toml=False) == Recipe(r=8)


@pytest.mark.parametrize("text, toml, said", [
    ("r = ", True, "cannot be read"), ("[1, 2]", False, "holds no settings"), ("r = 0", True, "rank"),
    ("colour = 1", True, "no setting called"), ("[" * 100_000, False, "cannot be read"),
])  # fmt: skip
def test_a_file_that_cannot_work_is_told_in_a_sentence(text: str, toml: bool, said: str) -> None:
    with pytest.raises(WrongSetting, match=said):
        recipe_of_text(text, toml=toml)


def test_only_what_differs_is_listed_in_plain_words() -> None:
    recipes = [Recipe(), Recipe(learning_rate=1e-3, packing=True, instructions="Be kind."), Recipe(learning_rate=5e-5)]
    assert [(row.title, row.values) for row in differences(recipes)] == [
        ("Instructions for every chat", ("none", "Be kind.", "none")),
        ("How boldly it learns (learning rate)", ("0.0002", "0.001", "0.00005")),
        ("Pack short examples together", ("no", "yes", "no")),
    ]
    assert differences([Recipe(), Recipe()]) == []
