"""Gradio's queue looks a thousand times a second whether there is something to do; here it looks less often."""

from typing import Any

IDLE_SECONDS, PROGRESS_SECONDS = 0.02, 0.1


def look_less_often(queue: Any) -> None:
    """Fifty times a second: a press waits ten milliseconds longer on average, and an idle page costs next to nothing.

    Both attributes are Gradio's own (`gradio.queueing.Queue`), which sets larger values itself on Windows.
    """
    queue.sleep_when_free = IDLE_SECONDS
    queue.progress_update_sleep_when_free = PROGRESS_SECONDS
