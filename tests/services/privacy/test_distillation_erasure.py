"""A forgotten text, a withdrawn row and a removed person leave no word in what a teacher was asked and answered.

Every file of the home is searched.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.schemas.example import Message
from studio.schemas.loop.distillation import Distillation
from studio.schemas.loop.served_use import ServedUse
from studio.services.studio import Studio
from studio.storage.files import move_to_trash
from studio.storage.loop.use_log import UseLog, keyed
from tests.services.conftest import TOPICS, table
from tests.services.privacy.test_forgetting import holding

Upload = Callable[[str], tuple[str, str]]
HERS = "Where does the quetzal of the old mill sleep in a cold winter?"
MAIL = "dora.fern@example.org"


def lines(*more: str) -> str:
    return "\n".join(["question", *(f'"Where was our {topic} made, and by whom?"' for topic in TOPICS),
                      *(f'"{one}"' for one in more)]) + "\n"  # fmt: skip


@pytest.fixture
def answered(studio: Studio, upload: Upload, tmp_path: Path) -> Distillation:
    """A project whose teacher was asked about a person by name; what it said was looked at, and corrected with it."""
    project, _ = upload(table())
    path = tmp_path / "questions.csv"
    path.write_text(lines(f"May I write to {MAIL} about the stairs?"), encoding="utf-8")
    made = studio.distillation.prepare(project, "starter", by="ana", questions=path, name=path.name, rights="MIT.")
    made = studio.distillation.answer(project, made.id, by="ana")
    row = studio.distillation.draw(project, made.id, made.answers, by="ana").drawn[0]
    studio.distillation.mark(project, made.id, row.id, "corrected", by="ana", correction=f"Ask {MAIL}, please.")
    return made


def test_a_forgotten_text_is_gone_from_questions_replies_answers_and_marks_and_is_never_taught(
    studio: Studio, answered: Distillation
) -> None:
    project, dataset = answered.project, studio.examples.newest(answered.project)
    held = {path.rsplit("/", 1)[-1] for path in holding(studio.home.path, MAIL)}
    assert {"questions.jsonl", "replies.jsonl", "answers.jsonl", "marks.jsonl"} <= held
    listed = studio.forgetting.forget_list(project, dataset, text=MAIL)
    assert sum(place.what == "Questions and answers of a teacher" for place in listed) >= 4
    studio.forgetting.forget(project, dataset, text=MAIL, by="ana")
    assert holding(studio.home.path, MAIL) == []
    for row in studio.distillation.view(project, answered.id).drawn:
        if row.id not in studio.distillation.view(project, answered.id).marks:
            studio.distillation.mark(project, answered.id, row.id, "right", by="ana")
    taught = studio.distillation.use(project, answered.id, by="ana").examples
    assert len(taught) > len(TOPICS) and not [row for row in taught if "[forgotten]" in f"{row.question} {row.answer}"]


def test_a_teacher_that_has_not_answered_yet_is_not_asked_what_was_forgotten(
    studio: Studio, upload: Upload, tmp_path: Path
) -> None:
    project, dataset = upload(table())
    path = tmp_path / "questions.csv"
    path.write_text(lines(f"Is {MAIL} still at the desk?"), encoding="utf-8")
    made = studio.distillation.prepare(project, "starter", by="ana", questions=path, name=path.name, rights="MIT.")
    studio.forgetting.forget(project, dataset, text=MAIL, by="ana")
    made = studio.distillation.answer(project, made.id, by="ana")
    assert made.left_out == {"forgotten": 1} and made.questions_in == made.answers + 1
    assert "[forgotten]" not in (studio.home.path / "projects" / project / "distillations" / made.id
                                 / "answers.jsonl").read_text()  # fmt: skip


def test_a_row_that_came_from_a_teacher_and_is_withdrawn_goes_from_its_answers_too(
    studio: Studio, answered: Distillation
) -> None:
    project = answered.project
    view = studio.distillation.use(project, answered.id, by="ana", unchecked=True)
    row = next(row for row in view.examples if MAIL in row.question)
    after = studio.versions.withdraw(project, view.id, [row.id], by="ana", reason="")
    studio.forgetting.forget(project, after.id, by="ana")
    assert holding(studio.home.path, "about the stairs") == []


def test_what_an_application_said_that_a_removed_person_asked_is_put_to_no_teacher_any_more(
    studio: Studio, upload: Upload
) -> None:
    project, _ = upload(table())
    salt, log = studio.watch.switch_on(project, by="ana").salt, UseLog(studio.home)
    asked = [*(("ben", f"Where was our {topic} made, and by whom?") for topic in TOPICS), ("eve", HERS)]
    for place, (who, question) in enumerate(asked):
        log.add(project, ServedUse(id=str(place), at=studio.clock(), version="v", person=keyed(salt, who),
                                   question=question))  # fmt: skip
    made = studio.distillation.prepare(project, "starter", by="ana", rights="MIT.")
    studio.distillation.answer(project, made.id, by="ana")
    assert len(holding(studio.home.path, HERS)) >= 4
    done = studio.feedback_erasure.forget_author(project, "eve", by="ana")
    assert done.served == 1 and done.files >= 3
    assert holding(studio.home.path, HERS) == []
    assert len(holding(studio.home.path, "Where was our")) >= 4, "what others asked stays"


def test_what_a_removed_person_said_is_gone_from_a_project_in_the_trash(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    words = "The heron of Eve stands beside the third lock."
    for by, said in (("eve", words), ("ben", "The otter of Ben swims below the second lock.")):
        turns = [Message(role="user", content=f"Where is the bird of {by}?")]
        one = studio.feedback.add(project, by=by, key=by, origin="chat", judgement="wrong", correction=said,
                                  turns=turns, reply="No idea.")  # fmt: skip
        studio.feedback.accept(project, [one.id], by="ana")
        studio.examples.add(project, dataset, by="ana", question=one.question, answer=one.answer)
    studio.examples.export(project, studio.examples.newest(project), "jsonl")
    move_to_trash(studio.home.project_folder(project), studio.home.path)
    assert len(holding(studio.home.path / "trash", words)) > 2
    studio.feedback_erasure.of_person("p-eve", "eve", by="ana")
    assert holding(studio.home.path / "trash", words) == []
    assert len(holding(studio.home.path / "trash", "The otter of Ben")) > 2
