"""The question about rows that a spreadsheet hides, and what becomes of the answer."""

from pathlib import Path

import gradio as gr
import openpyxl
import pytest

from studio.services.studio import Studio
from studio.web.app import Page
from studio.web.view import View
from tests.web.conftest import asked_by_ana, asked_of


@pytest.fixture
def filtered(tmp_path: Path) -> Path:
    """Thirty rows of which ten are hidden by a filter, and a hidden column with older answers."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(("question", "answer", "older answer"))
    for number in range(30):
        sheet.append((f"Where does locker {number} stand?", f"Locker {number} stands in hall {number % 7}.", "Ask."))
        sheet.row_dimensions[number + 2].hidden = number % 3 == 0
    sheet.column_dimensions["C"].hidden = True
    book.save(tmp_path / "lockers.xlsx")
    return tmp_path / "lockers.xlsx"


def test_hidden_rows_are_asked_about_and_left_out_until_she_says_otherwise(page: Page, filtered: Path) -> None:
    columns = page.examples.columns
    asked = columns.ask(columns.tables.take(filtered, filtered.name))
    assert asked[-2]["visible"] and asked[-2]["value"] == "leave_out"
    assert asked[-2]["label"] == "10 rows are hidden in the spreadsheet"
    assert "they are left out" in asked[4]


def test_a_file_without_hidden_rows_asks_nothing(page: Page, table: Path) -> None:
    columns = page.examples.columns
    assert not columns.ask(columns.tables.take(table, table.name))[-2]["visible"]


def test_hidden_columns_stand_at_the_end_and_say_so(page: Page, filtered: Path) -> None:
    columns = page.examples.columns
    answer = asked_of(columns, columns.tables.take(filtered, filtered.name))[columns.answer]
    assert answer["choices"] == ["question", "answer", ("older answer (hidden in the spreadsheet)", "older answer")]
    assert answer["value"] == "answer"


def test_her_choice_keeps_her_columns_and_is_kept_with_the_dataset(
    page: Page, studio: Studio, filtered: Path, request_of_ana: gr.Request
) -> None:
    columns = page.examples.columns
    key = columns.tables.take(filtered, filtered.name)
    asked = columns.read_hidden(key, "use", "question", "older answer", "(none)")
    assert asked[7]["value"] == "older answer" and "they are used, too" in asked[4]
    view, _ = columns.accept(View(), key, "question", "answer", "(none)", "", "", request_of_ana)
    shown = studio.examples.view(view.project, view.dataset)
    assert (shown.card.source.hidden, shown.card.rows_in, len(shown.examples)) == ("use", 30, 30)
    again = columns.reopen(view, asked_by_ana())
    assert again[-2]["value"] == "use"
    columns.read_hidden(again[0], "leave_out", "question", "answer", "(none)")
    view, _ = columns.accept(view, again[0], "question", "answer", "(none)", "", "", request_of_ana)
    shown = studio.examples.view(view.project, view.dataset)
    assert (shown.card.source.hidden, shown.card.rows_in, shown.card.rows_kept) == ("leave_out", 30, 20)
    assert shown.card.dropped == {"hidden_row": 10}


def test_other_columns_of_the_same_upload_keep_what_was_said_of_hidden_rows(studio: Studio, filtered: Path) -> None:
    made = studio.examples.upload(filtered, filtered.name, by="ana", hidden="use")
    again = studio.examples.remap(made.project, made.id, by="ana", columns=made.card.mapping)
    assert (again.card.source.hidden, again.card.rows_kept) == ("use", 30)
