"""Architectures that nobody here chose: each learns, stops, goes on, opens with plain PEFT and answers side by side.

One that looks back only so far runs always, one that forgets and one that does both in the second round;
`STUDIO_ALL_MODELS=1` runs them all (`tests/benchmarks/README.md` has the last result).
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from studio.errors import RunFailed, UnusableModel
from studio.inference.multi_adapter import MultiAdapterModel, load_multi_adapter
from studio.models.chat_template import load_chat_template
from studio.models.inspector_process import facts_of
from studio.schemas.chat import Reply, ReplySettings
from studio.schemas.example import Example, Message
from studio.schemas.recipe import Recipe
from studio.schemas.run import Status
from studio.storage.run_folder import RunFolder
from studio.training.local_engine import LocalEngine
from studio.training.train import run_training
from tests.model_fixtures import losses, read_json
from tests.odd_models import ALL, FAST, make_odd, read_alone

TIERS: dict[str, tuple[pytest.MarkDecorator, ...]] = {"mistral": ()}
LATER = [pytest.param(kind, marks=TIERS.get(kind, (pytest.mark.nightly,))) for kind in FAST]
KINDS = ALL if os.environ.get("STUDIO_ALL_MODELS") else LATER
APART = {"mistral", "bloom", "lfm2", "mamba", "llama4_text", "qwen3_next", "roberta", "rwkv", "mamba2", "falcon_mamba",
         "gemma3_text", "gpt_neo", "jamba", "nemotron_h", "recurrent_gemma", "mpt", "minimax"}  # fmt: skip
SHORT = ReplySettings(max_new_tokens=10)
CHATS = {
    "base": [Message(role="user", content="Hi")],
    "prompted": [Message(role="system", content="Be brief."), Message(role="user", content="how do I wash the hat?")],
    "tuned": [Message(role="user", content="how do I return the coat, please?")],
}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::UserWarning"),  # architectures warn about missing kernels and their own habits
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


def loss_alone(model: Any, folder: Path, examples: Sequence[Example]) -> float:
    """The mistakes score over all answers by plain arithmetic, one row at a time."""
    import torch

    total, count, chat_template = 0.0, 0, load_chat_template(folder)
    for chat in chat_template.encode_all([example.messages for example in examples]):
        scores = read_alone(model, chat.ids)[chat.start - 1 : -1]
        total += float(torch.nn.functional.cross_entropy(scores, torch.tensor(chat.ids[chat.start :]), reduction="sum"))
        count += len(chat.ids) - chat.start
    return total / count


def write_alone(model: Any, loaded: MultiAdapterModel, folder: Path, name: str) -> list[int]:
    """What the plain model writes greedily, reading everything again for every piece."""
    chat_template = load_chat_template(folder)
    ids, new_ids = chat_template.prompt_ids(CHATS[name]), list[int]()
    while len(new_ids) < SHORT.max_new_tokens:
        best = int(read_alone(model, ids + new_ids)[-1].argmax())
        if best in chat_template.stop_ids:
            break
        new_ids.append(best)
    return new_ids


def answered(loaded: MultiAdapterModel, names: Sequence[str]) -> dict[str, Reply]:
    """The replies of these contestants in one batch."""
    going = loaded.answer({name: CHATS[name] for name in names}, dict.fromkeys(names, SHORT), lambda: False)
    while True:
        try:
            next(going)
        except StopIteration as end:
            return {reply.contestant: reply for reply in end.value}


@pytest.mark.parametrize("kind", KINDS)
def test_it_learns_goes_on_and_answers_as_the_plain_libraries_say(
    kind: str, tmp_path: Path, prepare: Callable[..., RunFolder], examples: list[Example]
) -> None:
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    model = make_odd(tmp_path / "model", kind)
    facts = facts_of(model)
    knobs = LocalEngine().propose_knobs(facts, examples[:32])
    assert (
        not LocalEngine().forecast(facts, Recipe(base_model=str(model), **{**knobs, "max_steps": 2}), examples).blocked
    )
    checked = examples[32:36]
    whole, parts = (prepare(model=model, max_steps=4, eval_steps=2, validation=checked) for _ in range(2))
    assert run_training(whole.path, lambda: False).status is Status.DONE
    looks = iter(range(1, 1000))
    assert run_training(parts.path, lambda: next(looks) >= 2).status is Status.STOPPED
    assert run_training(parts.path, lambda: False).status is Status.DONE
    assert losses(parts) == losses(whole)

    base = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32).eval()
    practice = {line["step"]: line["eval_loss"] for line in whole.metrics() if "eval_loss" in line}
    assert practice[0] == pytest.approx(loss_alone(base, model, checked), rel=1e-5)
    tuned = PeftModel.from_pretrained(base, whole.adapter).eval()
    best = read_json(whole.path / "outcome.json")["best_step"]
    assert practice[best] == pytest.approx(loss_alone(tuned, model, checked), rel=1e-5)
    assert practice[best] < practice[0]
    if kind in APART:
        assert read_json(whole.path / "machine.json")["rows_laid_out"] == "side_by_side"

    loaded = load_multi_adapter(model, {"tuned": whole.adapter}, dtype=torch.float32)
    assert loaded.self_test() == []
    together = answered(loaded, list(CHATS))
    for name, reply in together.items():
        assert answered(loaded, [name])[name].text == reply.text
        plain = tuned if name == "tuned" else AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32).eval()
        new_ids = write_alone(plain, loaded, model, name)
        said = load_chat_template(model).tokenizer.decode(new_ids, skip_special_tokens=True).strip()
        assert reply.tokens == len(new_ids)
        assert said.startswith(reply.text.rstrip("\ufffd"))  # but for half a character at the end


@pytest.mark.parametrize("kind", ["lfm2", "nemotron_h"])
def test_a_leak_between_rows_is_found_even_in_weights_as_faint_as_at_birth(
    kind: str, tmp_path: Path, prepare: Callable[..., RunFolder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.training.methods.rows_may_touch", lambda *_: True)
    run = prepare(model=make_odd(tmp_path / "model", kind, bold=0), max_steps=1, validation=[])
    run_training(run.path, lambda: False)
    assert read_json(run.path / "machine.json")["rows_laid_out"] == "side_by_side"


def test_a_model_that_runs_away_at_a_common_rate_ends_in_words(
    tmp_path: Path, prepare: Callable[..., RunFolder]
) -> None:
    touchy = make_odd(tmp_path / "model", "granite", bold=0, logits_scaling=1e-5, initializer_range=1e-6)
    run = prepare(model=touchy, method="full", learning_rate=2e-4, max_steps=40)
    with pytest.raises(RunFailed, match="out of control") as failure:
        run_training(run.path, lambda: False)
    assert "2e-05 instead of 0.0002" in failure.value.hint
    assert run.state.status is Status.FAILED


def test_a_model_that_gives_no_numbers_is_not_told_to_learn_more_slowly(
    tmp_path: Path, prepare: Callable[..., RunFolder]
) -> None:
    run = prepare(model=make_odd(tmp_path / "model", "llama", bold=1e12), max_steps=4)
    with pytest.raises(RunFailed, match="before anything was learned"):
        run_training(run.path, lambda: False)


def test_a_tokenizer_with_more_pieces_than_the_model_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UnusableModel, match="piece number 299, but the model knows only 0 to 289"):
        facts_of(make_odd(tmp_path / "model", "llama", vocab_size=290))
