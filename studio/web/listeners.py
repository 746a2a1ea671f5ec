"""The listeners of a mounted tab: handlers say by name what changes, and every act repaints the visible page once."""

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import gradio as gr
from gradio.blocks import Block

from studio.web.errors import silence, told
from studio.web.mounting import Frame, Updates
from studio.web.view import View


class Listeners:
    """The listeners of one mounted tab. Whatever changes the view repaints the whole visible page in the same answer:
    header, tab and notice tell one state."""

    def __init__(self, frame: Frame, notice: gr.Markdown) -> None:
        self.frame, self.notice = frame, notice
        self._parts: list[Block] = []
        self._refresh: Callable[[View], Updates] = lambda view: {}

    def repaints(self, parts: Iterable[Block], refresh: Callable[[View], Updates]) -> None:
        """What is repainted after each change, and how. To be told before the first `changes`."""
        self._parts, self._refresh = list(parts), refresh

    def on(self, event: Callable[..., Any], handler: Callable[..., Any], inputs: Sequence[Block] = (),
           outputs: Sequence[Block] = (), **options: Any) -> Any:  # fmt: skip
        """Call `handler` at an event; it returns `Updates` of `outputs`, or None."""
        heard = plainly(handler, self.notice, lambda result: result or {})
        return event(heard, list(inputs), [*outputs, self.notice], **quiet(options))

    def changes(self, event: Callable[..., Any], handler: Callable[..., Any], inputs: Sequence[Block] = (),
                outputs: Sequence[Block] = (), *, by_itself: bool = False, **options: Any) -> Any:  # fmt: skip
        """The same for an act: `handler` returns the new View, or updates in which `frame.view` may stand.

        What the page does `by_itself`, pushed by the server, takes nothing away that a person was told."""
        frame = self.frame
        page = (frame.view, frame.place, frame.chosen, *frame.header, *self._parts)
        repainted = [part for part in page if part not in outputs]
        heard = plainly(handler, self.notice, self.repainted, silent=not by_itself)
        return event(heard, list(inputs), [*outputs, *repainted, self.notice], **quiet(options))

    def repainted(self, result: Any) -> Updates:
        """A handler's result with everything that follows from its new view."""
        updates: Updates = {self.frame.view: result} if isinstance(result, View) else result or {}
        view = updates.get(self.frame.view)
        if not isinstance(view, View):
            return updates
        return {**self.frame.header_of(view), **self._refresh(view), **updates}


def plainly(handler: Callable[..., Any], notice: gr.Markdown, after: Callable[[Any], Updates], *, silent: bool = True,
            ) -> Callable[..., Any]:  # fmt: skip
    """The handler, with the notice as one more of its updates: the error's words when it did not work, else empty, or
    as it was (not `silent`).

    A generator sends each of its updates; the notice is emptied by the first one.
    """

    def quiet_notice() -> Updates:
        return {notice: silence()} if silent else {}

    if inspect.isgeneratorfunction(handler):

        @functools.wraps(handler)
        def stream(*values: Any) -> Iterator[dict[Block, Any]]:
            try:
                for result in handler(*values):
                    yield {**quiet_notice(), **after(result)}
            except Exception as error:
                yield {notice: told(error)}

        return stream

    @functools.wraps(handler)
    def once(*values: Any) -> dict[Block, Any]:
        try:
            return {**quiet_notice(), **after(handler(*values))}
        except Exception as error:
            return {notice: told(error)}

    return once


def quiet(options: Mapping[str, Any]) -> dict[str, Any]:
    """Gradio's options of an event: private, and without its veil and its counter over the outputs."""
    return {"show_progress": "hidden", "show_progress_on": [], "api_visibility": "private", **options}
