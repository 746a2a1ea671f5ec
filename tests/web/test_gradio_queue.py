"""The queue's two loops sleep for as long as we say."""

import asyncio
from typing import Any

import gradio as gr
import pytest

from studio.web.gradio_queue import IDLE_SECONDS, PROGRESS_SECONDS, look_less_often
from tests.web.conftest import in_a_loop


def test_an_idle_queue_looks_some_fifty_times_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    sleep = asyncio.sleep

    async def counted(seconds: float, result: Any = None) -> Any:
        slept.append(seconds)
        return await sleep(seconds, result)

    async def idle() -> None:
        with gr.Blocks() as page:
            page.queue()
        look_less_often(page._queue)
        monkeypatch.setattr(asyncio, "sleep", counted)
        page._queue.start()
        await sleep(0.5)
        monkeypatch.undo()
        page._queue.close()
        await sleep(2 * PROGRESS_SECONDS)

    in_a_loop(idle)
    assert set(slept) == {IDLE_SECONDS, PROGRESS_SECONDS}, (
        "these are all the loops that Gradio runs while nothing is asked"
    )
    assert len(slept) <= 0.5 / IDLE_SECONDS + 0.5 / PROGRESS_SECONDS + 2
