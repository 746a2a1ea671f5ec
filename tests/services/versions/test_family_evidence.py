"""The report, and its page to print, know the family."""

import json

from studio.evaluation.report_text import report_text
from studio.schemas.sentence import Sentence
from studio.services.studio import Studio
from studio.services.versions.family_evidence import FamilyEvidenceReader
from tests.services.versions.conftest import Correct


def test_the_report_says_where_it_came_from_what_it_learned_and_how_the_others_fared(
    studio: Studio, runs: list[str], project: str, correct: Correct
) -> None:
    exam = studio.home.exam(project)
    assert exam is not None
    correct("Do you sell umbrellas for giants?", "Yes, in the attic.")
    correct(exam.examples[0].question, "It was sold out years ago.")
    correct(f"{exam.examples[1].question} Please.", exam.examples[1].answer)
    run = studio.next_versions.begin(project, by="ana").run
    assert run is not None
    studio.runs.carry_out(run.id)
    studio.evaluation.evaluate(run.id, by="ana", quick=True)
    studio.family_exams.sit(project, by="ana")
    report = studio.evaluation.report(run.id)
    assert report is not None and report.family is not None
    family = report.family
    assert (family.number, family.way, len(family.scores)) == (3, "teach-on", 3)
    assert family.learned == {"added": 1, "exam": 1} and family.left_out == {"near_exam": 1}
    assert family.exam_corrected == (exam.examples[0].id,) and report.exam_version == 2
    page = studio.evaluation.page(run.id).read_text(encoding="utf-8")
    for said in ("It goes on from the version of", "it learned 1 new example and 0 corrected ones",
                 f"corrected since its first version: {exam.examples[0].id}", "all on version 2 of the exam",
                 "Version 2", "this can be luck"):  # fmt: skip
        assert said in page, said
    assert f"{family.said[0]}" in report_text(report).splitlines(), "and `studio evaluate` prints it"
    told = json.loads(studio.evaluation.json_file(run.id).read_text(encoding="utf-8"))
    assert told["family"]["learned"]["added"] == 1


def test_a_version_that_stands_alone_has_no_such_part_until_something_drifts(studio: Studio, runs: list[str]) -> None:
    studio.evaluation.evaluate(runs[0], by="ana", quick=True)
    report = studio.evaluation.report(runs[0])
    assert report is not None and report.family is None
    drifted = Sentence.of("family.parent_gone")
    found = FamilyEvidenceReader(studio.home, lambda project: (drifted,)).of(runs[0])
    assert found is not None and found.said == (drifted,)
