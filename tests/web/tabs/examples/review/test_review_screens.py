"""The screens on which she decides: one group at a time, with what differs marked, and the next one at once."""

import html
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.services.studio import Studio
from studio.web.app import Page
from studio.web.tabs.examples.findings_panel import OneFinding, rows_to_show, shown_of
from studio.web.tabs.examples.review.review_screen import ReviewScreen, ReviewState
from studio.web.tabs.examples.row_listing import RowListing, rows_named
from studio.web.view import View
from tests.web.conftest import TOPICS, by_part

Bring = Callable[[list[tuple[str, str]]], View]
CALM = [(f"What does the {t} {n} cost?", f"The {t} is answered for case {n} alone.") for n, t in enumerate(TOPICS * 3)]
SUNDAY = (
    ("Do you ship on Sunday?", "Yes, we do that each week."),
    ("Do you ship on Sunday?", "No, never on any Sunday."),
)
LAMP = [
    ("How long may I keep a lamp?", "You have 30 days, in its own box."),
    ("How long may I keep a lamp?", "You have 14 days, in its own box."),
    ("How long may I keep a lamp?", "Lamps never come back to us."),
]  # fmt: skip
LABEL = (
    "It stands under the base beside the cable on a small silver label that begins with two letters and ends in a dash"
)
ASKED = "Where do I find the serial number of the blue kettle that I bought from you in the shop by the river"
COPIES = [(f"{ASKED}?", f"{LABEL}."), (f"{ASKED} now?", f"{LABEL}."), (f"{ASKED}?", f"{LABEL} always.")]


@pytest.fixture
def bring(studio: Studio, tmp_path: Path) -> Bring:
    def do(rows: list[tuple[str, str]]) -> View:
        path = tmp_path / "t.csv"
        lines = [",".join(f'"{cell}"' for cell in row) for row in [("question", "answer"), *CALM, *rows]]
        path.write_text("\n".join(lines), encoding="utf-8")
        made = studio.examples.upload(path, path.name, by="ana")
        return View(project=made.project, dataset=made.id)

    return do


def part(screen: ReviewScreen, painted: tuple[Any, ...], block: Any) -> Any:
    value = painted[screen.painted.index(block)]
    return html.unescape(value) if isinstance(value, str) else value


def test_a_closed_screen_paints_nothing(page: Page, bring: Bring) -> None:
    view = bring([*SUNDAY])
    conflicts = page.examples.conflicts
    assert not conflicts.is_open(view, ReviewState())
    assert not conflicts.is_open(view, ReviewState("conflicting_answers", "another"))
    assert all(value == gr.skip() for value in conflicts.paint(view, ReviewState("near_duplicate", view.project)))


def test_the_screen_takes_the_place_of_the_list_and_gives_it_back(page: Page, studio: Studio, bring: Bring) -> None:
    view = bring([*SUNDAY])
    opened = OneFinding(studio, "conflicting_answers").open(view)
    assert [place["visible"] for place in page.examples.turn(view, opened)[:4]] == [False, False, True, False]
    closed = page.examples.conflicts.close(opened)
    assert [place["visible"] for place in page.examples.turn(view, closed)[:4]] == [True, True, False, False]
    assert page.examples.look(View(project="another"), opened)[1] == ReviewState()
    assert page.examples.look(view, opened)[1] is opened


def test_another_project_begins_with_all_its_rows(page: Page, bring: Bring) -> None:
    view, narrowed = bring([*SUNDAY]), RowListing(kind="conflicting_answers", search="Sunday", page=2, size=50)
    seen, _, listing, search, saved = page.examples.look(view, ReviewState(), ("another", "d", 1), narrowed)
    assert (listing, search, saved) == (RowListing(size=50), "", "")
    assert page.examples.look(view, ReviewState(), seen, narrowed)[2:] == (gr.skip(),) * 3


def test_the_list_is_drawn_anew_when_the_examples_changed_and_not_with_every_plan(page: Page, bring: Bring) -> None:
    view = bring([*SUNDAY])
    same = page.examples.look(replace(view, model="another", run="r", ran=3), ReviewState())[0]
    assert page.examples.look(view, ReviewState())[0] == same
    assert page.examples.look(replace(view, stamp=view.stamp + 1), ReviewState())[0] != same


def test_the_list_keeps_its_buttons_while_it_says_the_same(page: Page, studio: Studio, bring: Bring,
                                                           request_of_ana: gr.Request) -> None:  # fmt: skip
    """Once all rows were examined, or after an edit that no finding is about, nothing is drawn under her hand."""
    view, said = bring([*SUNDAY]), page.examples.findings.said
    first = said(view)
    assert said(replace(view, stamp=view.stamp + 1, ran=3)) == first
    calm = studio.examples.view(view.project, view.dataset).examples[len(CALM) - 1]
    words = {"question": calm.question, "answer": "The price of it stands on its own label."}
    studio.examples.edit(view.project, view.dataset, calm.id, by="ana", **words)
    assert said(view) == first
    OneFinding(studio, "conflicting_answers").dismiss(view, request_of_ana)
    assert said(view) != first
    second = said(view)
    studio.allowed.choose_countries(view.project, ["DE"], "ana")
    assert said(view) != second and said(View()) == ""


def test_the_pair_is_shown_with_what_differs_marked(page: Page, bring: Bring) -> None:
    view, conflicts = bring(LAMP[:2]), page.examples.conflicts
    painted = conflicts.paint(view, ReviewState("conflicting_answers", view.project))
    pair = part(conflicts, painted, conflicts.pair)
    assert '<mark class="differs">30</mark>' in pair and '<mark class="differs">14</mark>' in pair
    assert "days, in its own box" in pair and "Left, row 31" in pair and "Right, row 32" in pair
    assert part(conflicts, painted, conflicts.which)["visible"] is False


def test_of_more_than_two_answers_any_two_can_be_compared(page: Page, studio: Studio, bring: Bring,
                                                         request_of_ana: gr.Request) -> None:  # fmt: skip
    view, conflicts = bring(LAMP), page.examples.conflicts
    screen = conflicts.choose_right(ReviewState("conflicting_answers", view.project), 33)
    painted = conflicts.paint(view, screen)
    assert [row for _, row in part(conflicts, painted, conflicts.left_one)["choices"]] == [31, 32, 33]
    rows = part(conflicts, painted, conflicts.rows)
    assert rows == (31, 32, 33) and "There are 3 different answers" in part(conflicts, painted, conflicts.pair)
    screen = conflicts.choose_left(screen, 32)
    rows = part(conflicts, conflicts.paint(view, screen), conflicts.rows)
    view, _ = conflicts.keep_left(view, rows, request_of_ana)
    left = {example.row for example in studio.examples.view(view.project, view.dataset).examples}
    assert left & {31, 32, 33} == {32}


def test_the_next_question_comes_at_once_and_the_decision_keeps_name_and_time(
    page: Page, studio: Studio, bring: Bring, request_of_ana: gr.Request
) -> None:
    view, conflicts = bring([*SUNDAY, *LAMP]), page.examples.conflicts
    screen = ReviewState("conflicting_answers", view.project)
    before = conflicts.paint(view, screen)
    assert "Question 1 of 2 left" in part(conflicts, before, conflicts.place)
    view, typed = conflicts.keep_left(view, part(conflicts, before, conflicts.rows), request_of_ana)
    after = conflicts.paint(view, screen)
    assert "Question 1 of 1 left" in part(conflicts, after, conflicts.place) and typed == ""
    log = part(conflicts, after, conflicts.log)
    at = studio.examples.view(view.project, view.dataset).decisions[-1].at.astimezone()
    assert f"settled by ana, {at:%d %b %Y, %H:%M}" in log
    view = conflicts.take_back(view, request_of_ana)
    assert "Question 1 of 2 left" in part(conflicts, conflicts.paint(view, screen), conflicts.place)


def test_skipping_goes_round_and_leaves_every_question_open(page: Page, bring: Bring) -> None:
    view, conflicts = bring([*SUNDAY, *LAMP]), page.examples.conflicts
    screen = ReviewState("conflicting_answers", view.project)
    seen = []
    for _ in range(3):
        seen.append(part(conflicts, conflicts.paint(view, screen), conflicts.rows)[0])
        screen = conflicts.step_on(screen)
    assert seen == [31, 33, 31]
    assert conflicts.step_back(conflicts.step_back(screen)).at == 1


def test_a_written_answer_may_start_from_one_side(page: Page, studio: Studio, bring: Bring,
                                                  request_of_ana: gr.Request) -> None:  # fmt: skip
    view, conflicts = bring([*SUNDAY]), page.examples.conflicts
    rows = (31, 32)
    assert conflicts.copy_left(view, rows) == SUNDAY[0][1] and conflicts.copy_right(view, rows) == SUNDAY[1][1]
    view, _ = conflicts.written(view, rows, "Only before Christmas.", request_of_ana)
    said = {e.row: e.answer for e in studio.examples.view(view.project, view.dataset).examples}
    assert said[31] == said[32] == "Only before Christmas."
    painted = conflicts.paint(view, ReviewState("conflicting_answers", view.project))
    assert "Every question has its answer now" in part(conflicts, painted, conflicts.pair)
    with pytest.raises(StudioError, match="decided meanwhile"):
        conflicts.keep_left(view, rows, request_of_ana)


def test_copies_are_shown_against_the_kept_one_and_the_choice_is_hers(page: Page, studio: Studio, bring: Bring,
                                                                      request_of_ana: gr.Request) -> None:  # fmt: skip
    view, copies = bring(COPIES), page.examples.copies
    screen = ReviewState("near_duplicate", view.project)
    painted = copies.paint(view, screen)
    labels = [label for label, _ in part(copies, painted, copies.kept)["choices"]]
    assert labels == ["Row 31 (the first)", "Row 32", "Row 33 (the fullest)"]
    assert "<ins> now</ins>" in part(copies, painted, copies.copies)
    screen = copies.choose_left(screen, 33)
    painted = copies.paint(view, screen)
    assert part(copies, painted, copies.keep) == "Keep row 33, take out 2 others"
    view = copies.keep_one(view, screen, part(copies, painted, copies.rows), request_of_ana)
    shown = studio.examples.view(view.project, view.dataset)
    assert {example.row for example in shown.examples} & {31, 32, 33} == {33}
    assert shown.card.dropped == {"near_duplicate": 2}
    assert "No copies are left" in part(copies, copies.paint(view, screen), copies.copies)


@pytest.mark.parametrize("press, left", [("keep_first", {31}), ("keep_longest", {33}), ("not_copies", {31, 32, 33})])
def test_all_groups_at_once_or_no_copies_at_all(page: Page, studio: Studio, bring: Bring, press: str, left: set[int],
                                                request_of_ana: gr.Request) -> None:  # fmt: skip
    view, copies = bring(COPIES), page.examples.copies
    screen = ReviewState("near_duplicate", view.project)
    rows = [part(copies, copies.paint(view, screen), copies.rows)] if press == "not_copies" else []
    view = getattr(copies, press)(view, screen, *rows, request_of_ana)
    shown = studio.examples.view(view.project, view.dataset, exact=True)
    assert {example.row for example in shown.examples} & {31, 32, 33} == left
    assert not [finding for finding in shown.findings if finding.kind == "near_duplicate"]


def test_each_finding_shows_what_is_meant(studio: Studio, bring: Bring) -> None:
    view = bring([
        *SUNDAY, ("Is the café open?", "The cafÃ© is open."), ("May a child use it?", "<p>Yes, <b>always</b>.</p>"),
        ("Is there parking?", ""), ("And a garden?", "N/A"),
    ])  # fmt: skip
    shown = studio.examples.view(view.project, view.dataset)
    examples = rows_named(shown.examples, rows_to_show(shown))
    cards = {finding.kind: html.unescape(shown_of(finding, examples)) for finding in shown.findings}
    assert '<mark class="differs">' in cards["conflicting_answers"]
    assert "<del>cafÃ©</del><ins>café</ins>" in cards["garbled_text"]
    assert "<del><p></del>Yes, <del><b></del>always" in cards["markup"]
    assert "Is there parking?" in cards["empty_answer"] and "N/A" in cards["placeholder"]


def test_the_way_to_fix_is_hers_where_there_are_several(studio: Studio, bring: Bring,
                                                        request_of_ana: gr.Request) -> None:  # fmt: skip
    view = OneFinding(studio, "near_duplicate", "longest").fix(bring(COPIES), request_of_ana)
    shown = studio.examples.view(view.project, view.dataset)
    assert {example.row for example in shown.examples} & {31, 32, 33} == {33}


def test_a_row_is_taken_out_by_pressing_it(
    page: Page, studio: Studio, bring: Bring, request_of_ana: gr.Request
) -> None:
    view, table = bring([]), page.examples.table
    ids = by_part(table.painted, table.paint(view, RowListing()))[table.ids]
    marked, button = table.mark(ids, SimpleNamespace(index=[16, 1]))
    assert (marked, button["value"], button["visible"]) == ("r17", "Take out row 17", True)
    view = table.remove_marked(view, marked, request_of_ana)
    shown = studio.examples.view(view.project, view.dataset)
    assert "r17" not in {example.id for example in shown.examples} and shown.card.dropped == {"removed_by_person": 1}
    with pytest.raises(StudioError, match="No row is chosen"):
        table.remove_marked(view, "", request_of_ana)


def test_the_table_is_filtered_by_a_finding_and_by_a_word(page: Page, studio: Studio, bring: Bring) -> None:
    view, table = bring([*SUNDAY, *LAMP]), page.examples.table
    listing = table.filter_by(RowListing(page=3), "conflicting_answers")
    told = by_part(table.painted, table.paint(view, listing))
    assert [number for number, *_ in told[table.table]["value"]] == ["31", "32", "33", "34", "35"]
    kinds = dict(told[table.kind]["choices"])
    assert kinds["All examples"] == "" and kinds["Contradicting answers (5)"] == "conflicting_answers"
    told = by_part(table.painted, table.paint(view, table.find(listing, "SUNDAY")))
    assert [number for number, *_ in told[table.table]["value"]] == ["31", "32"]


def test_a_smaller_page_begins_near_the_row_that_stood_first(page: Page) -> None:
    assert page.examples.table.resize(RowListing(page=3), 50) == RowListing(page=12, size=50)
    assert page.examples.table.show_all(RowListing(kind="markup", size=50)) == (RowListing(size=50), "")


def test_the_log_tells_the_newest_first_and_by_whom(page: Page, studio: Studio, bring: Bring,
                                                    request_of_ana: gr.Request) -> None:  # fmt: skip
    view = bring([*SUNDAY])
    view, *_ = page.examples.table.add_row(view, "Do you sing?", "Only in spring.", request_of_ana)
    studio.examples.remove(view.project, view.dataset, ["r3"], by="ben")
    shown = studio.examples.view(view.project, view.dataset)
    card, log, undo = page.examples.decisions.repaint(shown)
    log = html.unescape(log)
    assert card["label"] == "What was decided (2)" and undo == "Undo: 1 row taken out by hand."
    assert log.index("by ben") < log.index("An example was added") < log.index("by ana")
    page.examples.decisions.take_back(view, request_of_ana)  # of an old page: what it named goes, not what ben did
    shown = studio.examples.view(view.project, view.dataset)
    assert [one.by for one in shown.decisions] == ["ben"]
    view = page.examples.decisions.take_back(replace(view, mark=shown.mark), request_of_ana)
    assert "r3" in {example.id for example in studio.examples.view(view.project, view.dataset).examples}
