"""A table arrives: its columns are asked about before anything is stored, and her yes opens the project."""

import html
import json
from pathlib import Path

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.services.studio import Studio
from studio.web.mounting import Place
from studio.web.tabs.examples.row_listing import RowListing
from studio.web.tabs.examples.table_uploads import ASKING
from studio.web.view import View, changed
from tests.services.conftest import table as rows_of_a_shop
from tests.web.conftest import MountedPage, accepted, asked_by_ana, asking, updated

AT = Place("examples")


def test_a_file_leads_to_the_question_before_anything_is_stored(page: MountedPage, studio: Studio, table: Path) -> None:
    uploads = page.screen(View()).uploads
    there = uploads.arrive(View(), AT, str(table), asked_by_ana())[uploads.frame.place]
    assert there.screen.startswith(ASKING) and there.turn == 1
    columns = page.screen(View(), there.screen).columns
    assert "Is this right?" in columns.head.value and "54 rows" in columns.head.value
    assert "What does the kettle cost?" in columns.preview.value
    assert (columns.question.value, columns.answer.value) == ("question", "answer")
    assert not studio.home.all_projects()


def test_her_yes_makes_a_project_named_after_the_file_and_opens_it_in_one_answer(
    page: MountedPage, studio: Studio, table: Path
) -> None:
    columns = asking(page, table)
    updates = columns.accept(View(), AT, "question", "answer", "(none)", asked_by_ana())
    view, place = updates[columns.frame.view], updates[columns.frame.place]
    assert [project.title for project in studio.home.all_projects()] == ["tickets"]
    assert (place.project, place.screen, view.project) == (view.project, "", view.project)
    again = columns.accept(View(), AT, "question", "answer", "(none)", asked_by_ana())[columns.frame.view]
    assert (again.dataset, len(studio.home.all_projects())) == (view.dataset, 1), "the same yes once more"


def test_a_question_about_a_file_that_is_gone_is_not_asked(page: MountedPage, table: Path) -> None:
    assert hasattr(page.screen(View(), ASKING + "0123"), "start")
    view = accepted(page, table, asked_by_ana())
    assert hasattr(page.screen(view, ASKING + "0123"), "list")


def test_no_takes_her_back_to_where_she_came_from(page: MountedPage, table: Path) -> None:
    columns = asking(page, table)
    there = columns.leave(Place("examples", screen="columns:x", turn=4))[columns.frame.place]
    assert (there.screen, there.turn) == ("", 5)


@pytest.mark.parametrize("name, content, said", [
    ("empty.csv", b"", "empty"),
    ("picture.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, ""),
    ("header.csv", b"question,answer\n", ""),
])  # fmt: skip
def test_a_bad_file_leaves_a_sentence_and_nothing_else(page: MountedPage, studio: Studio, tmp_path: Path, name: str,
                                                       content: bytes, said: str) -> None:  # fmt: skip
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(StudioError) as wrong:
        page.screen(View()).uploads.arrive(View(), AT, str(path), asked_by_ana())
    assert said in str(wrong.value) and len(str(wrong.value)) < 300
    assert not path.exists(), "an uploaded copy that cannot be read is not kept"
    assert not studio.home.all_projects()


def test_a_broken_line_is_told_by_its_number(page: MountedPage, tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text('{"question": "What?", "answer": "That."}\n{"question": \n{"question": "Who?", "answer": "Me."}\n')
    assert "Line 2 is no JSON" in html.unescape(asking(page, path).head.value)


def test_columns_that_nobody_can_guess_are_asked_for(page: MountedPage, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("a,b,c,d,e\n" + "\n".join(f"{n} one,{n} two,{n} three,{n} four,{n} five" for n in range(30)))
    columns = asking(page, path)
    assert len(columns.answer.choices) == 5
    assert "five" in columns.show_pairs("a", "e", "(none)")[columns.preview]


def test_question_and_answer_cannot_be_one_column(page: MountedPage, table: Path) -> None:
    with pytest.raises(StudioError, match="two different columns"):
        asking(page, table).show_pairs("answer", "answer", "(none)")


def test_columns_that_are_still_to_be_chosen_are_shown_with_their_first_cells(
    page: MountedPage, tmp_path: Path
) -> None:
    path = tmp_path / "day.json"
    rows = [
        {"user": f"U0{n}AA", "text": f"Is <b> boat {n} back?", "ts": f"17{n}.0", "type": "message"} for n in range(4)
    ]
    path.write_text(json.dumps(rows))
    columns = asking(page, path)
    shown = html.unescape(columns.preview.value)
    assert not columns.answer.value and "Choose which columns" in shown
    assert "<td>text</td><td>Is <b> boat 0 back?</td><td>Is <b> boat 1 back?</td>" in shown
    assert "Row 3" in shown and "boat 3" not in shown and "<b>" not in columns.preview.value


def test_a_doubt_about_the_columns_stands_above_them(page: MountedPage, studio: Studio, tmp_path: Path,
                                                     request_of_ana: gr.Request) -> None:  # fmt: skip
    """Nothing is chosen for her: without questions her yes is a sentence, with “(none)” they are texts."""
    path = tmp_path / "replies.csv"
    path.write_text("reply,id\n" + "".join(f"We are open on day {n} of the month.,{n}\n" for n in range(30)))
    columns = asking(page, path)
    assert columns.question.value is None and columns.answer.value == "reply"
    assert columns.doubt.visible and "“reply” sounds like the answers" in html.unescape(columns.doubt.value)
    shown = columns.show_pairs("(none)", "reply", "(none)")[columns.preview]
    assert "We are open on day 0" in html.unescape(shown)
    with pytest.raises(StudioError, match="No column is chosen for the questions"):
        columns.accept(View(), AT, None, "reply", "(none)", request_of_ana)
    view = columns.accept(View(), AT, "(none)", "reply", "(none)", request_of_ana)[columns.frame.view]
    stored = studio.examples.view(view.project, view.dataset).card.mapping
    assert (stored.schema_name, stored.question, stored.doubt) == ("text", "", "")


def test_a_chosen_answer_stands_in_no_question(page: MountedPage, tmp_path: Path) -> None:
    path = tmp_path / "passages.csv"
    path.write_text("question,context,answer\nWho has it?,The key lies with Ana.,Ana.\n")
    columns = asking(page, path)
    assert columns.context.value == "context"
    assert columns.show_pairs("question", "context", "context")[columns.preview].count("The key lies with Ana") == 1
    with pytest.raises(StudioError, match="“answer” is chosen twice"):
        columns.show_pairs("question", "answer", "answer")


def test_rows_that_belong_together_and_parts_are_chosen_before_her_yes(page: MountedPage, studio: Studio,
                                                                       tmp_path: Path,
                                                                       request_of_ana: gr.Request) -> None:  # fmt: skip
    path = tmp_path / "t.csv"
    lines = [
        f"What about thing {n}?,It is thing {n} of all.,k{n // 3},{'test' if n > 25 else 'train'}" for n in range(40)
    ]
    path.write_text("\n".join(["question,answer,owner,teil", *lines]))
    columns = asking(page, path)
    head = html.unescape(columns.tie("owner", "teil")[columns.head])
    assert "Rows with the same “owner” stay together" in head and "as “teil” says" in head
    view = columns.accept(View(), AT, "question", "answer", "(none)", request_of_ana)[columns.frame.view]
    rows = studio.examples.view(view.project, view.dataset).examples
    assert (rows[4].group, rows[4].part, rows[39].part) == ("k1", "train", "exam")
    with pytest.raises(StudioError, match="does not say train"):
        asking(page, path).tie("owner", "question")


def test_her_saved_table_is_known_again_in_the_same_project(page: MountedPage, studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    lines = [f'"Thing {n} is ready for {n} people.","Thing {n}?",S{n % 3}' for n in range(24)]
    path.write_text("\n".join(["One,Two,Three", *lines]), encoding="utf-8")
    columns = asking(page, path)
    columns.tie("Three", "(none)")
    made = columns.accept(View(), AT, "Two", "One", "(none)", asked_by_ana())[columns.frame.view]
    saved = studio.examples.export(made.project, made.dataset, "csv")
    key = page.waiting.take(saved, saved.name, project=made.project)
    again = page.screen(made, ASKING + key).columns
    assert (again.question.value, again.answer.value, again.group.value) == ("Two", "One", "Three")
    assert "together, in the examples or in the exam" in again.head.value


def timetable(folder: Path) -> Path:
    """Rows of which a column says one and the same name."""
    path = folder / "lessons.csv"
    head, *lines = rows_of_a_shop().splitlines()
    path.write_text("\n".join([f"{head},teacher", *(f"{line},Ada" for line in lines)]), encoding="utf-8")
    return path


BARS = "No exam can be set aside while rows with the same “teacher” stay together: 1 group is too few, or too alike."


def test_a_column_that_leaves_no_exam_is_told_where_it_is_chosen_with_the_way_out(
    page: MountedPage, tmp_path: Path
) -> None:
    columns = asking(page, timetable(tmp_path))
    told = columns.tie("teacher", "(none)")
    assert BARS in html.unescape(updated(told[columns.bars])["value"]) and updated(told[columns.untie])["visible"]
    back = columns.untied("(none)")
    assert updated(back[columns.group])["value"] == "(none)" and not updated(back[columns.untie])["visible"]
    made = columns.accept(View(), AT, "question", "answer", "(none)", asked_by_ana())[columns.frame.view]
    assert page.screen(made).list.studio.examples.view(made.project, made.dataset).card.mapping.group == ""


def test_the_list_and_the_plan_offer_the_same_way_out(page: MountedPage, studio: Studio, tmp_path: Path) -> None:
    columns = asking(page, timetable(tmp_path))
    columns.tie("teacher", "(none)")
    view = columns.accept(View(), AT, "question", "answer", "(none)", asked_by_ana())[columns.frame.view]
    done = studio.examples.remove(view.project, view.dataset, ["r1"], by="ana")
    view = changed(view, done)
    screen = page.screen(view).list
    assert BARS in html.unescape(screen.split.value) and 'value="untie"' in screen.split.value
    plan = page.opened("model", view).plan
    told: dict[object, object] = {}
    for step in plan.work_out(view):
        told |= step
    assert BARS in html.unescape(str(told[plan.plan])) and updated(told[plan.untie])["visible"]
    loose = plan.let_loose(view, asked_by_ana())
    after = studio.examples.view(loose.project, loose.dataset)
    assert (after.card.mapping.group, len(after.examples)) == ("", 47), "what was decided stays"
    assert not studio.examples.set_aside(after).why
    press = json.dumps({"press": "untie", "seen": view.mark, "nonce": "1"})
    again = screen.press(view, AT, RowListing(), press, asked_by_ana())[screen.frame.view]
    assert again.dataset == loose.dataset, "the same press is one act"


def test_her_yes_without_a_column_of_answers_is_a_sentence_and_stores_nothing(
    page: MountedPage, studio: Studio, tmp_path: Path, request_of_ana: gr.Request
) -> None:
    path = tmp_path / "letters.csv"
    lines = "".join(f"Boat {n},Boat {n} is back.,Ute,Pier {n},high,north\n" for n in range(30))
    path.write_text("Subject,Body,From: (Name),To: (Name),Importance,Side\n" + lines)
    columns = asking(page, path)
    assert not columns.answer.value and columns.yes.variant == "secondary"
    chosen = columns.question.value, columns.answer.value, columns.context.value
    with pytest.raises(StudioError, match="No column is chosen for the answers"):
        columns.accept(View(), AT, *chosen, request_of_ana)
    assert not studio.home.all_projects()
