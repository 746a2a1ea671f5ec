"""A teacher answers what has no answer; nothing of the exam is asked; a sample says how many answers are wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import StudioError, WrongSetting
from studio.schemas.loop.distillation import Distillation
from studio.schemas.loop.served_use import ServedUse, UseSettings
from studio.services.studio import Studio
from studio.storage.loop.use_log import UseLog
from tests.services.conftest import TOPICS, table

Upload = Callable[[str], tuple[str, str]]
Ask = Callable[..., Distillation]
RIGHTS = "Apache 2.0 allows it."


def asked(topics: tuple[str, ...] = TOPICS) -> list[str]:
    """Questions that the examples do not hold."""
    return [f"Where was our {topic} made, and by whom?" for topic in topics]


@pytest.fixture
def project(upload: Upload) -> str:
    return upload(table())[0]


@pytest.fixture
def ask(studio: Studio, project: str, tmp_path: Path) -> Ask:
    """Prepare a distillation of these lines under the heading `question`."""

    def do(lines: list[str], teacher: str = "starter", **options: str) -> Distillation:
        path = tmp_path / "questions.csv"
        path.write_text("\n".join(["question", *(f'"{line}"' for line in lines)]) + "\n", encoding="utf-8")
        return studio.distillation.prepare(
            project, teacher, by="ana", questions=path, name=path.name, **{"rights": RIGHTS, **options}
        )

    return do


def test_without_a_ground_for_teaching_its_answers_nothing_is_asked(studio: Studio, project: str, ask: Ask) -> None:
    with pytest.raises(StudioError, match=r"may be taught. Its licence: Apache"):
        ask(asked(), rights=" ")
    assert studio.distillation.all(project) == []


def test_who_answered_under_which_licence_and_who_allowed_it_is_written_down(
    studio: Studio, project: str, ask: Ask
) -> None:
    made = studio.distillation.answer(project, ask(asked()).id, by="ana")
    assert (made.rights.by, made.rights.statement) == ("ana", RIGHTS)
    assert made.rights.licence == made.teacher.licence != "" and len(made.teacher.fingerprint) == 12
    assert made.answers == len(studio.distillation.view(project, made.id).answers) == 12


def test_every_row_is_answered_or_left_out_for_a_reason(studio: Studio, project: str, ask: Ask) -> None:
    made = ask([*asked(), asked()[0].upper(), "What does the kettle cost? (0)", "…"])
    made = studio.distillation.answer(project, made.id, by="ana")
    assert made.left_out["twice"] == 1 and made.left_out.get("taught", 0) + made.left_out.get("exam", 0) == 1
    assert made.questions_in == made.answers + sum(made.left_out.values()) == 15
    assert {one.row for one in studio.distillation.view(project, made.id).left_out} >= {"14", "15"}


def test_a_question_of_the_exam_and_a_near_copy_are_never_asked(studio: Studio, project: str, ask: Ask) -> None:
    studio.exam_questions.write(
        project, "Which paint is on the wooden toy ladder of the year 1999?", "Green.", by="ana"
    )
    exam = "which paint is on the wooden toy ladder of the year 1999"
    made = ask([*asked(), exam, "Which paint is on the wooden toy ladder of the year 1999, please?"])
    assert (made.left_out["exam"], made.left_out["exam_copy"]) == (1, 1)
    made = studio.distillation.answer(project, made.id, by="ana")
    answered = [one.question for one in studio.distillation.view(project, made.id).answers]
    assert not any("1999" in question for question in answered)


def test_rows_with_an_answer_are_not_asked_and_a_table_without_questions_is_refused(
    studio: Studio, project: str, tmp_path: Path
) -> None:
    path = tmp_path / "half.csv"
    rows = [f"{question},{'' if place % 2 else 'It was made here.'}" for place, question in
            enumerate(one.replace(",", "") for one in asked())]  # fmt: skip
    path.write_text("\n".join(["question,answer", *rows]) + "\n", encoding="utf-8")
    made = studio.distillation.prepare(project, "starter", by="ana", rights=RIGHTS, questions=path, name="half.csv")
    assert made.left_out == {"answered": 6} and made.questions_in == 12
    path.write_text("price,weight\n1,2\n3,4\n", encoding="utf-8")
    with pytest.raises(StudioError, match="No column looks like questions"):
        studio.distillation.prepare(project, "starter", by="ana", rights=RIGHTS, questions=path, name="half.csv")


def test_it_answers_in_the_background_stops_and_goes_on_where_it_was(
    studio: Studio, project: str, ask: Ask, tmp_path: Path
) -> None:
    made = ask([f"Where was our {topic} number {number} made?" for topic in TOPICS for number in (11, 22, 33)])
    seen: list[int] = []
    with pytest.raises(StudioError, match="The teacher was stopped"):
        studio.distillation.answer(project, made.id, by="ana", stop=lambda: bool(seen and seen[-1]),
                                   on_progress=lambda _, done, total: seen.append(done))  # fmt: skip
    job = studio.distillation.begin(project, made.id, by="ana")
    assert job.wait(20) and job.error is None and job.record.result is not None
    lines = studio.home.project_folder(project) / "distillations" / made.id / "replies.jsonl"
    assert len(lines.read_text().splitlines()) == len(studio.distillation.view(project, made.id).answers) == 36


def test_the_same_press_is_the_same_distillation(studio: Studio, project: str, ask: Ask) -> None:
    assert ask(asked(), request_key="k").id == ask(asked(), request_key="k").id
    assert len(studio.distillation.all(project)) == 1


def test_the_prompted_rival_answers_with_the_solved_examples_before_each_question(
    studio: Studio, runs: list[str], tmp_path: Path
) -> None:
    project = studio.runs.view(runs[0]).spec.project
    path = tmp_path / "q.csv"
    path.write_text("question\n" + "\n".join(f'"{one}"' for one in asked()) + "\n", encoding="utf-8")
    made = studio.distillation.prepare(
        project, f"prompt:{runs[0]}", by="ana", rights=RIGHTS, questions=path, name="q.csv"
    )
    made = studio.distillation.answer(project, made.id, by="ana")
    assert made.teacher.kind == "prompt" and made.teacher.prompt_tokens > 20
    version = studio.distillation.prepare(
        project, f"run:{runs[0]}", by="ana", rights=RIGHTS, questions=path, name="q.csv"
    )
    version = studio.distillation.answer(project, version.id, by="ana")
    first = studio.distillation.view(project, version.id).answers[0]
    assert first.answer.startswith("Thanks for asking!") and version.teacher.prompt_tokens == 0


def test_the_sample_says_how_many_of_all_are_wrong_only_when_all_of_it_was_looked_at(
    studio: Studio, project: str, ask: Ask
) -> None:
    made = studio.distillation.answer(
        project, ask([f"Where was our {topic} number {n} made?" for topic in TOPICS for n in range(20)]).id, by="ana"
    )
    view = studio.distillation.draw(project, made.id, 40, by="ana")
    rows = [example.id for example in view.drawn]
    for place, row in enumerate(rows[:39]):
        kind = "wrong" if place < 2 else "corrected" if place == 2 else "right"
        fix = "It was made in Porto." if place == 2 else ""
        view = studio.distillation.mark(project, made.id, row, kind, by="ana", correction=fix)
    assert view.check is None and "39 of 40 drawn answers were looked at" in str(view.said[-1])
    view = studio.distillation.mark(project, made.id, rows[39], "right", by="ana")
    assert str(view.said[1]) == "Of 40 looked at 3 were wrong: between 2% and 20% of all 240."
    assert str(view.said[2]).startswith("Look at ")
    assert [example.id for example in studio.distillation.draw(project, made.id, 60, by="ana").drawn][:40] == rows
    assert studio.distillation.mark(project, made.id, rows[0], "open", by="ana").looked_at == 39


def test_what_was_not_drawn_and_what_says_nothing_is_refused(studio: Studio, project: str, ask: Ask) -> None:
    made = ask(asked())
    with pytest.raises(StudioError, match="has not answered all questions yet"):
        studio.distillation.draw(project, made.id, 5, by="ana")
    studio.distillation.answer(project, made.id, by="ana")
    view = studio.distillation.draw(project, made.id, 5, by="ana")
    drawn, other = view.drawn[0].id, next(one.id for one in view.answers if one not in view.drawn)
    for row, mark, correction, said in (
        (other, "right", "", "none of the answers"), (drawn, "fine", "", "nothing that can be said"),
        (drawn, "corrected", " ", "A correction has words"), (drawn, "right", "x", "A correction has words"),
    ):  # fmt: skip
        with pytest.raises(StudioError, match=said):
            studio.distillation.mark(project, made.id, row, mark, by="ana", correction=correction)
    with pytest.raises(WrongSetting, match="A sample cannot have 13 answers"):
        studio.distillation.draw(project, made.id, 13, by="ana")


def test_served_use_that_nobody_keeps_is_said(studio: Studio, project: str) -> None:
    with pytest.raises(StudioError, match="No question of an application is kept here"):
        studio.distillation.prepare(project, "starter", by="ana", rights=RIGHTS)


def test_what_applications_asked_is_asked_where_it_is_kept(studio: Studio, project: str) -> None:
    log = UseLog(studio.home)
    log.write_settings(project, UseSettings(is_on=True))
    for place, question in enumerate([*asked(), asked()[0], ""]):
        log.add(project, ServedUse(id=str(place), at=studio.clock(), version="v", question=question))
    made = studio.distillation.prepare(project, "starter", by="ana", rights=RIGHTS)
    assert made.source == "served use" and made.left_out == {"twice": 1} and made.questions_in == 13


def looked_at(studio: Studio, project: str, id: str, count: int, wrong: int = 0) -> None:
    """Draw so many answers; the first of them are wrong, the others right."""
    for place, row in enumerate(studio.distillation.draw(project, id, count, by="ana").drawn):
        studio.distillation.mark(project, id, row.id, "wrong" if place < wrong else "right", by="ana")


def test_nothing_is_taught_before_the_sample_was_looked_at_unless_she_says_so(
    studio: Studio, project: str, ask: Ask
) -> None:
    made = studio.distillation.answer(project, ask(asked()).id, by="ana")
    with pytest.raises(StudioError, match="Nobody has looked at the sample"):
        studio.distillation.use(project, made.id, by="ana")
    assert studio.examples.view(project, studio.examples.newest(project)).card.rows_added == 0
    view = studio.distillation.use(project, made.id, by="ana", unchecked=True)
    assert view.card.rows_added == 12 and studio.distillation.all(project)[0].unchecked


def test_wrong_answers_are_left_out_corrected_ones_are_taught_and_one_undo_takes_all_back(
    studio: Studio, project: str, ask: Ask
) -> None:
    made = studio.distillation.answer(project, ask(asked()).id, by="ana")
    looked_at(studio, project, made.id, 5, wrong=2)
    drawn = studio.distillation.view(project, made.id).drawn
    studio.distillation.mark(project, made.id, drawn[4].id, "corrected", by="ana", correction="It was made in Porto.")
    view = studio.distillation.use(project, made.id, by="ana")
    added = [example for example in view.examples if example.id in view.machine_made]
    assert len(added) == 10 and not {drawn[0].question, drawn[1].question} & {one.question for one in added}
    assert [one.answer for one in added if one.question == drawn[4].question] == ["It was made in Porto."]
    assert "made by a machine" in view.decisions[-1].sentence and "Apache" in view.decisions[-1].sentence
    assert studio.distillation.use(project, made.id, by="ana").card.rows_added == 10
    with pytest.raises(StudioError, match="among the examples already"):
        studio.distillation.mark(project, made.id, drawn[0].id, "right", by="ana")
    assert studio.examples.undo(project, view.id, by="ana").card.rows_added == 0


def test_what_a_machine_answered_is_never_in_the_exam_or_the_practice_check(
    studio: Studio, project: str, ask: Ask
) -> None:
    lines = [f"Where was our {topic} number {n} made?" for topic in TOPICS for n in range(20)]
    made = studio.distillation.answer(project, ask(lines).id, by="ana")
    view = studio.distillation.use(project, made.id, by="ana", unchecked=True)
    parts = studio.examples.split(view)
    drawn = {example.id for example in (*parts.exam, *parts.validation)}
    assert len(view.machine_made) == 240 and drawn and not drawn & view.machine_made
    assert {example.id for example in parts.train} >= view.machine_made


def test_a_project_without_examples_begins_with_answers_that_people_looked_at(studio: Studio, tmp_path: Path) -> None:
    project = studio.home.create_project("Only questions", "ana").id
    path = tmp_path / "q.csv"
    lines = [f"Where was our {topic} of {place} made?" for topic in TOPICS for place in ("Porto", "Riga", "Turin")]
    path.write_text("\n".join(["question", *lines]) + "\n", encoding="utf-8")
    made = studio.distillation.prepare(project, "starter", by="ana", rights=RIGHTS, questions=path, name="q.csv")
    studio.distillation.answer(project, made.id, by="ana")
    with pytest.raises(StudioError, match="at least 20 examples that a person vouches for") as refused:
        studio.distillation.use(project, made.id, by="ana", unchecked=True)
    assert "Look at 20 more answers" in refused.value.hint
    looked_at(studio, project, made.id, 22, wrong=1)
    view = studio.distillation.use(project, made.id, by="ana")
    assert len(view.examples) == 35 and len(view.machine_made) == 14
    assert "made by a machine" in view.card.origin and view.card.licence == RIGHTS
    parts = studio.examples.split(view)
    assert not {example.id for example in (*parts.exam, *parts.validation)} & view.machine_made
