"""What she says of a reply: one press, a box where words are wanted, and a press that takes it back."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.schemas.chat import LabelCertainty, Reply, Turn
from studio.schemas.example import Message
from studio.schemas.loop.feedback import Feedback
from studio.services.studio import Studio
from studio.web.mounting import Updates
from studio.web.tabs.compare.chat_screen import ChatScreen
from studio.web.tabs.compare.conversations import ShownConversation
from studio.web.tabs.compare.reply_columns import bubbles
from studio.web.tabs.compare.reply_feedback import OFFERED, is_said
from studio.web.view import View
from tests.web.conftest import MountedPage, updated
from tests.web.tabs.compare.test_chat_screen import asked


@pytest.fixture
def screen(page: MountedPage, taught: View) -> ChatScreen:
    return page.opened("compare", taught).chat  # type: ignore[no-any-return]


@pytest.fixture
def shown(screen: ChatScreen, request_of_ana: gr.Request) -> ShownConversation:
    first = asked(screen, "What does the lamp cost?", request_of_ana)
    return asked(screen, "And the kettle?", request_of_ana, shown=first)


def press(screen: ChatScreen, shown: ShownConversation, act: str, request: gr.Request) -> Updates:
    message = json.dumps({"press": act, "seen": "", "picked": {}, "nonce": "n"})
    return screen.judge(shown, message, False, request)


def kept(studio: Studio, view: View) -> tuple[Feedback, ...]:
    return studio.feedback.all(view.project)


def last_of(screen: ChatScreen, told: Updates) -> Any:
    """The last bubble of the version's column."""
    return told[screen.columns.chats[-1]][-1]["content"]


def test_a_thumb_is_kept_at_once_with_the_version_and_the_turns_that_it_had_read(
    screen: ChatScreen, studio: Studio, taught: View, shown: ShownConversation, request_of_ana: gr.Request
) -> None:
    told = press(screen, shown, "judge 1 tuned right", request_of_ana)
    (one,) = kept(studio, taught)
    turn = studio.chats.turns(taught.run, shown.id)[1]
    assert (one.judgement, one.origin, one.author, one.version) == ("right", "chat", "ana", taught.run)
    assert one.fingerprint == turn.replies[1].fingerprint and one.reply == turn.replies[1].text
    assert [turn.role for turn in one.turns] == ["user", "assistant", "user"] and one.question == "And the kettle?"
    assert (
        "unjudge 1 tuned right" in unescaped(last_of(screen, told))
        and updated(told[screen.feedback.box])["visible"] is False
    )


def unescaped(text: str) -> str:
    return text.replace("&#32;", " ")


def test_bad_asks_for_the_right_words_and_is_kept_with_them(
    screen: ChatScreen, studio: Studio, taught: View, shown: ShownConversation, request_of_ana: gr.Request
) -> None:
    told = press(screen, shown, "judge 0 base down", request_of_ana)
    assert [one.contestant for one in kept(studio, taught)] == ["base"], "else “good” is taken for the version's"
    assert updated(told[screen.feedback.box])["visible"] is True
    assert "What does the lamp cost" in updated(told[screen.feedback.correction])["label"], "a draft finds its reply"
    about = told[screen.feedback.about]
    told = screen.keep_words(shown, about, "Twelve <b>euros</b>.", "old price", False, request_of_ana)
    (one,) = kept(studio, taught)
    assert (one.correction, one.reason, len(one.turns)) == ("Twelve <b>euros</b>.", "old price", 1)
    first = told[screen.columns.chats[0]][1]["content"]
    assert (
        "Twelve" in first
        and "<b>" not in first
        and updated(told[screen.feedback.box])["elem_classes"][-1] == "sent-box"
    )


def test_a_thumb_down_counts_without_words_and_takes_them_when_they_come(
    screen: ChatScreen, studio: Studio, taught: View, shown: ShownConversation, request_of_ana: gr.Request
) -> None:
    told = press(screen, shown, "judge 1 tuned down", request_of_ana)
    assert [one.correction for one in kept(studio, taught)] == [None]
    screen.keep_words(shown, told[screen.feedback.about], "Better so.", "", False, request_of_ana)
    assert [(one.judgement, one.correction) for one in kept(studio, taught)] == [("down", "Better so.")]


def test_another_word_takes_the_place_of_the_first_and_the_same_is_taken_back(
    screen: ChatScreen, studio: Studio, taught: View, shown: ShownConversation, request_of_ana: gr.Request
) -> None:
    press(screen, shown, "judge 1 tuned decline", request_of_ana)
    press(screen, shown, "judge 1 tuned right", request_of_ana)
    assert [one.judgement for one in kept(studio, taught)] == ["right"]
    press(screen, shown, "unjudge 1 tuned right", request_of_ana)
    assert kept(studio, taught) == ()


@pytest.mark.parametrize(
    "act", ["judge 7 tuned right", "judge 1 nobody right", "judge -1 base right", "judge 1 base wrong", "x"]
)
def test_a_press_that_no_button_offers_keeps_nothing(
    screen: ChatScreen, studio: Studio, taught: View, shown: ShownConversation, request_of_ana: gr.Request, act: str
) -> None:
    with pytest.raises(StudioError):
        press(screen, shown, act, request_of_ana)
    assert kept(studio, taught) == ()


def test_the_buttons_are_there_again_after_a_reload(
    page: MountedPage, screen: ChatScreen, taught: View, shown: ShownConversation, request_of_ana: gr.Request
) -> None:
    again = page.opened("compare", taught).chat
    assert "judge 1 tuned down" in unescaped(str(again.columns.chats[-1].value))


def test_each_reply_has_three_buttons_and_no_two_of_them_say_the_same(
    screen: ChatScreen, studio: Studio, taught: View, shown: ShownConversation, request_of_ana: gr.Request
) -> None:
    told = unescaped(last_of(screen, press(screen, shown, "judge 1 tuned right", request_of_ana)))
    assert told.count("<button") == 3 and 'judge said" value="unjudge 1 tuned right">' in told
    assert "Good" in told and "Bad" in told and "does not know" in told
    assert not {"Right", "Wrong", "decline"} & set(re.findall(r"\w+", re.sub(r"<[^>]*>", " ", told)))


def test_a_label_model_cannot_say_that_it_does_not_know_so_nobody_is_asked_whether_it_should() -> None:
    reply = Reply(contestant="tuned", text="repair", tokens=0, seconds=0.1, fingerprint="a", certainty=1.0,
                  labels=(LabelCertainty(label="repair", certainty=1.0),))  # fmt: skip
    turn = Turn(at=datetime.now(UTC), by="ana", run="r", question="mend it", replies=(reply,), place=0, alone=True)
    told = unescaped(bubbles("tuned", [turn], "", None, judged={(0, "tuned"): None})[-1]["content"])
    assert told.count("<button") == 2 and "Good" in told and "does not know" not in told


def test_what_was_called_good_in_another_way_is_pressed_in_under_the_same_button() -> None:
    said = Feedback(id="1", key="1", origin="server", turns=(Message(role="user", content="?"),), reply="Yes.",
                    judgement="up", author="ana", at=datetime.now(UTC))  # fmt: skip
    assert [is_said(said, judgement) for judgement in OFFERED] == [True, False, False]
