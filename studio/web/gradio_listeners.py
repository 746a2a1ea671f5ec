"""A part that a new mounting has just replaced may still send its event; Gradio would answer that with a 500.

Gradio removes the listeners of a `gr.render` when it is rendered anew, while the page still shows the old parts: a
button that is pressed in that moment names a listener that was there and is gone. Such an event is carried out by a
listener that does nothing. One that never was there stays a fault.
"""

from functools import wraps
from typing import Any

import gradio as gr


def add_idle_listener() -> int:
    """Inside the page's own blocks: a listener that does nothing, by its number."""
    listener = gr.State().change(lambda: None, api_visibility="private", show_progress="hidden")
    return int(listener["id"])


def answer_removed_listeners(page: gr.Blocks, idle: int) -> None:
    """Before the queue is started: what names a listener that was removed is given to the idle one.

    Listeners are numbered one after the other for each session (`gradio.blocks.BlocksConfig.fns` and `fn_id`).
    """
    queue: Any = page._queue
    push = queue.push

    @wraps(push)
    async def push_if_there(body: Any, *given: Any, **named: Any) -> Any:
        if is_removed(page, body.session_hash, body.fn_index):
            body = body.model_copy(update={"fn_index": idle, "data": [], "event_data": None, "trigger_id": None})
        return await push(body, *given, **named)

    queue.push = push_if_there


def is_removed(page: Any, session_hash: str | None, listener: int | None) -> bool:
    """Whether this session had the listener and has it no more."""
    if not session_hash or listener is None or session_hash not in page.state_holder:
        return False
    config = page.state_holder[session_hash].blocks_config
    return listener not in config.fns and 0 <= listener < config.fn_id
