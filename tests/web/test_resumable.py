"""No message to a page is lost, whenever its connection is cut; and streams end on which nothing will be told."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from studio.web import resumable
from studio.web.message_log import MESSAGES, STREAM_BYTES, MessageLog
from studio.web.resumable import STREAMS, ResumableStreams
from tests.web.conftest import in_a_loop

STEPS = 4  # messages of one event before its answer


@dataclass
class ToyGradio:
    """Joins, tells of each event on one stream per page, and forgets a page whose stream is cut, as Gradio does."""

    to_tell: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    opened: int = 0
    forgotten: list[str] = field(default_factory=list)
    passed_on: list[str] = field(default_factory=list)
    joined: int = 0
    holds: asyncio.Event | None = None  # what an event waits for before its answer

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = json.loads((await receive()).get("body") or b"{}") if scope["path"].endswith("join") else {}
        if scope["path"].endswith("/queue/join"):
            self.joined += 1
            event = f"e{self.joined}"
            steps = [{"msg": "progress", "event_id": event, "step": step} for step in range(STEPS)]
            end = {"msg": "process_completed", "event_id": event, "success": True, "output": {"data": [event]}}
            self.to_tell.setdefault(body["session_hash"], []).extend([*steps, end])
            await answer(send, json.dumps({"event_id": event}).encode())
        elif scope["path"].endswith("/queue/data"):
            await self._tell(scope["query_string"].decode().removeprefix("session_hash="), send)
        else:
            self.passed_on.append(scope["path"])
            await answer(send, b"{}")

    async def _tell(self, page: str, send: Any) -> None:
        self.opened += 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            while self.to_tell.get(page):
                message = self.to_tell[page].pop(0)
                if message["msg"] == "process_completed" and self.holds is not None:
                    await self.holds.wait()
                text = f"data: {json.dumps(message)}\n\n".encode()
                await send({"type": "http.response.body", "body": text[:9], "more_body": True})
                await asyncio.sleep(0)
                await send({"type": "http.response.body", "body": text[9:], "more_body": True})
            await send({"type": "http.response.body", "body": b'data: {"msg": "close_stream"}\n\n'})
        except asyncio.CancelledError:
            self.forgotten.append(page)
            raise


async def answer(send: Any, body: bytes) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


@dataclass
class Browser:
    """One page of one session; remembers the number of the last message."""

    app: ResumableStreams
    page: str = "page1"
    session: str = "ana"
    last: int | None = 0
    heard: list[dict[str, Any]] = field(default_factory=list)
    event: str = ""  # of the stream's last word

    def scope(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        headers = [] if self.last is None else [(b"last-event-id", str(self.last).encode())]
        return {"type": "http", "method": method, "path": f"/gradio_api/{path}", "headers": headers,
                "query_string": f"session_hash={self.page}".encode(), "session": self.session, **more}  # fmt: skip

    async def join(self, path: str = "queue/join") -> int:
        """The status that the press was answered with."""
        statuses = []
        body = json.dumps({"session_hash": self.page}).encode()

        async def receive() -> Any:
            return {"type": "http.request", "body": body}

        async def send(message: Any) -> None:
            statuses.append(message.get("status"))

        await self.app(self.scope("POST", path), receive, send)
        return int(statuses[0])

    async def leave(self) -> None:
        async def nothing(_: Any = None) -> Any:
            return {"type": "http.request", "body": b""}

        await self.app(self.scope("DELETE", "queue/data"), nothing, nothing)

    async def listen(self, at_most: int | None = None) -> int:
        """Until the stream ends, or cut after so many messages: those are on their way, but it hears them no more."""
        status, cut, text = 0, asyncio.Event(), b""
        count = 0

        async def receive() -> Any:
            await cut.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            nonlocal status, text, count
            status = message.get("status", status)
            text += message.get("body", b"")
            *blocks, text = text.split(b"\n\n")
            for block in blocks:
                fields = dict(line.split(": ", 1) for line in block.decode().split("\n") if not line.startswith(":"))
                self.event = fields.get("event", "")
                if "id" in fields and not cut.is_set():
                    self.last = int(fields["id"])
                    self.heard.append(json.loads(fields["data"]))
                    count += 1
                    if count == at_most:
                        cut.set()

        if at_most == 0:
            cut.set()
        await self.app(self.scope("GET", "queue/data"), receive, send)
        return status


def run(trial: Callable[[ToyGradio, ResumableStreams], Awaitable[Any]], **options: Any) -> Any:
    async def once() -> Any:
        gradio = ToyGradio()
        app = ResumableStreams(gradio, **{"rest_seconds": 0.02, **options})
        return await asyncio.wait_for(trial(gradio, app), 20)

    return in_a_loop(once)


@pytest.mark.parametrize("cut_after", range(STEPS + 2))
def test_a_page_that_is_cut_off_after_any_message_hears_each_of_them_once(cut_after: int) -> None:
    async def trial(gradio: ToyGradio, app: ResumableStreams) -> Any:
        browser = Browser(app)
        await browser.join()
        await browser.listen(cut_after)
        await browser.listen()
        return [(said["msg"], said.get("step")) for said in browser.heard], gradio.forgotten, browser.event

    told, forgotten, last = run(trial)
    assert told == [*(("progress", step) for step in range(STEPS)), ("process_completed", None)]
    assert not forgotten, "Gradio never heard of the cut"
    assert last == "rest"


def test_what_is_told_while_nobody_listens_is_kept() -> None:
    async def trial(gradio: ToyGradio, app: ResumableStreams) -> Any:
        browser = Browser(app)
        gradio.holds = asyncio.Event()
        await browser.join()
        await browser.listen(2)
        gradio.holds.set()
        await asyncio.sleep(0.01)
        await browser.listen()
        return browser.heard[-1]["output"]

    assert run(trial) == {"data": ["e1"]}


def test_several_presses_are_told_on_one_stream_that_is_held_a_while() -> None:
    async def trial(gradio: ToyGradio, app: ResumableStreams) -> Any:
        browser = Browser(app)
        await browser.join()
        listening = asyncio.create_task(browser.listen())
        for _ in range(3):
            await asyncio.sleep(0.02)
            await browser.join()
        await listening
        return [said["event_id"] for said in browser.heard if said["msg"] == "process_completed"]

    assert run(trial, rest_seconds=0.2) == ["e1", "e2", "e3", "e4"]


def test_a_stream_on_which_nothing_will_be_told_ends_and_says_what_it_knew_of() -> None:
    async def trial(gradio: ToyGradio, app: ResumableStreams) -> Any:
        words = []

        async def send(message: Any) -> None:
            words.append(message.get("body", b""))

        async def receive() -> Any:
            await asyncio.Event().wait()

        browser = Browser(app)
        await browser.join()
        await app(browser.scope("GET", "queue/data"), receive, send)
        return b"".join(words)

    assert run(trial).endswith(b'event: rest\ndata: {"msg": "close_stream", "joined": 1}\n\n')


def test_without_any_event_a_stream_ends_and_gradio_is_not_asked() -> None:
    async def trial(gradio: ToyGradio, app: ResumableStreams) -> Any:
        browser = Browser(app)
        return await browser.listen(), browser.event, gradio.opened

    assert run(trial) == (200, "rest", 0)


def test_an_event_that_comes_a_moment_later_still_gets_the_stream() -> None:
    async def trial(gradio: ToyGradio, app: ResumableStreams) -> Any:
        browser = Browser(app)
        listening = asyncio.create_task(browser.listen())
        await asyncio.sleep(0.02)
        await browser.join()
        await listening
        return len(browser.heard)

    assert run(trial, rest_seconds=0.2) == STEPS + 1


def test_another_session_can_neither_read_nor_join_nor_cancel() -> None:
    async def trial(gradio: ToyGradio, app: ResumableStreams) -> Any:
        await Browser(app).join()
        ben = Browser(app, session="ben")
        statuses = await ben.listen(), await ben.join(), await ben.join("cancel")
        ana = Browser(app)
        await ana.listen()
        return statuses, ben.heard, len(ana.heard), gradio.passed_on

    assert run(trial) == ((404, 404, 404), [], STEPS + 1, [])


def test_the_newest_connection_of_a_page_is_written_to() -> None:
    async def trial(gradio: ToyGradio, app: ResumableStreams) -> Any:
        gradio.holds = asyncio.Event()
        browser, dead = Browser(app), Browser(app)
        await browser.join()
        old = asyncio.create_task(dead.listen())
        await asyncio.sleep(0.01)
        new = asyncio.create_task(browser.listen())
        await old
        gradio.holds.set()
        await new
        return len(dead.heard), len(browser.heard)

    assert run(trial) == (STEPS, STEPS + 1)


def test_a_page_whose_messages_are_gone_is_told_so() -> None:
    async def trial(gradio: ToyGradio, app: ResumableStreams) -> Any:
        browser = Browser(app, last=7)
        await browser.join()
        await browser.listen()
        return browser.event, browser.heard

    assert run(trial) == ("gap", [])


def test_a_client_that_names_no_number_goes_on_after_what_was_sent() -> None:
    async def trial(gradio: ToyGradio, app: ResumableStreams) -> Any:
        first, second = Browser(app, last=None), Browser(app, last=None)
        await first.join()
        await first.listen()
        await second.join()
        second.last = None
        await second.listen()
        return [said["event_id"] for said in second.heard if said["msg"] == "process_completed"]

    assert run(trial) == ["e2"]


def test_what_a_page_asked_for_goes_on_without_it_and_ends_after_a_while() -> None:
    async def trial(gradio: ToyGradio, app: ResumableStreams) -> Any:
        gradio.holds = asyncio.Event()
        browser = Browser(app)
        await browser.join()
        await browser.listen(1)
        assert not gradio.forgotten
        await asyncio.sleep(0.2)
        assert gradio.forgotten == ["page1"]
        await browser.listen()
        return browser.heard[-1]

    last = run(trial, away_seconds=0.05)
    assert last["success"] is False and "away for too long" in last["output"]["error"]


def test_a_page_that_is_closed_frees_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resumable, "LEFT_SECONDS", 0.02)

    async def trial(gradio: ToyGradio, app: ResumableStreams) -> Any:
        gradio.holds = asyncio.Event()
        browser = Browser(app)
        await browser.join()
        await browser.listen(1)
        await browser.leave()
        await asyncio.sleep(0.1)
        return gradio.forgotten, len(app._logs)

    assert run(trial) == (["page1"], 0)


def test_whoever_keeps_something_of_a_page_is_told_that_it_is_closed() -> None:
    left: list[tuple[str, str]] = []

    async def trial(gradio: ToyGradio, app: ResumableStreams) -> Any:
        app.on_left = lambda owner, page: left.append((owner, page))
        browser = Browser(app)
        await browser.join()
        await browser.listen()
        await browser.leave()
        await asyncio.sleep(0.05)

    run(trial)
    assert left == [("ana", "page1")]


def test_everything_ends_when_the_server_stops() -> None:
    async def trial(gradio: ToyGradio, app: ResumableStreams) -> Any:
        gradio.holds = asyncio.Event()
        browser = Browser(app)
        await browser.join()
        listening = asyncio.create_task(browser.listen())
        await asyncio.sleep(0.01)
        app.close()
        await asyncio.wait_for(listening, 1)
        await asyncio.sleep(0.01)
        return gradio.forgotten, len(asyncio.all_tasks())

    forgotten, tasks = run(trial)
    assert forgotten == ["page1"]
    assert tasks <= 2, "the trial itself and what waits for it"


def test_a_log_is_bounded_in_number_and_size() -> None:
    log = MessageLog("ana")
    for _ in range(MESSAGES + 9):
        log.add(b"x")
    assert len(log.messages) == MESSAGES and log.lacks(3) and not log.lacks(9)
    for _ in range(20):
        log.add(b"x" * (STREAM_BYTES // 10))
    assert log.size <= STREAM_BYTES and log.size == sum(len(data) for _, data in log.messages)
    log.forget_until(log.last)
    assert not log.messages and log.size == 0 and not log.lacks(log.last) and log.lacks(log.last + 1)


def test_pages_are_bounded_and_those_that_listen_stay() -> None:
    async def trial(gradio: ToyGradio, app: ResumableStreams) -> Any:
        listening = asyncio.create_task(Browser(app, page="listening").listen())
        await asyncio.sleep(0)
        for number in range(STREAMS + 9):
            await Browser(app, page=f"page{number}").join("cancel")
        assert "listening" in app._logs and f"page{STREAMS + 8}" in app._logs
        await listening
        return len(app._logs)

    assert run(trial, rest_seconds=0.5) == STREAMS


def test_everything_else_is_passed_on() -> None:
    async def trial(gradio: ToyGradio, app: ResumableStreams) -> Any:
        await Browser(app).join("reset")
        await Browser(app).join("cancel")
        return gradio.passed_on

    assert run(trial) == ["/gradio_api/reset", "/gradio_api/cancel"]
