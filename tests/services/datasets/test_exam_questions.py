"""The expert's own questions are in the exam, nothing learns from them, and the first run freezes them."""

from collections.abc import Callable

import pytest

from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]


def test_a_written_question_is_in_the_exam_and_its_copies_are_not_taught(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    view = studio.examples.view(project, dataset)
    copied = studio.examples.split(view).train[0]
    studio.exam_questions.write(project, copied.question, "My own words.", by="ana")
    studio.exam_questions.write(project, "Is the moon for sale?", "No.", by="ana")
    parts = studio.examples.split(view)
    assert [example.answer for example in parts.exam[-2:]] == ["My own words.", "No."]
    assert copied.id not in {example.id for example in (*parts.train, *parts.validation)}
    run = studio.runs.launch(project, dataset, Recipe(), by="ana").id
    exam = studio.home.exam(project)
    assert exam is not None and exam.examples[-1].question == "Is the moon for sale?"
    assert copied.question not in {example.question for example in studio.home.run(run).train}


def test_after_the_first_run_the_exam_is_frozen(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    studio.exam_questions.write(project, "Is the moon for sale?", "No.", by="ana")
    studio.runs.launch(project, dataset, Recipe(), by="ana")
    assert studio.exam_questions.is_frozen(project)
    for change in (lambda: studio.exam_questions.write(project, "And the sun?", "No.", by="ana"),
                   lambda: studio.exam_questions.remove(project, "q1", by="ana")):  # fmt: skip
        with pytest.raises(StudioError, match="frozen since"):
            change()
    assert len(studio.examples.split(studio.examples.view(project, dataset)).exam) == len(
        studio.home.exam(project).examples  # type: ignore[union-attr]
    )


@pytest.mark.parametrize(("question", "answer", "said"), [
    ("", "No.", "needs its answer"), ("Why?", "  ", "needs its answer"), ("Is the moon for sale? ", "Yes", "already"),
])  # fmt: skip
def test_half_a_question_and_a_second_copy_are_refused(
    studio: Studio, upload: Upload, question: str, answer: str, said: str
) -> None:
    project, _ = upload(table())
    studio.exam_questions.write(project, "Is the moon for sale?", "No.", by="ana")
    with pytest.raises(StudioError, match=said):
        studio.exam_questions.write(project, question, answer, by="ana")


def test_one_can_be_taken_back_and_ids_are_not_used_twice(studio: Studio, upload: Upload) -> None:
    project, _ = upload(table())
    for number in range(3):
        studio.exam_questions.write(project, f"Question {number}?", "Yes.", by="ana")
    studio.exam_questions.remove(project, "q2", by="ana")
    studio.exam_questions.write(project, "Another?", "Yes.", by="ana")
    assert [example.id for example in studio.exam_questions.all(project)] == ["q1", "q3", "q4"]
    assert studio.ledger.notes()[0][1:3] == ("ana", "write exam question")
