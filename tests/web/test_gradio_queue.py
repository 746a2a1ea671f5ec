"""The queue sleeps until something is pushed, and carries out what was pushed as Gradio's own loop does."""

import asyncio
import json
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import gradio as gr
import httpx
import pytest
from fastapi import FastAPI
from gradio.data_classes import PredictBody
from gradio.queueing import EventQueue

from studio.web.gradio_queue import (
    IN_TURN,
    MOST_QUEUES,
    add_idle_listener,
    answer_removed_listeners,
    forget_empty_queues,
    is_by_the_page,
    mount_once,
    request_number,
    sleep_until_pushed,
)
from studio.web.idempotent import IdempotentPosts
from tests.web.conftest import in_a_loop


def page_of(act: Callable[[str], str], limit: int = 1, concurrency_id: str | None = None) -> gr.Blocks:
    """A page with one button."""
    with gr.Blocks(analytics_enabled=False) as page:
        page.queue()
        name, answer = gr.Textbox(), gr.Textbox()
        gr.Button().click(act, [name], [answer], concurrency_limit=limit, concurrency_id=concurrency_id)
    return page


def test_queues_of_listeners_that_nobody_presses_any_more_are_forgotten() -> None:
    async def made() -> Any:
        return page_of(str.upper)._queue

    queue = in_a_loop(made)
    queue.event_queue_per_concurrency_id |= {str(n): EventQueue(str(n), 1) for n in range(MOST_QUEUES + 1)}
    queue.event_queue_per_concurrency_id["7"].current_concurrency = 1
    forget_empty_queues(queue)
    assert list(queue.event_queue_per_concurrency_id) == ["7"]


def test_an_idle_queue_does_not_wake_up(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    sleep = asyncio.sleep

    async def counted(seconds: float, result: Any = None) -> Any:
        slept.append(seconds)
        return await sleep(seconds, result)

    async def idle() -> None:
        page = page_of(str.upper)
        sleep_until_pushed(page._queue)
        monkeypatch.setattr(asyncio, "sleep", counted)
        page._queue.start()
        await sleep(0.3)
        monkeypatch.undo()

    in_a_loop(idle)
    assert slept == []


async def press(client: httpx.AsyncClient, name: str, session: str) -> tuple[str, float]:
    """What the button answers, and after how many seconds."""
    began = time.monotonic()
    body = {"data": [name], "fn_index": 0, "session_hash": session}
    (await client.post("/gradio_api/queue/join", json=body)).raise_for_status()
    async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
        async for line in stream.aiter_lines():
            told = json.loads(line.removeprefix("data:") or "{}")
            if told.get("msg") == "process_completed":
                return told["output"]["data"][0], time.monotonic() - began
    raise AssertionError("the stream ended without an answer")


def test_presses_are_answered_also_those_that_had_to_wait_for_their_turn() -> None:
    at_once: list[int] = []
    going: list[str] = []

    def act(name: str) -> str:
        going.append(name)
        at_once.append(len(going))
        time.sleep(0.05)
        going.remove(name)
        return name.upper()

    async def trial() -> list[str]:
        page = page_of(act)
        app = gr.mount_gradio_app(FastAPI(), page, path="/")
        sleep_until_pushed(page._queue)
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=20) as client:
                await press(client, "first", "s0")
                await asyncio.sleep(0.1)  # asleep again
                answers = await asyncio.gather(*(press(client, name, name) for name in ("a", "b", "c")))
        return [answer for answer, _ in answers]

    assert in_a_loop(trial) == ["A", "B", "C"]
    assert max(at_once) == 1, "its limit is kept"


def test_what_goes_in_turn_waits_for_its_own_page_alone() -> None:
    going: list[str] = []
    beside: set[tuple[str, ...]] = set()

    def act(name: str) -> str:
        going.append(name)
        beside.add(tuple(going))
        time.sleep(0.2)
        going.remove(name)
        return name

    async def trial() -> list[str]:
        page = page_of(act, concurrency_id=IN_TURN)
        app = gr.mount_gradio_app(FastAPI(), page, path="/")
        sleep_until_pushed(page._queue)
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=20) as client:
                for name, session in (("ana 1", "ana"), ("ana 2", "ana"), ("ben", "ben")):
                    body = {"data": [name], "fn_index": 0, "session_hash": session}
                    (await client.post("/gradio_api/queue/join", json=body)).raise_for_status()
                async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "ana"}) as stream:
                    told = [json.loads(line.removeprefix("data:") or "{}") async for line in stream.aiter_lines()]
        return [one["output"]["data"][0] for one in told if one.get("msg") == "process_completed"]

    assert in_a_loop(trial) == ["ana 1", "ana 2"], "her own one after the other"
    assert ("ana 1", "ben") in beside and ("ana 1", "ana 2") not in beside, "and another page's beside them"


SESSION = "s1"


class Trial:
    """A page whose button is mounted anew at each change of a number, driven as Gradio's page drives it."""

    def __init__(self, *, once: bool = False) -> None:
        self.pressed: list[int] = []
        self.place = 0
        with gr.Blocks() as self.page:
            idle = add_idle_listener()
            number, self.there = gr.Number(0), gr.State((None, 0))

            @gr.render(inputs=[number], triggers=[number.change])  # type: ignore[untyped-decorator]
            def mount(now: int) -> None:
                gr.Button(key=None).click(lambda: self.pressed.append(now))

        self.mounting = next(id for id, fn in self.page.fns.items() if fn.renderable)
        self.app = gr.mount_gradio_app(FastAPI(), self.page, path="/")
        answer_removed_listeners(self.page, idle)
        if once:
            mount_once(self.page, idle, self.there, lambda states: self.place)

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


async def on_a_page(act: Any, *, once: bool = False) -> Any:
    trial = Trial(once=once)
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


def test_a_listener_that_is_taken_away_while_its_press_is_looked_up_does_nothing() -> None:
    """A mounting runs in a thread of its own, so that it may end between the two looks."""
    config = SimpleNamespace(fns={0: "idle", 5: "replaced just now"}, fn_id=6)
    asked = []

    async def push(body: PredictBody) -> str:
        config.fns.pop(5, None)
        asked.append(body.fn_index)
        return config.fns[body.fn_index or 0]

    states = {SESSION: SimpleNamespace(blocks_config=config)}
    page: Any = SimpleNamespace(_queue=SimpleNamespace(push=push), state_holder=states)
    answer_removed_listeners(page, 0)
    pressed = in_a_loop(lambda: page._queue.push(PredictBody(fn_index=5, session_hash=SESSION, data=[])))
    assert pressed == "idle" and asked == [5, 0]


@pytest.mark.parametrize("ahead", [1, 50])
def test_a_listener_that_never_was_there_stays_a_fault(ahead: int) -> None:
    async def act(trial: Trial, client: httpx.AsyncClient) -> int:
        await trial.send(client, trial.mounting, 1)
        status, _ = await trial.send(client, trial.mounted + ahead)
        return status

    assert in_a_loop(lambda: on_a_page(act)) == 500


def test_a_place_that_stands_in_the_page_is_not_mounted_a_second_time() -> None:
    """The second request is one that was late, or the one behind it: what stands there goes on to be heard."""

    async def act(trial: Trial, client: httpx.AsyncClient) -> None:
        trial.place = 7
        await trial.send(client, trial.mounting, 1)
        there = trial.mounted
        status, told = await trial.send(client, trial.mounting, 1)
        assert status == 200 and '"render_config":null' in told.replace(" ", "")
        assert trial.mounted == there
        await trial.send(client, there)
        trial.place = 8
        await trial.send(client, trial.mounting, 2)
        assert trial.mounted > there, "another place is mounted"
        assert trial.pressed == [1]
        states = trial.page.state_holder[SESSION]
        assert states[trial.there._id] == (8, 2), "the mountings are counted, by which the page tells their parts apart"

    in_a_loop(lambda: on_a_page(act, once=True))


def test_a_handler_knows_the_number_that_the_page_gave_its_request() -> None:
    async def trial() -> str:
        with gr.Blocks(analytics_enabled=False) as page:
            page.queue()
            name, answer = gr.Textbox(), gr.Textbox()
            gr.Button().click(lambda name: f"{name} {request_number()}", [name], [answer])
        app = gr.mount_gradio_app(FastAPI(), page, path="/")
        sleep_until_pushed(page._queue)
        numbered = {"x-request-key": "0123456789abcdef", "x-request-number": "12"}
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(IdempotentPosts(app))  # type: ignore[arg-type]
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1", timeout=20, headers=numbered
            ) as client:
                return (await press(client, "press", "s0"))[0]

    assert in_a_loop(trial) == "press 12"


@pytest.mark.parametrize(("more", "alone"), [
    ({}, "True"), ({"x-tab-pressed": "teach"}, "True"), ({"x-tab-pressed": "model"}, "False"),
])  # fmt: skip
def test_a_tab_that_nobody_pressed_is_told_from_one_that_somebody_did(more: dict[str, str], alone: str) -> None:
    async def trial() -> str:
        with gr.Blocks(analytics_enabled=False) as page:
            page.queue()
            name, answer = gr.Textbox(), gr.Textbox()
            gr.Button().click(lambda name: f"{name} {is_by_the_page('model')}", [name], [answer])
        app = gr.mount_gradio_app(FastAPI(), page, path="/")
        sleep_until_pushed(page._queue)
        headers = {"x-request-key": "0123456789abcdef", "x-request-number": "12", **more}
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(IdempotentPosts(app))  # type: ignore[arg-type]
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1", timeout=20, headers=headers
            ) as client:
                return (await press(client, "press", "s0"))[0]

    assert in_a_loop(trial) == f"press {alone}"


def test_outside_of_a_request_there_is_no_number() -> None:
    assert request_number() == 0 and not is_by_the_page("model")
