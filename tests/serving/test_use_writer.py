"""What the server keeps of how it is used: nothing unasked, no names, and never in the way of an answer."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from studio.schemas.loop.served_use import ServedUse, UseSettings
from studio.services.studio import Studio
from studio.serving.use_writer import GivenAnswer, UseWriter
from studio.storage.home import Home
from studio.storage.loop.use_log import UseLog
from tests.serving.conftest import Running, until

MAIL = "It was dora.kent@example.org who asked."


def project_of(studio: Studio, run: str) -> str:
    return studio.home.run(run).spec.project


def switched_on(studio: Studio, run: str) -> Callable[[], list[ServedUse]]:
    log, project = UseLog(studio.home), project_of(studio, run)
    log.write_settings(project, UseSettings(is_on=True, salt="salt"))
    return lambda: list(log.all(project))


def ask(running: Running, *turns: str, **more: object) -> str:
    messages = [{"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(turns)]
    body = {"model": running.runs[0], "messages": messages, **more}
    answer = running.post("/chat/completions", body)
    assert answer.status_code == 200
    return str(answer.json()["id"]) if not more.get("stream") else answer.text


def test_nothing_is_kept_of_a_project_that_did_not_say_so(running: Running, studio: Studio) -> None:
    ask(running, MAIL)
    time.sleep(0.3)
    folder = studio.home.project_folder(project_of(studio, running.runs[0]))
    assert not (folder / "use").exists()


def test_an_answer_is_one_line_with_its_question_masked(running: Running, studio: Studio) -> None:
    kept = switched_on(studio, running.runs[0])
    reply = ask(running, MAIL, user="dora.kent")
    until(lambda: len(kept()) == 1)
    one = kept()[0]
    assert (one.id, one.version, one.question) == (reply, running.runs[0], "It was [EMAIL] who asked.")
    assert one.question_letters == len(MAIL) and one.reply_letters > 20 and one.tokens > 3 and one.seconds >= 0
    assert one.fingerprint and one.person and one.is_whole and not one.is_refusal
    folder = studio.home.project_folder(project_of(studio, running.runs[0])) / "use"
    assert not any(b"dora" in path.read_bytes().lower() for path in folder.iterdir())


def test_a_conversation_and_a_person_are_the_same_again(running: Running, studio: Studio) -> None:
    kept = switched_on(studio, running.runs[0])
    ask(running, "Hello?", user="ann")
    ask(running, "Hello?", "Yes?", "And now?", user="ann")
    ask(running, "Something else?", user="ann")
    ask(running, "Hello?", user="bob")
    until(lambda: len(kept()) == 4)
    first, second, third, other = kept()
    assert first.conversation == second.conversation and second.question == "Hello?"
    assert len({first.conversation, third.conversation, other.conversation}) == 3
    assert first.person == third.person != other.person


def test_a_stream_tells_when_its_first_word_was_there(running: Running, studio: Studio) -> None:
    kept = switched_on(studio, running.runs[0])
    ask(running, "Hello?", stream=True)
    until(lambda: len(kept()) == 1)
    assert kept()[0].first_seconds is not None and kept()[0].first_seconds <= kept()[0].seconds


def test_the_starting_model_belongs_to_no_project(running: Running, studio: Studio) -> None:
    kept = switched_on(studio, running.runs[0])
    ask(running, "Hello?", model="base")
    ask(running, "Hello?")
    until(lambda: len(kept()) == 1)
    assert kept()[0].version == running.runs[0]


def given(version: str, reply: str = "Yes.") -> GivenAnswer:
    return GivenAnswer("chatcmpl-1", version, "f", "app", "", "Hello?", "Hello?", reply, 1, 0.1, None, True)


def test_noting_an_answer_never_waits_and_what_was_lost_is_counted(studio: Studio, runs: list[str]) -> None:
    kept = switched_on(studio, runs[0])
    held, free = threading.Event(), threading.Event()

    def clock() -> datetime:
        held.set()
        free.wait(5)
        return datetime(2026, 3, 2, tzinfo=UTC)

    writer = UseWriter(studio.home, clock, most_waiting=2)
    writer.note(given(runs[0]))
    assert held.wait(5)
    began = time.monotonic()
    for _ in range(10):
        writer.note(given(runs[0]))
    assert time.monotonic() - began < 2, "it did not wait for the clock, which is held for five seconds"
    free.set()
    writer.close()
    assert len(kept()) + sum(one.lost for one in kept()) == 11


def test_an_empty_answer_and_one_that_declines_are_refusals(studio: Studio, runs: list[str]) -> None:
    kept = switched_on(studio, runs[0])
    writer = UseWriter(studio.home, studio.clock)
    for reply in ("I cannot help with that.", "", "It is blue."):
        writer.note(given(runs[0], reply))
    writer.close()
    assert [one.is_refusal for one in kept()] == [True, True, False]


def test_a_project_that_is_gone_ends_nothing(studio: Studio, runs: list[str], caplog: pytest.LogCaptureFixture) -> None:
    writer = UseWriter(Home(studio.home.path / "elsewhere"), studio.clock)
    writer.note(given("no-such-run"))
    writer.close()
    assert "served use could not be written" in caplog.text
