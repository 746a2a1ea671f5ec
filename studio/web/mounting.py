"""A tab's parts are made when it is opened, for one browser session, already filled with what is true.

Only the tab that is looked at stands in the page: Gradio walks every component that a page holds at every message, so
what nobody sees would be paid for at every press.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import gradio as gr
from gradio.blocks import Block, BlockContext
from gradio.components.base import FormComponent
from gradio.data_classes import GradioModel, GradioRootModel

from studio.web.view import View

Offer = Callable[[str, Path], str]  # turns a file into an address for one browser session
Updates = Mapping[Block, Any]  # component -> its new value, or a `gr.update`; what is not named stays as it is


@dataclass(frozen=True)
class Place:
    """Where she is: which tab of which project is mounted. Another place is mounted anew, the same one never."""

    tab: str = ""
    project: str = ""
    screen: str = ""  # what the tab shows in the place of its usual parts
    turn: int = 0  # counts the places
    person: str = ""  # who looks, as the guard found out
    state: object = None  # what the screen goes on with, such as a conversation; gone with the next place

    def at(self, tab: str, screen: str = "", state: object = None) -> "Place":
        """The same project, another tab or screen of it."""
        return replace(self, tab=tab, screen=screen, turn=self.turn + 1, state=state)


def container(number: int) -> gr.Column:
    """What the mounting of this number stands in: at another index than the last one, where nothing stood.

    Gradio's page keeps the part that stands at the same index, and for a moment hands it the values of the new part
    there, of whatever kind: text that is shown was handed a list, and the page said `e.trim is not a function`. By the
    mountings, not by the places: of two quick presses only the second is mounted."""
    if number % 2:
        gr.Column(visible=False)  # it takes the index, and stands nowhere
    return gr.Column()


@dataclass(frozen=True)
class Frame:
    """What stands in the page all the time, for the tabs to write to."""

    page: gr.Blocks
    view: gr.State
    place: gr.State
    planned: gr.State  # a plan that was worked out and has still to be adopted
    asked: gr.State  # the number of the newest request that led anywhere
    anew: gr.State  # how often the same place was mounted anew
    chosen: gr.Tabs
    header: Sequence[Block]
    header_of: Callable[[View], Updates]

    def go(self, place: Place, tab: str) -> Updates:
        """What leads to another tab."""
        return {self.place: place.at(tab), self.chosen: gr.Tabs(selected=tab)}


class TabPart(Protocol):
    """A tab: made, mounted once, and thrown away when another one is opened."""

    def mount(self, frame: Frame, view: View, place: Place) -> None:
        """Layout, listeners, and what is true now."""


def fill(updates: Updates) -> None:
    """Give parts that were just made their first values: what an event would have to send after they stand."""
    for part, update in updates.items():
        for name, value in properties_of(update).items():
            setattr(part, name, first_value(part, name, value))


def make_interactive(part: BlockContext) -> None:
    """Let a person change every input in it whose `interactive` was left open.

    Gradio's page works that out from the listeners that it knew at first, and those of a mounted tab come later: what
    a handler also writes to, such as the knobs of the plan, would stay disabled.
    """
    for child in part.children:
        if isinstance(child, BlockContext):
            make_interactive(child)
        elif isinstance(child, FormComponent) and child.interactive is None:
            child.interactive = True


def properties_of(update: Any) -> dict[str, Any]:
    """What an update changes, in each of the ways in which Gradio lets a handler say it."""
    if isinstance(update, Block):
        return dict(update.constructor_args)
    if isinstance(update, dict) and update.get("__type__") == "update":
        return {name: value for name, value in update.items() if name != "__type__"}
    return {"value": update}


def first_value(part: Block, name: str, value: Any) -> Any:
    """The value as the part's own constructor would keep it."""
    if isinstance(part, gr.State):
        return value
    if name == "choices":
        return [tuple(choice) if isinstance(choice, (tuple, list)) else (str(choice), choice) for choice in value]
    if name == "elem_classes" and isinstance(value, str):
        return [value]
    if name == "value" and hasattr(part, "postprocess"):
        made = part.postprocess(value)
        return made.model_dump() if isinstance(made, GradioModel | GradioRootModel) else made
    return value
