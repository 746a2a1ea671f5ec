"""The same question to several contestants; what was said is kept in a file, not in the page."""

from collections.abc import Callable

import pytest

from studio.errors import StudioError
from studio.schemas.chat import ReplySettings
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from tests.fake_engine import FakeLoadedModel
from tests.services.conftest import table

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


def test_each_contestant_goes_on_from_its_own_words(studio: Studio, run: str) -> None:
    talk = studio.chats.begin(run)
    for question in ("One?", "Two?"):
        list(studio.chats.ask(talk, question, by="ana"))
    assert [m.role for m in talk.messages["base"]] == ["user", "assistant"] * 2
    assert talk.messages["base"][1] != talk.messages["tuned"][1]


def test_the_look_up_rival_gives_the_nearest_taught_answer(studio: Studio, run: str) -> None:
    taught = studio.home.run(run).train[0]
    turn = studio.chats.answer_once(run, taught.question, by="ana", contestants=["lookup", "tuned"])
    assert turn.replies[0].text == taught.answer


def test_a_contestant_may_depart_from_the_instructions(studio: Studio, run: str) -> None:
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


def test_models_that_are_not_what_they_say_raise_the_alarm_beside_the_reply(
    studio: Studio, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert studio.chats.answer_once(run, "Hello?", by="ana", contestants=["tuned"]).replies[0].note == ""
    studio.chats.close()
    monkeypatch.setattr(FakeLoadedModel, "alarms", ("“tuned” and “base” answer exactly alike.",))
    turn = studio.chats.answer_once(run, "Hello?", by="ana", contestants=["base", "tuned"])
    assert [reply.note for reply in turn.replies] == ["", "“tuned” and “base” answer exactly alike."]


def test_another_run_answers_from_the_same_copy_of_the_weights(studio: Studio, run: str, upload: Upload) -> None:
    folder = studio.home.run(run)
    other = studio.runs.launch(folder.spec.project, folder.spec.dataset, Recipe(seed=3), by="ana").id
    studio.runs.carry_out_when_free(other)
    names = ["base", "prompted", "lookup", f"run:{other}"]
    turn = studio.chats.answer_once(run, "Hello?", by="ana", contestants=names)
    assert [reply.contestant for reply in turn.replies] == names
    loaded = studio.chats.model(run, names)
    assert studio.chats.model(run, ["base", "tuned"]) is loaded, "fewer of them load nothing anew"


def test_asking_again_replaces_the_reply_and_the_file_keeps_both(studio: Studio, run: str) -> None:
    talk = studio.chats.begin(run)
    for question in ("One?", "Two?", "Three?"):
        list(studio.chats.ask(talk, question, by="ana"))
    list(studio.chats.ask(talk, "Two, otherwise?", by="ana", place=1))
    assert [turn.question for turn in talk.turns] == ["One?", "Two, otherwise?"]
    assert [turn.question for turn in studio.chats.turns(run, talk.id)] == ["One?", "Two, otherwise?"]
    assert [m.content for m in talk.messages["base"] if m.role == "user"] == ["One?", "Two, otherwise?"]
    file = studio.home.project_folder(studio.home.run(run).spec.project) / "chats" / f"{talk.id}.jsonl"
    assert len(file.read_text(encoding="utf-8").splitlines()) == 4


def test_a_question_that_stands_alone_forgets_what_came_before(studio: Studio, run: str) -> None:
    talk = studio.chats.begin(run)
    list(studio.chats.ask(talk, "One?", by="ana"))
    list(studio.chats.ask(talk, "From the exam?", by="ana", alone=True))
    assert len(talk.messages["base"]) == 2 and len(talk.turns) == 2


def test_a_conversation_is_found_and_gone_on_with(studio: Studio, run: str) -> None:
    project = studio.home.run(run).spec.project
    first, second = studio.chats.begin(run), studio.chats.begin(run)
    list(studio.chats.ask(first, "Is the kettle hot?", by="ana"))
    list(studio.chats.ask(second, "Is the lamp on?", by="ben"))
    assert [line.id for line in studio.chats.conversations(project)] == [second.id, first.id]
    (line,) = studio.chats.conversations(project, "KETTLE hot")
    assert (line.by, line.questions, line.first) == ("ana", 1, "Is the kettle hot?")
    again = studio.chats.resume(run, first.id)
    list(studio.chats.ask(again, "And now?", by="ana"))
    assert again.messages["tuned"][0].content == "Is the kettle hot?"
    with pytest.raises(StudioError):
        studio.chats.resume(run, "../../etc")


def test_a_question_that_was_taught_names_its_row(studio: Studio, run: str) -> None:
    taught = studio.home.run(run).train[4]
    turn = studio.chats.answer_once(run, taught.question.upper(), by="ana", contestants=["base"])
    assert turn.taught == f"row {taught.label}"
    assert studio.chats.answer_once(run, "Where do you live?", by="ana", contestants=["base"]).taught == ""


def test_a_conversation_can_be_printed_and_its_words_stay_words(studio: Studio, run: str) -> None:
    talk = studio.chats.begin(run)
    list(studio.chats.ask(talk, "<script>alert(1)</script>", by="ana"))
    page = studio.chats.export(run, talk.id, "html").read_text(encoding="utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page and "your version" in page
    assert "default-src 'none'" in page
