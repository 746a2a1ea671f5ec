"""Only answers carry loss, the stop token included: every chat layout that TRL has masks for, and real tokenizers."""

import itertools
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
import trl

from studio.data.formats.conversations import messages_from
from studio.models.chat_template import ChatTemplate, load_chat_template
from studio.schemas.example import Example, Message
from studio.training.tokenization import TokenizedExample, make_rows
from tests.model_fixtures import MATERIAL, make_tokenizer
from tests.training.test_tokenization import by_trl

LAYOUTS = Path(trl.__file__).parent / "chat_templates"
PICTURES = ("idefics3", "smolvlm", "llava_next")  # layouts of vision models, which the studio refuses
CHAT = Example(id="r1", messages=messages_from([
    {"role": "system", "content": "Be kind."},
    {"role": "user", "content": "When is high water?"},
    {"role": "assistant", "content": None, "tool_calls": [{"name": "tide", "arguments": {"port": "Dover"}}]},
    {"role": "tool", "content": "16:02"},
    {"role": "assistant", "content": "At two past four."},
    {"role": "user", "content": "And low water?"},
    {"role": "assistant", "content": "At ten."},
], keep_calls=True))  # fmt: skip
ANSWERS = [message.content for message in CHAT.messages if message.role == "assistant"]


def layouts() -> list[str]:
    names = (path.name.removesuffix("_training.jinja") for path in sorted(LAYOUTS.glob("*_training.jinja")))
    return [name for name in names if name not in PICTURES]


def conversations_of(chat_template: ChatTemplate) -> list[list[dict[str, str]]]:
    """The chat up to each of its answers, as TRL takes it; a layout without system turns reads the rule first."""
    turns = [{"role": message.role, "content": message.content} for message in CHAT.messages]
    if chat_template.folds:
        turns = [{"role": "user", "content": f"{turns[0]['content']}\n\n{turns[1]['content']}"}, *turns[2:]]
    return [turns[: place + 1] for place, turn in enumerate(turns) if turn["role"] == "assistant"]


def learned_by_trl(chat_template: ChatTemplate, turns: list[dict[str, str]], template: str) -> str:
    """The last stretch of TRL's mask of assistant tokens, as text."""
    made = chat_template.tokenizer.apply_chat_template(
        turns, chat_template=template, return_assistant_tokens_mask=True, return_dict=True,
        **chat_template.template_kwargs,
    )  # fmt: skip
    spans = itertools.groupby(zip(made["input_ids"], made["assistant_masks"], strict=True), key=lambda one: one[1])
    learned = [[number for number, _ in span] for mask, span in spans if mask]
    return chat_template.text(learned[-1])


def parts_of(chat_template: ChatTemplate, row: TokenizedExample) -> tuple[str, str]:
    """What a row reads and what it learns."""
    return chat_template.text(row.ids[: row.start]), chat_template.text(row.ids[row.start :])


@pytest.mark.parametrize("name", layouts())
def test_what_is_learned_is_what_trl_masks_but_for_what_a_chat_writes_itself(name: str, tmp_path: Path) -> None:
    tokenizer = make_tokenizer(tmp_path, (LAYOUTS / f"{name}.jinja").read_text(encoding="utf-8"))
    tokenizer.add_special_tokens({"bos_token": "<|begin|>"})
    tokenizer.save_pretrained(str(tmp_path))
    chat_template = load_chat_template(tmp_path)
    masks = (LAYOUTS / f"{name}_training.jinja").read_text(encoding="utf-8")
    rows = make_rows(chat_template, [CHAT], 10_000).rows
    ends = (*(chat_template.text([number]) for number in chat_template.stop_ids), *chat_template.stop_strings)
    for row, turns, answer in zip(rows, conversations_of(chat_template), ANSWERS, strict=True):
        read, learned = parts_of(chat_template, row)
        theirs = learned_by_trl(chat_template, turns, masks)
        assert answer in learned
        assert any(end in learned.partition(answer)[2] for end in ends), "where to stop is learned, too"
        if any("end mark" in note for note in chat_template.notes):  # TRL closes with the next turn's mark instead
            theirs, learned = theirs.partition(answer)[0] + answer, learned.partition(answer)[0] + answer
        assert theirs.endswith(learned)
        assert theirs.removesuffix(learned) in read, "an empty thought or a role, which the prompt holds"
        assert not any(other in learned for other in ANSWERS if other != answer)


@pytest.mark.material
@pytest.mark.skipif(not MATERIAL.is_dir(), reason="../shared/material is not here")
@pytest.mark.parametrize("name", ["smollm2-135m", "phi3-slimmoe", "pythia-410m"])
def test_rows_of_a_chat_are_those_of_trl_token_by_token(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "tokenizer"
    shutil.copytree(MATERIAL / "tokenizers" / name, folder)
    chat_template = load_chat_template(folder)
    data = [
        {"prompt": turns[:-1], "completion": turns[-1:],
         "chat_template_kwargs": chat_template.template_kwargs or {"unused": 0}}
        for turns in conversations_of(chat_template)
    ]  # fmt: skip
    rows = make_rows(chat_template, [CHAT], 10_000).rows
    theirs = by_trl(chat_template, data, 10_000, tmp_path / "out")
    assert [row["input_ids"] for row in theirs] == [row.ids for row in rows]
    assert [row["labels"] for row in theirs] == [[-100] * row.start + row.ids[row.start :] for row in rows]


def test_a_turn_that_is_only_read_carries_no_loss(tiny: Path) -> None:
    turns: Sequence[Message] = [
        message.model_copy(update={"learn": not message.content.startswith("<tool_call>")}) for message in CHAT.messages
    ]
    chat_template = load_chat_template(tiny)
    rows = make_rows(chat_template, [Example(id="r1", messages=tuple(turns))], 10_000).rows
    assert [parts_of(chat_template, row)[1] for row in rows] == ["At two past four.<|end|>", "At ten.<|end|>"]
    assert "<tool_call>" in parts_of(chat_template, rows[0])[0]
