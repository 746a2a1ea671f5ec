"""What a handler of the page makes of what happens: its updates, and a sentence where it did not work."""

import errno
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.web.listeners import Listeners, plainly
from studio.web.mounting import Updates
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
