"""What a mounted tab is given that Gradio's page would have worked out by itself, had the tab stood there at first."""

import gradio as gr

from studio.web.mounting import container, make_interactive
from tests.web.conftest import in_a_loop


def test_an_input_can_be_changed_unless_it_was_said_that_it_cannot() -> None:
    async def build() -> list[gr.Radio | gr.Textbox]:
        with gr.Blocks(), gr.Column() as mounted, gr.Row():
            parts = [gr.Radio(["quick", "balanced"]), gr.Textbox(), gr.Textbox(interactive=False)]
        make_interactive(mounted)
        return parts

    preset, words, told = in_a_loop(build)
    assert (preset.interactive, words.interactive, told.interactive) == (True, True, False)


def test_no_mounting_stands_where_the_last_one_stood() -> None:
    """At the same index the page would hand the old part the values of a new one of another kind."""

    async def places() -> list[int]:
        found = []
        for number in range(4):
            with gr.Blocks(), gr.Column() as render:
                standing = container(number)
            assert [one.visible for one in render.children if one is not standing] == [False] * (number % 2)
            found.append(render.children.index(standing))
        return found

    assert in_a_loop(places) == [0, 1, 0, 1]
