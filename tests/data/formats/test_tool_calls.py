"""Calls of tools: read over unless a person wants them taught; then they are text in the turn that made them."""

import json
from typing import Any

import pytest

from studio.data.columns.column_mapping import parse_mapping, propose_mapping
from studio.data.columns.example_builder import make_examples
from studio.data.columns.file_notes import notes_of
from studio.data.formats.conversations import messages_from
from studio.data.readers.read_file import read_table
from studio.errors import StudioError
from studio.schemas.example import Message

ASKED = {"role": "user", "content": "When is high water?"}
ANSWER = {"role": "assistant", "content": "At four."}
CALL = '<tool_call>\n{"name": "tide", "arguments": {"port": "Dover"}}\n</tool_call>'
RESULT = "<tool_response>\n16:02\n</tool_response>"
OPENAI = [
    ASKED,
    {"role": "assistant", "content": None, "tool_calls": [
        {"id": "c1", "type": "function", "function": {"name": "tide", "arguments": '{"port": "Dover"}'}}]},
    {"role": "tool", "tool_call_id": "c1", "content": "16:02"},
    ANSWER,
]  # fmt: skip
CLAUDE = [
    ASKED,
    {"role": "assistant", "content": [{"type": "tool_use", "id": "c1", "name": "tide", "input": {"port": "Dover"}}]},
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "16:02"}]},
    ANSWER,
]
GEMINI = [
    {"role": "user", "parts": [{"text": "When is high water?"}]},
    {"role": "model", "parts": [{"functionCall": {"name": "tide", "args": {"port": "Dover"}}}]},
    {"role": "function", "parts": [{"functionResponse": {"name": "tide", "response": "16:02"}}]},
    {"role": "model", "parts": [{"text": "At four."}]},
]
SHAREGPT = [
    {"from": "human", "value": "When is high water?"},
    {"from": "function_call", "value": '{"name": "tide", "arguments": {"port": "Dover"}}'},
    {"from": "observation", "value": "16:02"},
    {"from": "gpt", "value": "At four."},
]


def words(messages: tuple[Message, ...]) -> list[tuple[str, str]]:
    return [(message.role, message.content) for message in messages]


@pytest.mark.parametrize("turns", [OPENAI, CLAUDE, SHAREGPT], ids=["openai", "claude", "sharegpt"])
def test_a_call_is_taught_as_text_and_its_result_is_read(turns: list[Any]) -> None:
    kept = words(messages_from(turns, keep_calls=True))
    assert kept == [("user", "When is high water?"), ("assistant", CALL), ("user", RESULT), ("assistant", "At four.")]


def test_gemini_writes_its_result_as_an_object() -> None:
    kept = words(messages_from(GEMINI, keep_calls=True))
    assert kept[1] == ("assistant", CALL)
    assert "16:02" in kept[2][1]
    assert kept[2][1].startswith("<tool_response>")


@pytest.mark.parametrize("turns", [OPENAI, CLAUDE, GEMINI, SHAREGPT], ids=["openai", "claude", "gemini", "sharegpt"])
def test_unless_it_is_wanted_no_call_is_taught(turns: list[Any]) -> None:
    made = messages_from(turns)
    assert [message.content for message in made if message.role == "assistant"] == ["At four."]
    assert "16:02" in "".join(message.content for message in made), "what the answer was read from"


def test_words_beside_a_call_stay_before_it() -> None:
    said = [ASKED, {"role": "assistant", "content": "Let me look.", "tool_calls": [{"name": "tide", "arguments": "x"}]},
            {"role": "tool", "content": "16:02"}, ANSWER]  # fmt: skip
    assert messages_from(said, keep_calls=True)[1].content.startswith("Let me look.\n<tool_call>")


def test_the_choice_is_part_of_how_a_file_is_read(tmp_path: Any) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text("\n".join(json.dumps({"messages": OPENAI}) for _ in range(3)))
    table = read_table(path, name=path.name)
    usual = propose_mapping(table)
    assert table.tool_calls == 3
    assert notes_of(table, usual)[-1] == "3 tool calls are read over: they are not taught."
    keeping = parse_mapping(["tool_calls=keep"], table)
    assert keeping.question == usual.question
    assert "taught as text" in notes_of(table, keeping)[-1]
    examples, drops = make_examples(table, keeping)
    assert (len(examples[0].messages), drops) == (4, [])
    with pytest.raises(StudioError, match="no choice for tool calls"):
        parse_mapping(["tool_calls=maybe"], table)
