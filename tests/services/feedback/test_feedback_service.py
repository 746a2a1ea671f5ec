"""Feedback is kept once, decided about in the inbox, and only then something to learn from."""

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import NotFound, StudioError
from studio.schemas.example import Message
from studio.schemas.loop.feedback import Feedback
from studio.services.studio import Studio
from tests.services.conftest import table

ASKED = (Message(role="user", content="What does the kettle cost?"),)


@pytest.fixture
def project(upload: Callable[[str], tuple[str, str]]) -> str:
    return upload(table(12))[0]


def give(studio: Studio, project: str, key: str = "k1", **said: object) -> Feedback:
    words: dict[str, object] = {"by": "ana", "origin": "chat", "turns": ASKED, "reply": "Ten.", "judgement": "down"}
    return studio.feedback.add(project, key=key, **(words | said))  # type: ignore[arg-type]


def test_what_was_said_is_kept_with_who_said_it_and_when(studio: Studio, project: str) -> None:
    one = give(studio, project, judgement="wrong", correction=" Twelve. ", reason="old price")
    assert studio.feedback.all(project) == (one,)
    assert (one.question, one.correction, one.reason, one.author, one.state) == (
        "What does the kettle cost?", "Twelve.", "old price", "ana", "new",
    )  # fmt: skip
    assert one.teaches and one.answer == "Twelve." and not give(studio, project, "k2").teaches


def test_the_same_key_is_one_feedback_and_later_words_replace_it_until_it_is_decided(
    studio: Studio, project: str
) -> None:
    first = give(studio, project)
    assert give(studio, project) == first
    second = give(studio, project, correction="Twelve.")
    assert second.id == first.id and studio.feedback.all(project) == (second,)
    studio.feedback.accept(project, [first.id], by="ana")
    assert give(studio, project, correction="Twelve.").state == "accepted"
    with pytest.raises(StudioError, match="decided about already"):
        give(studio, project, correction="Thirteen.")


def test_only_what_the_inbox_accepts_or_changes_is_learned_from(studio: Studio, project: str) -> None:
    one, two, three = (give(studio, project, key, correction=f"{key} it is.") for key in ("a", "b", "c"))
    assert studio.feedback.accepted(project) == ()
    studio.feedback.accept(project, [one.id], by="ana")
    studio.feedback.leave(project, [two.id], by="ana")
    studio.feedback.change(project, three.id, "Better so.", by="ben")
    assert [(f.id, f.answer) for f in studio.feedback.accepted(project)] == [
        (one.id, "a it is."), (three.id, "Better so."),
    ]  # fmt: skip


def test_a_decision_is_taken_back_with_all_that_were_decided_by_one_press(studio: Studio, project: str) -> None:
    given = [give(studio, project, key, correction="So.") for key in ("a", "b", "c")]
    studio.feedback.change(project, given[2].id, "Otherwise.", by="ana")
    studio.feedback.accept(project, [given[0].id, given[1].id], by="ana")
    assert {one.id for one in studio.feedback.undo(project, by="ana")} == {given[0].id, given[1].id}
    assert [one.state for one in studio.feedback.all(project)] == ["new", "new", "changed"]
    assert studio.feedback.undo(project, by="ana")[0].correction == "So."
    with pytest.raises(StudioError, match="Nothing was decided"):
        studio.feedback.undo(project, by="ana")


def test_a_press_that_comes_twice_decides_once(studio: Studio, project: str) -> None:
    one = give(studio, project)
    studio.feedback.accept(project, [one.id], by="ana", request_key="press")
    studio.feedback.leave(project, [one.id], by="ana")
    studio.feedback.accept(project, [one.id], by="ana", request_key="press")
    assert studio.feedback.all(project)[0].state == "left"


@pytest.mark.parametrize(
    ("said", "words"),
    [({"turns": ()}, "names no question"), ({"judgement": "maybe"}, "no judgement"),
     ({"correction": "x" * 20_001}, "20,001 letters"), ({"key": " "}, "1 to 200")],
)  # fmt: skip
def test_what_cannot_be_feedback_is_refused_in_a_sentence(
    studio: Studio, project: str, said: dict[str, object], words: str
) -> None:
    with pytest.raises(StudioError, match=words):
        give(studio, project, **{"key": "k", **said})  # type: ignore[arg-type]
    assert studio.feedback.all(project) == ()


def test_a_correction_that_repeats_the_reply_says_that_it_was_right(studio: Studio, project: str) -> None:
    assert give(studio, project, judgement="wrong", correction="Ten.").judgement == "right"
    assert give(studio, project, "k2", judgement="up", correction="Nine.").judgement == "wrong"


def test_a_run_of_another_project_answered_nothing_here(studio: Studio, project: str) -> None:
    with pytest.raises(NotFound):
        give(studio, project, version="20260101-000000-0001")


def test_a_table_is_read_with_an_exact_account_and_counts_once(studio: Studio, project: str, tmp_path: Path) -> None:
    path = tmp_path / "said.csv"
    path.write_text(
        "Question,Reply,Correction,Thumb,Author\nHow much?,Ten.,Twelve.,,ben\nHow heavy?,2 kg,,down,\nWho?,Ana,,👍,\n"
        ",Ten.,Nine.,,\nWhen?,,Now.,,\nWhere?,Here,,5 stars,\nHow much?,Ten.,Twelve.,,\n", encoding="utf-8",
    )  # fmt: skip
    done = studio.feedback.add_table(project, path, path.name, by="ana")
    assert (done.rows_in, done.kept) == (7, 3)
    assert done.dropped == {"no_question": 1, "no_reply": 1, "no_judgement": 1, "known": 1}
    said = [(one.judgement, one.correction, one.author) for one in studio.feedback.all(project)]
    assert said == [("wrong", "Twelve.", "ben"), ("down", None, "ana"), ("up", None, "ana")]
    again = studio.feedback.add_table(project, path, path.name, by="ana")
    assert again.kept == 0 and again.rows_in == again.kept + sum(again.dropped.values())


def test_a_table_without_replies_is_refused(studio: Studio, project: str, tmp_path: Path) -> None:
    path = tmp_path / "said.csv"
    path.write_text("question,answer\nHow much?,Ten.\n", encoding="utf-8")
    with pytest.raises(StudioError, match="no columns for"):
        studio.feedback.add_table(project, path, path.name, by="ana")
