"""Tiny random encoders with a tokenizer of whole words, and rows with labels."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.schemas.example import Example, pair
from studio.storage.run_folder import RunFolder
from tests.model_fixtures import freezer

THINGS = ("coat", "hat", "scarf", "belt")
SHADES = ("red", "blue", "green", "grey", "old", "new", "long", "warm", "thin", "wide")
DEEDS = {"repair": "mend the {}", "delivery": "where is my {}", "price": "what does the {} cost"}


def make_encoder(folder: Path, family: str = "bert", width: int = 32) -> Path:
    """A tiny random encoder of this family as its makers publish one: without a classification head."""
    import torch
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

    raw = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    raw.pre_tokenizer = pre_tokenizers.Whitespace()
    words = [f"{SHADES[0]} {text}" for text in (*DEEDS.values(), *THINGS, *SHADES)]
    raw.train_from_iterator(words, trainers.WordLevelTrainer(special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"]))
    raw.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    marks = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    transformers.PreTrainedTokenizerFast(tokenizer_object=raw, **marks).save_pretrained(str(folder))
    usual: dict[str, Any] = {
        "vocab_size": 64,
        "pad_token_id": 0,
        "max_position_embeddings": 64,
        "initializer_range": 0.2 * (32 / width) ** 0.5,  # signals stay as strong in a wider one
    }
    shape = {"hidden_size": width, "intermediate_size": 2 * width, "num_hidden_layers": 2, "num_attention_heads": 4}
    if family == "distilbert":
        shape = {"dim": width, "hidden_dim": 2 * width, "n_layers": 2, "n_heads": 4}
    with torch.random.fork_rng():
        torch.manual_seed(0)
        config = transformers.AutoConfig.for_model(family, **usual, **shape)
        transformers.AutoModel.from_config(config).save_pretrained(str(folder))
    return folder


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny random BERT. Read only."""
    return make_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="session")
def labelled() -> list[Example]:
    """Texts that tell their label by their words."""
    texts = [(deed.format(f"{shade} {thing}"), label) for shade in SHADES for thing in THINGS
             for label, deed in DEEDS.items()]  # fmt: skip
    return [pair(number, text, label) for number, (text, label) in enumerate(texts, start=1)]


@pytest.fixture
def prepare_labels(tmp_path: Path, encoder: Path, labelled: list[Example]) -> Callable[..., RunFolder]:
    """Freeze a run of a label model: `prepare_labels(max_steps=…)`."""
    freeze = freezer(tmp_path, encoder, labelled)

    def prepare(**knobs: Any) -> RunFolder:
        usual = {"task": "labels", "method": "full", "learning_rate": 3e-3, "max_steps": 60,
                 "train": labelled[:96], "validation": labelled[96:]}  # fmt: skip
        return freeze(**{**usual, **knobs})

    return prepare
