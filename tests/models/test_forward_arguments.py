"""What the engine relies on in a model's forward, under the names of the installed transformers and the one before."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from studio.models.forward_arguments import ForwardArguments
from tests.tiny_models import FAMILIES, load_plain, make_model

FORWARDS: dict[str, Callable[..., Any]] = {
    "cache": lambda input_ids=None, cache=None, use_cache=None: cache,
    "past_key_values": lambda input_ids=None, past_key_values=None, use_cache=None: past_key_values,
    "state": lambda input_ids=None, state=None: state,
}


def model_taking(name: str) -> torch.nn.Module:
    """A model that calls its memory as some version of transformers does."""
    model = torch.nn.Module()
    model.forward = FORWARDS[name]  # type: ignore[method-assign]
    return model


@pytest.mark.parametrize("family", FAMILIES)
def test_the_installed_transformers_takes_what_decoding_gives_it(family, tmp_path):
    from transformers import DynamicCache

    model = load_plain(make_model(tmp_path / "base", family))
    takes = ForwardArguments(model)
    assert takes.memory and {"input_ids", "attention_mask", "logits_to_keep", "use_cache"} <= takes.names
    memory = DynamicCache(config=model.config)
    said = model(input_ids=torch.tensor([[5, 6, 7]]), **takes.remembering(memory))
    assert takes.memory_in(said) is memory and memory.get_seq_length() == 3


@pytest.mark.parametrize("name", ["cache", "past_key_values"])
def test_the_memory_goes_in_and_comes_back_under_either_name(name):
    takes = ForwardArguments(model_taking(name))
    assert takes.remembering("memory") == {name: "memory", "use_cache": True}
    assert takes.memory_in(type("Said", (), {name: "memory"})()) == "memory"


def test_a_model_without_a_memory_says_so_and_is_given_only_what_it_takes():
    takes = ForwardArguments(model_taking("state"))
    assert takes.memory == "" and takes.only({"input_ids": 1, "position_ids": 2}) == {"input_ids": 1}
