"""A closed part of a tab whose inside is made when it is opened, anew each time."""

from collections.abc import Callable
from itertools import count
from typing import Any

import gradio as gr

from studio.web.mounting import container, make_interactive


class Drawer:
    """An accordion, closed at first. `build` makes what is inside, and its listeners, for what `state` (the view, or
    what a tab holds) is in that moment."""

    def __init__(self, title: str, state: gr.State, build: Callable[[Any], None], kind: str = "") -> None:
        self.title, self.build = title, build
        opened = count()
        with gr.Accordion(title, open=False, elem_classes=kind) as self.accordion:

            @gr.render(inputs=[state], triggers=[self.accordion.expand], show_progress="hidden")  # type: ignore[untyped-decorator]
            def contents(now: Any) -> None:
                with container(next(opened)) as inside:
                    build(now)
                make_interactive(inside)
