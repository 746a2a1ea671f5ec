"""The next version: what the corrections become, what never enters training, and how it is taught."""

import pytest

from studio.errors import StudioError
from studio.schemas.example import Example, Message
from studio.services.runs.run_service import RunView
from studio.services.studio import Studio
from studio.services.versions.learned_feedback import learned_in
from tests.services.versions.conftest import Correct


def exam_of(studio: Studio, project: str) -> list[Example]:
    exam = studio.home.exam(project)
    assert exam is not None
    return list(exam.examples)


def taught(studio: Studio, project: str) -> Example:
    """A row that a run learned from, whose question is asked by no other row."""
    return next(studio.home.runs(project)).train[0]


def rows(studio: Studio, project: str) -> dict[str, str]:
    view = studio.examples.view(project, studio.examples.newest(project))
    return {example.question: example.answer for example in view.examples}


def finished(studio: Studio, run: RunView) -> RunView:
    studio.runs.carry_out(run.id)
    return studio.runs.view(run.id)


def test_old_rows_and_accepted_corrections_become_a_new_version_of_the_table(
    studio: Studio, project: str, correct: Correct
) -> None:
    before, old = studio.examples.newest(project), rows(studio, project)
    one = correct("Do you sell umbrellas for giants?", "Yes, in the attic, from nine to noon.")
    correct("Is the attic heated in winter?", "Only on Sundays.", accept=False)
    made = studio.next_versions.make(project, by="ana")
    after = rows(studio, project)
    assert made.view.id != before and made.view.card.parent == before
    assert after == old | {"Do you sell umbrellas for giants?": "Yes, in the attic, from nine to noon."}
    assert learned_in(studio.home.dataset_folder(project, made.view.id)).rows == {"a1": one.id}
    assert "ana" in made.view.decisions[-1].sentence
    again = studio.next_versions.make(project, by="ana")
    assert again.view.id == made.view.id, "what is there and was not taught yet is not made twice"


def test_what_was_accepted_is_learned_and_no_old_row_changes_its_side(
    studio: Studio, project: str, correct: Correct
) -> None:
    asked = ("Do you sell umbrellas for giants?", "Is the attic heated in winter?", "Where may a goose be left?",
             "Who polishes your doorbell?", "Can I pay in seashells?", "When does the piano sleep?",
             "Has the lighthouse a spare key?", "What colour is Thursday here?")  # fmt: skip
    for number, question in enumerate(asked):
        correct(question, f"Ask on floor {number + 2}.")
    made = studio.next_versions.begin(project, by="ana")
    assert made.run is not None
    folder, old = studio.home.run(made.run.id), studio.home.run(made.run.spec.parent)
    assert {f"a{number}" for number in range(1, 9)} <= {row.id for row in folder.train}
    assert [row.id for row in folder.validation] == [row.id for row in old.validation]


def test_a_correction_of_a_practice_question_is_learned(studio: Studio, project: str, correct: Correct) -> None:
    asked = next(studio.home.runs(project)).validation[0]
    correct(asked.question, "Free of charge since the spring.")
    made = studio.next_versions.begin(project, by="ana", contradictions="correction")
    assert made.run is not None
    learned = {row.id: row.answer for row in studio.home.run(made.run.id).train}
    assert learned[asked.id] == "Free of charge since the spring."


def test_what_was_done_names_a_person_and_never_an_account_that_every_computer_has(
    studio: Studio, project: str, correct: Correct
) -> None:
    correct("Do you sell umbrellas for giants?", "Yes, in the attic.", by="root")
    correct("Is the attic heated in winter?", "Only on Sundays.", by="ana")
    plan = studio.next_versions.plan(project)
    assert str(plan.said[0]) == "2 corrections become new examples."
    told = [decision.sentence for decision in studio.next_versions.make(project, by="ana").view.decisions[-2:]]
    assert told[0].startswith("Accepted from feedback, 20") and told[1].startswith("Accepted from feedback of ana, 20")


def test_an_answer_called_right_is_told_apart_from_a_correction(
    studio: Studio, project: str, runs: list[str], correct: Correct
) -> None:
    correct("Do you sell umbrellas for giants?", "Yes, in the attic.")
    turns = (Message(role="user", content="Is the attic heated in winter?"),)
    given = studio.feedback.add(project, by="ana", key="press", origin="chat", version=runs[0], turns=turns,
                                reply="Only on Sundays.", judgement="right")  # fmt: skip
    studio.feedback.accept(project, [given.id], by="ana")
    told = [str(one) for one in studio.next_versions.plan(project).said[:2]]
    assert told == ["1 correction becomes a new example.", "1 answer called good becomes a new example."]


def test_a_correction_counts_once_and_again_when_it_was_changed(studio: Studio, project: str, correct: Correct) -> None:
    one = correct("Do you sell umbrellas for giants?", "Yes, in the attic.")
    finished(studio, studio.next_versions.begin(project, by="ana").run)  # type: ignore[arg-type]
    assert studio.next_versions.plan(project).sorted.count == 0
    studio.feedback.change(project, one.id, "No longer, sorry, since the attic has burned down.", by="ana")
    plan = studio.next_versions.plan(project)
    assert [found.feedback.id for found in plan.sorted.contradicting] == [one.id]
    studio.next_versions.make(project, by="ana", contradictions="correction")
    assert rows(studio, project)["Do you sell umbrellas for giants?"].startswith("No longer")


def test_an_exam_question_corrects_the_next_exam_and_is_not_learned(
    studio: Studio, project: str, correct: Correct
) -> None:
    question = exam_of(studio, project)[0]
    one = correct(question.question.upper(), "It was sold out years ago.")
    correct("Do you sell umbrellas for giants?", "Yes, in the attic.")
    old = studio.home.exam(project)
    made = studio.next_versions.make(project, by="ana")
    exam = studio.home.exam(project)
    assert exam is not None and old is not None and (old.version, exam.version, made.exam_version) == (1, 2, 2)
    assert {e.id: e.answer for e in exam.examples} == {e.id: e.answer for e in old.examples} | {
        question.id: "It was sold out years ago."
    }
    assert [past.corrected for past in studio.home.past_exams(project)] == [(question.id,)]
    assert "sold out years ago" not in "".join(rows(studio, project).values())
    assert learned_in(studio.home.dataset_folder(project, made.view.id)).exam == {question.id: one.id}


def test_a_near_copy_and_another_wording_of_an_exam_question_are_left_out(
    studio: Studio, project: str, correct: Correct
) -> None:
    question = exam_of(studio, project)[0]
    near = correct(f"{question.question} Please.", question.answer)
    polite = correct(f"Could you please tell me: {question.question}", "Something else entirely, my dear.")
    correct("Do you sell umbrellas for giants?", "Yes, in the attic.")
    plan = studio.next_versions.plan(project)
    assert {one.feedback.id for one in plan.sorted.near_exam} == {near.id, polite.id}
    assert all(one.meets[0].id == question.id for one in plan.sorted.near_exam)
    made = studio.next_versions.begin(project, by="ana")
    assert made.run is not None
    told = "".join(e.question + e.answer for e in studio.home.run(made.run.id).train)
    assert question.question not in told and "Something else entirely" not in told
    assert exam_of(studio, project)[0] == question
    assert any("too like an exam question" in str(one) for one in plan.said)


@pytest.mark.parametrize(("holds", "answers"), [
    ("correction", ["Free of charge."]), ("taught", ["taught"]), ("both", ["taught", "Free of charge."]),
])  # fmt: skip
def test_a_contradiction_with_a_taught_row_is_decided_before(
    studio: Studio, project: str, correct: Correct, holds: str, answers: list[str]
) -> None:
    row = taught(studio, project)
    correct(row.question, "Free of charge.")
    correct("Do you sell umbrellas for giants?", "Yes, in the attic.")
    before = studio.examples.newest(project)
    with pytest.raises(StudioError, match="1 accepted answer contradicts what was taught"):
        studio.next_versions.make(project, by="ana")
    assert studio.examples.newest(project) == before
    view = studio.next_versions.make(project, by="ana", contradictions=holds).view
    said = [e.answer for e in view.examples if e.question == row.question]
    assert said == [row.answer if one == "taught" else one for one in answers]
    exact = studio.examples.view(project, view.id, exact=True)
    assert not [one for one in exact.findings if one.kind == "conflicting_answers"]


def test_people_who_contradict_each_other_are_named_and_nothing_is_made(
    studio: Studio, project: str, correct: Correct
) -> None:
    correct("Do you sell umbrellas for giants?", "Yes, in the attic, all the year.", by="ana")
    correct("Do you sell umbrellas for giants?", "No, we never did and never will.", by="bo")
    with pytest.raises(StudioError, match="2 accepted answers contradict one another") as error:
        studio.next_versions.make(project, by="ana", contradictions="correction")
    assert "ana, bo" in error.value.hint
    assert studio.next_versions.plan(project).new == 0


def test_two_who_say_the_same_teach_it_once(studio: Studio, project: str, correct: Correct) -> None:
    for name in ("ana", "bo"):
        correct("Do you sell umbrellas for giants?", "Yes, in the attic.", by=name)
    view = studio.next_versions.make(project, by="ana").view
    assert [e.answer for e in view.examples if "giants" in e.question] == ["Yes, in the attic."]


def test_the_run_goes_on_from_the_last_version_with_all_old_rows_and_is_its_child(
    studio: Studio, project: str, correct: Correct
) -> None:
    parent = studio.family.family(project).members[-1]
    correct("Do you sell umbrellas for giants?", "Yes, in the attic.")
    made = studio.next_versions.begin(project, by="ana")
    assert made.run is not None
    run = finished(studio, made.run)
    assert (run.spec.parent, run.spec.teaches_on) == (parent.id, True)
    assert run.spec.recipe.num_train_epochs == parent.run.spec.recipe.num_train_epochs / 3
    folder, old = studio.home.run(run.id), studio.home.run(parent.id)
    assert {e.question for e in folder.train} >= {e.question for e in old.train[:20]}
    assert (folder.start / "adapter_config.json").read_bytes() == (old.adapter / "adapter_config.json").read_bytes()
    family = studio.family.family(project)
    assert family.newest is not None and (family.newest.id, family.newest.way) == (run.id, "teach-on")


def test_afresh_is_taught_by_the_same_recipe_from_the_starting_model(
    studio: Studio, project: str, correct: Correct
) -> None:
    correct("Do you sell umbrellas for giants?", "Yes, in the attic.")
    made = studio.next_versions.begin(project, by="ana", way="afresh")
    assert made.run is not None and not made.run.spec.teaches_on and made.run.spec.parent
    assert not studio.home.run(made.run.id).start.exists()
    assert made.run.spec.recipe == studio.runs.view(made.run.spec.parent).spec.recipe


def test_the_same_press_makes_and_launches_once(studio: Studio, project: str, correct: Correct) -> None:
    correct("Do you sell umbrellas for giants?", "Yes, in the attic.")
    made = [studio.next_versions.begin(project, by="ana", request_key="press") for _ in range(2)]
    assert made[0].view.id == made[1].view.id and made[0].run and made[1].run and made[0].run.id == made[1].run.id
    assert len(studio.home.datasets(project)) == 2


@pytest.mark.parametrize(("words", "sentence"), [
    ({"way": "sideways"}, "no way to teach called sideways"), ({"contradictions": "me"}, "does not say what holds"),
    ({}, "nothing new to learn"),
])  # fmt: skip
def test_what_cannot_be_done_is_told(studio: Studio, project: str, words: dict[str, str], sentence: str) -> None:
    with pytest.raises(StudioError, match=sentence):
        if "way" in words:
            studio.next_versions.plan(project, **words)
        studio.next_versions.make(project, by="ana", **words)
