"""A closed part of a tab whose inside is made when it is opened, anew each time."""

from collections.abc import Callable

import gradio as gr

from studio.web.mounting import make_interactive
from studio.web.view import View


class Drawer:
    """An accordion, closed at first. `build` makes what is inside, and its listeners, for the view of that moment."""

    def __init__(self, title: str, view: gr.State, build: Callable[[View], None], kind: str = "") -> None:
        self.title, self.build = title, build
        with gr.Accordion(title, open=False, elem_classes=kind) as self.accordion:

            @gr.render(inputs=[view], triggers=[self.accordion.expand], show_progress="hidden")  # type: ignore[untyped-decorator]
            def contents(shown: View) -> None:
                with gr.Column() as inside:
                    build(shown)
                make_interactive(inside)
