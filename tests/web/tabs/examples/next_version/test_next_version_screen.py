"""The inbox of feedback on its screen: what stands in a line, and what each press does."""

import json
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.schemas.example import Message
from studio.services.studio import Studio
from studio.web.mounting import Place, Updates
from studio.web.tabs.examples.next_version.feedback_lines import key_of
from studio.web.tabs.examples.next_version.next_version_screen import NEXT_VERSION, NextVersionScreen
from studio.web.view import View
from tests.web.conftest import MountedPage, updated


@pytest.fixture
def view(loaded: Callable[[], View]) -> View:
    return loaded()


def give(studio: Studio, view: View, question: str, **said: Any) -> str:
    words: dict[str, Any] = {"by": "ben", "origin": "server", "reply": "<i>Ten.</i>", "judgement": "wrong"} | said
    turns = [Message(role="user", content=question)]
    return studio.feedback.add(view.project, key=question, turns=turns, **words).id


def screen_of(page: MountedPage, view: View) -> NextVersionScreen:
    return page.screen(view, NEXT_VERSION).next_version  # type: ignore[no-any-return]


def press(screen: NextVersionScreen, view: View, act: str, request: gr.Request, seen: str = "") -> Updates:
    return screen.press(view, json.dumps({"press": act, "seen": seen, "nonce": "n"}), request)


def states(studio: Studio, view: View) -> list[str]:
    return [one.state for one in studio.feedback.all(view.project)]


def plain(markup: str) -> str:
    return markup.replace("&#32;", " ").replace("&#60;", "<").replace("&#62;", ">")


def test_an_empty_inbox_says_how_it_is_filled(page: MountedPage, view: View) -> None:
    assert "Nobody has marked or corrected an answer yet" in screen_of(page, view).inbox.value


def test_a_line_tells_what_was_asked_said_and_should_have_been_said(
    page: MountedPage, studio: Studio, view: View
) -> None:
    give(studio, view, "Do you sell pianos?", correction="We rent <b>them</b>.", reason="we never sold one")
    shown = screen_of(page, view).inbox.value
    assert "<b>" not in shown and "<i>" not in shown
    told = plain(shown)
    for words in (
        "1 correction",
        "Do you sell pianos",
        "We rent",
        "we never sold one",
        "through an application",
        "ben",
    ):
        assert words in told, words


def test_the_reason_of_a_thumb_stands_on_its_line(page: MountedPage, studio: Studio, view: View) -> None:
    give(studio, view, "Do you tune harps?", judgement="down", reason="too <b>long</b>")
    give(studio, view, "Do you sell pianos?", judgement="up", reason="well " * 80)
    shown = screen_of(page, view).inbox.value
    told = unescape(shown)
    assert told.count("Why: too ") == 1 and "<b>" not in shown
    lines = told.split("<details")
    assert "Why: too " in lines[0] and "Why: well well" in lines[1] and "…" in lines[1]
    assert "well " * 79 in told, "all of it, when the line is opened"


def test_a_line_says_whose_answer_was_called_good_and_what_was_decided_names_the_answers(
    page: MountedPage, studio: Studio, view: View, request_of_ana: gr.Request
) -> None:
    """Two answers to one question: a line that gave the question alone would stand there twice."""
    asked = {"turns": [Message(role="user", content="Do you work on Sundays?")], "origin": "chat", "by": "ana"}
    given = [
        studio.feedback.add(view.project, key=who, reply=f"{who} reply", judgement=said, contestant=who, **asked)
        for who, said in (("base", "right"), ("tuned", "down"))
    ]
    old = studio.feedback.add(view.project, key="old", reply="old reply", judgement="right", **asked)
    screen = screen_of(page, view)
    told = unescape(plain(screen.inbox.value))
    assert "Good</span> The starting model said: base reply" in told and "It said: old reply" in told
    for one in (*given, old):
        told = unescape(plain(press(screen, view, f"leave {one.id}", request_of_ana)[screen.inbox]))
    done = told[told.index("What was decided") :]
    assert "The starting model said: base reply" in done and "old reply" in done


def test_presses_accept_leave_and_take_back(
    page: MountedPage, studio: Studio, view: View, request_of_ana: gr.Request
) -> None:
    one = give(studio, view, "Do you sell pianos?", correction="We rent them.")
    give(studio, view, "Do you tune harps?", judgement="down")
    screen = screen_of(page, view)
    told = press(screen, view, f"accept {one}", request_of_ana)
    assert (
        states(studio, view) == ["accepted", "new"]
        and key_of(studio.feedback.all(view.project)[0]) not in told[screen.inbox]
    )
    press(screen, view, f"leave {studio.feedback.all(view.project)[1].id}", request_of_ana)
    press(screen, view, "undo", request_of_ana)
    assert states(studio, view) == ["accepted", "new"]
    press(screen, view, f"reopen {one}", request_of_ana)
    assert states(studio, view) == ["new", "new"]


def test_a_thumb_down_gets_its_answer_in_a_box(
    page: MountedPage, studio: Studio, view: View, request_of_ana: gr.Request
) -> None:
    one = give(studio, view, "Do you tune harps?", judgement="down")
    screen = screen_of(page, view)
    told = press(screen, view, f"change {one}", request_of_ana)
    assert updated(told[screen.box])["visible"] is True and "Do you tune harps" in updated(told[screen.words])["label"]
    told = screen.change(view, told[screen.about], "Yes, every Monday.", request_of_ana)
    assert [(f.state, f.answer) for f in studio.feedback.accepted(view.project)] == [("changed", "Yes, every Monday.")]
    assert updated(told[screen.box])["elem_classes"][-1] == "sent-box"


def test_one_press_accepts_all_that_nothing_speaks_against_as_many_as_it_said(
    page: MountedPage, studio: Studio, view: View, request_of_ana: gr.Request
) -> None:
    for word in ("pianos", "organs"):
        give(studio, view, f"Do you sell any {word} here?", correction=f"No, we only rent {word} by the month.")
    give(studio, view, "Do you ship on Sunday?", correction="Only by special order, and never abroad.")
    screen = screen_of(page, view)
    with pytest.raises(StudioError, match="changed"):
        press(screen, view, "accept_all", request_of_ana, seen="3")
    press(screen, view, "accept_all", request_of_ana, seen="2")
    assert states(studio, view) == ["accepted", "accepted", "new"]


def test_details_of_somebody_are_hidden_unless_she_says_otherwise(
    page: MountedPage, studio: Studio, view: View, request_of_ana: gr.Request
) -> None:
    one = give(studio, view, "Whom may I ring about the tour?", correction="Ring 07700 900555 before noon.")
    screen = screen_of(page, view)
    told = unescape(screen.inbox.value)
    assert "This answer holds a phone number: 07700 900555." in told
    assert "Accept with these hidden" in told.split("<details")[0] + told.split("</details>")[-1]
    assert "Accept as it is" in told
    press(screen, view, f"hide {one}", request_of_ana)
    assert [done.answer for done in studio.feedback.accepted(view.project)] == ["Ring [PHONE_1] before noon."]
    press(screen, view, "undo", request_of_ana)
    press(screen, view, f"accept {one}", request_of_ana)
    assert [done.answer for done in studio.feedback.accepted(view.project)] == ["Ring 07700 900555 before noon."]


@pytest.mark.parametrize("act", ["accept nobody", "hide nobody", "change nobody", "dance", ""])
def test_a_press_that_no_button_offers_does_nothing(
    page: MountedPage, studio: Studio, view: View, request_of_ana: gr.Request, act: str
) -> None:
    give(studio, view, "Do you tune harps?")
    with pytest.raises(StudioError):
        press(screen_of(page, view), view, act, request_of_ana)
    assert states(studio, view) == ["new"]


def test_a_table_of_feedback_is_brought_and_its_copy_is_not_kept(
    page: MountedPage, studio: Studio, view: View, tmp_path: Path, request_of_ana: gr.Request
) -> None:
    file = tmp_path / "said.csv"
    file.write_text("question,reply,thumb\nDo you tune harps?,No.,down\nDo you?,,up\n", encoding="utf-8")
    screen = screen_of(page, view)
    told = screen.bring(view, str(file), request_of_ana)
    assert "2 rows read, 1 kept" in plain(told[screen.came]) and not file.exists()
    assert states(studio, view) == ["new"]


def test_the_way_there_stands_beside_the_findings_once_there_is_something_to_say(
    page: MountedPage, studio: Studio, view: View, request_of_ana: gr.Request
) -> None:
    assert page.screen(view).list.next_version.visible is False
    give(studio, view, "Do you tune harps?", judgement="down")
    screen = page.screen(view).list
    assert screen.next_version.visible and "1 answer called bad" in plain(screen.next_version.value)
    message = json.dumps({"press": NEXT_VERSION, "seen": "", "nonce": "n"})
    told = screen.press(view, Place("examples"), screen.listing.value, message, request_of_ana)
    assert told[screen.frame.place].screen == NEXT_VERSION


def test_words_of_people_stand_before_thousands_of_thumbs(page: MountedPage, studio: Studio, view: View) -> None:
    give(studio, view, "Do you tune harps?", judgement="up")
    give(studio, view, "Do you tune flutes?", judgement="down")
    give(studio, view, "Do you tune lutes?", correction="Yes, every Monday.")
    shown = str(screen_of(page, view).inbox.value)
    assert shown.index("lutes") < shown.index("flutes") < shown.index("harps")
