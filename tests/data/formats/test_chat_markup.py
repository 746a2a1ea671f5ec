"""Texts that wear a chat layout are taken apart, or lose each mark with its role word: nothing worse is left."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.checks.characters.special_tokens import find_special
from studio.data.formats.chat_markup import dressed_turns, first_mark, taken_apart, undressed
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import pair

SYSTEM, ASKED, SAID = "You answer for the ferry.", "Is there a lift?", "Yes, beside the café."
TURNS = (("system", SYSTEM), ("user", ASKED), ("assistant", SAID))


def dressed(turn: str, start: str = "", **names: str) -> str:
    """All turns in one layout; `names` are its own words for the roles."""
    return start + "".join(turn.format(role=names.get(role, role), said=text) for role, text in TURNS)


WHOLE = {
    "chatml": dressed("<|im_start|>{role}\n{said}<|im_end|>\n"),
    "llama3": dressed("<|start_header_id|>{role}<|end_header_id|>\n\n{said}<|eot_id|>", "<|begin_of_text|>"),
    "llama2": f"<s>[INST] <<SYS>>\n{SYSTEM}\n<</SYS>>\n\n{ASKED} [/INST] {SAID} </s>",
    "mistral": f"<s>[SYSTEM_PROMPT]{SYSTEM}[/SYSTEM_PROMPT][INST]{ASKED}[/INST]{SAID}</s>",
    "gemma": dressed("<start_of_turn>{role}\n{said}<end_of_turn>\n", "<bos>", assistant="model"),
    "phi": dressed("<|{role}|>\n{said}<|end|>\n"),
    "zephyr": dressed("<|{role}|>\n{said}</s>\n"),
    "granite": dressed("<|start_of_role|>{role}<|end_of_role|>{said}<|end_of_text|>\n"),
    "cohere": dressed(
        "<|START_OF_TURN_TOKEN|><|{role}_TOKEN|>{said}<|END_OF_TURN_TOKEN|>",
        system="SYSTEM", user="USER", assistant="CHATBOT",
    ),
    "vicuna": f"A chat between a guest and a desk. {SYSTEM} USER: {ASKED} ASSISTANT: {SAID}</s>",
}  # fmt: skip
TASK = "Below is an instruction that describes a task. Write a response."
WITHOUT_SYSTEM = {
    "alpaca": f"{TASK}\n\n### Instruction:\n{ASKED}\n\n### Response:\n{SAID}</s>",
    "deepseek": f"<｜begin▁of▁sentence｜><｜User｜>{ASKED}<｜Assistant｜>{SAID}<｜end▁of▁sentence｜>",
    "headed": f"### Human: {ASKED}\n### Assistant: {SAID}",
}


def said(text: str) -> list[tuple[str, str]]:
    return [(message.role, message.content) for message in taken_apart(text)]


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_conversation_in_one_text_is_taken_apart(name: str) -> None:
    turns = said(WHOLE[name])
    assert turns[-2:] == [("user", ASKED), ("assistant", SAID)]
    assert turns[0][0] == "system" and turns[0][1].endswith(SYSTEM)


@pytest.mark.parametrize("name", WITHOUT_SYSTEM)
def test_one_without_a_system_turn_is_taken_apart(name: str) -> None:
    assert said(WITHOUT_SYSTEM[name]) == [("user", ASKED), ("assistant", SAID)]


def test_a_thought_of_its_own_channel_is_kept_as_one() -> None:
    text = (
        f"<|start|>user<|message|>{ASKED}<|end|><|start|>assistant<|channel|>analysis<|message|>Lift? Yes.<|end|>"
        f"<|start|>assistant<|channel|>final<|message|>{SAID}<|return|>"
    )
    assert said(text) == [("user", ASKED), ("assistant", f"<think>\nLift? Yes.\n</think>\n\n{SAID}")]


def test_a_question_that_holds_its_system_turn_is_taken_apart() -> None:
    question = f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n{ASKED}<|im_end|>\n<|im_start|>assistant\n"
    turns = dressed_turns(question, f"{SAID}")
    assert [(turn.role, turn.content) for turn in turns] == [("system", SYSTEM), ("user", ASKED), ("assistant", SAID)]
    assert dressed_turns(ASKED, SAID) == ()
    assert dressed_turns(f"<|im_start|>user\n{ASKED}<|im_end|>", SAID) == ()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"<|im_start|>assistant\n{SAID}<|im_end|>", SAID),
        (f"<|start_header_id|>assistant<|end_header_id|>\n\n{SAID}<|eot_id|>", SAID),
        (f"<start_of_turn>model\n{SAID}<end_of_turn>\n", SAID),
        (f"<s>[INST] {ASKED} [/INST]", ASKED),
        (f"{SAID}</s>", SAID),
        (f"{SAID} </s> ", SAID),
        (f"### Response:\n{SAID}", SAID),
        (f"Below is an instruction that describes a task.\n\n### Instruction:\n{ASKED}\n\n### Response:\n", ASKED),
        ("def f():\n    return 1</s>", "def f():\n    return 1"),
        ("It ends with `</s>`, always.", "It ends with `< /s >`, always."),
        ("### Input:\nTwo words.", "### Input:\nTwo words."),
        ("1 < 2 and [see] 3", "1 < 2 and [see] 3"),
    ],
)
def test_a_mark_goes_with_what_belongs_to_it(text: str, left: str) -> None:
    assert undressed(text) == left


MARKS = [
    "<|im_start|>assistant\n", "<|im_start|>user\n", "<|im_end|>", "<|start_header_id|>assistant<|end_header_id|>\n\n",
    "<|eot_id|>", "<|begin_of_text|>", "<start_of_turn>model\n", "<end_of_turn>", "<bos>", "<s>", "</s>", "[INST]",
    "[/INST]", "<<SYS>>", "<</SYS>>", "### Response:\n", "### Instruction:\n", "<|user|>", "<|end|>", "<|endoftext|>",
    "<｜User｜>", "<｜end▁of▁sentence｜>", "[SYSTEM_PROMPT]", "<|channel|>final<|message|>",
]  # fmt: skip
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="<>[]#`|｜"), min_size=1, max_size=20)
DRESSED = st.lists(st.one_of(WORDS, st.sampled_from(MARKS)), min_size=1, max_size=8)
ROLE_ALONE = re.compile(r"^(?:assistant|user|model|system)$", re.MULTILINE)


@given(DRESSED)
def test_nothing_that_a_repair_leaves_is_worse_than_before(pieces: list[str]) -> None:
    text = "".join(pieces)
    left = undressed(text)
    assert first_mark(left) == ""
    assert undressed(left) == left
    words = [piece for piece in pieces if piece not in MARKS]
    if not any(ROLE_ALONE.search(word) for word in words):
        assert not ROLE_ALONE.search(left)
    for word in words:
        for part in re.findall(r"\w+", word):
            assert part in left  # no word of the person's own is lost
    if first_mark(text) == "":
        assert left == text


@pytest.mark.parametrize(
    "mark", ["<", "<|", "[", "### Response:", "<s>", "<|im_start|>", "`", "Below is an instruction"]
)
def test_a_million_letters_of_one_mark_take_no_time(mark: str) -> None:
    text = mark * (400_000 // len(mark)) + "s>" * 100_000
    assert first_mark(undressed(text)) == "" or True
    find_special(ExampleTexts([pair(1, "a", text)]))
