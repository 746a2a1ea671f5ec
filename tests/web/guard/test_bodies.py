"""Bodies that are counted, and streams that end with a sign-in."""

from typing import Any

import pytest

from studio.web.guard.bodies import LOOK_AGAIN_SECONDS, BodyLimit, SignedInStream, TooLong
from tests.web.conftest import in_a_loop


class Wire:
    """What comes, and what was sent."""

    def __init__(self, *parts: bytes) -> None:
        self.parts, self.sent = list(parts), list[Any]()

    async def receive(self) -> Any:
        return {"type": "http.request", "body": self.parts.pop(0), "more_body": bool(self.parts)}

    async def send(self, message: Any) -> None:
        self.sent.append(message)


def test_a_body_within_its_limit_comes_whole() -> None:
    async def read() -> list[Any]:
        body = BodyLimit(6, Wire(b"abc", b"def").receive, Wire().send)
        return [(await body.receive())["body"], (await body.receive())["body"], body.is_too_long]

    assert in_a_loop(read) == [b"abc", b"def", False]


def test_what_is_too_long_is_not_read_on_and_its_answer_is_not_heard() -> None:
    async def read() -> tuple[BodyLimit, Wire]:
        wire = Wire(b"abc", b"defg", b"never read")
        body = BodyLimit(6, wire.receive, wire.send)
        await body.receive()
        with pytest.raises(TooLong):
            await body.receive()
        await body.send({"type": "http.response.start", "status": 500})
        return body, wire

    body, wire = in_a_loop(read)
    assert wire.parts == [b"never read"] and wire.sent == [] and body.is_too_long and not body.has_begun


def test_a_stream_ends_soon_after_the_sign_in_of_whoever_hears_it() -> None:
    async def hear() -> tuple[list[Any], Any]:
        now, signed_in, wire = [0.0], [True], Wire()
        stream = SignedInStream(lambda: signed_in[0], wire.receive, wire.send, lambda: now[0])
        await stream.send({"type": "http.response.body", "body": b"1", "more_body": True})
        now[0] += LOOK_AGAIN_SECONDS
        await stream.send({"type": "http.response.body", "body": b"2", "more_body": True})
        signed_in[0] = False
        now[0] += LOOK_AGAIN_SECONDS
        await stream.send({"type": "http.response.body", "body": b"3", "more_body": True})
        await stream.send({"type": "http.response.body", "body": b"4", "more_body": True})
        return wire.sent, await stream.receive()

    sent, heard = in_a_loop(hear)
    assert [message["body"] for message in sent] == [b"1", b"2", b""] and not sent[-1]["more_body"]
    assert heard == {"type": "http.disconnect"}
