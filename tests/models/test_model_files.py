"""Broken and hostile model folders: each is refused in a sentence that says what it is and what to do."""

import json
import os
import shutil
import struct
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from studio.errors import UnusableModel
from studio.models.inspector import Inspector, ask_child
from studio.models.inspector_process import facts_of
from studio.models.model_files import look_at
from studio.schemas.model import ModelFacts
from tests.model_fixtures import TEMPLATE, make_tokenizer, read_json

Break = Callable[[Path], Any]


@pytest.fixture
def model(tiny: Path, tmp_path: Path) -> Path:
    """A sound folder of one's own to break."""
    return Path(shutil.copytree(tiny, tmp_path / "model"))


def config(**changes: Any) -> Break:
    def change(folder: Path) -> None:
        said = read_json(folder / "config.json")
        kept = {name: value for name, value in (said | changes).items() if value is not None}
        (folder / "config.json").write_text(json.dumps(kept))

    return change


def text(name: str, content: str | bytes) -> Break:
    return lambda folder: (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def gone(*names: str) -> Break:
    return lambda folder: [(folder / name).unlink() for name in names]


def both(*deeds: Break) -> Break:
    return lambda folder: [deed(folder) for deed in deeds]


def link(name: str, target: str) -> Break:
    return lambda folder: [(folder / name).unlink(missing_ok=True), (folder / name).symlink_to(target)]


def cut(name: str, keep: int) -> Break:
    return lambda folder: os.truncate(folder / name, (folder / name).stat().st_size + keep if keep < 0 else keep)


def emptied(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
DEEP = '{"a":' * 100_000
CHEAP: dict[str, tuple[Break, str]] = {
    "empty folder": (emptied, "is empty"),
    "no folder": (shutil.rmtree, "no such folder"),
    "no config": (gone("config.json"), "no config.json"),
    "config is {}": (text("config.json", "{}"), "does not say what kind"),
    "config is no JSON": (text("config.json", "model: llama"), "not valid JSON"),
    "config is a list": (text("config.json", "[]"), "does not describe"),
    "config too deep": (text("config.json", DEEP), "not valid JSON"),
    "code of its own": (config(auto_map={"AutoModelForCausalLM": "model.Evil"}), "program code of its own"),
    "code of a tokenizer": (text("tokenizer_config.json", '{"auto_map": {}}'), "tokenizer_config.json asks for it"),
    "code of another repository": (config(auto_map={"AutoConfig": "evil/repo--c.C"}), "program code of its own"),
    "pickle only": (both(gone(WEIGHTS), text("pytorch_model.bin", b"\x80\x02c")), "can hide program code"),
    "cut off weights": (cut(WEIGHTS, -100), "damaged or cut off"),
    "weights of nothing": (cut(WEIGHTS, 4), "damaged or cut off"),
    "absurd header": (text(WEIGHTS, struct.pack("<Q", 2**62) + b"{}"), "damaged or cut off"),
    "header is no JSON": (text(WEIGHTS, struct.pack("<Q", 4) + b"abcd"), "damaged or cut off"),
    "index leads out": (text(INDEX, '{"weight_map": {"a": "../../etc/passwd"}}'), "not one of this folder"),
    "shard missing": (text(INDEX, '{"weight_map": {"a": "model-2.safetensors"}}'), "missing: model-2.safetensors"),
    "index names nothing": (text(INDEX, "{}"), "names no weights"),
    "link out": (link("tokenizer.json", "/etc/passwd"), "link that leads out"),
    "weights are a placeholder": (text(WEIGHTS, POINTER), "placeholder"),
    "no weights": (gone(WEIGHTS), "no weights"),
    "no tokenizer": (gone("tokenizer.json"), "no tokenizer"),
    "tokenizer is {}": (text("tokenizer.json", "{}"), "tokenizer of this model is empty"),
    "adapter": (text("adapter_config.json", '{"base_model_name_or_path": "gpt2"}'), "holds an adapter"),
    "quantised": (config(quantization_config={"quant_method": "gptq"}), "quantised"),
    "encoder": (config(architectures=["BertForMaskedLM"]), "fills gaps"),
    "classifier": (config(architectures=["LlamaForSequenceClassification"]), "sorts texts"),
    "encoder and decoder": (config(is_encoder_decoder=True), "rewrites texts"),
    "vocabulary of 10^9": (config(vocab_size=10**9), "vocab_size is 1000000000"),
    "10^9 layers": (config(num_hidden_layers=10**9), "num_hidden_layers"),
    "GGUF folder": (both(emptied, text("m.gguf", b"GGUF")), "GGUF"),
    "GGUF beside a config": (both(gone(WEIGHTS), text("m.gguf", b"GGUF")), "GGUF"),
}


@pytest.mark.parametrize("name", CHEAP)
def test_a_cheap_look_refuses(name: str, model: Path) -> None:
    deed, sentence = CHEAP[name]
    deed(model)
    with pytest.raises(UnusableModel, match=sentence) as refusal:
        look_at(model)
    assert refusal.value.hint
    assert refusal.value.where == str(model)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    for name, content, sentence in (("m.gguf", b"GGUF", "GGUF"), ("m.safetensors", b"", "not a model's folder")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnusableModel, match=sentence):
            look_at(tmp_path / name)


def test_a_path_that_cannot_be_is_a_sentence() -> None:
    with pytest.raises(UnusableModel):
        look_at(Path("a\0b"))


def test_links_of_the_hubs_own_cache_are_fine(model: Path, tmp_path: Path) -> None:
    snapshot = tmp_path / "models--a--b" / "snapshots" / "1234"
    snapshot.parent.mkdir(parents=True)
    shutil.move(model, tmp_path / "models--a--b" / "blobs")
    snapshot.mkdir()
    for file in (tmp_path / "models--a--b" / "blobs").iterdir():
        (snapshot / file.name).symlink_to(f"../../blobs/{file.name}")
    assert [file.name for file in look_at(snapshot)] == [WEIGHTS]


def rewrite(change: Callable[[dict[str, Any]], Any]) -> Break:
    def deed(folder: Path) -> None:
        from safetensors.torch import load_file, save_file

        tensors = load_file(folder / WEIGHTS)
        change(tensors)
        save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})

    return deed


def infinite(tensors: dict[str, Any]) -> None:
    tensors["model.norm.weight"][0] = float("nan")


OPENED: dict[str, tuple[Break, str]] = {
    "a tensor is missing": (rewrite(lambda t: t.pop("model.norm.weight")), "missing: model.norm.weight"),
    "more layers than weights": (config(num_hidden_layers=3), "missing: model.layers.2"),
    "other width": (config(hidden_size=64), "do not fit config.json"),
    "NaN": (rewrite(infinite), "NaN or infinite"),
    "unknown kind": (config(model_type="gremlin"), "“gremlin” are not known"),
    "kind that writes nothing": (config(model_type="vit", architectures=None), "do not write answers"),
    "tokenizer counts too far": (config(vocab_size=200), "The tokenizer has a piece number"),
    "template with a syntax error": (text("chat_template.jinja", "{% for %}"), "chat layout of this model"),
}


@pytest.mark.parametrize("name", OPENED)
def test_opening_it_refuses(name: str, model: Path) -> None:
    deed, sentence = OPENED[name]
    deed(model)
    with pytest.raises(UnusableModel, match=sentence):
        facts_of(model)


def test_a_sound_folder_is_described(model: Path) -> None:
    facts = facts_of(model)
    assert (facts.architecture, facts.context, facts.layers, facts.hidden) == ("LlamaForCausalLM", 128, 2, 32)
    assert facts.template == "model"
    assert len(facts.sha256) == 64
    assert facts.notes == ()


def test_a_child_opens_it_and_the_verdict_is_kept_until_a_file_changes(model: Path) -> None:
    inspector = Inspector()
    facts = inspector.inspect(model)
    assert facts.parameters > 0
    assert inspector.inspect(model) is facts
    config(architectures=["BertForMaskedLM"])(model)
    with pytest.raises(UnusableModel, match="fills gaps"):
        inspector.inspect(model)


@pytest.mark.slow
def test_opening_that_was_given_up_is_no_verdict_on_the_folder(model: Path) -> None:
    inspector = Inspector(seconds=0.01)
    with pytest.raises(UnusableModel, match="was given up"):
        inspector.inspect(model)
    inspector.seconds = None
    assert inspector.inspect(model).parameters > 0


@pytest.mark.parametrize(
    ("template", "seconds", "sentence"),
    [
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}" + TEMPLATE, 7, "more than 7"),
        pytest.param(
            "{{ 'a' * 20000000000 }}" + TEMPLATE, 60, "cannot be used|too much memory", marks=pytest.mark.nightly
        ),
    ],
    ids=["endless", "huge"],
)
def test_a_template_that_never_ends_or_eats_all_memory_ends_with_the_child(
    tmp_path: Path, tiny: Path, template: str, seconds: int, sentence: str
) -> None:
    folder = Path(shutil.copytree(tiny, tmp_path / "model"))
    make_tokenizer(folder, template)
    with pytest.raises(UnusableModel, match=sentence):
        ask_child(folder, look_at(folder), seconds=seconds)


def test_who_asks_while_a_folder_is_being_opened_waits_for_the_same_child(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts, started = facts_of(model), []

    def slow_child(folder: Path, weights: list[Path], seconds: float | None) -> ModelFacts:
        started.append(folder)
        time.sleep(0.2)
        return facts

    monkeypatch.setattr("studio.models.inspector.ask_child", slow_child)
    inspector = Inspector()
    with ThreadPoolExecutor(2) as both:
        said = list(both.map(inspector.inspect, [model, model]))
    assert said == [facts, facts] and len(started) == 1
