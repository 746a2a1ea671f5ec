"""Model, Teach and Compare without a browser; and what the page says when something does not work."""

import errno
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.schemas.fallback import Fallback
from studio.schemas.run import Status
from studio.services.studio import Studio
from studio.web.app import Page
from studio.web.errors import plainly
from studio.web.tabs.compare.conversations import ShownConversation
from studio.web.tabs.training.training_tab import Pushed
from studio.web.view import View
from tests.fake_engine import FakeEngine, FakeLoadedModel
from tests.web.conftest import updated
from tests.web.tabs.model.test_plan_panel import planned

Loaded = Callable[[], View]


def taught(page: Page, studio: Studio, view: View, request: gr.Request) -> View:
    view = page.teach.begin(planned(page, view), request)
    studio.runs.carry_out(view.run)
    return view


# Teach


def test_without_a_plan_the_button_says_why(page: Page, loaded: Loaded, request_of_ana: gr.Request) -> None:
    told = page.teach.refresh(loaded())
    assert told[page.teach.start]["interactive"] is False and "Model tab" in told[page.teach.headline]
    with pytest.raises(StudioError):
        page.teach.begin(loaded(), request_of_ana)


def test_a_second_press_finds_the_run_that_is_there(page: Page, studio: Studio, loaded: Loaded,
                                                    request_of_ana: gr.Request) -> None:  # fmt: skip
    view = planned(page, loaded())
    first, second = page.teach.begin(view, request_of_ana), page.teach.begin(view, request_of_ana)
    assert first.run == second.run and len(studio.runs.all(view.project)) == 1


def test_two_plans_wait_in_turn_and_one_can_leave(page: Page, studio: Studio, loaded: Loaded,
                                                  request_of_ana: gr.Request) -> None:  # fmt: skip
    view = planned(page, loaded())
    page.teach.begin(view, request_of_ana)
    other = replace(view, recipe=view.recipe.model_copy(update={"seed": 7}))
    other = page.teach.begin(other, request_of_ana)
    assert "1 run before this one" in page.teach.refresh(other)[page.teach.headline]
    page.teach.end(other, request_of_ana)
    assert studio.runs.view(other.run).state.status is Status.STOPPED


def test_the_whole_curve_is_there_for_whoever_comes_later(page: Page, studio: Studio, loaded: Loaded,
                                                          request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    told = page.teach.refresh(View(project=view.project, dataset=view.dataset, run=view.run))
    headline = told[page.teach.headline]
    assert "Finished" in headline and "done</span>" not in headline and "live-job" not in headline
    assert len(told[page.teach.plot].data[0].x) == 8 and "<table" in told[page.teach.numbers]


def test_while_it_waits_or_runs_a_bar_and_stop_stand_above_the_curve(page: Page, loaded: Loaded,
                                                                     request_of_ana: gr.Request) -> None:  # fmt: skip
    view = page.teach.begin(planned(page, loaded()), request_of_ana)
    told = page.teach.refresh(view)
    assert f"job-{view.run}" in unescape(told[page.teach.headline]) and told[page.teach.stop]["visible"] is True
    assert [trace.meta for trace in told[page.teach.plot].data] == ["loss", "eval_loss", "learning_rate", "grad_norm"]


def test_what_the_server_pushes_reads_the_whole_tab_anew_in_one_answer(page: Page, studio: Studio, loaded: Loaded,
                                                                       request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    told = Pushed(page.teach, page.frame).read(view, None, "")
    assert told[page.frame.view].ran == view.ran + 1, "the header and the tab follow the view"
    assert set(page.teach.refresh(view)) <= set(page.teach.parts)


def test_a_failure_is_told_in_words(page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request) -> None:
    assert isinstance(studio.engine, FakeEngine)
    studio.engine.failing = "The disk is full."
    view = taught(page, studio, loaded(), request_of_ana)
    told = page.teach.refresh(view)
    assert "The disk is full" in told[page.teach.headline] and told[page.teach.resume]["visible"] is True


# Compare

DIALS = (0, 100, "") * 4


def ask(
    page: Page, talk: ShownConversation, question: str, request: gr.Request, told: str = ""
) -> list[tuple[Any, ...]]:
    return list(page.compare.ask(talk, question, request, False, *DIALS[:5], told, *DIALS[6:]))


def test_both_answer_and_each_reply_bears_its_mark(page: Page, studio: Studio, loaded: Loaded,
                                                   request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    talk = page.compare.paint(view, ShownConversation())[0]
    said = ask(page, talk, "<b>Hello?</b>", request_of_ana)
    assert len(said) > 3, "it streams"
    base, tuned = said[-1][5], said[-1][6]
    assert base[1]["content"] != tuned[1]["content"]
    assert "weights" in base[1]["content"] and "<b>" not in base[0]["content"]
    assert studio.chats.turns(view.run, said[0][0].chat)[0].by == "ana"


def test_the_exam_brings_its_question_and_the_experts_answer(page: Page, studio: Studio, loaded: Loaded,
                                                             request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    talk, question, expert, button = page.compare.from_exam(page.compare.paint(view, ShownConversation())[0])
    first = studio.chats.exam(view.run)[0]
    assert question == first.question and talk.expert == first.answer and expert["visible"] is True
    assert button.startswith("From the exam (2 of")
    chat = ask(page, talk, question, request_of_ana)[0][0].chat
    assert studio.chats.turns(view.run, chat)[0].expert == first.answer


def test_a_pane_that_departs_from_what_was_taught_says_so(page: Page, studio: Studio, loaded: Loaded,
                                                          request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    last = ask(
        page, page.compare.paint(view, ShownConversation())[0], "Hello?", request_of_ana, told="Answer in rhyme."
    )[-1]
    assert "departs" in last[2] and "departs" not in last[1]


def test_what_this_kind_of_model_cannot_do_is_said_in_each_pane_and_kept(
    page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = taught(page, studio, loaded(), request_of_ana)
    monkeypatch.setattr(FakeLoadedModel, "fallbacks", (Fallback.TURNS_READ_AGAIN,))
    said = ask(
        page, page.compare.paint(view, ShownConversation())[0], "Hello?", request_of_ana, told="Answer in rhyme."
    )
    assert all("again at each turn" in head for head in said[-1][1:3]) and "Other than" in said[-1][2]
    assert studio.chats.turns(view.run, said[0][0].chat)[0].fallbacks == (Fallback.TURNS_READ_AGAIN,)
    monkeypatch.setattr(FakeLoadedModel, "fallbacks", ())
    assert any("again at each turn" in str(part) for part in page.compare.paint(view, ShownConversation())), (
        "after a reload, too"
    )


def test_stop_ends_both(page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request) -> None:
    view = taught(page, studio, loaded(), request_of_ana)
    stream = page.compare.ask(page.compare.paint(view, ShownConversation())[0], "Hello?", request_of_ana, False, *DIALS)
    talk = next(stream)[0]
    next(stream)
    page.compare.end(talk)
    assert "ended before it was finished" in list(stream)[-1][6][1]["content"]


def test_an_empty_question_is_answered_with_a_sentence(page: Page, studio: Studio, loaded: Loaded,
                                                       request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    with pytest.raises(StudioError, match="no question"):
        ask(page, page.compare.paint(view, ShownConversation())[0], "  ", request_of_ana)


@pytest.mark.parametrize("form", ["csv", "jsonl", "html"])
def test_the_conversation_can_be_taken_away(page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request,
                                            form: str, offered: list[tuple[str, Path]]) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    talk = ask(page, page.compare.paint(view, ShownConversation())[0], "Hello?", request_of_ana)[0][0]
    getattr(page.compare.saved, f"export_{form}")(talk, request_of_ana)
    assert "Hello?" in offered[-1][1].read_text(encoding="utf-8-sig")


def test_up_to_four_answer_and_each_has_her_own_pane(page: Page, studio: Studio, loaded: Loaded,
                                                     request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    talk = page.compare.paint(view, ShownConversation())[0]
    who = ["base", "prompted", "lookup", "tuned"]
    seats = page.compare.seat(talk, who)
    assert seats[2] == "Ask all 4" and [updated(column)["visible"] for column in seats[4:8]] == [True] * 4
    last = ask(page, seats[0], "Hello?", request_of_ana)[-1]
    assert all(len(pane) == 2 for pane in last[5:9]) and "nearest example" in last[7][1]["content"]
    assert [updated(column)["visible"] for column in page.compare.seat(talk, ["tuned"])[4:8]] == [True] + [False] * 3
    for wrong in ([], [*who, "run:x"], ["somebody"]):
        with pytest.raises(StudioError):
            page.compare.seat(talk, wrong)


def test_words_that_differ_from_the_first_are_marked(page: Page, studio: Studio, loaded: Loaded,
                                                     request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    talk = ask(page, page.compare.paint(view, ShownConversation())[0], "Hello?", request_of_ana)[0][0]
    plain, marked = (page.compare.mark_words(talk, on) for on in (False, True))
    assert "differs" not in str(plain) and "differs" in marked[1][1]["content"] and marked[0] == plain[0]


def test_a_question_is_asked_again_with_other_dice_or_in_other_words(page: Page, studio: Studio, loaded: Loaded,
                                                                    request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    talk = page.compare.paint(view, ShownConversation())[0]
    with pytest.raises(StudioError, match="Nothing has been asked"):
        next(page.compare.ask_again(talk, request_of_ana, False, *DIALS))
    talk = ask(page, talk, "Hello?", request_of_ana)[0][0]
    with pytest.raises(StudioError, match="same words"):
        next(page.compare.ask_again(talk, request_of_ana, False, *DIALS))
    warm = (0.7, 100, "") * 4
    list(page.compare.ask_again(talk, request_of_ana, False, *warm))
    (turn,) = studio.chats.turns(view.run, talk.chat)
    assert {settings.seed for settings in turn.settings.values()} == {1}
    other, question = page.compare.ask_otherwise(talk)
    assert question == "Hello?"
    ask(page, other, "Hello, and what does it cost?", request_of_ana)
    assert [t.question for t in studio.chats.turns(view.run, talk.chat)] == ["Hello, and what does it cost?"]


def test_a_repaint_gives_no_older_conversation_back(page: Page, studio: Studio, loaded: Loaded,
                                                     request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    talk = page.compare.paint(view, ShownConversation())[0]
    assert page.compare.paint(view, talk)[0] == gr.skip(), "a first question may have begun one meanwhile"


def test_a_reload_finds_the_conversation_and_the_list_opens_others(page: Page, studio: Studio, loaded: Loaded,
                                                                  request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    first = ask(page, page.compare.paint(view, ShownConversation())[0], "About kettles?", request_of_ana)[0][0]
    again = page.compare.paint(view, ShownConversation())
    assert again[0].chat == first.chat and "About kettles" in str(again[8:12] + again[12:16])
    fresh = page.compare.begin_anew(again[0])[0]
    assert not fresh.chat
    second = ask(page, fresh, "About lamps?", request_of_ana)[0][0]
    listed, none = page.compare.saved.find(second, "kettles")
    assert [id for _, id in updated(listed)["choices"]] == [first.chat] and none == ""
    assert page.compare.reopen(second, first.chat)[0].chat == first.chat
    _, none = page.compare.saved.find(second, "elephants")
    assert "No conversation" in none


def test_a_question_that_was_taught_bears_a_badge(page: Page, studio: Studio, loaded: Loaded,
                                                  request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    row = studio.home.run(view.run).train[0]
    last = ask(page, page.compare.paint(view, ShownConversation())[0], row.question, request_of_ana)[-1]
    assert "this question was taught" in last[5][0]["content"] and row.id[1:] in last[5][0]["content"]


# The page


def test_the_address_brings_back_what_was_looked_at(page: Page, studio: Studio, loaded: Loaded,
                                                    request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    request_of_ana.request.query_params = {"project": view.project, "run": view.run, "tab": "teach"}
    view, place = (page.arrive(request_of_ana)[part] for part in (page.frame.view, page.frame.place))
    assert (view.project, view.dataset, view.run, place.tab) == (view.project, view.dataset, view.run, "teach")
    request_of_ana.request.query_params = {"project": "../../etc", "run": "x", "tab": "<b>"}
    newest, place = (page.arrive(request_of_ana)[part] for part in (page.frame.view, page.frame.place))
    assert (newest.project, place.tab) == (view.project, "examples"), "an unknown one is the newest"
    header = page.header_of(view)
    assert [header[door].label for door in page.doors.values()][:4] == ["Examples ✓", "Model ✓", "Teach ✓", "Compare"]


def test_a_mistake_is_a_notice_and_a_fault_has_a_number(caplog: pytest.LogCaptureFixture) -> None:
    def wrong() -> str:
        raise StudioError("That <b>did not</b> work.", hint="Do this.")

    def broken() -> str:
        raise ZeroDivisionError("private words")

    _, notice = plainly(wrong, 1)()
    assert "did not" in notice.value and "<b>" not in notice.value and "Do this" in notice.value
    _, notice = plainly(broken, 1)()
    assert "private words" not in notice.value and "number" in notice.value
    number = notice.value.split("number ")[1][:6]
    assert number in caplog.text


def test_a_full_disk_is_told_as_such() -> None:
    def keep() -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    assert "disk of this computer is full" in plainly(keep, 1)()[1].value


def test_what_the_page_paints_by_itself_takes_no_notice_away() -> None:
    """A tick or a repaint may end a moment after a person's own act was refused."""
    assert plainly(lambda: "done", 1)()[1].visible is False
    assert plainly(lambda: "done", 1, silent=False)()[1] == gr.skip()
