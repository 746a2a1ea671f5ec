"""The side by side without a browser: who answers, what is kept, and what is asked again."""

from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.schemas.chat import ReplySettings
from studio.schemas.fallback import Fallback
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.web.mounting import Place, Updates
from studio.web.tabs.compare.chat_screen import ChatScreen
from studio.web.tabs.compare.conversations import ChatState, SettingsByContestant, ShownConversation
from studio.web.view import View
from tests.fake_engine import FakeLoadedModel
from tests.web.conftest import MountedPage, updated

RHYME = (("tuned", ReplySettings(instructions="Answer in rhyme.")),)
WARM = tuple((name, ReplySettings(temperature=0.7)) for name in ("base", "tuned"))
AT = Place("compare")


@pytest.fixture
def screen(page: MountedPage, taught: View) -> ChatScreen:
    return page.opened("compare", taught, drawers=True).chat  # type: ignore[no-any-return]


def state_of(screen: ChatScreen) -> ShownConversation:
    return screen.state.value  # type: ignore[no-any-return]


def ask(screen: ChatScreen, question: str, request: gr.Request, shown: ShownConversation | None = None,
        settings: SettingsByContestant = ()) -> list[Updates]:  # fmt: skip
    return list(screen.ask(shown or state_of(screen), question, request, False, settings))


def asked(screen: ChatScreen, question: str, request: gr.Request, **more: Any) -> ShownConversation:
    """The conversation after a question."""
    return ask(screen, question, request, **more)[0][screen.state]  # type: ignore[no-any-return]


def columns(screen: ChatScreen, told: Updates) -> list[Any]:
    """What each contestant's column shows."""
    return [told[chat] for chat in screen.columns.chats]


def heads(screen: ChatScreen, told: Updates) -> list[str]:
    return [told[head] for head in screen.columns.heads]


def test_both_answer_and_each_reply_bears_its_mark(
    screen: ChatScreen, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    told = ask(screen, "<b>Hello?</b>", request_of_ana)
    assert len(told) > 3, "it streams"
    base, tuned = columns(screen, told[-1])
    assert base[1]["content"] != tuned[1]["content"]
    assert "weights" in base[1]["content"] and "<b>" not in base[0]["content"]
    assert studio.chats.turns(taught.run, told[0][screen.state].id)[0].by == "ana"
    assert updated(told[0][screen.stop])["visible"] is True and updated(told[-1][screen.stop])["visible"] is False


def test_while_they_write_only_words_go_to_the_page(screen: ChatScreen, request_of_ana: gr.Request) -> None:
    told = ask(screen, "Hello?", request_of_ana)
    assert all(step.keys() == {*screen.columns.chats} for step in told[2:-1])


def test_the_exam_brings_its_question_and_the_experts_answer_comes_with_the_replies(
    screen: ChatScreen, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    told = screen.from_exam(state_of(screen))
    first, shown = studio.chats.exam(taught.run)[0], told[screen.state]
    assert told[screen.question] == first.question and shown.expert == first.answer
    assert screen.expert not in told, "what is shown are replies to another question"
    assert told[screen.exam].startswith("Take exam question 2 of")
    told = ask(screen, first.question, request_of_ana, shown)
    for step in (told[0], told[-1]):
        assert updated(step[screen.expert])["visible"] is True
        assert "Your own answer to “" in updated(step[screen.expert])["value"]
    assert studio.chats.turns(taught.run, told[0][screen.state].id)[0].expert == first.answer


def test_an_experts_answer_does_not_stay_under_another_question(
    screen: ChatScreen, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    shown = screen.from_exam(state_of(screen))[screen.state]
    edited = ask(screen, f"{shown.asked} And on Sundays?", request_of_ana, shown)
    assert updated(edited[0][screen.expert])["visible"] is False
    assert updated(edited[-1][screen.expert])["visible"] is False
    assert not studio.chats.turns(taught.run, edited[0][screen.state].id)[0].expert


def test_the_next_exam_question_leaves_the_answer_of_the_last_replies_and_asking_again_keeps_it(
    page: MountedPage, screen: ChatScreen, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    first, second = studio.chats.exam(taught.run)[:2]
    shown = asked(screen, first.question, request_of_ana, shown=screen.from_exam(state_of(screen))[screen.state])
    told = screen.from_exam(shown)
    assert told[screen.question] == second.question and screen.expert not in told
    again = list(
        screen.ask_again(told[screen.state], request_of_ana, settings=(("tuned", ReplySettings(temperature=0.7)),))
    )
    assert first.answer[:20] in unescape(updated(again[-1][screen.expert])["value"])
    assert studio.chats.turns(taught.run, shown.id)[-1].expert == first.answer
    opened = page.opened("compare", taught).chat
    assert opened.expert.visible and first.answer[:20] in unescape(opened.expert.value), "after a reload, too"


def test_one_that_departs_from_what_was_taught_says_so(screen: ChatScreen, request_of_ana: gr.Request) -> None:
    base, tuned = heads(screen, ask(screen, "Hello?", request_of_ana, settings=RHYME)[-1])
    assert "departs" in tuned and "departs" not in base


def test_the_drawer_keeps_what_the_next_question_is_asked_with(screen: ChatScreen, taught: View) -> None:
    panel = screen.settings
    values = {name: [0.0, 200, fields[2].value] for name, fields in panel.fields.items()}
    values["tuned"] = [0.7, 64, "Answer in rhyme."]
    told = panel.change(*(value for three in values.values() for value in three))
    kept = dict(told[screen.set])
    assert kept["tuned"] == ReplySettings(temperature=0.7, max_new_tokens=64, instructions="Answer in rhyme.")
    assert kept["base"].instructions is None
    assert "Other than" in updated(told[panel.fields["tuned"][2]])["info"]


def test_what_this_kind_of_model_cannot_do_is_said_beside_each_and_kept(
    page: MountedPage, screen: ChatScreen, studio: Studio, taught: View, request_of_ana: gr.Request,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(FakeLoadedModel, "fallbacks", (Fallback.TURNS_READ_AGAIN,))
    told = ask(screen, "Hello?", request_of_ana, settings=RHYME)
    said = heads(screen, told[-1])
    assert all("again at each turn" in head for head in said) and "Other than" in said[1]
    assert studio.chats.turns(taught.run, told[0][screen.state].id)[0].fallbacks == (Fallback.TURNS_READ_AGAIN,)
    monkeypatch.setattr(FakeLoadedModel, "fallbacks", ())
    again = page.opened("compare", taught).chat
    assert all("again at each turn" in head.value for head in again.columns.heads), "after a reload, too"


def test_stop_ends_both(screen: ChatScreen, request_of_ana: gr.Request) -> None:
    stream = screen.ask(state_of(screen), "Hello?", request_of_ana)
    shown = next(stream)[screen.state]
    next(stream)
    screen.end(shown)
    assert "ended before it was finished" in columns(screen, list(stream)[-1])[1][1]["content"]


def test_an_answer_goes_on_where_the_tab_is_opened_again_and_no_second_one_begins_beside_it(
    page: MountedPage, screen: ChatScreen, taught: View, request_of_ana: gr.Request
) -> None:
    shown = asked(screen, "Hello?", request_of_ana)
    stream = screen.ask(shown, "And then?", request_of_ana)
    next(stream), next(stream)
    again = page.opened("compare", taught).chat
    following = again.follow(again.state.value)
    assert "And then?" in str(columns(again, next(following)))
    with pytest.raises(StudioError, match="still being answered"):
        next(again.ask(again.state.value, "A third?", request_of_ana))
    list(stream)
    *_, last = following
    assert updated(last[again.send])["visible"] is True and "weights" in columns(again, last)[0][3]["content"]


def test_an_empty_question_is_answered_with_a_sentence(screen: ChatScreen, request_of_ana: gr.Request) -> None:
    with pytest.raises(StudioError, match="no question"):
        ask(screen, "  ", request_of_ana)


@pytest.mark.parametrize("form", ["csv", "jsonl", "html"])
def test_the_conversation_can_be_taken_away(screen: ChatScreen, request_of_ana: gr.Request, form: str,
                                            offered: list[tuple[str, Path]]) -> None:  # fmt: skip
    shown = asked(screen, "Hello?", request_of_ana)
    getattr(screen.saved, f"export_{form}")(shown, request_of_ana)
    assert "Hello?" in offered[-1][1].read_text(encoding="utf-8-sig")


def test_up_to_four_answer_and_each_has_a_column_of_its_own(
    page: MountedPage, screen: ChatScreen, taught: View, request_of_ana: gr.Request
) -> None:
    who = ["base", "prompted", "lookup", "tuned"]
    place = screen.choose(AT, state_of(screen), WARM, who)[screen.frame.place]
    assert place.turn == AT.turn + 1 and place.state.settings == WARM, "what she set stays"
    four = page.opened("compare", taught, state=place.state).chat
    assert four.send.value == "Ask all 4" and len(four.columns.chats) == 4
    told = columns(four, ask(four, "Hello?", request_of_ana)[-1])
    assert all(len(column) == 2 for column in told) and "nearest example" in told[2][1]["content"]
    for wrong in ([], [*who, "run:x"], ["somebody"]):
        with pytest.raises(StudioError):
            screen.choose(AT, state_of(screen), (), wrong)


def test_words_that_differ_from_the_first_are_marked(screen: ChatScreen, request_of_ana: gr.Request) -> None:
    shown = asked(screen, "Hello?", request_of_ana)
    plain, marked = (columns(screen, screen.mark_words(shown, on)) for on in (False, True))
    assert "differs" not in str(plain) and "differs" in marked[1][1]["content"] and marked[0] == plain[0]


def test_a_question_is_asked_again_with_another_seed_or_in_other_words(
    screen: ChatScreen, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    with pytest.raises(StudioError, match="Nothing has been asked"):
        next(screen.ask_again(state_of(screen), request_of_ana))
    shown = asked(screen, "Hello?", request_of_ana)
    with pytest.raises(StudioError, match="same words"):
        next(screen.ask_again(shown, request_of_ana))
    list(screen.ask_again(shown, request_of_ana, False, WARM))
    (turn,) = studio.chats.turns(taught.run, shown.id)
    assert {settings.seed for settings in turn.settings.values()} == {1}
    told = screen.ask_otherwise(shown)
    assert told[screen.question] == "Hello?"
    ask(screen, "Hello, and what does it cost?", request_of_ana, told[screen.state])
    assert [t.question for t in studio.chats.turns(taught.run, shown.id)] == ["Hello, and what does it cost?"]


def test_a_reload_finds_the_conversation_and_the_list_opens_others(
    page: MountedPage, screen: ChatScreen, taught: View, request_of_ana: gr.Request
) -> None:
    first = asked(screen, "About kettles?", request_of_ana)
    again = page.opened("compare", taught, drawers=True).chat
    assert state_of(again).id == first.id and "About kettles" in str([chat.value for chat in again.columns.chats])
    fresh = again.begin_anew(state_of(again))[again.state]
    assert not fresh.id
    second = asked(again, "About lamps?", request_of_ana, shown=fresh)
    found = again.saved.find(second, "kettles")
    assert [id for _, id in updated(found[again.saved.list])["choices"]] == [first.id] and not found[again.saved.none]
    assert again.reopen(taught, AT, second, (), first.id)[again.state].id == first.id
    assert "No conversation" in again.saved.find(second, "elephants")[again.saved.none]


def test_a_saved_conversation_with_others_is_opened_in_columns_of_their_own(
    screen: ChatScreen, taught: View, request_of_ana: gr.Request
) -> None:
    first = asked(screen, "About kettles?", request_of_ana)
    elsewhere = replace(first, id="", contestants=("tuned",))
    place = screen.reopen(taught, AT, elsewhere, (), first.id)[screen.frame.place]
    assert isinstance(place.state, ChatState) and place.state.conversation.contestants == ("base", "tuned")


def test_after_another_version_the_conversations_with_the_last_one_are_there_and_lead_to_it(
    page: MountedPage, screen: ChatScreen, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    first = asked(screen, "About kettles?", request_of_ana)
    later = studio.runs.launch(taught.project, taught.dataset, Recipe(seed=3), by="ana")
    studio.runs.carry_out(later.id)
    studio.run_list.rename(taught.run, "Spring", by="ana")
    view = replace(taught, run=later.id, picked=later.id)
    tab = page.opened("compare", view, drawers=True)
    chat = tab.chat
    assert state_of(chat).run == later.id and not state_of(chat).id
    ((label, id),) = updated(chat.saved.find(state_of(chat), "")[chat.saved.list])["choices"]
    assert id == first.id and "with version Spring" in label and "About kettles?" in label
    told = chat.reopen(view, AT, state_of(chat), (), first.id)
    after, place = told[chat.frame.view], told[chat.frame.place]
    assert after.run == taught.run and place.state.conversation.id == first.id
    assert "About kettles" in str([one.value for one in page.opened("compare", after).chat.columns.chats])


def test_a_question_that_was_taught_bears_a_badge(
    screen: ChatScreen, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    row = studio.home.run(taught.run).train[0]
    (base, _) = columns(screen, ask(screen, row.question, request_of_ana)[-1])
    assert "this question was taught" in base[0]["content"] and row.label in base[0]["content"]
