"""The line that stays in view at the foot of each tab: how things stand, and the next step."""

from typing import NamedTuple

import gradio as gr

from studio.copy.catalog import say
from studio.web import html


class StatusBar(NamedTuple):
    """Its two parts, for the tab to fill and to listen to."""

    text: gr.Markdown
    next: gr.Button


def status_bar(text: str = "", next_label: str = "") -> StatusBar:
    """The bar, to be built last in a tab. Without a label there is no next step."""
    with gr.Row(elem_classes="status-bar"):
        said = gr.Markdown(status_text(text), elem_classes="status-text")
        following = gr.Button(next_label or say("status_bar.next"), variant="primary", visible=bool(next_label))
    return StatusBar(said, following)


def status_text(text: str) -> str:
    """What the bar says; read out when it changes."""
    return f'<p class="status" role="status">{html.safe(text)}</p>'
