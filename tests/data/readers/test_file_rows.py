"""Rows bear the number that a spreadsheet program shows beside them, with headings, titles and blank rows counted."""

import json
from pathlib import Path

import openpyxl

from studio.data.columns.column_mapping import guess_mapping
from studio.data.columns.example_builder import make_examples
from studio.data.readers.read_file import read_table
from studio.data.table import Table

ANSWERED = [("When do you open?", "At nine, every day."), ("Where are you?", "Beside the old station.")]


def labels(table: Table) -> list[str]:
    examples, _ = make_examples(table, guess_mapping(table))
    return [example.label for example in examples]


def test_the_row_of_a_workbook_is_the_one_at_the_left_of_the_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in [("Mails of May",), (), ("question", "answer"), ANSWERED[0], (), (), ANSWERED[1]]:
        sheet.append(line)
    book.save(tmp_path / "mails.xlsx")
    table = read_table(tmp_path / "mails.xlsx", name="mails.xlsx")
    assert labels(table) == ["4", "7"]
    assert [drop.shown_row for drop in table.drops] == [5, 6]
    assert [row.number for row in table.rows] == [1, 4]  # as the command line counts them


def test_the_heading_of_a_csv_file_is_its_first_row(tmp_path: Path) -> None:
    path = tmp_path / "mails.csv"
    lines = ["question,answer", *(f'{asked},"{said}"' for asked, said in ANSWERED), "one,two,three"]
    path.write_text("\n".join(lines), "utf-8")
    table = read_table(path, name="mails.csv")
    assert labels(table) == ["2", "3"]
    assert table.notes == ("1 row has more cells than headings, left out: row 4.",)


def test_a_file_without_headings_begins_with_row_one(tmp_path: Path) -> None:
    path = tmp_path / "mails.jsonl"
    lines = [json.dumps({"question": asked, "answer": said}) for asked, said in ANSWERED]
    path.write_text("\n".join(lines), "utf-8")
    assert labels(read_table(path, name="mails.jsonl")) == ["1", "2"]
