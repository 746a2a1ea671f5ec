"""The question about rows that a spreadsheet hides, and what becomes of the answer."""

from pathlib import Path

import gradio as gr
import openpyxl
import pytest

from studio.services.studio import Studio
from studio.web.mounting import Place
from studio.web.view import View
from tests.web.conftest import MountedPage, asked_by_ana, asking


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


def test_hidden_rows_are_asked_about_and_left_out_until_she_says_otherwise(page: MountedPage, filtered: Path) -> None:
    columns = asking(page, filtered)
    assert columns.hidden.visible and columns.hidden.value == "leave_out"
    assert columns.hidden.label == "10 rows are hidden in the spreadsheet"
    assert "they are left out" in columns.head.value


def test_a_file_without_hidden_rows_asks_nothing(page: MountedPage, table: Path) -> None:
    assert not asking(page, table).hidden.visible


def test_hidden_columns_stand_at_the_end_and_say_so(page: MountedPage, filtered: Path) -> None:
    answer = asking(page, filtered).answer
    names = [name for name, _ in answer.choices]
    assert names == ["question", "answer", "older answer (hidden in the spreadsheet)"]
    assert answer.value == "answer"


def test_her_choice_keeps_her_columns_and_is_kept_with_the_dataset(
    page: MountedPage, studio: Studio, filtered: Path, request_of_ana: gr.Request
) -> None:
    columns, place = asking(page, filtered), Place("examples")
    asked = columns.read_hidden("use", "question", "older answer", "(none)")
    assert asked[columns.answer]["value"] == "older answer" and "they are used, too" in asked[columns.head]
    view = columns.accept(View(), place, "question", "answer", "(none)", request_of_ana)[columns.frame.view]
    shown = studio.examples.view(view.project, view.dataset)
    assert (shown.card.source.hidden, shown.card.rows_in, len(shown.examples)) == ("use", 30, 30)
    uploads = page.screen(view).uploads
    again = page.screen(view, uploads.reopen(view, place, asked_by_ana())[uploads.frame.place].screen).columns
    assert again.hidden.value == "use"
    again.read_hidden("leave_out", "question", "answer", "(none)")
    view = again.accept(view, place, "question", "answer", "(none)", request_of_ana)[again.frame.view]
    shown = studio.examples.view(view.project, view.dataset)
    assert (shown.card.source.hidden, shown.card.rows_in, shown.card.rows_kept) == ("leave_out", 30, 20)
    assert shown.card.dropped == {"hidden_row": 10}


def test_other_columns_of_the_same_upload_keep_what_was_said_of_hidden_rows(studio: Studio, filtered: Path) -> None:
    made = studio.examples.upload(filtered, filtered.name, by="ana", hidden="use")
    again = studio.examples.remap(made.project, made.id, by="ana", columns=made.card.mapping)
    assert (again.card.source.hidden, again.card.rows_kept) == ("use", 30)
