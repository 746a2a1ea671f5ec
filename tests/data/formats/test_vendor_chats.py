"""Conversations of other makers are read as turns; what is read over is said once; what is none is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from studio.data.columns.column_mapping import guess_mapping, make_examples, parse_mapping, propose_mapping
from studio.data.columns.file_notes import notes_of
from studio.data.readers.read_file import read_table
from studio.data.table import Table
from studio.errors import StudioError
from studio.schemas.example import Example

ASKED, SAID = "Is the slipway free?", "It is, until noon."
PAIR = [("user", ASKED), ("assistant", SAID)]
TREE = {
    "title": "Slipway",
    "current_node": "d",
    "mapping": {
        "a": {"message": None, "parent": None, "children": ["b"]},
        "b": {"parent": "a", "children": ["c", "d"], "message": {
            "author": {"role": "user"}, "content": {"content_type": "text", "parts": [ASKED]}}},
        "c": {"parent": "b", "children": [], "message": {
            "author": {"role": "assistant"}, "content": {"content_type": "text", "parts": ["An older try."]}}},
        "d": {"parent": "b", "children": [], "message": {
            "author": {"role": "assistant"}, "content": {"content_type": "text", "parts": [SAID]}}},
    },
}  # fmt: skip


def read(folder: Path, rows: list[Any], name: str = "t.jsonl") -> Table:
    path = folder / name
    path.write_text("\n".join(map(json.dumps, rows)) if name.endswith("l") else json.dumps(rows), encoding="utf-8")
    return read_table(path, name=name)


def made(table: Table) -> list[Example]:
    return make_examples(table, guess_mapping(table))[0]


def said(example: Example) -> list[tuple[str, str]]:
    return [(message.role, message.content) for message in example.messages]


def turns(*pairs: tuple[str, Any]) -> dict[str, Any]:
    return {"conversations": [{"from": who, "value": what} for who, what in pairs]}


@pytest.mark.parametrize("name", ["t.json", "t.jsonl"])
@pytest.mark.parametrize(
    "row",
    [
        {"contents": [{"role": "user", "parts": [{"text": "Is the "}, {"text": "slipway free?"}]},
                      {"role": "model", "parts": [{"text": "How?", "thought": True}, {"text": SAID}]}]},
        {"messages": [{"role": "user", "content": [{"text": ASKED}]},
                      {"role": "assistant", "content": [{"text": SAID}]}]},
        {"messages": [{"role": "user", "content": {"text": {"value": ASKED}}},
                      {"role": "assistant", "content": [{"type": "text", "text": {"value": SAID}}]}]},
        {"input": [{"role": "user", "content": [{"type": "input_text", "text": ASKED}]}],
         "output": [{"type": "reasoning", "summary": []},
                    {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": SAID}]}]},
        {"messages": [{"role": "user", "content": ASKED}],
         "choices": [{"message": {"role": "assistant", "content": SAID}}]},
        {"chat_messages": [{"sender": "human", "text": ASKED}, {"sender": "assistant", "text": SAID}]},
        {"chat_history": [], "message": ASKED, "response": SAID},
        {"messages": {"role": ["user", "assistant"], "content": [ASKED, SAID]}},
        {"messages": [[["role", "user"], ["content", ASKED]], [["role", "assistant"], ["content", SAID]]]},
        TREE,
    ],
    ids=["gemini", "bedrock", "text.value", "responses", "log", "claude", "cohere", "columns", "map", "tree"],
)  # fmt: skip
def test_other_makers_chats_are_read(tmp_path: Path, name: str, row: dict[str, Any]) -> None:
    examples = made(read(tmp_path, [row, row], name))
    assert [said(example) for example in examples] == [PAIR, PAIR]


def test_geminis_instruction_becomes_the_system_turn(tmp_path: Path) -> None:
    row = {
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "contents": [{"parts": [{"text": ASKED}]}, {"role": "model", "parts": [{"text": SAID}]}],
    }
    assert said(made(read(tmp_path, [row]))[0]) == [("system", "Be brief."), *PAIR]


def test_calls_and_thoughts_are_counted_and_said_once(tmp_path: Path) -> None:
    blocks = [
        {"type": "thinking", "thinking": "Noon is high water."}, {"type": "text", "text": SAID},
        {"type": "tool_use", "name": "tide", "input": {}},
    ]  # fmt: skip
    row = {"messages": [{"role": "user", "content": ASKED}, {"role": "assistant", "content": blocks}]}
    table = read(tmp_path, [row, row])
    assert [said(example) for example in made(table)] == [PAIR, PAIR]
    assert notes_of(table, guess_mapping(table)) == (
        "2 thoughts are read over: they are not taught.",
        "2 tool calls are read over: they are not taught.",
    )


def test_a_thought_in_a_field_of_its_own_goes_before_the_answer(tmp_path: Path) -> None:
    answer = {"role": "assistant", "content": SAID, "reasoning_content": "Noon is high water."}
    example = made(read(tmp_path, [{"messages": [{"role": "user", "content": ASKED}, answer]}]))[0]
    assert example.answer == f"<think>\nNoon is high water.\n</think>\n\n{SAID}"


@pytest.mark.parametrize("heading", ["reasoning", "Complex_CoT", "thinking"])
def test_a_column_of_thoughts_goes_before_the_answers_unless_it_has_a_role(tmp_path: Path, heading: str) -> None:
    table = read(tmp_path, [{"question": ASKED, heading: "Noon is high water.", "answer": SAID}] * 2)
    assert made(table)[0].answer == f"<think>\nNoon is high water.\n</think>\n\n{SAID}"
    mapping = parse_mapping(["question=question", f"answer={heading}"], table)
    assert make_examples(table, mapping)[0][0].answer == "Noon is high water."


def test_an_export_of_a_chat_room_is_named(tmp_path: Path) -> None:
    rooms = {"messages": [{"creator": {"name": "Ana"}, "created_date": "Monday", "text": ASKED}] * 3}
    (tmp_path / "t.json").write_text(json.dumps(rooms))
    with pytest.raises(StudioError, match="This looks like a Google Chat export"):
        guess_mapping(read_table(tmp_path / "t.json", name="t.json"))


@pytest.mark.parametrize(
    ("row", "kept", "note"),
    [
        (turns(("gpt", "Ahoy!"), ("human", ASKED), ("gpt", SAID)), PAIR,
         "1 conversation begins with an answer: what stands before the first question is cut (row 2)."),
        (turns(("human", ASKED), ("gpt", SAID), ("human", "And at night?")), PAIR,
         "1 conversation ends with a question: what follows the last answer is cut (row 2)."),
        (turns(("human", ASKED), ("gpt", "Wait."), ("gpt", SAID)), [PAIR[0], ("assistant", f"Wait.\n\n{SAID}")],
         "1 conversation has two turns of one side in a row: they are joined (row 2)."),
        (turns(("human", ASKED), ("system", "Be brief."), ("gpt", SAID)), [("system", "Be brief."), *PAIR],
         "1 conversation has a system turn in its middle: it is read first (row 2)."),
        (turns((" Human ", ASKED), ("function_call", "{}"), ("observation", "low"), ("Chatbot", SAID)),
         [("user", f"{ASKED}\n\nlow"), PAIR[1]], "1 tool call is read over: it is not taught."),
        ({"conversations": [{"role": "human", "message": ASKED}, {"role": "ai", "message": SAID}]}, PAIR,
         "The words of 2 turns stand under “message”: they are read (row 2)."),
    ],
    ids=["greeting", "open end", "twice", "late rule", "tools", "message"],
)  # fmt: skip
def test_turns_become_what_every_layout_takes(
    tmp_path: Path, row: dict[str, Any], kept: list[tuple[str, str]], note: str
) -> None:
    table = read(tmp_path, [turns(("human", "Hm?"), ("gpt", "Yes.")), row])
    assert said(made(table)[1]) == kept
    assert notes_of(table, propose_mapping(table)) == (note,)


@pytest.mark.parametrize(
    ("row", "detail"),
    [
        (turns(("humna", ASKED), ("gpt", SAID)), "unknown role “humna”"),
        ({"conversations": [], "id": 3}, "no turns"),
        (turns(("human", [{"type": "image_url", "image_url": {}}]), ("gpt", SAID)), "holds a picture"),
        (turns(("human", [{"type": "document", "source": {}}]), ("gpt", SAID)), "holds a document"),
        (turns(("human", [{"odd": 1}]), ("gpt", SAID)), "a part of a turn that is no text"),
    ],
)
def test_a_conversation_that_cannot_be_taught_is_named(tmp_path: Path, row: dict[str, Any], detail: str) -> None:
    table = read(tmp_path, [turns(("human", "Hm?"), ("gpt", "Yes.")), row])
    examples, drops = make_examples(table, guess_mapping(table))
    assert len(examples) == 1
    assert [(drop.row, drop.detail) for drop in drops] == [(2, detail)]
