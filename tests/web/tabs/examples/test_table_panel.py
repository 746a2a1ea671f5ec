"""The table of examples: pages, search, cells rewritten in place, rows added and taken out."""

from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.web.tabs.examples.row_listing import RowListing
from studio.web.tabs.examples.table_panel import TablePanel, resized
from studio.web.view import View
from tests.web.conftest import MountedPage, accepted, updated

Loaded = Callable[[], View]
ALL = RowListing()


def table_of(page: MountedPage, view: View, *, drawers: bool = False) -> TablePanel:
    table: TablePanel = page.screen(view, drawers=drawers).list.table
    return table


def ids_of(table: TablePanel, view: View) -> tuple[str, ...]:
    return tuple(table.listed(view, ALL)[table.ids])


def rewritten(table: TablePanel, view: View, ids: tuple[str, ...], event: Any, request: gr.Request) -> View:
    """The view after one cell was rewritten."""
    told = table.edit(view, ids, ALL, event, request)
    assert told is not None
    after: View = told[table.frame.view]
    return after


def rows_of(told: Any, table: TablePanel) -> list[list[str]]:
    return list(updated(told[table.table])["value"])


def test_a_cell_is_rewritten_once_even_when_it_is_told_twice(page: MountedPage, studio: Studio, loaded: Loaded,
                                                             request_of_ana: gr.Request) -> None:  # fmt: skip
    view = loaded()
    table = table_of(page, view)
    ids = ids_of(table, view)
    old = studio.examples.view(view.project, view.dataset).examples[2].answer
    event = SimpleNamespace(index=[2, 2], value="A better answer.", previous_value=old)
    after = rewritten(table, view, ids, event, request_of_ana)
    again = table.edit(after, ids, ALL, event, request_of_ana)
    shown = studio.examples.view(after.project, after.dataset)
    assert len(shown.decisions) == 1
    assert again is None  # never an older look than the one that the page has by now
    assert next(e for e in shown.examples if e.id == ids[2]).answer == "A better answer."


def test_a_row_that_was_rewritten_stays_in_the_list_that_no_longer_fits_it(
    page: MountedPage, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    """She looked for a word, mended the one row that held it, and the page said that no row fits."""
    view = loaded()
    table = table_of(page, view)
    row = studio.examples.view(view.project, view.dataset).examples[2]
    studio.examples.edit(view.project, view.dataset, row.id, by="ana", question="Is there a xylophone?", answer="Yes.")
    view = replace(view, mark=studio.examples.view(view.project, view.dataset).mark)
    found = table.find(view, ALL, "xylophone")
    assert [cells[1] for cells in rows_of(found, table)] == ["Is there a xylophone?"]
    event = SimpleNamespace(index=[0, 1], value="Is there a drum?", previous_value="Is there a xylophone?")
    told = table.edit(view, found[table.ids], found[table.listing], event, request_of_ana)
    assert told is not None
    still = table.listed(told[table.frame.view], told[table.listing])
    assert [cells[1] for cells in rows_of(still, table)] == ["Is there a drum?"]
    assert say("table_panel.rewritten_stay") in unescape(still[table.title])
    other = table.find(told[table.frame.view], told[table.listing], "xylophone")
    assert other[table.listing].rewritten == () and say("examples.no_row_fits") in other[table.title]


def test_a_row_is_known_by_what_stood_in_it_even_when_the_browser_sorted_the_table(
    page: MountedPage, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    view = loaded()
    table = table_of(page, view)
    ids = ids_of(table, view)
    rows = studio.examples.view(view.project, view.dataset).examples
    asked = [example.question for example in rows]
    third = next(example for example in rows[2:] if asked.count(example.question) == 1)
    event = SimpleNamespace(index=[0, 1], value="Another question?", previous_value=third.question)
    after = rewritten(table, view, ids, event, request_of_ana)
    shown = studio.examples.view(after.project, after.dataset)
    assert next(e for e in shown.examples if e.id == third.id).question == "Another question?"
    lost = SimpleNamespace(index=[0, 1], value="What?", previous_value="nobody ever asked this")
    with pytest.raises(StudioError, match="not clear which row"):
        table.edit(after, ids, ALL, lost, request_of_ana)


def test_an_edit_of_a_row_that_somebody_else_rewrote_goes_into_no_other_row(
    page: MountedPage, studio: Studio, tmp_path: Path, request_of_ana: gr.Request
) -> None:
    path = tmp_path / "same.csv"
    lines = ["What is a lamp?,It gives light.", "Which one burns?,It gives light.", "Do you sing?,Only in spring."]
    path.write_text("question,answer\n" + "\n".join(lines) + "\n", encoding="utf-8")
    shown = studio.examples.upload(path, path.name, by="ana")
    view = View(project=shown.project, dataset=shown.id, mark=shown.mark)
    table = table_of(page, view)
    ids = ids_of(table, view)
    studio.examples.edit(view.project, view.dataset, "r1", by="ben", question="What is a lamp?", answer="Ben's.")
    event = SimpleNamespace(index=[0, 2], value="Ana's.", previous_value="It gives light.")
    with pytest.raises(StudioError, match="ben changed row 2 after you looked"):
        table.edit(view, ids, ALL, event, request_of_ana)
    answers = [example.answer for example in studio.examples.view(view.project, view.dataset).examples]
    assert answers == ["Ben's.", "It gives light.", "Only in spring."]


def test_the_row_number_cannot_be_rewritten(page: MountedPage, loaded: Loaded, request_of_ana: gr.Request) -> None:
    view = loaded()
    event = SimpleNamespace(index=[0, 0], value="9", previous_value="1")
    assert table_of(page, view).edit(view, ("r1",), ALL, event, request_of_ana) is None


def test_a_row_that_changed_in_another_tab_is_not_overwritten(
    page: MountedPage, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    view, answer = loaded(), "A better one."
    table = table_of(page, view)
    ids = ids_of(table, view)
    old = studio.examples.view(view.project, view.dataset).examples[2].answer
    studio.examples.edit(view.project, view.dataset, ids[2], by="ben", question="Ben's question?", answer=old)
    event = SimpleNamespace(index=[2, 2], value=answer, previous_value=old)
    with pytest.raises(StudioError, match="ben changed row 4 after you looked"):
        table.edit(view, ids, ALL, event, request_of_ana)
    other = SimpleNamespace(index=[3, 2], value=answer, previous_value=studio.examples.view(
        view.project, view.dataset).examples[3].answer)  # fmt: skip
    assert rewritten(table, view, ids, other, request_of_ana).stamp == view.stamp + 1


def test_rows_are_found_added_and_taken_out(
    page: MountedPage, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    view = loaded()
    table = table_of(page, view, drawers=True)
    assert len(rows_of(table.find(view, ALL, "Sunday"), table)) == 2
    told = table.add_row(view, "Do you sing?", "Only in spring.", request_of_ana)
    assert (told[table.new_question], told[table.new_answer]) == ("", "")
    view = table.remove_rows(told[table.frame.view], "2, 3", False, request_of_ana)[table.frame.view]
    ids = [example.id for example in studio.examples.view(view.project, view.dataset).examples]
    assert "a1" in ids and not {"r1", "r2"} & set(ids)
    with pytest.raises(StudioError, match="no row 999"):
        table.remove_rows(view, "999", False, request_of_ana)


def test_the_number_of_the_headings_is_no_row(page: MountedPage, loaded: Loaded, request_of_ana: gr.Request) -> None:
    view = loaded()
    with pytest.raises(StudioError, match="There is no row 1"):
        table_of(page, view, drawers=True).remove_rows(view, "1", False, request_of_ana)


def test_a_withdrawn_row_leaves_the_exam_too(
    page: MountedPage, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    view = loaded()
    table = table_of(page, view, drawers=True)
    studio.runs.launch(view.project, view.dataset, Recipe(), by="ana")
    exam = studio.home.exam(view.project)
    assert exam is not None
    gone = exam.examples[0].id
    told = table.remove_rows(view, exam.examples[0].label, True, request_of_ana)
    assert (told[table.gone], told[table.withdrawn]) == ("", False), "the next row is not withdrawn unasked"
    left = studio.home.exam(view.project)
    assert left is not None and gone not in {example.id for example in left.examples}
    after = told[table.frame.view]
    assert gone not in {e.id for e in studio.examples.view(after.project, after.dataset).examples}


def test_long_tables_come_in_pages(page: MountedPage, tmp_path: Path, request_of_ana: gr.Request) -> None:
    path = tmp_path / "long.csv"
    path.write_text(
        "question,answer\n" + "\n".join(f"What about thing {n}?,It is thing {n} of all." for n in range(450))
    )
    view = accepted(page, path, request_of_ana)
    table = table_of(page, view)
    sizes = [len(rows_of(table.listed(view, RowListing(page=n)), table)) for n in range(4)]
    assert sizes == [200, 200, 50, 50]
    assert table.step_on(view, ALL)[table.listing].page == 1 and table.turn_to(view, ALL, 3)[table.listing].page == 2


def test_a_smaller_page_begins_near_the_row_that_stood_first(page: MountedPage, loaded: Loaded) -> None:
    assert resized(RowListing(page=3), 50) == RowListing(page=12, size=50)
    view = loaded()
    table = table_of(page, view)
    told = table.show_all(view, RowListing(kind="markup", size=50))
    assert (told[table.listing], told[table.search]) == (RowListing(size=50), "")


def test_a_row_is_taken_out_by_pressing_it(
    page: MountedPage, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    view = loaded()
    table = table_of(page, view)
    told = table.mark(view, ids_of(table, view), SimpleNamespace(index=[16, 1]))
    button = updated(told[table.take_out])
    assert (told[table.marked], button["value"], button["visible"]) == ("r17", "Take out row 18", True), (
        "its number in the file"
    )
    view = table.remove_marked(view, "r17", request_of_ana)
    shown = studio.examples.view(view.project, view.dataset)
    assert "r17" not in {example.id for example in shown.examples} and shown.card.dropped == {"removed_by_person": 1}
    with pytest.raises(StudioError, match="No row is chosen"):
        table.remove_marked(view, "", request_of_ana)


def test_the_table_is_filtered_by_a_finding_and_by_a_word(page: MountedPage, loaded: Loaded) -> None:
    view = loaded()
    table = table_of(page, view)
    told = table.filter_by(view, RowListing(page=3), "exact_duplicate")
    assert [number for number, *_ in rows_of(told, table)] == ["55"]
    kinds = dict(updated(told[table.kind])["choices"])
    assert kinds["All examples"] == "" and kinds["Exact copies (1)"] == "exact_duplicate"
    assert len(rows_of(table.find(view, told[table.listing], "SPOON"), table)) == 1
    assert rows_of(table.find(view, told[table.listing], "kettle"), table) == []
