"""A withdrawn row, a forgotten text and a removed person leave no word in feedback or in anything made of it.

Every file of the home is searched.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.schemas.example import Message
from studio.schemas.loop.served_use import ServedUse
from studio.schemas.people.person import Role
from studio.schemas.recipe import Recipe
from studio.services.privacy.feedback_erasure import only_in
from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.drafts import DraftStore
from studio.storage.loop.use_log import UseLog, keyed
from tests.fake_engine import FakeEngine
from tests.services.conftest import table
from tests.services.privacy.test_forgetting import holding

Upload = Callable[[str], tuple[str, str]]
HERS = "The quetzal sleeps under the seventh stair of the old mill."
REASON = "Because the vermilion ledger says so on page nine."
THEIRS = "The heron stands beside the third lock of the canal."


def give(studio: Studio, project: str, by: str, question: str, correction: str, reason: str = "") -> str:
    one = studio.feedback.add(
        project, by=by, key=f"{by} {question}", origin="chat", turns=[Message(role="user", content=question)],
        reply="I do not know that yet.", judgement="wrong", correction=correction, reason=reason,
    )  # fmt: skip
    studio.feedback.accept(project, [one.id], by="ana")
    return one.id


@pytest.fixture
def project(studio: Studio, upload: Upload) -> str:
    """A project in which Eve's correction was taught, exported, asked about and typed again."""
    project, dataset = upload(table())
    question = "Where does the quetzal of the mill sleep at night?"
    give(studio, project, "eve", question, HERS, REASON)
    give(studio, project, "ben", "Where does the heron of the canal stand?", THEIRS)
    for one in studio.feedback.accepted(project):
        studio.examples.add(project, dataset, by="ana", question=one.question, answer=one.answer)
    run = studio.runs.launch(project, dataset, Recipe(), by="ana")
    studio.runs.carry_out_when_free(run.id)
    newest = studio.examples.newest(project)
    for form in ("csv", "jsonl", "report"):
        studio.examples.export(project, newest, form)
    DraftStore(studio.home).keep("p-eve", project, "Why", f"{HERS} {REASON}", studio.clock())
    assert len(holding(studio.home.path, "quetzal sleeps")) > 5
    return project


def test_a_person_who_is_forgotten_leaves_no_word_and_takes_none_of_others(studio: Studio, project: str) -> None:
    before = len(studio.examples.view(project, studio.examples.newest(project)).examples)
    done = studio.feedback_erasure.forget_author(project, "eve", by="ana")
    assert (done.feedback, done.rows) == (1, 1) and done.files > 3
    for words in ("quetzal sleeps", "vermilion ledger"):
        assert holding(studio.home.path, words) == [], words
    assert [one.author for one in studio.feedback.all(project)] == ["ben"]
    view = studio.examples.view(project, studio.examples.newest(project), exact=True)
    assert len(view.examples) == before - 1 and THEIRS in {row.answer for row in view.examples}
    assert studio.feedback_erasure.forget_author(project, "eve", by="ana").feedback == 0


def test_what_the_watch_kept_of_her_questions_goes_and_that_of_others_stays(studio: Studio, project: str) -> None:
    salt, log = studio.watch.switch_on(project, by="ana").salt, UseLog(studio.home)
    for name in ("eve", "ben"):
        log.add(project, ServedUse(id=name, at=studio.clock(), version="v", person=keyed(salt, name),
                                   question=f"What does {name} ask?"))  # fmt: skip
    assert studio.feedback_erasure.forget_author(project, "eve", by="ana").served == 1
    assert [use.id for use in log.all(project)] == ["ben"] and holding(studio.home.path, "What does eve ask?") == []


def test_a_withdrawn_row_takes_its_feedback_along_and_forgetting_the_words(studio: Studio, project: str) -> None:
    dataset = studio.examples.newest(project)
    view = studio.examples.view(project, dataset)
    row = next(row for row in view.examples if row.answer == HERS)
    after = studio.versions.withdraw(project, dataset, [row.id], by="ana", reason="")
    assert [one.author for one in studio.feedback.all(project)] == ["ben"]
    assert "quetzal" not in (studio.home.project_folder(project) / "feedback.jsonl").read_text()
    studio.forgetting.forget(project, after.id, by="ana")
    studio.forgetting.forget(project, after.id, text="vermilion ledger says", by="ana")
    assert holding(studio.home.path, "quetzal sleeps") == []
    assert THEIRS in {row.answer for row in studio.examples.view(project, after.id).examples}


def test_a_row_that_was_taught_by_feedback_goes_with_the_row_that_it_corrected(studio: Studio, project: str) -> None:
    dataset = studio.examples.newest(project)
    first = studio.examples.view(project, dataset).examples[0]
    give(studio, project, "ben", first.question, "A wholly different answer of mine.")
    after = studio.examples.add(project, dataset, by="ana", question=first.question,
                                answer="A wholly different answer of mine.")  # fmt: skip
    done = studio.versions.withdraw(project, after.id, [first.id], by="ana", reason="")
    left = {row.answer for row in done.examples}
    assert first.answer not in left and "A wholly different answer of mine." not in left


def test_a_forgotten_text_takes_every_feedback_in_which_it_stands(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    for place, words in enumerate(("Write to eve.moss@example.org.", "Nothing of that kind.")):
        one = give(studio, project, "ben", f"Question {place}?", words)
        studio.feedback.change(project, one, words + " Indeed.", by="ana")
    studio.forgetting.forget(project, dataset, text="eve.moss@example.org", by="ana")
    assert holding(studio.home.path, "eve.moss") == []
    assert [one.answer for one in studio.feedback.all(project)] == ["Nothing of that kind. Indeed."]


def test_an_account_that_is_removed_takes_what_she_said_with_it(tmp_path: Path) -> None:
    studio = Studio(Settings(home=tmp_path / "home", offline=True, people=True), FakeEngine(pause=0.0))
    ana = studio.accounts.add_with_password("Ana", "four words in a row", by="-", role=Role.ADMINISTRATOR)
    eve = studio.accounts.add_with_password("Eve", "five words in a row", by="-")
    project = studio.home.create_project("p", ana.id, id="p").id
    for by in ("Eve", "Ana"):
        give(studio, project, by, f"A question of {by} about gates?", f"An answer of {by} about gates and keys.")
    DraftStore(studio.home).keep(eve.id, project, "Why", "Half a thought of Eve's.", studio.clock())
    studio.ownership.remove_person("Eve", by="Ana")
    assert [one.author for one in studio.feedback.all(project)] == ["Ana"]
    assert holding(studio.home.path / "projects", "answer of Eve") == []
    assert holding(studio.home.path / "projects", "Half a thought") == []
    studio.close()


def test_words_that_stand_elsewhere_too_are_not_taken_from_there() -> None:
    kept = ["We open at nine o'clock on Mondays."]
    assert only_in({"We open at NINE o'clock", "short", "A sentence of its own."}, kept) == {"A sentence of its own."}
