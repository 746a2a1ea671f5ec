"""What a person reads when something did not work: a sentence in the page, never a traceback and never nothing."""

import logging
import secrets
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
