"""The exported chat template says by itself what the studio passes to it or does before it."""

import dataclasses
import json
from pathlib import Path

import pytest
from transformers import AutoTokenizer, GenerationConfig

from studio.inference.exports.chat_files import portable_template, save_chat_files
from studio.models.chat_template import ChatTemplate, load_chat_template
from studio.schemas.example import Message
from tests.model_fixtures import make_model

THINKING = (
    "{%- for m in messages -%}{{- '<|' + m['role'] + '|>' + m['content'] + '<|end|>' -}}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}"
    "{%- if not enable_thinking|default(true) -%}{{- '<think></think>' -}}{%- endif -%}{%- endif -%}"
)
WITHOUT_SYSTEM = (
    "{%- if messages[0]['role'] == 'system' -%}{{- raise_exception('no system') -}}{%- endif -%}"
    "{%- for m in messages -%}{{- '<|' + m['role'] + '|>' + m['content'] + '<|end|>' -}}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}{%- endif -%}"
)
ASKED = [Message(role="user", content="how do I wash the hat?")]
TOLD = [Message(role="system", content="Be brief"), *ASKED]


def rendered_elsewhere(layout: ChatTemplate, folder: Path, chat: list[Message]) -> str:
    """As a program renders it that knows the exported files and nothing else."""
    save_chat_files(layout, folder, room=48)
    turns = [{"role": m.role, "content": m.content} for m in chat]
    text: str = AutoTokenizer.from_pretrained(folder).apply_chat_template(
        turns, add_generation_prompt=True, tokenize=False
    )
    return text


@pytest.mark.parametrize("chat", [ASKED, TOLD], ids=["asked", "told"])
@pytest.mark.parametrize("template", [THINKING, WITHOUT_SYSTEM], ids=["thinking", "without_system"])
@pytest.mark.parametrize(
    "instructions", ["", 'Say "please" {% and %} \\ thanks.\nÜber alles 🙂'], ids=["bare", "taught"]
)
def test_a_plain_call_reads_what_the_studio_reads(
    tmp_path: Path, template: str, instructions: str, chat: list[Message]
) -> None:
    model = make_model(tmp_path / "model", template)
    layout = load_chat_template(model).with_instructions(instructions)
    assert rendered_elsewhere(layout, tmp_path / "out", chat) == layout.render(layout.opened(chat), ask=True)


def test_the_template_stands_in_both_places_alike_and_a_stale_one_is_gone(tmp_path: Path) -> None:
    model = make_model(tmp_path / "model")
    path = model / "tokenizer_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"chat_template": "STALE", "name_or_path": str(model)}))
    layout = load_chat_template(model)
    assert "STALE" not in layout.template
    save_chat_files(layout, tmp_path / "out", room=48)
    told = json.loads((tmp_path / "out" / "tokenizer_config.json").read_text())
    assert told["chat_template"] == (tmp_path / "out" / "chat_template.jinja").read_text() == portable_template(layout)
    assert str(tmp_path) not in "".join(file.read_text() for file in (tmp_path / "out").iterdir())


def test_generation_follows_the_exam_and_stops_as_it_was_taught(tmp_path: Path) -> None:
    layout = dataclasses.replace(load_chat_template(make_model(tmp_path / "model")), stop_strings=("\nQ:",))
    save_chat_files(layout, tmp_path / "out", room=61)
    settings = GenerationConfig.from_pretrained(tmp_path / "out")
    assert (settings.do_sample, settings.max_new_tokens, settings.stop_strings) == (False, 61, ["\nQ:"])
    assert settings.eos_token_id == list(layout.stop_ids) and settings.temperature is None


def test_a_tag_that_only_training_knows_is_left_out(tmp_path: Path) -> None:
    assert "generation %}" not in portable_template(load_chat_template(make_model(tmp_path / "model")))


def test_an_answer_that_was_cut_within_a_stop_mark_or_a_character_is_the_same_answer() -> None:
    from studio.inference.exports.comparison import settled

    assert settled("Take care!<|en", ["<|end|>"]) == "Take care!" == settled("Take care!\ufffd", ["<|end|>"])
    assert settled("a < b", ["<|end|>"]) == "a < b"


def test_a_model_that_suffers_in_bfloat16_is_ready_and_says_so() -> None:
    from studio.inference.exports.comparison import told_of_bfloat16

    check = told_of_bfloat16("scores", 0.41, 0.1, 16)
    assert check.passed and "differs by 41%: calculate with this model in float32" in check.text
