"""Models, rows and run folders for the engine's tests: small, made here, the same every time."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from studio.schemas.example import Example, pair
from studio.schemas.recipe import Recipe
from studio.schemas.run import RunSpec
from studio.storage.run_folder import RunFolder

TEMPLATE = (
    "{%- for m in messages -%}{{- '<|' + m['role'] + '|>' -}}"
    "{%- if m['role'] == 'assistant' -%}{% generation %}{{- m['content'] + '<|end|>' -}}{% endgeneration %}"
    "{%- else -%}{{- m['content'] + '<|end|>' -}}{%- endif -%}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}{%- endif -%}"
)
MATERIAL = Path(__file__).resolve().parents[1].parent / "shared" / "material" / "models"


def make_tokenizer(folder: Path, template: str | None = TEMPLATE) -> Any:
    """A byte-level tokenizer of 300 pieces with the marks of a chat."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    marks = ["<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=marks, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    raw.train_from_iterator(["how do I return the coat", "send it back within a month and we mend it"], trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, eos_token="<|end|>", pad_token="<|pad|>")
    tokenizer.chat_template = template
    tokenizer.save_pretrained(str(folder))
    return tokenizer


def make_model(folder: Path, template: str | None = TEMPLATE, **changes: Any) -> Path:
    """A tiny random Llama with its tokenizer."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = make_tokenizer(folder, template)
    shape = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 128,
        "tie_word_embeddings": True,
        "initializer_range": 0.2,
    }
    with torch.random.fork_rng():
        torch.manual_seed(0)
        config = LlamaConfig(
            vocab_size=len(tokenizer),
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
            bos_token_id=None,
            **{**shape, **changes},
        )
        LlamaForCausalLM(config).save_pretrained(str(folder))
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model's folder. Read only."""
    return make_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    """Forty questions of different lengths, each with its answer."""
    things = ["coat", "hat", "red scarf", "pair of gloves", "belt"]
    deeds = ["return", "mend", "wash", "dye", "shorten for my little brother", "sell", "press", "line"]
    pairs = [
        (f"how do I {deed} the {thing}?", f"bring the {thing} and we {deed.split()[0]} it.")
        for deed in deeds
        for thing in things
    ]
    return [pair(number, question, answer) for number, (question, answer) in enumerate(pairs, start=1)]


def freezer(place: Path, tiny: Path, examples: list[Example]) -> Callable[..., RunFolder]:
    """Freezes run folders in this place: `freeze(learning_rate=…)`, on the tiny model unless another is given."""
    made: list[RunFolder] = []

    def freeze(
        model: Path = tiny,
        train: list[Example] | None = None,
        validation: list[Example] | None = None,
        general: list[Example] | None = None,
        **knobs: Any,
    ) -> RunFolder:
        number = len(made) + 1
        usual = {"learning_rate": 5e-3, "max_steps": 12, "per_device_train_batch_size": 4, "r": 4, "lora_alpha": 8}
        recipe = Recipe(base_model=str(model), **{**usual, **knobs})
        spec = RunSpec(
            id=f"run-{number}",
            project="p",
            created=datetime(2026, 1, 1, tzinfo=UTC),
            by="ana",
            recipe=recipe,
            dataset="d",
            dataset_sha256="0",
            model_folder=str(model),
        )
        folder = RunFolder(place / f"run-{number}")
        folder.create(
            spec,
            examples[:32] if train is None else train,
            examples[32:] if validation is None else validation,
            [],
            general or [],
        )
        made.append(folder)
        return folder

    return freeze


@pytest.fixture
def prepare(tmp_path: Path, tiny: Path, examples: list[Example]) -> Callable[..., RunFolder]:
    """Freeze a run folder for this test alone: `prepare(learning_rate=…)`."""
    return freezer(tmp_path, tiny, examples)


@pytest.fixture(scope="session")
def taught(tmp_path_factory: pytest.TempPathFactory, tiny: Path, examples: list[Example]) -> Callable[..., RunFolder]:
    """A run folder that was taught to its end, once for each set of knobs. Read only: who writes in it copies it."""
    from studio.training.train import run_training

    done: dict[tuple[tuple[str, Any], ...], RunFolder] = {}

    def find(**knobs: Any) -> RunFolder:
        key = tuple(sorted(knobs.items()))
        if key not in done:
            done[key] = freezer(tmp_path_factory.mktemp("taught"), tiny, examples)(**knobs)
            run_training(done[key].path, lambda: False)
        return done[key]

    return find


def losses(folder: RunFolder) -> dict[int, float]:
    """The training curve by step."""
    return {line["step"]: line["loss"] for line in folder.metrics() if "loss" in line}


def read_json(path: Path) -> Any:
    """A JSON file's value."""
    return json.loads(path.read_text(encoding="utf-8"))
