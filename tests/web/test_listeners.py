"""What a handler of the page makes of what happens: its updates, and a sentence where it did not work."""

import errno
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from gradio.context import LocalContext

from studio.errors import StudioError
from studio.web.listeners import Listeners, plainly
from studio.web.mounting import Place, Updates
from studio.web.view import View
from tests.web.conftest import MountedPage

NOTICE = gr.Markdown(render=False)


def heard(handler: Any, *, silent: bool = True) -> dict[Any, Any]:
    """What the page is told when the handler is called."""
    return plainly(handler, NOTICE, lambda result, states: result or {}, silent=silent)()  # type: ignore[no-any-return]


def test_a_mistake_is_a_notice_and_a_fault_has_a_number(caplog: pytest.LogCaptureFixture) -> None:
    def wrong() -> Updates:
        raise StudioError("That <b>did not</b> work.", hint="Do this.")

    def broken() -> Updates:
        raise ZeroDivisionError("private words")

    notice = heard(wrong)[NOTICE].value
    assert "did not" in notice and "<b>" not in notice and "Do this" in notice
    notice = heard(broken)[NOTICE].value
    assert "private words" not in notice and notice.split("number ")[1][:6] in caplog.text


def test_a_full_disk_is_told_as_such() -> None:
    def keep() -> Updates:
        raise OSError(errno.ENOSPC, "No space left on device")

    assert "disk of this computer is full" in heard(keep)[NOTICE].value


def test_what_the_page_does_by_itself_takes_no_notice_away() -> None:
    assert heard(lambda: None)[NOTICE].visible is False
    assert heard(lambda: None, silent=False) == {NOTICE: gr.update()}  # an empty dictionary is an error of Gradio's


def test_a_stream_without_updates_says_that_nothing_changes() -> None:
    """Gradio sends None to every output of a generator that ends at once: buttons would lose their words."""

    def stream() -> Iterator[Updates]:
        yield from ()

    assert list(plainly(stream, NOTICE, lambda result, states: result, silent=False)()) == [{NOTICE: gr.update()}]


def test_a_stream_that_fails_keeps_what_it_said_before() -> None:
    part = gr.Markdown(render=False)

    def stream() -> Iterator[Updates]:
        yield {part: "first"}
        raise StudioError("It ended.")

    first, last = plainly(stream, NOTICE, lambda result, states: result)()
    assert first[part] == "first" and last.keys() == {NOTICE}


def test_an_act_repaints_the_header_and_the_tab_from_the_new_view(page: MountedPage) -> None:
    part, frame = gr.Markdown(render=False), page.page.frame
    listen = Listeners(replace(frame, header_of=lambda view: {page.address: view.project}), NOTICE)
    listen.repaints([part], lambda view: {part: view.run})
    assert listen.repainted(View(project="p", run="r")) == {frame.view: View(project="p", run="r"),
                                                            page.address: "p", part: "r"}  # fmt: skip
    assert listen.repainted({part: "only this"}) == {part: "only this"}


def test_what_only_reads_again_keeps_no_view_for_an_act_may_have_changed_it_meanwhile(page: MountedPage) -> None:
    part, frame = gr.Markdown(render=False), page.page.frame
    listen = Listeners(replace(frame, header_of=lambda view: {page.address: view.project}), NOTICE)
    listen.repaints([part], lambda view: {part: view.run})
    assert listen.read_again(View(project="p", run="r")) == {page.address: "p", part: "r"}


class Line:
    """Calls what was heard as Gradio does, with the number that the page gave the request."""

    def __init__(self) -> None:
        self.heard: Any = None

    def event(self, heard: Any, inputs: Any, outputs: Any, **options: Any) -> None:
        self.heard, self.inputs, self.outputs = heard, inputs, outputs

    def carries(self, number: int, *values: Any) -> dict[Any, Any]:
        request = SimpleNamespace(request=SimpleNamespace(scope={"request_number": number}))
        before = LocalContext.request.set(request)  # type: ignore[arg-type]
        try:
            return self.heard(*values)  # type: ignore[no-any-return]
        finally:
            LocalContext.request.reset(before)


def test_what_was_asked_before_the_newest_way_leads_nowhere(page: MountedPage) -> None:
    frame, line = page.page.frame, Line()
    Listeners(frame, NOTICE).leads(line.event, lambda place: frame.go(place, "model"))
    on_teach = Place("teach", turn=4)
    assert line.carries(7, on_teach, 8).keys() == {NOTICE}, "it was held up on the way; she has gone on since"
    told = line.carries(9, on_teach, 8)
    assert told[frame.place] == Place("model", turn=5) and told[frame.asked] == 9
    assert line.carries(0, on_teach, 8)[frame.asked] == 8, "without a number it is as new as any"


def test_a_press_that_leads_to_where_she_is_counts_as_the_newest(page: MountedPage) -> None:
    """Gradio tells that a tab is selected also where the page was led there: an older word must not follow it."""
    frame, line = page.page.frame, Line()
    Listeners(frame, NOTICE).leads(line.event, lambda place: {})
    assert line.carries(9, Place("teach"), 8)[frame.asked] == 9


def test_an_act_that_leads_elsewhere_is_the_newest_way_too(page: MountedPage) -> None:
    frame, line = page.page.frame, Line()
    listen = Listeners(replace(frame, header_of=lambda view: {}), NOTICE)
    listen.changes(line.event, lambda: {frame.view: View(), **frame.go(Place("teach"), "model")})
    assert frame.asked in line.inputs and frame.asked in line.outputs
    assert line.carries(5, 3)[frame.asked] == 5
    listen.changes(line.event, lambda: View())
    assert frame.asked not in line.carries(5, 3), "it leads nowhere"
    listen.on(line.event, lambda place: frame.go(place, "model"), [frame.place], [frame.place, frame.chosen])
    assert line.carries(6, Place("teach"), 5)[frame.asked] == 6
