"""What Gradio keeps of a page stays small: a mounting's parts go after a few more, and unused pages go whole."""

import gc
import weakref
from copy import copy
from typing import Any

import gradio as gr
from gradio.context import LocalContext
from gradio.state_holder import SessionState

from studio.web.layout.drawer import Drawer
from studio.web.serving.gradio_sessions import (
    KEPT_MOUNTINGS,
    LONGEST_IDLE_SECONDS,
    Sessions,
    forgetting_old_parts,
    keep_sessions_small,
)
from tests.web.conftest import in_a_loop


def page_of_one_part() -> gr.Blocks:
    async def make() -> gr.Blocks:
        with gr.Blocks(analytics_enabled=False) as page:
            gr.Textbox("always")
        page.default_config = copy(page.default_config)
        return page

    return in_a_loop(make)


def test_no_value_is_written_a_second_time() -> None:
    page, sessions = page_of_one_part(), Sessions()
    sessions["one"] = state = SessionState(page)
    (part,) = (id for id, block in page.blocks.items() if isinstance(block, gr.Textbox))
    state._update_value_in_config(part, "typed")
    state[part] = gr.Textbox("new", render=False)
    assert list(state.components) == []


def test_a_page_that_nobody_used_for_a_week_is_forgotten_with_the_next_new_one() -> None:
    now, page = [0.0], page_of_one_part()
    sessions = Sessions(lambda: now[0])
    sessions["old"], sessions["used"] = SessionState(page), SessionState(page)
    now[0] = LONGEST_IDLE_SECONDS
    sessions.move_to_end("used")
    now[0] += 1
    sessions["new"] = SessionState(page)
    assert list(sessions) == ["used", "new"]
    assert sessions.pop("used") is not None and sessions.pop("used", None) is None


def test_parts_of_mountings_that_lie_far_back_are_forgotten_with_their_drawers() -> None:
    page = page_of_one_part()
    config = SessionState(page).blocks_config
    config.blocks = dict(config.blocks)
    always, made = set(config.blocks), []
    for number in range(KEPT_MOUNTINGS + 2):
        with forgetting_old_parts(config, page):
            part = gr.Textbox(render=False)
            config.blocks[part._id] = part
        drawer = gr.Textbox(str(number), render=False)  # opened later, in a rendering of its own
        config.blocks[drawer._id] = drawer
        made.append({part._id, drawer._id})
    assert set(config.blocks) == always.union(*made[-KEPT_MOUNTINGS:])


def test_an_act_that_ends_after_its_tab_was_forgotten_writes_its_state_nowhere() -> None:
    page, sessions = page_of_one_part(), Sessions()
    sessions["one"] = state = SessionState(page)
    with forgetting_old_parts(state.blocks_config, page):
        plan = gr.State("none yet", render=False)
        state.blocks_config.blocks[plan._id] = plan
    state[plan._id] = "worked out"
    assert state[plan._id] == "worked out"
    for _ in range(KEPT_MOUNTINGS):
        with forgetting_old_parts(state.blocks_config, page):
            pass
    assert plan._id not in state.blocks_config.blocks
    state[plan._id] = "worked out once more"  # Gradio's last step of the act
    assert not state[plan._id].stateful, "Gradio looks whether it changed, and nothing fails"
    assert plan._id not in state.blocks_config.blocks


def test_a_tab_with_a_drawer_is_forgotten_whole_and_no_part_leaves_anything_in_the_page() -> None:
    tabs: list[weakref.ref[Any]] = []

    async def make() -> tuple[gr.Blocks, Any]:
        with gr.Blocks(analytics_enabled=False) as page:
            state, again = gr.State(0), gr.Button("Again")

            @gr.render(inputs=[state], triggers=[again.click])  # type: ignore[untyped-decorator]
            def mount(now: int) -> None:
                with forgetting_old_parts(LocalContext.blocks_config.get(), page), gr.Column() as tab:
                    Drawer("More", state, lambda of: None)
                tabs.append(weakref.ref(tab))

        return page, next(fn for fn in page.fns.values() if fn.renderable)

    page, mounting = in_a_loop(make)
    keep_sessions_small(page)
    files = len(page.temp_file_sets)
    config = page.state_holder["one"].blocks_config
    before = LocalContext.blocks.get(None), LocalContext.blocks_config.get(None)
    LocalContext.blocks.set(page)
    LocalContext.blocks_config.set(config)
    try:
        for _ in range(KEPT_MOUNTINGS + 3):
            mounting.fn(0)
    finally:
        LocalContext.blocks.set(before[0])
        LocalContext.blocks_config.set(before[1])
    gc.collect()
    assert [tab() is None for tab in tabs] == [True] * 3 + [False] * KEPT_MOUNTINGS
    assert len(page.temp_file_sets) == files
