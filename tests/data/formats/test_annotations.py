"""Exports of annotation tools: submitted answers are rows, everything else is left out and said."""

import json
from pathlib import Path
from typing import Any

import pytest

from studio.data.checks.examination import examine
from studio.data.columns.column_mapping import guess_mapping, make_examples
from studio.data.formats.annotations import UnsubmittedRow, submitted_rows
from studio.data.readers.read_file import read_table
from studio.data.table import Table


def read(folder: Path, rows: list[Any], name: str) -> Table:
    path = folder / name
    path.write_text("\n".join(map(json.dumps, rows)) if name.endswith("l") else json.dumps(rows), encoding="utf-8")
    return read_table(path, name=name)


def pairs(table: Table) -> list[tuple[str, str]]:
    return [(example.question, example.answer) for example in make_examples(table, guess_mapping(table))[0]]


def task(question: str, *answers: tuple[str, bool]) -> dict[str, Any]:
    return {
        "data": {"question": question},
        "annotations": [
            {"was_cancelled": cancelled, "result": [
                {"from_name": "answer", "type": "textarea", "value": {"text": [text]}},
                {"from_name": "tone", "type": "choices", "value": {"choices": ["kind"]}}]}
            for text, cancelled in answers
        ],
        "predictions": [{"result": [{"value": {"text": ["a guess"]}}]}],
    }  # fmt: skip


def record(question: str, *answers: tuple[str, str]) -> dict[str, Any]:
    return {
        "fields": {"question": question},
        "responses": [{"values": {"answer": {"value": text}}, "status": status} for text, status in answers],
        "suggestions": {"answer": {"value": "a guess"}},
    }


@pytest.mark.parametrize("name", ["t.json", "t.jsonl"])
def test_tasks_give_a_row_for_each_person_and_none_for_cancelled_work(tmp_path: Path, name: str) -> None:
    rows = [
        task("Who bails?", ("The crew.", False), ("The guests.", False)),
        task("Who steers?", ("Nobody.", True)),
        task("Who cooks?"),
    ]
    table = read(tmp_path, rows, name)
    assert pairs(table) == [("Who bails?", "The crew."), ("Who bails?", "The guests."), ("Who cooks?", "")]
    assert [(drop.row, drop.reason) for drop in table.drops] == [(3, "not_submitted")]
    assert table.rows_read == 4
    assert table.notes == (
        "Read as an export of Label Studio: each submitted answer became a row.",
        "3 machine guesses are not taught.",
        "1 draft or discarded answer is left out.",
    )
    kinds = {finding.kind for finding in examine(make_examples(table, guess_mapping(table))[0])}
    assert {"conflicting_answers", "empty_answer"} <= kinds


@pytest.mark.parametrize("name", ["t.json", "t.jsonl"])
def test_only_submitted_responses_are_taught(tmp_path: Path, name: str) -> None:
    rows = [record("Who bails?", ("The crew.", "submitted"), ("No idea.", "discarded")), record("Who?", ("x", "draft"))]
    table = read(tmp_path, rows, name)
    assert pairs(table) == [("Who bails?", "The crew.")]
    assert [drop.row for drop in table.drops] == [2, 3]


def test_responses_by_question_and_as_columns_are_read(tmp_path: Path) -> None:
    by_question = {
        "fields": {"question": "Who bails?"},
        "responses": {"answer": [{"value": "The crew.", "user_id": "u1"}, {"value": "All.", "user_id": "u2"}]},
    }
    columns = {
        "question": "Who bails?", "answer.responses": ["The crew.", "All.", "No."],
        "answer.responses.status": ["submitted", "submitted", "discarded"], "answer.suggestion": "a guess",
    }  # fmt: skip
    wanted = [("Who bails?", "The crew."), ("Who bails?", "All.")]
    assert pairs(read(tmp_path, [by_question], "a.jsonl")) == wanted
    assert pairs(read(tmp_path, [columns], "b.jsonl")) == wanted


def test_rejected_tasks_are_left_out_and_the_verdict_is_no_answer(tmp_path: Path) -> None:
    rows = [
        {"text": "The hull leaks.", "label": "damage", "answer": "accept", "_task_hash": 1},
        {"text": "Noon.", "label": "damage", "answer": "reject", "_task_hash": 2},
        {"text": "The sail tore.", "label": "damage", "answer": "accept", "_task_hash": 3},
    ]
    assert pairs(read(tmp_path, rows, "t.jsonl")) == [("The hull leaks.", "damage"), ("The sail tore.", "damage")]


def test_a_written_object_around_the_answer_gives_the_answer(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('question,answer\nWho bails?,"{""text"": [""The crew.""]}"\n')
    assert pairs(read_table(tmp_path / "t.csv", name="t.csv")) == [("Who bails?", "The crew.")]


def test_prodigys_tasks_are_known_by_either_of_their_hashes() -> None:
    task = {"text": "The lock is stuck.", "label": "DOOR", "answer": "accept"}
    for mark in ("_task_hash", "_input_hash"):
        notes: list[str] = []
        rows = submitted_rows([task | {mark: 1}, task | {mark: 2, "answer": "reject"}], notes)
        assert rows[0] == {"text": "The lock is stuck.", "label": "DOOR"} and isinstance(rows[1], UnsubmittedRow)
