"""Names by a model in a local folder: a tiny one that learned two names by heart, and folders that are refused."""

import json
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast

from studio.errors import UnusableModel
from studio.models.name_recognition import joined
from studio.training.local_engine import LocalEngine

WORDS = ["[PAD]", "[UNK]", "Anna", "Berg", "asks", "Mia", "often", ".", "and"]
LABELS = {0: "O", 1: "B-PER", 2: "I-PER"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random model whose head reads the word itself, so that its marks are known."""
    path = tmp_path_factory.mktemp("names") / "model"
    inner = Tokenizer(models.WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="[UNK]"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(path)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=24, id2label=LABELS, label2id={v: k for k, v in LABELS.items()},
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    model = BertForTokenClassification(config)
    want = torch.tensor([1 if w in ("Anna", "Mia") else 2 if w == "Berg" else 0 for w in WORDS])
    learn = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(150):
        words = torch.randint(1, len(WORDS), (16, 12))
        loss = torch.nn.functional.cross_entropy(model(input_ids=words).logits.flatten(0, 1), want[words].flatten())
        learn.zero_grad()
        loss.backward()
        learn.step()
    model.save_pretrained(path)
    return path


def test_names_are_marked_where_they_stand(folder: Path) -> None:
    texts = ["Anna Berg asks Mia .", "often and often", "", "and " * 60 + "Mia asks"]
    found = LocalEngine().find_names(folder, texts)
    assert [[text[a:b] for a, b in spans] for text, spans in zip(texts, found, strict=True)] == [
        ["Anna Berg", "Mia"], [], [], ["Mia"],
    ]  # fmt: skip


def test_pieces_of_one_name_are_one() -> None:
    text = "J. Doe-Smith, Ana O'Neil"
    assert [text[a:b] for a, b in joined([(0, 1), (3, 6), (7, 12), (14, 17), (17, 19), (20, 24)], text)] == [
        "J. Doe-Smith", "Ana O'Neil",
    ]  # fmt: skip


def test_a_model_without_a_mark_for_names_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = copied(folder, tmp_path, id2label={"0": "O", "1": "B-LOC", "2": "I-LOC"}, label2id={})
    with pytest.raises(UnusableModel, match="none of its marks means a person's name"):
        LocalEngine().find_names(copy, ["Anna"])


def test_code_and_pickles_are_refused_as_everywhere(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UnusableModel, match="program code of its own"):
        LocalEngine().find_names(copied(folder, tmp_path / "a", auto_map={"AutoModel": "x.Y"}), ["Anna"])
    pickled = copied(folder, tmp_path / "b")
    (pickled / "model.safetensors").rename(pickled / "pytorch_model.bin")
    with pytest.raises(UnusableModel, match="can hide program code"):
        LocalEngine().find_names(pickled, ["Anna"])


def test_a_chat_model_finds_no_names(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UnusableModel, match="does not mark words"):
        LocalEngine().find_names(copied(folder, tmp_path, architectures=["LlamaForCausalLM"]), ["Anna"])


def copied(folder: Path, place: Path, **changes: object) -> Path:
    copy = place / "model"
    copy.mkdir(parents=True)
    for file in folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    config = json.loads((copy / "config.json").read_text(encoding="utf-8"))
    (copy / "config.json").write_text(json.dumps(config | changes), encoding="utf-8")
    return copy
