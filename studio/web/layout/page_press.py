"""Presses on buttons that stand in our own HTML: the page's script puts each into one hidden field, as one message."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import gradio as gr

from studio.copy.catalog import say
from studio.errors import StudioError

LONGEST = 4_000


@dataclass(frozen=True)
class PagePress:
    """What was pressed, as the browser says it: nothing in it is believed before it was looked up.

    `act` and `words` are those of the button, `seen` is the mark of the examples that it was drawn for, `picked` are
    the choices that stood beside it.
    """

    act: str
    words: tuple[str, ...] = ()
    seen: str = ""
    picked: Mapping[str, str] = field(default_factory=dict)

    def word(self, place: int) -> str:
        """One of the words; empty where there is none."""
        return self.words[place] if place < len(self.words) else ""


def press_field() -> gr.Textbox:
    """The hidden field, which changes at each press."""
    return gr.Textbox(visible="hidden", elem_classes="presses", label=say("page_press.presses"), max_length=LONGEST)


def read_press(text: str) -> PagePress:
    """The message of the page's script; StudioError when it is none."""
    try:
        said = json.loads(text[:LONGEST])
        act, *words = str(said["press"]).split()
        picked = {str(name): str(value) for name, value in dict(said.get("picked", {})).items()}
        return PagePress(act, tuple(words), str(said.get("seen", "")), picked)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise StudioError(say("page_press.button_not_known"), hint=say("page_press.load_page_again")) from error
