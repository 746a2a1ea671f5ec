"""Which row holds the headings is hers to say, and a reading that loses most rows is never taken in silence."""

import html
import json
from pathlib import Path

import openpyxl
import pytest

from studio.data.columns.column_mapping import guess_mapping
from studio.services.studio import Studio
from studio.web.mounting import Place
from studio.web.tabs.examples.row_listing import RowListing
from studio.web.tabs.examples.table_uploads import ASKING
from studio.web.view import View
from tests.web.conftest import MountedPage, asked_by_ana, asking, updated

AT = Place("examples")
plain = html.unescape


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """Thirty rows under headings that look like a first question and its answer."""
    lines = ["Which of the halls is meant here?;What is it like in the hall?"]
    lines += [f"Is hall {number} free on Monday?;Hall {number} is free, and it is warm." for number in range(30)]
    (tmp_path / "halls.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path / "halls.csv"


@pytest.fixture
def narrow(tmp_path: Path) -> Path:
    """A table of two headings, of which nearly all rows have a third cell."""
    lines = ["question,answer", *(f"Who plays {number}?,Ada plays {number}." for number in range(60))]
    lines += [f"When is it {number}?,At eight, or at nine." for number in range(90)]
    (tmp_path / "plays.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path / "plays.csv"


def test_a_row_that_was_taken_for_data_is_named_as_the_headings(page: MountedPage, studio: Studio, bare: Path) -> None:
    columns = asking(page, bare)
    assert columns.headings.visible and columns.headings.value == 0
    assert [row for _, row in columns.headings.choices] == [1, 2, 3, 4, 5, 0]
    again = columns.read_headings(1)
    assert updated(again[columns.headings])["value"] == 1
    asked, answered = "Which of the halls is meant here?", "What is it like in the hall?"
    assert asked in updated(again[columns.answer])["choices"]
    view = columns.accept(View(), AT, asked, answered, "(none)", asked_by_ana())[columns.frame.view]
    card = studio.examples.view(view.project, view.dataset).card
    assert (card.columns, card.rows_in, card.source.headings) == ((asked, answered), 30, 1)


def test_the_row_that_she_named_is_kept_when_the_columns_are_chosen_again(
    page: MountedPage, studio: Studio, bare: Path
) -> None:
    columns = asking(page, bare)
    columns.read_headings(1)
    names = columns.tables.get(columns.key).table.columns
    view = columns.accept(View(), AT, *names, "(none)", asked_by_ana())[columns.frame.view]
    again = studio.examples.remap(view.project, view.dataset, by="ana")
    assert (again.card.columns, again.card.source.headings) == (names, 1)


def test_a_row_that_was_taken_for_headings_is_named_as_data(page: MountedPage, table: Path) -> None:
    columns = asking(page, table)
    assert columns.headings.value == 1
    columns.read_headings(0)
    read = columns.tables.get(columns.key).table
    assert (read.columns, read.rows_read) == (("Column 1", "Column 2"), 55)


def test_her_yes_is_the_lesser_button_where_most_rows_would_be_lost(page: MountedPage, narrow: Path) -> None:
    columns = asking(page, narrow)
    assert "90 of 150 rows would be left out. That is more than half of the table." in plain(columns.losing.value)
    assert (columns.yes.variant, columns.back.variant) == ("secondary", "primary")
    assert columns.yes.value == "Take the 60 rows all the same"
    view = columns.accept(View(), AT, "question", "answer", "(none)", asked_by_ana())[columns.frame.view]
    told = plain(page.screen(view, "").list.headline.value)
    assert "90 of its 150 rows were left out when it was read." in told and "Nothing changes" not in told


def test_a_total_is_not_counted_among_her_rows(page: MountedPage, tmp_path: Path) -> None:
    """“151 rows” stood above “1 line is left out, a total”: she had brought 150."""
    book = openpyxl.Workbook()
    rows = [("12 May", f"Is hall {n} free?", f"Hall {n} is free on Monday.", "Ada") for n in range(30)]
    for line in [("Date", "Question", "Reply", "Handled by"), *rows, ("Total", None, "30 mails", None)]:
        book.active.append(line)
    book.save(tmp_path / "halls.xlsx")
    columns = asking(page, tmp_path / "halls.xlsx")
    waiting = columns.tables.get(columns.key)
    assert waiting.table.rows_read == 31 and [drop.reason for drop in waiting.table.drops] == ["not_a_row"]
    assert "halls.xlsx: 30 rows," in plain(columns._head(waiting, guess_mapping(waiting.table)))


def test_a_whole_table_is_taken_with_the_main_button(page: MountedPage, table: Path) -> None:
    columns = asking(page, table)
    assert not columns.losing.visible and columns.yes.variant == "primary" and columns.yes.value == "Yes, this is right"


def test_what_was_unclear_is_settled_once_both_columns_are_chosen(page: MountedPage, bare: Path) -> None:
    columns = asking(page, bare)
    names = columns.tables.get(columns.key).table.columns
    assert not updated(columns.show_pairs(*names, "(none)")[columns.doubt])["visible"]


def test_a_file_that_is_not_taken_is_said_where_she_comes_back_to(page: MountedPage, table: Path) -> None:
    columns = asking(page, table)
    place = columns.leave(AT)[columns.frame.place]
    assert place.state == "“tickets.csv” was not brought in. Choose another file."


def test_too_few_rows_of_a_table_that_lost_most_are_mended_by_reading_it_again(
    page: MountedPage, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.active.append(("question", "answer"))
    for number in range(50):
        book.active.append((f"Who plays number {number}?", f"Ada plays number {number}."))
        book.active.row_dimensions[number + 2].hidden = number > 12
    book.save(tmp_path / "plays.xlsx")
    columns = asking(page, tmp_path / "plays.xlsx")
    view = columns.accept(View(), AT, "question", "answer", "(none)", asked_by_ana())[columns.frame.view]
    screen = page.screen(view, "").list
    line = next(one for one in plain(screen.inbox.value).split("<li ") if "kind-too_few" in one)
    assert line.index("Choose other columns") < line.index("Leave as is")
    pressed = json.dumps({"press": "columns", "seen": view.mark, "nonce": "1"})
    place = screen.press(view, AT, RowListing(), pressed, asked_by_ana())[screen.frame.place]
    assert place.screen.startswith(ASKING)
