"""Rows: what TRL would make of the same examples, with every loss counted."""

from pathlib import Path
from typing import Any

import pytest

from studio.data.formats.chat_markup import taken_apart
from studio.models.chat_template import ChatTemplate, load_chat_template
from studio.schemas.example import Example, Message, pair
from studio.services.datasets.profile_service import second_thought
from studio.training.tokenization import as_columns, general_rows, make_rows, pieces_of
from tests.model_fixtures import MATERIAL, TEMPLATE, make_tokenizer

THINKING = TEMPLATE.replace(
    "{{- '<|assistant|>' -}}",
    "{{- '<|assistant|>' -}}{%- if enable_thinking is defined and not enable_thinking -%}{{- '[]' -}}{%- endif -%}",
).replace("{% generation %}{{-", "{% generation %}{{- '[]' +")
LINES = (
    "{% for m in messages %}{{ m['role'] + ': ' + m['content'] + '<|end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}"
)


def by_trl(
    chat_template: ChatTemplate, rows: list[dict[str, Any]], max_length: int, folder: Path
) -> list[dict[str, list[int]]]:
    """What TRL's own SFTTrainer makes of conversational prompt/completion rows."""
    from datasets import Dataset
    from transformers import LlamaConfig, LlamaForCausalLM
    from trl import SFTConfig, SFTTrainer

    chat_template.tokenizer.chat_template = chat_template.template
    config = LlamaConfig(vocab_size=300, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1)
    trainer = SFTTrainer(
        LlamaForCausalLM(config),
        SFTConfig(str(folder), use_cpu=True, bf16=False, max_length=max_length, report_to="none", disable_tqdm=True,
                  activation_checkpointing=False),
        train_dataset=Dataset.from_list(rows),
        processing_class=chat_template.tokenizer,
    )  # fmt: skip
    return [{"input_ids": row["input_ids"], "labels": row["labels"]} for row in trainer.train_dataset]


@pytest.mark.parametrize("template", [TEMPLATE, THINKING, LINES], ids=["marks", "thinking", "lines"])
def test_rows_are_exactly_those_of_trl(tmp_path: Path, examples: list[Example], template: str) -> None:
    make_tokenizer(tmp_path, template)
    chat_template = load_chat_template(tmp_path).with_instructions("be kind")
    data = [
        {
            "prompt": [{"role": "system", "content": "be kind"}, {"role": "user", "content": example.question}],
            "completion": [{"role": "assistant", "content": example.answer}],
            "chat_template_kwargs": chat_template.template_kwargs or {"unused": 0},
        }
        for example in examples
    ]
    lengths = sorted(row.whole for row in make_rows(chat_template, examples, 10_000).rows)
    max_length = lengths[len(lengths) // 2]
    ours = as_columns(make_rows(chat_template, examples, max_length).rows)
    theirs = by_trl(chat_template, data, max_length, tmp_path / "out")
    assert [row["input_ids"] for row in theirs] == ours["input_ids"]
    assert [row["labels"] for row in theirs] == ours["labels"]


def test_every_answer_of_a_chat_is_a_row_of_its_own(tiny: Path) -> None:
    chat_template = load_chat_template(tiny)
    chat = Example(id="r1", messages=(
        Message(role="user", content="a"), Message(role="assistant", content="one"),
        Message(role="user", content="b"), Message(role="assistant", content="two", learn=False),
        Message(role="user", content="c"), Message(role="assistant", content="three"),
    ))  # fmt: skip
    rows = make_rows(chat_template, [chat], 128).rows
    assert [chat_template.text(row.ids[row.start :]) for row in rows] == ["one<|end|>", "three<|end|>"]
    assert "two<|end|>" in chat_template.text(rows[1].ids[: rows[1].start])


def test_cut_and_left_out_rows_are_counted_by_name(tiny: Path) -> None:
    chat_template = load_chat_template(tiny)
    short, long_answer = pair(1, "why", "so"), pair(2, "why", "so " * 40)
    long_question = pair(3, "why " * 40, "so")
    unanswered = Example(id="r4", messages=(Message(role="user", content="why"),))
    found = make_rows(chat_template, [short, long_answer, long_question, unanswered], 24)
    assert [row.example for row in found.rows] == ["r1", "r2"]
    assert found.cut == ("r2",)
    assert set(found.left_out) == {"r3", "r4"}
    assert found.longest > 24
    assert found.learned_tokens == sum(len(row.ids) - row.start for row in found.rows)


def test_half_letters_of_a_broken_file_are_left_out(tiny: Path) -> None:
    found = make_rows(load_chat_template(tiny), [pair(1, "why \ud83d", "so"), pair(2, "why", "so")], 64)
    assert found.unwritable == ("r1",)
    assert [row.example for row in found.rows] == ["r2"]


def test_a_template_that_refuses_the_turns_leaves_the_row_out(tmp_path: Path) -> None:
    strict = "{% if messages|length > 2 %}{{ raise_exception('only one question') }}{% endif %}" + TEMPLATE
    make_tokenizer(tmp_path, strict)
    two = Example(id="r2", messages=(*pair(1, "a", "b").messages, *pair(1, "c", "d").messages))
    found = make_rows(load_chat_template(tmp_path), [pair(1, "a", "b"), two], 64)
    assert ([row.example for row in found.rows], found.left_out) == (["r1", "r2"], ("r2",)), "its first answer is fine"


def test_what_the_model_sees_is_shown_in_parts(tiny: Path) -> None:
    chat_template = load_chat_template(tiny)
    whole = pieces_of(chat_template, pair(1, "why", "so it is"), 128)
    assert [(piece.part, piece.text) for piece in whole] == [
        ("read", "<|user|>why<|end|><|assistant|>"),
        ("learned", "so it is<|end|>"),
    ]
    cut = pieces_of(
        chat_template,
        pair(1, "why", "so it is"),
        len(chat_template.encode(pair(1, "why", "so it is").messages).ids) - 2,
    )
    assert [piece.part for piece in cut] == ["read", "learned", "cut"]
    assert "".join(piece.text for piece in cut) == "".join(piece.text for piece in whole)


@pytest.mark.material
@pytest.mark.skipif(not MATERIAL.is_dir(), reason="../shared/material is not here")
def test_answers_that_a_tokenizer_of_59_letters_cannot_write_are_left_out() -> None:
    chat_template = load_chat_template(MATERIAL / "tinyllm-chat-626K-opt")
    found = make_rows(
        chat_template, [pair(1, "hello", "hi there"), pair(2, "hello", "call 0800"), pair(3, "at 9?", "yes")], 128
    )
    assert [row.example for row in found.rows] == ["r1", "r3"]
    assert (found.unwritable, found.letters) == (("r2",), ("0", "8"))


@pytest.mark.parametrize("answer", ["", "  \n", "\u200b"])
def test_an_empty_answer_is_never_taught_as_a_stop(tiny: Path, answer: str) -> None:
    turns = (
        Message(role="user", content="Hi"), Message(role="assistant", content=answer),
        Message(role="user", content="Who?"), Message(role="assistant", content="Me"),
    )  # fmt: skip
    examples = [pair(1, "Where?", answer), pair(2, "When?", "Now"), Example(id="r3", messages=turns)]
    rows = make_rows(load_chat_template(tiny), examples, 64)
    assert [row.example for row in rows.rows] == ["r2", "r3"]
    assert (rows.left_out, rows.empty) == (("r1",), ("r1", "r3"))


def test_a_text_that_wore_this_layout_is_read_with_one_start_and_one_stop(tiny: Path) -> None:
    worn = "<|user|>Where?<|end|><|assistant|>Here.<|end|>"
    pieces = pieces_of(load_chat_template(tiny), Example(id="r1", messages=taken_apart(worn)), 64)
    assert "".join(piece.text for piece in pieces) == worn


def test_a_thought_behind_one_that_the_prompt_has_ended_is_told(tmp_path: Path) -> None:
    ends = "<think>\\n\\n</think>\\n\\n"
    make_tokenizer(tmp_path, LINES.replace("{{ 'assistant: ' }}", f"{{{{ 'assistant: {ends}' }}}}"))
    chat_template = load_chat_template(tmp_path)
    assert chat_template.closes_thought
    rows = [pair(1, "open?", "<think>\nso\n</think>\n\nyes"), pair(2, "which?", "write `</think>` last")]
    assert make_rows(chat_template, rows, 100).second_thoughts == ("r1",)
    seen = [second_thought(pieces_of(chat_template, row, 100)) for row in rows]
    assert [len(said) for said in seen] == [1, 0]


def test_a_layout_that_ends_no_thought_takes_one_as_it_is(tmp_path: Path) -> None:
    make_tokenizer(tmp_path, TEMPLATE)
    rows = make_rows(load_chat_template(tmp_path), [pair(1, "open?", "<think>\nso\n</think>\n\nyes")], 100)
    assert rows.second_thoughts == () and len(rows.rows) == 1


def test_a_running_text_is_learned_as_it_stands_without_a_chat_layout(tmp_path: Path) -> None:
    make_tokenizer(tmp_path)
    chat_template = load_chat_template(tmp_path).with_instructions("Be kind.")
    text = Example(id="t1", messages=(Message(role="assistant", content="we mend it and bring it home."),))
    asked, lone = general_rows(chat_template, [pair(1, "what is a hat?", "it sits on the head."), text], 512)
    assert chat_template.text(lone.ids) == text.answer and (lone.start, lone.learned) == (1, len(lone.ids) - 1)
    assert asked == make_rows(chat_template, [pair(1, "what is a hat?", "it sits on the head.")], 512).rows[0]
    assert make_rows(chat_template.with_instructions(""), [text], 512).rows == [], "a person's row without a question"


def test_a_running_text_is_read_by_the_guard_as_it_was_learned(tmp_path: Path) -> None:
    from studio.inference.scoring import to_read

    make_tokenizer(tmp_path)
    chat_template = load_chat_template(tmp_path)
    text = Example(id="t1", messages=(Message(role="assistant", content="we mend it and bring it home."),))
    (learned,), (read,) = general_rows(chat_template, [text], 512), to_read(chat_template, [text.messages])
    assert (learned.ids, learned.start) == (read.ids, read.start)
