"""Files that people reported about other tools, where they are at hand: conversations, thoughts, lists, annotations."""

import json
from pathlib import Path
from typing import Any

import pytest

from studio.cli.main import run_command
from studio.data.checks.examination import examine
from studio.data.columns.column_mapping import guess_mapping, make_examples
from studio.data.columns.file_notes import notes_of
from studio.data.readers.read_file import read_table
from studio.schemas.example import Example
from studio.schemas.finding import Drop

REPORTED = "shared/material/cases"
CASES = next((found for up in Path(__file__).resolve().parents if (found := up / REPORTED).is_dir()), Path(REPORTED))

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the reported files are not beside the checkout")


def read(name: str) -> tuple[list[Example], list[Drop], tuple[str, ...]]:
    table = read_table(CASES / name, name=name)
    mapping = guess_mapping(table)
    examples, drops = make_examples(table, mapping)
    assert table.rows_read == len(examples) + len(drops) + len(table.drops)
    return examples, [*table.drops, *drops], notes_of(table, mapping)


def found(examples: list[Example]) -> dict[str, tuple[int, ...]]:
    return {finding.kind: finding.rows for finding in examine(examples)}


def cleaned(name: str, folder: Path, *fixes: str) -> list[list[dict[str, Any]]]:
    """What would be taught, by the command line."""
    out = folder / "out.jsonl"
    words = [word for fix in fixes for word in ("--fix", fix)]
    command = ["clean", str(CASES / name), "--out", str(folder / "o.csv"), "--jsonl", str(out), *words]
    assert run_command(command) == 0
    return [json.loads(line)["messages"] for line in out.read_text(encoding="utf-8").splitlines()]


def test_typed_answers_stay_as_written() -> None:
    examples, _, _ = read("13-typed-answers/mixed.jsonl")
    assert [example.answer for example in examples[:10]] == [
        "12", "false", '["pump", "lever", "key"]', '{"open": "08:00", "close": "18:30", "days": ["Mon", "Tue"]}',
        "0.10000000000000001", "007", "9007199254740993", "1e3", "0", "",
    ]  # fmt: skip
    assert (found(examples)["empty_answer"], found(examples)["written_lists"]) == ((10,), (3, 4))


@pytest.mark.parametrize("name", ["a-json-text.csv", "b-python-repr.csv", "g-list-of-structs.parquet"])
def test_a_conversation_inside_a_cell_is_eight_conversations(name: str, tmp_path: Path) -> None:
    taught = cleaned(f"14-list-in-a-cell/{name}", tmp_path)
    assert len(taught) == 8
    assert taught[2][-1]["content"] == "It's on the \"wall\" hook;\nbring it back, won't you?"
    assert not any(turn["content"].startswith(("[", "{")) for turns in taught for turn in turns)


def test_lists_of_answers_are_read_and_told() -> None:
    examples, _, _ = read("14-list-in-a-cell/d-answers-numpy-list.csv")
    assert json.loads(examples[0].answer) == ["Yes. Any lock up to 90 cm fits the rail.", "Ask at the desk."]
    assert found(examples)["written_lists"] == tuple(range(1, 9))


def test_eighteen_conversations_are_kept_or_named() -> None:
    examples, drops, notes = read("15-sharegpt-roles/sharegpt.jsonl")
    empty = found(examples)
    named = {drop.row for drop in drops} | {*empty["empty_answer"], *empty["empty_question"]}
    assert named == {7, 12, 13, 14, 15}
    assert any("“message”" in note for note in notes)
    for example in examples:
        spoken = [message.role for message in example.messages if message.role != "system"]
        assert spoken == ["user", "assistant"] * (len(spoken) // 2)


def test_other_makers_chats_give_their_texts() -> None:
    plain, drops, _ = read("17-other-makers-chats/a-mixed-parts.jsonl")
    assert (len(plain), [(drop.row, drop.detail) for drop in drops]) == (9, [(9, "holds a picture")])
    assert plain[-1].answer == "I cannot say."
    parts, _, _ = read("17-other-makers-chats/c-contents-parts.jsonl")
    assert parts[0].answer == "Yes. Any lock up to 90 cm fits the rail."
    blocks, _, notes = read("17-other-makers-chats/e-thinking-and-tool-blocks.jsonl")
    assert [example.answer for example in blocks] == [example.answer for example in parts]
    assert [note.split(" are")[0] for note in notes] == ["8 thoughts", "8 tool calls"]


def test_thoughts_are_counted_kept_or_taken_out(tmp_path: Path) -> None:
    name = "18-think-in-data/thoughts.jsonl"
    examples, _, _ = read(name)
    assert (found(examples)["thoughts"], found(examples)["empty_answer"]) == ((1, 2, 3, 4, 5, 7), (7,))
    answers = [turns[-1]["content"] for turns in cleaned(name, tmp_path, "thoughts=take_out")]
    assert answers[:6] == [
        "No, closed on Sundays.", "No, closed on Sundays.", "Yes, from eight.", "Yes, until six.", "Yes.",
        "It is `</think>`, written at the end.",
    ]  # fmt: skip
    assert len(answers) == 14
    assert len(cleaned(name, tmp_path, "thoughts=keep")) == 15


def test_a_messengers_day_has_no_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(CASES / "20-slack-export/2026-01-05.json")
    assert run_command(["clean", path, "--out", str(tmp_path / "o.csv")]) != 0
    assert "This looks like a Slack export" in capsys.readouterr().err
    assert run_command(["check", path, "--map", "question=", "--map", "answer=text", "--json"]) == 0
    kinds = {finding["kind"] for finding in json.loads(capsys.readouterr().out)["findings"]}
    assert {"markup", "private_details"} <= kinds


def test_only_submitted_answers_are_taught_and_two_people_contradict() -> None:
    for name in ("json-min.json", "tasks.json"):
        examples, _, _ = read(f"22-annotation-tools/{name}")
        assert (len(examples), len(found(examples)["conflicting_answers"])) == (9, 2)
        assert not any("machine guess" in example.answer for example in examples)
    examples, _, _ = read("22-annotation-tools/with-json-label.csv")
    assert examples[0].answer == "Yes. Any lock up to 90 cm fits the rail."


@pytest.mark.parametrize("name", ["a-im-start.jsonl", "c-begin-of-text.csv"])
def test_what_wears_a_layout_is_taken_apart_and_copies_are_found(name: str, tmp_path: Path) -> None:
    taught = cleaned(f"27-already-dressed/{name}", tmp_path, "all")
    assert len(taught) == 8
    assert [turn["content"] for turn in taught[0][-2:]] == [
        "Can I bring my own lock to the bike shed?", "Yes. Any lock up to 90 cm fits the rail.",
    ]  # fmt: skip
