"""The first tab: a table comes in, is confirmed, mended, edited and saved, without a browser."""

import html
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.services.datasets.dataset_view import DatasetView
from studio.services.studio import Studio
from studio.web.app import Page
from studio.web.copy import examples as say
from studio.web.tabs.examples.findings_panel import FindingEvents, OneFinding, ruled, ways_offered
from studio.web.tabs.examples.review.review_screen import ReviewState
from studio.web.tabs.examples.row_listing import RowListing
from studio.web.view import View
from tests.web.conftest import asked_by_ana, asked_of, by_part, in_a_loop

Loaded = Callable[[], View]


def examples_now(page: Page, view: View) -> dict[Any, Any]:
    return by_part(page.examples.painted, page.examples.paint(view, "", RowListing()))


def html_of(value: Any) -> str:
    return str(value["value"]) if isinstance(value, dict) else str(value)


def test_a_file_is_asked_about_before_anything_is_stored(page: Page, studio: Studio, table: Path) -> None:
    columns = page.examples.columns
    _, _, *told, _ = columns.arrive(View(), str(table), asked_by_ana())
    asked = by_part(columns.panel, told)
    assert "Is this right?" in asked[columns.head] and "54 rows" in asked[columns.head]
    assert "What does the kettle cost?" in asked[columns.preview]
    assert asked[columns.question]["value"] == "question" and asked[columns.answer]["value"] == "answer"
    assert not studio.home.all_projects()


def test_a_late_repaint_does_not_take_the_question_away(page: Page, table: Path) -> None:
    key = page.examples.columns.arrive(View(), str(table), asked_by_ana())[0]
    start, confirm, rest, *_ = page.examples.paint(View(stamp=1), key, RowListing())
    assert (start["visible"], confirm["visible"], rest["visible"]) == (False, True, False)


def test_her_yes_makes_a_project_named_after_the_file(page: Page, studio: Studio, loaded: Loaded) -> None:
    view = loaded()
    assert [project.title for project in studio.home.all_projects()] == ["tickets"]
    told = examples_now(page, view)
    assert "54 examples" in told[page.examples.headline]
    assert "54 rows in the file, all 54 kept." in html.unescape(told[page.examples.account])


@pytest.mark.parametrize("name, content, said", [
    ("empty.csv", b"", "empty"),
    ("picture.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, ""),
    ("header.csv", b"question,answer\n", ""),
])  # fmt: skip
def test_a_bad_file_leaves_a_sentence_and_nothing_else(page: Page, studio: Studio, tmp_path: Path, name: str,
                                                       content: bytes, said: str) -> None:  # fmt: skip
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(StudioError) as wrong:
        page.examples.columns.arrive(View(), str(path), asked_by_ana())
    assert said in str(wrong.value) and len(str(wrong.value)) < 300
    assert not path.exists(), "an uploaded copy that cannot be read is not kept"
    assert not studio.home.all_projects()


def test_a_broken_line_is_told_by_its_number(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text('{"question": "What?", "answer": "That."}\n{"question": \n{"question": "Who?", "answer": "Me."}\n')
    head = page.examples.columns.arrive(View(), str(path), asked_by_ana())[4]
    assert "Line 2 is no JSON" in html.unescape(head)


def test_a_chosen_model_that_reads_less_is_told_of_beside_the_rows(page: Page, studio: Studio, tmp_path: Path,
                                                                   loaded: Loaded) -> None:  # fmt: skip
    folder = tmp_path / "tiny-llama"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    view = replace(loaded(), model=str(folder))
    studio.examples.add(view.project, view.dataset, by="ana", question="clang " * 1500, answer="Ten of them.")
    assert "tiny-llama" not in examples_now(page, view)[page.examples.parts], "no plan was made with it"
    painted = html.unescape(examples_now(page, replace(view, proposed=str(folder)))[page.examples.parts])
    assert "“tiny-llama” is chosen and cannot read more than 1,024 pieces." in painted
    assert "The whole answer of 1 row is lost" in painted


def test_columns_that_nobody_can_guess_are_asked_for(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("a,b,c,d,e\n" + "\n".join(f"{n} one,{n} two,{n} three,{n} four,{n} five" for n in range(30)))
    key = page.examples.columns.tables.take(path, path.name)
    columns = page.examples.columns
    asked = asked_of(columns, key)
    assert set(asked[columns.answer]["choices"][0]) and asked[columns.confirm]["visible"] is True
    assert "five" in page.examples.columns.look(key, "a", "e", "(none)", "", "")


def test_question_and_answer_cannot_be_one_column(page: Page, table: Path) -> None:
    key = page.examples.columns.tables.take(table, table.name)
    with pytest.raises(StudioError, match="two different columns"):
        page.examples.columns.look(key, "answer", "answer", "(none)", "", "")


def test_a_doubt_about_the_columns_stands_above_them(page: Page, studio: Studio, tmp_path: Path,
                                                     request_of_ana: gr.Request) -> None:  # fmt: skip
    """Nothing is chosen for her: without questions her yes is a sentence, with “(none)” they are texts."""
    path = tmp_path / "replies.csv"
    path.write_text("reply,id\n" + "".join(f"We are open on day {n} of the month.,{n}\n" for n in range(30)))
    columns = page.examples.columns
    key = columns.tables.take(path, path.name)
    asked = asked_of(columns, key)
    assert asked[columns.question]["value"] is None and asked[columns.answer]["value"] == "reply"
    doubt = asked[columns.doubt]
    assert doubt["visible"] and "“reply” sounds like the answers" in html.unescape(doubt["value"])
    assert "We are open on day 0" in html.unescape(columns.look(key, "(none)", "reply", "(none)", "", ""))
    with pytest.raises(StudioError, match="No column is chosen for the questions"):
        columns.accept(View(), key, None, "reply", "(none)", "", "", request_of_ana)
    view, _ = columns.accept(View(), key, "(none)", "reply", "(none)", "", "", request_of_ana)
    stored = studio.examples.view(view.project, view.dataset).card.mapping
    assert (stored.schema_name, stored.question, stored.doubt) == ("text", "", "")


def test_a_chosen_answer_stands_in_no_question(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "passages.csv"
    path.write_text("question,context,answer\nWho has it?,The key lies with Ana.,Ana.\n")
    columns = page.examples.columns
    key = columns.tables.take(path, path.name)
    assert asked_of(columns, key)[columns.context]["value"] == "context"
    seen = columns.look(key, "question", "context", "context", "", "")
    assert seen.count("The key lies with Ana") == 1
    with pytest.raises(StudioError, match="“answer” is chosen twice"):
        columns.look(key, "question", "answer", "answer", "", "")


def test_fixing_and_undoing_come_back_to_where_it_was(page: Page, studio: Studio, loaded: Loaded,
                                                      request_of_ana: gr.Request) -> None:  # fmt: skip
    view = loaded()
    before = studio.examples.view(view.project, view.dataset)
    fixed = page.examples.findings.fix_everything(view, request_of_ana)
    after = studio.examples.view(fixed.project, fixed.dataset)
    assert len(after.examples) < len(before.examples) and fixed.stamp > view.stamp
    assert after.card.rows_in == len(after.examples) + sum(after.card.dropped.values())
    for _ in after.decisions:
        fixed = page.examples.findings.take_back(fixed, request_of_ana)
    assert studio.examples.view(fixed.project, fixed.dataset).examples == before.examples


def test_one_finding_is_fixed_or_left(page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request) -> None:
    view = loaded()
    kinds = {finding.kind for finding in studio.examples.view(view.project, view.dataset).findings}
    assert {"empty_answer", "exact_duplicate", "conflicting_answers"} <= kinds
    view = OneFinding(studio, "empty_answer").fix(view, request_of_ana)
    view = OneFinding(studio, "exact_duplicate").dismiss(view, request_of_ana)
    left = {finding.kind for finding in studio.examples.view(view.project, view.dataset).findings}
    assert not {"empty_answer", "exact_duplicate"} & left


@pytest.mark.parametrize("choice", ["keep_left", "keep_right", "keep_both"])
def test_contradicting_answers_are_settled(page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request,
                                           choice: str) -> None:  # fmt: skip
    view = loaded()
    shown = studio.examples.view(view.project, view.dataset)
    finding = next(finding for finding in shown.findings if finding.kind == "conflicting_answers")
    painted = page.examples.conflicts.paint(view, ReviewState("conflicting_answers", view.project))
    rows = painted[page.examples.conflicts.painted.index(page.examples.conflicts.rows)]
    view, _ = getattr(page.examples.conflicts, choice)(view, rows, request_of_ana)
    left = studio.examples.view(view.project, view.dataset)
    assert not [f for f in left.findings if f.kind == "conflicting_answers" and finding.groups[0] in f.groups]
    assert len(left.examples) == len(shown.examples) - (choice != "keep_both")


def test_every_finding_can_be_drawn_with_its_buttons(own_page: Page, studio: Studio, loaded: Loaded) -> None:
    view = loaded()
    shown = studio.examples.view(view.project, view.dataset)

    async def draw() -> None:  # as in the fixture: Gradio needs a running loop to leave none behind
        with own_page.blocks["examples"]:
            own_page.examples.findings.draw(shown, FindingEvents(gr.State(), gr.State(), gr.State(), gr.Markdown()))

    in_a_loop(draw)
    labels = {block.value for block in own_page.blocks["examples"].blocks.values() if isinstance(block, gr.Button)}
    assert {"Take them out", "Keep one of each", "Settle them", "Show rows", "Leave as is"} <= labels
    assert {"Keep the left", "Use mine"} <= labels


def test_what_can_wait_is_folded_away_under_what_matters(page: Page, studio: Studio, loaded: Loaded) -> None:
    view = loaded()
    shown = studio.examples.view(view.project, view.dataset)
    waiting = [finding for finding in shown.findings if finding.severity not in ("stop", "serious")]
    assert 0 < len(waiting) < len(shown.findings)

    def folds(left: DatasetView) -> list[tuple[str, bool]]:
        async def draw() -> gr.Blocks:
            with gr.Blocks() as made:
                page.examples.findings.draw(left, FindingEvents(gr.State(), gr.State(), gr.State(), gr.Markdown()))
            return made

        drawn = in_a_loop(draw).blocks.values()
        return [(b.label, b.open) for b in drawn if isinstance(b, gr.Accordion) and "fold" in (b.elem_classes or ())]

    label = f"Worth a look ({len(waiting)})"
    assert folds(shown) == [(label, False)]
    assert folds(replace(shown, findings=tuple(waiting))) == [(label, True)]  # nothing else is left to look at
    assert folds(replace(shown, findings=())) == []


def test_a_cell_is_rewritten_once_even_when_it_is_told_twice(page: Page, studio: Studio, loaded: Loaded,
                                                             request_of_ana: gr.Request) -> None:  # fmt: skip
    view = loaded()
    table = page.examples.table
    ids = by_part(table.painted, table.paint(view, RowListing()))[table.ids]
    old = studio.examples.view(view.project, view.dataset).examples[2].answer
    event = SimpleNamespace(index=[2, 2], value="A better answer.", previous_value=old)
    after = page.examples.table.edit(view, ids, event, request_of_ana)
    again = page.examples.table.edit(after, ids, event, request_of_ana)
    shown = studio.examples.view(after.project, after.dataset)
    assert len(shown.decisions) == 1
    assert again == gr.skip()  # never an older look than the one that the page has by now
    assert next(e for e in shown.examples if e.id == ids[2]).answer == "A better answer."


def test_a_row_is_known_by_what_stood_in_it_even_when_the_browser_sorted_the_table(
    page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    view = loaded()
    table = page.examples.table
    ids = by_part(table.painted, table.paint(view, RowListing()))[table.ids]
    rows = studio.examples.view(view.project, view.dataset).examples
    asked = [example.question for example in rows]
    third = next(example for example in rows[2:] if asked.count(example.question) == 1)
    event = SimpleNamespace(index=[0, 1], value="Another question?", previous_value=third.question)
    after = page.examples.table.edit(view, ids, event, request_of_ana)
    shown = studio.examples.view(after.project, after.dataset)
    assert next(e for e in shown.examples if e.id == third.id).question == "Another question?"
    lost = SimpleNamespace(index=[0, 1], value="What?", previous_value="nobody ever asked this")
    with pytest.raises(StudioError, match="not clear which row"):
        page.examples.table.edit(after, ids, lost, request_of_ana)


def test_an_edit_of_a_row_that_somebody_else_rewrote_goes_into_no_other_row(
    page: Page, studio: Studio, tmp_path: Path, request_of_ana: gr.Request
) -> None:
    path = tmp_path / "same.csv"
    lines = ["What is a lamp?,It gives light.", "Which one burns?,It gives light.", "Do you sing?,Only in spring."]
    path.write_text("question,answer\n" + "\n".join(lines) + "\n", encoding="utf-8")
    shown = studio.examples.upload(path, path.name, by="ana")
    view = View(project=shown.project, dataset=shown.id, mark=shown.mark)
    table = page.examples.table
    ids = by_part(table.painted, table.paint(view, RowListing()))[table.ids]
    studio.examples.edit(view.project, view.dataset, "r1", by="ben", question="What is a lamp?", answer="Ben's.")
    event = SimpleNamespace(index=[0, 2], value="Ana's.", previous_value="It gives light.")
    with pytest.raises(StudioError, match="ben changed row 1 after you looked"):
        page.examples.table.edit(view, ids, event, request_of_ana)
    answers = [example.answer for example in studio.examples.view(view.project, view.dataset).examples]
    assert answers == ["Ben's.", "It gives light.", "Only in spring."]


def test_the_row_number_cannot_be_rewritten(page: Page, loaded: Loaded, request_of_ana: gr.Request) -> None:
    view = loaded()
    event = SimpleNamespace(index=[0, 0], value="9", previous_value="1")
    assert page.examples.table.edit(view, ("r1",), event, request_of_ana) == gr.skip()


def test_rows_are_found_added_and_taken_out(
    page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    view = loaded()
    found = page.examples.table.paint(view, RowListing(search="Sunday"))
    assert len(found[0]["value"]) == 2
    view, *_ = page.examples.table.add_row(view, "Do you sing?", "Only in spring.", request_of_ana)
    view, *_ = page.examples.table.remove_rows(view, "1, 2", False, request_of_ana)
    ids = [example.id for example in studio.examples.view(view.project, view.dataset).examples]
    assert "a1" in ids and not {"r1", "r2"} & set(ids)
    with pytest.raises(StudioError, match="no row 999"):
        page.examples.table.remove_rows(view, "999", False, request_of_ana)


def test_a_withdrawn_row_leaves_the_exam_too(
    page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    view = loaded()
    studio.runs.launch(view.project, view.dataset, Recipe(), by="ana")
    exam = studio.home.exam(view.project)
    assert exam is not None
    gone = exam.examples[0].id
    after, *box = page.examples.table.remove_rows(view, gone.removeprefix("r"), True, request_of_ana)
    assert box == ["", False], "the next row is not withdrawn unasked"
    left = studio.home.exam(view.project)
    assert left is not None and gone not in {example.id for example in left.examples}
    assert gone not in {e.id for e in studio.examples.view(after.project, after.dataset).examples}


def test_long_tables_come_in_pages(page: Page, tmp_path: Path, request_of_ana: gr.Request) -> None:
    path = tmp_path / "long.csv"
    path.write_text(
        "question,answer\n" + "\n".join(f"What about thing {n}?,It is thing {n} of all." for n in range(450))
    )
    columns = page.examples.columns
    view, _ = columns.accept(
        View(), columns.tables.take(path, path.name), "question", "answer", "(none)", "", "", request_of_ana
    )
    sizes = [len(page.examples.table.paint(view, RowListing(page=n))[0]["value"]) for n in range(4)]
    assert sizes == [200, 200, 50, 50]


@pytest.mark.parametrize("form", ["csv", "csv_for_excel", "csv_for_excel_semicolons", "xlsx", "jsonl"])
def test_what_is_saved_is_offered_to_this_session_only(page: Page, loaded: Loaded, request_of_ana: gr.Request,
                                                       form: str, offered: list[tuple[str, Path]]) -> None:  # fmt: skip
    said = getattr(page.examples, f"export_{form}")(loaded(), request_of_ana)
    session, path = offered[-1]
    assert session == "s1" and path.is_file() and 'href="/studio/files/' in said


def test_the_export_for_excel_says_which_rows_excel_would_cut(page: Page, loaded: Loaded,
                                                              request_of_ana: gr.Request) -> None:  # fmt: skip
    view, _, _ = page.examples.table.add_row(loaded(), "How long is it?", "The pier is long. " * 2_000, request_of_ana)
    said = html.unescape(page.examples.export_csv_for_excel_semicolons(view, request_of_ana))
    assert "1 row has a cell of more than 32,767 letters, which Excel cuts: row a1." in said
    assert "Excel cuts" not in page.examples.export_jsonl(view, request_of_ana)
    with pytest.raises(StudioError, match="more than Excel can hold"):
        page.examples.export_xlsx(view, request_of_ana)


def test_a_colleague_decides_in_a_sheet_that_comes_back(page: Page, studio: Studio, loaded: Loaded, tmp_path: Path,
                                                        offered: list[tuple[str, Path]],
                                                        request_of_ana: gr.Request) -> None:  # fmt: skip
    view = loaded()
    page.examples.save_sheet(view, request_of_ana)
    ((_, sheet),) = offered
    lines = sheet.read_text(encoding="utf-8-sig").splitlines()
    empty = next(number for number, line in enumerate(lines) if line.startswith("empty_answer"))
    lines[empty] = lines[empty].removesuffix(",,") + ",fix,"
    back = tmp_path / "decided.csv"
    back.write_text("\n".join(lines), encoding="utf-8-sig")
    after, _ = page.examples.bring_sheet(view, str(back), request_of_ana)
    assert studio.examples.view(after.project, after.dataset).card.dropped == {"empty_answer": 1}
    assert not back.exists()


def test_a_table_of_few_rows_is_shown_with_the_reason_why_it_cannot_teach_yet(
    page: Page, studio: Studio, tmp_path: Path
) -> None:
    path = tmp_path / "few.csv"
    path.write_text("question,answer\nDo you mend lamps?,Gladly.\nDo you mend chairs?,On Mondays.\n")
    shown = studio.examples.upload(path, path.name, by="ana")
    painted = page.examples.paint(View(project=shown.project, dataset=shown.id), "", RowListing())
    assert "2 examples are too few" in html.unescape(str(painted))


def test_a_fix_that_would_take_out_most_rows_is_told_and_not_offered(
    page: Page, studio: Studio, tmp_path: Path, request_of_ana: gr.Request
) -> None:
    lines = [
        f"Where is boat {n} of the harbour?,{'' if n < 20 else f'At pier {n} behind shed {n}.'}" for n in range(30)
    ]
    path = tmp_path / "boats.csv"
    path.write_text("question,answer\n" + "\n".join(lines) + "\n")
    view, _ = accepted(page, path, request_of_ana)
    shown = studio.examples.view(view.project, view.dataset)
    finding = next(one for one in shown.findings if one.kind == "empty_answer")
    assert ways_offered(shown, finding) == []
    assert "empty_answer" not in ruled(shown)
    assert say.most_lost(20, 30).startswith("Taking them out would leave out 20 of 30 rows.")
    fixed = page.examples.findings.fix_everything(view, request_of_ana)
    assert len(studio.examples.view(fixed.project, fixed.dataset).examples) == 30


def test_rows_left_out_are_listed_with_their_reason(page: Page, tmp_path: Path, request_of_ana: gr.Request) -> None:
    lines = [f"Where is boat {n} of the harbour?,At pier {n}." for n in range(30)]
    path = tmp_path / "boats.csv"
    path.write_text("question,answer\n,\n" + "\n".join(lines) + "\n")
    view, _ = accepted(page, path, request_of_ana)
    painted = html.unescape(examples_now(page, view)[page.examples.account])
    assert "1 row left out, blank: row 1." in painted


def accepted(page: Page, path: Path, request: gr.Request) -> tuple[View, Any]:
    columns = page.examples.columns
    key = columns.tables.take(path, path.name)
    view, more = columns.accept(View(), key, "question", "answer", "(none)", "", "", request)
    return view, more
