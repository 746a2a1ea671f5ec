"""Conversations and lists inside cells are read, or refused with the cause; nothing is taught with its brackets."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy
import pyarrow
import pytest
from pyarrow import parquet

from studio.data.columns.column_mapping import guess_mapping, make_examples
from studio.data.readers.child_process import read_safely
from studio.data.readers.read_file import read_table
from studio.data.table import Table
from studio.errors import UnreadableFile

TURNS = [
    {"role": "user", "content": 'Who\'s "first"\nat the lock?'},
    {"role": "assistant", "content": "The ferry's first; it's 'priority'.", "weight": None},
]
WORDS = [("user", TURNS[0]["content"]), ("assistant", TURNS[1]["content"])]


def of_numpy(turns: list[Any]) -> Any:
    made = numpy.empty(len(turns), dtype=object)
    made[:] = turns
    return made


def table(folder: Path, heading: str, cells: list[str]) -> Table:
    stream = io.StringIO()
    csv.writer(stream).writerows([["id", heading], *([number, cell] for number, cell in enumerate(cells))])
    (folder / "t.csv").write_text(stream.getvalue(), encoding="utf-8")
    return read_table(folder / "t.csv", name="t.csv")


def words(found: Table) -> list[list[tuple[str, str]]]:
    examples, drops = make_examples(found, guess_mapping(found))
    assert not drops
    return [[(message.role, message.content) for message in example.messages] for example in examples]


@pytest.mark.parametrize(
    "cell",
    [
        json.dumps(TURNS), json.dumps(json.dumps(TURNS)), repr(TURNS), str(of_numpy(TURNS)), repr(of_numpy(TURNS)),
        repr([list(turn.items()) for turn in TURNS]), json.dumps(TURNS, indent=1),
        repr({"role": ["user", "assistant"], "content": [turn["content"] for turn in TURNS]}),
    ],
    ids=["json", "twice", "python", "numpy", "numpy-repr", "map", "indented", "columns"],
)  # fmt: skip
def test_a_conversation_in_a_cell_is_read(tmp_path: Path, cell: str) -> None:
    assert words(table(tmp_path, "messages", [cell] * 3)) == [WORDS] * 3


def test_a_map_of_arrow_is_a_conversation(tmp_path: Path) -> None:
    kind = pyarrow.list_(pyarrow.map_(pyarrow.string(), pyarrow.string()))
    cells = pyarrow.array([[[*turn.items()] for turn in TURNS]] * 2, type=kind)
    parquet.write_table(pyarrow.table({"messages": cells}), tmp_path / "t.parquet")
    found = read_table(tmp_path / "t.parquet", name="t.parquet")
    assert words(found) == [WORDS] * 2
    assert read_safely(tmp_path / "t.parquet", name="t.parquet") == found


def test_a_shortened_list_is_refused_since_its_text_is_lost(tmp_path: Path) -> None:
    cell = "[{'role': 'user', 'content': 'Who?'} ... {'role': 'assistant', 'content': 'Me.'}]"
    with pytest.raises(UnreadableFile) as caught:
        table(tmp_path, "messages", [cell] * 3)
    assert str(caught.value) == (
        "“messages” holds a list written by numpy that cannot be read: the program that wrote it left out a part (…). "
        "Export the data as JSONL or Parquet."
    )


def test_one_conversation_that_breaks_off_is_named_and_left_out(tmp_path: Path) -> None:
    found = table(tmp_path, "messages", [repr(TURNS), repr(TURNS)[:60], repr(TURNS)])
    assert [(drop.row, drop.reason) for drop in found.drops] == [(2, "unreadable_row")]
    assert found.notes[0].startswith("Row 3 holds a list written by a program that cannot be read: it breaks off")
    assert found.rows_read == 3


def test_a_list_of_one_answer_is_that_answer(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('question,answer\nWho?,[\'The ferry\\\'s\']\nWhen?,"[""At noon.""]"\n')
    found = read_table(tmp_path / "t.csv", name="t.csv")
    assert [row.cells["answer"] for row in found.rows] == ["The ferry's", "At noon."]


def test_brackets_in_prose_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(
        "question,answer\nWho?,[sic] He said so.\nWhen?,[see 4] Noon.\nWhere?,{x} is a set\n"
    )
    found = read_table(tmp_path / "t.csv", name="t.csv")
    assert [row.cells["answer"] for row in found.rows] == ["[sic] He said so.", "[see 4] Noon.", "{x} is a set"]


def test_one_list_among_texts_stays_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("question,answer\nReverse it,\"['b', 'a']\"\nSay it,It is so.\n")
    found = read_table(tmp_path / "t.csv", name="t.csv")
    assert [row.cells["answer"] for row in found.rows] == ["['b', 'a']", "It is so."]


def test_an_empty_object_in_another_column_keeps_the_row(tmp_path: Path) -> None:
    rows = [
        {"question": "Who?", "answer": "The crew.", "context": context} for context in ({}, {"a": 1}, {"role": "x"})
    ]
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert len(words(read_table(tmp_path / "t.jsonl", name="t.jsonl"))) == 3
