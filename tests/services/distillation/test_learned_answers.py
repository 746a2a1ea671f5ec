"""The report says whose answers were learned, how many people looked at, and how far the student is behind."""

from pathlib import Path

from studio.schemas.recipe import Recipe
from studio.schemas.report import Report
from studio.services.studio import Studio
from tests.services.conftest import TOPICS

RIGHTS = "Apache 2.0 allows it."


def taught(studio: Studio, project: str, teacher: str, folder: Path) -> Report:
    """A version that learned from this teacher, of whose answers ten were looked at."""
    path = folder / "q.csv"
    path.write_text("\n".join(["question", *(f"Where was our {one} made?" for one in TOPICS)]) + "\n")
    made = studio.distillation.prepare(project, teacher, by="ana", rights=RIGHTS, questions=path, name="q.csv")
    studio.distillation.answer(project, made.id, by="ana")
    for place, row in enumerate(studio.distillation.draw(project, made.id, 10, by="ana").drawn):
        studio.distillation.mark(project, made.id, row.id, "right" if place else "wrong", by="ana")
    view = studio.distillation.use(project, made.id, by="ana")
    run = studio.runs.launch(project, view.id, Recipe(seed=7), by="ana").id
    studio.runs.carry_out_when_free(run)
    return studio.evaluation.evaluate(run, by="ana", quick=True)


def test_a_version_of_the_project_as_the_teacher_sits_the_exam_beside_its_student(
    studio: Studio, runs: list[str], tmp_path: Path
) -> None:
    report = taught(studio, studio.runs.view(runs[0]).spec.project, f"run:{runs[0]}", tmp_path)
    (told,) = report.taught_by
    assert (told.answers, told.looked_at, told.rights) == (11, 9, RIGHTS)
    assert "11 are answers of" in told.text and "People looked at 9 of them." in told.text
    assert "Of 10 looked at 1 was wrong: between 0% and 45% of all 12." in told.text
    assert "teacher" in report.contestants
    row = next(one for one in report.comparisons if one.other == "teacher" and one.metric == report.main_metric)
    assert row.low <= row.difference <= row.high and row.sentence in report.verdict.why
    assert any(name.startswith("Teacher: ") and RIGHTS in str(said) for name, said in report.data.items())


def test_the_prompt_taught_in_is_told_with_what_it_costs(studio: Studio, runs: list[str], tmp_path: Path) -> None:
    report = taught(studio, studio.runs.view(runs[0]).spec.project, f"prompt:{runs[0]}", tmp_path)
    (told,) = report.taught_by
    assert told.kind == "prompt" and "teacher" not in report.contestants and "prompted" in report.contestants
    said = f"The good prompt costs {told.prompt_tokens:,.0f} pieces of words for each question. Taught in, it costs 0."
    assert told.prompt_tokens > 20 and said in told.text and said in " ".join(map(str, report.said))


def test_a_version_that_learned_from_no_teacher_has_nothing_of_it(studio: Studio, runs: list[str]) -> None:
    report = studio.evaluation.evaluate(runs[0], by="ana", quick=True)
    assert report.taught_by == () and "teacher" not in report.contestants
