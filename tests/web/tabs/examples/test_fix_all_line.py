"""What “Fix all” says is what the cards say and what it does; rows in an open contradiction wait."""

import html
import json
from dataclasses import replace
from pathlib import Path

import gradio as gr

from studio.copy.catalog import say
from studio.services.studio import Studio
from studio.web.mounting import Place
from studio.web.tabs.examples.inbox import ASKED_FIRST, fix_all_line, inbox, ruled, ways_of, ways_offered
from studio.web.tabs.examples.row_listing import RowListing
from studio.web.view import View
from tests.services.conftest import table
from tests.web.conftest import MountedPage, accepted, asked_by_ana

PRICE = "Castrating a cat costs {} pounds and that includes a night with us and the tablets for the week after it."
OPEN = "".join(f'"How much is it to castrate a cat?","{PRICE.format(price)}"\n' for price in (65, 78, 78))
TEXT = table() + "Who hums?,\nWhat does the kettle cost? (0),The kettle number 0 is ready for 0 people.\n"


def brought(page: MountedPage, folder: Path, text: str, request: gr.Request) -> View:
    path = folder / "mails.csv"
    path.write_text(text, "utf-8")
    return accepted(page, path, request)


def test_the_line_names_each_kind_with_its_rows_and_each_card_its_share(
    page: MountedPage, studio: Studio, tmp_path: Path, request_of_ana: gr.Request
) -> None:
    view = brought(page, tmp_path, TEXT + OPEN, request_of_ana)
    screen = page.screen(view).list
    said = html.unescape(screen.state_of(view, RowListing())[screen.inbox])
    assert "“Fix all” takes out 2 rows. One Undo takes all of it back." in said
    assert "No answer: 1 row taken out (50)." in said and "Exact copies: 1 row taken out (51)." in said
    assert said.count("“Fix all” takes out 1 row.") == 2, "each card says its own share"
    assert "1 of them belongs to questions with answers that differ, and waits: settle those first." in said
    shown = studio.examples.view(view.project, view.dataset)
    told = studio.examples.fix_all_preview(view.project, view.dataset, kinds=ruled(shown), choices=ASKED_FIRST)
    press = json.dumps({"press": "fix_all", "seen": view.mark, "nonce": "1"})
    done = screen.press(view, Place("examples"), RowListing(), press, asked_by_ana())[screen.frame.view]
    after = studio.examples.view(done.project, done.dataset)
    assert {one.id for one in shown.examples} - {one.id for one in after.examples} == set(told.ids_out)
    assert sum(one.question == "How much is it to castrate a cat?" for one in after.examples) == 3


def test_where_all_copies_wait_no_button_takes_them_out(
    page: MountedPage, tmp_path: Path, request_of_ana: gr.Request
) -> None:
    view = brought(page, tmp_path, table() + OPEN, request_of_ana)
    screen = page.screen(view).list
    said = html.unescape(screen.state_of(view, RowListing())[screen.inbox])
    assert "“Fix all” has nothing to do yet: what is left waits for your decision." in said
    assert "It belongs to a question with answers that differ: settle that first." in said
    assert "fix exact_duplicate" not in said and "fix_all" not in said


def test_where_words_were_changed_it_says_why_more_rows_may_be_copies(studio: Studio, tmp_path: Path) -> None:
    rows = [f"Whom may I ask about key {n}?,Ask in the office by the gate on floor {n}." for n in range(20)]
    rows += ["May I bring a dog?,Yes; write to ana@post.example first.", "May I bring a cat?,No; none at all."]
    path = tmp_path / "office.csv"
    path.write_text("\n".join(["question,answer", *rows, rows[-1]]), encoding="utf-8")
    shown = studio.imports.import_file(path, "office", by="ana")
    told = say("examples.fix_all_copies")
    before = html.unescape(fix_all_line(shown, studio.examples.fix_all_preview(shown.project, shown.id)))
    assert before and told not in before
    shown = studio.examples.fix(shown.project, shown.id, "private_details", by="ana")
    assert told in html.unescape(fix_all_line(shown, studio.examples.fix_all_preview(shown.project, shown.id)))


GREETED = "Dear Mrs {0}, may we bring a dog into the garden on a day without rain?,You may. Keep it on a lead."


def test_copies_that_hiding_names_would_make_of_most_rows_wait_for_a_look(studio: Studio, tmp_path: Path) -> None:
    names = [
        f"{first}{last}"
        for first in ("Quill", "Brand", "Marsh", "Kemp")
        for last in ("er", "ton", "by", "field", "wood", "ley")
    ]
    path = tmp_path / "garden.csv"
    path.write_text("\n".join(["question,answer", *map(GREETED.format, names)]), encoding="utf-8")
    shown = studio.imports.import_file(path, "garden", by="ana")
    shown = studio.examples.fix(shown.project, shown.id, "possible_personal", by="ana", choice="mask")
    (seen,) = [one for one in shown.findings if one.kind == "near_duplicate"]
    assert seen.count == len(names) - 1 and "of your rows: look at some first" in seen.sentence
    told = studio.examples.fix_all_preview(shown.project, shown.id, kinds=ruled(shown), choices=ASKED_FIRST)
    assert told.rows_out == 0 and ways_of(shown, seen)[0][1] == "open near_duplicate", "looking comes first"
    after = studio.examples.fix(shown.project, shown.id, "near_duplicate", by="ana")
    assert len(after.examples) == 1, "it is done where she says so"


SIGNED = (
    '"May I see the {0}?\n\nBest wishes\nPat Quill","Yes, the {0} stands in hall {1}.\n\nKind regards,\nOlga Brandt"'
)


def test_signatures_are_offered_to_be_taken_out_only_where_they_stand(studio: Studio, tmp_path: Path) -> None:
    things = ["anchor", "buoy", "chart", "dinghy", "ensign", "fender", "gaff", "halyard", "jib", "keel"]
    path = tmp_path / "mails.csv"
    path.write_text("\n".join(["question,answer", *(SIGNED.format(*o) for o in zip(things, range(10), strict=True))]))
    shown = studio.imports.import_file(path, "harbour", by="ana")
    (seen,) = [one for one in shown.findings if one.kind == "mail_signature"]
    assert [choice for choice, _ in ways_offered(shown, seen)] == ["answers", "questions", "take_out"]
    shown = studio.examples.fix(shown.project, shown.id, "mail_signature", by="ana", choice="answers")
    (seen,) = [one for one in shown.findings if one.kind == "mail_signature"]
    assert [choice for choice, _ in ways_offered(shown, seen)] == ["questions"]


def test_two_prices_are_listed_with_what_stands_beside_their_rows(
    page: MountedPage, studio: Studio, tmp_path: Path, request_of_ana: gr.Request
) -> None:
    rows = ["What does a full service cost?,A full service is £65.,2023-03-02",
            "My brakes squeak. How much is a full service?,A full service is £65. Bring it on Monday.,2024-03-02",
            "Price of a full service please,A full service is £78.,2025-03-02"]  # fmt: skip
    asked = [f"Do you mend thing {n}?,Bring thing {n} on day {n}.,2024-01-01" for n in range(12)]
    view = brought(page, tmp_path, "\n".join(["question,answer,Date", *asked, *rows]), request_of_ana)
    screen = page.screen(view).list
    said = html.unescape(screen.state_of(view, RowListing())[screen.inbox])
    assert "Row 14 · Date: 2023-03-02: “full service” £65" in said
    assert "Row 16 · Date: 2025-03-02: “full service” £78" in said


def test_what_is_hidden_in_her_other_columns_as_well_is_said_before(studio: Studio, tmp_path: Path) -> None:
    told = say("examples.fix_all_columns")
    for column, said in (("", False), (",ben@post.example", True)):
        path = tmp_path / "office.csv"
        rows = [f"Whom may I ask about key {n}?,Write to ana{n}@post.example on floor {n}.{column}" for n in range(20)]
        path.write_text("\n".join([f"question,answer{',From' if column else ''}", *rows]), encoding="utf-8")
        shown = studio.imports.import_file(path, f"office{len(column)}", by="ana")
        preview = studio.examples.fix_all_preview(shown.project, shown.id)
        assert (told in html.unescape(fix_all_line(shown, preview))) is said


def test_nothing_to_mend_says_which_answers_were_compared(
    page: MountedPage, studio: Studio, tmp_path: Path, request_of_ana: gr.Request
) -> None:
    """A yes in one row and a no in another are not found: the page does not deny that they may be there."""
    view = brought(page, tmp_path, TEXT + OPEN, request_of_ana)
    shown = studio.examples.view(view.project, view.dataset)
    for nothing in (replace(shown, findings=()), replace(shown, findings=(), decisions=())):
        said = html.unescape(inbox(nothing, None))
        assert "Other rows may still contradict each other" in said and "no contradictions" not in said


def test_the_row_shown_as_the_model_reads_it_is_taught_and_not_in_the_exam(
    page: MountedPage, studio: Studio, tmp_path: Path, request_of_ana: gr.Request
) -> None:
    view = brought(page, tmp_path, table(), request_of_ana)
    screen = page.screen(view).list
    shown = studio.examples.view(view.project, view.dataset)
    first = studio.examples.split(shown).exam[0]
    before = [one.id for one in shown.examples[: [one.id for one in shown.examples].index(first.id)]]
    if before:
        shown = studio.examples.remove(view.project, view.dataset, before, by="ana")
    parts = studio.examples.split(shown)
    assert shown.examples[0].id in {one.id for one in parts.exam}, "the first row of all is in the exam"
    said = html.unescape(screen.state_of(view, RowListing())[screen.preview])
    taught = [one.label for one in parts.train]
    assert any(f"Row {label}" in said for label in taught) and f"Row {first.label}" not in said, said
