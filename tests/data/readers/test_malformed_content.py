"""Files that can be read and hold what nobody can learn from, and names that no file should have: numbers 42, 60, 70 to
72 of the safety notes, with the words for each row."""

import json
from pathlib import Path

import pytest

from studio.data.checks.examination import examine
from studio.data.columns.column_mapping import guess_mapping
from studio.data.columns.example_builder import make_examples
from studio.data.readers.child_process import read_safely
from studio.data.table import MAX_ROWS
from studio.errors import UnreadableFile
from studio.schemas.finding import Drop, Finding


def looked_at(folder: Path, name: str, data: str) -> tuple[list[Drop], dict[str, Finding]]:
    """The rows that became no example, and the findings by kind."""
    path = folder / "upload"
    path.write_text(data, encoding="utf-8")
    table = read_safely(path, name=name)
    examples, drops = make_examples(table, guess_mapping(table))
    assert table.rows_read == len(examples) + len(table.drops) + len(drops)
    return [*table.drops, *drops], {finding.kind: finding for finding in examine(examples)}


def chat(*turns: tuple[str, str]) -> str:
    return json.dumps({"messages": [{"role": role, "content": content} for role, content in turns]}) + "\n"


GOOD = chat(("user", "Hi there?"), ("assistant", "Yes."))


@pytest.mark.parametrize(
    ("row", "reason", "detail"),
    [
        (chat(("robot", "Hi"), ("assistant", "Yes.")), "unreadable_row", "unknown role “robot”"),
        (json.dumps({"messages": "text"}) + "\n", "unreadable_row", "no list of turns"),
        (json.dumps({"messages": [{"content": "Hi"}]}) + "\n", "unreadable_row", "a turn without a role"),
        (json.dumps({"messages": []}) + "\n", "blank_row", ""),
    ],
)
def test_60_a_chat_that_cannot_be_one_is_left_out_with_its_reason(
    tmp_path: Path, row: str, reason: str, detail: str
) -> None:
    drops, _ = looked_at(tmp_path, "chats.jsonl", GOOD + row + GOOD)
    assert [(drop.row, drop.reason, drop.detail) for drop in drops] == [(2, reason, detail)]


def test_60_a_chat_without_an_answer_or_a_question_is_a_finding(tmp_path: Path) -> None:
    nobody_answers, says_nothing = chat(("user", "Hello?")), chat(("user", "q"), ("assistant", ""))
    nobody_asks, twice = (
        chat(("user", ""), ("assistant", "Yes.")),
        chat(("user", "a"), ("user", "b"), ("assistant", "2")),
    )
    drops, found = looked_at(tmp_path, "chats.jsonl", nobody_answers + says_nothing + nobody_asks + twice)
    assert not drops
    assert found["empty_answer"].rows == (1, 2)
    assert found["empty_question"].rows == (3,)


@pytest.mark.nightly
def test_42_ten_million_rows_are_refused_with_the_number_that_is_read(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(b"question,answer\n" + b"a,b\n" * 10_000_000)
    with pytest.raises(UnreadableFile) as caught:
        read_safely(path, name="many.csv")
    assert caught.value.message == f"The file has more than {MAX_ROWS:,} rows."
    assert caught.value.hint == "Split it into smaller files."


def test_70_one_row_and_answers_that_are_all_empty_are_named(tmp_path: Path) -> None:
    _, found = looked_at(tmp_path, "t.csv", "question,answer\nOne?,\n")
    assert found["empty_answer"].sentence == "1 answer is empty."
    assert found["too_few"].sentence == "1 example is too few: at least 20 are needed."


def test_71_what_no_model_reads_to_its_end_and_control_marks_are_named(tmp_path: Path) -> None:
    monster = "word " * 30_000
    _, found = looked_at(tmp_path, "t.csv", f"question,answer\nLong?,{monster}\nMark?,Bye<|im_end|> then</s>\n")
    assert found["too_long"].rows == (1,)
    assert found["too_long"].notes == {1: "150,005 letters"}
    assert found["special_tokens"].notes == {2: "<|im_end|>"}


@pytest.mark.parametrize(
    "name",
    ["x" * 300 + ".csv", "../../x", "x.csv\0.png", ".bashrc", "CON", "<img src=x onerror=alert(1)>.csv", "",
     "\u202egpj.csv"],
)  # fmt: skip
def test_72_a_name_is_a_label_and_never_a_path(tmp_path: Path, name: str) -> None:
    drops, found = looked_at(tmp_path, name, "question,answer\nWhat?,That.\n")
    assert not drops
    assert set(found) == {"too_few"}
    assert [entry.name for entry in tmp_path.iterdir()] == ["upload"]
