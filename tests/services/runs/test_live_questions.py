"""Which questions can be followed while a run learns, and keeping the version whose answers she likes best."""

from collections.abc import Callable

import pytest

from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.schemas.run import Status
from studio.services.studio import Studio
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]


def test_questions_of_the_practice_check_are_offered_and_the_exam_is_not(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    parts = studio.examples.split(studio.examples.view(project, dataset))
    offered = studio.live_questions.offered(project, dataset)
    assert offered == [example.question for example in parts.validation]
    assert not set(offered) & {example.question for example in parts.exam}
    assert studio.live_questions.check(project, dataset, offered[:5]) == tuple(offered[:5])


@pytest.mark.parametrize("change", [
    str, str.upper, lambda text: f"  {text.replace('?', ' ?')}", lambda text: text.replace("e", "ee", 1),
])  # fmt: skip
def test_a_near_copy_of_an_exam_question_is_refused_with_the_reason(studio: Studio, upload: Upload,
                                                                    change: Callable[[str], str]) -> None:  # fmt: skip
    project, dataset = upload(table())
    exam = studio.examples.split(studio.examples.view(project, dataset)).exam
    with pytest.raises(StudioError, match="in the exam, or nearly so"):
        studio.live_questions.check(project, dataset, ["Something of her own?", change(exam[0].question)])


def test_after_the_first_run_it_is_the_frozen_exam_that_is_kept_secret(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    studio.runs.launch(project, dataset, Recipe(), by="ana")
    exam = studio.home.exam(project)
    assert exam is not None
    view = studio.examples.remove(project, dataset, [exam.examples[0].id], by="ana")
    with pytest.raises(StudioError, match="in the exam"):
        studio.live_questions.check(project, view.id, [exam.examples[0].question])


def test_up_to_five_of_her_own_are_taken_each_once(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    own = ["Do you dye wool?", " Do you dye wool? ", "", "Is tea served?", "Who sweeps?", "Any dogs?", "Why blue?"]
    assert len(studio.live_questions.check(project, dataset, own)) == 5
    with pytest.raises(StudioError, match="At most 5"):
        studio.live_questions.check(project, dataset, [*own, "One more?"])
    with pytest.raises(StudioError, match="too long"):
        studio.live_questions.check(project, dataset, ["x" * 3_000])


def test_she_keeps_a_version_and_the_run_says_that_she_did(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    asked = ["Do you dye wool?"]
    run = studio.runs.launch(project, dataset, Recipe(), by="ana", questions=asked).id
    with pytest.raises(StudioError, match="has not begun"):
        studio.runs.keep(run, 4, by="ana")
    studio.runs.carry_out_when_free(run)
    told = {(line["contestant"], line["question"]) for line in studio.runs.answers(run)}
    assert told == {("base", asked[0]), ("tuned", asked[0])}
    steps = studio.runs.saved_steps(run)
    assert steps == sorted(steps, reverse=True) and len(steps) > 1
    assert studio.runs.keep(run, steps[-1], by="ana").state.status is Status.DONE
    chosen = studio.runs.chosen(run)
    assert chosen is not None and (chosen.step, chosen.by, chosen.questions) == (steps[-1], "ana", tuple(asked))
