"""Every version on the same exam, what got better and worse, and the same blind set."""

import pytest

from studio.errors import StudioError
from studio.services.studio import Studio
from studio.storage.files import read_lines
from tests.services.versions.conftest import Correct


def next_one(studio: Studio, project: str, correct: Correct) -> str:
    """A third version, the child of the second."""
    correct("Do you sell umbrellas for giants?", "Yes, in the attic.")
    run = studio.next_versions.begin(project, by="ana").run
    assert run is not None
    studio.runs.carry_out(run.id)
    return run.id


def test_all_versions_sit_the_same_exam_and_the_newest_is_compared_with_the_two_before(
    studio: Studio, runs: list[str], project: str, correct: Correct
) -> None:
    newest = next_one(studio, project, correct)
    found = studio.family_exams.sit(project, by="ana")
    members = studio.family.family(project).members
    assert [one.run for one in found.scores] == [one.id for one in members] and found.scores[-1].run == newest
    exam = studio.home.exam(project)
    assert exam is not None and (found.exam_sha256, found.questions) == (exam.sha256, len(exam.examples))
    pairs = {(row.one, row.other) for row in found.comparisons if row.metric == found.metric}
    assert pairs == {("Version 3", "Version 2"), ("Version 3", "Version 1")}
    assert found.better == found.worse == (), "canned voices answer alike"
    assert "Against Version 2, 0 questions were answered better and 0 questions worse." in found.text
    assert found.text.endswith("So this can be luck: the exam does not tell them apart.")
    assert studio.family_exams.result(project) == found
    assert studio.family.family(project).members[0].score == found.scores[0].score


def test_what_a_report_asked_is_not_asked_again_and_a_new_exam_is(
    studio: Studio, runs: list[str], project: str, correct: Correct
) -> None:
    studio.evaluation.evaluate(runs[0], by="ana", quick=True)
    file = studio.home.run(runs[0]).path / "exam_answers.jsonl"
    before = len(list(read_lines(file)))
    studio.family_exams.sit(project, by="ana")
    assert len(list(read_lines(file))) == before
    exam = studio.home.exam(project)
    assert exam is not None
    studio.home.correct_exam(project, {exam.examples[0].id: "Another answer."}, by="ana", reason="")
    member = studio.family.family(project).members[0]
    assert not member.same_exam, "what it scored was on the exam before"
    assert studio.family_exams.sit(project, by="ana").exam_version == 2
    assert studio.family.family(project).members[0].same_exam


def test_the_blind_sets_ask_the_same_questions_and_are_made_once(
    studio: Studio, runs: list[str], project: str, correct: Correct
) -> None:
    newest = next_one(studio, project, correct)
    made = studio.family_exams.blind_sets(project, by="ana")
    again = studio.family_exams.blind_sets(project, by="ana")
    assert [one.id for one in made] == [one.id for one in again]
    assert {one.run for one in made} == {newest} and len({one.other for one in made}) == 2
    assert made[0].questions == made[1].questions


def test_one_version_alone_has_nobody_beside_it(studio: Studio, runs: list[str], project: str) -> None:
    studio.run_list.trash(runs[0], by="ana")
    with pytest.raises(StudioError, match="one version alone"):
        studio.family_exams.blind_sets(project, by="ana")
    found = studio.family_exams.sit(project, by="ana")
    assert found.comparisons == () and found.said == ()
    studio.run_list.trash(runs[1], by="ana")
    with pytest.raises(StudioError, match="no version, or no exam"):
        studio.family_exams.sit(project, by="ana")
