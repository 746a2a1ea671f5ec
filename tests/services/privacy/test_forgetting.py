"""After forgetting no byte under the home holds it, and what she kept is as it was."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.services.privacy.redaction import Redactor
from studio.services.studio import Studio
from studio.storage.files import move_to_trash
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]
MAIL = "ana.moss@example.org"
WHOLE = "The attic of number nine is full of secret maps and nobody may know."
DIRTY = table() + f"Who may I write to?,Write to {MAIL} and we answer.\nWhat is in the attic?,{WHOLE}\n"


def holding(home: Path, text: str) -> list[str]:
    """Every file under the home with these bytes."""
    return [str(path.relative_to(home)) for path in sorted(home.rglob("*"))
            if path.is_file() and text.lower().encode() in path.read_bytes().lower()]  # fmt: skip


@pytest.fixture
def lived_in(studio: Studio, upload: Upload, tmp_path: Path) -> tuple[str, str]:
    """A project in which the detail got everywhere: a run, a chat, exports, the waste bin. Then it was cleaned."""
    project, first = upload(DIRTY)
    run = studio.runs.launch(project, first, Recipe(), by="ana", questions=[f"Is {MAIL} right?"])
    studio.runs.carry_out_when_free(run.id)
    talk = studio.chats.begin(run.id)
    list(studio.chats.ask(talk, f"Shall I write to {MAIL.upper()}?", by="ana"))
    list(studio.chats.ask(talk, WHOLE, by="ana"))
    studio.evaluation.evaluate(run.id, by="ana", quick=True)
    for form in ("csv", "jsonl", "parquet", "report"):
        studio.examples.export(project, first, form)
    old = studio.home.path / "old.csv"
    old.write_text(DIRTY)
    move_to_trash(old, studio.home.path)
    second = studio.examples.fix(project, first, "private_details", by="ana").id
    studio.examples.remove(project, second, ["r50", "r4"], by="ana")
    studio.examples.edit(project, second, "r1", by="ana", question="New?", answer="A first attempt of mine.")
    studio.examples.edit(project, second, "r1", by="ana", question="New?", answer="A second attempt.")
    studio.examples.add(project, second, by="ana", question="One more?", answer="One more of mine.")
    return project, second


def test_a_text_is_gone_from_every_byte_and_her_rows_are_as_they_were(
    studio: Studio, lived_in: tuple[str, str]
) -> None:
    project, dataset = lived_in
    home = studio.home.path
    before = studio.examples.view(project, dataset)
    held = set(holding(home, MAIL))
    listed = studio.forgetting.forget_list(project, dataset, text=MAIL)
    assert {str(place.path.relative_to(home)) for place in listed} >= held and len(held) > 10
    assert set(holding(home, MAIL)) == held  # listing changes nothing
    studio.forgetting.forget(project, dataset, text=MAIL, by="ana")
    assert holding(home, MAIL) == []
    after = studio.examples.view(project, dataset)
    assert (after.examples, after.drops, after.card.dropped, after.card.changed, after.card.sha256) == (
        before.examples, before.drops, before.card.dropped, before.card.changed, before.card.sha256,
    )  # fmt: skip
    assert studio.forgetting.forget_list(project, dataset, text=MAIL) == ()


def test_the_upload_goes_with_all_that_cleaning_removed(studio: Studio, lived_in: tuple[str, str]) -> None:
    project, dataset = lived_in
    home = studio.home.path
    before = studio.examples.view(project, dataset)
    studio.forgetting.forget(project, dataset, by="ana")
    for text in (MAIL, WHOLE, "The kettle number 0", "A first attempt of mine.", "The chair number 3 is"):
        assert holding(home, text) == [], text
    after = studio.examples.view(project, dataset)
    assert (after.examples, after.drops, after.card.changed, after.card.rows_added) == (
        before.examples, before.drops, before.card.changed, before.card.rows_added,
    )  # fmt: skip
    assert after.card.rows_in == after.card.rows_kept + sum(after.card.dropped.values())
    assert [(one.by, one.sentence) for one in after.decisions] == [(d.by, d.sentence) for d in before.decisions]
    with pytest.raises(StudioError, match="original upload was forgotten"):
        studio.examples.source(project, dataset)
    assert studio.forgetting.forget_list(project, dataset) == ()


def test_all_that_was_there_opens_and_goes_on_after_forgetting(studio: Studio, lived_in: tuple[str, str]) -> None:
    project, dataset = lived_in
    studio.forgetting.forget(project, dataset, by="ana")
    assert studio.examples.export(project, dataset, "csv").is_file()
    for version in studio.versions.versions(project):
        assert studio.examples.view(project, version.id).card.rows_in == 50
    run = studio.runs.all(project)[0]
    folder = studio.home.run(run.id)
    assert len(folder.train) + len(folder.validation) > 30
    assert studio.evaluation.report(run.id) is not None and studio.evaluation.page(run.id).is_file()
    while studio.examples.view(project, dataset).decisions:  # the words are gone, the rows can still be counted
        back = studio.examples.undo(project, dataset, by="ana")
    assert len(back.examples) == 50 and back.examples[3].answer.startswith("[forgotten")


@pytest.mark.parametrize("text", [MAIL, ""])
def test_rows_as_numbers_go_with_the_words_they_were_made_of(
    studio: Studio, lived_in: tuple[str, str], text: str
) -> None:
    """No search finds a word in them, so a run's file of tokens goes when its rows are touched, and before they are."""
    project, dataset = lived_in
    (tokens,) = [run.folder / "rows-0123.npz" for run in studio.runs.all(project)]
    tokens.write_bytes(b"numbers")
    listed = [place.path for place in studio.forgetting.forget_list(project, dataset, text=text)]
    assert listed.index(tokens) < listed.index(tokens.with_name("train.jsonl"))
    studio.forgetting.forget(project, dataset, text=text, by="ana")
    assert not tokens.exists() and tokens.with_name("train.jsonl").exists()


def test_what_she_keeps_is_not_forgotten_behind_her_back(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(DIRTY)
    with pytest.raises(StudioError, match="still stands in examples that you keep: row 50"):
        studio.forgetting.forget(project, dataset, text=MAIL, by="ana")
    with pytest.raises(StudioError, match="too short"):
        studio.forgetting.forget_list(project, dataset, text="an")


def test_another_upload_of_the_project_is_left_alone(studio: Studio, upload: Upload, tmp_path: Path) -> None:
    project, first = upload(DIRTY)
    path = tmp_path / "other.csv"
    path.write_text(DIRTY + "Is it new?,It is.\n")
    other = studio.examples.upload(path, path.name, by="ana", project=project)
    studio.examples.remove(project, other.id, ["r51"], by="ana")
    before = studio.examples.view(project, first).examples
    studio.forgetting.forget(project, other.id, by="ana")
    assert studio.examples.view(project, first).examples == before and studio.examples.source(project, first).is_file()


def test_an_exam_question_with_the_text_leaves_the_exam(studio: Studio, upload: Upload) -> None:
    rows = table().splitlines()
    mailed = [rows[0], *(f"{row[:-1]} or {MAIL}." for row in rows[1:])]
    project, dataset = upload("\n".join(mailed) + "\n")
    studio.runs.launch(project, dataset, Recipe(), by="ana")
    cleaned = studio.examples.fix(project, dataset, "private_details", by="ana")
    studio.forgetting.forget(project, cleaned.id, text=MAIL, by="ana")
    exam = studio.home.exam(project)
    assert exam is not None and (exam.version, exam.examples) == (2, ())
    assert holding(studio.home.path, MAIL) == []


def test_a_packed_table_is_looked_into(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["question", "answer"])
    book.active.append(["Who?", f"Ask {MAIL}."])
    packed = io.BytesIO()
    book.save(packed)
    path = tmp_path / "table.xlsx"
    path.write_bytes(packed.getvalue())
    assert MAIL.encode() not in path.read_bytes()
    assert Redactor([MAIL]).stands_in(path) and not Redactor(["ben.moss@example.org"]).stands_in(path)


@pytest.mark.parametrize("name, text", [("a.csv", 'he said ""hello there"" to me'), ("b.html", "Moss &amp; Sons")])
def test_quoted_and_escaped_words_are_found(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert Redactor(['"hello there"', "Moss & Sons"]).stands_in(path)


def test_names_of_fields_and_ids_hold_the_file_together() -> None:
    row = {"id": "r1", "messages": [{"role": "assistant", "content": "the assistant of r1"}]}
    assert Redactor(["assistant"]).cleared(row) == {
        "id": "r1", "messages": [{"role": "assistant", "content": "the [forgotten] of r1"}],
    }  # fmt: skip
