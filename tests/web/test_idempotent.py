"""A numbered request is carried out once, however often it comes."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from studio.web import idempotent
from studio.web.idempotent import ANSWER_BYTES, KEEP_SECONDS, PAGE, REQUESTS, SESSIONS, IdempotentPosts, number_of
from tests.web.conftest import in_a_loop

KEY = "0123456789abcdef"


class Site:
    """Stands for Gradio: counts what it carries out, reads the body, and answers with the count."""

    def __init__(self, *, status: int = 200, answer: bytes = b"", slowly: asyncio.Event | None = None) -> None:
        self.status, self.answer, self.slowly = status, answer, slowly
        self.bodies: list[bytes] = []
        self.keys: list[str | None] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ConnectionError("the sender went away")
            body, more = body + message["body"], message.get("more_body", False)
        self.bodies.append(body)
        self.keys.append(scope.get("request_key"))
        if self.slowly is not None:
            await self.slowly.wait()
        await send({"type": "http.response.start", "status": self.status, "headers": [(b"x", b"y")]})
        await send({"type": "http.response.body", "body": self.answer or str(len(self.bodies)).encode()})


async def ask(app: IdempotentPosts, key: str = KEY, *, session: str = "s1", path: str = "/gradio_api/queue/join",
              parts: tuple[bytes, ...] = (b"press",), stays: bool = True) -> tuple[int, bytes] | None:  # fmt: skip
    """One request: its status and body. One that does not stay is cut off after its last part."""
    waiting, sent = list(parts), []

    async def receive() -> Any:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting) or not stays}
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"x-request-key", key.encode())] if key else []
    await app({"type": "http", "method": "POST", "path": path, "headers": headers, "session": session}, receive, send)
    return (sent[0]["status"], b"".join(m["body"] for m in sent[1:])) if sent else None


def run(asking: Callable[[], Awaitable[Any]]) -> Any:
    async def once() -> Any:
        return await asking()

    return in_a_loop(once)


def test_a_repeated_request_is_answered_as_the_first_time_and_not_carried_out_again() -> None:
    site = Site()
    app = IdempotentPosts(site)

    async def twice() -> Any:
        return [await ask(app), await ask(app), await ask(app, parts=(b"pr", b"ess"))]

    assert run(twice) == [(200, b"1")] * 3
    assert site.bodies == [b"press"]


def test_one_that_comes_while_the_first_is_being_carried_out_waits_for_its_answer() -> None:
    async def at_once() -> Any:
        site = Site(slowly=asyncio.Event())
        app = IdempotentPosts(site)
        asked = [asyncio.create_task(ask(app)) for _ in range(3)]
        await asyncio.sleep(0.01)
        assert not any(one.done() for one in asked)
        assert site.slowly is not None
        site.slowly.set()
        return site.bodies, await asyncio.gather(*asked)

    assert run(at_once) == ([b"press"], [(200, b"1")] * 3)


def test_a_sender_who_goes_away_after_the_last_word_does_not_stop_it() -> None:
    site = Site()

    async def asking_for_the_end(scope: Any, receive: Any, send: Any) -> None:
        await site(scope, receive, send)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(receive(), 0.01)

    assert run(lambda: ask(IdempotentPosts(asking_for_the_end))) == (200, b"1")


def test_a_body_that_broke_off_is_carried_out_when_it_comes_whole() -> None:
    site = Site()
    app = IdempotentPosts(site)

    async def cut_then_whole() -> Any:
        with pytest.raises(ConnectionError):
            await ask(app, parts=(b"pre",), stays=False)
        return await ask(app)

    assert run(cut_then_whole) == (200, b"1")
    assert site.bodies == [b"press"]


def test_a_dead_connection_in_the_middle_of_a_body_does_not_hold_the_next_one_up() -> None:
    site = Site()
    app = IdempotentPosts(site)

    async def silent_then_whole() -> Any:
        async def silent() -> Any:
            await asyncio.Event().wait()

        async def nowhere(message: Any) -> None:
            raise AssertionError(message)

        scope = {"type": "http", "method": "POST", "path": "/gradio_api/queue/join", "session": "s1",
                 "headers": [(b"x-request-key", KEY.encode())]}  # fmt: skip
        first = asyncio.create_task(app(scope, silent, nowhere))
        await asyncio.sleep(0.01)
        answer = await asyncio.wait_for(ask(app), 5)
        with pytest.raises(ConnectionError):
            await first
        return answer

    assert run(silent_then_whole) == (200, b"1")


def test_keys_belong_to_one_session_and_one_path() -> None:
    site = Site()
    app = IdempotentPosts(site)

    async def three() -> Any:
        return [await ask(app), await ask(app, session="s2"), await ask(app, path="/gradio_api/upload")]

    assert run(three) == [(200, b"1"), (200, b"2"), (200, b"3")]


def test_handlers_learn_the_key_and_what_has_no_proper_key_is_passed_on() -> None:
    site = Site()
    app = IdempotentPosts(site)

    async def some() -> Any:
        return [await ask(app, key) for key in (KEY, "", "", "short", "with spaces in it, twenty")]

    assert [answer[1] for answer in run(some)] == [b"1", b"2", b"3", b"4", b"5"]
    assert site.keys == [KEY, None, None, None, None]


@pytest.mark.parametrize("status, times", [(200, 1), (404, 1), (500, 2), (503, 2)])
def test_a_refusal_is_remembered_and_a_failure_is_tried_again(status: int, times: int) -> None:
    site = Site(status=status)
    app = IdempotentPosts(site)

    async def twice() -> Any:
        return [(await ask(app) or (0, b""))[0] for _ in range(2)]

    assert run(twice) == [status, status]
    assert len(site.bodies) == times


def test_what_is_remembered_is_bounded_in_time_number_and_size() -> None:
    now = [0.0]
    site = Site()
    app = IdempotentPosts(site, clock=lambda: now[0])
    large = Site(answer=b"x" * (ANSWER_BYTES + 1))
    keeps_nothing = IdempotentPosts(large)

    async def many() -> None:
        await ask(app)
        now[0] = KEEP_SECONDS - 1
        await ask(app)
        assert len(site.bodies) == 1
        now[0] = KEEP_SECONDS + 1
        await ask(app)
        assert len(site.bodies) == 2, "too long ago"
        for number in range(REQUESTS + 9):
            await ask(app, f"{number:020}")
        (kept,) = app._sessions.values()
        assert len(kept) <= REQUESTS + 1
        for number in range(SESSIONS + 9):
            await ask(app, session=f"other {number}")
        assert len(app._sessions) == SESSIONS
        for _ in range(2):
            await ask(keeps_nothing)

    run(many)
    assert len(large.bodies) == 2


def test_what_a_closed_page_was_answered_goes_with_it() -> None:
    pages = iter(("p1", "p1", "p2"))
    site = Site()

    async def of_a_page(scope: Any, receive: Any, send: Any) -> None:
        scope[PAGE] = next(pages)
        await site(scope, receive, send)

    async def trial() -> Any:
        app = IdempotentPosts(of_a_page)
        for number in range(3):
            await ask(app, f"{number:020}")
        app.forget_page("s1", "p1")
        app.forget_page("another", "p2")
        (kept,) = app._sessions.values()
        left = [key for _, key in kept]
        app.forget_page("s1", "p2")
        return left, len(app._sessions)

    assert run(trial) == ([f"{2:020}"], 0)


def test_what_is_old_goes_when_nobody_asks_any_more() -> None:
    now = [0.0]

    async def trial() -> Any:
        app = IdempotentPosts(Site(), clock=lambda: now[0])
        await ask(app, session="early")
        now[0] = 60.0
        await ask(app, session="late")
        assert app._sweeping is not None
        now[0] = KEEP_SECONDS + 1
        app.sweep()
        return list(app._sessions)

    assert run(trial) == ["late"]


def test_it_looks_again_by_itself_while_something_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotent, "SWEEP_SECONDS", 0.01)
    now = [0.0]

    async def trial() -> Any:
        app = IdempotentPosts(Site(), clock=lambda: now[0])
        await ask(app)
        await asyncio.sleep(0.05)
        before = len(app._sessions)
        now[0] = KEEP_SECONDS + 1
        await asyncio.sleep(0.05)
        return before, len(app._sessions), app._sweeping

    assert run(trial) == (1, 0, None)


def test_the_page_counts_its_requests_and_anything_else_is_no_count() -> None:
    def scope(*numbers: bytes) -> dict[str, Any]:
        return {"headers": [(b"x-request-number", number) for number in numbers]}

    assert number_of(scope(b"41")) == 41
    assert [number_of(scope(*said)) for said in ((), (b"-1",), (b"1e9",), (b"9" * 13,), ("٣".encode(),))] == [0] * 5
