"""The screens on which she decides: one group at a time, with what differs marked, and the next one at once."""

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.services.studio import Studio
from studio.web.mounting import Place
from studio.web.tabs.examples.inbox import example_of, rows_to_show, shown_of, ways_of
from studio.web.tabs.examples.review.conflicts_panel import ConflictsPanel
from studio.web.tabs.examples.review.copies_panel import CopiesPanel
from studio.web.tabs.examples.review.review_screen import ReviewState
from studio.web.tabs.examples.row_listing import rows_named
from studio.web.view import View
from tests.web.conftest import TOPICS, MountedPage, updated

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


def conflicts(page: MountedPage, view: View) -> ConflictsPanel:
    panel: ConflictsPanel = page.screen(view, "conflicts").review
    return panel


def copies(page: MountedPage, view: View) -> CopiesPanel:
    panel: CopiesPanel = page.screen(view, "copies:near_duplicate").review
    return panel


def words(value: Any) -> str:
    return html.unescape(str(value))


def test_the_list_is_one_press_away_and_another_place_is_mounted_anew(page: MountedPage, bring: Bring) -> None:
    panel = conflicts(page, bring([*SUNDAY]))
    back = panel.close(Place("examples", screen="conflicts", turn=2))[panel.frame.place]
    assert (back.screen, back.turn) == ("", 3)


def test_the_pair_is_shown_with_what_differs_marked(page: MountedPage, bring: Bring) -> None:
    panel = conflicts(page, bring(LAMP[:2]))
    pair = words(panel.pair.value)
    assert '<mark class="differs">30</mark>' in pair and '<mark class="differs">14</mark>' in pair
    assert "days, in its own box" in pair and "Left, row 32" in pair and "Right, row 33" in pair
    assert panel.which.visible is False


def test_of_more_than_two_answers_any_two_can_be_compared(page: MountedPage, studio: Studio, bring: Bring,
                                                         request_of_ana: gr.Request) -> None:  # fmt: skip
    view = bring(LAMP)
    panel = conflicts(page, view)
    told = panel.choose_right(view, ReviewState(), 33)
    assert [row for _, row in updated(told[panel.left_one])["choices"]] == [31, 32, 33]
    assert told[panel.rows] == (31, 32, 33) and "There are 3 different answers" in words(told[panel.pair])
    told = panel.choose_left(view, told[panel.state], 32)
    view = panel.keep_left(view, told[panel.rows], request_of_ana)[panel.frame.view]
    left = {example.row for example in studio.examples.view(view.project, view.dataset).examples}
    assert left & {31, 32, 33} == {32}


@pytest.mark.parametrize("choice, left", [("keep_left", {31}), ("keep_right", {32}), ("keep_both", {31, 32})])
def test_contradicting_answers_are_settled(page: MountedPage, studio: Studio, bring: Bring, choice: str,
                                           left: set[int], request_of_ana: gr.Request) -> None:  # fmt: skip
    view = bring([*SUNDAY])
    panel = conflicts(page, view)
    view = getattr(panel, choice)(view, panel.rows.value, request_of_ana)[panel.frame.view]
    shown = studio.examples.view(view.project, view.dataset)
    assert not [finding for finding in shown.findings if finding.kind == "conflicting_answers"]
    assert {example.row for example in shown.examples} & {31, 32} == left


def test_the_next_question_comes_at_once_and_the_decision_keeps_name_and_time(
    page: MountedPage, studio: Studio, bring: Bring, request_of_ana: gr.Request
) -> None:
    view = bring([*SUNDAY, *LAMP])
    panel = conflicts(page, view)
    assert "Question 1 of 2, 2 left" in panel.place.value
    told = panel.keep_left(view, panel.rows.value, request_of_ana)
    view = told[panel.frame.view]
    after = panel.state_of(view, ReviewState())
    assert "Question 2 of 2, 1 left" in after[panel.place] and told[panel.mine] == ""
    at = studio.examples.view(view.project, view.dataset).decisions[-1].at.astimezone()
    assert f"settled by ana, {at:%d %b %Y, %H:%M}" in words(after[panel.log])
    view = panel.take_back(view, request_of_ana)
    assert "Question 1 of 2, 2 left" in panel.state_of(view, ReviewState())[panel.place]


def test_skipping_goes_round_and_leaves_every_question_open(page: MountedPage, bring: Bring) -> None:
    view = bring([*SUNDAY, *LAMP])
    panel = conflicts(page, view)
    told = panel.moved(view, ReviewState())
    seen = []
    for _ in range(3):
        seen.append(told[panel.rows][0])
        told = panel.step_on(view, told[panel.state])
    assert seen == [31, 33, 31] and told[panel.mine] == "", "what was written for one question is not for the next"
    back = panel.step_back(view, panel.step_back(view, told[panel.state])[panel.state])
    assert back[panel.state].at == 1


def test_a_written_answer_may_start_from_one_side(page: MountedPage, studio: Studio, bring: Bring,
                                                  request_of_ana: gr.Request) -> None:  # fmt: skip
    view, rows = bring([*SUNDAY]), (31, 32)
    panel = conflicts(page, view)
    assert panel.copy_left(view, rows)[panel.mine] == SUNDAY[0][1]
    assert panel.copy_right(view, rows)[panel.mine] == SUNDAY[1][1]
    view = panel.write(view, rows, "Only before Christmas.", request_of_ana)[panel.frame.view]
    answers = {e.row: e.answer for e in studio.examples.view(view.project, view.dataset).examples}
    assert answers[31] == answers[32] == "Only before Christmas."
    assert "Every question has its answer now" in panel.state_of(view, ReviewState())[panel.pair]
    with pytest.raises(StudioError, match="decided meanwhile"):
        panel.keep_left(view, rows, request_of_ana)


def test_copies_are_shown_against_the_kept_one_and_the_choice_is_hers(page: MountedPage, studio: Studio, bring: Bring,
                                                                      request_of_ana: gr.Request) -> None:  # fmt: skip
    view = bring(COPIES)
    panel = copies(page, view)
    assert [label for label, _ in panel.kept.choices] == ["Row 32 (the first)", "Row 33", "Row 34 (the fullest)"]
    assert "<ins> now</ins>" in words(panel.copies.value)
    told = panel.choose_left(view, ReviewState(), 33)
    assert told[panel.keep] == "Keep row 34, take out 2 others"
    view = panel.keep_one(view, told[panel.rows], request_of_ana)
    shown = studio.examples.view(view.project, view.dataset)
    assert {example.row for example in shown.examples} & {31, 32, 33} == {33}
    assert shown.card.dropped == {"near_duplicate": 2}
    assert "No copies are left" in panel.state_of(view, ReviewState())[panel.copies]


def test_when_no_copies_of_one_kind_are_left_those_of_the_other_are_told(page: MountedPage, studio: Studio,
                                                                         bring: Bring) -> None:  # fmt: skip
    view = bring([*COPIES, COPIES[0]])
    screen: CopiesPanel = page.screen(view, "copies:exact_duplicate").review
    studio.examples.fix(view.project, view.dataset, "exact_duplicate", by="ana", choice="first")
    said = screen.state_of(view, ReviewState())[screen.copies]
    assert "No exact copies are left. 1 group of near copies waits in the list." in words(said)


@pytest.mark.parametrize("press, left", [("keep_first", {31}), ("keep_longest", {33}), ("not_copies", {31, 32, 33})])
def test_all_groups_at_once_or_no_copies_at_all(page: MountedPage, studio: Studio, bring: Bring, press: str,
                                                left: set[int], request_of_ana: gr.Request) -> None:  # fmt: skip
    view = bring(COPIES)
    panel = copies(page, view)
    rows = [panel.rows.value] if press == "not_copies" else []
    view = getattr(panel, press)(view, *rows, request_of_ana)
    shown = studio.examples.view(view.project, view.dataset, exact=True)
    assert {example.row for example in shown.examples} & {31, 32, 33} == left
    assert not [finding for finding in shown.findings if finding.kind == "near_duplicate"]


def test_each_finding_shows_what_is_meant_on_its_line_and_more_of_it_below(studio: Studio, bring: Bring) -> None:
    view = bring([
        *SUNDAY, ("Is the café open?", "The cafÃ© is open."), ("Is the tea hot?", "The cafÃ© makes it hot."),
        ("May a child use it?", "<p>Yes, <b>always</b>.</p>"), ("Is there parking?", ""), ("And a garden?", "N/A"),
    ])  # fmt: skip
    shown = studio.examples.view(view.project, view.dataset)
    examples = rows_named(shown.examples, rows_to_show(shown))
    lines = {finding.kind: words(example_of(finding, examples)) for finding in shown.findings}
    below = {finding.kind: words(shown_of(finding, examples)) for finding in shown.findings}
    assert lines["conflicting_answers"].startswith("“Do you ship on Sunday?” is answered with “Yes, we do")
    assert '<mark class="differs">' in below["conflicting_answers"]
    assert "<del>cafÃ©</del><ins>café</ins>" in lines["garbled_text"]
    assert below["garbled_text"].count("<del>cafÃ©</del><ins>café</ins>") == 2
    assert "<del><p></del>Yes, <del><b></del>always" in below["markup"]
    assert "Is there parking?" in lines["empty_answer"] and "N/A" in lines["placeholder"]


def test_the_way_to_fix_is_hers_where_there_are_several(page: MountedPage, studio: Studio, bring: Bring) -> None:
    view = bring(COPIES)
    shown = studio.examples.view(view.project, view.dataset)
    finding = next(one for one in shown.findings if one.kind == "near_duplicate")
    assert [act for _, act in ways_of(shown, finding)][:3] == [
        "fix near_duplicate first", "fix near_duplicate longest", "open near_duplicate",
    ]  # fmt: skip


def test_a_settled_question_is_named_in_the_words_that_stand_now(
    page: MountedPage, studio: Studio, bring: Bring, request_of_ana: gr.Request
) -> None:
    view = bring([*SUNDAY])
    panel = conflicts(page, view)
    view = panel.keep_both(view, panel.rows.value, request_of_ana)[panel.frame.view]
    asked = studio.examples.view(view.project, view.dataset).examples[30]
    assert f"Both answers are right. “{asked.question}”" in words(panel.state_of(view, ReviewState())[panel.log])
    studio.examples.edit(
        view.project, view.dataset, asked.id, by="ana", question="Is it open on [DAY]?", answer=asked.answer
    )
    assert "Both answers are right. “Is it open on [DAY]?”" in words(panel.state_of(view, ReviewState())[panel.log])


def test_her_other_columns_tell_which_of_two_answers_is_the_newer(
    page: MountedPage, studio: Studio, tmp_path: Path
) -> None:
    path = tmp_path / "t.csv"
    lines = [
        "Question,Answer,Date",
        *(f'"{asked}","{said}",2024-01-0{n % 9 + 1}' for n, (asked, said) in enumerate(CALM)),
    ]
    (asked, long), (_, short) = LAMP[:2]
    lines += [f'"{asked}","{said}",{year}-03-02' for said, year in ((long, 2023), (short, 2024), (short, 2025))]
    path.write_text("\n".join(lines), encoding="utf-8")
    made = studio.examples.upload(path, path.name, by="ana")
    pair = words(conflicts(page, View(project=made.project, dataset=made.id)).pair.value)
    assert "Left, row 32 · Date: 2023-03-02" in pair
    assert "Right, rows 33 and 34\nRow 33 · Date: 2024-03-02\nRow 34 · Date: 2025-03-02" in pair
