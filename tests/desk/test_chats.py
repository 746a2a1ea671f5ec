"""The same question to several contestants; what was said is kept in a file, not in the page."""

from collections.abc import Callable

import pytest

from studio.desk.studio import Studio
from studio.errors import StudioError
from studio.records.chat import ReplySettings
from studio.records.recipe import Recipe
from tests.desk.conftest import table
from tests.fake_engine import FakePanes

Upload = Callable[[str], tuple[str, str]]


@pytest.fixture
def run(studio: Studio, upload: Upload) -> str:
    project, dataset = upload(table())
    launched = studio.runs.launch(project, dataset, Recipe(instructions="Be kind."), by="ana").id
    studio.runs.carry_out_when_free(launched)
    return launched


def test_both_answer_at_once_and_the_turn_is_kept(studio: Studio, run: str) -> None:
    talk = studio.chats.begin(run)
    shown = list(studio.chats.ask(talk, "What does the lamp cost?", by="ana"))
    assert set(shown[-1]) == {"base", "tuned"} and len(shown) > 3
    (turn,) = studio.chats.turns(run, talk.id)
    assert [reply.contestant for reply in turn.replies] == ["base", "tuned"]
    assert turn.replies[0].fingerprint != turn.replies[1].fingerprint


def test_each_pane_goes_on_from_its_own_words(studio: Studio, run: str) -> None:
    talk = studio.chats.begin(run)
    for question in ("One?", "Two?"):
        list(studio.chats.ask(talk, question, by="ana"))
    assert [m.role for m in talk.messages["base"]] == ["user", "assistant"] * 2
    assert talk.messages["base"][1] != talk.messages["tuned"][1]


def test_the_look_up_rival_gives_the_nearest_taught_answer(studio: Studio, run: str) -> None:
    taught = studio.home.run(run).train[0]
    turn = studio.chats.answer_once(run, taught.question, by="ana", contestants=["lookup", "tuned"])
    assert turn.replies[0].text == taught.answer


def test_a_pane_may_depart_from_the_instructions(studio: Studio, run: str) -> None:
    settings = {"base": ReplySettings(instructions="Be brief.")}
    turn = studio.chats.answer_once(run, "Hello?", by="ana", contestants=["base"], settings=settings)
    assert turn.settings["base"].instructions == "Be brief."


@pytest.mark.parametrize(("question", "contestants"), [("  ", ["base"]), ("Hello?", ["nobody"])])
def test_what_cannot_be_asked_is_said(studio: Studio, run: str, question: str, contestants: list[str]) -> None:
    with pytest.raises(StudioError):
        studio.chats.answer_once(run, question, by="ana", contestants=contestants)


def test_a_run_without_a_version_cannot_chat(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    waiting = studio.runs.launch(project, dataset, Recipe(), by="ana").id
    with pytest.raises(StudioError, match="no version"):
        studio.chats.answer_once(waiting, "Hello?", by="ana", contestants=["base"])


def test_panes_that_are_not_what_they_say_raise_the_alarm_beside_the_reply(
    studio: Studio, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert studio.chats.answer_once(run, "Hello?", by="ana", contestants=["tuned"]).replies[0].note == ""
    studio.chats.close()
    monkeypatch.setattr(FakePanes, "alarms", ("“tuned” and “base” answer exactly alike.",))
    turn = studio.chats.answer_once(run, "Hello?", by="ana", contestants=["base", "tuned"])
    assert [reply.note for reply in turn.replies] == ["", "“tuned” and “base” answer exactly alike."]
