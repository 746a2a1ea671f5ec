"""An upload becomes a dataset; every click is one line of a log; every row is accounted for."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.storage.files import read_lines
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]
DIRTY = table() + (
    "Where is my parcel today?,\n"
    "What does the kettle cost? (0),The kettle number 0 is ready for 0 people.\n"
    "Who may I write to?,Write to ana@example.org and we answer.\n"
)


def accounted(studio: Studio, project: str, dataset: str) -> bool:
    card = studio.examples.view(project, dataset).card
    return card.rows_in == card.rows_kept + sum(card.dropped.values())


def test_a_project_is_named_after_the_first_file(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    assert project.startswith("tickets-")
    assert studio.home.project(project).title == "tickets"
    assert studio.examples.newest(project) == dataset


def test_fixing_keeps_an_exact_account_and_undo_brings_everything_back(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(DIRTY)
    before = studio.examples.view(project, dataset)
    fixed = studio.examples.fix_all(project, dataset, by="ana")
    assert fixed.card.dropped == {"empty_answer": 1, "exact_duplicate": 1}
    assert "ana@example.org" not in "".join(e.answer for e in fixed.examples)
    assert accounted(studio, project, dataset)
    while studio.examples.view(project, dataset).decisions:
        studio.examples.undo(project, dataset, by="ana")
    assert studio.examples.view(project, dataset).examples == before.examples
    with pytest.raises(StudioError, match="nothing to undo"):
        studio.examples.undo(project, dataset, by="ana")


def test_a_second_line_of_headings_goes_by_its_button_and_comes_back(studio: Studio, upload: Upload) -> None:
    lines = table().splitlines()
    project, dataset = upload("\n".join([*lines[:3], "Frage,Antwort", *lines[3:]]) + "\n")
    done = studio.examples.fix(project, dataset, "second_heading", by="ana")
    assert done.card.dropped == {"second_heading": 1} and accounted(studio, project, dataset)
    assert all(finding.kind != "second_heading" for finding in done.findings)
    back = studio.examples.undo(project, dataset, by="ana")
    assert [finding.rows for finding in back.findings if finding.kind == "second_heading"] == [(3,)]


def test_every_decision_bears_a_name_and_a_time(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(DIRTY)
    studio.examples.fix(project, dataset, "empty_answer", by="ana")
    (line,) = read_lines(studio.home.dataset_folder(project, dataset) / "decisions.jsonl")
    assert line["by"] == "ana" and line["at"] and line["drops"] == {"r49": "empty_answer"}


def test_an_edit_is_made_once_however_often_it_is_sent(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    for _ in range(2):
        view = studio.examples.edit(project, dataset, "r1", by="ana", question="Price?", answer="4 shells")
    assert (view.examples[0].question, view.examples[0].answer) == ("Price?", "4 shells")
    assert len(view.decisions) == 1


def test_rows_can_be_taken_out_and_added_by_hand(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    studio.examples.remove(project, dataset, ["r3"], by="ana")
    view = studio.examples.add(project, dataset, by="ana", question="Do you mend?", answer="Gladly.")
    assert view.card.dropped == {"removed_by_person": 1} and view.card.rows_added == 1
    assert view.examples[-1].id == "a1" and accounted(studio, project, dataset)


def test_the_uploaded_bytes_are_never_edited(studio: Studio, upload: Upload, tmp_path: Path) -> None:
    project, dataset = upload(DIRTY)
    studio.examples.fix_all(project, dataset, by="ana")
    assert studio.examples.source(project, dataset).read_bytes() == (tmp_path / "tickets.csv").read_bytes()


def test_a_file_that_cannot_be_read_leaves_nothing_behind(studio: Studio, upload: Upload) -> None:
    with pytest.raises(StudioError):
        upload("")
    assert studio.home.all_projects() == []


def test_what_was_exported_can_be_imported_again(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(DIRTY)
    before = studio.examples.fix_all(project, dataset, by="ana")
    for form in ("csv", "jsonl"):
        path = studio.examples.export(project, dataset, form)
        again = studio.examples.upload(path, path.name, by="ana")
        assert [(e.question, e.answer) for e in again.examples] == [(e.question, e.answer) for e in before.examples]


def test_a_dataset_that_a_run_learned_from_stays_as_it_was(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    studio.runs.launch(project, dataset, Recipe(), by="ana")
    after = studio.examples.edit(project, dataset, "r1", by="ana", question="Price?", answer="4 shells")
    assert after.id != dataset and after.card.parent == dataset
    assert studio.examples.view(project, dataset).decisions == ()


def test_a_reread_upload_is_a_dataset_of_its_own(studio: Studio, upload: Upload) -> None:
    project, dataset = upload("a,b,c\n" + "".join(f"why {n} here?,because {n},note {n}\n" for n in range(30)))
    columns = studio.examples.view(project, dataset).card.mapping.model_copy(update={"question": "a", "answer": "c"})
    view = studio.examples.remap(project, dataset, by="ana", columns=columns)
    assert view.examples[4].answer == "note 4" and view.card.parent == dataset


def test_derived_files_are_readable_by_a_person(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    folder = studio.home.dataset_folder(project, dataset)
    assert json.loads((folder / "card.json").read_text())["rows_in"] == 48
    assert len((folder / "examples.jsonl").read_text().splitlines()) == 48


SIGNED = '"May group {0} come to hall {0}?","{1}\n\nKind regards,\nOlga Brandt"'


def test_who_signs_is_the_organisation_s_own_also_once_signatures_are_gone(studio: Studio, upload: Upload) -> None:
    says = ["Yes. Mrs Brandt opens at nine.", "Yes, it is free.", "Not on Mondays.", "Yes, by the side door."]
    rows = [SIGNED.format(n, says[n % 4]) for n in range(12)]
    project, dataset = upload("\n".join(["question,answer", *rows]))
    for _ in range(2):
        found = {one.kind for one in studio.examples.view(project, dataset).findings}
        assert "possible_personal" not in found
        if "mail_signature" in found:
            studio.examples.fix(project, dataset, "mail_signature", by="ana", choice="answers")
    assert all("regards" not in one.answer for one in studio.examples.view(project, dataset).examples)
