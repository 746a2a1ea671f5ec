"""Every version can be read, compared and gone back to; what is withdrawn leaves the exam as well."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.settings import Settings
from tests.fake_engine import FakeEngine
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]


@pytest.fixture
def two(studio: Studio, upload: Upload) -> tuple[str, str, str]:
    """A project, a version that a run learned from, and the next one, in which two things were decided."""
    project, first = upload(table())
    studio.examples.remove(project, first, ["r1"], by="ana")
    studio.runs.launch(project, first, Recipe(), by="ana")
    second = studio.examples.edit(project, first, "r2", by="ben", question="New?", answer="Brand new.").id
    studio.examples.remove(project, second, ["r3"], by="ben")
    return project, first, second


def test_the_list_says_what_each_version_changed_and_who_learned_from_it(
    studio: Studio, two: tuple[str, str, str]
) -> None:
    project, first, second = two
    newest, oldest = studio.versions.versions(project)
    assert (newest.id, newest.number, newest.decided, newest.card.by, newest.learned) == (second, 2, 2, "ben", ())
    assert (oldest.id, oldest.number, oldest.decided, len(oldest.learned)) == (first, 1, 1, 1)
    assert newest.card.dropped == {"removed_by_person": 2} and newest.card.changed == {"edit": 1}
    assert oldest.stays and not newest.stays


def test_two_versions_are_compared_row_by_row(studio: Studio, two: tuple[str, str, str]) -> None:
    project, first, second = two
    found = studio.versions.compare(project, first, second)
    assert [e.id for e in found.only_before] == ["r3"] and not found.only_after
    assert [(old.id, new.answer) for old, new in found.rewritten] == [("r2", "Brand new.")]
    assert [one.action for one in found.decided] == ["edit", "remove"] and found.same_upload
    back = studio.versions.compare(project, second, first)
    assert [e.id for e in back.only_after] == ["r3"] and len(back.taken_back) == 2


def test_versions_of_two_uploads_are_compared_by_their_words(
    studio: Studio, two: tuple[str, str, str], tmp_path: Path
) -> None:
    project, first, _ = two
    path = tmp_path / "other.csv"
    path.write_text(table(30) + "Is it new?,It is.\n")
    other = studio.examples.upload(path, path.name, by="ana", project=project).id
    found = studio.versions.compare(project, first, other)
    assert not found.same_upload and len(found.only_before) == 18
    assert [e.question for e in found.only_after][-1] == "Is it new?" and len(found.only_after) == 2


def test_going_back_makes_a_new_version_and_loses_none(studio: Studio, two: tuple[str, str, str]) -> None:
    project, first, second = two
    before = studio.examples.view(project, first)
    view = studio.versions.go_back(project, first, by="ana")
    assert view.examples == before.examples and view.card.parent == first
    assert studio.home.datasets(project) == [view.id, second, first]
    assert len(studio.examples.undo(project, view.id, by="ana").examples) == 48
    assert len(studio.examples.view(project, first).examples) == 47
    with pytest.raises(StudioError, match="newest version already"):
        studio.versions.go_back(project, view.id, by="ana")


def test_a_version_kept_by_hand_changes_no_more(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    assert (
        studio.versions.keep(project, dataset, "  before the  holidays ", by="ana").card.kept == "before the holidays"
    )
    view = studio.examples.remove(project, dataset, ["r1"], by="ana")
    assert view.id != dataset and view.card.kept == "" and view.card.parent == dataset
    assert len(studio.examples.view(project, dataset).examples) == 48


def test_what_is_stated_stands_on_the_card_and_in_the_report(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    stated = {"origin": "Our mailbox of 2025", "licence": "Our own words", "consent": "The works council agreed"}
    view = studio.versions.state_rights(project, dataset, by="ana", **stated)
    assert view.card.unstated == ()
    studio.examples.remove(project, dataset, ["r1"], by="ana")
    page = studio.examples.export(project, dataset, "report").read_text(encoding="utf-8")
    assert all(text in page for text in stated.values())


def test_on_a_shared_computer_nothing_is_taught_from_examples_of_unknown_origin(
    studio: Studio, upload: Upload, tmp_path: Path
) -> None:
    project, dataset = upload(table())
    shared = Studio(Settings(home=tmp_path / "home", offline=True, people=True), FakeEngine(steps=4, pause=0.0))
    shared.versions.state_rights(project, dataset, by="ana", origin="Our mailbox", licence="Ours", consent=" ")
    with pytest.raises(StudioError, match="consent is not stated") as told:
        shared.runs.launch(project, dataset, Recipe(), by="ana")
    assert "Where these examples come from" in told.value.hint and shared.home.exam(project) is None
    shared.versions.state_rights(project, dataset, by="ana", origin="Our mailbox", licence="Ours", consent="All asked")
    assert shared.runs.launch(project, dataset, Recipe(), by="ana").spec.dataset == dataset
    shared.close()


def test_a_withdrawn_row_leaves_the_exam_and_of_the_old_exam_only_hashes_stay(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    studio.runs.launch(project, dataset, Recipe(), by="ana")
    old = studio.home.exam(project)
    assert old is not None
    gone = old.examples[0]
    view = studio.versions.withdraw(project, dataset, [gone.id], by="ana", reason="Mr Moss asked us to")
    exam = studio.home.exam(project)
    assert exam is not None and (exam.version, len(exam.examples)) == (2, 4)
    past = json.loads((studio.home.project_folder(project) / "exam-1.json").read_text())
    assert (
        past["rows"][gone.id] == gone.content_hash and past["sha256"] == old.sha256 and past["withdrawn"] == [gone.id]
    )
    assert gone.question not in json.dumps(past)
    assert gone.id not in {e.id for e in view.examples} and "Mr Moss asked us to" in view.decisions[-1].sentence


def test_a_row_that_is_not_in_the_exam_leaves_it_alone(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    run = studio.runs.launch(project, dataset, Recipe(), by="ana")
    learned = studio.home.run(run.id).train[0]
    studio.versions.withdraw(project, dataset, [learned.id], by="ana", reason="")
    exam = studio.home.exam(project)
    assert exam is not None and exam.version == 1 and len(exam.examples) == 5


def test_a_row_that_is_named_twice_is_one_row(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    view = studio.examples.remove(project, dataset, ["r3", "r3"], by="ana")
    assert view.decisions[-1].sentence == "1 row taken out by hand."
    view = studio.versions.withdraw(project, view.id, ["r4", "r4"], by="ana", reason="")
    assert view.decisions[-1].sentence == "1 row was withdrawn."


def test_only_decisions_that_stand_are_counted(studio: Studio, upload: Callable[[str], tuple[str, str]]) -> None:
    project, dataset = upload(table())
    studio.examples.remove(project, dataset, ["r3"], by="ana")
    studio.examples.remove(project, dataset, ["r4"], by="ana")
    studio.examples.undo(project, dataset, by="ana")
    (version,) = studio.versions.versions(project)
    assert version.decided == len(studio.examples.view(project, dataset).decisions) == 1
