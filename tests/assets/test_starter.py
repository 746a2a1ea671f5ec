"""The starter model: its folder, its template, what it says to five simple prompts; and the tools that built it."""

from __future__ import annotations

import csv
import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ASSETS = Path(__file__).resolve().parents[2] / "assets"
SAMPLES = ASSETS.parent / "sample_data"
STARTER = ASSETS / "starter"
BUILD = ASSETS / "starter_build"
CONVERSATION = [
    {"role": "system", "content": "You answer for Hill Books. We open at 9:30."},
    {"role": "user", "content": "When do you open?"},
]


@pytest.fixture(scope="module")
def build() -> Iterator[dict[str, ModuleType]]:
    """The build's modules, which import each other as scripts beside each other do."""
    before = set(sys.modules)
    sys.path.insert(0, str(BUILD))
    try:
        names = ("corpus", "corpus.document", "exam", "exam_prompts", "tokens")
        yield {name: importlib.import_module(name) for name in names}
    finally:
        sys.path.remove(str(BUILD))
        ours = [
            name for name in set(sys.modules) - before if str(BUILD) in str(getattr(sys.modules[name], "__file__", ""))
        ]
        for name in ours:
            del sys.modules[name]


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(STARTER, local_files_only=True)


@pytest.fixture(scope="module")
def model() -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(1)
    return AutoModelForCausalLM.from_pretrained(STARTER, local_files_only=True, dtype=torch.float32).eval()


def answer(model: Any, tokenizer: Any, messages: list[dict[str, str]]) -> tuple[str, bool]:
    inputs = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt", return_dict=True)
    made = model.generate(**inputs, max_new_tokens=60)[0, inputs["input_ids"].shape[1] :]
    return tokenizer.decode(made, skip_special_tokens=True), bool((made == tokenizer.eos_token_id).any())


def test_it_is_small_and_plain(model: Any) -> None:
    assert type(model).__name__ == "LlamaForCausalLM"
    assert sum(parameter.numel() for parameter in model.parameters()) <= 12_000_000
    assert (STARTER / "model.safetensors").stat().st_size <= 25_000_000
    assert model.config.max_position_embeddings >= 512


def test_settings_of_folder_and_tokenizer_agree(model: Any, tokenizer: Any) -> None:
    assert model.config.eos_token_id == model.generation_config.eos_token_id == tokenizer.eos_token_id
    assert model.config.pad_token_id == model.generation_config.pad_token_id == tokenizer.pad_token_id
    assert tokenizer.pad_token_id != tokenizer.eos_token_id
    assert len(tokenizer) <= model.config.vocab_size


def test_the_card_has_its_licence_and_its_answers() -> None:
    card = (STARTER / "README.md").read_text(encoding="utf-8")
    assert card.startswith("---\nlicense: apache-2.0\n")
    assert "learning the tool only" in card and card.count("→") == 30
    assert not [part for part in ("{form", "{sam", "{prom", "{par") if part in card]


def test_digits_stay_single_and_the_stop_token_is_one(tokenizer: Any) -> None:
    digits = [tokenizer.decode([token]) for token in tokenizer("90210", add_special_tokens=False)["input_ids"][-5:]]
    assert digits == list("90210")
    assert tokenizer("<|end|>", add_special_tokens=False)["input_ids"] == [tokenizer.eos_token_id]
    for text in ("Grüße, Zoë! 12 €", 'a "b"\n\tc'):
        assert tokenizer.decode(tokenizer(text, add_special_tokens=False)["input_ids"]) == text


def test_a_word_is_the_same_tokens_wherever_it_begins(tokenizer: Any) -> None:
    word = tokenizer("a cheerful", add_special_tokens=False)["input_ids"][-1:]
    for text in ("cheerful", '"cheerful', '{"cheerful', "a\ncheerful", "(cheerful", "['cheerful"):
        assert tokenizer(text, add_special_tokens=False)["input_ids"][-1:] == word, text


def test_the_prompt_is_a_true_prefix_and_the_marks_cover_the_answer(tokenizer: Any) -> None:
    whole = [*CONVERSATION, {"role": "assistant", "content": "We open at 9:30."}]
    prompt = tokenizer.apply_chat_template(CONVERSATION, add_generation_prompt=True, return_dict=True)["input_ids"]
    full = tokenizer.apply_chat_template(whole, return_dict=True, return_assistant_tokens_mask=True)
    ids, marks = full["input_ids"], full["assistant_masks"]
    assert ids[: len(prompt)] == prompt
    assert marks == [0] * len(prompt) + [1] * (len(ids) - len(prompt))
    assert tokenizer.decode(ids[len(prompt) :]) == "We open at 9:30.<|end|>"
    first, second = ({"role": role, "content": "ja"} for role in ("assistant", "user"))
    turns = tokenizer.apply_chat_template([*CONVERSATION, first, second], tokenize=False)
    assert turns.startswith(tokenizer.apply_chat_template([*CONVERSATION, first], tokenize=False))


@pytest.mark.parametrize(
    "prompt",
    [
        "Hello!",
        "Thank you very much.",
        "What is a hammer?",
        "Choose a label: refund, delivery, repair.\nMy kettle is broken.",
        "Extract name and price as JSON.\nGreta bought the lamp for $12.",
    ],
)
def test_it_stops_by_itself(model: Any, tokenizer: Any, prompt: str) -> None:
    text, stopped = answer(model, tokenizer, [{"role": "user", "content": prompt}])
    assert stopped and text.strip()


def test_it_keeps_to_the_form(model: Any, tokenizer: Any) -> None:
    prompt = "Extract name and price as JSON.\nGreta bought the lamp for $12."
    assert set(json.loads(answer(model, tokenizer, [{"role": "user", "content": prompt}])[0])) == {"name", "price"}
    assert "9:30" in answer(model, tokenizer, CONVERSATION)[0]


def test_the_corpus_is_the_same_for_a_seed(build: dict[str, ModuleType]) -> None:
    corpus = build["corpus"]
    once, again, other = (list(corpus.documents(seed, 300)) for seed in ("a", "a", "b"))
    assert once == again != other
    assert list(corpus.all_questions("a", 20)) == [t for one in once[:20] for role, t in one.turns if role == "user"]
    assert all(one.turns[-1][0] == "assistant" and text for one in once for _, text in one.turns)


def test_every_family_writes_what_its_own_rules_accept(build: dict[str, ModuleType]) -> None:
    from random import Random

    corpus, exam, rng = build["corpus"], build["exam"], Random(4)
    for family in corpus.FAMILIES:
        for _ in range(150):
            one = corpus.document(rng, family)
            gold = one.turns[-1][1]
            assert exam.has_form(one.form, one.facts, gold, family), (family, one)
            assert exam.is_right(one.form, one.facts, gold, gold) is not False, (family, one)


def test_the_build_writes_what_the_template_writes(build: dict[str, ModuleType], tokenizer: Any) -> None:
    for one in build["corpus"].documents("template", 50):
        messages = [{"role": role, "content": text} for role, text in one.turns]
        assert build["tokens"].render(one) == tokenizer.apply_chat_template(messages, tokenize=False)


def test_packing_keeps_conversations_whole_and_marks_the_answers(
    build: dict[str, ModuleType], tokenizer: Any, tmp_path: Path
) -> None:
    import numpy as np

    tokens = build["tokens"]
    documents = list(build["corpus"].documents("rows", 60))
    count = tokens.write_shard(tmp_path / "shard-000.npz", tokenizer.backend_tokenizer, documents)
    shard = np.load(tmp_path / "shard-000.npz")
    begins = sum(int((shard[f"{name}_ids"] == tokenizer.bos_token_id).sum()) for name in ("short", "long"))
    assert begins == len(documents) and count > 1000
    text = "".join(tokenizer.decode(row) for name in ("short", "long") for row in shard[f"{name}_ids"])
    assert all(tokens.render(one) in text for one in documents)
    ends = shard["short_ids"][shard["short_kinds"] == 2] == tokenizer.eos_token_id
    assert ends.any() and shard["short_kinds"][shard["short_ids"] == tokenizer.pad_token_id].sum() == 0


@pytest.mark.parametrize(
    ("form", "facts", "good", "bad"),
    [
        ("label", {"options": ["a b", "c"]}, "a b", "It is c."),
        ("json", {"keys": ["x", "y"]}, '{"y": null, "x": "1"}', '{"x": "1"}'),
        ("json", {"keys": ["x"]}, '{"x": 1}', 'x is {"x": 1'),
        ("list", {"count": 2}, "- pears\n- ink", "pears"),
        ("unknown", {}, "I am sorry, I do not know.", "The price is 4 euros."),
        ("contains", {"values": ["Bruno", "12"]}, "Bruno, could you give me the 12 keys?", "Could you give me them?"),
        ("sentence", {}, "Gladly.", "<|user|>"),
    ],
)
def test_rules_of_form(build: dict[str, ModuleType], form: str, facts: dict, good: str, bad: str) -> None:
    has_form = build["exam"].has_form
    assert has_form(form, facts, good, "rewrite")
    assert not has_form(form, facts, bad, "rewrite")


def test_rules_of_truth_and_repetition(build: dict[str, ModuleType]) -> None:
    exam = build["exam"]
    assert exam.is_right("json", {"keys": ["x"]}, '{"x":"1"}', '{"x": "1"}')
    assert exam.is_right("json", {"keys": ["x"]}, '{"x": "2"}', '{"x": "1"}') is False
    assert exam.is_right("label", {"options": ["a", "b"], "gold": "b"}, "a", "b") is False
    assert exam.is_right("sentence", {}, "Hello.", "Hi.") is None
    assert exam.repeats("one two three four and one two three four")
    assert not exam.repeats("one two three four five six seven eight")


def test_the_exam_has_300_prompts_and_forty_that_are_not_in_the_corpus(build: dict[str, ModuleType]) -> None:
    prompts = build["exam_prompts"].exam("2")
    assert len(prompts) == 340
    free_wording = {one.turns[0][1] for family, one in prompts if family == "free wording"}
    assert len(free_wording) == 40 and not free_wording & set(build["corpus"].all_questions("tailor-starter-1/0", 3000))


def sample_questions() -> set[str]:
    """Every question of the four sample tables, folded."""
    asked: list[str] = []
    for name, column, options in (
        ("support.csv", "question", {"encoding": "utf-8"}),
        ("label.csv", "text", {"encoding": "utf-8"}),
        ("dirty.csv", "Kundenfrage / Customer question", {"encoding": "cp1252"}),
    ):
        with (SAMPLES / name).open(newline="", **options) as stream:
            delimiter = ";" if name == "dirty.csv" else ","
            asked += [row[column] or "" for row in csv.DictReader(stream, delimiter=delimiter)]
    lines = (SAMPLES / "extract.jsonl").read_text(encoding="utf-8").splitlines()
    asked += [json.loads(line)["question"] for line in lines]
    return {" ".join(text.lower().split()) for text in asked} - {""}


def test_the_school_book_shares_no_question_and_no_name_with_the_samples(build: dict[str, ModuleType]) -> None:
    """A whole check of 1.6 million questions, all shards of the build, found none on 2026-11-20; here a part of it."""
    corpus, samples = build["corpus"], sample_questions()
    assert len(samples) > 1500
    assert not [
        one for one in corpus.all_questions("tailor-starter-1/0", 4000) if " ".join(one.lower().split()) in samples
    ]
    facts = json.loads((SAMPLES / "support_facts.json").read_text(encoding="utf-8"))["facts"]
    names = [fact["must_hold"][0] for fact in facts if fact["fact_id"].endswith("-maker")]
    taught = " ".join(text for one in corpus.documents("tailor-starter-1/0", 2000) for _, text in one.turns).lower()
    assert len(names) == 10 and not [name for name in names if name in taught]
