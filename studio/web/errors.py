"""What a person reads when something did not work: a sentence in the page, never a traceback and never nothing."""

import functools
import inspect
import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import gradio as gr

from studio.copy.catalog import say
from studio.errors import StudioError, disk_trouble
from studio.web import html

log = logging.getLogger("studio.page")


def told(error: Exception) -> Any:
    """The notice for an error. An unexpected one is written to the log under the number that the person is shown."""
    if isinstance(error, StudioError):
        return gr.Markdown(html.notice(error.message, error.hint, where=error.where), visible=True)
    known = disk_trouble(error)
    if known is not None:
        log.error("the disk or a folder refused", exc_info=error)
        return gr.Markdown(html.notice(known.message, known.hint, where=known.where), visible=True)
    number = secrets.token_hex(3)
    log.error("fault %s", number, exc_info=error)
    message = say("errors.something_went_wrong_inside")
    hint = say("errors.try_again_if_happens", number=number)
    return gr.Markdown(html.notice(message, hint), visible=True)


def silence() -> Any:
    """No notice any more."""
    return gr.Markdown("", visible=False)


def plainly(handler: Callable[..., Any], outputs: int, *, silent: bool = True) -> Callable[..., Any]:
    """The handler with one more output, the notice: the error's words when it did not work, and empty when it did,
    unless what a person was told before is to stay (`silent=False`)."""
    after = silence() if silent else gr.skip()
    kept = tuple(gr.skip() for _ in range(outputs))

    def packed(result: Any) -> tuple[Any, ...]:
        return (*(result if outputs != 1 else (result,)), after) if outputs else (after,)

    if inspect.isgeneratorfunction(handler):

        @functools.wraps(handler)
        def stream(*values: Any) -> Iterator[tuple[Any, ...]]:
            try:
                for result in handler(*values):
                    yield packed(result)
            except Exception as error:
                yield (*kept, told(error))

        return stream

    @functools.wraps(handler)
    def once(*values: Any) -> tuple[Any, ...]:
        try:
            return packed(handler(*values))
        except Exception as error:
            return (*kept, told(error))

    return once


def wire(
    event: Callable[..., Any],
    handler: Callable[..., Any],
    inputs: Sequence[Any],
    outputs: Sequence[Any],
    notice: gr.Markdown,
    *,
    silent: bool = True,
    **options: Any,
) -> Any:
    """Connect an event of the page: private, told plainly, and without Gradio's veil over every output."""
    options = {**options, "show_progress": "hidden", "show_progress_on": [], "api_visibility": "private"}
    return event(plainly(handler, len(outputs), silent=silent), list(inputs), [*outputs, notice], **options)


def draw(event: Callable[..., Any], painter: Callable[..., Any], *parts: Any, **options: Any) -> Any:
    """Connect what the page paints of its own accord, with the parts that `wire` takes. It may come right after a
    person's own act, so it tells a failure of its own but takes nothing away that she was told."""
    return wire(event, painter, *parts, silent=False, **options)
