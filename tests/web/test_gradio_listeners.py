"""What Gradio's page says of a part that is gone comes to nothing; what never was there stays a fault."""

import asyncio
from typing import Any

import gradio as gr
import httpx
import pytest
from fastapi import FastAPI

from studio.web.gradio_listeners import add_idle_listener, answer_removed_listeners
from tests.web.conftest import in_a_loop

SESSION = "s1"


class Trial:
    """A page whose button is mounted anew at each change of a number, driven as Gradio's page drives it."""

    def __init__(self) -> None:
        self.pressed: list[int] = []
        with gr.Blocks() as self.page:
            idle = add_idle_listener()
            number = gr.Number(0)

            @gr.render(inputs=[number], triggers=[number.change])  # type: ignore[untyped-decorator]
            def mount(now: int) -> None:
                gr.Button(key=None).click(lambda: self.pressed.append(now))

        self.mounting = next(id for id, fn in self.page.fns.items() if fn.renderable)
        self.app = gr.mount_gradio_app(FastAPI(), self.page, path="/")
        answer_removed_listeners(self.page, idle)

    @property
    def mounted(self) -> int:
        """The listener of the button that stands there now."""
        return max(self.page.state_holder[SESSION].blocks_config.fns)

    async def send(self, client: httpx.AsyncClient, listener: int, *data: Any) -> tuple[int, str]:
        """One event to its end: what it was answered, and what the page was told."""
        body = {"fn_index": listener, "data": list(data), "session_hash": SESSION}
        answer = await client.post("/gradio_api/queue/join", json=body)
        if answer.status_code != 200:
            return answer.status_code, ""
        told = await client.get("/gradio_api/queue/data", params={"session_hash": SESSION})
        return 200, told.text


async def on_a_page(act: Any) -> Any:
    trial = Trial()
    async with trial.app.router.lifespan_context(trial.app):
        transport = httpx.ASGITransport(trial.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=20) as client:
            return await asyncio.wait_for(act(trial, client), 30)


def test_a_press_on_a_button_that_was_just_replaced_does_nothing_and_is_answered() -> None:
    async def act(trial: Trial, client: httpx.AsyncClient) -> None:
        await trial.send(client, trial.mounting, 1)
        old = trial.mounted
        await trial.send(client, trial.mounting, 2)
        assert trial.mounted > old
        status, told = await trial.send(client, old)
        assert status == 200 and '"process_completed"' in told and '"success":true' in told.replace(" ", "")
        await trial.send(client, trial.mounted)
        assert trial.pressed == [2], "the one that stands there is heard"

    in_a_loop(lambda: on_a_page(act))


@pytest.mark.parametrize("ahead", [1, 50])
def test_a_listener_that_never_was_there_stays_a_fault(ahead: int) -> None:
    async def act(trial: Trial, client: httpx.AsyncClient) -> int:
        await trial.send(client, trial.mounting, 1)
        status, _ = await trial.send(client, trial.mounted + ahead)
        return status

    assert in_a_loop(lambda: on_a_page(act)) == 500
