"""A stream with nothing to tell ends; one that an answer will come on is Gradio's."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from studio.web import streams
from studio.web.streams import CLOSE, IdleStreams
from tests.web.conftest import in_a_loop


def asked(queue: Any, *, path: str = "/gradio_api/queue/data", later: Any = None) -> list[Any]:
    """What is sent; "gradio" when the request was passed on."""
    sent: list[Any] = []

    async def gradio(*_: Any) -> None:
        sent.append("gradio")

    async def send(message: Any) -> None:
        sent.append(message)

    async def ask() -> None:
        scope = {"type": "http", "path": path, "query_string": b"session_hash=abc"}
        asking = asyncio.create_task(IdleStreams(gradio, queue)(scope, None, send))  # type: ignore[arg-type]
        await asyncio.sleep(0.05)
        if later is not None:
            later()
        await asking

    in_a_loop(ask)
    return sent


def queue_of(events: dict[str, set[str]], *told: str) -> Any:
    messages: asyncio.Queue[str] = asyncio.Queue()
    for message in told:
        messages.put_nowait(message)
    return SimpleNamespace(pending_event_ids_session=events, pending_messages_per_session={"abc": messages})


@pytest.fixture(autouse=True)
def short_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "LOOK_SECONDS", 0.005)


def test_a_stream_without_an_event_ends() -> None:
    sent = asked(queue_of({}))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[1]["body"] == CLOSE


def test_a_stream_with_an_event_or_an_untold_answer_is_passed_on() -> None:
    assert asked(queue_of({"abc": {"event"}})) == ["gradio"]
    assert asked(queue_of({}, "answer")) == ["gradio"]
    assert len(asked(queue_of({"other": {"event"}}))) == 2


def test_an_event_that_comes_a_moment_later_still_gets_the_stream() -> None:
    events: dict[str, set[str]] = {}
    assert asked(queue_of(events), later=lambda: events.update(abc={"event"})) == ["gradio"]


def test_everything_else_is_passed_on() -> None:
    assert asked(queue_of({}), path="/gradio_api/queue/join") == ["gradio"]
