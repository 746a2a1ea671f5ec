"""The layout: the same text and tokens for teaching, chat, exam and export."""

from pathlib import Path

import pytest

from studio.errors import UnusableModel
from studio.models.chat_template import ChatTemplate, load_chat_template
from studio.schemas.example import Message
from tests.model_fixtures import MATERIAL, TEMPLATE, make_tokenizer


def said(*turns: str) -> list[Message]:
    """Question, answer, question, answer, …"""
    return [Message(role="assistant" if place % 2 else "user", content=text) for place, text in enumerate(turns)]


def layout_with(folder: Path, template: str | None) -> ChatTemplate:
    make_tokenizer(folder, template)
    return load_chat_template(folder)


def test_the_models_own_template_is_used_and_its_end_mark_found(tiny: Path) -> None:
    chat_template = load_chat_template(tiny)
    assert chat_template.whose == "model"
    assert chat_template.template == TEMPLATE
    assert chat_template.text(chat_template.stop_ids) == "<|end|>"
    assert not chat_template.stop_strings
    assert chat_template.render(said("why", "so"), ask=False) == "<|user|>why<|end|><|assistant|>so<|end|>"


def test_the_prompt_of_a_chat_is_where_learning_began(tiny: Path) -> None:
    chat_template = load_chat_template(tiny)
    chat = said("why", "so", "and then", "nothing")
    encoded = chat_template.encode(chat)
    assert encoded.ids[: encoded.start] == chat_template.prompt_ids(chat[:-1])
    assert chat_template.text(encoded.ids[encoded.start :]) == "nothing<|end|>"


def test_a_prompt_that_grows_together_with_the_answer_stays_a_prefix(tmp_path: Path) -> None:
    template = "{% for m in messages %}{{ m['content'] }}{% endfor %}{% if add_generation_prompt %}{% endif %}<|end|>"
    chat_template = ChatTemplate(make_tokenizer(tmp_path, template), template.replace("<|end|>", "") + "")
    encoded = chat_template.encode(said("ret", "urn the coat"))
    assert encoded.ids[: encoded.start] == chat_template.prompt_ids(said("ret"))
    assert chat_template.text(encoded.ids) == "return the coat"


def test_thinking_is_switched_off_where_the_template_knows_the_switch(tmp_path: Path) -> None:
    template = TEMPLATE + "{% if enable_thinking is not defined or enable_thinking %}<think>{% endif %}"
    chat_template = layout_with(tmp_path, template)
    assert chat_template.template_kwargs == {"enable_thinking": False}
    assert "<think>" not in chat_template.render(said("why"), ask=True)


@pytest.mark.parametrize("refusal", ["{{ raise_exception('no system turn') }}", ""])
def test_instructions_join_the_first_question_where_system_turns_are_unknown(tmp_path: Path, refusal: str) -> None:
    template = (
        "{% for m in messages %}{% if m['role'] == 'system' %}" + refusal + "{% else %}"
        "{{ '<|' + m['role'] + '|>' + m['content'] + '<|end|>' }}{% endif %}{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>{% endif %}"
    )
    chat_template = layout_with(tmp_path, template).with_instructions("Be kind.")
    assert chat_template.folds
    prompt = chat_template.text(chat_template.prompt_ids(said("why")))
    assert prompt == "<|user|>Be kind.\n\nwhy<|end|><|assistant|>"


def test_a_chats_own_system_turn_comes_before_the_instructions(tiny: Path) -> None:
    chat_template = load_chat_template(tiny).with_instructions("Be kind.")
    own = [Message(role="system", content="Be brief."), *said("why")]
    assert "Be kind." in chat_template.text(chat_template.prompt_ids(said("why")))
    assert "Be kind." not in chat_template.text(chat_template.prompt_ids(own))


def test_an_end_mark_of_ordinary_letters_becomes_a_stop_string(tmp_path: Path) -> None:
    chat_template = layout_with(tmp_path, TEMPLATE.replace("<|end|>", "\n[done]\n"))
    assert chat_template.stop_strings == ("[done]",)


def test_a_template_without_an_end_mark_gets_the_models_stop_token(tmp_path: Path) -> None:
    bare = "{% for m in messages %}{{ m['role'] + ': ' + m['content'] }}{% if not loop.last %}\n{% endif %}{% endfor %}"
    chat_template = layout_with(tmp_path, bare + "{% if add_generation_prompt %}\nassistant: {% endif %}")
    encoded = chat_template.encode(said("why", "so"))
    assert chat_template.text(encoded.ids).endswith("so<|end|>")
    assert encoded.ids[-1] in chat_template.stop_ids
    assert "end mark" in chat_template.notes[0]


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("{% for m in messages %}{{ m['content'] }", "cannot be used"),
        ("{{ nothing.at.all }}", "cannot be used"),
        ("hello", "leaves out the question or the answer"),
    ],
)
def test_a_broken_template_is_a_sentence(tmp_path: Path, template: str, sentence: str) -> None:
    with pytest.raises(UnusableModel, match=sentence) as refusal:
        layout_with(tmp_path, template)
    assert "chat_template.jinja" in refusal.value.hint


def test_a_model_without_a_template_gets_the_studios_plain_one(tmp_path: Path) -> None:
    chat_template = layout_with(tmp_path, None)
    assert chat_template.whose == "studio"
    assert "no chat layout of its own" in chat_template.notes[0]
    assert chat_template.render(said("why", "so", "and", "then"), ask=False) == (
        "Q: why\nA: so<|end|>\nQ: and\nA: then<|end|>"
    )
    assert "{%- generation -%}" in chat_template.template


def test_a_saved_layout_is_the_same_layout(tmp_path: Path, tiny: Path) -> None:
    chat_template = load_chat_template(tiny).with_instructions("Be kind.")
    chat_template.save(tmp_path)
    again = load_chat_template(tiny, tmp_path)
    assert again.prompt_ids(said("why")) == chat_template.prompt_ids(said("why"))
    assert (again.stop_ids, again.instructions, again.whose) == (chat_template.stop_ids, "Be kind.", "model")


def test_letters_without_a_piece_are_known(tiny: Path) -> None:
    assert load_chat_template(tiny).cannot_write("any Ünïcode 中 at all\n") == set(), "bytes write everything"
    assert load_chat_template(tiny).cannot_write("half \ud83d") == {"\ud83d"}


@pytest.mark.material
@pytest.mark.skipif(not MATERIAL.is_dir(), reason="../shared/material is not here")
@pytest.mark.parametrize(
    ("name", "whose", "stops", "text"),
    [
        ("stories3M-llama", "studio", (1, 2), "<s>Q: why\nA: so<s>"),
        ("tinyllm-chat-626K-opt", "model", (60,), "<|user|>why<|bot|>so<|end|>\n"),
        ("belllabs-qa-120K-gpt2", "studio", (65,), "Q: why\nA: so\n\nQ:"),
        ("hf_native/tiny-gpt2-fullvocab-random", "studio", (50256,),
         "### Question\nwhy\n\n### Answer\nso<|endoftext|>"),
        ("tokenizers/smollm2-135m", "model", (2, 0), None),
        ("tokenizers/phi3-slimmoe", "model", (32007, 32000), None),
    ],
)  # fmt: skip
def test_strangers_models_are_read_as_they_were_made(
    name: str, whose: str, stops: tuple[int, ...], text: str | None
) -> None:
    chat_template = load_chat_template(MATERIAL / name)
    assert (chat_template.whose, chat_template.stop_ids) == (whose, stops)
    assert text is None or chat_template.render(said("why", "so"), ask=False) == text
    encoded = chat_template.encode(said("why", "so"))
    assert encoded.ids[: encoded.start] == chat_template.prompt_ids(said("why"))
    assert chat_template.text(encoded.ids[encoded.start :]).strip().startswith("so")


@pytest.mark.parametrize("family", ["marks", "lines"])
def test_prompts_taken_out_of_the_whole_are_those_of_a_chat(tmp_path: Path, family: str) -> None:
    template = TEMPLATE if family == "marks" else TEMPLATE.replace("'<|assistant|>' -}}", "'<|assistant|>\\nA: ' -}}")
    make_tokenizer(tmp_path, template)
    chat_template = load_chat_template(tmp_path)
    hostile = ["why", "say <|end|> twice <|end|>", "<|assistant|>", "a<|user|", "|>b", "", " ", "naïve 日本 🙂"]
    chats = [
        [Message(role="user", content=q), Message(role="assistant", content=a)] for q in hostile for a in hostile
    ] * 2
    for chat, encoded in zip(chats, chat_template.encode_all(chats), strict=True):
        assert encoded.ids[: encoded.start] == chat_template.prompt_ids(chat[:1])


def test_a_template_that_says_the_date_says_one_day_for_ever(tmp_path: Path) -> None:
    dated = "{{ '<|system|>' + strftime_now('%d %b %Y') + '<|end|>' }}" + TEMPLATE
    make_tokenizer(tmp_path, dated)
    chat_template = load_chat_template(tmp_path)
    assert chat_template.render(said("why"), ask=True).startswith("<|system|>01 Jan 2026<|end|>")
    chat_template.save(tmp_path / "saved")
    assert load_chat_template(tmp_path, tmp_path / "saved").template == chat_template.template


def test_a_text_about_the_tag_of_thoughts_is_learned_as_it_stands(tmp_path: Path) -> None:
    looks = (
        "{% for m in messages %}{% set words = m['content'] %}{% if m['role'] == 'assistant' and '</think>' in words %}"
        "{% set words = '<think>' + words.split('</think>')[0] + '</think>' + words.split('</think>')[-1] %}{% endif %}"
        "{{ '<|' + m['role'] + '|>' + words + '<|end|>' }}{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>{% endif %}"
    )
    chat_template = layout_with(tmp_path, looks)
    about = "Write `</think>` where the thought is over."
    assert chat_template.render(said("which", about), ask=False) == f"<|user|>which<|end|><|assistant|>{about}<|end|>"
    thought = "so it is\n</think>\n\nYes."
    assert "<think>so it is\n</think>" in chat_template.render(said("why", thought), ask=False)
