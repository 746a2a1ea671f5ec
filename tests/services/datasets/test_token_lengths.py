"""What a model does not read is said before anything starts, with one limit everywhere."""

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.data.checks.content.lengths import plan_in_words, read_more
from studio.schemas.model import Forecast
from studio.schemas.recipe import Recipe
from studio.services.files.file_check import checked
from studio.services.studio import Studio
from studio.settings import Settings
from studio.training.local_engine import LocalEngine
from studio.web.copy.model import plan_details
from tests.services.conftest import TOPICS

Upload = Callable[[str], tuple[str, str]]
REPORTED = "shared/material/cases/26-long-question-short-answer"
CASES = next((found for up in Path(__file__).resolve().parents if (found := up / REPORTED).is_dir()), Path(REPORTED))


def notes(long: int, fine: int = 40) -> str:
    """Minutes of meetings as questions, of which the first ones are endless."""
    lines = ["question,answer"]
    for number in range(long + fine):
        topic, other = TOPICS[number % 12], TOPICS[(number // 12 + number) % 12]
        minutes = " ".join(f"{topic}{place}" for place in range(1300)) if number < long else f"{topic} and {other}"
        lines.append(f"What was said of {minutes} at meeting {number}?,It was put off to meeting {number + 7}.")
    return "\n".join(lines) + "\n"


def test_check_says_of_how_many_rows_the_answer_is_lost(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "minutes.csv"
    path.write_text(notes(3), encoding="utf-8")
    said = checked(studio.examples, studio.examples.read(path, path.name), None)
    assert said["tokens"]["limit"] == 1024
    assert (said["tokens"]["answers_lost"], said["tokens"]["answers_cut"]) == (3, 0)
    found = next(finding for finding in said["findings"] if finding["kind"] == "too_long")
    assert found["sentence"].startswith(
        "The whole answer of 3 rows is lost: their questions alone fill the 1,024 pieces"
    )
    assert found["rows"] == [1, 2, 3]


def test_a_chosen_model_is_told_of_by_name_and_with_its_own_limit(studio: Studio, upload: Upload) -> None:
    view = studio.examples.view(*upload(notes(3)))
    facts = studio.models.inspect("starter")
    lengths = studio.examples.lengths
    assert lengths.said_of("short", facts.model_copy(update={"context": 600}), view) == [
        "“short” is chosen and cannot read more than 600 pieces.",
        "The whole answer of 3 rows is lost: their questions alone fill the 600 pieces that are read.",
    ]
    roomy = facts.model_copy(update={"context": 4000, "folder": "/models/roomy"})
    assert lengths.said_of("roomy", roomy, view) == ["“roomy” is chosen and reads every example whole."]


def test_nobody_is_examined_on_a_question_that_is_not_read_whole(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(notes(25))
    run = studio.runs.launch(project, dataset, Recipe(), by="ana")
    exam, folder = studio.home.exam(project), studio.home.run(run.id)
    assert exam is not None and len(exam.examples) >= 5 and len(folder.validation) >= 5
    endless = {f"r{row}" for row in range(1, 26)}
    assert not endless & {example.id for example in (*exam.examples, *folder.validation)}
    assert endless <= {example.id for example in folder.train}, "they are counted among the rows to learn from"


def test_the_plan_says_it_in_the_right_words_and_names_a_larger_value() -> None:
    lost = Forecast(rows=20, rows_lost=2, rows_cut=1, rows_left_out=2, limit=200, context=1024, longest=403)
    assert plan_in_words(lost, new_exam=True) == [
        "The whole answer of 2 rows is lost: their questions alone fill the 200 pieces that are read.",
        "The end of 1 answer is cut, and with it the sign to stop.",
        "None of them is in the exam or the practice check.",
        "Raise “Longest example it reads” from 200 to 408.",
    ]
    assert plan_in_words(Forecast(rows=20, limit=200, context=1024, longest=200)) == []


def test_where_the_model_reads_no_more_no_larger_value_is_named() -> None:
    said = read_more(1024, 1024, 1500)
    assert "Raise" not in said and "cannot read more than 1,024 pieces" in said and "1,500" in said


@pytest.mark.skipif(not CASES.is_dir(), reason="the reported cases are not on this computer")
@pytest.mark.parametrize(("name", "lost", "cut"), [("long-questions.csv", 36, 0), ("long-answers.csv", 0, 40)])
def test_the_reported_tables_say_what_the_built_in_model_reads(tmp_path: Path, name: str, lost: int, cut: int) -> None:
    studio = Studio(Settings(home=tmp_path / "home", offline=True), LocalEngine())
    view = studio.examples.upload(CASES / name, name, by="ana")
    assert studio.examples.lengths.beyond(view.examples) == {"limit": 1024, "answers_lost": lost, "answers_cut": cut}
    found = next(finding for finding in view.findings if finding.kind == "too_long")
    assert (f"whole answer of {lost} rows is lost" if lost else f"end of {cut} answers is cut") in found.sentence
    studio.close()


def test_the_plan_names_as_many_answers_that_lose_their_end_as_the_check(tmp_path: Path) -> None:
    lines = ["question,answer"]
    for number in range(48):
        topic, other = TOPICS[number % 12], TOPICS[(number // 12 + number) % 12]
        told = " ".join(f"{topic}{number + place}" for place in range(700))
        lines.append(f"Who keeps the {topic} of {other}?,{told}")
    (tmp_path / "long.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    studio = Studio(Settings(home=tmp_path / "home", offline=True), LocalEngine())
    view = studio.examples.upload(tmp_path / "long.csv", "long.csv", by="ana")
    found = next(finding for finding in view.findings if finding.kind == "too_long")
    facts = studio.models.inspect("starter")
    parts = studio.examples.split(view, facts)
    aside = [*parts.exam, *parts.validation]
    plan = studio.models.forecast(facts, Recipe(max_length=1024), parts.train, aside=aside, measured=False)
    studio.close()
    assert (found.count, plan.rows_cut, plan.cut_aside) == (48, len(parts.train), len(aside))
    assert plan_in_words(plan)[:2] == [
        "The end of 48 answers is cut, and with it the sign to stop.",
        f"{len(aside)} of them are in the exam or the practice check.",
    ]
    assert found.sentence.startswith("The end of 48 answers is cut")
    assert ("48", "answers lose their end") in plan_details(plan, 10**9)
