"""Models that nobody here made: each learns, stops, goes on, and its version opens with plain PEFT elsewhere."""

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import UnusableModel
from studio.models.chat_template import load_chat_template
from studio.models.inspector import Inspector
from studio.schemas.example import Example
from studio.schemas.run import Status
from studio.storage.run_folder import RunFolder
from studio.training.train import run_training
from tests.model_fixtures import MATERIAL, losses

pytestmark = [
    pytest.mark.material,
    pytest.mark.skipif(not MATERIAL.is_dir(), reason="../shared/material is not here"),
]
NAMES = ["stories3M-llama", "stories260K-llama", "tinyllm-chat-626K-opt", "belllabs-qa-120K-gpt2",
         "hf_native/tiny-gpt2-fullvocab-random"]  # fmt: skip
REFUSED = {
    "negative/lfs-pointer-adapter": "holds an adapter",
    "negative/lfs-pointer-smollm2": "Git LFS pointer",
    "negative/lfs-pointer-spt": "Git LFS pointer",
    "negative/remote-code-phimoe-no-weights": "program code of its own",
    "adapters/gpt2-customer-support-lora": "an adapter, a change of “gpt2”",
    "adapters/gpt2-seqcls-lora": "holds an adapter",
    "adapters/gptneo125m-movies-lora": "holds an adapter",
    "tokenizers/smollm2-135m": "no weights",
}


@pytest.mark.parametrize(
    "name", [NAMES[1], *(pytest.param(name, marks=pytest.mark.long) for name in NAMES if name != NAMES[1])]
)
def test_it_learns_stops_goes_on_and_opens_with_plain_peft(
    name: str, prepare: Callable[..., RunFolder], examples: list[Example]
) -> None:
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    model = MATERIAL / name
    whole, parts = (prepare(model=model, max_steps=6, eval_steps=3, validation=examples[32:36]) for _ in range(2))
    assert run_training(whole.path, lambda: False).status is Status.DONE
    looks = iter(range(1, 1000))
    assert run_training(parts.path, lambda: next(looks) >= 3).status is Status.STOPPED
    assert run_training(parts.path, lambda: False).status is Status.DONE
    assert losses(parts) == losses(whole)
    assert losses(whole)[6] < losses(whole)[1]
    chat = load_chat_template(model).encode(examples[0].messages)
    ids = torch.tensor([chat.ids])
    base = AutoModelForCausalLM.from_pretrained(model)
    plain = PeftModel.from_pretrained(base, whole.adapter)(ids).logits
    again = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(model), parts.adapter)(ids).logits
    assert torch.equal(plain, again)
    taught = checked_loss(plain, chat.ids, chat.start)
    assert taught < checked_loss(AutoModelForCausalLM.from_pretrained(model)(ids).logits, chat.ids, chat.start)


def checked_loss(logits: "object", ids: list[int], start: int) -> float:
    """Mean loss of the answer's tokens by plain arithmetic."""
    import torch

    assert isinstance(logits, torch.Tensor)
    return torch.nn.functional.cross_entropy(logits[0, start - 1 : -1], torch.tensor(ids[start:])).item()


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_a_sentence_before_any_library_is_opened(name: str) -> None:
    with pytest.raises(UnusableModel, match=REFUSED[name]) as refusal:
        Inspector().inspect(MATERIAL / name)
    assert refusal.value.hint
    assert Path(refusal.value.where).name == Path(name).name


def test_a_small_stranger_is_described() -> None:
    facts = Inspector().inspect(MATERIAL / "belllabs-qa-120K-gpt2")
    assert (facts.architecture, facts.parameters, facts.context, facts.vocabulary) == (
        "GPT2LMHeadModel",
        83840,
        128,
        67,
    )
    assert facts.template == "studio"
    assert any("cannot write" in note for note in facts.notes)
