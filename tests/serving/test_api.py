"""The official client talks to the server."""

import asyncio
import json
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import httpx
import openai
import pytest

from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.files import write_json
from tests.fake_engine import FakeEngine
from tests.serving.conftest import Running, until
from tests.web.conftest import in_a_loop

ASKED = [{"role": "user", "content": "May I return it?"}]
TUNED = "Thanks for asking! Here is what we do: May I return it? We gladly take care of it today. Warmly, the desk"


def slow(studio: Studio, pause: float) -> None:
    engine = studio.engine
    assert isinstance(engine, FakeEngine)
    engine.pause = pause


def test_a_version_answers_and_counts_its_tokens(running: Running) -> None:
    answer = running.client().chat.completions.create(model=running.runs[0], messages=ASKED)
    assert answer.choices[0].message.content == TUNED
    assert (answer.choices[0].finish_reason, answer.object) == ("stop", "chat.completion")
    assert answer.usage and answer.usage.completion_tokens == len(TUNED.split())
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_a_stream_adds_up_to_the_answer_and_ends_with_its_usage(running: Running) -> None:
    chunks = list(running.client().chat.completions.create(
        model=running.runs[0], messages=ASKED, stream=True, stream_options={"include_usage": True}))  # fmt: skip
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == TUNED
    assert chunks[0].choices[0].delta.role == "assistant" and chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].choices == [] and chunks[-1].usage and chunks[-1].usage.completion_tokens == len(TUNED.split())
    assert all(chunk.usage is None for chunk in chunks[:-1])


def test_a_stream_ends_with_done(running: Running) -> None:
    said = running.post("/chat/completions", {"model": "base", "messages": ASKED, "stream": True})
    assert said.headers["content-type"].startswith("text/event-stream")
    assert said.text.endswith("data: [DONE]\n\n")


def test_an_answer_ends_before_a_stop_string(running: Running) -> None:
    answer = running.client().chat.completions.create(model=running.runs[0], messages=ASKED, stop=["gladly", "never"])
    assert answer.choices[0].message.content == TUNED[: TUNED.index("gladly")]


def test_an_answer_that_is_cut_says_so(running: Running) -> None:
    answer = running.client().chat.completions.create(model="base", messages=ASKED, max_completion_tokens=3)
    assert (answer.choices[0].message.content, answer.choices[0].finish_reason) == ("I am not", "length")


def test_every_version_and_the_starting_model_are_listed_and_answer_by_name(running: Running, studio: Studio) -> None:
    client = running.client()
    assert [model.id for model in client.models.list()] == ["base", *running.runs, "auto"]
    assert client.models.retrieve(running.runs[1]).id == running.runs[1]
    for name in ("base", *running.runs):
        answer = client.chat.completions.create(model=name, messages=ASKED)
        assert (answer.choices[0].message.content == TUNED) == (name != "base") and answer.model == name


def test_a_version_answers_to_the_name_that_she_gave_it(
    serve: Callable[..., Running], studio: Studio, runs: list[str]
) -> None:
    studio.run_list.rename(runs[0], "Returns desk", by="ana")
    client = serve(studio, runs).client()
    assert client.chat.completions.create(model="Returns desk", messages=ASKED).choices[0].message.content == TUNED


def test_several_answers_to_one_request_have_their_places(running: Running) -> None:
    answer = running.client().chat.completions.create(model=running.runs[0], messages=ASKED, n=3, temperature=1, seed=4)
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    assert answer.usage and answer.usage.completion_tokens == 3 * len(TUNED.split())


def test_logprobs_stand_beside_the_answer(running: Running) -> None:
    answer = running.client().chat.completions.create(
        model="base", messages=ASKED, logprobs=True, top_logprobs=2, max_tokens=2)  # fmt: skip
    told = answer.choices[0].logprobs
    assert told and told.content and [one.token for one in told.content] == ["I", "am"]
    assert len(told.content[0].top_logprobs) == 2 and told.content[0].bytes == [73]
    older = running.client().completions.create(model="base", prompt="Hi", logprobs=1, max_tokens=2).choices[0].logprobs
    assert older and older.tokens == ["I", "am"] and older.text_offset == [0, 1]


def test_a_bare_text_is_gone_on_with(running: Running) -> None:
    client = running.client()
    assert client.completions.create(model="base", prompt="Hi", max_tokens=4).choices[0].text == "I am not sure"
    chunks = list(client.completions.create(model="base", prompt="Hi", max_tokens=4, stream=True))
    assert "".join(chunk.choices[0].text for chunk in chunks) == "I am not sure"


def test_a_wrong_key_opens_nothing(running: Running) -> None:
    with pytest.raises(openai.AuthenticationError) as caught:
        running.client(api_key="sk-studio-wrong").chat.completions.create(model="base", messages=ASKED)
    assert caught.value.code == "invalid_api_key" and "Bearer" in caught.value.message
    with pytest.raises(openai.AuthenticationError):
        running.client(api_key="sk-studio-wrong").models.list()


def test_an_unknown_model_is_told_with_those_that_there_are(running: Running) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        running.client().chat.completions.create(model="gpt-4o", messages=ASKED)
    assert caught.value.code == "model_not_found" and running.runs[0] in caught.value.message


def test_a_prompt_that_is_too_long_is_told_with_both_figures(running: Running) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        running.client().chat.completions.create(
            model="base", messages=[{"role": "user", "content": "word " * 2000}])  # fmt: skip
    assert caught.value.code == "context_length_exceeded"
    assert "2,000 tokens" in caught.value.message and "1,024" in caught.value.message


def test_a_full_queue_is_told_with_when_to_come_again(
    serve: Callable[..., Running], studio: Studio, runs: list[str]
) -> None:
    slow(studio, 0.1)
    running = serve(studio, runs, most_waiting=2)
    client = running.client()
    threads = [
        threading.Thread(target=client.chat.completions.create, kwargs={"model": runs[0], "messages": ASKED})
        for _ in range(10)
    ]
    scheduler = running.open.scheduler
    assert scheduler
    for number, thread in enumerate(threads, start=1):
        thread.start()
        until(lambda number=number: scheduler.load == (min(number, 8), max(0, number - 8)))  # type: ignore[misc]
    with pytest.raises(openai.RateLimitError) as caught:
        client.chat.completions.create(model=runs[0], messages=ASKED)
    assert int(caught.value.response.headers["retry-after"]) >= 1 and caught.value.code == "busy"
    for thread in threads:
        thread.join()


def test_at_the_end_those_who_wait_are_told_at_once_and_an_answer_that_is_written_has_some_time(
    serve: Callable[..., Running], studio: Studio, runs: list[str]
) -> None:
    slow(studio, 0.1)
    running = serve(studio, runs)
    client, scheduler = running.client(), running.open.scheduler
    assert scheduler

    def ask() -> str:
        try:
            return client.chat.completions.create(model=runs[0], messages=ASKED).choices[0].message.content or ""
        except openai.RateLimitError as error:
            return error.message

    with ThreadPoolExecutor(10) as pool:
        told = [pool.submit(ask) for _ in range(10)]
        until(lambda: scheduler.load == (8, 2))
        scheduler.finish(60.0)
        assert all("The server is ending" in one.result() for one in wait(told, return_when=FIRST_COMPLETED).done)
        texts = [one.result() for one in told]
        assert texts.count(TUNED) == 8
        assert "The server is ending" in ask()


def test_an_answer_that_takes_too_long_at_the_end_ends_in_words(
    serve: Callable[..., Running], studio: Studio, runs: list[str]
) -> None:
    slow(studio, 0.1)
    running = serve(studio, runs)
    stream = running.client().chat.completions.create(model=runs[0], messages=ASKED, stream=True)
    next(iter(stream))
    assert running.open.scheduler
    running.open.scheduler.finish(0.0)
    with pytest.raises(openai.APIError, match="The server is ending"):
        list(stream)
    stream.close()


def test_a_client_that_goes_away_frees_its_place(
    serve: Callable[..., Running], studio: Studio, runs: list[str]
) -> None:
    slow(studio, 0.1)
    running = serve(studio, runs)
    scheduler = running.open.scheduler
    assert scheduler
    stream = running.client().chat.completions.create(model=runs[0], messages=ASKED, stream=True)
    next(iter(stream))
    assert scheduler.load == (1, 0)
    stream.close()
    until(lambda: scheduler.load == (0, 0), 1.0)
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{running.address}/chat/completions", json={"model": runs[0], "messages": ASKED}, timeout=0.3,
                   headers={"authorization": f"Bearer {running.key}"})  # fmt: skip
    until(lambda: scheduler.load == (0, 0), 1.0)
    assert 0 < running.open.keys.used_today("test") < 2 * len(TUNED.split())


def test_what_fails_in_the_middle_is_an_error_that_clients_raise(
    serve: Callable[..., Running], studio: Studio, runs: list[str]
) -> None:
    slow(studio, 0.03)
    client = serve(studio, runs).client()
    asked = [{"role": "user", "content": "may it explode"}]
    with pytest.raises(openai.APIError, match="The memory is not enough"):
        list(client.chat.completions.create(model=runs[0], messages=asked, stream=True))
    with pytest.raises(openai.InternalServerError, match="The memory is not enough"):
        client.chat.completions.create(model=runs[0], messages=asked)
    assert client.chat.completions.create(model=runs[0], messages=ASKED).choices[0].message.content == TUNED


def test_requests_of_several_clients_are_written_together(
    serve: Callable[..., Running], studio: Studio, runs: list[str]
) -> None:
    slow(studio, 0.02)
    running = serve(studio, runs)

    async def all_at_once() -> list[str]:
        async with openai.AsyncOpenAI(base_url=running.address, api_key=running.key, max_retries=0) as client:
            asked = (client.chat.completions.create(model=runs[n % 2], messages=ASKED) for n in range(8))
            return [answer.choices[0].message.content or "" for answer in await asyncio.gather(*asked)]

    assert in_a_loop(all_at_once) == [TUNED] * 8
    assert running.open.scheduler and running.open.scheduler._batch.most_at_once > 4


def test_eight_asynchronous_streams_at_once(running: Running) -> None:
    async def one(client: openai.AsyncOpenAI, name: str) -> str:
        stream = await client.chat.completions.create(model=name, messages=ASKED, stream=True)
        return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

    async def eight() -> list[str]:
        async with openai.AsyncOpenAI(base_url=running.address, api_key=running.key, max_retries=0) as client:
            return await asyncio.gather(*(one(client, running.runs[n % 2]) for n in range(8)))

    assert in_a_loop(eight) == [TUNED] * 8


def test_auto_says_to_whom_it_went_and_why(running: Running, studio: Studio) -> None:
    row = next(iter(studio.home.run(running.runs[0]).train))
    raw = running.client().chat.completions.with_raw_response.create(
        model="auto", messages=[{"role": "user", "content": row.question}])  # fmt: skip
    assert raw.headers["x-studio-routed-to"] == running.runs[0]
    assert row.label in raw.parse().model_extra["routed"]["reason"]  # type: ignore[index]
    raw = running.client().chat.completions.with_raw_response.create(
        model="auto", messages=[{"role": "user", "content": "Zwölf Boxkämpfer jagen Viktor"}])  # fmt: skip
    assert raw.headers["x-studio-routed-to"] == "base"


def test_a_budget_ends_the_day(running: Running, studio: Studio) -> None:
    client = running.client(api_key=running.open.keys.add("small", tokens_per_day=60))
    client.chat.completions.create(model=running.runs[0], messages=ASKED, max_tokens=40)
    with pytest.raises(openai.RateLimitError) as caught:
        client.chat.completions.create(model=running.runs[0], messages=ASKED, max_tokens=40)
    assert caught.value.code == "insufficient_quota" and caught.value.response.headers["x-should-retry"] == "false"
    client.chat.completions.create(model=running.runs[0], messages=ASKED, max_tokens=5)


def test_a_key_of_another_project_opens_nothing_here(running: Running) -> None:
    mine, project = running.open.keys, running.open.models.writers[0].project
    ours, theirs = mine.add("ours", project=project), mine.add("theirs", project="coats")
    assert running.client(api_key=ours).models.list().data
    with pytest.raises(openai.AuthenticationError):
        running.client(api_key=theirs).models.list()


def test_on_a_shared_computer_the_audit_log_tells_who_asked_whom(
    serve: Callable[..., Running], studio: Studio, runs: list[str]
) -> None:
    shared = Studio(Settings(home=studio.settings.home, offline=True, people=True), FakeEngine(pause=0.0))
    running = serve(shared, runs)
    for _ in range(3):
        running.client().chat.completions.create(model=runs[0], messages=ASKED)
    lines = [note[1:] for note in shared.ledger.notes(3)]
    assert ("application test", "ask served version", runs[0]) in lines
    assert sum(line[1] == "ask served version" for line in lines) == 1
    shared.close()


def test_on_a_shared_computer_a_run_goes_first(serve: Callable[..., Running], studio: Studio, runs: list[str],
                                               monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    shared = Studio(Settings(home=studio.settings.home, offline=True, people=True), FakeEngine(pause=0.0))
    monkeypatch.setattr("studio.serving.scheduling.scheduler.ACCELERATOR_SECONDS", 0.3)
    running = serve(shared, runs)
    lease = studio.home.lease()
    assert lease.take()
    with pytest.raises(openai.RateLimitError, match="using the accelerator"):
        running.client().chat.completions.create(model=runs[0], messages=ASKED)
    lease.release()
    assert running.client().chat.completions.create(model=runs[0], messages=ASKED).choices[0].message.content == TUNED
    until(lambda: shared.home.lease().is_free())
    shared.close()


def test_a_label_model_classifies_and_a_writer_does_not(
    serve: Callable[..., Running], studio: Studio, runs: list[str]
) -> None:
    written = studio.home.run(runs[0]).path / "recipe.json"
    spec = json.loads(written.read_text())
    write_json(written, {**spec, "recipe": {**spec["recipe"], "task": "labels"}})
    running = serve(studio, runs[:1])
    said = running.post("/classify", {"model": runs[0], "input": ["It is broken", "It is late"]}).json()
    assert [one["index"] for one in said["data"]] == [0, 1] and said["data"][0]["label"]
    assert said["usage"] == {"prompt_tokens": 6, "total_tokens": 6} and running.open.keys.used_today("test") == 6
    assert [model.id for model in running.client().models.list()] == [runs[0]]
    with pytest.raises(openai.BadRequestError, match="is a label model"):
        running.client().chat.completions.create(model=runs[0], messages=ASKED)
    with pytest.raises(openai.NotFoundError):
        running.client().chat.completions.create(model="auto", messages=ASKED)
