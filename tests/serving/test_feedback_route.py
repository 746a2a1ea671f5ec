"""Feedback by the id of a reply: whose key asked, which version answered, once, and only for a while."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from studio.schemas.example import Message
from studio.schemas.loop.feedback import Feedback
from studio.services.studio import Studio
from studio.serving.reply_memory import KeptReply, ReplyMemory
from tests.serving.conftest import Running

HI = [{"role": "user", "content": "Hi"}]
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def running(serve: Callable[..., Running], studio: Studio, runs: list[str]) -> Running:
    return serve(studio, runs[:1], feedback_hours=1)


def reply(running: Running, **more: Any) -> str:
    """The id of a new reply."""
    said = running.post("/chat/completions", {"model": running.runs[0], "messages": HI, **more})
    return str(said.json()["id"]) if not more.get("stream") else said.text.split('"id": "')[1].split('"')[0]


def give(running: Running, id: str, **more: Any) -> httpx.Response:
    return running.post("/feedback", {"reply_id": id, "judgement": "wrong", **more})


def kept(studio: Studio, running: Running) -> tuple[Feedback, ...]:
    return studio.feedback.all(studio.runs.view(running.runs[0]).spec.project)


@pytest.mark.parametrize("stream", [False, True])
def test_what_is_said_of_a_reply_is_kept_with_the_version_that_gave_it(
    running: Running, studio: Studio, stream: bool
) -> None:
    id = reply(running, stream=stream)
    said = give(running, id, correction="Hello to you.", reason="rude", user="Ana")
    assert said.status_code == 201 and said.json()["has_correction"], said.text
    (one,) = kept(studio, running)
    assert (one.origin, one.version, one.author) == ("server", running.runs[0], "Ana (test)")
    assert one.fingerprint and one.reply and [turn.content for turn in one.turns] == ["Hi"]
    assert (one.correction, one.reason) == ("Hello to you.", "rude")


def test_the_same_again_is_one_and_other_words_replace_it_until_it_is_decided(running: Running, studio: Studio) -> None:
    id = reply(running)
    first = give(running, id)
    again = give(running, id)
    assert (first.status_code, again.status_code) == (201, 200) and first.json() == again.json()
    assert give(running, id, correction="Hello.").json()["id"] == first.json()["id"]
    (one,) = kept(studio, running)
    studio.feedback.accept(studio.runs.view(one.version).spec.project, [one.id], by="ana")
    refused = give(running, id, correction="Good day.")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "decided_already")


def test_only_the_application_that_got_a_reply_speaks_of_it(running: Running, studio: Studio) -> None:
    id, other = reply(running), running.open.keys.add("other")
    assert give(running, id, judgement="up", choice=1).status_code == 400
    body = {"reply_id": id, "judgement": "up"}
    for key, status in ((other, 404), ("sk-studio-none", 401)):
        said = httpx.post(f"{running.address}/feedback", json=body, headers={"authorization": f"Bearer {key}"})
        assert said.status_code == status
    assert kept(studio, running) == ()


def test_the_starting_model_belongs_to_no_project(running: Running) -> None:
    assert give(running, reply(running, model="base")).status_code == 404


def test_a_server_that_was_not_asked_to_takes_no_feedback(
    serve: Callable[..., Running], studio: Studio, runs: list[str]
) -> None:
    running = serve(studio, runs[:1])
    said = give(running, reply(running))
    assert (said.status_code, said.json()["error"]["code"]) == (403, "feedback_is_off")


def test_replies_are_remembered_for_so_long_and_no_more_than_there_is_room_for() -> None:
    now = NOW
    memory = ReplyMemory(1, lambda: now, most_replies=2, most_letters=20)

    def keep(id: str, text: str = "Yes.") -> None:
        memory.keep(id, KeptReply("r", "f", "app", (Message(role="user", content="?"),), (text,), now))

    keep("one")
    keep("two")
    assert memory.find("one", "app") and memory.find("one", "another") is None
    keep("three")
    assert memory.find("one", "app") is None and memory.find("two", "app")
    keep("long", "x" * 18)
    assert memory.find("three", "app") is None and memory.find("long", "app")
    now = NOW + timedelta(hours=1, seconds=1)
    assert memory.find("long", "app") is None
